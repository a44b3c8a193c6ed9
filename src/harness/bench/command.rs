//! The command bench: a program of the user's, one JSON object a line each way.

use super::{Answering, BenchFault, Carrier, Patience, Reply, Request};
use crate::program::{Group, Program};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout};

/// The longest line that a bench may answer, in bytes.
const MAX_LINE: u64 = 1 << 20;

/// A bench program while it runs. Dropping it ends the program and all that it has started.
pub struct CommandBench {
    child: Child,
    /// Ended after the child's own chance to end in order.
    _group: Group,
    to_program: Option<ChildStdin>,
    from_program: BufReader<ChildStdout>,
    patience: Patience,
}

impl CommandBench {
    /// Starts the program of [`Program::parse`]; its standard error goes to ours.
    ///
    /// # Errors
    /// [`BenchFault::Unreachable`] when the line is no command or the program does not start.
    pub fn start(line: &str, passed: &[String], patience: Patience) -> Result<CommandBench, BenchFault> {
        let unreachable = |why: String| BenchFault::Unreachable { bench: line.to_owned(), why };
        let program = Program::parse(line, passed).map_err(unreachable)?;
        let started = program.command().stderr(Stdio::inherit()).spawn();
        let mut child = started.map_err(|error| unreachable(error.to_string()))?;
        let group = Group::of(&child);
        match (child.stdin.take(), child.stdout.take()) {
            (Some(to_program), Some(output)) => Ok(CommandBench {
                child,
                _group: group,
                to_program: Some(to_program),
                from_program: BufReader::new(output),
                patience,
            }),
            _ => Err(unreachable("its standard streams are not there".to_owned())),
        }
    }

    async fn exchange(&mut self, request: &Request) -> Result<Reply, BenchFault> {
        let line = format!("{}\n", request.to_json());
        let Some(to_program) = &mut self.to_program else {
            return Err(self.gone(request, "it was said goodbye to").await);
        };
        if let Err(error) = to_program.write_all(line.as_bytes()).await {
            return Err(self.gone(request, &error.to_string()).await);
        }
        let mut answer = Vec::new();
        let mut bounded = (&mut self.from_program).take(MAX_LINE);
        match bounded.read_until(b'\n', &mut answer).await {
            Err(error) => return Err(self.gone(request, &error.to_string()).await),
            Ok(0) => return Err(self.gone(request, "it closed its standard output").await),
            Ok(_) if !answer.ends_with(b"\n") && answer.len() as u64 == MAX_LINE => {
                let front = String::from_utf8_lossy(answer.get(..100).unwrap_or_default());
                return Err(BenchFault::nonsense(request, &front, "a line is at most 1 MiB long"));
            }
            Ok(_) => {}
        }
        if *request == Request::Bye {
            // The program may have things to put right at its end, so it is let go, not killed.
            self.to_program = None;
            let _ = self.child.wait().await;
        }
        Reply::read(request, &String::from_utf8_lossy(&answer))
    }

    async fn gone(&mut self, request: &Request, why: &str) -> BenchFault {
        // A program that closes its streams is about to exit; its status tells more.
        let exit = tokio::time::timeout(std::time::Duration::from_secs(1), self.child.wait()).await;
        let why = exit.ok().and_then(Result::ok).map_or(why.to_owned(), |status| status.to_string());
        BenchFault::Gone { request: request.name(), why }
    }
}

impl Carrier for CommandBench {
    fn ask<'a>(&'a mut self, request: &'a Request) -> Answering<'a> {
        Box::pin(async move {
            let limit = self.patience.for_request(request);
            let silent = || BenchFault::Silent { request: request.name(), limit };
            tokio::time::timeout(limit, self.exchange(request)).await.unwrap_or_else(|_| Err(silent()))
        })
    }
}
