//! Cross-origin requests (the Fetch standard's CORS): a page of another origin, a till in a browser, may use
//! the device. A register has none of this, so it is off unless asked for.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{Response, StatusCode, header};

const TO_ANY: [(HeaderName, HeaderValue); 2] = [
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    (header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("*")),
];

/// The answer to a preflight.
pub(super) fn preflight() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = StatusCode::NO_CONTENT;
    admit(&mut response);
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "*"),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
        // A page of the internet that uses a device of the local network is asked about that, too.
        (HeaderName::from_static("access-control-allow-private-network"), "true"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A page of any origin may read this answer.
pub(super) fn admit(response: &mut Response<Full<Bytes>>) {
    for (name, value) in TO_ANY {
        response.headers_mut().insert(name, value);
    }
}
