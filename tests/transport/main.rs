//! The transport against scripted peers over real sockets.

mod broken;
mod crooked;
mod honest;
mod hostile;
mod peer;

use ikkm_harness::device::transport::{
    Delivery, DropReply, NoAnswerReason, Outcome, Transport, TransportOptions,
};
use ikkm_harness::device::wire::WireFault;
use ikkm_protocol::{Method, Params, WireRequest};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

const LIMIT: Duration = Duration::from_secs(10);

fn sale() -> WireRequest {
    let params = Params(vec![("key".into(), "01234567".into()), ("sale".into(), "800.10".into())]);
    WireRequest::new(Method::Post, "/api/", &params)
}

async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

fn answer(body: &str) -> String {
    format!("HTTP/1.1 200 164\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn body(delivery: &Delivery) -> &str {
    match &delivery.outcome {
        Outcome::Answered(answer) => answer.body_text().unwrap(),
        other => panic!("{other:?}"),
    }
}

/// Answers one request and hands back what it was and where it came from.
fn one_request(listener: TcpListener) -> JoinHandle<(String, IpAddr)> {
    tokio::spawn(async move {
        let (mut stream, from) = listener.accept().await.unwrap();
        let request = peer::read_request(&mut stream).await.unwrap();
        stream.write_all(answer("29852781").as_bytes()).await.unwrap();
        (String::from_utf8(request).unwrap(), from.ip())
    })
}

#[tokio::test]
async fn the_request_goes_out_as_meant() {
    let (listener, address) = listener().await;
    let seen = one_request(listener);
    let delivery = peer::transport(address).send(&sale(), LIMIT).await;
    let (request, from) = seen.await.unwrap();
    assert!(request.starts_with("POST /api/ HTTP/1.1\r\n"), "{request}");
    assert!(request.contains(&format!("\r\nHost: {address}\r\n")), "{request}");
    assert!(request.contains("\r\nContent-Type: application/x-www-form-urlencoded\r\n"), "{request}");
    assert!(request.ends_with("\r\n\r\nkey=01234567&sale=800.10"), "{request}");
    assert_eq!(delivery.wire.request, request.as_bytes());
    assert_eq!(delivery.wire.head, b"HTTP/1.1 200 164\r\nContent-Length: 8\r\n\r\n");
    assert_eq!((body(&delivery), delivery.raw_body()), ("29852781", &b"29852781"[..]));
    assert_eq!(from, IpAddr::from([127, 0, 0, 1]));
}

#[tokio::test]
async fn a_second_address_can_be_sent_from() {
    let (listener, address) = listener().await;
    let seen = one_request(listener);
    let source = IpAddr::from([127, 0, 0, 2]);
    let options = TransportOptions { source: Some(source), ..peer::options(address) };
    Transport::new(options).unwrap().send(&sale(), LIMIT).await;
    assert_eq!(seen.await.unwrap().1, source);
}

#[tokio::test]
async fn odd_paths_go_out_untouched_or_not_at_all() {
    for target in ["//api/?a=1&a=2", "/API/?sale=%zz|", "/api/%61?x", "/api/?"] {
        let (listener, address) = listener().await;
        let seen = one_request(listener);
        peer::transport(address).send(&WireRequest::bare(Method::Get, target), LIMIT).await;
        let request = seen.await.unwrap().0;
        assert!(request.starts_with(&format!("GET {target} HTTP/1.1\r\n")), "{target}: {request}");
    }
    let (_listener, address) = listener().await;
    for target in ["/a/../api/", "/касса", "api/", "@evil:80/", "/x#y", "/a\\b", ""] {
        let delivery = peer::transport(address).send(&WireRequest::bare(Method::Get, target), LIMIT).await;
        assert!(matches!(delivery.outcome, Outcome::NotSent(_)), "{target}: {delivery:?}");
        assert_eq!(delivery.wire.request, b"");
    }
}

#[tokio::test]
async fn a_refused_connection_means_that_nothing_was_sent() {
    let (listener, address) = listener().await;
    drop(listener);
    let delivery = peer::transport(address).send(&sale(), LIMIT).await;
    let Outcome::NotSent(why) = delivery.outcome else { panic!("{delivery:?}") };
    assert!(why.starts_with(&format!("no connection to {address}: ")), "{why}");
}

#[tokio::test]
async fn no_message_holds_the_key() {
    for script in [vec![], vec![peer::Act::Reset], vec![peer::Act::Send(b"rubbish\n".to_vec())]] {
        let transport = peer::transport(peer::play(script).await);
        let request = WireRequest::bare(Method::Get, "/api/?key=01234567&sale=1");
        let delivery = transport.send(&request, LIMIT).await;
        assert!(!format!("{:?}", delivery.outcome).contains("01234567"), "{:?}", delivery.outcome);
    }
}

#[tokio::test]
async fn a_large_request_arrives_whole() {
    let (listener, address) = listener().await;
    let seen = one_request(listener);
    let text = "x".repeat(5_000_000);
    let request = WireRequest::new(Method::Post, "/apiprint", &Params(vec![("print".into(), text.clone())]));
    let delivery = peer::transport(address).send(&request, LIMIT).await;
    assert_eq!(body(&delivery), "29852781");
    assert!(seen.await.unwrap().0.ends_with(&text));
}

#[tokio::test]
async fn an_answer_before_the_request_is_read_is_still_had() {
    let (listener, address) = listener().await;
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(answer("0").as_bytes()).await.unwrap();
        peer::read_request(&mut stream).await;
    });
    assert_eq!(body(&peer::transport(address).send(&sale(), LIMIT).await), "0");
}

