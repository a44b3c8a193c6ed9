//! Pieces of connections, put together to exchanges.

use super::exchange::{Asked, End, Exchange, Raw, request_length};
use crate::device::wire::{Framing, Head};
use std::collections::{BTreeMap, VecDeque};

/// Bytes of a request that are kept at the most.
const LONGEST_REQUEST: usize = 2 * 1024 * 1024;
/// Bytes of an answer that are kept at the most.
const LONGEST_ANSWER: usize = 8 * 1024 * 1024;

/// Something that happened on a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Counts the connections, from 1.
    pub connection: u64,
    /// When, in milliseconds since the witness began.
    pub at: u64,
    /// What.
    pub what: Happened,
}

/// What can happen on a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// A till connected, from that address.
    Opened(String),
    /// Bytes went to the register.
    Up(Vec<u8>),
    /// Bytes came from the register; whether they could be passed on to somebody who was there.
    Down(Vec<u8>, bool),
    /// The till closed its side.
    TillEnded,
    /// The register closed its side, in order or not.
    RegisterEnded(bool),
    /// No connection to the register came about.
    Unreachable,
    /// Both sides are gone.
    Closed,
    /// Pieces of this connection were dropped: the judge was too slow for them.
    Unseen,
}

/// Puts pieces together, for any number of connections.
#[derive(Debug, Default)]
pub struct Splitter {
    connections: BTreeMap<u64, Connection>,
    exchanges: u64,
}

#[derive(Debug, Default)]
struct Connection {
    till: String,
    /// What came from the till and is no whole request yet, and when it began.
    up: Vec<u8>,
    began: u64,
    /// Requests without an answer, the oldest first.
    open: VecDeque<Open>,
    down: Vec<u8>,
    down_at: u64,
    till_ended: bool,
    left_at: Option<u64>,
    unread: bool,
    unreachable: bool,
    unseen: bool,
}

#[derive(Debug)]
struct Open {
    exchange: Exchange,
    to_head: bool,
    /// It may move the books.
    moves: bool,
}

impl Splitter {
    /// Takes a piece; gives the exchanges that have ended with it.
    pub fn take(&mut self, piece: Piece) -> Vec<Exchange> {
        let Piece { connection: number, at, what } = piece;
        let mut ended = Vec::new();
        match what {
            Happened::Opened(till) => {
                self.connections.insert(number, Connection { till, ..Connection::default() });
            }
            Happened::Up(bytes) => self.up(number, at, &bytes, &mut ended),
            Happened::Down(bytes, read) => self.down(number, at, &bytes, read, &mut ended),
            Happened::TillEnded => {
                if let Some(connection) = self.connections.get_mut(&number) {
                    connection.till_ended = true;
                    connection.left_at.get_or_insert(at);
                }
            }
            Happened::RegisterEnded(in_order) => {
                self.finish(number, if in_order { End::NoAnswer } else { End::Broken }, &mut ended);
            }
            Happened::Unreachable => {
                if let Some(connection) = self.connections.get_mut(&number) {
                    connection.unreachable = true;
                }
            }
            Happened::Unseen => {
                self.finish(number, End::Unseen, &mut ended);
                if let Some(connection) = self.connections.get_mut(&number) {
                    connection.unseen = true;
                }
            }
            Happened::Closed => {
                self.finish(number, End::TillLeft, &mut ended);
                self.connections.remove(&number);
            }
        }
        ended
    }

    /// The witness ends: what is open stays open.
    pub fn end(&mut self) -> Vec<Exchange> {
        let mut ended = Vec::new();
        for number in self.connections.keys().copied().collect::<Vec<_>>() {
            self.finish(number, End::Pending, &mut ended);
        }
        ended
    }

    fn up(&mut self, number: u64, at: u64, bytes: &[u8], ended: &mut Vec<Exchange>) {
        let Some(connection) = self.connections.get_mut(&number).filter(|one| !one.unseen) else { return };
        if connection.up.is_empty() {
            connection.began = at;
        }
        connection.up.extend_from_slice(bytes);
        while let Some(length) = self.connections.get(&number).and_then(|one| request_length(&one.up)) {
            self.asked(number, length);
            if let Some(connection) = self.connections.get_mut(&number) {
                connection.began = at;
            }
        }
        if self.connections.get(&number).is_some_and(|one| one.up.len() > LONGEST_REQUEST) {
            self.finish(number, End::Unseen, ended);
            if let Some(connection) = self.connections.get_mut(&number) {
                connection.unseen = true;
            }
        }
    }

