//! A mistake in a suite file, shown with file, line, column, the line itself and what was meant.

use super::text::Position;
use crate::text::{clip, one_line};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// A mistake in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file's path as it was given.
    pub file: String,
    /// Where; `None` when the whole file is meant.
    pub position: Option<Position>,
    /// What is wrong, in one lower-case sentence.
    pub message: String,
    /// What was probably meant, or what to do.
    pub help: Option<String>,
    /// The offending source line.
    pub line: Option<String>,
}

impl Diagnostic {
    /// A mistake at a place; the source line is cut out of the file's text.
    pub fn at(file: &str, source: &str, position: Position, message: impl Into<String>) -> Diagnostic {
        let line = source.lines().nth(position.line.saturating_sub(1)).map(str::to_owned);
        Diagnostic {
            file: file.to_owned(),
            position: Some(position),
            message: fit(&message.into()),
            help: None,
            line,
        }
    }

    /// A mistake of the whole file.
    pub fn file(file: &str, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            file: file.to_owned(),
            position: None,
            message: fit(&message.into()),
            help: None,
            line: None,
        }
    }

    /// With a word on what to do.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// The whole finding as lines for a terminal, in colours where `colours` says so.
    pub fn render(&self, colours: bool) -> String {
        let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
        let mut groups = Vec::new();
        let title = Level::ERROR.primary_title(self.message.as_str());
        let mut group = match (&self.line, self.position) {
            (Some(line), Some(position)) => {
                let span = char_span(line, position.column);
                let snippet = Snippet::source(line.as_str())
                    .line_start(position.line)
                    .path(self.file.as_str())
                    .annotation(AnnotationKind::Primary.span(span));
                title.element(snippet)
            }
            _ => Group::with_title(title).element(annotate_snippets::Origin::path(self.file.as_str())),
        };
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        groups.push(group);
        renderer.render(&groups)
    }
}

/// A message may quote what stands in the file.
fn fit(message: &str) -> String {
    clip(&one_line(message), 500)
}

/// The bytes of the word that begins at a column; at least one character, within the line.
fn char_span(line: &str, column: usize) -> std::ops::Range<usize> {
    let start = line.char_indices().nth(column.saturating_sub(1)).map_or(line.len(), |(at, _)| at);
    let rest = &line[start..];
    let word = rest.find([' ', ',', ':', '}', ']', '#']).filter(|len| *len > 0).unwrap_or(rest.len());
    start..(start + word).max(start)
}

/// `did you mean …?`, if one of the known names is near enough.
pub fn did_you_mean<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(wrong, name), name))
        .filter(|(distance, name)| *distance <= 1 + name.len().min(wrong.len()) / 3)
        .min()
        .map(|(_, name)| format!("did you mean `{name}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_line_and_what_was_meant() {
        let source = "about: x\ncases:\n  - nmae: a/b\n";
        let shown =
            Diagnostic::at("s.yaml", source, Position { line: 3, column: 5 }, "there is no field `nmae`")
                .help("did you mean `name`?")
                .render(false);
        for part in ["s.yaml:3:5", "  - nmae: a/b", "^^^^", "no field `nmae`", "did you mean `name`?"] {
            assert!(shown.contains(part), "{part} is missing in\n{shown}");
        }
    }

    #[test]
    fn places_outside_the_text_do_no_harm() {
        for position in [
            Position { line: 0, column: 0 },
            Position { line: 99, column: 99 },
            Position { line: 1, column: 99 },
        ] {
            let shown = Diagnostic::at("ж.yaml", "жар\n", position, "wrong").render(false);
            assert!(shown.contains("ж.yaml"), "{shown}");
        }
        assert!(Diagnostic::file("f", "empty").render(true).contains("empty"));
    }

    #[test]
    fn near_names_are_proposed_and_far_ones_not() {
        assert_eq!(did_you_mean("sael", ["sale", "buy"]), Some("did you mean `sale`?".into()));
        assert_eq!(did_you_mean("zzzzzz", ["sale", "buy"]), None);
    }
}
