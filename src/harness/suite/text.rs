//! A scalar exactly as the author wrote it (`800.10` keeps its zero), with its place in the file.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;

/// A line and a column in a suite file, both counted from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

/// A scalar's text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The text as written, quotes undone.
    pub text: String,
    /// Where it stands.
    pub position: Position,
}

impl Text {
    /// The same place with another text, for placeholders that were filled in.
    pub fn with(&self, text: String) -> Text {
        Text { text, position: self.position }
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
        let spanned = serde_saphyr::Spanned::<String>::deserialize(deserializer)?;
        let at = spanned.referenced;
        let position = Position { line: at.line() as usize, column: at.column() as usize };
        Ok(Text { text: spanned.value, position })
    }
}

impl JsonSchema for Text {
    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"] })
    }
}
