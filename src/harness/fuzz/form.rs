//! How the parameters of a request are written: plainly, in unusual ways that say the same, in ways
//! that the document leaves open, and in ways that say nothing certain.

use ikkm_protocol::request::FORM;
use ikkm_protocol::{Method, Params};
use std::fmt::Write;

/// The boundary of a multipart body; no value that is drawn holds it.
const BOUNDARY: &str = "ikkm-fuzz-boundary";

/// How parameters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// In the query.
    Query,
    /// In a form body.
    Body,
    /// In the query, every byte percent-encoded.
    Escaped,
    /// In a form body as browsers write it: `+` for a space, small hex digits, empty pairs between.
    Browser,
    /// The first parameter in the query, the others with the key in a form body (Q-WIRE-4).
    Split,
    /// In a `multipart/form-data` body (Q-WIRE-4).
    Multipart,
    /// In the query, one of them mangled: what that says is not certain.
    Mangled(Mangle),
}

/// What is wrong with the way in which a parameter is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mangle {
    /// `5%zz`: an escape that is none.
    BadEscape,
    /// `5%`: an escape that is cut off.
    CutEscape,
    /// `5%00`: a zero byte.
    Nul,
    /// `5%FF`: a byte that is no UTF-8.
    NotUtf8,
    /// `%C0%B5`: the first digit in two bytes where one is enough.
    Overlong,
    /// `%2535`: encoded twice.
    Twice,
    /// `sale%20=5`: a blank at the end of the name, as in the document's own slip.
    BlankName,
    /// `sale`: no value.
    NoValue,
    /// `sale=5;cash=5`: another separator.
    Semicolon,
}

impl Mangle {
    /// All of them.
    pub const ALL: [Mangle; 9] = [
        Mangle::BadEscape,
        Mangle::CutEscape,
        Mangle::Nul,
        Mangle::NotUtf8,
        Mangle::Overlong,
        Mangle::Twice,
        Mangle::BlankName,
        Mangle::NoValue,
        Mangle::Semicolon,
    ];
}

/// Where the parameters stand in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// In the query as it stands, without the question mark; the key is added behind it.
    Query(String),
    /// As plain parameters of a form body; the key is added before them.
    Plain,
    /// In a body as it stands, with its type, maybe beside a query; the key is in it.
    Body {
        /// The query, without the question mark; may be empty.
        query: String,
        /// The `Content-Type`.
        kind: String,
        /// The body.
        body: String,
    },
}

impl Form {
    /// Whether the document says what a request in this form says.
    pub fn is_certain(self) -> bool {
        !matches!(self, Form::Mangled(_))
    }

    /// Whether the document says that a request in this form must be understood.
    pub fn is_promised(self) -> bool {
        !matches!(self, Form::Mangled(_) | Form::Split | Form::Multipart)
    }

    /// Whether the key stands in the body itself.
    pub fn holds_key(self) -> bool {
        matches!(self, Form::Browser | Form::Split | Form::Multipart)
    }

    /// The method that goes with it, for a request with parameters.
    pub fn method(self) -> Method {
        match self {
            Form::Query | Form::Escaped | Form::Mangled(_) => Method::Get,
            Form::Body | Form::Browser | Form::Split | Form::Multipart => Method::Post,
        }
    }

    /// Writes the parameters; `key` is the text that stands for the key.
    pub fn write(self, params: &Params, key: Option<&str>) -> Written {
        let mut keyed = Params::new();
        keyed.0.extend(key.map(|key| ("key".to_owned(), key.to_owned())));
        match self {
            Form::Query => Written::Query(params.encode()),
            Form::Body => Written::Plain,
            Form::Escaped => Written::Query(escaped(params)),
            Form::Mangled(how) => Written::Query(mangled(how, params)),
            Form::Browser => {
                keyed.0.extend(params.0.iter().cloned());
                Written::Body { query: String::new(), kind: FORM.to_owned(), body: browser(&keyed) }
            }
            Form::Split => {
                let first = Params(params.0.iter().take(1).cloned().collect());
                keyed.0.extend(params.0.iter().skip(1).cloned());
                Written::Body { query: first.encode(), kind: FORM.to_owned(), body: browser(&keyed) }
            }
            Form::Multipart => {
                keyed.0.extend(params.0.iter().cloned());
                let kind = format!("multipart/form-data; boundary={BOUNDARY}");
                Written::Body { query: String::new(), kind, body: multipart(&keyed) }
            }
        }
    }
}

