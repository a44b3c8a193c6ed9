//! Session variables: what the till may set for the time until the next restart (v22 §10.1).
//!
//! They are one value that a restart replaces as a whole, so nothing of them can survive it.

use std::net::IpAddr;

/// Where documents are printed (v22 §10.1, "Changing print mode").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrintMode {
    /// `lan-printer`.
    Lan,
    /// `internal-printer`.
    Internal,
    /// `usb-printer`.
    Usb,
}

impl PrintMode {
    /// The mode's name on the wire.
    pub fn wire(self) -> &'static str {
        match self {
            PrintMode::Lan => "lan-printer",
            PrintMode::Internal => "internal-printer",
            PrintMode::Usb => "usb-printer",
        }
    }

    /// The mode with that name.
    pub fn from_wire(name: &str) -> Option<PrintMode> {
        [PrintMode::Lan, PrintMode::Internal, PrintMode::Usb].into_iter().find(|mode| mode.wire() == name)
    }

    /// A LAN or USB printer.
    pub(super) fn is_external(self) -> bool {
        self != PrintMode::Internal
    }
}

/// The session variables. The default is the state after a restart.
#[derive(Debug, Clone, Default)]
pub(super) struct Session {
    /// `timersFast`.
    pub fast_timers: bool,
    /// `keepLanPrinter`.
    pub keeps_lan_printer: bool,
    /// `setPrintMode`; `None` is the mode of the settings.
    pub print_mode: Option<PrintMode>,
    /// `ofdPacketMode`.
    pub packet_mode: bool,
    /// `disableWebMgmt`.
    pub web_management_off: bool,
    /// `Lockhost`: the only host that is served.
    pub locked_to: Option<IpAddr>,
    /// `printHeader`.
    pub header: Option<String>,
}

impl Session {
    /// Whether a request from that host is served (MGMT-4).
    pub(super) fn admits(&self, host: IpAddr) -> bool {
        self.locked_to.is_none_or(|locked| locked == host)
    }
}
