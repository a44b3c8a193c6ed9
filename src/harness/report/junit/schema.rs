//! What Jenkins' JUnit schema allows, as tables of our own, so that a report can be checked
//! without it: elements, their places, their attributes and the form of numbers.

use roxmltree::{Document, Node};

/// An element: its name, the elements that may stand in it, the attributes that it must and may
/// have, and whether it may hold text.
type Rule = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str], bool);

const RULES: &[Rule] = &[
    ("testsuites", &["testsuite"], &[], &["name", "time", "tests", "failures", "errors"], false),
    (
        "testsuite",
        &["testsuite", "properties", "testcase", "system-out", "system-err"],
        &["name", "tests", "failures", "errors"],
        &["group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"],
        false,
    ),
    (
        "testcase",
        &["skipped", "error", "failure", "system-out", "system-err"],
        &["name"],
        &["time", "classname", "group"],
        false,
    ),
    ("properties", &["property"], &[], &[], false),
    ("property", &[], &["name", "value"], &[], false),
    ("skipped", &[], &[], &["type", "message"], true),
    ("error", &[], &[], &["type", "message"], true),
    ("failure", &[], &[], &["type", "message"], true),
    ("system-out", &[], &[], &[], true),
    ("system-err", &[], &[], &[], true),
];

/// Whether the document keeps to the schema; if not, what breaks it.
pub fn check(xml: &Document) -> Result<(), String> {
    if !xml.root_element().has_tag_name("testsuites") {
        return Err("the root is no testsuites".to_owned());
    }
    check_element(xml.root_element())
}

fn check_element(node: Node) -> Result<(), String> {
    let name = node.tag_name().name();
    let Some((_, inside, must, may, holds_text)) = RULES.iter().find(|rule| rule.0 == name) else {
        return Err(format!("there is no element {name}"));
    };
    if let Some(lacking) = must.iter().find(|attribute| !node.has_attribute(**attribute)) {
        return Err(format!("{name} lacks {lacking}"));
    }
    for attribute in node.attributes() {
        let (key, value) = (attribute.name(), attribute.value());
        let in_order = match key {
            "time" => is_time(value),
            "tests" | "failures" | "errors" | "skipped" | "id" => value.parse::<u32>().is_ok(),
            "timestamp" => is_timestamp(value),
            _ => must.contains(&key) || may.contains(&key),
        };
        if !in_order {
            return Err(format!("{name} must not have {key}={value:?}"));
        }
    }
    for child in node.children() {
        if child.is_element() {
            if !inside.contains(&child.tag_name().name()) {
                return Err(format!("{name} must not hold {}", child.tag_name().name()));
            }
            check_element(child)?;
        } else if child.is_text() && !holds_text && !child.text().unwrap_or_default().trim().is_empty() {
            return Err(format!("{name} must not hold text"));
        }
    }
    Ok(())
}

/// Digits, maybe with a dot and at most three more.
pub fn is_time(text: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    digits(whole) && digits(fraction) && fraction.len() <= 3
}

/// `2026-11-23T19:30:00Z`.
fn is_timestamp(text: &str) -> bool {
    let form: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    form == "0000-00-00T00:00:00Z"
}

#[test]
fn the_check_itself_refuses() {
    let suite = |inner: &str| format!("<testsuites>{inner}</testsuites>");
    for (xml, why) in [
        ("<testsuite/>".to_owned(), "root"),
        (suite("<testsuite name='a' tests='1' failures='0'/>"), "lacks errors"),
        (suite("<testsuite name='a' tests='x' failures='0' errors='0'/>"), "tests=\"x\""),
        (suite("<testsuite name='a' tests='1' failures='0' errors='0' time='0.0001'/>"), "0.0001"),
        (suite("<testsuite name='a' tests='1' failures='0' errors='0' time='1e3'/>"), "1e3"),
        (suite("<testcase name='a'/>"), "must not hold testcase"),
        (suite("text"), "hold text"),
        (
            suite(
                "<testsuite name='a' tests='1' failures='0' errors='0'><testcase name='t' file='f'/></testsuite>",
            ),
            "file",
        ),
    ] {
        let error = check(&Document::parse(&xml).unwrap()).unwrap_err();
        assert!(error.contains(why), "{error}");
    }
}
