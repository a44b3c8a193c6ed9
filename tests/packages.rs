//! The packages, as somebody without a compiler gets them: each is built by `docs/examples/package.sh`, installed
//! where nothing else is, and run. Ignored, since a release build takes minutes:
//!
//! ```sh
//! cargo test --test packages -- --ignored
//! ```
//!
//! `IKKM_PACKAGES=FOLDER` takes packages that are built already. `IKKM_CLEAN_ROOT=FOLDER` names a root of the
//! oldest Debian that is claimed, without Rust (`debootstrap --variant=minbase bullseye FOLDER`); the tests then
//! install into a copy of it with its own tools, and the archive's program runs on its C library. That needs root.

#[path = "support/browser.rs"]
mod browser;
mod support;

use browser::Browser;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use support::{Sandbox, root};

/// The oldest C library that is claimed: `2.31`.
const GLIBC: u32 = 31;

/// Where the packages are.
fn packages() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        if let Some(folder) = std::env::var_os("IKKM_PACKAGES") {
            return PathBuf::from(folder);
        }
        let built =
            Command::new("bash").arg("docs/examples/package.sh").current_dir(root()).status().expect("bash");
        assert!(built.success(), "docs/examples/package.sh: {built}");
        root().join("target/package")
    })
}

/// The package whose name ends so.
fn package(ending: &str) -> PathBuf {
    let entries = std::fs::read_dir(packages()).expect("the packages");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut fitting = paths.filter(|path| path.to_string_lossy().ends_with(ending));
    fitting.next().unwrap_or_else(|| panic!("no {ending} in {}", packages().display()))
}

/// What a command says; it must end 0.
fn said(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command:?}\n{told}\n{}", String::from_utf8_lossy(&output.stderr));
    told
}

/// A program with nothing of this machine's environment.
fn bare(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", folder).current_dir(folder);
    command
}

/// The program works: it names itself, runs every case, and writes its reports, examples and reference pages.
fn works(program: impl Fn(&[&str]) -> Command) {
    let version = said(&mut program(&["--version"]));
    assert!(
        version.starts_with(&format!("ikkm-conformance {}\ncommit ", env!("CARGO_PKG_VERSION"))),
        "{version}"
    );
    let run = said(&mut program(&["run", "--quiet"]));
    assert!(run.trim_end().ends_with("conforms") && run.contains("report: reports/index.html"), "{run}");
    said(&mut program(&["examples"]));
    assert!(said(&mut program(&["explain", "KEY-5"])).starts_with("KEY-5 (must"));
}

/// The page that a run wrote opens in a browser and shows the verdict.
fn opens(page: &Path) {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let Some(browser) = Browser::start(1280, 900, false).await else { return };
        let url = format!("file://{}", page.canonicalize().expect("the page").display());
        browser.client.goto(&url).await.expect("the page opens");
        browser.wait(r#"document.body.textContent.includes("conforms")"#).await;
        assert_ne!(browser.ask("document.title").await, "");
        browser.close().await;
    });
}

/// A copy of the clean root, if one was named.
fn clean_root() -> Option<Sandbox> {
    let Some(from) = std::env::var_os("IKKM_CLEAN_ROOT") else {
        eprintln!("without IKKM_CLEAN_ROOT: on this machine's C library");
        return None;
    };
    let copy = Sandbox::new();
    said(Command::new("cp").arg("-a").arg(Path::new(&from).join(".")).arg(copy.path()));
    for tool in ["cargo", "rustc"] {
        let there = said(Command::new("chroot").arg(copy.path()).args([
            "sh",
            "-c",
            "echo $PATH; command -v $0 || true",
            tool,
        ]));
        assert_eq!(there.lines().count(), 1, "{tool} is there: {there}");
    }
    Some(copy)
}

