//! The program: reads the command line, calls one command, ends with its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    ikkm_app::cli::main()
}