/// Serves every connection for as long as it lasts; counts connections and requests.
async fn keeper(listener: TcpListener, requests_each: usize, counts: Arc<[AtomicUsize; 2]>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        counts[0].fetch_add(1, Ordering::SeqCst);
        serve(&mut stream, requests_each, &counts[1]).await;
    }
}

async fn serve(stream: &mut TcpStream, requests: usize, count: &AtomicUsize) {
    for _ in 0..requests {
        if peer::read_request(stream).await.is_none() {
            return;
        }
        let number = count.fetch_add(1, Ordering::SeqCst) + 1;
        stream.write_all(answer(&number.to_string()).as_bytes()).await.unwrap();
    }
}

async fn kept(requests_each: usize, fresh_connection: bool) -> Vec<usize> {
    let (listener, address) = listener().await;
    let counts = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
    tokio::spawn(keeper(listener, requests_each, counts.clone()));
    let options = TransportOptions { fresh_connection, ..peer::options(address) };
    let transport = Transport::new(options).unwrap();
    for number in 1..=6 {
        let delivery = transport.send(&sale(), LIMIT).await;
        assert_eq!(body(&delivery), number.to_string());
        assert_eq!(delivery.wire.faults, vec![]);
        // The peer's task needs a turn to close what it closes after its answer.
        tokio::task::yield_now().await;
    }
    counts.iter().map(|count| count.load(Ordering::SeqCst)).collect()
}

#[tokio::test]
async fn each_request_has_its_own_connection() {
    assert_eq!(kept(usize::MAX, true).await, [6, 6]);
}

#[tokio::test]
async fn an_idle_connection_is_used_again() {
    assert_eq!(kept(usize::MAX, false).await, [1, 6]);
}

#[tokio::test]
async fn a_device_that_closes_what_it_kept_gets_connections_of_their_own_and_nothing_twice() {
    // Where the close is seen with the answer, the next connection may be kept again.
    let counts = kept(2, false).await;
    assert!((3..=5).contains(&counts[0]) && counts[1] == 6, "{counts:?}");
}

#[tokio::test]
async fn an_answer_that_is_missing_on_a_kept_connection_is_told_as_such() {
    let (listener, address) = listener().await;
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            peer::read_request(&mut stream).await.unwrap();
            stream.write_all(answer("29852781").as_bytes()).await.unwrap();
            // The second request is taken, and the connection closed over it.
            peer::read_request(&mut stream).await;
        }
    });
    let options = TransportOptions { fresh_connection: false, ..peer::options(address) };
    let transport = Transport::new(options).unwrap();
    assert!(!transport.send(&sale(), LIMIT).await.reused);
    let taken = transport.send(&sale(), LIMIT).await;
    assert!(taken.reused && taken.is_stale(), "{taken:?}");
    for _ in 0..2 {
        let delivery = transport.send(&sale(), LIMIT).await;
        assert_eq!(body(&delivery), "29852781");
        assert!(!delivery.reused && !delivery.is_stale());
    }
    // What has a connection of its own leaves none behind.
    let transport =
        Transport::new(TransportOptions { fresh_connection: false, ..peer::options(address) }).unwrap();
    for _ in 0..2 {
        assert!(!transport.send_fresh(&sale(), LIMIT).await.reused);
    }
}

