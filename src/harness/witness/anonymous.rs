//! Exchanges without the names in them: goods, cashiers, card holders, printed texts. Amounts, numbers and
//! forms stay, and so does what a judge goes by: one name is always replaced by the same other one.

use super::exchange::{Asked, Exchange, Raw};
use crate::device::wire::{Framing, Head};
use ikkm_protocol::Params;
use ikkm_protocol::markup::{self, Line};
use serde_json::Value;

/// Members of documents and of positions whose texts are names.
const NAMES: [&str; 4] = ["name", "cashierName", "cardHolderName", "PAN"];
/// Parameters that are printed texts.
const TEXTS: [&str; 3] = ["print", "footer", "printHeader"];

/// The exchange with other names.
pub fn without_names(exchange: &Exchange) -> Exchange {
    let mut other = exchange.clone();
    other.request = request(&exchange.request.0);
    other.answer = answer(exchange);
    other
}

fn request(bytes: &[u8]) -> Raw {
    let asked = Asked::read(bytes);
    if asked.malformed {
        return Raw(bytes.to_vec());
    }
    let (path, query) = asked.target.split_once('?').unwrap_or((&asked.target, ""));
    let other_query = parameters(query.as_bytes());
    let is_form = asked.header("content-type").is_none_or(|kind| kind.contains("form-urlencoded"));
    let other_body = if is_form { parameters(&asked.body) } else { None };
    if other_query.is_none() && other_body.is_none() {
        return Raw(bytes.to_vec());
    }
    let target = match &other_query {
        Some(query) => format!("{path}?{query}"),
        None => asked.target.clone(),
    };
    let body = other_body.map_or_else(|| asked.body.clone(), String::into_bytes);
    let mut out = format!("{} {target} HTTP/{}\r\n", asked.method, asked.version);
    for (name, value) in &asked.headers {
        if name.eq_ignore_ascii_case("transfer-encoding") || name.eq_ignore_ascii_case("content-length") {
            continue;
        }
        out += &format!("{name}: {value}\r\n");
    }
    if !body.is_empty() {
        out += &format!("Content-Length: {}\r\n", body.len());
    }
    Raw([out.as_bytes(), b"\r\n", &body].concat())
}

/// Parameters with other texts; `None` where there is nothing to replace.
fn parameters(text: &[u8]) -> Option<String> {
    let mut params = Params::decode(text);
    let mut changed = false;
    for (name, value) in &mut params.0 {
        if TEXTS.contains(&name.as_str()) && value != "clear" {
            *value = printed(value);
            changed = true;
        } else if name == "itemdata"
            && let Ok(mut items) = serde_json::from_str::<Value>(value)
        {
            rename(&mut items, None);
            *value = items.to_string();
            changed = true;
        }
    }
    // A key's placeholder must be found again.
    changed.then(|| params.encode().replace("%3Ckey", "<key").replace("%3E", ">"))
}

/// A printed text of the same lines and widths; commands and bar codes stay.
fn printed(text: &str) -> String {
    let lines: Vec<String> = markup::parse(text)
        .into_iter()
        .map(|line| match line {
            Line::Text(text) => letters(&text),
            other => other.to_string(),
        })
        .collect();
    let end = if text.ends_with('\n') { "\n" } else { "" };
    lines.join("\n") + end
}

/// Letters become `x`, and stay as many.
fn letters(text: &str) -> String {
    text.chars().map(|c| if c.is_alphabetic() { 'x' } else { c }).collect()
}

fn answer(exchange: &Exchange) -> Raw {
    let bytes = &exchange.answer.0;
    let Some(head) = Head::read(bytes) else { return Raw(bytes.clone()) };
    let asked = Asked::read(&exchange.request.0);
    let body = bytes.get(head.body_at..).unwrap_or_default();
    // Chunks are left alone: their sizes would have to be written anew.
    let Some(mut document) = serde_json::from_slice::<Value>(body)
        .ok()
        .filter(|value| (value.is_object() || value.is_array()) && head.framing != Framing::Chunked)
    else {
        return Raw(bytes.clone());
    };
    if asked.path() == "/dump/table/cashiers" {
        rename_all(&mut document, "Cashier");
    } else if asked.path() == "/dump/table/catalog" {
        rename_all(&mut document, "Folder");
    } else {
        rename(&mut document, None);
    }
    let body = document.to_string();
    let length = body.len().to_string();
    let old = String::from_utf8_lossy(bytes.get(..head.body_at).unwrap_or_default()).into_owned();
    let lines: Vec<String> = old
        .split("\r\n")
        .map(|line| match line.split_once(':') {
            Some((name, _)) if name.eq_ignore_ascii_case("content-length") => format!("{name}: {length}"),
            _ => line.to_owned(),
        })
        .collect();
    Raw([lines.join("\r\n").as_bytes(), body.as_bytes()].concat())
}

fn rename_all(document: &mut Value, word: &str) {
    for (id, name) in document.as_object_mut().into_iter().flatten() {
        if name.is_string() {
            *name = Value::String(format!("{word} {id}"));
        }
    }
}

fn rename(value: &mut Value, member: Option<&str>) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|one| rename(one, member)),
        Value::Object(map) => map.iter_mut().for_each(|(name, one)| rename(one, Some(name))),
        Value::String(text) if member.is_some_and(|name| NAMES.contains(&name)) => *text = letters(text),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_texts_go_amounts_commands_and_keys_stay() {
        let body = "key=<key-3>&sale=500&cash=500&print=Dear%20Aliya%0A--cut--&itemdata=%5B%7B%22name%22%3A%22Tea%22%2C%22price%22%3A%22500%22%7D%5D";
        let raw = format!(
            "POST /api/ HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5\r\n\r\n{body}"
        );
        let other = Asked::read(&request(raw.as_bytes()).0);
        let params = other.params();
        assert_eq!(params.get("print"), Some("xxxx xxxxx\n--cut--"));
        assert_eq!(params.get("itemdata"), Some(r#"[{"name":"xxx","price":"500"}]"#));
        assert!(String::from_utf8_lossy(&other.body).starts_with("key=<key-3>&sale=500&cash=500"));
    }

    #[test]
    fn documents_lose_their_names_and_stay_whole() {
        let mut exchange = Exchange::empty(1);
        exchange.request = Raw(b"GET /dump/table/cashiers?key=<key-1> HTTP/1.1\r\n\r\n".to_vec());
        exchange.answer = Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{\"7\": \"Aliya A.\"}".to_vec());
        let other = without_names(&exchange);
        let text = String::from_utf8(other.answer.0).unwrap();
        assert!(text.ends_with("Content-Length: 17\r\n\r\n{\"7\":\"Cashier 7\"}"), "{text}");
    }
}
