//! The JSON dumps of the emulator's start state, compared with accepted ones.
//!
//! The accepted documents are insta snapshots, `golden/NAME.snap`, so `cargo insta review` shows what
//! changed; `run --accept-golden` takes all of them. Dates and serial numbers are redacted first.

use insta::Snapshot;
use serde_json::Value;
use similar::TextDiff;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use thiserror::Error;
use time::PrimitiveDateTime;
use time::macros::format_description;

/// The accepted documents cannot be read or written.
#[derive(Debug, Error)]
pub enum GoldenError {
    /// The accepted document is not there.
    #[error(
        "there is no accepted document {}: look at the new one beside it, then accept it with `run --accept-golden`",
        .0.display()
    )]
    Missing(PathBuf),
    /// The accepted document cannot be read.
    #[error("the accepted document {} cannot be read: {why}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The document cannot be written.
    #[error("the document {} cannot be written: {source}", .path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// A folder of accepted documents.
#[derive(Debug, Clone)]
pub struct Golden {
    folder: PathBuf,
    accept: bool,
}

impl Golden {
    /// The documents in `folder`; with `accept`, what comes is taken instead of compared.
    pub fn new(folder: impl Into<PathBuf>, accept: bool) -> Golden {
        Golden { folder: folder.into(), accept }
    }

    /// Compares a document with the accepted one: `None` when they are the same, else the differing
    /// lines. A differing document is put beside the accepted one as `NAME.snap.new`.
    ///
    /// # Errors
    /// [`GoldenError`].
    pub fn compare(&self, name: &str, document: &Value) -> Result<Option<String>, GoldenError> {
        let path = self.folder.join(format!("{name}.snap"));
        let new = path.with_extension("snap.new");
        let found = normal(document);
        if self.accept {
            write(&path, &snapshot_text(name, &found))?;
            let _ = fs::remove_file(&new);
            return Ok(None);
        }
        if !path.exists() {
            write(&new, &snapshot_text(name, &found))?;
            return Err(GoldenError::Missing(path));
        }
        let unreadable = |why: String| GoldenError::Unreadable { path: path.clone(), why };
        let accepted = Snapshot::from_file(&path).map_err(|error| unreadable(error.to_string()))?;
        let Some(accepted) = accepted.as_text() else {
            return Err(unreadable("it is no text snapshot".to_owned()));
        };
        let accepted = accepted.to_string();
        if accepted.trim_end() == found.trim_end() {
            return Ok(None);
        }
        write(&new, &snapshot_text(name, &found))?;
        Ok(Some(difference(&accepted, &found)))
    }
}

/// Pretty-printed, dates and serial numbers redacted.
pub fn normal(document: &Value) -> String {
    let mut document = document.clone();
    redact(&mut document, "");
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

fn redact(value: &mut Value, field: &str) {
    match value {
        Value::Object(map) => map.iter_mut().for_each(|(name, value)| redact(value, name)),
        Value::Array(list) => list.iter_mut().for_each(|value| redact(value, field)),
        Value::String(text) if field == "factorySerialNumber" => *text = "[serial]".to_owned(),
        Value::String(text) if is_date(text) => *text = "[date]".to_owned(),
        _ => {}
    }
}

fn is_date(text: &str) -> bool {
    let full = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    let short = format_description!("[year]-[month]-[day] [hour]:[minute]");
    let bank = format_description!("[day]-[month]-[year] [hour]:[minute]:[second]");
    PrimitiveDateTime::parse(text, full).is_ok()
        || PrimitiveDateTime::parse(text, short).is_ok()
        || PrimitiveDateTime::parse(text, bank).is_ok()
}

fn snapshot_text(name: &str, content: &str) -> String {
    format!("---\nsource: src/golden/mod.rs\nexpression: {name}\n---\n{content}\n")
}

fn difference(accepted: &str, found: &str) -> String {
    let diff = TextDiff::from_lines(accepted.trim_end(), found.trim_end());
    let changed: Vec<String> = diff
        .iter_all_changes()
        .filter(|change| change.tag() != similar::ChangeTag::Equal)
        .map(|change| format!("{}{}", change.tag(), change.value().trim()))
        .collect();
    crate::runner::transcript::clip(&changed.join(" "), 400)
}

/// Through a temporary file, so that nobody reads half of it.
fn write(path: &Path, text: &str) -> Result<(), GoldenError> {
    let unwritable = |source| GoldenError::Unwritable { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(unwritable)?;
    }
    let temporary = path.with_extension(format!("tmp{}", std::process::id()));
    let mut file = fs::File::create(&temporary).map_err(unwritable)?;
    file.write_all(text.as_bytes()).map_err(unwritable)?;
    drop(file);
    fs::rename(&temporary, path).map_err(unwritable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn accepts_then_compares_then_shows_the_difference() {
        let folder = std::env::temp_dir().join(format!("ikkm-golden-{}", std::process::id()));
        let document = json!({"at": "2016-01-18 20:41:06", "factorySerialNumber": "0117", "sum": 5.10});
        assert!(matches!(Golden::new(&folder, false).compare("a", &document), Err(GoldenError::Missing(_))));
        assert_eq!(Golden::new(&folder, true).compare("a", &document).unwrap(), None);
        let later = json!({"at": "2026-11-23 19:00:00", "factorySerialNumber": "9999", "sum": 5.10});
        assert_eq!(Golden::new(&folder, false).compare("a", &later).unwrap(), None);
        let changed = json!({"at": "2026-11-23 19:00:00", "factorySerialNumber": "9999", "sum": "5.10"});
        let shown = Golden::new(&folder, false).compare("a", &changed).unwrap().unwrap();
        assert!(shown.contains("+\"sum\": \"5.10\""), "{shown}");
        assert!(folder.join("a.snap.new").exists());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
