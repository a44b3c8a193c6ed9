use super::*;
use ikkm_protocol::{Method, Params};
use std::fs::OpenOptions;

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("ikkm-journal-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    folder
}

fn key(text: &str) -> Key {
    Key::parse(text).unwrap()
}

fn sale(sent: &str) -> WireRequest {
    let params = [("key", sent), ("sale", "800")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    WireRequest::new(Method::Get, "/api/", &Params(params.into()))
}

fn registered(number: &str) -> Answer {
    Answer { status: 200, reason: number.into(), headers: vec![], body: vec![] }
}

fn open(path: &Path) -> Journal {
    Journal::open(path, "http://10.0.0.1:8080", "2026-11-23T00:00:00Z").unwrap()
}

#[test]
fn the_chain_outlives_the_process() {
    let path = folder("chain").join("deep/state.jsonl");
    let mut journal = open(&path);
    journal.key(&key("00000001")).unwrap();
    journal.sent(&sale("00000001"), None).unwrap();
    journal.answered(journal.open_number(), &registered("7"), Some(&key("00000002"))).unwrap();
    journal.sent(&sale("00000002"), None).unwrap();
    drop(journal);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let journal = open(&path);
    let chain = journal.chain();
    assert_eq!(chain.current, Some(key("00000002")));
    assert!(chain.is_spent(&key("00000001")) && !chain.is_spent(&key("00000002")));
    let entry = chain.open.as_ref().unwrap();
    assert_eq!((entry.seq, entry.request()), (2, sale("00000002")));
    assert_eq!(entry.to_string(), "sale=800 to /api/");
}

#[test]
fn a_second_run_is_kept_out_and_a_dead_one_is_not() {
    let path = folder("lock").join("state.jsonl");
    let journal = open(&path);
    let second = Journal::open(&path, "x", "now");
    assert!(matches!(second, Err(JournalError::Taken(_))), "{second:?}");
    drop(journal);
    open(&path);
}

#[test]
fn a_torn_last_line_is_forgotten() {
    let path = folder("torn").join("state.jsonl");
    let mut journal = open(&path);
    journal.key(&key("00000001")).unwrap();
    drop(journal);
    let whole = fs::read(&path).unwrap();
    for tear in [&b"{\"answered\":{\"seq\":1,"[..], b"\0\0\0\0\n", b"{\"key\":{\"key\":\"00000002\"}}"] {
        fs::write(&path, [&whole[..], tear].concat()).unwrap();
        let mut journal = open(&path);
        assert_eq!(journal.chain().current, Some(key("00000001")));
        journal.key(&key("00000003")).unwrap();
        drop(journal);
        assert_eq!(open(&path).chain().current, Some(key("00000003")));
    }
}

#[test]
fn what_is_no_journal_is_left_alone_and_named() {
    let path = folder("foreign").join("state.jsonl");
    open(&path);
    let good = fs::read_to_string(&path).unwrap();
    let later = good.replace("\"version\":1", "\"version\":2");
    for (text, told) in [
        ("hello\n".to_owned(), "no journal"),
        (format!("{good}12345678\n{{}}\n"), "line 3 of"),
        (good.lines().rev().map(|line| format!("{line}\n")).collect(), "no journal"),
        (later, "version 2"),
    ] {
        fs::write(&path, &text).unwrap();
        let error = Journal::open(&path, "x", "now").unwrap_err().to_string();
        assert!(error.contains(told) && !error.contains("12345678"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn a_long_journal_is_compacted_and_says_the_same() {
    let path = folder("long").join("state.jsonl");
    let mut journal = open(&path);
    journal.device(Some("0117"), None).unwrap();
    journal.key(&key("90000000")).unwrap();
    for number in 0..600 {
        let (sent, fresh) = (format!("{number:08}"), format!("{:08}", number + 1));
        journal.sent(&sale(&sent), None).unwrap();
        journal.answered(journal.open_number(), &registered("7"), Some(&key(&fresh))).unwrap();
    }
    journal.sent(&sale("00000600"), None).unwrap();
    drop(journal);
    let before = fs::metadata(&path).unwrap().len();
    let journal = Journal::open_bounded(&path, "x", 1000).unwrap();
    assert!(journal.length < before / 4);
    drop(journal);
    let journal = open(&path);
    let chain = journal.chain();
    assert_eq!((chain.current.clone(), chain.seq), (Some(key("00000600")), 601));
    assert_eq!(chain.open.as_ref().map(|entry| entry.seq), Some(601));
    assert_eq!(chain.serial.as_deref(), Some("0117"));
    assert!(chain.is_spent(&key("90000000")), "a key that was given is never forgotten");
    assert!(chain.is_spent(&key("00000599")) && !chain.is_spent(&key("00000001")));
}

#[test]
fn a_full_disk_is_an_error_before_anything_is_sent() {
    let path = folder("full").join("state.jsonl");
    let mut journal = open(&path);
    journal.file = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let error = journal.sent(&sale("00000001"), None).unwrap_err();
    assert!(error.to_string().contains("nothing more is sent"), "{error}");
    assert!(journal.chain().open.is_none());
}

#[test]
fn any_body_can_be_repeated() {
    let mut request = sale("00000001");
    request.body = vec![0xff, 0, 1];
    request.content_type = Some("x/y".into());
    let entry = JournalEntry::new(1, &request, None);
    let line = serde_json::to_string(&Record::Sent(entry)).unwrap();
    let Record::Sent(entry) = serde_json::from_str(&line).unwrap() else { panic!("{line}") };
    assert_eq!(entry.request(), request);
}

#[test]
fn the_default_place_is_the_users_state_folder() {
    let path = |xdg: Option<&str>, home: Option<&str>| {
        default_path("fe80::1", 8080, xdg.map(PathBuf::from), home.map(PathBuf::from))
    };
    let told = path(Some("/state"), Some("/home/a")).unwrap();
    assert_eq!(told, Path::new("/state/ikkm-conformance/fe80__1_8080.jsonl"));
    let told = path(Some("relative"), Some("/home/a")).unwrap();
    assert_eq!(told, Path::new("/home/a/.local/state/ikkm-conformance/fe80__1_8080.jsonl"));
    assert_eq!(path(None, None), None);
}

#[test]
fn what_leaves_together_is_open_until_each_is_closed() {
    let path = folder("together").join("state.jsonl");
    let request =
        |total: u32| WireRequest::bare(Method::Get, &format!("/api/?key=00000001&sale={total}&cash={total}"));
    let numbers = {
        let mut journal = open(&path);
        journal.key(&key("00000001")).unwrap();
        journal.sent_together(&[&request(1), &request(2), &request(3)]).unwrap()
    };
    let mut journal = open(&path);
    let left = |journal: &Journal| -> Vec<u64> {
        let chain = journal.chain();
        chain.open.iter().chain(&chain.open_beside).map(|entry| entry.seq).collect()
    };
    assert_eq!(left(&journal), numbers);
    journal.settled(numbers[1], "it is told", None).unwrap();
    assert_eq!(left(&journal), [numbers[0], numbers[2]]);
    journal.settled(numbers[0], "it is told", Some(&key("00000002"))).unwrap();
    assert_eq!(left(&open_again(journal, &path)), [numbers[2]]);
}

fn open_again(journal: Journal, path: &Path) -> Journal {
    drop(journal);
    open(path)
}

#[test]
fn a_foreign_file_is_untouched_whatever_it_looks_like() {
    let folder = folder("foreign-untouched");
    fs::create_dir_all(&folder).unwrap();
    let (path, link) = (folder.join("mine"), folder.join("link"));
    std::os::unix::fs::symlink(&path, &link).unwrap();
    for text in ["12345678", "{\"a\":1}", "{", "{\"journal\":1}", "hello\n", "\0\0\0", " \n{\"journal\":"] {
        for name in [&path, &link] {
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
            let refused = Journal::open(name, "x", "now");
            assert!(matches!(refused, Err(JournalError::Foreign(_))), "{text}: {refused:?}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o644, "{text}");
            let beside = fs::read_dir(&folder).unwrap().count();
            assert_eq!(beside, 2, "{text}: nothing is put beside it");
        }
    }
}

#[test]
fn a_first_line_that_was_torn_is_written_again() {
    let path = folder("torn-first").join("state.jsonl");
    open(&path);
    fs::write(&path, "{\"journal\":{\"version\":1,\"tar").unwrap();
    drop(open(&path));
    assert!(fs::read_to_string(&path).unwrap().starts_with("{\"journal\":{\"version\":1,\"target\":"));
}

#[test]
fn a_link_and_its_file_have_one_lock() {
    let path = folder("link").join("state.jsonl");
    let journal = open(&path);
    let link = path.with_file_name("other");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let second = Journal::open(&link, "x", "now");
    assert!(matches!(second, Err(JournalError::Taken(_))), "{second:?}");
    drop(journal);
}

/// What the disk holds after a power cut that loses every line since the last sync.
#[test]
fn a_lost_answer_leaves_its_registration_open_and_any_other_answer_is_on_disk() {
    let path = folder("synced").join("state.jsonl");
    let mut journal = open(&path);
    journal.key(&key("00000001")).unwrap();
    // Syncing a pipe fails: a record that does not wait for the disk is written all the same.
    let pipe = || File::from(std::os::fd::OwnedFd::from(std::io::pipe().unwrap().1));
    let deposit = WireRequest::bare(Method::Get, "/apideposit/?key=00000001&cash=5");
    for (request, waits) in [(sale("00000001"), false), (deposit, true)] {
        journal.sent(&request, None).unwrap();
        let seq = journal.open_number();
        let (reader, writer) = std::io::pipe().unwrap();
        let kept = std::mem::replace(&mut journal.file, File::from(std::os::fd::OwnedFd::from(writer)));
        let answered = journal.answered(seq, &registered("7"), Some(&key("00000001")));
        assert_eq!(answered.is_err(), waits, "{answered:?}");
        journal.file = pipe();
        let next = journal.sent(&sale("00000001"), None);
        assert!(next.is_err(), "a request waits for the disk");
        journal.file = kept;
        drop(reader);
    }
}

#[test]
fn one_device_by_two_addresses_has_one_lock() {
    let folder = folder("claimed");
    let mut one = open(&folder.join("10.0.0.1_8080.jsonl"));
    let mut two = open(&folder.join("10.0.0.2_8080.jsonl"));
    one.claim(Some("0117/../x")).unwrap();
    one.claim(Some("0117/../x")).unwrap();
    two.claim(None).unwrap();
    two.claim(Some("0118")).unwrap();
    let refused = two.claim(Some("0117/../x"));
    assert!(matches!(refused, Err(JournalError::Taken(_))), "{refused:?}");
    drop(one);
    two.claim(Some("0117/../x")).unwrap();
}

#[test]
fn what_a_run_sold_is_known_however_often_it_was_repeated_and_however_short_the_journal_became() {
    let path = folder("sold").join("state.jsonl");
    let mut journal = open(&path);
    journal.key(&key("00000001")).unwrap();
    let sell = |journal: &mut Journal, sent: &str, then: &str| {
        journal.sent(&sale(sent), None).unwrap();
        journal.answered(journal.open_number(), &registered("7"), Some(&key(then))).unwrap();
    };
    sell(&mut journal, "00000001", "00000002");
    sell(&mut journal, "00000001", "00000002");
    sell(&mut journal, "00000002", "00000003");
    journal.sent(&sale("00000003"), None).unwrap();
    drop(journal);
    // The next run settles what was open, and sells nothing itself.
    let mut journal = open(&path);
    journal.answered(journal.open_number(), &registered("9"), Some(&key("00000004"))).unwrap();
    drop(journal);
    let sold = |journal: &Journal, all: bool| {
        let sums = journal.chain().sold(all).into_iter().map(|run| run.totals.parts().values().sum());
        sums.collect::<Vec<rust_decimal::Decimal>>()
    };
    let mut journal = open(&path);
    assert_eq!(sold(&journal, false), [2400.into()], "a repeat is no receipt more");
    sell(&mut journal, "00000004", "00000005");
    assert_eq!(sold(&journal, false), [800.into()]);
    drop(journal);
    let mut journal = open(&path);
    journal.compensates().unwrap();
    sell(&mut journal, "00000005", "00000006");
    assert_eq!(sold(&journal, false), [800.into(), 800.into()], "with what was returned since");
    drop(journal);
    let journal = Journal::open_bounded(&path, "http://10.0.0.1:8080", 10).unwrap();
    assert!(!fs::read_to_string(&path).unwrap().contains("\"sent\""));
    drop(journal);
    let journal = open(&path);
    assert_eq!(sold(&journal, true), [2400.into(), 800.into(), 800.into()]);
    assert!(journal.chain().sold(false)[1].compensates);
}

#[test]
fn a_registration_whose_key_was_spent_by_nobody_knows_what_is_not_known() {
    let path = folder("unknown").join("state.jsonl");
    let mut journal = open(&path);
    journal.key(&key("00000001")).unwrap();
    journal.sent(&sale("00000001"), None).unwrap();
    journal.settled(journal.open_number(), "it was not sent", Some(&key("00000001"))).unwrap();
    assert!(journal.chain().sold(true).is_empty());
    journal.sent(&sale("00000001"), None).unwrap();
    journal.settled(journal.open_number(), "the key has moved on", Some(&key("00000009"))).unwrap();
    assert_eq!(journal.chain().sold(true)[0].unknown, ["sale=800 to /api/"]);
}
