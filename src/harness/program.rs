//! Programs of the user's that the harness starts: drivers of clients and command benches.
//!
//! They get nothing that they were not meant to have: of the environment only [`PASSED`] and what was
//! named, so that a device's key in `IKKM_KEY` stays here. Each is at the head of a process group of its
//! own: a terminal's Ctrl-C does not reach it before the harness has finished with it, and it is ended
//! with everything that it has started.

use rustix::process::{Pid, Signal, kill_process_group};
use std::path::Path;
use std::process::Stdio;
use tokio::process::{Child, Command};

/// The variables of the environment that every program gets.
pub const PASSED: [&str; 3] = ["PATH", "HOME", "LANG"];

/// A program and its arguments, with file names that hold in any folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    words: Vec<String>,
    passed: Vec<String>,
}

impl Program {
    /// Reads `PROGRAM ARGS`, split into words as a shell does, without any of its other powers. Words that
    /// name a file from here are made absolute; the program itself only where it is written with a slash,
    /// since a plain name is searched for in `PATH`. `passed` are further variables that it gets.
    ///
    /// # Errors
    /// Words for people, where there is no program or a quote stays open.
    pub fn parse(text: &str, passed: &[String]) -> Result<Program, String> {
        let words = shell_words::split(text).map_err(|error| error.to_string())?;
        if words.is_empty() {
            return Err("there is no program in it: write \"PROGRAM ARGS\"".to_owned());
        }
        let here = |(at, word): (usize, String)| {
            let path = Path::new(&word);
            let is_file = (at > 0 || word.contains('/')) && path.is_file();
            let absolute = is_file.then(|| std::path::absolute(path).ok()).flatten();
            absolute.map_or(word, |path| path.to_string_lossy().into_owned())
        };
        Ok(Program { words: words.into_iter().enumerate().map(here).collect(), passed: passed.to_vec() })
    }

    /// The program without its arguments.
    pub fn name(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// The command that starts it; its standard input and output are pipes.
    pub fn command(&self) -> Command {
        let mut command = Command::new(self.name());
        command.args(self.words.get(1..).unwrap_or_default()).env_clear();
        let passed = PASSED.into_iter().chain(self.passed.iter().map(String::as_str));
        command.envs(passed.filter_map(|name| std::env::var_os(name).map(|value| (name, value))));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0).kill_on_drop(true);
        command
    }
}

/// A started program with all that it has started; ended when this is dropped.
#[derive(Debug)]
pub struct Group(Option<Pid>);

impl Group {
    /// The group of a program that [`Program::command`] started.
    pub fn of(child: &Child) -> Group {
        Group(child.id().and_then(|id| Pid::from_raw(id.cast_signed())))
    }

    /// Ends all of it at once.
    pub fn kill(&self) {
        if let Some(group) = self.0 {
            // Nobody is left in it where the program ended in order.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_exist_are_made_absolute() {
        let program = Program::parse("sh Cargo.toml ./Cargo.toml none.py -x", &[]).unwrap();
        let toml = std::env::current_dir().unwrap().join("Cargo.toml").to_string_lossy().into_owned();
        assert_eq!(program.words, ["sh", &toml, &toml, "none.py", "-x"]);
        assert_eq!(Program::parse("Cargo.toml", &[]).unwrap().words, ["Cargo.toml"]);
        assert!(Program::parse("", &[]).is_err());
        assert!(Program::parse("sh 'open", &[]).unwrap_err().contains("quote"));
    }

    #[tokio::test]
    async fn the_environment_is_what_was_meant_to_be_passed() {
        // Cargo sets these two for every test.
        let program = Program::parse("env", &["CARGO_PKG_NAME".to_owned()]).unwrap();
        let output = program.command().output().await.unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let names: Vec<&str> = text.lines().filter_map(|line| line.split('=').next()).collect();
        assert!(names.contains(&"CARGO_PKG_NAME") && names.contains(&"PATH"), "{names:?}");
        let meant = |name: &&str| PASSED.contains(name) || *name == "CARGO_PKG_NAME";
        assert!(names.iter().all(meant), "{names:?}");
    }
}