    /// A request of so many bytes is whole, or as whole as it will be.
    fn asked(&mut self, number: u64, length: usize) {
        let Some(connection) = self.connections.get_mut(&number) else { return };
        let length = length.min(connection.up.len());
        let request: Vec<u8> = connection.up.drain(..length).collect();
        let asked = Asked::read(&request);
        self.exchanges += 1;
        let moves = !(asked.path().starts_with("/apicheck") || asked.path().starts_with("/dump"));
        let exchange = Exchange {
            number: self.exchanges,
            connection: number,
            till: connection.till.clone(),
            at: connection.began,
            request: Raw(request),
            answered: None,
            left: None,
            answer: Raw::default(),
            end: End::Pending,
            beside: false,
            retold: false,
        };
        connection.open.push_back(Open { exchange, to_head: asked.method == "HEAD", moves });
        self.note_others(moves);
    }

    /// What is under way beside something that may move the books is marked.
    fn note_others(&mut self, new_moves: bool) {
        let mut open: Vec<&mut Open> = self.connections.values_mut().flat_map(|one| &mut one.open).collect();
        let newest = open.iter().map(|one| one.exchange.number).max();
        let others_move = open.iter().any(|one| one.moves && Some(one.exchange.number) != newest);
        for one in &mut open {
            if Some(one.exchange.number) == newest {
                one.exchange.beside |= others_move;
            } else {
                one.exchange.beside |= new_moves;
            }
        }
    }

    fn down(&mut self, number: u64, at: u64, bytes: &[u8], read: bool, ended: &mut Vec<Exchange>) {
        let Some(connection) = self.connections.get_mut(&number).filter(|one| !one.unseen) else { return };
        connection.down.extend_from_slice(bytes);
        connection.down_at = at;
        connection.unread |= !read;
        if connection.open.is_empty() && !connection.up.is_empty() {
            // An answer to what is no whole request yet.
            let length = connection.up.len();
            self.asked(number, length);
        }
        self.answers(number, ended);
        if self.connections.get(&number).is_some_and(|one| one.down.len() > LONGEST_ANSWER) {
            self.finish(number, End::Unseen, ended);
            if let Some(connection) = self.connections.get_mut(&number) {
                connection.unseen = true;
            }
        }
    }

    /// Whole answers at the front go to the requests that wait for them.
    fn answers(&mut self, number: u64, ended: &mut Vec<Exchange>) {
        let Some(connection) = self.connections.get_mut(&number) else { return };
        while let Some(first) = connection.open.front() {
            let Some(head) = Head::read(&connection.down) else { return };
            let body = connection.down.get(head.body_at..).unwrap_or_default();
            let length = match head.framing {
                _ if first.to_head => Some(0),
                Framing::UntilClose => None,
                _ => head.body_length(body),
            };
            let Some(length) = length else { return };
            let whole = head.body_at + length;
            // What stands behind the last answer belongs to it; else to the next request.
            let end = if connection.open.len() > 1 { whole } else { connection.down.len() };
            let Some(open) = connection.open.pop_front() else { return };
            let answer: Vec<u8> = connection.down.drain(..end).collect();
            let fate = if connection.unread || connection.till_ended { End::NotRead } else { End::Delivered };
            ended.push(connection.close(open, answer, fate));
        }
        // Bytes that nobody has asked for.
        if !connection.down.is_empty() {
            self.exchanges += 1;
            let exchange = Exchange {
                number: self.exchanges,
                connection: number,
                till: connection.till.clone(),
                at: connection.down_at,
                request: Raw::default(),
                answered: None,
                left: None,
                answer: Raw::default(),
                end: End::Pending,
                beside: false,
                retold: false,
            };
            let answer = std::mem::take(&mut connection.down);
            let open = Open { exchange, to_head: false, moves: false };
            ended.push(connection.close(open, answer, End::Delivered));
        }
    }

    /// Nothing more comes on that connection.
    fn finish(&mut self, number: u64, end: End, ended: &mut Vec<Exchange>) {
        let unfinished = self
            .connections
            .get(&number)
            .filter(|one| !one.unseen && one.open.is_empty())
            .map_or(0, |one| one.up.len());
        if unfinished > 0 {
            self.asked(number, unfinished);
        }
        let Some(connection) = self.connections.get_mut(&number) else { return };
        while let Some(open) = connection.open.pop_front() {
            let answer = std::mem::take(&mut connection.down);
            let until_close = Head::read(&answer).is_some_and(|head| head.framing == Framing::UntilClose);
            let fate = match end {
                End::Unseen => End::Unseen,
                _ if connection.unreachable => End::Unreachable,
                End::NoAnswer if until_close && (connection.unread || connection.till_ended) => End::NotRead,
                End::NoAnswer if until_close => End::Delivered,
                End::Pending => End::Pending,
                _ if !answer.is_empty() => End::Cut,
                _ if connection.till_ended => End::TillLeft,
                end => end,
            };
            ended.push(connection.close(open, answer, fate));
        }
    }
}

