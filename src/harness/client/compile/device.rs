//! What a step does to the device.

use super::Reader;
use super::bounds::LATEST;
use crate::client::scenario::{Act, CountedRequests, Does, FaultAt};
use crate::client::source::{DeviceSource, StepSource};
use crate::conditions::{Condition, ConditionName};
use crate::suite::diagnostic::did_you_mean;
use crate::suite::text::Text;

const FAULTS: [&str; 12] = [
    "lose-request",
    "lose-reply",
    "reset",
    "restart",
    "double",
    "late",
    "cut",
    "hold",
    "pieces",
    "garble",
    "answer",
    "stands",
];

impl Reader<'_> {
    /// What it does to the device; none where it does nothing, or nothing that can be read.
    pub(super) fn act(&mut self, source: &StepSource) -> Option<(Text, Act)> {
        let nowhere = Text { text: String::new(), position: Default::default() };
        if let Some(device) = &source.device {
            return self.rule(device).map(|rule| (device.on.clone(), Act::Fault(rule)));
        }
        if let Some(text) = &source.set {
            return self.condition(text).map(|condition| (text.clone(), Act::Set(condition)));
        }
        if let Some(text) = &source.clear {
            let name = self.condition_name(text, &text.text.clone())?;
            return Some((text.clone(), Act::Clear(name)));
        }
        if let Some(text) = &source.foreign_sales {
            // One foreign sale would make the client's key the previous one, which a device repeats.
            return Some((text.clone(), Act::ForeignSales(self.number(text, 2, 100))));
        }
        if let Some(text) = &source.screen_key {
            let key = self.fill(text);
            if ikkm_protocol::Key::parse(&key).is_err() {
                self.mistake(text, "a key is eight digits", None);
                return None;
            }
            return Some((text.clone(), Act::ScreenKey(key)));
        }
        if source.power_cycle.is_some() {
            return Some((nowhere, Act::PowerCycle));
        }
        if source.clear_faults.is_some() {
            return Some((nowhere, Act::ClearFaults));
        }
        let two_words = |filled: &str, yes: &str, no: &str| match filled {
            word if word == yes => Some(true),
            word if word == no => Some(false),
            _ => None,
        };
        for (text, yes, no) in [(&source.finish_card, "success", "fail"), (&source.listen, "on", "off")] {
            let Some(text) = text else { continue };
            let filled = self.fill(text);
            let Some(way) = two_words(&filled, yes, no) else {
                self.mistake(text, format!("`{yes}` or `{no}` stands here"), None);
                return None;
            };
            let act = if yes == "on" { Act::Listen(way) } else { Act::FinishCard(way) };
            return Some((text.clone(), act));
        }
        None
    }

    fn rule(&mut self, source: &DeviceSource) -> Option<FaultAt> {
        let on = self.fill(&source.on);
        let kind = CountedRequests::ALL.into_iter().find(|(word, _)| *word == on);
        let Some((_, on)) = kind else {
            let help = did_you_mean(&on, CountedRequests::ALL.map(|(word, _)| word));
            self.mistake(&source.on, format!("there is no kind of request `{on}`"), help);
            return None;
        };
        let nth = source.nth.as_ref().map_or(1, |text| self.number(text, 1, 1000));
        let times = source.times.as_ref().map_or(1, |text| self.number(text, 1, 1000));
        let does = match (&source.does, &source.stands) {
            (Some(text), None) => self.does(text)?,
            (None, Some(text)) => Does::Condition(self.condition(text)?),
            _ => {
                self.mistake(&source.on, "either `does` or `stands` says what the device does", None);
                return None;
            }
        };
        Some(FaultAt { on, nth, times, does })
    }

    fn does(&mut self, text: &Text) -> Option<Does> {
        let filled = self.fill(text);
        let (word, rest) = filled.split_once(' ').unwrap_or((&filled, ""));
        let count = || rest.parse::<u32>().ok().filter(|count| *count <= 100_000);
        if word == "answer" && rest.chars().any(char::is_control) {
            self.mistake(text, "an answer's reason phrase is one line without control characters", None);
            return None;
        }
        let does = match word {
            "lose-request" => Some(Does::LoseRequest),
            "lose-reply" => Some(Does::LoseReply),
            "reset" => Some(Does::Reset),
            "restart" => Some(Does::Restart),
            "double" => Some(Does::Double),
            "late" => count().filter(|seconds| *seconds <= LATEST).map(Does::Late),
            "cut" => count().map(|bytes| Does::CutShort(bytes as usize)),
            "hold" => count().map(|bytes| Does::HoldOpen(bytes as usize)),
            "pieces" => count().filter(|bytes| *bytes > 0).map(|bytes| Does::Pieces(bytes as usize)),
            "garble" => Some(Does::Garble(rest.to_owned())),
            "answer" => {
                let (code, reason) = rest.split_once(' ').unwrap_or((rest, "unknown-error"));
                code.parse().ok().map(|code| Does::Answer(code, reason.to_owned()))
            }
            _ => None,
        };
        if does.is_none() {
            let help = did_you_mean(word, FAULTS);
            self.mistake(text, format!("`{filled}` is nothing that the device does"), help);
        }
        does
    }

    fn condition(&mut self, text: &Text) -> Option<Condition> {
        let filled = self.fill(text);
        let (word, code) = filled.split_once(' ').map_or((filled.as_str(), None), |(a, b)| (a, Some(b)));
        let name = self.condition_name(text, word)?;
        let code = match code.map(str::parse::<u8>) {
            None => None,
            Some(Ok(code)) => Some(code),
            Some(Err(_)) => {
                self.mistake(text, "a code from 0 to 99 stands after `blocked`", None);
                return None;
            }
        };
        let condition = Condition::new(name, code);
        if condition.is_none() {
            self.mistake(text, "`blocked` takes a code from 0 to 99, no other condition does", None);
        }
        condition
    }

    fn condition_name(&mut self, text: &Text, word: &str) -> Option<ConditionName> {
        let name = ConditionName::from_name(word);
        if name.is_none() {
            let help = did_you_mean(word, ConditionName::ALL.map(ConditionName::as_str));
            self.mistake(text, format!("there is no condition `{word}`"), help);
        }
        name
    }
}
