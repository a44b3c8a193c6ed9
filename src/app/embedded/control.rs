//! The control port: the emulator's bench behind `POST /`, so that an emulator in another process is
//! tested whole (`--bench http://ADDR`).

use super::bench::EmbeddedBench;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Response, StatusCode};
use hyper_util::rt::TokioIo;
use ikkm_harness::bench::message::{Reply, Request};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// The longest message that is read, in bytes.
const LONGEST: usize = 64 * 1024;

/// Listens for messages until the program ends; gives the address it listens on.
///
/// # Errors
/// The address cannot be listened on.
pub async fn serve(bench: EmbeddedBench, listen: SocketAddr) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(listen).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        loop {
            // A connection that could not be accepted is its peer's loss only.
            let Ok((stream, _)) = listener.accept().await else { continue };
            let bench = bench.clone();
            tokio::spawn(async move {
                let service = service_fn(move |request| {
                    let bench = bench.clone();
                    async move { Ok::<_, Infallible>(answer(&bench, request).await) }
                });
                let serving = hyper::server::conn::http1::Builder::new();
                // A peer that goes away in mid-message is no concern of the emulator's.
                let _ = serving.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    Ok(address)
}

async fn answer(bench: &EmbeddedBench, request: hyper::Request<Incoming>) -> Response<Full<Bytes>> {
    if request.method() != Method::POST || request.uri().path() != "/" {
        return respond(
            StatusCode::NOT_FOUND,
            &json!({"error": "this is the control port: POST / takes one message"}),
        );
    }
    let body = match Limited::new(request.into_body(), LONGEST).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => {
            return respond(StatusCode::BAD_REQUEST, &json!({"error": "the message cannot be read whole"}));
        }
    };
    let message: Option<Value> = serde_json::from_slice(&body).ok();
    match message.as_ref().and_then(Request::from_json) {
        Some(request) => respond(StatusCode::OK, &reply(bench.carry_out(&request).await)),
        None => respond(StatusCode::OK, &json!({"unsupported": true})),
    }
}

fn reply(reply: Reply) -> Value {
    match reply {
        Reply::Done(mut fields) => {
            fields.insert("ok".to_owned(), Value::Bool(true));
            Value::Object(fields)
        }
        Reply::Unsupported(why) => json!({"unsupported": true, "why": why}),
        Reply::Failed(why) => json!({"error": why}),
    }
}

fn respond(status: StatusCode, body: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body.to_string())));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(hyper::header::CONTENT_TYPE, hyper::header::HeaderValue::from_static("application/json"));
    response
}
