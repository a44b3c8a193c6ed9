//! Watches live traffic: one thread passes, another keeps and judges, so that neither waits for the other.

use super::{CliError, Session, WitnessArgs, kept, said};
use crate::cli::interruption::Interruption;
use crate::cli::terminal::tell;
use ikkm_harness::witness::Witness;
use ikkm_harness::witness::exchange::Exchange;
use ikkm_harness::witness::proxy::{Proxy, Told};
use ikkm_harness::witness::recording::{Begin, Recorder, SCHEMA};
use ikkm_harness::witness::split::Splitter;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// How often new findings are looked for at the most.
const LOOK: Duration = Duration::from_millis(300);

pub(super) async fn watch(args: &WitnessArgs, interruption: Interruption) -> Result<Session, CliError> {
    let (Some(listen), Some(target)) = (args.listen, &args.target) else {
        return Err(CliError::Usage("witness needs --listen ADDR and --target URL".to_owned()));
    };
    let register = register(target)?;
    let busy = |error| CliError::NotCarriedOut(format!("cannot listen on {listen}: {error}"));
    let (proxy, told) = Proxy::bind(listen, register).await.map_err(busy)?;
    let address = proxy.address().map_err(busy)?;
    let begin = Begin {
        schema: SCHEMA,
        target: target.clone(),
        started: OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default(),
        keys: args.show_keys,
        anonymous: args.anonymise,
    };
    let recorder = match &args.record {
        Some(path) => Some(
            Recorder::begin(path, begin.clone(), args.record_mb * 1024 * 1024)
                .map_err(|error| CliError::Usage(error.to_string()))?,
        ),
        None => None,
    };
    if !address.ip().is_loopback() {
        tell(&format!("note: whoever reaches http://{address} reaches the register behind it"));
    }
    let judge = Judge::new(args, recorder);
    let judge = std::thread::Builder::new()
        .name("judge".to_owned())
        .spawn(move || judge.run(&told))
        .map_err(|error| CliError::NotCarriedOut(format!("no thread can be started: {error}")))?;
    said(&format!("passing to {target}\nlistening on http://{address}\n"));
    let limit = async {
        match args.how_long {
            Some(limit) => tokio::time::sleep(limit).await,
            None => std::future::pending().await,
        }
    };
    proxy
        .serve(async {
            tokio::select! {
                () = interruption.wait() => {}
                () = limit => {}
            }
        })
        .await;
    let (witness, stopped) =
        judge.join().unwrap_or_else(|_| (Witness::new(), Some("the judge broke off".to_owned())));
    Ok(Session { witness, begin, stopped })
}

/// Host and port of the register.
fn register(target: &str) -> Result<(String, u16), CliError> {
    let url: reqwest::Url = target
        .parse()
        .map_err(|error| CliError::Usage(format!("--target {target}: {error}; write http://ADDRESS:8080")))?;
    match (url.scheme(), url.host_str(), url.port_or_known_default()) {
        ("http", Some(host), Some(port)) => Ok((host.trim_matches(['[', ']']).to_owned(), port)),
        _ => Err(CliError::Usage(format!("--target {target}: write http://ADDRESS:8080"))),
    }
}

/// Keeps and judges what has passed.
struct Judge {
    args: WitnessArgs,
    witness: Witness,
    recorder: Option<Recorder>,
    stopped: Option<String>,
    /// The judging itself broke: what comes is kept and passed, and no longer judged.
    broken: bool,
    looked: Instant,
    pause: Duration,
    judged: u64,
}

impl Judge {
    fn new(args: &WitnessArgs, recorder: Option<Recorder>) -> Judge {
        Judge {
            args: args.clone(),
            witness: Witness::new(),
            recorder,
            stopped: None,
            broken: false,
            looked: Instant::now(),
            pause: LOOK,
            judged: 0,
        }
    }

    fn run(mut self, told: &Told) -> (Witness, Option<String>) {
        let mut splitter = Splitter::default();
        while let Ok(piece) = told.next(LOOK) {
            let ended = piece.map(|piece| splitter.take(piece)).unwrap_or_default();
            ended.iter().for_each(|exchange| self.take(exchange));
            self.tell_news(false);
        }
        let open = splitter.end();
        open.iter().for_each(|exchange| self.take(exchange));
        let ended = catch_unwind(AssertUnwindSafe(|| self.witness.end()));
        self.broken |= ended.is_err();
        self.tell_news(true);
        (self.witness, self.stopped)
    }

    fn take(&mut self, exchange: &Exchange) {
        let hidden = kept(&self.args, &mut self.witness, exchange);
        let whole = if self.args.show_keys { exchange } else { &hidden };
        if let Some(recorder) = &mut self.recorder
            && let Err(error) = recorder.add(whole)
        {
            // A full disk must not stop a shop.
            tell(&format!("error: {error}; nothing more is recorded"));
            self.stopped.get_or_insert(error.to_string());
            self.recorder = None;
        }
        if self.broken {
            return;
        }
        let number = exchange.number;
        let judged = catch_unwind(AssertUnwindSafe(|| self.witness.take(&hidden)));
        if judged.is_err() {
            self.broken = true;
            let why =
                format!("the judging broke at exchange {number}; traffic is passed and recorded as before");
            tell(&format!("error: {why}"));
            self.stopped.get_or_insert(why);
        }
    }

    /// New findings, each in three lines; the longer the judging takes the seldomer.
    fn tell_news(&mut self, last: bool) {
        let news = self.witness.exchanges() > self.judged;
        let due = last || (news && self.looked.elapsed() >= self.pause);
        if self.args.quiet || self.broken || !due {
            return;
        }
        self.judged = self.witness.exchanges();
        let began = Instant::now();
        let found = catch_unwind(AssertUnwindSafe(|| {
            let news = self.witness.news();
            news.iter().map(|story| self.witness.three_lines(story)).collect::<Vec<String>>()
        }));
        match found {
            Ok(found) => found.iter().for_each(|text| said(text)),
            Err(_) => self.broken = true,
        }
        self.looked = Instant::now();
        self.pause = LOOK.max(began.elapsed() * 20);
    }
}
