//! Faults of the wire, chosen by the n-th request of a kind and never by chance: for crash tests
//! and for the certification of clients.

use super::arguments::Route;
use ikkm_protocol::WireRequest;
use std::time::Duration;

/// A kind of request, told by its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestKind {
    /// Any request.
    Any,
    /// /api/: registrations.
    Register,
    /// /apideposit.
    Deposit,
    /// /apiwithdraw.
    Withdraw,
    /// /apixreport.
    XReport,
    /// /apizreport.
    ZReport,
    /// /apibank.
    Bank,
    /// /apicheck and what is below it.
    Check,
    /// /apiprint.
    Print,
    /// /apimanage.
    Manage,
    /// /dump.
    Dump,
}

impl RequestKind {
    /// Whether a request is of this kind.
    pub fn holds(self, request: &WireRequest) -> bool {
        match Route::of(request.path(), true) {
            _ if self == RequestKind::Any => true,
            Route::Register => self == RequestKind::Register,
            Route::Deposit => self == RequestKind::Deposit,
            Route::Withdraw => self == RequestKind::Withdraw,
            Route::XReport => self == RequestKind::XReport,
            Route::ZReport => self == RequestKind::ZReport,
            Route::Bank => self == RequestKind::Bank,
            Route::Check | Route::GetInfo | Route::PrintLast => self == RequestKind::Check,
            Route::Print => self == RequestKind::Print,
            Route::Manage => self == RequestKind::Manage,
            Route::Dump(_) => self == RequestKind::Dump,
            Route::Unknown => false,
        }
    }
}

/// What goes wrong with one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The connection closes before the device sees the request.
    LoseRequest,
    /// The device never sees the request; these bytes are the whole answer.
    Instead(Vec<u8>),
    /// The device does it; the connection closes without a byte.
    LoseReply,
    /// The device does it; the connection is reset.
    Reset,
    /// The device does it; the answer comes that much later.
    Delay(Duration),
    /// The answer ends after so many bytes, head included, and the connection closes.
    Cut(usize),
    /// The answer ends after so many bytes, and the connection stays open.
    HoldOpen(usize),
    /// The answer lacks its last bytes, so many, and the connection closes (or stays open). With none missing it is
    /// left open where it was to be closed; any other goes on serving.
    Short {
        /// How many bytes are missing.
        missing: usize,
        /// The connection stays open.
        open: bool,
    },
    /// The answer leaves in pieces of so many bytes, with that pause between them.
    Pieces(usize, Duration),
    /// The whole answer is sent twice.
    Double,
    /// The whole answer is replaced by these bytes.
    Garble(Vec<u8>),
    /// `Content-Length` says this instead of the truth.
    WrongLength(String),
}

impl Fault {
    /// The bytes that leave instead of the answer's, and what becomes of the connection.
    pub(super) fn apply(&self, answer: Vec<u8>) -> (Vec<u8>, Ending) {
        match self {
            Fault::LoseRequest | Fault::LoseReply => (Vec::new(), Ending::Close),
            Fault::Reset => (Vec::new(), Ending::Reset),
            Fault::Delay(_) | Fault::Pieces(..) => (answer, Ending::GoOn),
            Fault::Cut(bytes) => (first(answer, *bytes), Ending::Close),
            Fault::HoldOpen(bytes) => (first(answer, *bytes), Ending::Hold),
            Fault::Short { missing: 0, open: true } => {
                let ending = if announces_close(&answer) { Ending::Hold } else { Ending::GoOn };
                (answer, ending)
            }
            Fault::Short { missing, open } => {
                let kept = answer.len().saturating_sub(*missing);
                (first(answer, kept), if *open { Ending::Hold } else { Ending::Close })
            }
            Fault::Double => (answer.repeat(2), Ending::GoOn),
            Fault::Garble(bytes) | Fault::Instead(bytes) => (bytes.clone(), Ending::Close),
            Fault::WrongLength(length) => (with_length(answer, length), Ending::Close),
        }
    }
}

/// What becomes of a connection after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    GoOn,
    Close,
    Reset,
    Hold,
}

/// Whether the head of an answer says that its connection ends.
fn announces_close(answer: &[u8]) -> bool {
    let head = answer.split(|byte| *byte == b'\n').take_while(|line| !matches!(line, [] | [b'\r']));
    head.into_iter().any(|line| line.trim_ascii_end().eq_ignore_ascii_case(b"connection: close"))
}

fn first(mut bytes: Vec<u8>, count: usize) -> Vec<u8> {
    bytes.truncate(count);
    bytes
}

