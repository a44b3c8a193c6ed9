//! Texts that several rooms make: cut to a length, fitted to a pattern, made fit to be shown. What a device, a suite, a bench or a driver wrote does nothing
//! to a terminal but show, on one line, and no more of it than a person reads.

use std::borrow::Cow;

/// Characters of one foreign text that are shown at the most; the reports have more.
pub const SHOWN: usize = 300;

/// One word for the shell, in double quotes, so that a placeholder of the reports can be made a variable
/// of; whatever is in it, nothing of it is carried out. A NUL, which no command line can have, is left out.
pub fn shell_quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars().filter(|c| *c != '\0') {
        match c {
            '"' | '\\' | '$' | '`' => {
                out.push('\\');
                out.push(c);
            }
            // An interactive bash replaces `!word` by an earlier command, in double quotes, too.
            '!' => out.push_str("\"'!'\""),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A `curl` command that can be pasted into a shell, whatever a device, a client or a suite wrote: nothing of
/// it is carried out, no file is read (`@` stays an `@`), and one request leaves (`[1-9]` stays as it is).
/// `options` is ours.
pub fn curl(options: &str, content_type: Option<&str>, body: &str, url: &str) -> String {
    let mut line = format!("curl -sS -i -g {options}");
    if let Some(kind) = content_type {
        line.push_str(&format!("-H {} ", shell_quoted(&format!("Content-Type: {kind}"))));
    }
    if !body.is_empty() {
        line.push_str(&format!("--data-raw {} ", shell_quoted(body)));
    }
    line + &shell_quoted(url)
}

/// Whether a character would do something to a terminal, or to the order of what stands around it,
/// instead of being seen: C0, DEL and C1 characters, which begin escape sequences, the marks that turn
/// the direction of writing, and the separators that some terminals break lines at.
pub fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// Text that does nothing to a terminal but show. Tabs and ends of lines stay.
pub fn for_terminal(text: &str) -> Cow<'_, str> {
    replaced(text, |c| acts(c) && !matches!(c, '\t' | '\n'))
}

/// The same on one line, for a place where a newline would break the layout.
pub fn one_line(text: &str) -> String {
    for_terminal(text).replace(['\n', '\t'], " ")
}

/// The same, and no longer than [`SHOWN`] characters: the way of foreign text to a terminal.
pub fn shown(text: &str) -> String {
    // Cut before it is cleaned: an answer may have megabytes. A line's end may be two characters.
    match text.char_indices().nth(2 * SHOWN) {
        None => clip(&one_line(text), SHOWN),
        Some((at, _)) => {
            let rest = text.get(at..).unwrap_or_default().chars().count();
            let front = one_line(text.get(..at).unwrap_or_default());
            let kept: String = front.chars().take(SHOWN).collect();
            format!("{kept}… ({} more characters)", front.chars().count().saturating_sub(SHOWN) + rest)
        }
    }
}

/// JSON that does nothing to a terminal either: what would is written as an escape, which means the same.
pub fn json_for_terminal(json: &str) -> Cow<'_, str> {
    let escaped = |c: char| acts(c) && !c.is_ascii_whitespace();
    if !json.contains(escaped) {
        return Cow::Borrowed(json);
    }
    // Every such character is in the basic plane, so four digits do.
    json.chars()
        .map(|c| if escaped(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() })
        .collect::<String>()
        .into()
}

/// The text with everything `foreign` replaced: C0 characters and DEL by their pictures (U+2400 and up),
/// others by U+FFFD; every end of line becomes `\n`.
pub fn replaced(text: &str, foreign: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&foreign) {
        return Cow::Borrowed(text);
    }
    let whole_lines = text.replace("\r\n", "\n");
    let shown = |c: char| match c {
        '\r' => '\n',
        '\u{7f}' if foreign(c) => '\u{2421}',
        _ if !foreign(c) => c,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        _ => '\u{fffd}',
    };
    Cow::Owned(whole_lines.chars().map(shown).collect())
}

