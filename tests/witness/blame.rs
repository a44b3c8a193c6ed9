//! A day of a small shop with every personality, every seeded defect and every fault of a till.

use super::day::{Day, FAULTS, Style, Wrong};
use super::shop::Shop;
use ikkm_emulator::{Personality, defects, personalities, personality};
use ikkm_harness::runner::outcome::Side;
use ikkm_harness::witness::exchange::{Answered, Exchange};
use ikkm_harness::witness::story::Story;
use ikkm_requirements::Level;

/// Registrations of a short day and of a long one.
const SHORT: usize = 32;
const LONG: usize = 300;

async fn day(
    personality: &Personality,
    seeded: &[&str],
    style: Style,
    wrong: Wrong,
    count: usize,
) -> (Vec<Story>, Vec<Exchange>) {
    let mut shop = Shop::open(personality, seeded).await;
    // A register whose answers never come would keep the day for ever.
    let playing = Box::pin(async { Day::new(&mut shop, style, wrong).play(count).await });
    let _ = tokio::time::timeout(std::time::Duration::from_secs(120), playing).await;
    let (mut witness, exchanges) = shop.close().await;
    (witness.stories(), exchanges)
}

fn counts(story: &Story) -> bool {
    matches!(story.level(), Level::Must | Level::Should)
}

/// What is wrong with register or till; answers are lost in every day.
fn accusations(stories: &[Story]) -> Vec<&Story> {
    stories.iter().filter(|one| one.side != Side::Line && counts(one)).collect()
}

fn styles() -> [Style; 4] {
    let posts = Style { posts: true, ..Style::default() };
    [Style::default(), posts, Style { polls: true, ..posts }, Style { lucky: true, ..Style::default() }]
}

async fn nobody_is_blamed(count: usize) {
    let mut wrong = Vec::new();
    for (at, personality) in personalities().iter().enumerate() {
        for (number, style) in styles().into_iter().enumerate() {
            // Each with one style, the plain one with all.
            if at != 0 && at % 4 != number {
                continue;
            }
            let (stories, exchanges) = day(personality, &[], style, None, count).await;
            assert!(exchanges.len() > count, "{} exchanges", exchanges.len());
            for one in accusations(&stories) {
                wrong.push(format!("{} {style:?}: {one:?}", personality.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{} accusations\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn a_short_day_with_any_conforming_register_and_till_blames_nobody() {
    nobody_is_blamed(SHORT).await;
}

#[tokio::test]
#[ignore = "takes minutes: cargo test --test witness -- --ignored long_day"]
async fn a_long_day_with_any_conforming_register_and_till_blames_nobody() {
    nobody_is_blamed(LONG).await;
}

async fn tills_are_blamed(count: usize) {
    let plain = personality("plain").expect("the plain one");
    let mut right = 0;
    let mut missed = Vec::new();
    for (wrong, lines) in FAULTS {
        let (stories, _) = day(&plain, &[], Style::default(), Some(wrong), count).await;
        let named =
            stories.iter().any(|one| one.side == Side::Till && lines.contains(&one.requirement.as_str()));
        let register: Vec<&Story> =
            stories.iter().filter(|one| one.side == Side::Register && counts(one)).collect();
        if named && register.is_empty() {
            right += 1;
        } else {
            let told: Vec<String> = accusations(&stories)
                .iter()
                .map(|one| format!("{:?} {} {}", one.side, one.requirement, one.found))
                .collect();
            missed.push(format!("{wrong}: {}", told.join("; ")));
        }
    }
    println!("{right} of {} faults of tills are named\n{}", FAULTS.len(), missed.join("\n"));
    assert!(right * 10 >= FAULTS.len() * 9, "{right} of {}\n{}", FAULTS.len(), missed.join("\n"));
}

#[tokio::test]
async fn the_till_is_blamed_for_what_it_does_and_the_register_is_not() {
    tills_are_blamed(24).await;
}

#[tokio::test]
#[ignore = "takes minutes: cargo test --test witness -- --ignored tills_of_a_long_day"]
async fn tills_of_a_long_day_are_blamed_for_what_they_do() {
    tills_are_blamed(LONG).await;
}

/// Status, reason and body; `None` where no answer was read.
type Read = Option<(u16, Vec<u8>, Vec<u8>)>;

/// What the till saw: times aside.
fn seen(exchanges: &[Exchange]) -> Vec<Read> {
    let of = |one: &Exchange| {
        let read = Answered::read(&one.answer.0, false)?;
        Some((read.answer.status, read.answer.reason, read.answer.body))
    };
    exchanges.iter().map(of).collect()
}

async fn registers_are_blamed(count: usize, every: usize) {
    let plain = personality("plain").expect("the plain one");
    let (_, clean) = day(&plain, &[], Style::default(), None, count).await;
    let clean = seen(&clean);
    let (mut visible, mut right) = (0, 0);
    let mut missed = Vec::new();
    for defect in defects::defects().iter().step_by(every) {
        let (stories, exchanges) = day(&plain, &[defect.name], Style::default(), None, count).await;
        if seen(&exchanges) == clean {
            continue;
        }
        visible += 1;
        let named = stories
            .iter()
            .any(|one| one.side == Side::Register && defect.requirements.contains(&one.requirement.as_str()));
        let till: Vec<&Story> = stories.iter().filter(|one| one.side == Side::Till && counts(one)).collect();
        if named && till.is_empty() {
            right += 1;
        } else {
            let told: Vec<String> = accusations(&stories)
                .iter()
                .take(4)
                .map(|one| format!("{:?} {} {}", one.side, one.requirement, one.found))
                .collect();
            missed.push(format!("{} {:?}: {}", defect.name, defect.requirements, told.join("; ")));
        }
    }
    println!("{right} of {visible} visible defects are named\n{}", missed.join("\n"));
    assert!(visible >= 40 || every > 1, "only {visible} are visible");
    assert!(right * 10 >= visible * 9, "{right} of {visible}\n{}", missed.join("\n"));
}

#[tokio::test]
async fn the_register_is_blamed_for_what_it_does_and_the_till_is_not() {
    registers_are_blamed(24, 16).await;
}

#[tokio::test]
#[ignore = "takes minutes: cargo test --test witness -- --ignored all_registers"]
async fn all_registers_are_blamed_for_what_a_short_day_shows() {
    registers_are_blamed(SHORT, 1).await;
}

#[tokio::test]
#[ignore = "takes an hour: cargo test --test witness -- --ignored registers_of_a_long_day"]
async fn registers_of_a_long_day_are_blamed_for_what_they_do() {
    registers_are_blamed(LONG, 1).await;
}
