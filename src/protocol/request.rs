//! A request as its author means it, and as bytes on the wire (v22 §3, §5).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use std::fmt;

/// The two methods that the device takes (v22 §3), and one that it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Parameters in the query.
    Get,
    /// Parameters as a form in the body.
    Post,
    /// Parameters in the query: a method that no device takes (v22 §11.2, `incorrect-method`).
    Put,
}

impl Method {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
        }
    }
}

/// The four types of registration (v22 §5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Registration {
    /// Goods or services sold.
    Sale,
    /// Something bought.
    Buy,
    /// A sale taken back.
    SaleReturn,
    /// A purchase taken back.
    BuyReturn,
}

impl Registration {
    /// All four, in the order of `chequeType` 0 to 3.
    pub const ALL: [Registration; 4] =
        [Registration::Sale, Registration::Buy, Registration::SaleReturn, Registration::BuyReturn];

    /// The parameter's name, case included.
    pub fn wire(self) -> &'static str {
        match self {
            Registration::Sale => "sale",
            Registration::Buy => "buy",
            Registration::SaleReturn => "saleReturn",
            Registration::BuyReturn => "buyReturn",
        }
    }

    /// The type with that parameter name.
    pub fn from_wire(name: &str) -> Option<Registration> {
        Registration::ALL.into_iter().find(|kind| kind.wire() == name)
    }
}

impl fmt::Display for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wire())
    }
}

/// The four kinds of payment (v22 §5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PayKind {
    /// Cash accepted.
    Cash,
    /// A bank card.
    Bank,
    /// Tare.
    Tara,
    /// On credit.
    Credit,
}

impl PayKind {
    /// All four, cash first.
    pub const ALL: [PayKind; 4] = [PayKind::Cash, PayKind::Bank, PayKind::Tara, PayKind::Credit];

    /// The parameter's name.
    pub fn wire(self) -> &'static str {
        match self {
            PayKind::Cash => "cash",
            PayKind::Bank => "bank",
            PayKind::Tara => "tara",
            PayKind::Credit => "credit",
        }
    }

    /// The kind with that parameter name.
    pub fn from_wire(name: &str) -> Option<PayKind> {
        PayKind::ALL.into_iter().find(|kind| kind.wire() == name)
    }
}

/// Named parameters in the order in which they are sent; a name may stand twice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params(pub Vec<(String, String)>);

impl Params {
    /// No parameters.
    pub fn new() -> Params {
        Params::default()
    }

    /// Adds one more parameter at the end.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// The first value of that name, case-sensitive as on the device.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// `a=1&b=2`, percent-encoded UTF-8 (a space as `%20`, which both query and form understand).
    pub fn encode(&self) -> String {
        let mut out = String::new();
        for (name, value) in &self.0 {
            if !out.is_empty() {
                out.push('&');
            }
            out.push_str(&encode(name));
            out.push('=');
            out.push_str(&encode(value));
        }
        out
    }

    /// Reads `a=1&b=2`, percent escapes and `+` undone; bytes that are no UTF-8 become U+FFFD.
    pub fn decode(text: &[u8]) -> Params {
        Params::decode_first(text, usize::MAX)
    }

    /// The same, but no more than the first so many: two megabytes of `&a=b` would become a hundred.
    pub fn decode_first(text: &[u8], most: usize) -> Params {
        Params(
            form_urlencoded::parse(text)
                .take(most)
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn encode(text: &str) -> String {
    percent_encode(text.as_bytes(), KEPT).to_string()
}

/// A request as it goes over the wire. The host is the transport's business.
#[derive(Clone, PartialEq, Eq)]
pub struct WireRequest {
    /// GET or POST.
    pub method: Method,
    /// Path and, after `?`, the encoded query: the request target of HTTP.
    pub target: String,
    /// `Content-Type` of the body; `None` with an empty body.
    pub content_type: Option<String>,
    /// The body's bytes; empty for GET.
    pub body: Vec<u8>,
}

/// The `Content-Type` of a form.
pub const FORM: &str = "application/x-www-form-urlencoded";

impl WireRequest {
    /// A request for `path` with its parameters where the method puts them: query or form body.
    pub fn new(method: Method, path: &str, params: &Params) -> WireRequest {
        let encoded = params.encode();
        match method {
            Method::Get | Method::Put if encoded.is_empty() => WireRequest::bare(method, path),
            Method::Get | Method::Put => {
                let joint = if path.contains('?') { '&' } else { '?' };
                WireRequest::bare(method, &format!("{path}{joint}{encoded}"))
            }
            Method::Post => WireRequest {
                method,
                target: path.to_owned(),
                content_type: Some(FORM.to_owned()),
                body: encoded.into_bytes(),
            },
        }
    }

    /// A request without parameters or body.
    pub fn bare(method: Method, target: &str) -> WireRequest {
        WireRequest { method, target: target.to_owned(), content_type: None, body: Vec::new() }
    }

    /// The path alone, without the query.
    pub fn path(&self) -> &str {
        self.target.split_once('?').map_or(self.target.as_str(), |(path, _)| path)
    }

    /// All parameters: the query's first, then those of a form body.
    pub fn params(&self) -> Params {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        let mut params = Params::decode(query.as_bytes());
        let kind = self.content_type.as_deref().and_then(|kind| kind.get(..FORM.len()));
        let is_form = kind.is_some_and(|kind| kind.eq_ignore_ascii_case(FORM));
        if is_form {
            params.0.extend(Params::decode(&self.body).0);
        }
        params
    }

    /// The registration type, if this is a request to `/api` that names one (v22 §5).
    pub fn registration(&self) -> Option<Registration> {
        if !matches!(self.path(), "/api" | "/api/") {
            return None;
        }
        self.params().0.iter().find_map(|(name, _)| Registration::from_wire(name))
    }
}

impl fmt::Debug for WireRequest {
    /// Hides the key's digits, as every log must.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({} bytes)", self.method.as_str(), self.path(), self.body.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(list: &[(&str, &str)]) -> Params {
        Params(list.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect())
    }

    #[test]
    fn get_has_a_query_and_post_a_form() {
        let params = pairs(&[("key", "01234567"), ("sale", "800.10")]);
        let get = WireRequest::new(Method::Get, "/api/", &params);
        assert_eq!(get.target, "/api/?key=01234567&sale=800.10");
        assert!(get.body.is_empty());
        let post = WireRequest::new(Method::Post, "/api/", &params);
        assert_eq!((post.target.as_str(), post.body.as_slice()), ("/api/", &b"key=01234567&sale=800.10"[..]));
        assert_eq!(get.params(), post.params());
        assert_eq!(get.path(), "/api/");
    }

    #[test]
    fn a_path_with_a_query_is_continued() {
        let get = WireRequest::new(Method::Get, "/apicheck/?beep=true", &pairs(&[("key", "1")]));
        assert_eq!(get.target, "/apicheck/?beep=true&key=1");
    }

    #[test]
    fn only_api_registers() {
        let at = |path: &str| WireRequest::bare(Method::Get, path).registration();
        assert_eq!(at("/api/?key=1&sale=5"), Some(Registration::Sale));
        assert_eq!(at("/api/?Sale=5"), None);
        assert_eq!(at("/apiwithdraw/?sale=5"), None);
    }

    proptest! {
        #[test]
        fn parameters_survive_the_wire(list in prop::collection::vec(("\\PC{1,8}", "\\PC{0,20}"), 0..6)) {
            let params = Params(list);
            prop_assert_eq!(Params::decode(params.encode().as_bytes()), params);
        }
    }
}
