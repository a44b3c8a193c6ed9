//! Print text as the device reads it: lines, printer commands and bar codes (v22 §5.1, §8, §10.1).
//!
//! Only the form is read here. What a device does with a bar code that is none is open, so
//! [`Barcode::fault`] names what is wrong and leaves the answer to the caller.

use std::fmt;

/// Characters a line on the internal printer, normal font (v22 §8).
pub const INTERNAL_NORMAL: usize = 24;
/// Characters a line on the internal printer, small font.
pub const INTERNAL_SMALL: usize = 32;
/// Characters a line on the internal printer, large font.
pub const INTERNAL_LARGE: usize = 19;
/// Characters a line on a LAN or USB printer with 80 mm paper.
pub const EXTERNAL_80_MM: usize = 42;
/// Characters a line on a LAN or USB printer with 57 mm paper.
pub const EXTERNAL_57_MM: usize = 30;

/// One line of print text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// Words to print.
    Text(String),
    /// `--cut--`: cut the paper (external printer).
    Cut,
    /// `--line--`: print a horizontal line (external printer).
    Rule,
    /// `--open-cash--`: open the drawer (external printer).
    OpenDrawer,
    /// A bar code.
    Barcode(Barcode),
}

/// The kinds of bar code (v22 §10.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Symbology {
    /// 13 digits.
    Ean13,
    /// 8 digits.
    Ean8,
    /// 1 to 128 of `a-zA-Z0-9 !?:.,+=_;`.
    Code128,
}

impl Symbology {
    const ALL: [Symbology; 3] = [Symbology::Ean13, Symbology::Ean8, Symbology::Code128];

    /// What stands before the content.
    fn opening(self) -> &'static str {
        match self {
            Symbology::Ean13 => "--barcodeEAN13-",
            Symbology::Ean8 => "--barcodeEAN8-",
            Symbology::Code128 => "--barcode128-",
        }
    }
}

/// A bar code as it is written, right or wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Barcode {
    /// Its kind.
    pub symbology: Symbology,
    /// What stands between the opening and the closing `--`.
    pub content: String,
}

/// What is wrong with a bar code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BarcodeFault {
    /// Too few or too many symbols.
    Length,
    /// A symbol that this kind cannot show.
    Symbol,
    /// The last digit does not check the others.
    CheckDigit,
}

impl Barcode {
    /// What is wrong with it, if anything: symbols first, then length, then the check digit.
    pub fn fault(&self) -> Option<BarcodeFault> {
        let allowed = |symbol: char| match self.symbology {
            Symbology::Ean13 | Symbology::Ean8 => symbol.is_ascii_digit(),
            Symbology::Code128 => symbol.is_ascii_alphanumeric() || " !?:.,+=_;".contains(symbol),
        };
        if !self.content.chars().all(allowed) {
            return Some(BarcodeFault::Symbol);
        }
        let fits = match self.symbology {
            Symbology::Ean13 => self.content.len() == 13,
            Symbology::Ean8 => self.content.len() == 8,
            Symbology::Code128 => (1..=128).contains(&self.content.len()),
        };
        if !fits {
            return Some(BarcodeFault::Length);
        }
        let checked = self.symbology == Symbology::Code128 || checks(&self.content);
        (!checked).then_some(BarcodeFault::CheckDigit)
    }
}

/// The sum of an EAN's digits, weighted 1 and 3 from the right, is a multiple of ten.
fn checks(digits: &str) -> bool {
    let weighted = digits.bytes().rev().zip([1u32, 3].into_iter().cycle());
    weighted.map(|(digit, weight)| u32::from(digit.saturating_sub(b'0')) * weight).sum::<u32>() % 10 == 0
}

/// Reads print text line by line; `\n` (or `\r\n`) ends a line.
pub fn parse(text: &str) -> Vec<Line> {
    text.lines().map(parse_line).collect()
}

fn parse_line(line: &str) -> Line {
    match line {
        "--cut--" => return Line::Cut,
        "--line--" => return Line::Rule,
        "--open-cash--" => return Line::OpenDrawer,
        _ => {}
    }
    for symbology in Symbology::ALL {
        let content = line.strip_prefix(symbology.opening()).and_then(|rest| rest.strip_suffix("--"));
        if let Some(content) = content {
            return Line::Barcode(Barcode { symbology, content: content.to_owned() });
        }
    }
    Line::Text(line.to_owned())
}

impl fmt::Display for Line {
    /// The line as it is written in print text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Line::Text(text) => f.write_str(text),
            Line::Cut => f.write_str("--cut--"),
            Line::Rule => f.write_str("--line--"),
            Line::OpenDrawer => f.write_str("--open-cash--"),
            Line::Barcode(code) => write!(f, "{}{}--", code.symbology.opening(), code.content),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fault(line: &str) -> Option<BarcodeFault> {
        match parse(line).as_slice() {
            [Line::Barcode(code)] => code.fault(),
            other => panic!("{line} is {other:?}"),
        }
    }

    #[test]
    fn reads_the_commands_of_the_document() {
        let text = "fox!\n--cut--\n--line--\n--open-cash--\n--barcodeEAN13-7501031311309--\r\n--barcode128-TESTCODE123--";
        let lines = parse(text);
        assert_eq!(lines[..4], [Line::Text("fox!".into()), Line::Cut, Line::Rule, Line::OpenDrawer]);
        assert!(
            matches!(&lines[4], Line::Barcode(c) if c.symbology == Symbology::Ean13 && c.fault().is_none())
        );
        assert!(matches!(&lines[5], Line::Barcode(c) if c.content == "TESTCODE123" && c.fault().is_none()));
    }

    #[test]
    fn what_only_looks_like_a_command_is_text() {
        for line in
            ["--cut-- ", " --cut--", "--CUT--", "--barcode39-1--", "--barcodeEAN13-123", "--barcode128---x"]
        {
            assert_eq!(parse(line), [Line::Text(line.into())], "{line}");
        }
        assert_eq!(parse(""), []);
        assert_eq!(parse("a\n\nb\n").len(), 3);
    }

    #[test]
    fn names_what_is_wrong_with_a_bar_code() {
        assert_eq!(fault("--barcodeEAN13-7501031311308--"), Some(BarcodeFault::CheckDigit));
        assert_eq!(fault("--barcodeEAN13-750103131130--"), Some(BarcodeFault::Length));
        assert_eq!(fault("--barcodeEAN13-75010313113x9--"), Some(BarcodeFault::Symbol));
        assert_eq!(fault("--barcodeEAN8-96385074--"), None);
        assert_eq!(fault("--barcodeEAN8-96385075--"), Some(BarcodeFault::CheckDigit));
        assert_eq!(fault("--barcode128---"), Some(BarcodeFault::Length));
        assert_eq!(fault("--barcode128-Ж--"), Some(BarcodeFault::Symbol));
        assert_eq!(fault("--barcode128-a Z9!?:.,+=_;--"), None);
        assert_eq!(fault(&format!("--barcode128-{}--", "x".repeat(129))), Some(BarcodeFault::Length));
    }

    proptest! {
        #[test]
        fn a_line_is_written_as_it_was_read(text in "(--)?(cut|line|barcode128-|barcodeEAN8-)?[0-9a-zж-]{0,12}(--)?") {
            let shown: Vec<String> = parse(&text).iter().map(Line::to_string).collect();
            prop_assert_eq!(shown.join("\n"), text);
        }
    }
}
