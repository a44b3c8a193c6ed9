//! HTTP archives (HAR 1.2), in and out. An archive tells what was said, not how it was framed: of one that
//! is read, the bytes on the wire are not judged.

use super::exchange::{Answered, Asked, End, Exchange, Raw};
use super::placeholders::{restored, shown, with_digits};
use super::recording::{Begin, SCHEMA};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use thiserror::Error;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// An archive that cannot be read.
#[derive(Debug, Error)]
pub enum HarError {
    /// The system says no.
    #[error("cannot read the HTTP archive {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is none.
    #[error("{path} is no HTTP archive: {why}; export it as HAR 1.2")]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

#[derive(Debug, Serialize, Deserialize)]
struct Archive {
    log: Log,
}

#[derive(Debug, Serialize, Deserialize)]
struct Log {
    version: String,
    creator: Creator,
    #[serde(default)]
    entries: Vec<Entry>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Creator {
    #[serde(default)]
    name: String,
    #[serde(default)]
    version: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    started_date_time: String,
    #[serde(default)]
    time: f64,
    request: Request,
    response: Response,
    #[serde(default)]
    cache: serde_json::Map<String, serde_json::Value>,
    #[serde(default)]
    timings: Timings,
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "_till")]
    till: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    connection: Option<String>,
    /// What became of it, where the witness wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "_end")]
    end: Option<End>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not", rename = "_beside")]
    beside: bool,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Timings {
    #[serde(default)]
    send: f64,
    #[serde(default)]
    wait: f64,
    #[serde(default)]
    receive: f64,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    method: String,
    url: String,
    #[serde(default)]
    http_version: String,
    #[serde(default)]
    cookies: Vec<serde_json::Value>,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    query_string: Vec<Pair>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    post_data: Option<PostData>,
    #[serde(default = "unknown")]
    headers_size: i64,
    #[serde(default = "unknown")]
    body_size: i64,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PostData {
    #[serde(default)]
    mime_type: String,
    #[serde(default)]
    text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    params: Vec<Pair>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Pair {
    name: String,
    #[serde(default)]
    value: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    status: u16,
    #[serde(default)]
    status_text: String,
    #[serde(default)]
    http_version: String,
    #[serde(default)]
    cookies: Vec<serde_json::Value>,
    #[serde(default)]
    headers: Vec<Pair>,
    content: Content,
    #[serde(default, rename = "redirectURL")]
    redirect_url: String,
    #[serde(default = "unknown")]
    headers_size: i64,
    #[serde(default = "unknown")]
    body_size: i64,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    #[serde(default)]
    size: i64,
    #[serde(default)]
    mime_type: String,
    #[serde(default)]
    text: String,
}

fn unknown() -> i64 {
    -1
}

/// Exchanges as an archive.
pub fn text(begin: &Begin, exchanges: &[Exchange]) -> String {
    let started = OffsetDateTime::parse(&begin.started, &Rfc3339).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let target = begin.target.trim_end_matches('/');
    let entries =
        exchanges.iter().filter(|one| !one.request.is_empty()).map(|one| entry(one, started, target));
    let archive = Archive {
        log: Log {
            version: "1.2".to_owned(),
            creator: Creator {
                name: "ikkm-conformance witness".to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
            },
            entries: entries.collect(),
        },
    };
    serde_json::to_string_pretty(&archive).unwrap_or_default() + "\n"
}

fn pairs(list: &[(String, String)]) -> Vec<Pair> {
    list.iter().map(|(name, value)| Pair { name: name.clone(), value: value.clone() }).collect()
}

fn entry(exchange: &Exchange, started: OffsetDateTime, target: &str) -> Entry {
    // How long a body is, is told of the key and not of its placeholder.
    let whole = restored(exchange);
    let mut asked = Asked::read(&whole.request.0);
    let answered = Answered::read(&whole.answer.0, asked.method == "HEAD");
    asked.target = shown(&asked.target);
    let took = exchange.answered.map_or(0, |at| at.saturating_sub(exchange.at)) as f64;
    let at = started.saturating_add(time::Duration::milliseconds(exchange.at.min(i64::MAX as u64) as i64));
    let query = asked.target.split_once('?').map_or("", |(_, query)| query);
    let body = shown(&String::from_utf8_lossy(&asked.body));
    let answer = answered.as_ref().map(|one| &one.answer);
    let text = answer.map_or_else(String::new, |a| shown(&String::from_utf8_lossy(&a.body)));
    Entry {
        started_date_time: at.format(&Rfc3339).unwrap_or_default(),
        time: took,
        request: Request {
            method: asked.method.clone(),
            url: format!("{target}{}", asked.target),
            http_version: format!("HTTP/{}", asked.version),
            cookies: Vec::new(),
            headers: pairs(&asked.headers),
            query_string: pairs(&ikkm_protocol::Params::decode(query.as_bytes()).0),
            post_data: (!body.is_empty()).then(|| PostData {
                mime_type: asked.header("content-type").unwrap_or_default().to_owned(),
                text: body.clone(),
                params: Vec::new(),
            }),
            headers_size: -1,
            body_size: body.len() as i64,
        },
        response: Response {
            status: answer.map_or(0, |answer| answer.status),
            status_text: answer.map_or_else(String::new, |answer| answer.reason_text()),
            http_version: "HTTP/1.1".to_owned(),
            cookies: Vec::new(),
            headers: answer.map(|answer| pairs(&answer.headers)).unwrap_or_default(),
            content: Content {
                size: text.len() as i64,
                mime_type: answer.and_then(|a| a.header("content-type")).unwrap_or_default().to_owned(),
                text,
            },
            redirect_url: String::new(),
            headers_size: -1,
            body_size: -1,
        },
        cache: serde_json::Map::new(),
        timings: Timings { send: 0.0, wait: took, receive: 0.0 },
        till: Some(exchange.till.clone()),
        connection: Some(exchange.connection.to_string()),
        end: Some(exchange.end),
        beside: exchange.beside,
    }
}

/// Reads an archive. Only what went to the first register in it is taken; a page's other requests are not.
///
/// # Errors
/// [`HarError`].
pub fn read(path: &Path) -> Result<(Begin, Vec<Exchange>), HarError> {
    let text =
        std::fs::read_to_string(path).map_err(|source| HarError::File { path: path.to_owned(), source })?;
    parse(&text).map_err(|why| HarError::Form { path: path.to_owned(), why })
}

fn parse(text: &str) -> Result<(Begin, Vec<Exchange>), String> {
    let archive: Archive =
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|e| e.to_string())?;
    let mut entries: Vec<(OffsetDateTime, Entry)> = Vec::new();
    for entry in archive.log.entries {
        let at = OffsetDateTime::parse(&entry.started_date_time, &Rfc3339)
            .map_err(|_| format!("startedDateTime {:?} is no time", entry.started_date_time))?;
        entries.push((at, entry));
    }
    entries.sort_by_key(|(at, _)| *at);
    let is_api = |entry: &Entry| {
        let (_, target) = split_url(&entry.request.url);
        target.starts_with("/api") || target.starts_with("/dump")
    };
    entries.retain(|(_, entry)| is_api(entry));
    let Some((started, first)) = entries.first() else {
        return Err("no request in it goes to a register".to_owned());
    };
    let (started, target) = (*started, split_url(&first.request.url).0.to_owned());
    entries.retain(|(_, entry)| split_url(&entry.request.url).0 == target);
    let mut exchanges: Vec<Exchange> = Vec::new();
    let mut busy_until = 0;
    for (number, (at, entry)) in entries.into_iter().enumerate() {
        let millis = u64::try_from((at - started).whole_milliseconds()).unwrap_or(0);
        let mut one = exchange(number as u64 + 1, millis, &entry);
        one.beside |= millis < busy_until && entry.end.is_none();
        busy_until = busy_until.max(one.answered.unwrap_or(millis));
        exchanges.push(one);
    }
    let begin = Begin {
        schema: SCHEMA,
        target,
        started: started.format(&Rfc3339).unwrap_or_default(),
        ..Begin::default()
    };
    Ok((begin, exchanges))
}

/// `http://host:8080` and what follows.
fn split_url(url: &str) -> (&str, &str) {
    let host = url.find("://").map_or(0, |at| at + 3);
    match url.get(host..).and_then(|rest| rest.find('/')) {
        Some(at) => url.split_at(host + at),
        None => (url, "/"),
    }
}

fn exchange(number: u64, at: u64, entry: &Entry) -> Exchange {
    let (host, target) = split_url(&entry.request.url);
    let body = match &entry.request.post_data {
        Some(data) if data.text.is_empty() && !data.params.is_empty() => {
            let list = data.params.iter().map(|pair| (pair.name.clone(), pair.value.clone()));
            ikkm_protocol::Params(list.collect()).encode()
        }
        Some(data) => data.text.clone(),
        None => String::new(),
    };
    let has_own_length = |pair: &&Pair| {
        !pair.name.eq_ignore_ascii_case("content-length")
            && !pair.name.eq_ignore_ascii_case("transfer-encoding")
            && !pair.name.starts_with(':')
    };
    let headers = |list: &[Pair]| -> String {
        list.iter().filter(has_own_length).map(|pair| format!("{}: {}\r\n", pair.name, pair.value)).collect()
    };
    let mut own = headers(&entry.request.headers);
    if let Some(data) = &entry.request.post_data
        && !entry.request.headers.iter().any(|pair| pair.name.eq_ignore_ascii_case("content-type"))
    {
        own += &format!("Content-Type: {}\r\n", data.mime_type);
    }
    if own.is_empty() {
        own = format!("Host: {}\r\n", host.trim_start_matches("http://"));
    }
    if !body.is_empty() {
        own += &format!("Content-Length: {}\r\n", body.len());
    }
    let version = if entry.request.http_version.starts_with("HTTP/1.0") { "1.0" } else { "1.1" };
    let request = format!("{} {target} HTTP/{version}\r\n{own}\r\n{body}", entry.request.method);
    let response = &entry.response;
    let text = &response.content.text;
    let answer = if response.status == 0 {
        String::new()
    } else {
        // A placeholder is longer or shorter than the key that it stands for.
        let whole = with_digits(text.as_bytes()).len();
        let length = format!("Content-Length: {whole}\r\n");
        let (status, reason) = (response.status, &response.status_text);
        format!("HTTP/1.1 {status} {reason}\r\n{}{length}\r\n{text}", headers(&response.headers))
    };
    let took = if entry.time.is_finite() { entry.time.max(0.0).round() as u64 } else { 0 };
    let end = entry.end.unwrap_or(if answer.is_empty() { End::NoAnswer } else { End::Delivered });
    Exchange {
        number,
        connection: entry.connection.as_ref().and_then(|text| text.parse().ok()).unwrap_or(number),
        till: entry.till.clone().unwrap_or_else(|| "HAR".to_owned()),
        at,
        request: Raw(request.into_bytes()),
        answered: (!answer.is_empty()).then_some(at.saturating_add(took)),
        left: None,
        answer: Raw(answer.into_bytes()),
        end,
        beside: entry.beside,
        retold: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let mut one = Exchange::empty(1);
        one.connection = 3;
        one.till = "10.0.0.7".into();
        one.request = Raw(b"POST /api/ HTTP/1.1\r\nHost: r\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 23\r\n\r\nkey=<key-1>&sale=5&cash".to_vec());
        one.answer =
            Raw(b"HTTP/1.1 200 164\r\nContent-Type: text/plain\r\nContent-Length: 8\r\n\r\n<key-2>".to_vec());
        one.answered = Some(12);
        let mut lost = one.clone();
        (lost.number, lost.at, lost.answered, lost.answer, lost.end) =
            (2, 1500, None, Raw::default(), End::NotRead);
        let begin = Begin {
            started: "2026-03-02T09:00:00Z".into(),
            target: "http://10.0.0.5:8080".into(),
            ..Begin::default()
        };
        let (again, read) = parse(&text(&begin, &[one.clone(), lost.clone()])).unwrap();
        assert_eq!((again.target, again.started), (begin.target, begin.started));
        assert_eq!(read.len(), 2);
        assert_eq!((read[0].at, read[0].answered, read[0].connection), (0, Some(12), 3));
        assert_eq!(Asked::read(&read[0].request.0).params(), Asked::read(&one.request.0).params());
        let body = |one: &Exchange| {
            Answered::read(&super::super::placeholders::restored(one).answer.0, false).unwrap().answer.body
        };
        assert_eq!(body(&read[0]), body(&one));
        assert_eq!((read[1].at, read[1].end, read[1].answered), (1500, End::NotRead, None));
    }

    #[test]
    fn an_archive_of_a_browser_is_read_and_other_pages_left_out() {
        let archive = r#"{"log":{"version":"1.2","creator":{"name":"b","version":"1"},"entries":[
            {"startedDateTime":"2026-03-02T09:00:00.250Z","time":8.4,"request":{"method":"GET","url":"http://10.0.0.5:8080/api/?key=12345678&sale=5&cash=5"},
             "response":{"status":200,"statusText":"164","content":{"text":"87654321"}}},
            {"startedDateTime":"2026-03-02T09:00:00Z","time":1,"request":{"method":"GET","url":"http://shop/app.js"},"response":{"status":200,"content":{}}}]}}"#;
        let (begin, read) = parse(archive).unwrap();
        assert_eq!(
            (begin.target.as_str(), read.len(), read[0].answered),
            ("http://10.0.0.5:8080", 1, Some(8))
        );
        for wrong in ["", "{}", r#"{"log":{"version":"1.2","creator":{},"entries":[]}}"#] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
