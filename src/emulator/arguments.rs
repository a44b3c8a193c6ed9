//! A request's route and parameters, as this device reads them (v22 §3, Q-WIRE-4, Q-WIRE-6).

use super::behaviour::{Twice, Wire};
use ikkm_protocol::request::FORM;
use ikkm_protocol::{Method, Params, Registration, WireRequest};
use std::collections::HashSet;

/// How many parameters are read, of the query and of the body: the device knows some twenty.
const MOST_PARAMETERS: usize = 1000;

/// What a path asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    Register,
    Withdraw,
    Deposit,
    XReport,
    ZReport,
    Bank,
    Check,
    GetInfo,
    PrintLast,
    Print,
    Manage,
    /// The parts of the path after `/dump/`.
    Dump(Vec<String>),
    Unknown,
}

impl Route {
    /// The route of a path; `bare_api` is Q-WIRE-6.
    pub(super) fn of(path: &str, bare_api: bool) -> Route {
        let parts: Vec<&str> = path.split('/').collect();
        let parts = match parts.as_slice() {
            ["", rest @ .., ""] => rest,
            ["", "api"] if !bare_api => return Route::Unknown,
            ["", rest @ ..] => rest,
            _ => return Route::Unknown,
        };
        match parts {
            ["api"] => Route::Register,
            ["apiwithdraw"] => Route::Withdraw,
            ["apideposit"] => Route::Deposit,
            ["apixreport"] => Route::XReport,
            ["apizreport"] => Route::ZReport,
            ["apibank"] => Route::Bank,
            ["apicheck"] => Route::Check,
            ["apicheck", "getInfo"] => Route::GetInfo,
            ["apicheck", "printLastDocument"] => Route::PrintLast,
            ["apiprint"] => Route::Print,
            ["apimanage"] => Route::Manage,
            ["dump", rest @ ..] => Route::Dump(rest.iter().map(ToString::to_string).collect()),
            _ => Route::Unknown,
        }
    }
}

/// The parameters of a request, after the rules for where and how often they may stand.
#[derive(Debug, Clone)]
pub(super) struct Arguments {
    pub method: Method,
    pub all: Params,
    /// A parameter stands twice and the device takes none of both.
    pub ambiguous: bool,
}

impl Arguments {
    /// Reads the query and the body.
    pub(super) fn read(request: &WireRequest, rules: &Wire) -> Arguments {
        let query = request.target.split_once('?').map_or("", |(_, query)| query);
        let mut all = Params::decode_first(query.as_bytes(), MOST_PARAMETERS);
        if request.method == Method::Post && !request.body.is_empty() {
            let body = body_params(request, rules.multipart);
            if !rules.split_parameters {
                all = Params::new();
            }
            all.0.extend(body.0);
        }
        if rules.capital_types {
            all.0.iter_mut().for_each(|(name, _)| in_small(name));
        }
        let names: HashSet<&str> = all.0.iter().map(|(name, _)| name.as_str()).collect();
        let doubled = names.len() < all.0.len();
        let ambiguous = doubled && rules.twice == Twice::Refused;
        if doubled {
            all = once_each(all, rules.twice);
        }
        Arguments { method: request.method, all, ambiguous }
    }

    /// The value of a parameter.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.all.get(name)
    }

    /// Whether a parameter is there, whatever its value.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
}

/// `Sale` becomes `sale`, and so for the other types (Q-WIRE-10).
fn in_small(name: &mut String) {
    for kind in Registration::ALL {
        let (first, rest) = kind.wire().split_at(1);
        if name.strip_prefix(&first.to_ascii_uppercase()) == Some(rest) {
            kind.wire().clone_into(name);
        }
    }
}

/// Keeps the first or the last of each name, at the place of the first.
fn once_each(all: Params, twice: Twice) -> Params {
    let mut kept: indexmap::IndexMap<String, String> = indexmap::IndexMap::new();
    for (name, value) in all.0 {
        match twice {
            Twice::Last => {
                kept.insert(name, value);
            }
            Twice::First | Twice::Refused => {
                kept.entry(name).or_insert(value);
            }
        }
    }
    Params(kept.into_iter().collect())
}

