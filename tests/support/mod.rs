//! What several test programs share: an embedded emulator ready to be tested, and folders to throw away.
//!
//! Each test program compiles its own copy and uses a part of it.
#![allow(dead_code, unused_macros)]

use ikkm_app::embedded::Embedded;
use ikkm_emulator::{Personality, personality};
use ikkm_harness::golden::Golden;
use ikkm_harness::runner::outcome::RunResult;
use ikkm_harness::runner::run::{RunOptions, Runner};
use ikkm_harness::suite::Case;
use libtest_mimic::Trial;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use time::OffsetDateTime;

/// The functions of a module as tests, for a harness that runs more side by side than there are cores. Those
/// after the semicolon take minutes, and run with `--ignored --nocapture` for their figures.
macro_rules! trials {
    ($module:literal: $($name:ident),+ $(; $($slow:ident),+)?) => {
        vec![
            $($crate::support::test(concat!($module, "::", stringify!($name)), $name),)+
            $($($crate::support::test(concat!($module, "::", stringify!($slow)), $slow).with_ignored_flag(true),)+)?
        ]
    };
}

/// A test of that name; what panics in it fails it.
pub fn test(name: &str, run: impl FnOnce() + Send + 'static) -> Trial {
    Trial::test(name.to_owned(), move || {
        run();
        Ok(())
    })
}

/// Runs it to its end.
pub fn on_a_runtime(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(test);
}

/// Runs cases against a fresh emulator of that personality, in this process, with its bench.
pub fn run_cases(name: &str, cases: &[&Case], golden: Option<Golden>) -> RunResult {
    let personality = personality(name).expect("a personality of that name");
    run_cases_on(&personality, cases, golden, true)
}

/// Runs cases against a fresh emulator like that; `strict` makes failures of warnings.
pub fn run_cases_on(
    personality: &Personality,
    cases: &[&Case],
    golden: Option<Golden>,
    strict: bool,
) -> RunResult {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(run_on_fresh_emulator(personality, cases, golden, strict))
}

async fn run_on_fresh_emulator(
    personality: &Personality,
    cases: &[&Case],
    golden: Option<Golden>,
    strict: bool,
) -> RunResult {
    let started = Embedded::start(personality, personality.behaviour.clone()).await;
    let Embedded { device, url, setup, bench } = started.expect("an emulator with its bench");
    let session = setup.open().expect("a session");
    let options = RunOptions { target: url, strict, golden, thrifty: false, interrupted: Arc::default() };
    let mut runner = Runner::new(session, bench, options, "TEST".to_owned());
    let (facts, _) = runner.identify().await.expect("getInfo of a fresh emulator");
    let result = runner.run(cases, facts, OffsetDateTime::UNIX_EPOCH, |_, _, _| {}).await;
    device.shutdown().await;
    result
}

/// The arguments of `run` against an emulator in another process, where nobody is to be asked.
pub const UNATTENDED: &[&str] = &["--yes", "--rate", "unlimited"];

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The interpreter itself: the one in a path may be a script that looks for it, and some tests start it
/// a hundred times.
fn interpreter() -> &'static Path {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    FOUND.get_or_init(|| {
        let asked = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output();
        let told = asked.expect("python3 is needed for docs/examples/client.py").stdout;
        PathBuf::from(String::from_utf8(told).expect("UTF-8").trim())
    })
}

/// The interpreter with what starts it fastest, as words of a command line.
pub fn python() -> String {
    shell_words::join([&*interpreter().to_string_lossy(), "-S"])
}

/// Where programs are looked for: the interpreter itself first.
pub fn path() -> OsString {
    let others = std::env::var_os("PATH").unwrap_or_default();
    let own = interpreter().parent().expect("a folder").to_owned();
    std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&others))).expect("a path")
}

/// A folder that is gone when the test ends.
pub struct Sandbox(PathBuf);

impl Sandbox {
    /// An empty folder that nobody else has.
    pub fn new() -> Sandbox {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("ikkm-test-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder to throw away");
        Sandbox(folder)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Puts a file there and gives its path.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(&path, content).expect("a file to throw away");
        path
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // What cannot be removed is left to the system's temporary folder.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A row of numbers that looks random and is the same everywhere.
pub struct Dice(pub u64);

impl Dice {
    /// One below `count`, which is above zero.
    pub fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % count
    }
}
