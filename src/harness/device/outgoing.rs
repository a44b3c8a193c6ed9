//! A request as its sender means it, before it goes over the wire.

use super::delivery::DropReply;
use ikkm_protocol::{Key, Method, Params, WireRequest};

/// A request before it is given a key and a form.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// GET or POST.
    pub method: Method,
    /// The path, maybe with a query.
    pub path: String,
    /// The parameters without the key.
    pub params: Params,
    /// A body as it stands, with its type, instead of a form.
    pub body: Option<(String, Vec<u8>)>,
    /// The key that goes along; `None` for none.
    pub key: Option<Key>,
    /// Send it from the second local address.
    pub second_address: bool,
    /// Take -2 for an answer instead of waiting and trying again.
    pub take_busy: bool,
    /// Take a refused connection for an answer instead of trying again for a minute.
    pub take_refused: bool,
    /// Drop the connection instead of reading the answer to the first sending; what became of it is
    /// then found out as for any lost reply. What is not protected by the repeat of v22 §4 is
    /// dropped on arrival whatever this says: a reading that overtakes it would tell nothing.
    pub drop_reply: Option<DropReply>,
    /// Send it without a pause after the request before; needs `--allow concurrency`.
    pub unpaced: bool,
    /// Send it on a connection of its own, and watch how that ends.
    pub fresh: bool,
}

impl Outgoing {
    /// A GET with nothing but the key.
    pub fn get(path: &str, key: Key) -> Outgoing {
        Outgoing {
            method: Method::Get,
            path: path.to_owned(),
            params: Params::new(),
            body: None,
            key: Some(key),
            second_address: false,
            take_busy: false,
            take_refused: false,
            drop_reply: None,
            unpaced: false,
            fresh: false,
        }
    }

    pub(crate) fn wire(&self) -> WireRequest {
        let mut params = Params::new();
        if let Some(key) = &self.key {
            params.push("key", key.as_str());
        }
        params.0.extend(self.params.0.iter().cloned());
        match &self.body {
            None => WireRequest::new(self.method, &self.path, &params),
            Some((kind, bytes)) => WireRequest {
                method: self.method,
                target: self.path.clone(),
                content_type: Some(kind.clone()),
                body: bytes.clone(),
            },
        }
    }
}
