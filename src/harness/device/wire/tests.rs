use super::*;
use proptest::prelude::*;

fn read(text: &str) -> Head {
    Head::read(text.as_bytes()).unwrap_or_else(|| panic!("no head in {text:?}"))
}

#[test]
fn the_documents_own_dump_is_read() {
    let text = "HTTP/1.1 200 164\r\nContent-Length: 8\r\nDate: 2017-02-15 15:00\r\n\r\n29852781";
    let head = read(text);
    assert_eq!((head.status, head.reason.as_slice()), (200, &b"164"[..]));
    assert_eq!(head.headers[1], ("Date".into(), "2017-02-15 15:00".into()));
    assert_eq!(&text[head.body_at..], "29852781");
    assert_eq!(head.framing, Framing::Length(8));
    assert!(head.faults.is_empty(), "{:?}", head.faults);
}

#[test]
fn reasons_of_every_kind_are_kept() {
    for (line, reason) in [
        ("HTTP/1.1 200 OK", "OK"),
        ("HTTP/1.1 400 cash-lq-sale", "cash-lq-sale"),
        ("HTTP/1.1 200 ", ""),
        ("HTTP/1.1 400 ошибка", "ошибка"),
        ("HTTP/1.1 200  two", " two"),
    ] {
        let head = read(&format!("{line}\r\nContent-Length: 0\r\n\r\n"));
        assert_eq!(String::from_utf8(head.reason).unwrap(), reason);
        assert_eq!(head.faults, vec![]);
    }
    let cp1251 = Head::read(b"HTTP/1.1 400 \xee\xf8\r\nContent-Length: 0\r\n\r\n").unwrap();
    assert_eq!(cp1251.reason, b"\xee\xf8");
}

#[test]
fn faults_are_named() {
    let cases: [(&str, WireFault); 10] = [
        ("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", WireFault::NoReasonSpace),
        ("HTTP/1.0 200 1\r\nContent-Length: 0\r\n\r\n", WireFault::Version("HTTP/1.0".into())),
        ("HTTP/1.1 200 1\nContent-Length: 0\n\n", WireFault::BareLineFeed),
        ("HTTP/1.1 200 1\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n", WireFault::RepeatedLength),
        ("HTTP/1.1 200 1\r\nContent-Length: 0, 0\r\n\r\n", WireFault::RepeatedLength),
        (
            "HTTP/1.1 200 1\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
            WireFault::LengthWithChunked,
        ),
        ("HTTP/1.1 200 1\r\n\r\n", WireFault::MissingLength),
        ("HTTP/1.1 200 1\r\nContent-Length: -1\r\n\r\n", WireFault::BadLength("-1".into())),
        ("HTTP/1.1 200 a\u{7}b\r\nContent-Length: 0\r\n\r\n", WireFault::ControlInReason),
        ("HTTP/1.1 100 c\r\n\r\nHTTP/1.1 200 1\r\nContent-Length: 0\r\n\r\n", WireFault::Interim(100)),
    ];
    for (text, fault) in cases {
        assert_eq!(read(text).faults, vec![fault], "{text:?}");
    }
    let folded = read("HTTP/1.1 200 1\r\nContent-Length: 0\r\nDate: x\r\n y\r\n\r\n");
    assert_eq!(folded.faults, vec![WireFault::BadHeaderLine(" y".into())]);
}

#[test]
fn what_is_no_head_is_none() {
    for text in
        ["", "HTTP/1.1 200 OK\r\n", "<html>\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n"]
    {
        assert_eq!(Head::read(text.as_bytes()), None, "{text:?}");
    }
}

#[test]
fn the_end_of_a_body_is_found() {
    let chunked = read("HTTP/1.1 200 1\r\nTransfer-Encoding: chunked\r\n\r\n");
    assert_eq!(chunked.body_length(b"3;x=y\r\nabc\r\n0\r\nT: v\r\n\r\nmore"), Some(23));
    assert_eq!(chunked.body_length(b"3\r\nabc\r\n0\r\n"), None);
    assert_eq!(chunked.body_length(b"zz\r\nabc"), None);
    assert_eq!(chunked.body_length(b"ffffffffffffffff\r\nabc"), None);
    let fixed = read("HTTP/1.1 200 1\r\nContent-Length: 2\r\n\r\n");
    assert_eq!(fixed.body_length(b"123"), Some(2));
    assert_eq!(fixed.body_length(b"1"), None);
    assert_eq!(read("HTTP/1.1 204 1\r\nContent-Length: 2\r\n\r\n").body_length(b"12"), Some(0));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), front in any::<bool>()) {
        let mut all = if front { b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec() } else { vec![] };
        all.extend(bytes);
        if let Some(head) = Head::read(&all) {
            head.body_length(all.get(head.body_at..).unwrap_or_default());
        }
    }
}
