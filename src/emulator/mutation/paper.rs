//! Printed lines and online messages that a mutation changes.

use super::{By, Scene};
use crate::online::OnlineMessage;
use crate::printer::{Part, Printed};

/// Makes other lines of a document's.
pub(crate) type LinesFn = fn(&Scene<'_>, Vec<Printed>) -> Vec<Printed>;

/// What becomes of the lines of a document.
#[derive(Debug, Clone, Copy)]
pub(crate) enum PaperEdit {
    /// Nothing is printed.
    Nothing,
    /// So many lines at the most.
    First(usize),
    /// The last of several lines is lost.
    LoseLast,
    /// These lines are lost.
    Lose(&'static str),
    /// Lines that begin so are lost.
    LoseBeginning(&'static str),
    /// A part is lost.
    LosePart(Part),
    /// So many rows at the most.
    MostRows(usize),
    /// A part comes last.
    PartLast(Part),
    /// A part comes first.
    PartFirst(Part),
    /// Lines of so many characters and more are broken at fewer.
    Narrower(usize, usize),
    /// Each line.
    Text(By<fn(&str) -> String>),
    /// Each line of a part.
    PartText(Part, By<fn(&str) -> String>),
    /// All lines.
    Change(By<LinesFn>),
}

impl PaperEdit {
    pub(super) fn apply(&self, scene: &Scene<'_>, mut lines: Vec<Printed>) -> Vec<Printed> {
        match *self {
            PaperEdit::Nothing => lines.clear(),
            PaperEdit::First(most) => lines.truncate(most),
            PaperEdit::LoseLast if lines.len() > 1 => {
                lines.pop();
            }
            PaperEdit::LoseLast => {}
            PaperEdit::Lose(text) => lines.retain(|line| line.text != text),
            PaperEdit::LoseBeginning(text) => lines.retain(|line| !line.text.starts_with(text)),
            PaperEdit::LosePart(part) => lines.retain(|line| line.part != part),
            PaperEdit::MostRows(most) => {
                let mut rows = 0;
                lines.retain(|line| {
                    rows += usize::from(line.part == Part::Row);
                    line.part != Part::Row || rows <= most
                });
            }
            // Sorting is stable: the lines of either half keep their order.
            PaperEdit::PartLast(part) => lines.sort_by_key(|line| line.part == part),
            PaperEdit::PartFirst(part) => lines.sort_by_key(|line| line.part != part),
            PaperEdit::Narrower(from, to) => {
                return lines.into_iter().flat_map(|line| narrower(line, from, to)).collect();
            }
            PaperEdit::Text(change) => lines.iter_mut().for_each(|line| line.text = (change.0)(&line.text)),
            PaperEdit::PartText(part, change) => {
                let own = lines.iter_mut().filter(|line| line.part == part);
                own.for_each(|line| line.text = (change.0)(&line.text));
            }
            PaperEdit::Change(change) => return (change.0)(scene, lines),
        }
        lines
    }
}

fn narrower(line: Printed, from: usize, to: usize) -> Vec<Printed> {
    let symbols: Vec<char> = line.text.chars().collect();
    if symbols.len() < from || line.text.starts_with("--") {
        return vec![line];
    }
    let width = to.max(1);
    symbols.chunks(width).map(|piece| Printed { part: line.part, text: piece.iter().collect() }).collect()
}

/// What becomes of a message to the tax committee.
#[derive(Debug, Clone, Copy)]
pub(crate) enum OnlineEdit {
    /// It is not sent.
    Lose,
    /// So many positions at the most.
    Positions(usize),
    /// Each position's name.
    Name(By<fn(&str) -> String>),
    /// Each position's quantity.
    Quantity(By<fn(&str) -> String>),
    /// Each position's sum.
    Sum(By<fn(&str) -> String>),
    /// The message.
    Change(By<fn(&Scene<'_>, &mut OnlineMessage)>),
}

impl OnlineEdit {
    pub(super) fn apply(&self, scene: &Scene<'_>, mut message: OnlineMessage) -> Option<OnlineMessage> {
        let positions = &mut message.positions;
        match *self {
            OnlineEdit::Lose => return None,
            OnlineEdit::Positions(most) => positions.truncate(most),
            OnlineEdit::Name(change) => positions.iter_mut().for_each(|one| one.name = (change.0)(&one.name)),
            OnlineEdit::Quantity(change) => {
                positions.iter_mut().for_each(|one| one.qty = (change.0)(&one.qty))
            }
            OnlineEdit::Sum(change) => positions.iter_mut().for_each(|one| one.sum = (change.0)(&one.sum)),
            OnlineEdit::Change(change) => (change.0)(scene, &mut message),
        }
        Some(message)
    }
}
