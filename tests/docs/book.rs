//! The book is built from docs/ and the reference pages without a warning, and each link in it leads to a page
//! and a place that are there.

use super::program;
use super::support::{Sandbox, root};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn it_is_built_without_a_warning_and_its_links_lead_somewhere() {
    let folder = Sandbox::new();
    copy(&root().join("docs"), &folder.path().join("docs"));
    std::fs::copy(root().join("book.toml"), folder.path().join("book.toml")).expect("book.toml");
    let made =
        program(folder.path()).args(["reference", "docs/reference"]).output().expect("the program starts");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let Ok(built) = Command::new("mdbook").arg("build").current_dir(folder.path()).output() else {
        assert!(std::env::var_os("CI").is_none(), "CI needs mdbook: .ci/run installs it");
        eprintln!("skipped: there is no mdbook here (cargo install mdbook)");
        return;
    };
    let told = String::from_utf8_lossy(&built.stderr) + String::from_utf8_lossy(&built.stdout);
    assert!(built.status.success() && !told.contains("WARN") && !told.contains("ERROR"), "{told}");
    let pages = pages(&folder.path().join("target/book"));
    assert!(pages.len() > 15, "only {} pages", pages.len());
    let dead: Vec<String> = pages.iter().flat_map(|(page, text)| dead_links(page, text, &pages)).collect();
    assert!(dead.is_empty(), "{}", dead.join("\n"));
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let to = to.join(path.file_name().expect("a name"));
        match path.is_dir() {
            // Left from a book that was built in the checkout.
            true if path.ends_with("reference") => {}
            true => copy(&path, &to),
            false => drop(std::fs::copy(&path, &to).expect("a copy")),
        }
    }
}

/// Every page with its text.
fn pages(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("the book") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all.extend(pages(&path));
        } else if path.extension().is_some_and(|ending| ending == "html") {
            let text = std::fs::read_to_string(&path).expect("a page");
            all.insert(path, text);
        }
    }
    all
}

fn dead_links(page: &Path, text: &str, pages: &BTreeMap<PathBuf, String>) -> Vec<String> {
    // Everything once more on one page, and the page for what is not found: their links are the others'.
    if ["print.html", "404.html", "toc.html"].iter().any(|name| page.ends_with(name)) {
        return Vec::new();
    }
    let links = [" href=\"", " src=\""].iter().flat_map(|mark| text.split(*mark).skip(1));
    let links = links.filter_map(|rest| rest.split_once('"')).map(|(link, _)| link);
    let is_ours = |link: &&str| !link.starts_with("http") && !link.starts_with("data:") && !link.is_empty();
    links
        .filter(is_ours)
        .filter(|link| !leads_somewhere(page, link, pages))
        .map(|link| format!("{} links to {link}", page.display()))
        .collect()
}

fn leads_somewhere(page: &Path, link: &str, pages: &BTreeMap<PathBuf, String>) -> bool {
    let (path, place) = link.split_once('#').unwrap_or((link, ""));
    let target = match path {
        "" => page.to_owned(),
        path => {
            let Ok(found) = page.parent().expect("a folder").join(path).canonicalize() else { return false };
            found
        }
    };
    let canonical = |page: &PathBuf| page.canonicalize().is_ok_and(|page| page == target);
    let text =
        pages.get(&target).or_else(|| pages.iter().find(|(page, _)| canonical(page)).map(|(_, text)| text));
    place.is_empty() || text.is_some_and(|text| text.contains(&format!("id=\"{place}\"")))
}
