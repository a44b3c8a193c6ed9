//! JSON dumps, compared with accepted ones.
//!
//! The emulator's, in its start state, are compared whole: insta snapshots, `golden/NAME.snap`, so
//! `cargo insta review` shows what changed. Dates and serial numbers are redacted first. A device's
//! (`--golden DIR`) are kept and compared by their [`shape`], `DIR/NAME.shape.json`. In both cases
//! `run --accept-golden` takes what came.

pub mod shape;
#[cfg(test)]
mod tests;

use insta::Snapshot;
use serde_json::Value;
use shape::Shape;
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

/// What is compared of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// All of it, which needs a device in its known start state.
    Whole,
    /// Fields, types and forms.
    Shape,
}

/// What a comparison came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compared {
    /// The document is as accepted.
    Same,
    /// It was taken as the accepted one.
    Taken,
    /// What differs, in one line.
    Differs(String),
}

/// A folder of accepted documents.
#[derive(Debug, Clone)]
pub struct Golden {
    folder: PathBuf,
    accept: bool,
    extent: Extent,
}

impl Golden {
    /// The documents of the emulator's start state in `folder`; with `accept`, what comes is taken
    /// instead of compared.
    pub fn new(folder: impl Into<PathBuf>, accept: bool) -> Golden {
        Golden { folder: folder.into(), accept, extent: Extent::Whole }
    }

    /// The shapes of a device's documents in `folder`; what is not there yet is taken.
    pub fn of_device(folder: impl Into<PathBuf>, accept: bool) -> Golden {
        Golden { folder: folder.into(), accept, extent: Extent::Shape }
    }

    /// Whether documents only compare in the device's start state.
    pub fn needs_start_state(&self) -> bool {
        self.extent == Extent::Whole
    }

    /// Where the accepted document of that name is.
    pub fn path(&self, name: &str) -> PathBuf {
        let ending = match self.extent {
            Extent::Whole => "snap",
            Extent::Shape => "shape.json",
        };
        self.folder.join(format!("{name}.{ending}"))
    }

    /// Compares a document with the accepted one. A whole document that differs is put beside the
    /// accepted one as `NAME.snap.new`.
    ///
    /// # Errors
    /// [`GoldenError`].
    pub fn compare(&self, name: &str, document: &Value) -> Result<Compared, GoldenError> {
        match self.extent {
            Extent::Whole => self.compare_whole(name, document),
            Extent::Shape => self.compare_shape(name, document),
        }
    }

    fn compare_whole(&self, name: &str, document: &Value) -> Result<Compared, GoldenError> {
        let path = self.path(name);
        let new = path.with_extension("snap.new");
        let found = normal(document);
        if self.accept {
            write(&path, &snapshot_text(name, &found))?;
            // It is gone already where there never was one.
            let _ = fs::remove_file(&new);
            return Ok(Compared::Taken);
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
            return Ok(Compared::Same);
        }
        write(&new, &snapshot_text(name, &found))?;
        Ok(Compared::Differs(difference(&accepted, &found)))
    }

    fn compare_shape(&self, name: &str, document: &Value) -> Result<Compared, GoldenError> {
        let path = self.path(name);
        let found = Shape::of(document);
        let unreadable = |why: String| GoldenError::Unreadable { path: path.clone(), why };
        if self.accept || !path.exists() {
            let text = serde_json::to_string_pretty(&found).map_err(|error| unreadable(error.to_string()))?;
            write(&path, &format!("{text}\n"))?;
            return Ok(Compared::Taken);
        }
        let text = fs::read_to_string(&path).map_err(|error| unreadable(error.to_string()))?;
        let kept: Shape = serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
        let lines = kept.differences(&found);
        if lines.is_empty() {
            return Ok(Compared::Same);
        }
        Ok(Compared::Differs(crate::text::clip(&lines.join("; "), LONGEST)))
    }
}

/// The longest description of a difference, in characters.
const LONGEST: usize = 400;

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
    crate::text::clip(&changed.join(" "), LONGEST)
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
