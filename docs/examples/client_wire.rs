//! How the client in client.rs talks: one kept connection, one request a second, only whole answers.

use std::io::{BufRead, BufReader, ErrorKind, Read, Result, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Parameters, in order.
pub type Fields = Vec<(String, String)>;

/// A whole answer.
pub struct Reply {
    pub status: u32,
    pub reason: String,
    pub body: String,
}

/// The device at an address.
pub struct Wire {
    address: String,
    /// How long a second lasts.
    pub second: f64,
    link: Option<BufReader<TcpStream>>,
    last: Option<Instant>,
}

impl Wire {
    pub fn new(address: String, second: f64) -> Wire {
        Wire { address, second, link: None, last: None }
    }

    /// Posts one request, a second after the one before.
    pub fn post(&mut self, key: &str, path: &str, fields: &Fields, seconds: f64) -> Result<Reply> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("key", key).extend_pairs(fields);
        let body = form.finish();
        if let Some(last) = self.last {
            let wait = Duration::from_secs_f64(self.second * 1.02).saturating_sub(last.elapsed());
            std::thread::sleep(wait);
        }
        let answer = self.exchange(path, &body, Duration::from_secs_f64(seconds * self.second));
        if answer.is_err() {
            self.link = None;
        }
        answer
    }

    fn exchange(&mut self, path: &str, body: &str, limit: Duration) -> Result<Reply> {
        let mut link = match self.link.take().filter(still_open) {
            Some(link) => link,
            None => BufReader::new(TcpStream::connect(&self.address)?),
        };
        let end = Instant::now() + limit + Duration::from_millis(200);
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nContent-Length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        let sent = link.get_mut().write_all(head.as_bytes()).and_then(|()| {
            // Head and body leave apart, as many libraries do it.
            link.get_mut().write_all(body.as_bytes())
        });
        self.last = Some(Instant::now());
        sent?;
        let mut line = String::new();
        let mut lines = Vec::new();
        while lines.is_empty() || line != "\r\n" {
            line.clear();
            patient(&link, end)?;
            if link.read_line(&mut line)? == 0 || !line.ends_with('\n') {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            lines.push(line.trim_end().to_owned());
        }
        let mut first = lines[0].splitn(3, ' ');
        let version = first.next().unwrap_or_default();
        let status =
            first.next().and_then(|text| text.parse().ok()).filter(|_| version.starts_with("HTTP/1."));
        let reason = first.next().unwrap_or_default().to_owned();
        let header = |name: &str| {
            let mut pairs = lines.iter().filter_map(|line| line.split_once(':'));
            pairs
                .find(|(known, _)| known.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.trim().to_owned())
        };
        let length = header("Content-Length").and_then(|text| text.parse::<usize>().ok());
        let (Some(status), Some(length)) = (status, length.filter(|length| *length < 1 << 24)) else {
            return Err(ErrorKind::InvalidData.into());
        };
        let mut bytes = vec![0; length];
        patient(&link, end)?;
        link.read_exact(&mut bytes)?;
        if !header("Connection").is_some_and(|value| value.eq_ignore_ascii_case("close")) {
            self.link = Some(link);
        }
        Ok(Reply { status, reason, body: String::from_utf8_lossy(&bytes).into_owned() })
    }
}

/// Nothing came and nobody hung up since the last answer.
fn still_open(link: &BufReader<TcpStream>) -> bool {
    let stream = link.get_ref();
    let quiet = stream.set_nonblocking(true).is_ok()
        && matches!(stream.peek(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock);
    quiet && link.buffer().is_empty() && stream.set_nonblocking(false).is_ok()
}

fn patient(link: &BufReader<TcpStream>, end: Instant) -> Result<()> {
    let left = end.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
    link.get_ref().set_read_timeout(Some(left))
}