/// The answer with another value of `Content-Length`; unchanged where it has none.
fn with_length(answer: Vec<u8>, length: &str) -> Vec<u8> {
    const NAME: &[u8] = b"content-length: ";
    let place = answer.windows(NAME.len()).position(|part| part.eq_ignore_ascii_case(NAME));
    let Some(start) = place.map(|place| place + NAME.len()) else { return answer };
    let (head, rest) = answer.split_at(start);
    let end = rest.iter().position(|byte| *byte == b'\r').unwrap_or(rest.len());
    let (_, rest) = rest.split_at(end);
    [head, length.as_bytes(), rest].concat()
}

/// Which requests a fault befalls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultRule {
    /// The kind of request.
    pub on: RequestKind,
    /// Matching requests that go by unharmed first, counted from when the rule is set.
    pub after: u32,
    /// How many matching requests it then befalls.
    pub times: u32,
    /// What goes wrong.
    pub fault: Fault,
}

/// A fault that befalls every n-th request of a kind, for as long as the device runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecurringFault {
    /// The kind of request.
    pub on: RequestKind,
    /// 1 befalls each, 2 each second one, and so on; 0 none.
    pub every: u32,
    /// What goes wrong.
    pub fault: Fault,
}

/// The rules that are set, in the order in which they were set.
#[derive(Debug, Clone, Default)]
pub(super) struct Faults {
    rules: Vec<FaultRule>,
    recurring: Vec<(RecurringFault, u32)>,
}

impl Faults {
    pub(super) fn add(&mut self, rule: FaultRule) {
        self.rules.push(rule);
    }

    pub(super) fn add_recurring(&mut self, fault: RecurringFault) {
        self.recurring.push((fault, 0));
    }

    pub(super) fn clear(&mut self) {
        self.rules.clear();
        self.recurring.clear();
    }

    /// What befalls this request: every matching rule counts it, the first that is due strikes.
    pub(super) fn strike(&mut self, request: &WireRequest) -> Option<Fault> {
        let mut struck = None;
        for rule in self.rules.iter_mut().filter(|rule| rule.on.holds(request)) {
            if rule.after > 0 {
                rule.after -= 1;
            } else if struck.is_none() && rule.times > 0 {
                rule.times -= 1;
                struck = Some(rule.fault.clone());
            }
        }
        self.rules.retain(|rule| rule.times > 0);
        for (rule, seen) in self.recurring.iter_mut().filter(|(rule, _)| rule.on.holds(request)) {
            *seen += 1;
            if *seen == rule.every {
                *seen = 0;
                struck.get_or_insert_with(|| rule.fault.clone());
            }
        }
        struck
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ikkm_protocol::Method;

    #[test]
    fn the_nth_request_of_a_kind_is_struck() {
        let request = |path| WireRequest::bare(Method::Get, path);
        let mut faults = Faults::default();
        faults.add(FaultRule { on: RequestKind::Register, after: 1, times: 2, fault: Fault::LoseReply });
        let struck: Vec<bool> = ["/api/", "/apicheck", "/api/", "/api?x=1", "/api/"]
            .into_iter()
            .map(|path| faults.strike(&request(path)).is_some())
            .collect();
        assert_eq!(struck, [false, false, true, true, false]);
    }

    #[test]
    fn a_recurring_fault_strikes_every_nth() {
        let mut faults = Faults::default();
        faults.add_recurring(RecurringFault { on: RequestKind::Register, every: 3, fault: Fault::Reset });
        let struck: Vec<bool> = ["/api/", "/apicheck", "/api/", "/api/", "/api/", "/api/", "/api/"]
            .map(|path| faults.strike(&WireRequest::bare(Method::Get, path)).is_some())
            .into();
        assert_eq!(struck, [false, false, false, true, false, false, true]);
    }

    #[test]
    fn bytes_are_changed_as_told() {
        let answer = b"HTTP/1.1 200 7\r\nContent-Length: 8\r\n\r\n12345678".to_vec();
        assert_eq!(Fault::Cut(12).apply(answer.clone()), (b"HTTP/1.1 200".to_vec(), Ending::Close));
        assert_eq!(Fault::Double.apply(answer.clone()).0.len(), answer.len() * 2);
        let (longer, _) = Fault::WrongLength("80".into()).apply(answer.clone());
        assert_eq!(longer, b"HTTP/1.1 200 7\r\nContent-Length: 80\r\n\r\n12345678");
        assert_eq!(Fault::WrongLength("1".into()).apply(b"none".to_vec()).0, b"none");
    }
}
