//! The one way to the terminal: nothing foreign does anything there but show, and a reader who goes away
//! changes nothing of what the program does, nor its exit code.

use ikkm_harness::report::console::Console;
use ikkm_harness::text::{clip, for_terminal};
use std::io::{self, ErrorKind, Write};

/// Characters of one message at the most; what is foreign in it was clipped before.
const MESSAGE: usize = 2000;

/// Standard output. A closed pipe swallows what is written: whoever closed it has read enough.
#[derive(Debug, Default)]
pub struct Stdout {
    gone: bool,
}

/// Standard output as it stands now.
pub fn stdout() -> Stdout {
    Stdout::default()
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.gone {
            return Ok(bytes.len());
        }
        match io::stdout().write(bytes) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.gone = true;
                Ok(bytes.len())
            }
            other => other,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match io::stdout().flush() {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.gone = true;
                Ok(())
            }
            other => other,
        }
    }
}

/// Lines for people on standard output. Foreign text in them was clipped where it was put in.
///
/// # Errors
/// The output cannot be written, and not because its reader has gone.
pub fn say(text: &str) -> io::Result<()> {
    let mut out = stdout();
    out.write_all(for_terminal(text).as_bytes())?;
    out.flush()
}

/// A line for people on standard error; where that is closed, nobody wants to know.
pub fn tell(text: &str) {
    let _ = writeln!(io::stderr(), "{}", clip(&for_terminal(text), MESSAGE));
}

/// The console of a run, and whether it could be written to: a run does not end for the sake of whoever
/// watches it.
pub struct Watched {
    /// What shows the run.
    console: Console<Box<dyn Write>>,
    trouble: Option<io::Error>,
}

impl Watched {
    /// On standard output; on standard error where a report goes to standard output.
    pub fn new(report_on_stdout: bool) -> Watched {
        let console = match report_on_stdout {
            true => Console::for_terminal(Box::new(io::stderr()), &io::stderr()),
            false => Console::for_terminal(Box::new(stdout()), &io::stdout()),
        };
        Watched { console, trouble: None }
    }

    /// Shows something; what goes wrong is told at the end.
    pub fn show(&mut self, write: impl FnOnce(&mut Console<Box<dyn Write>>) -> io::Result<()>) {
        if self.trouble.is_none() {
            self.trouble = write(&mut self.console).err();
        }
    }

    /// Says on standard error what could not be shown.
    pub fn end(self) {
        if let Some(error) = self.trouble {
            tell(&format!("error: cannot write to standard output: {error}; the reports are as told"));
        }
    }
}