/// A command in that root, as its own user would type it, in `/root`.
fn inside(root: &Path, words: &[&str]) -> Command {
    let mut command = Command::new("chroot");
    let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    command.env_clear().env("PATH", path).env("HOME", "/root").arg(root);
    command.args(["sh", "-c", r#"cd /root && exec "$@""#, "sh"]).args(words);
    command
}

/// The newest symbol version of the C library that a program asks for.
fn newest_glibc(program: &Path) -> u32 {
    let bytes = std::fs::read(program).expect("the program");
    let mark = b"GLIBC_2.";
    let found = bytes.windows(mark.len()).enumerate().filter(|(_, window)| window == mark).map(|(at, _)| {
        let digits = bytes[at + mark.len()..].iter().take_while(|byte| byte.is_ascii_digit());
        digits.fold(0, |number, digit| number * 10 + u32::from(digit - b'0'))
    });
    found.max().expect("it asks for the C library")
}

#[test]
#[ignore = "a release build"]
fn the_archive_runs_on_the_oldest_c_library_that_it_claims() {
    let folder = Sandbox::new();
    said(Command::new("tar").arg("-xzf").arg(package(".tar.gz")).arg("-C").arg(folder.path()));
    let unpacked =
        std::fs::read_dir(folder.path()).expect("a folder").next().expect("one folder").expect("it").path();
    for name in [
        "README.md",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "docs/start-qa.md",
        "docs/reference/commands.md",
        "man/ikkm-conformance.1",
        "completions/_ikkm-conformance",
    ] {
        assert!(unpacked.join(name).is_file(), "{name} is missing");
    }
    let program = unpacked.join("ikkm-conformance");
    let newest = newest_glibc(&program);
    assert!(newest <= GLIBC, "it asks for glibc 2.{newest}, 2.{GLIBC} is claimed");
    let Some(clean) = clean_root() else {
        works(|words| {
            let mut command = bare(&program, folder.path());
            command.args(words);
            command
        });
        return opens(&folder.path().join("reports/index.html"));
    };
    let libc = said(&mut inside(clean.path(), &["ldd", "--version"]));
    assert!(libc.lines().next().is_some_and(|line| line.ends_with(&format!("2.{GLIBC}"))), "{libc}");
    std::fs::copy(&program, clean.path().join("usr/local/bin/ikkm-conformance")).expect("a copy");
    works(|words| inside(clean.path(), &[&["ikkm-conformance"], words].concat()));
    opens(&clean.path().join("root/reports/index.html"));
}

#[test]
#[ignore = "a release build"]
fn the_debian_package_installs_where_no_rust_is() {
    let deb = package(".deb");
    let list = said(Command::new("dpkg-deb").arg("-c").arg(&deb));
    for name in [
        "./usr/bin/ikkm-conformance",
        "./usr/share/man/man1/ikkm-conformance.1.gz",
        "./usr/share/man/man1/ikkm-conformance-run.1.gz",
        "./usr/share/bash-completion/completions/ikkm-conformance",
        "./usr/share/zsh/vendor-completions/_ikkm-conformance",
        "./usr/share/fish/vendor_completions.d/ikkm-conformance.fish",
        "./usr/share/doc/ikkm-conformance/copyright",
        "./usr/share/doc/ikkm-conformance/LICENSE-MIT",
        "./usr/share/doc/ikkm-conformance/docs/start-qa.md",
        "./usr/share/doc/ikkm-conformance/docs/reference/requirements.md",
    ] {
        let there = list.lines().any(|line| line.ends_with(name) || line.ends_with(&format!("{name}.gz")));
        assert!(there, "{name} is not in the package:\n{list}");
    }
    let Some(clean) = clean_root() else {
        let folder = Sandbox::new();
        said(Command::new("dpkg-deb").arg("-x").arg(&deb).arg(folder.path()));
        works(|words| {
            let mut command = bare(&folder.path().join("usr/bin/ikkm-conformance"), folder.path());
            command.args(words);
            command
        });
        return opens(&folder.path().join("reports/index.html"));
    };
    let name = deb.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
    std::fs::copy(&deb, clean.path().join("root").join(&name)).expect("a copy");
    // As the pages say it; whoever is root needs no sudo.
    said(&mut inside(clean.path(), &["apt-get", "install", "-y", &format!("./{name}")]));
    works(|words| inside(clean.path(), &[&["ikkm-conformance"], words].concat()));
    opens(&clean.path().join("root/reports/index.html"));
    said(&mut inside(clean.path(), &["apt-get", "remove", "-y", "ikkm-conformance"]));
    assert!(!clean.path().join("usr/bin/ikkm-conformance").exists());
}

#[test]
#[ignore = "a release build"]
fn the_wheel_brings_the_command_to_python() {
    let folder = Sandbox::new();
    let venv = folder.path().join("venv");
    said(Command::new("python3").args(["-m", "venv"]).arg(&venv));
    said(Command::new(venv.join("bin/pip")).args(["install", "--no-index"]).arg(package(".whl")));
    works(|words| {
        let mut command = bare(&venv.join("bin/ikkm-conformance"), folder.path());
        command.args(words);
        command
    });
    opens(&folder.path().join("reports/index.html"));
}