/// A text with each run of digits as `said` tells it.
pub fn with_digits<'t>(text: &'t str, said: impl Fn(&'t str) -> Cow<'t, str>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let (digits, after) = from.split_at(from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len()));
        out.push_str(before);
        out.push_str(&said(digits));
        rest = after;
    }
    out + rest
}

/// At most so many characters; what is cut off is told by its number.
pub fn clip(text: &str, longest: usize) -> String {
    let length = text.chars().count();
    if length <= longest {
        return text.to_owned();
    }
    let kept: String = text.chars().take(longest).collect();
    format!("{kept}… ({} more characters)", length - longest)
}

/// At most about so many bytes, the middle cut out; `pointer` says where the whole is.
pub fn without_middle(text: &str, longest: usize, pointer: &str) -> String {
    if text.len() <= longest {
        return text.to_owned();
    }
    let half = longest / 2;
    let boundary = |at: &usize| text.is_char_boundary(*at);
    let head = (0..=half).rev().find(boundary).and_then(|at| text.get(..at)).unwrap_or_default();
    let tail = (text.len() - half..).find(boundary).and_then(|at| text.get(at..)).unwrap_or_default();
    // Whole lines, where there are lines.
    let head = head.rfind('\n').map_or(head, |at| &head[..=at]);
    let tail = tail.find('\n').map_or(tail, |at| &tail[at + 1..]);
    let cut = text.len() - head.len() - tail.len();
    format!("{head}# … {cut} bytes are left out here: {pointer}\n{tail}")
}

/// A text as a YAML scalar in double quotes: JSON's are YAML's.
pub fn yaml_quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The first byte of a document behind blanks and a byte order mark, which is a mistake in a document, and no
/// sign that it is none.
pub fn first_sign(body: &[u8]) -> Option<u8> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    body.trim_ascii_start().first().copied()
}

