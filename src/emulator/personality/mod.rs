//! Personalities: devices that all conform and yet differ in whatever the document leaves open, in
//! their start data and in the look of their answers.

mod cautious;
mod data;
mod easy;
mod peculiar;

use super::behaviour::Behaviour;
use super::directories::Directories;
use super::session::PrintMode;
use super::start::History;
use ikkm_protocol::Key;
use ikkm_protocol::key::KeyError;
use std::borrow::Cow;

/// A conforming device.
#[derive(Debug, Clone)]
pub struct Personality {
    /// Its short name.
    pub name: &'static str,
    /// What is special about it, in a line.
    pub about: &'static str,
    /// Its answers to the open questions.
    pub behaviour: Behaviour,
    /// The key that it shows at first, eight digits.
    pub key: &'static str,
    /// Decides which keys follow.
    pub seed: u64,
    /// `factorySerialNumber`.
    pub serial: Cow<'static, str>,
    /// `applicationVersion`.
    pub firmware: u32,
    /// `batteryCapacityPerc`, where there is a battery.
    pub battery: Option<u8>,
    /// Where it prints by its settings.
    pub print_mode: PrintMode,
    /// Taxes, cashiers, goods, folders.
    pub directories: Directories,
    /// What it has behind it.
    pub history: History,
}

impl Personality {
    /// The key that it shows at first.
    ///
    /// # Errors
    /// [`KeyError`] where [`Personality::key`] is no key.
    pub fn first_key(&self) -> Result<Key, KeyError> {
        Key::parse(self.key)
    }
}

/// All personalities, the default one first.
pub fn personalities() -> Vec<Personality> {
    vec![
        easy::plain(),
        cautious::strict(),
        easy::lenient(),
        cautious::frugal(),
        easy::upward(),
        easy::slow(),
        cautious::mains(),
        cautious::audit(),
        peculiar::patient(),
        peculiar::unlinked(),
        peculiar::bold(),
        peculiar::tiny(),
        peculiar::reborn(),
        peculiar::downed(),
        peculiar::pausing(),
        peculiar::gross(),
    ]
}

/// The personality with that name.
pub fn personality(name: &str) -> Option<Personality> {
    personalities().into_iter().find(|personality| personality.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_and_serials_are_unique_and_keys_are_keys() {
        let all = personalities();
        assert!(all.len() >= 16);
        assert_eq!(all[0].name, "plain");
        let distinct = |pick: fn(&Personality) -> &str| all.iter().map(pick).collect::<HashSet<_>>().len();
        assert_eq!(distinct(|personality| personality.name), all.len());
        assert_eq!(distinct(|personality| &personality.serial), all.len());
        assert!(all.iter().all(|personality| personality.first_key().is_ok()));
        assert!(all.iter().any(|personality| personality.key.starts_with('0')));
    }

    #[test]
    fn every_history_is_rich_enough_for_the_dumps() {
        for personality in personalities() {
            let directories = &personality.directories;
            assert!(directories.taxes.len() >= 3 && directories.cashiers.len() >= 2);
            assert!(directories.tax(directories.default_tax).is_some_and(|tax| tax.included));
            assert!(directories.current_cashier().is_some_and(|cashier| cashier.senior));
            let closed = personality.history.shifts.len() - usize::from(personality.history.open);
            assert!(closed >= 2, "{}", personality.name);
            for kind in ikkm_protocol::Registration::ALL {
                assert!(personality.history.shifts.iter().flatten().any(|(of, _)| *of == kind));
            }
        }
    }

    /// Every answer of a closed question is somebody's, and each of these points has two answers.
    #[test]
    fn between_them_they_give_every_closed_answer() {
        let all: Vec<Behaviour> =
            personalities().into_iter().map(|personality| personality.behaviour).collect();
        let roundings: HashSet<String> =
            all.iter().map(|behaviour| format!("{:?}", behaviour.numbers.rounding)).collect();
        assert_eq!(roundings.len(), 5);
        let closed: [fn(&Behaviour) -> bool; 8] = [
            |b| b.keys.repeats_other_parameters,
            |b| b.keys.repeats_after_z,
            |b| b.keys.repeats_after_restart,
            |b| b.payment.single_above_code == -10,
            |b| b.payment.buy_gives_change,
            |b| b.payment.negative_is_no_number,
            |b| b.payment.return_above_is_change,
            |b| b.printing.low_battery_is_5,
        ];
        for (place, answer) in closed.into_iter().enumerate() {
            assert!(all.iter().any(answer) && !all.iter().all(answer), "question {place}");
        }
    }

    /// At least two answers to every point: a behaviour printed point by point differs everywhere.
    #[test]
    fn every_point_has_two_answers() {
        let printed: Vec<Vec<String>> = personalities()
            .iter()
            .map(|personality| format!("{:#?}", personality.behaviour).lines().map(str::to_owned).collect())
            .collect();
        let points = printed[0].iter().filter_map(|line| line.trim().split_once(": "));
        for (name, _) in points.filter(|(name, value)| {
            !["mutations", "limit"].contains(name) && !value.ends_with(['{', '[', '('])
        }) {
            let answers: HashSet<&str> = printed
                .iter()
                .flatten()
                .filter_map(|line| line.trim().split_once(": "))
                .filter(|(other, _)| *other == name)
                .map(|(_, value)| value)
                .collect();
            assert!(answers.len() >= 2, "{name} is always {answers:?}");
        }
    }
}
