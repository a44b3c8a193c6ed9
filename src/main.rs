#![doc = include_str!("../docs/architecture.md")]

use std::process::ExitCode;

fn main() -> ExitCode {
    ikkm_app::cli::main()
}