impl Connection {
    fn close(&mut self, open: Open, answer: Vec<u8>, end: End) -> Exchange {
        let mut exchange = open.exchange;
        exchange.answered = (!answer.is_empty()).then_some(self.down_at);
        exchange.answer = Raw(answer);
        exchange.end = end;
        exchange.left = self.left_at.filter(|_| matches!(end, End::NotRead | End::TillLeft));
        self.unread = false;
        exchange
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: &[u8] = b"GET /api/?key=12345678&sale=5&cash=5 HTTP/1.1\r\n\r\n";
    const ANSWER: &[u8] = b"HTTP/1.1 200 164\r\nContent-Length: 8\r\n\r\n29852781";

    fn all(pieces: Vec<(u64, u64, Happened)>) -> Vec<Exchange> {
        let mut splitter = Splitter::default();
        let mut ended = Vec::new();
        for (connection, at, what) in pieces {
            ended.extend(splitter.take(Piece { connection, at, what }));
        }
        ended.extend(splitter.end());
        ended
    }

    fn opened() -> Happened {
        Happened::Opened("till".into())
    }

    #[test]
    fn pieces_of_any_size_make_the_same_exchange() {
        let mut one_by_one = vec![(1, 0, opened())];
        one_by_one.extend(GET.iter().map(|byte| (1, 1, Happened::Up(vec![*byte]))));
        one_by_one.extend(ANSWER.iter().map(|byte| (1, 9, Happened::Down(vec![*byte], true))));
        let whole = all(vec![
            (1, 0, opened()),
            (1, 1, Happened::Up(GET.to_vec())),
            (1, 9, Happened::Down(ANSWER.to_vec(), true)),
        ]);
        assert_eq!(all(one_by_one), whole);
        assert_eq!((whole.len(), whole[0].end, whole[0].answered), (1, End::Delivered, Some(9)));
    }

    #[test]
    fn each_end_has_its_name() {
        let asked = || vec![(1, 0, opened()), (1, 1, Happened::Up(GET.to_vec()))];
        let cut = ANSWER[..ANSWER.len() - 3].to_vec();
        for (then, end) in [
            (vec![Happened::RegisterEnded(true)], End::NoAnswer),
            (vec![Happened::RegisterEnded(false)], End::Broken),
            (vec![Happened::Down(cut, true), Happened::RegisterEnded(true)], End::Cut),
            (vec![Happened::TillEnded, Happened::Down(ANSWER.to_vec(), true)], End::NotRead),
            (vec![Happened::Down(ANSWER.to_vec(), false)], End::NotRead),
            (vec![Happened::TillEnded, Happened::RegisterEnded(true)], End::TillLeft),
            (vec![Happened::Unreachable, Happened::Closed], End::Unreachable),
            (vec![Happened::Unseen, Happened::Down(ANSWER.to_vec(), true)], End::Unseen),
            (vec![], End::Pending),
        ] {
            let pieces = asked().into_iter().chain(then.into_iter().map(|what| (1, 2, what))).collect();
            let found = all(pieces);
            assert_eq!((found.len(), found[0].end), (1, end));
        }
    }

    #[test]
    fn surplus_belongs_to_its_answer_and_comes_alone_without_one() {
        let mut double = ANSWER.to_vec();
        double.extend_from_slice(b"HTTP");
        let at_once = all(vec![
            (1, 0, opened()),
            (1, 1, Happened::Up(GET.to_vec())),
            (1, 2, Happened::Down(double, true)),
        ]);
        assert_eq!((at_once.len(), at_once[0].answer.0.len()), (1, ANSWER.len() + 4));
        let later = all(vec![
            (1, 0, opened()),
            (1, 1, Happened::Up(GET.to_vec())),
            (1, 2, Happened::Down(ANSWER.to_vec(), true)),
            (1, 3, Happened::Down(ANSWER.to_vec(), true)),
        ]);
        assert_eq!(later.len(), 2);
        assert!(later[1].request.is_empty());
    }

    #[test]
    fn what_goes_side_by_side_is_marked_where_it_may_move_the_books() {
        let look = b"GET /apicheck/ HTTP/1.1\r\n\r\n".to_vec();
        for (second, beside) in [(GET.to_vec(), true), (look, false)] {
            let found = all(vec![
                (1, 0, opened()),
                (2, 0, opened()),
                (1, 1, Happened::Up(GET.to_vec())),
                (2, 2, Happened::Up(second)),
                (1, 3, Happened::Down(ANSWER.to_vec(), true)),
                (2, 4, Happened::Down(ANSWER.to_vec(), true)),
            ]);
            assert_eq!((found[0].beside, found[1].beside), (beside, true));
        }
    }
}
