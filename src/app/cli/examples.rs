//! `examples`: the example client, its driver and the example bench as files, for whoever has the program
//! and no checkout.

use super::CliError;
use super::terminal::stdout;
use clap::Args;
use ikkm_harness::report::place::write_whole;
use std::io::Write;
use std::path::PathBuf;

/// The files.
const FILES: [(&str, &str); 4] = [
    ("bench.py", include_str!("../../../docs/examples/bench.py")),
    ("client.py", include_str!("../../../docs/examples/client.py")),
    ("till.py", include_str!("../../../docs/examples/till.py")),
    ("wire.py", include_str!("../../../docs/examples/wire.py")),
];

/// Where they go.
#[derive(Debug, Args)]
pub struct ExamplesArgs {
    /// A folder; it is made where it is missing
    #[arg(default_value = "docs/examples")]
    folder: PathBuf,
}

/// Writes them, never over what is there.
///
/// # Errors
/// [`CliError::Usage`] for files that are there and say something else, [`CliError::NotCarriedOut`] where
/// the folder cannot be written.
pub fn examples(args: &ExamplesArgs) -> Result<u8, CliError> {
    let place = |name: &str| args.folder.join(name);
    let is_changed =
        |name: &str, text: &str| std::fs::read(place(name)).is_ok_and(|there| there != text.as_bytes());
    if let Some((name, _)) = FILES.iter().find(|(name, text)| is_changed(name, text)) {
        let path = place(name);
        return Err(CliError::Usage(format!(
            "`{}` is there already and says something else: name another folder",
            path.display()
        )));
    }
    for (name, text) in FILES {
        write_whole(&place(name), text).map_err(|error| CliError::NotCarriedOut(error.to_string()))?;
        writeln!(stdout(), "{}", place(name).display())?;
    }
    Ok(0)
}
