use super::command::CommandBench;
use super::http::HttpBench;
use super::operator::Operator;
use super::*;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const HELLO: &str = r#"{"ok":true,"name":"lab","conditions":["paper-out","smoke"],"actions":["power-cycle"],"observations":["tape"]}"#;

fn patience() -> Patience {
    Patience { short: Duration::from_millis(500), long: Duration::from_millis(700) }
}

/// A shell program that reads a line and then runs the given piece, for each piece in turn.
fn program(pieces: &[&str]) -> CommandBench {
    let body: String = pieces.iter().map(|piece| format!("read -r line; {piece}\n")).collect();
    let line = shell_words::join(["sh", "-c", &body]);
    CommandBench::start(&line, &[], patience()).unwrap()
}

fn says(text: &str) -> String {
    format!("printf '%s\\n' {}", shell_words::quote(text))
}

async fn after_hello(piece: &str) -> Bench {
    Bench::open(Box::new(program(&[&says(HELLO), piece]))).await.unwrap()
}

fn paper_out() -> Condition {
    Condition::new(ConditionName::PaperOut, None).unwrap()
}

#[tokio::test]
async fn a_program_is_asked_and_answers() {
    let pieces = [says(HELLO), says(r#"{"ok":true}"#), says(r#"{"ok":true,"lines":["a","--cut--"]}"#)];
    let bench = program(&pieces.each_ref().map(String::as_str));
    let mut bench = Bench::open(Box::new(bench)).await.unwrap();
    assert_eq!(bench.hello().name, "lab");
    assert!(!bench.hello().virtual_clock && !bench.confirms());
    assert!(matches!(bench.establish(paper_out()).await, Ok(Reply::Done(_))));
    let Ok(Reply::Done(fields)) = bench.observe(Observation::Tape).await else { panic!() };
    assert_eq!(tape(fields).unwrap(), ["a", "--cut--"]);
    bench.close().await;
}

#[tokio::test]
async fn a_program_may_put_things_right_after_the_last_line() {
    let marker = std::env::temp_dir().join(format!("ikkm-bench-bye-{}", std::process::id()));
    let path = marker.to_string_lossy().into_owned();
    let piece = format!(r#"echo '{{"ok":true}}'; cat >/dev/null; echo tidy > {}"#, shell_words::quote(&path));
    after_hello(&piece).await.close().await;
    assert_eq!(std::fs::read_to_string(&marker).unwrap(), "tidy\n");
    std::fs::remove_file(&marker).unwrap();
}

#[tokio::test]
async fn a_program_gets_the_line_as_written() {
    let mut bench = after_hello(r#"printf '{"error":"%s"}\n' "$(printf %s "$line" | tr -d '"')""#).await;
    let Ok(Reply::Failed(line)) = bench.establish(paper_out()).await else { panic!() };
    assert_eq!(line, "{do:establish,condition:paper-out}");
}

#[tokio::test]
async fn what_was_not_named_in_hello_is_not_asked() {
    let mut bench = after_hello("exit 9").await;
    let busy = Condition::new(ConditionName::Busy, None).unwrap();
    let Ok(Reply::Unsupported(why)) = bench.establish(busy).await else { panic!() };
    assert_eq!(why, "needs a test bench that can establish busy; lab cannot");
    assert!(matches!(bench.act(BenchAction::FactoryReset).await, Ok(Reply::Unsupported(_))));
}

#[tokio::test]
async fn refusals_and_failures_are_no_faults() {
    let mut bench = after_hello(&says(r#"{"unsupported":true}"#)).await;
    assert!(matches!(bench.establish(paper_out()).await, Ok(Reply::Unsupported(_))));
    let mut bench = after_hello(&says(r#"{"error":"relay 3 stuck"}"#)).await;
    assert_eq!(bench.establish(paper_out()).await, Ok(Reply::Failed("relay 3 stuck".into())));
}

#[tokio::test]
async fn faults_are_told_apart() {
    let mut bench = after_hello("echo rubbish").await;
    assert!(matches!(bench.establish(paper_out()).await, Err(BenchFault::Nonsense { .. })));
    let mut bench = after_hello("exit 4").await;
    let Err(BenchFault::Gone { request, why }) = bench.establish(paper_out()).await else { panic!() };
    assert_eq!((request.as_str(), why.as_str()), ("establish paper-out", "exit status: 4"));
    let mut bench = after_hello("exec cat >&2").await;
    assert_eq!(
        bench.act(BenchAction::PowerCycle).await,
        Err(BenchFault::Silent { request: "act power-cycle".into(), limit: patience().long })
    );
    assert_eq!(
        bench.observe(Observation::Tape).await,
        Err(BenchFault::Silent { request: "observe tape".into(), limit: patience().short })
    );
}

#[tokio::test]
async fn an_endless_line_is_bounded() {
    let mut bench = after_hello("exec yes '' | tr '\\n' x").await;
    assert!(matches!(bench.establish(paper_out()).await, Err(BenchFault::Nonsense { .. })));
}

#[tokio::test]
async fn a_program_that_cannot_start_or_greet_is_a_fault() {
    for line in ["", "'", "/no/such/program"] {
        assert!(
            matches!(CommandBench::start(line, &[], patience()), Err(BenchFault::Unreachable { .. })),
            "{line}"
        );
    }
    for hello in [r#"{"ok":true}"#, r#"{"unsupported":true}"#, r#"{"ok":true,"name":5}"#] {
        let opened = Bench::open(Box::new(program(&[&says(hello)]))).await;
        assert!(matches!(opened.err(), Some(BenchFault::Nonsense { .. })), "{hello}");
    }
}

#[tokio::test]
async fn without_a_bench_the_flag_is_named() {
    let mut bench = Bench::none();
    let Ok(Reply::Unsupported(why)) = bench.clear(ConditionName::Busy).await else { panic!() };
    assert!(why.starts_with("needs a test bench: --bench "), "{why}");
    assert!(matches!(bench.confirm("?").await, Ok(Reply::Unsupported(_))));
}

#[tokio::test]
async fn an_address_is_asked_over_http() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"}") {
            stream.read_buf(&mut request).await.unwrap();
        }
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{HELLO}", HELLO.len());
        stream.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8(request).unwrap()
    });
    let mut bench = Bench::open(Box::new(HttpBench::new(&address, patience()).unwrap())).await.unwrap();
    assert_eq!(bench.hello().name, "lab");
    let request = served.await.unwrap();
    assert!(request.starts_with("POST / HTTP/1.1\r\n"), "{request}");
    assert!(request.ends_with(r#"{"do":"hello","version":1}"#), "{request}");
    let gone = bench.act(BenchAction::PowerCycle).await;
    assert!(matches!(gone, Err(BenchFault::Unreachable { .. } | BenchFault::Gone { .. })), "{gone:?}");
    assert!(HttpBench::new("https://x", patience()).is_err());
    assert!(HttpBench::new("relay", patience()).is_err());
}

/// A bench whose operator types these lines; hands back the bench and what was shown.
async fn operator(typed: &'static str) -> (Bench, std::sync::Arc<std::sync::Mutex<Vec<u8>>>) {
    let shown = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let screen = Screen(shown.clone());
    (Bench::open(Box::new(Operator::new(typed.as_bytes(), screen))).await.unwrap(), shown)
}

struct Screen(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl tokio::io::AsyncWrite for Screen {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        bytes: &[u8],
    ) -> std::task::Poll<std::io::Result<usize>> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        std::task::Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(
        self: Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn poll_shutdown(
        self: Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn an_operator_is_told_and_asked() {
    let (mut bench, shown) = operator("\ns\n123\n01234567\nhm\ny\nno\n").await;
    assert!(matches!(bench.establish(paper_out()).await, Ok(Reply::Done(_))));
    assert!(matches!(bench.act(BenchAction::PowerCycle).await, Ok(Reply::Unsupported(_))));
    let Ok(Reply::Done(fields)) = bench.observe(Observation::Key).await else { panic!() };
    assert_eq!(key(fields).unwrap(), "01234567");
    assert!(bench.confirms());
    assert!(matches!(bench.confirm("Is there a cut?").await, Ok(Reply::Done(_))));
    assert!(matches!(bench.confirm("Is there a rule?").await, Ok(Reply::Failed(_))));
    assert!(matches!(bench.observe(Observation::Tape).await, Ok(Reply::Unsupported(_))));
    assert!(matches!(bench.clear(ConditionName::PaperOut).await, Err(BenchFault::Gone { .. })));
    let shown = String::from_utf8(shown.lock().unwrap().clone()).unwrap();
    assert!(shown.contains("Please take the paper out of the printer.\nThen press Enter"), "{shown}");
    assert_eq!(shown.matches("Is there a cut?").count(), 2);
}

#[test]
fn observations_are_read_strictly() {
    let fields = |value: Value| value.as_object().cloned().unwrap();
    let sale = json!({"messages": [{"type": "sale", "total": "8.00",
        "positions": [{"name": "Tea", "qty": "1.000", "sum": "8.00"}]}]});
    assert_eq!(online(fields(sale)).unwrap()[0].positions[0].name, "Tea");
    assert!(online(fields(json!({"messages": [{"type": "sale", "total": 8}]}))).is_err());
    assert!(tape(fields(json!({}))).is_err());
    let error = key(fields(json!({"key": 12345678}))).unwrap_err();
    assert!(!error.to_string().contains("12345678"), "{error}");
}
