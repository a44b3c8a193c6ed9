//! Documents accepted, compared, shown to differ.

use super::*;
use serde_json::json;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        Folder(std::env::temp_dir().join(format!("ikkm-golden-{name}-{}", std::process::id())))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn accepts_then_compares_then_shows_the_difference() {
    let folder = Folder::new("whole");
    let comparing = Golden::new(&folder.0, false);
    let document = json!({"at": "2016-01-18 20:41:06", "factorySerialNumber": "0117", "sum": 5.10});
    assert!(matches!(comparing.compare("a", &document), Err(GoldenError::Missing(_))));
    assert_eq!(Golden::new(&folder.0, true).compare("a", &document).unwrap(), Compared::Taken);
    let later = json!({"at": "2026-11-23 19:00:00", "factorySerialNumber": "9999", "sum": 5.10});
    assert_eq!(comparing.compare("a", &later).unwrap(), Compared::Same);
    let changed = json!({"at": "2026-11-23 19:00:00", "factorySerialNumber": "9999", "sum": "5.10"});
    let Compared::Differs(shown) = comparing.compare("a", &changed).unwrap() else { panic!("the same") };
    assert!(shown.contains("+\"sum\": \"5.10\""), "{shown}");
    assert!(folder.0.join("a.snap.new").exists());
}

#[test]
fn a_device_is_compared_by_shape_with_what_it_showed_first() {
    let folder = Folder::new("shape");
    let device = Golden::of_device(&folder.0, false);
    assert_eq!(device.compare("a", &json!({"sum": 5.10})).unwrap(), Compared::Taken);
    assert_eq!(device.compare("a", &json!({"sum": 7})).unwrap(), Compared::Same);
    let told = Compared::Differs("sum is text of a number, was number".to_owned());
    assert_eq!(device.compare("a", &json!({"sum": "7"})).unwrap(), told);
    let accepting = Golden::of_device(&folder.0, true);
    assert_eq!(accepting.compare("a", &json!({"sum": "7"})).unwrap(), Compared::Taken);
    assert_eq!(device.compare("a", &json!({"sum": "7"})).unwrap(), Compared::Same);
    std::fs::write(device.path("a"), "rubbish").unwrap();
    assert!(matches!(device.compare("a", &json!(1)), Err(GoldenError::Unreadable { .. })));
}

#[test]
fn only_whole_documents_need_the_start_state() {
    assert!(Golden::new("golden", false).needs_start_state());
    assert!(!Golden::of_device("shapes", false).needs_start_state());
}

#[test]
fn dates_and_serials_are_redacted_wherever_they_stand() {
    let document = json!([{
        "full": "2016-01-18 20:41:06", "short": "2016-07-18 20:03", "bank": "22-11-2017 17:19:55",
        "inner": {"factorySerialNumber": "0117", "factorySerialNumbers": "0118", "list": ["2016-07-18 20:03", "x"]},
        "no-date": "2016-13-18 20:41:06", "number": 2016
    }]);
    let same: Value = serde_json::from_str(&normal(&document)).unwrap();
    let redacted = json!([{
        "full": "[date]", "short": "[date]", "bank": "[date]",
        "inner": {"factorySerialNumber": "[serial]", "factorySerialNumbers": "0118", "list": ["[date]", "x"]},
        "no-date": "2016-13-18 20:41:06", "number": 2016
    }]);
    assert_eq!(same, redacted);
}

#[test]
fn what_was_accepted_takes_the_new_document_away() {
    let folder = Folder::new("away");
    let comparing = Golden::new(&folder.0, false);
    assert!(comparing.compare("a", &json!({"a": 1})).is_err());
    assert!(folder.0.join("a.snap.new").exists());
    Golden::new(&folder.0, true).compare("a", &json!({"a": 1})).unwrap();
    assert!(!folder.0.join("a.snap.new").exists());
    assert_eq!(comparing.compare("a", &json!({"a": 1})).unwrap(), Compared::Same);
    assert!(!folder.0.join("a.snap.new").exists());
    let Compared::Differs(shown) = comparing.compare("a", &json!({"a": 2})).unwrap() else {
        panic!("the same")
    };
    assert_eq!(shown, "-\"a\": 1 +\"a\": 2");
    let names: Vec<_> = fs::read_dir(&folder.0).unwrap().map(|one| one.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "no temporary file stays: {names:?}");
}
