//! The devices of the tests: emulators of their own processes, on a lab file.

use super::support::Sandbox;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Started emulators and the lab file that names them; they end with the test.
pub struct Shelf {
    /// Where the lab file is: `lab.yaml`.
    pub folder: Sandbox,
    /// Where the devices answer.
    pub urls: Vec<String>,
    emulators: Vec<Child>,
}

/// The key of the device at that place.
fn key(at: usize) -> String {
    format!("3141592{at}")
}

impl Shelf {
    /// One device for each list of arguments of `emulate`; `more` is said of each device in the lab file.
    pub fn new(devices: &[&[&str]], more: &str) -> Shelf {
        let folder = Sandbox::new();
        let (mut emulators, mut urls) = (Vec::new(), Vec::new());
        let mut lab =
            "defaults: {allow: \"fiscal,shift,print\", rate: unlimited, group: equal}\ndevices:\n".to_owned();
        for (at, arguments) in devices.iter().enumerate() {
            // Two registers are two devices by their serial numbers.
            folder.file(&format!("{at}.yaml"), format!("serial: \"01170002900{at}\"\n"));
            let mut child = Command::new(env!("CARGO_BIN_EXE_ikkm-conformance"))
                .args([
                    "emulate",
                    "--listen",
                    "127.0.0.1:0",
                    "--key",
                    &key(at),
                    "--seed",
                    &format!("{at}.yaml"),
                ])
                .args(*arguments)
                .current_dir(folder.path())
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .spawn()
                .expect("the program starts");
            let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
            let url = loop {
                let line = lines.next().expect("a line before the end").expect("UTF-8");
                if let Some(url) = line.strip_prefix("listening on ") {
                    break url.to_owned();
                }
            };
            // Its output stays open, so that it can go on writing.
            std::thread::spawn(move || lines.for_each(drop));
            folder.file(&format!("keys/{at}.key"), key(at));
            let _ =
                writeln!(lab, "  - {{name: till-{at}, target: \"{url}\", key-file: keys/{at}.key{more}}}");
            emulators.push(child);
            urls.push(url);
        }
        folder.file("lab.yaml", lab);
        Shelf { folder, urls, emulators }
    }

    /// Takes a device off its plug.
    pub fn kill(&mut self, at: usize) {
        let _ = self.emulators[at].kill();
        let _ = self.emulators[at].wait();
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        for emulator in &mut self.emulators {
            // It may have ended by itself.
            let _ = emulator.kill();
            let _ = emulator.wait();
        }
    }
}
