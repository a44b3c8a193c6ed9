//! What the panel answers to GET: the page, the state, the history, and a stream that says when to look.

use super::Panel;
use bytes::Bytes;
use futures_util::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use hyper::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::Value;
use std::convert::Infallible;
use std::time::Duration;

/// The body of an answer of the control port.
pub type Body = UnsyncBoxBody<Bytes, Infallible>;

/// The page with its style and script.
const PAGE: &str = include_str!("panel.html");
/// The page loads nothing from anywhere and is framed by nobody.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
    connect-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/// Time changes a register, too: a page looks again after this long.
const HEARTBEAT: Duration = Duration::from_secs(5);

impl Panel {
    /// The answer to a GET of that path and query; `None` where nothing is there.
    pub fn get(&self, path: &str, query: Option<&str>) -> Option<Response<Body>> {
        Some(match path {
            "/" => page(),
            "/state" => json(&self.state(number(query, "seen"))),
            "/history" => {
                let history = self.history.since(number(query, "after"));
                json(&serde_json::to_value(history).unwrap_or_default())
            }
            "/events" => self.events(),
            _ => return None,
        })
    }

    /// Server-sent events: a number that changes whenever something happened.
    fn events(&self) -> Response<Body> {
        let seen = self.changes.subscribe();
        let events = stream::unfold((seen, true), |(mut seen, first)| async move {
            if !first {
                // No change for a while, or the panel is gone: either way the page looks again.
                let _ = tokio::time::timeout(HEARTBEAT, seen.changed()).await;
            }
            let count = *seen.borrow_and_update();
            let frame = Frame::data(Bytes::from(format!("data: {count}\n\n")));
            Some((Ok::<_, Infallible>(frame), (seen, false)))
        });
        let mut response = Response::new(StreamBody::new(events).boxed_unsync());
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

fn page() -> Response<Body> {
    let mut response = whole(StatusCode::OK, PAGE.to_owned(), "text/html; charset=UTF-8");
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

fn json(value: &Value) -> Response<Body> {
    whole(StatusCode::OK, value.to_string(), "application/json")
}

/// An answer that is there at once.
pub fn whole(status: StatusCode, text: String, kind: &'static str) -> Response<Body> {
    let mut response = Response::new(Full::new(Bytes::from(text)).boxed_unsync());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A number in a query; 0 where there is none.
fn number(query: Option<&str>, name: &str) -> u64 {
    let pairs = query.unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(known, _)| *known == name).find_map(|(_, value)| value.parse().ok()).unwrap_or(0)
}