/// `a=1` with every byte of names and values percent-encoded.
fn escaped(params: &Params) -> String {
    let pair = |(name, value): &(String, String)| format!("{}={}", hex(name), hex(value));
    params.0.iter().map(pair).collect::<Vec<_>>().join("&")
}

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        // Writing into a text cannot fail.
        let _ = write!(out, "%{byte:02X}");
        out
    })
}

/// As a browser writes a form, with an empty pair at the end. A key's placeholder stays as it is.
fn browser(params: &Params) -> String {
    let mut out = String::new();
    for (name, value) in &params.0 {
        out.push_str(name);
        out.push('=');
        if name == "key" {
            out.push_str(value);
        } else {
            for byte in value.bytes() {
                let _ = match byte {
                    b' ' => write!(out, "+"),
                    b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'.' => write!(out, "{}", char::from(byte)),
                    other => write!(out, "%{other:02x}"),
                };
            }
        }
        out.push('&');
    }
    out
}

fn multipart(params: &Params) -> String {
    let mut out = String::new();
    for (name, value) in &params.0 {
        let _ =
            write!(out, "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    let _ = write!(out, "--{BOUNDARY}--\r\n");
    out
}

/// The first parameter mangled; the others as usual.
fn mangled(how: Mangle, params: &Params) -> String {
    let one = |name: &str, value: &str| Params(vec![(name.to_owned(), value.to_owned())]).encode();
    let mut pairs: Vec<String> = params.0.iter().map(|(name, value)| one(name, value)).collect();
    let (Some((name, value)), Some(first)) = (params.0.first(), pairs.first_mut()) else {
        return String::new();
    };
    match how {
        Mangle::BadEscape => first.push_str("%zz"),
        Mangle::CutEscape => first.push('%'),
        Mangle::Nul => first.push_str("%00"),
        Mangle::NotUtf8 => first.push_str("%FF"),
        Mangle::Overlong => {
            let digit = value.bytes().next().unwrap_or(b'5');
            let rest = value.get(1..).unwrap_or_default();
            *first = format!("{name}=%C0%{:02X}{rest}", digit | 0x80);
        }
        Mangle::Twice => *first = format!("{name}={}", hex(value).replace('%', "%25")),
        Mangle::BlankName => *first = format!("{name}%20={}", hex(value)),
        Mangle::NoValue => first.truncate(name.len()),
        Mangle::Semicolon => return pairs.join(";"),
    }
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ikkm_protocol::WireRequest;

    fn params() -> Params {
        Params(
            [("sale", "5"), ("cash", "6"), ("print", "a b+c&Жд")].map(|(n, v)| (n.into(), v.into())).into(),
        )
    }

    fn read_back(form: Form) -> Params {
        let (target, kind, body) = match form.write(&params(), Some("00000001")) {
            Written::Query(query) => (format!("/api/?{query}"), None, String::new()),
            Written::Plain => ("/api/".to_owned(), Some(FORM.to_owned()), params().encode()),
            Written::Body { query, kind, body } => (format!("/api/?{query}"), Some(kind), body),
        };
        let request =
            WireRequest { method: form.method(), target, content_type: kind, body: body.into_bytes() };
        let mut read = request.params();
        read.0.retain(|(name, _)| name != "key" && !name.is_empty());
        read
    }

    #[test]
    fn these_forms_say_the_same() {
        for form in [Form::Query, Form::Body, Form::Escaped, Form::Browser, Form::Split] {
            assert_eq!(read_back(form), params(), "{form:?}");
        }
        let Written::Query(query) = Form::Escaped.write(&params(), None) else { panic!() };
        assert!(query.starts_with("%73%61%6C%65=%35&"), "{query}");
        let Written::Body { kind, body, .. } = Form::Multipart.write(&params(), Some("<key>")) else {
            panic!()
        };
        assert!(kind.ends_with(BOUNDARY) && body.contains("name=\"key\"\r\n\r\n<key>\r\n"), "{body}");
    }

    #[test]
    fn what_is_mangled_says_something_else() {
        for how in Mangle::ALL {
            assert_ne!(read_back(Form::Mangled(how)), params(), "{how:?}");
        }
        let written = |how| match Form::Mangled(how).write(&params(), None) {
            Written::Query(query) => query.split('&').next().unwrap_or_default().to_owned(),
            other => panic!("{other:?}"),
        };
        assert_eq!(written(Mangle::Overlong), "sale=%C0%B5");
        assert_eq!(written(Mangle::Twice), "sale=%2535");
        assert_eq!(written(Mangle::NoValue), "sale");
    }
}
