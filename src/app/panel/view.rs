//! The register as JSON, for the page and for scripts.

use super::Panel;
use super::faults::{FAULTS, KINDS};
use barcoders::generators::svg::SVG;
use barcoders::sym::code128::Code128;
use barcoders::sym::ean8::EAN8;
use barcoders::sym::ean13::EAN13;
use ikkm_emulator::Snapshot;
use ikkm_harness::bench::ConditionName;
use ikkm_protocol::markup::{self, Barcode, Line, Symbology};
use qrcode::QrCode;
use qrcode::render::svg;
use serde_json::{Value, json};
use time::PrimitiveDateTime;
use time::macros::format_description;

/// A bar code's height, in pixels.
const BAR_HEIGHT: u32 = 40;

impl Panel {
    /// The register now; of the paper, the lines after the first `seen` ones.
    pub fn state(&self, seen: u64) -> Value {
        let shown = self.device.with(|machine, now| machine.snapshot(seen, now));
        let fiscal: serde_json::Map<String, Value> = shown
            .fiscal
            .iter()
            .map(|(kind, sum)| (kind.wire().to_owned(), Value::String(format!("{sum:.2}"))))
            .collect();
        json!({
            "url": super::url(&self.device),
            "serial": shown.serial,
            "firmware": shown.firmware,
            "personality": shown.personality,
            "defects": &*self.defects,
            "clock": clock(shown.now),
            "key": shown.key,
            "qr": qr(&shown.key),
            "shift": shown.shift.map(|shift| json!({"id": shift.id, "opened": clock(shift.opened)})),
            "nextShift": shown.next_shift,
            "drawer": format!("{:.2}", shown.drawer),
            "fiscal": fiscal,
            "lastReceipt": shown.last_receipt,
            "queue": shown.queue,
            "modes": modes(&shown),
            "cardRunning": shown.card_running,
            "zRunning": shown.z_running,
            "conditions": conditions(&shown),
            "faults": FAULTS.map(|(name, words)| json!({"name": name, "words": words})),
            "kinds": KINDS.map(|(name, _)| name),
            "printed": shown.printed,
            "paper": shown.paper.iter().map(|line| paper(line)).collect::<Vec<_>>(),
        })
    }
}

fn modes(shown: &Snapshot) -> Value {
    json!({
        "print": shown.print_mode,
        "batch": shown.batch_mode,
        "fastTimers": shown.fast_timers,
        "lockedTo": shown.locked_to,
        "header": shown.header,
    })
}

/// Every condition, whether it stands, and what it means.
fn conditions(shown: &Snapshot) -> Vec<Value> {
    let stands = |name: ConditionName| shown.conditions.contains(&crate::embedded::bench::own_name(name));
    ConditionName::ALL
        .into_iter()
        .map(|name| json!({"name": name.as_str(), "stands": stands(name), "words": meaning(name)}))
        .collect()
}

/// What a condition means for whoever looks at the register.
fn meaning(name: ConditionName) -> &'static str {
    match name {
        ConditionName::PaperOut => "no paper in the printer: receipts are refused",
        ConditionName::BatteryLow => "the battery is nearly empty",
        ConditionName::ExternalPrinterMissing => "an external printer is selected and not there",
        ConditionName::Blocked => "the tax committee has blocked the register (code 0)",
        ConditionName::Offline72h => "no tax committee for more than 72 hours",
        ConditionName::ShiftOver24h => "the open shift is older than 24 hours: it wants a Z report",
        ConditionName::ShiftOver7d => "the open shift is older than 7 days",
        ConditionName::OtherCashier => "the open shift belongs to another cashier",
        ConditionName::OrdinaryCashier => "the cashier is no senior: no reports",
        ConditionName::MixedPaymentOff => "mixed payment is switched off",
        ConditionName::TaxOnTop => "the default tax is added to the amount",
        ConditionName::DatabaseDamaged => "the database is damaged",
        ConditionName::UnknownFault => "a fault without a name",
        ConditionName::Busy => "the register is busy: it answers -2",
        ConditionName::ApiOff => "the web API is off: nothing listens",
        ConditionName::FreshDevice => "a new register without any document",
        ConditionName::ArchivedShift => "a shift has gone to the archive",
        ConditionName::TaxesEdited => "the tax directory was edited: its ids are others",
    }
}

fn clock(time: PrimitiveDateTime) -> String {
    let form = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    time.format(&form).unwrap_or_default()
}

/// The key as a QR code, as the screen of a register shows it (v22 §4).
fn qr(key: &str) -> Option<String> {
    let code = QrCode::new(key).ok()?;
    Some(code.render::<svg::Color<'_>>().min_dimensions(120, 120).build())
}

/// A printed line: text, or a bar code drawn.
fn paper(line: &str) -> Value {
    match markup::parse(line).into_iter().next() {
        Some(Line::Barcode(code)) => match drawn(&code) {
            Some(svg) => json!({"text": line, "svg": svg}),
            None => json!({"text": line}),
        },
        _ => json!({"text": line}),
    }
}

fn drawn(code: &Barcode) -> Option<String> {
    let bars = match code.symbology {
        Symbology::Ean13 => EAN13::new(&code.content).ok()?.encode(),
        Symbology::Ean8 => EAN8::new(&code.content).ok()?.encode(),
        // The character set B holds all that the document allows.
        Symbology::Code128 => Code128::new(format!("\u{0181}{}", code.content)).ok()?.encode(),
    };
    SVG::new(BAR_HEIGHT).generate(&bars).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bar_codes_of_all_three_kinds_are_drawn() {
        for line in
            ["--barcodeEAN13-7501031311309--", "--barcodeEAN8-73513537--", "--barcode128-TESTCODE123--"]
        {
            let shown = paper(line);
            assert_eq!(shown["text"], line);
            assert!(shown["svg"].as_str().is_some_and(|svg| svg.contains("<svg")), "{line}: {shown}");
        }
        assert!(paper("TOTAL 800.00").get("svg").is_none());
    }

    #[test]
    fn the_key_has_a_qr_code() {
        assert!(qr("01234567").is_some_and(|svg| svg.contains("<svg")));
    }
}