/// Media types are the same in any case of their letters.
fn is_form(kind: &str) -> bool {
    kind.get(..FORM.len()).is_some_and(|start| start.eq_ignore_ascii_case(FORM))
}

fn body_params(request: &WireRequest, multipart: bool) -> Params {
    let kind = request.content_type.as_deref().unwrap_or("");
    if is_form(kind) {
        return Params::decode_first(&request.body, MOST_PARAMETERS);
    }
    let boundary = kind.strip_prefix("multipart/form-data").and_then(|rest| rest.split_once("boundary="));
    match boundary {
        Some((_, boundary)) if multipart => multipart_params(&request.body, boundary),
        _ => Params::new(),
    }
}

/// Reads `multipart/form-data`: each part's name and its content as text.
fn multipart_params(body: &[u8], boundary: &str) -> Params {
    let boundary = boundary.split(';').next().unwrap_or("").trim().trim_matches('"');
    let mut params = Params::new();
    if boundary.is_empty() {
        return params;
    }
    let text = String::from_utf8_lossy(body);
    for part in text.split(&format!("--{boundary}")).skip(1).take(MOST_PARAMETERS) {
        let Some((head, content)) = part.split_once("\r\n\r\n") else { continue };
        let name = head.split_once("name=\"").and_then(|(_, rest)| rest.split_once('"'));
        if let Some((name, _)) = name {
            params.push(name, content.strip_suffix("\r\n").unwrap_or(content));
        }
    }
    params
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_where_the_document_says() {
        assert_eq!(Route::of("/api/", false), Route::Register);
        assert_eq!(Route::of("/api", false), Route::Unknown);
        assert_eq!(Route::of("/api", true), Route::Register);
        assert_eq!(Route::of("/apizreport", false), Route::ZReport);
        assert_eq!(Route::of("/apicheck/getInfo/", false), Route::GetInfo);
        assert_eq!(Route::of("/dump/table/taxes", true), Route::Dump(vec!["table".into(), "taxes".into()]));
        for path in ["", "/", "/API/", "api/", "/apis/", "//api/", "/api/x", "/api//"] {
            assert_eq!(Route::of(path, true), Route::Unknown, "{path}");
        }
    }

    fn post(content_type: &str, target: &str, body: &str) -> WireRequest {
        WireRequest {
            method: Method::Post,
            target: target.into(),
            content_type: Some(content_type.into()),
            body: body.into(),
        }
    }

    #[test]
    fn query_and_body_go_together_or_the_body_hides_the_query() {
        let request = post(FORM, "/api/?key=1", "sale=800");
        let mut rules = Wire { split_parameters: true, ..Wire::default() };
        let arguments = Arguments::read(&request, &rules);
        assert_eq!((arguments.get("key"), arguments.get("sale")), (Some("1"), Some("800")));
        rules.split_parameters = false;
        let arguments = Arguments::read(&request, &rules);
        assert_eq!((arguments.get("key"), arguments.get("sale")), (None, Some("800")));
    }

    #[test]
    fn of_two_the_first_or_the_last_or_none() {
        let request = WireRequest::bare(Method::Get, "/api/?sale=1&sale=2");
        let read = |twice| Arguments::read(&request, &Wire { twice, ..Wire::default() });
        assert_eq!(read(Twice::First).get("sale"), Some("1"));
        assert_eq!(read(Twice::Last).get("sale"), Some("2"));
        assert!(read(Twice::Refused).ambiguous);
    }

    #[test]
    fn multipart_is_read_where_the_device_does() {
        let body = "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\n12345678\r\n\
                    --b\r\nContent-Disposition: form-data; name=\"print\"\r\n\r\na\nб\r\n--b--\r\n";
        let request = post("multipart/form-data; boundary=b", "/apiprint", body);
        let arguments = Arguments::read(&request, &Wire { multipart: true, ..Wire::default() });
        assert_eq!((arguments.get("key"), arguments.get("print")), (Some("12345678"), Some("a\nб")));
        assert!(!Arguments::read(&request, &Wire::default()).has("key"));
    }
}
