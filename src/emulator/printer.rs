//! The printer: print text laid out on paper, and the tape of all that was printed
//! (v22 §5.1, §8, §10.1).

use super::arguments::Arguments;
use super::behaviour::{BadBarcode, Font, LongLine, Paper, PrintBody};
use super::machine::{Machine, unexpected};
use super::refusal::{self, Refusal};
use super::reply::Reply;
use super::snapshot::Roll;
use ikkm_protocol::Method;
use ikkm_protocol::markup::{self, Barcode, BarcodeFault, Line};
use time::{Duration, PrimitiveDateTime};

/// Lines that the tape holds when nobody reads it; older ones are dropped.
const TAPE_LENGTH: usize = 100_000;

/// What kind of document is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Document {
    /// A receipt.
    Receipt,
    /// A receipt again.
    Duplicate,
    /// Text of /apiprint.
    Text,
    /// An X or Z report.
    Report,
    /// A deposit or withdrawal.
    Cash,
}

/// What part of a receipt a line belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// `printHeader`.
    Header,
    /// `print`.
    Print,
    /// The rows.
    Row,
    /// `footer`.
    Footer,
    /// Anything else.
    Other,
}

/// A line on its way to the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Printed {
    /// Where it belongs.
    pub part: Part,
    /// Its text.
    pub text: String,
}

/// What was printed, and when the printer is done with it.
#[derive(Debug, Clone, Default)]
pub(super) struct Printer {
    /// The lines of the last receipt, for duplicates.
    pub last_receipt: Option<Vec<Printed>>,
    /// Lines that the bench has not read yet.
    pub tape: Vec<String>,
    /// What hangs out of the printer.
    pub paper: Roll,
    busy_until: Option<PrimitiveDateTime>,
}

impl Printer {
    fn print(&mut self, lines: Vec<Printed>, done: Option<PrimitiveDateTime>) {
        self.busy_until = done;
        self.paper.take(&lines);
        self.tape.extend(lines.into_iter().map(|line| line.text));
        let surplus = self.tape.len().saturating_sub(TAPE_LENGTH);
        self.tape.drain(..surplus);
    }

    /// It still prints.
    pub(super) fn is_busy(&self, now: PrimitiveDateTime) -> bool {
        self.busy_until.is_some_and(|until| now < until)
    }

    /// Every line since the last call, in order.
    pub(super) fn take_tape(&mut self) -> Vec<String> {
        std::mem::take(&mut self.tape)
    }
}

/// Lines that all belong to that part.
pub(super) fn of_part(part: Part, lines: impl IntoIterator<Item = String>) -> Vec<Printed> {
    lines.into_iter().map(|text| Printed { part, text }).collect()
}

/// Lines of a document without parts.
pub(super) fn plain(lines: Vec<String>) -> Vec<Printed> {
    of_part(Part::Other, lines)
}

impl Machine {
    /// /apiprint (v22 §8).
    pub(super) fn print_text(&mut self, arguments: &Arguments) -> Result<Reply, Refusal> {
        unexpected(arguments.method == Method::Get, self.behaviour.printing.by_get)?;
        let text = arguments.get("print").ok_or(refusal::CHECK_ALL)?;
        self.works()?;
        self.may_print()?;
        let lines = self.lay_out(text)?;
        self.print(Document::Text, plain(lines));
        let body = match self.behaviour.printing.body {
            PrintBody::Zero => "0",
            PrintBody::Word => "ok",
            PrintBody::Empty => "",
        };
        Ok(Reply::Text { reason: None, body: body.to_owned() })
    }

    /// /apicheck/printLastDocument (v22 §7.1).
    pub(super) fn print_last(&mut self) -> Result<Reply, Refusal> {
        let lines = self.printer.last_receipt.clone().ok_or(refusal::NO_LAST_DOCUMENT)?;
        self.works()?;
        self.may_print()?;
        self.print_duplicate(lines);
        Ok(Reply::zero(self.books.last_closed.to_string()))
    }