#[tokio::test]
async fn a_late_surplus_never_becomes_the_next_answer() {
    let (listener, address) = listener().await;
    tokio::spawn(async move {
        for last in ["first", "second"] {
            let (mut stream, _) = listener.accept().await.unwrap();
            peer::read_request(&mut stream).await.unwrap();
            stream.write_all((answer(last) + &answer("stale")).as_bytes()).await.unwrap();
        }
    });
    let options = TransportOptions { fresh_connection: false, ..peer::options(address) };
    let transport = Transport::new(options).unwrap();
    for expected in ["first", "second"] {
        let delivery = transport.send(&sale(), LIMIT).await;
        assert_eq!(body(&delivery), expected);
        assert_eq!(delivery.wire.faults, vec![WireFault::Surplus(delivery.wire.surplus.len())]);
    }
}

#[tokio::test]
async fn the_limit_bounds_silence() {
    let transport = peer::transport(peer::play(vec![peer::Act::Hold]).await);
    let limit = Duration::from_millis(50);
    let delivery = transport.send(&sale(), limit).await;
    let Outcome::NoAnswer(NoAnswerReason::TimedOut(named)) = delivery.outcome else { panic!("{delivery:?}") };
    assert_eq!(named, limit);
    assert!(delivery.elapsed <= Duration::from_secs(1), "{:?}", delivery.elapsed);
}

#[test]
fn only_addresses_of_devices_are_targets() {
    for target in ["https://10.0.0.1/", "http://10.0.0.1/api/", "http://u:p@h/", "http://h/?a", "file:///x"] {
        let options = TransportOptions::new(target.parse().unwrap());
        assert!(Transport::new(options).is_err(), "{target}");
    }
    for target in ["http://10.0.0.1:8080", "http://[::1]:8080/", "http://kassa/"] {
        assert!(Transport::new(TransportOptions::new(target.parse().unwrap())).is_ok(), "{target}");
    }
}

/// What an abandoned request came to, and what the peer got of it.
async fn abandoned(when: DropReply, reply: &'static str) -> (Delivery, Vec<u8>, bool) {
    let (listener, address) = listener().await;
    let seen = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let request = peer::read_request(&mut stream).await.unwrap();
        if !reply.is_empty() {
            stream.write_all(answer(reply).as_bytes()).await.unwrap();
        }
        // The other side has gone, in order or with a reset: no further byte came.
        let further = stream.read(&mut [0]).await.is_ok_and(|count| count > 0);
        (request, further)
    });
    let text = "x".repeat(300_000);
    let request = WireRequest::new(Method::Post, "/api/", &Params(vec![("print".into(), text)]));
    let delivery = peer::transport(address).abandon(&request, LIMIT, when).await;
    let (seen, further) = seen.await.unwrap();
    assert!(seen.ends_with(&request.body), "the whole request arrives");
    (delivery, seen, further)
}

#[tokio::test]
async fn an_abandoned_request_arrives_whole_and_is_in_doubt() {
    for (when, reply) in
        [(DropReply::AtOnce, ""), (DropReply::AtOnce, "29852781"), (DropReply::OnArrival, "29852781")]
    {
        let (delivery, seen, further) = abandoned(when, reply).await;
        let abandoned = matches!(delivery.outcome, Outcome::NoAnswer(NoAnswerReason::Abandoned));
        assert!(abandoned && !further, "{when:?}: {:?}", delivery.outcome);
        assert_eq!(delivery.wire.request, seen);
        assert_eq!(delivery.wire.head, b"", "nothing of the answer is read");
    }
}

#[tokio::test]
async fn what_ends_before_it_is_abandoned_is_told_as_it_ended() {
    let ended = |delivery: Delivery| match delivery.outcome {
        Outcome::NoAnswer(trouble) => trouble,
        other => panic!("{other:?}"),
    };
    let on_arrival = async |script, limit| {
        let transport = peer::transport(peer::play(script).await);
        ended(transport.abandon(&sale(), limit, DropReply::OnArrival).await)
    };
    assert_eq!(on_arrival(vec![], LIMIT).await, NoAnswerReason::ClosedEarly);
    assert_eq!(on_arrival(vec![peer::Act::Reset], LIMIT).await, NoAnswerReason::Reset);
    let limit = Duration::from_millis(50);
    assert_eq!(on_arrival(vec![peer::Act::Hold], limit).await, NoAnswerReason::TimedOut(limit));
    let (listener, address) = listener().await;
    drop(listener);
    let delivery = peer::transport(address).abandon(&sale(), LIMIT, DropReply::AtOnce).await;
    assert!(matches!(delivery.outcome, Outcome::NotSent(_)), "{delivery:?}");
}
