//! Somebody who watches the device's wire: who asked what and when, and what left in answer.

use super::faults::Fault;
use super::server::Device;
use ikkm_protocol::{Answer, WireRequest};
use std::fmt::Debug;
use std::time::Instant;

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Seen<'a> {
    /// Counts the requests of the device, from 1.
    pub number: u64,
    /// Counts the connections of the device, from 1.
    pub connection: u64,
    /// When its first byte came.
    pub first_byte: Instant,
    /// Its method as sent; anything, where it is neither GET nor POST.
    pub method: String,
    /// `1.1`, or another version of HTTP.
    pub version: &'static str,
    /// The request.
    pub request: &'a WireRequest,
}

/// Watches a device. It is called while nobody holds the device, so it may act on it.
pub trait Observer: Send + Sync + Debug {
    /// A request is there, whole; the device has not looked at it yet.
    fn request(&self, device: &Device, seen: &Seen<'_>);
    /// What came on a connection is no request that HTTP knows; it gets 400 and the connection ends.
    fn malformed(&self, number: u64, connection: u64, first_byte: Instant, bytes: &[u8]) {
        let _ = (number, connection, first_byte, bytes);
    }
    /// The answer leaves now, harmed by the fault if there is one; `None` where the device has none.
    fn reply(&self, device: &Device, number: u64, answer: Option<&Answer>, fault: Option<&Fault>);
    /// An answer is about to be written, but whoever asked is gone.
    fn gone(&self, connection: u64);
    /// The other side closed the connection.
    fn closed(&self, connection: u64);
}