    /// Prints a receipt again, marked as a duplicate.
    pub(super) fn print_duplicate(&mut self, lines: Vec<Printed>) {
        let mark = std::iter::once(Printed { part: Part::Other, text: "DUPLICATE".to_owned() });
        self.print(Document::Duplicate, mark.chain(lines).collect());
    }

    /// Prints a document: its lines, and a cut where the printer has a knife.
    pub(super) fn print(&mut self, document: Document, lines: Vec<Printed>) {
        let mut lines = self.on_paper(document, lines);
        if self.print_mode().is_external() {
            lines.push(Printed { part: Part::Other, text: Line::Cut.to_string() });
        }
        let pause = Duration::milliseconds(self.behaviour.printing.busy_after_ms.into());
        self.printer.print(lines, self.now.map(|now| now.saturating_add(pause)));
    }

    /// Lays out print text for the selected printer.
    ///
    /// # Errors
    /// `print-lines-parse-error`: bytes that were no UTF-8, or whatever Q-PRN-1 and Q-PRN-2 refuse.
    pub(super) fn lay_out(&self, text: &str) -> Result<Vec<String>, Refusal> {
        if text.contains(char::REPLACEMENT_CHARACTER) {
            return Err(refusal::PRINT_TEXT);
        }
        let external = self.print_mode().is_external();
        let mut lines = Vec::new();
        for line in markup::parse(text) {
            match line {
                Line::Text(text) => self.lay_out_words(&text, &mut lines)?,
                Line::Barcode(code) => match self.barcode_as_text(&code)? {
                    false => lines.push(Line::Barcode(code).to_string()),
                    true => self.lay_out_words(&Line::Barcode(code).to_string(), &mut lines)?,
                },
                Line::Cut | Line::Rule | Line::OpenDrawer if external => lines.push(line.to_string()),
                Line::Cut | Line::Rule | Line::OpenDrawer => {}
            }
        }
        Ok(lines)
    }

    /// Whether a bar code is printed as the text it is, because it is none (Q-PRN-1).
    fn barcode_as_text(&self, code: &Barcode) -> Result<bool, Refusal> {
        let rules = &self.behaviour.printing;
        let bad = match code.fault() {
            None => return Ok(false),
            Some(BarcodeFault::CheckDigit) => rules.wrong_check_digit,
            Some(BarcodeFault::Length) => rules.wrong_length,
            Some(BarcodeFault::Symbol) => rules.wrong_symbol,
        };
        match bad {
            BadBarcode::Text => Ok(true),
            BadBarcode::Refused => Err(refusal::PRINT_TEXT),
        }
    }

    fn lay_out_words(&self, text: &str, lines: &mut Vec<String>) -> Result<(), Refusal> {
        let symbols: Vec<char> = text.chars().collect();
        let width = self.paper_width();
        if symbols.len() <= width {
            lines.push(text.to_owned());
            return Ok(());
        }
        match self.behaviour.printing.long_line {
            LongLine::Wrapped => lines.extend(symbols.chunks(width).map(String::from_iter)),
            LongLine::Cut => lines.push(symbols.iter().take(width).collect()),
            LongLine::Refused => return Err(refusal::PRINT_TEXT),
        }
        Ok(())
    }

    /// Characters a line, in the normal font.
    fn paper_width(&self) -> usize {
        let rules = &self.behaviour.printing;
        match (self.print_mode().is_external(), rules.paper, rules.font) {
            (false, _, Font::Normal) => markup::INTERNAL_NORMAL,
            (false, _, Font::Small) => markup::INTERNAL_SMALL,
            (false, _, Font::Large) => markup::INTERNAL_LARGE,
            (true, Paper::Wide, _) => markup::EXTERNAL_80_MM,
            (true, Paper::Narrow, _) => markup::EXTERNAL_57_MM,
        }
    }
}
