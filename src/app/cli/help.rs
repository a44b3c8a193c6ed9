//! `help`, the examples that stand under each command's help, completions and manual pages.

use super::terminal::stdout;
use super::{Cli, CliError};
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use std::io::Write;
use std::path::PathBuf;

/// Under the help of the program.
pub const ALL: &str = "\
Exit codes: 0 conforms, 1 does not, 2 wrong usage or a faulty suite, 3 could not be carried out.
`help exit-codes` and `help findings` tell more, `explain ID` explains a requirement or a case.

Example: ikkm-conformance run --target http://192.168.1.50:8080 --allow fiscal,print --case 'key/*'";

/// Under the help of `run`.
pub const RUN: &str = "\
Exit codes: 0 conforms, 1 does not, 2 wrong usage or nothing tested, 3 could not be carried out.

Example: ikkm-conformance run --target http://192.168.1.50:8080 --allow fiscal,print --case 'key/*'";

/// Under the help of `plan`.
pub const PLAN: &str = "\
Exit codes: 0 planned, 2 wrong usage.

Example: ikkm-conformance plan --target http://192.168.1.50:8080 --allow fiscal,print";

/// Under the help of `list`.
pub const LIST: &str = "\
Exit codes: 0 listed, 2 wrong usage or a faulty suite.

Example: ikkm-conformance list --case 'key/*'";

/// Under the help of `lint`.
pub const LINT: &str = "\
Exit codes: 0 no mistake, 2 mistakes, each with its place.

Example: ikkm-conformance lint mine.yaml";

/// Under the help of `coverage`.
pub const COVERAGE: &str = "\
Exit codes: 0 each must and should has a case, 1 one has none, 2 a faulty suite.

Example: ikkm-conformance coverage";

/// Under the help of `schema`.
pub const SCHEMA: &str = "\
Exit codes: 0 printed.

Example: ikkm-conformance schema --of results";

/// Under the help of `probe`.
pub const PROBE: &str = "\
Exit codes: 0 the device answers, 2 wrong usage, 3 it does not answer.

Example: ikkm-conformance probe --target http://192.168.1.50:8080";

/// Under the help of `fuzz`.
pub const FUZZ: &str = "\
Exit codes: 0 nothing found, 1 a finding, 2 wrong usage, 3 could not be carried out.

Example: ikkm-conformance fuzz --seed 1 --cases 20";

/// Under the help of `compensate`.
pub const COMPENSATE: &str = "\
Exit codes: 0 nothing is left, 2 wrong usage or no grant, 3 something is left or could not be carried out.

Example: ikkm-conformance compensate --target http://192.168.1.50:8080 --allow fiscal";

/// Under the help of `emulate`.
pub const EMULATE: &str = "\
Exit codes: 0 ended by Ctrl-C, 2 wrong usage, 3 the address is taken.

Example: ikkm-conformance emulate --listen 127.0.0.1:8080 --personality strict";

/// Under the help of `personalities`.
pub const PERSONALITIES: &str = "\
Exit codes: 0 listed.

Example: ikkm-conformance personalities";

/// Under the help of `certify`.
pub const CERTIFY: &str = "\
Exit codes: 0 certified, 1 a duty is broken, 2 wrong usage, 3 a driver failed.

Example: ikkm-conformance certify --driver \"python3 docs/examples/client.py\" --client \"My till\" 1.0";

/// Under the help of `examples`.
pub const EXAMPLES: &str = "\
Exit codes: 0 written, 2 other files are there, 3 the folder cannot be written.

Example: ikkm-conformance examples";

/// Under the help of `witness`.
pub const WITNESS: &str = "\
Exit codes: 0 nothing wrong was seen, 1 register or till breaks a must, 2 wrong usage or nothing passed,
3 it could not listen, record or judge.

Example: ikkm-conformance witness --listen 0.0.0.0:8080 --target http://192.168.1.50:8080 --for 8h --record day.jsonl";

/// Under the help of `defects`.
pub const DEFECTS: &str = "\
Exit codes: 0 listed.

Example: ikkm-conformance defects";

/// Under the help of `qualify`.
pub const QUALIFY: &str = "\
Exit codes: 0 every defect is caught, 1 one survives or a register that conforms is accused, 2 wrong usage.