/// Whether a text fits a pattern in which `*` stands for anything, also for nothing.
pub fn fits(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else { return rest.is_empty() };
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_acts_becomes_a_picture() {
        assert_eq!(for_terminal("\u{7f}\u{9b}31m\u{202e}x"), "␡\u{fffd}31m\u{fffd}x");
        assert_eq!(for_terminal("1\r\n2\r3\n"), "1\n2\n3\n");
        assert_eq!(for_terminal("\r\n\u{1b}"), "\n␛");
        assert_eq!(one_line("a\r\nb\tc"), "a b c");
        assert_eq!(one_line("\u{200f}\u{61c}\u{feff}\u{2028}a"), "\u{fffd}\u{fffd}\u{fffd}\u{fffd}a");
        assert_eq!(clip("абвг", 2), "аб… (2 more characters)");
    }

    #[test]
    fn no_more_than_300_characters_are_shown() {
        assert_eq!(shown(&"ж".repeat(300)), "ж".repeat(300));
        assert_eq!(shown(&"ж".repeat(301)), format!("{}… (1 more characters)", "ж".repeat(300)));
        assert_eq!(shown(&"ж".repeat(7000)), format!("{}… (6700 more characters)", "ж".repeat(300)));
        assert_eq!(shown("a\u{1b}[31m\nb"), "a␛[31m b");
    }

    #[test]
    fn json_means_the_same_and_does_nothing() {
        let json = "{\"a\": \"\u{9b}31m\u{202e}\u{7f}\"}\n";
        let safe = json_for_terminal(json);
        assert_eq!(safe, "{\"a\": \"\\u009b31m\\u202e\\u007f\"}\n");
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(value(&safe), value(json));
    }

    /// Bodies, paths and reasons of those who want a command of theirs carried out where ours is pasted.
    const HOSTILE: &[&str] = &[
        "$(touch PWNED)",
        "`touch PWNED`",
        "\"; touch PWNED; \"",
        "'; touch PWNED; '",
        "\\\"; touch PWNED; #",
        "\\",
        "a\ntouch PWNED\n",
        "a\r\ntouch PWNED\r\n",
        "${IFS}$PWNED$((1))",
        "x && touch PWNED || touch PWNED & touch PWNED | touch PWNED",
        "<(touch PWNED) >PWNED <<PWNED",
        "!touch !! a!b",
        "@/etc/passwd",
        "[1-3] {a,b} * ? ~ #",
        "-o PWNED",
        "\u{202e}\u{1b}[2Jж",
        "$KEY_1 \\$KEY_1",
        "",
    ];

    fn folder(name: &str) -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("ikkm-pasted-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn pasted(command: &str, folder: &std::path::Path) -> Vec<u8> {
        use std::io::Write;
        let mut shell = std::process::Command::new("sh")
            .current_dir(folder)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        shell.stdin.take().unwrap().write_all(command.as_bytes()).unwrap();
        shell.wait_with_output().unwrap().stdout
    }

    #[test]
    fn what_is_pasted_into_a_shell_is_one_word_whatever_is_in_it() {
        let folder = folder("word");
        for text in HOSTILE {
            let told = pasted(&format!("printf %s {}\n", shell_quoted(text)), &folder);
            assert_eq!(String::from_utf8_lossy(&told), *text);
        }
        let left = std::fs::read_dir(&folder).unwrap().count();
        assert_eq!(left, 0, "a command of theirs was carried out");
    }

    #[test]
    fn a_pasted_curl_line_sends_what_was_sent_and_does_nothing_else() {
        let folder = folder("line");
        // In the place of curl: its arguments, each on a line of its own that ends in a bell.
        let shim = "curl() { for word; do printf '%s\\a' \"$word\"; done; }\n";
        for text in HOSTILE {
            let line = curl("-X POST ", Some(text), text, &format!("http://x/{text}"));
            let told = String::from_utf8(pasted(&format!("{shim}{line}\n"), &folder)).unwrap();
            let words: Vec<&str> = told.split_terminator('\u{7}').collect();
            let (kind, url) = (format!("Content-Type: {text}"), format!("http://x/{text}"));
            let mut expected = vec!["-sS", "-i", "-g", "-X", "POST", "-H", &kind];
            if !text.is_empty() {
                expected.extend(["--data-raw", text]);
            }
            expected.push(&url);
            assert_eq!(words, expected);
        }
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    }

    #[test]
    fn the_middle_goes_and_says_so() {
        let long = (0..100).map(|n| format!("line {n}\n")).collect::<String>();
        let cut = without_middle(&long, 100, "see results.json");
        assert!(cut.starts_with("line 0\n") && cut.ends_with("line 99\n"), "{cut}");
        assert!(cut.contains("bytes are left out here: see results.json"), "{cut}");
        assert!(cut.len() < 180);
        assert_eq!(without_middle("short", 100, "x"), "short");
        assert!(without_middle(&"ж".repeat(400), 100, "x").len() < 180);
    }

    #[test]
    fn stars_stand_for_anything() {
        for (pattern, text) in [
            ("*-hq-sale", "bank-hq-sale"),
            ("*", ""),
            ("a*c*e", "abcde"),
            ("abc", "abc"),
            ("*1x100*=*100*", "Sale 1x100 = 100"),
        ] {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("a*b", "a"), ("abc", "abcd"), ("*a", "b"), ("aa*aa", "aaa")] {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_harmless_stays(text in "[ -~а-яА-ЯәіңғүұқөһӘІҢҒҮҰҚӨҺ\n\t]{0,80}") {
            prop_assert_eq!(for_terminal(&text), text.as_str());
        }

        #[test]
        fn nothing_that_acts_reaches_a_terminal(text in any::<String>()) {
            prop_assert!(!one_line(&text).chars().any(acts));
            prop_assert!(!shown(&text.repeat(40)).chars().any(acts));
        }
    }
}