Example: ikkm-conformance qualify --defect 'archive/*'";

/// Under the help of `diff`.
pub const DIFF: &str = "\
Exit codes: 0 nothing got worse, 1 something did, 2 a file cannot be read.

Example: ikkm-conformance diff old.json new.json";

/// Under the help of `merge`.
pub const MERGE: &str = "\
Exit codes: 0 the whole conforms, 1 it does not, 2 files that do not belong together, 3 a part is missing or was stopped.

Example: ikkm-conformance merge shard-1.json shard-2.json";

/// Under the help of `explain`.
pub const EXPLAIN: &str = "\
Exit codes: 0 explained, 2 nothing has that name.

Example: ikkm-conformance explain KEY-5";

/// Under the help of `help`.
pub const HELP: &str = "\
Exit codes: 0 printed, 2 there is no such command or topic.

Example: ikkm-conformance help exit-codes";

/// `help exit-codes`.
pub const EXIT_CODES: &str = "\
0  conforms: every case that ran passed, was waived, or could not be decided
1  does not conform: a must is broken (a should with --strict; an untested must with --complete)
2  wrong usage, a faulty suite, or nothing was tested
3  could not be carried out: device or bench out of reach, an operation that cannot be settled.
   It beats 1; the verdicts so far are in the reports

`certify`: 0 certified, 1 a duty is broken, 3 a driver failed. `diff`: 1 when something got worse.
`coverage`: 1 when a must or should has no case. `qualify`: 1 when a defect survives or a register that
conforms is accused. `lint`: 2 when there is a mistake.
";

/// `help findings`.
pub const FINDINGS: &str = "\
A finding says which requirement is broken, where the expectation stands, what was expected and what came.

must     the document says so plainly: a failure
should   follows by one clear step: a warning, with --strict a failure
open     the document leaves it open: the answer is recorded, never a failure by itself

Read it from the top: the requirement in words, the request as a curl command to paste, the answer, the
difference. `ikkm-conformance explain ID` tells what the requirement asks and which cases test it.
A case that could not be decided is inconclusive; one that the target or bench cannot do is not
applicable. Neither says anything about the register.
";

/// What to help with.
#[derive(Debug, Args)]
pub struct HelpArgs {
    /// A command, or a topic: exit-codes, findings
    #[arg(value_name = "COMMAND|TOPIC")]
    about: Option<String>,
}

/// Prints it.
///
/// # Errors
/// [`CliError::Usage`] where there is no such command or topic.
pub fn help(args: &HelpArgs) -> Result<u8, CliError> {
    let mut all = Cli::command();
    all.build();
    let text = match args.about.as_deref() {
        None => all.render_long_help().to_string(),
        Some("exit-codes") => EXIT_CODES.to_owned(),
        Some("findings") => FINDINGS.to_owned(),
        Some(name) => {
            let command = all.find_subcommand_mut(name).ok_or_else(|| {
                CliError::Usage(format!(
                    "there is no command or topic `{name}`: topics are exit-codes and findings; `help` alone lists the commands"
                ))
            })?;
            command.render_long_help().to_string()
        }
    };
    write!(stdout(), "{text}")?;
    Ok(0)
}

/// For which shell.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// bash, zsh, fish, elvish or powershell
    shell: Shell,
}

/// Prints a completion script.
pub fn completions(args: &CompletionsArgs) -> Result<u8, CliError> {
    clap_complete::generate(args.shell, &mut Cli::command(), "ikkm-conformance", &mut stdout());
    Ok(0)
}

/// Where the pages go.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// A folder; it is made where it is missing
    folder: PathBuf,
}

/// Writes a manual page for the program and one for each command.
///
/// # Errors
/// [`CliError::NotCarriedOut`] where the folder cannot be written.
pub fn man(args: &ManArgs) -> Result<u8, CliError> {
    let refused = |error: std::io::Error| {
        CliError::NotCarriedOut(format!("cannot write manual pages to {}: {error}", args.folder.display()))
    };
    std::fs::create_dir_all(&args.folder).map_err(refused)?;
    clap_mangen::generate_to(Cli::command(), &args.folder).map_err(refused)?;
    Ok(0)
}
