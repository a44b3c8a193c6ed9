//! Findings of a run, each deviation told once: one that shows in 93 cases is one finding with 93 places. What
//! makes findings alike says [`super::likeness`]; what only follows from another one is told with it.

use super::likeness::{Likeness, likeness, member, without_numbers};
use super::outcome::{CaseResult, Cause, Event, Finding, FindingGroup, FindingPlace, Side};
use ikkm_requirements::Level;
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A place at which something was found: case, requirement, place in the suite.
type Spot<'a> = (&'a str, &'a str, &'a str);

/// What is told once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Told {
    /// A deviation of its own, and whose it is where that is known.
    Own(Option<Side>, Likeness),
    /// What follows from that deviation and breaks that requirement.
    Hence(usize, String),
    /// What follows from something that no case of this run shows.
    Orphan(Likeness),
}

/// One finding and its case.
type Shown<'a> = (&'a CaseResult, &'a Finding);

/// The findings of all cases, grouped, in the order in which they first showed.
pub fn groups(cases: &[CaseResult]) -> Vec<FindingGroup> {
    let all = || cases.iter().flat_map(|case| case.findings.iter().map(move |finding| (case, finding)));
    let mut told: IndexMap<Told, Vec<Shown<'_>>> = IndexMap::new();
    let mut spots: HashMap<Spot<'_>, usize> = HashMap::new();
    for (case, finding) in all().filter(|(_, finding)| finding.follows.is_none()) {
        let alike = likeness(&finding.requirement, &finding.expected, &finding.found);
        let entry = told.entry(Told::Own(finding.side, alike));
        spots.entry(spot(case, finding)).or_insert(entry.index());
        entry.or_default().push((case, finding));
    }
    let joined = join(&mut told);
    let mut explained: HashMap<Likeness, (usize, usize)> = HashMap::new();
    for (at, (case, finding)) in all().enumerate() {
        let Some(cause) = &finding.follows else { continue };
        let root =
            spots.get(&(cause.case.as_str(), cause.requirement.as_str(), cause.place.as_str())).copied();
        let alike = likeness(&finding.requirement, &finding.expected, &finding.found);
        let key = match root {
            Some(root) => {
                explained.entry(alike).or_insert((joined[root], at));
                Told::Hence(joined[root], finding.requirement.clone())
            }
            None => Told::Orphan(alike),
        };
        if let Some(root) = root {
            spots.entry(spot(case, finding)).or_insert(root);
        }
        told.entry(key).or_default().push((case, finding));
    }
    let order: HashMap<Spot<'_>, usize> =
        all().enumerate().map(|(at, (case, finding))| (spot(case, finding), at)).collect();
    explain(&mut told, &explained, &order);
    let tested = Tested::of(cases);
    let mut groups: Vec<FindingGroup> = told
        .iter()
        .filter(|(_, shown)| !shown.is_empty())
        .filter_map(|(key, shown)| {
            let first_of = |root: usize| told.get_index(root)?.1.first().copied();
            group(key, shown, &tested, first_of)
        })
        .collect();
    groups.sort_by_key(|group| {
        let first = group.places.first();
        first.and_then(|one| {
            order.get(&(one.case.as_str(), one.requirement.as_str(), one.place.as_str())).copied()
        })
    });
    groups
}

/// Deviations that are told with another one: a refusal that comes where another was expected with the same one
/// where something was to succeed; something done where just any refusal was expected with what was done where
/// a certain one was, if there is but one such; a figure that a document shows with the same figure when it
/// should have moved. Returns where each deviation is told now.
fn join(told: &mut IndexMap<Told, Vec<Shown<'_>>>) -> Vec<usize> {
    let mut joined: Vec<usize> = (0..told.len()).collect();
    let certain: Vec<usize> = (0..told.len()).filter(|at| is_taken(told, *at, true)).collect();
    let mut moved: HashMap<(Option<Side>, String), usize> = HashMap::new();
    for (at, (key, shown)) in told.iter().enumerate() {
        let moves = matches!(
            key,
            Told::Own(_, Likeness::Moved(..) | Likeness::StoodStill(_) | Likeness::MovedElse(_))
        );
        for (_, finding) in shown.iter().filter(|_| moves) {
            moved.extend(member(&finding.expected).map(|member| ((finding.side, member.to_owned()), at)));
        }
    }
    for (at, target) in joined.iter_mut().enumerate() {
        let Some((Told::Own(side, alike), shown)) = told.get_index(at) else { continue };
        let known = match alike {
            Likeness::OtherRefusal(_, came) => told.keys().position(
                |key| matches!(key, Told::Own(of, Likeness::Refused(_, refusal)) if of == side && refusal == came),
            ),
            Likeness::Taken(_) if is_taken(told, at, false) && certain.len() == 1 => certain.first().copied(),
            Likeness::Value(..) | Likeness::Member(_) => shown.first().and_then(|(_, finding)| {
                let path = member(&finding.expected)?;
                let whole = path.split('.').next().unwrap_or(path);
                let figure = |path: &str| moved.get(&(*side, path.to_owned())).copied();
                figure(path).or_else(|| figure(whole))
            }),
            _ => None,
        };
        let Some(known) = known.filter(|known| side_of(told, *known) == *side) else { continue };
        *target = known;
        let moved = told.get_index_mut(at).map(|(_, shown)| std::mem::take(shown)).unwrap_or_default();
        if let Some((_, shown)) = told.get_index_mut(known) {
            shown.extend(moved);
        }
    }
    joined
}

/// Whether something was done where a refusal was expected: a certain one, or just any.
fn is_taken(told: &IndexMap<Told, Vec<Shown<'_>>>, at: usize, certain: bool) -> bool {
    matches!(told.get_index(at), Some((Told::Own(_, Likeness::Taken(refusals)), _)) if refusals.is_empty() != certain)
}

/// Finds causes for deviations that have none: one that looks like what followed from another before follows
/// from that, too; and one that shows only in cases in which another one showed before follows from it.
fn explain(
    told: &mut IndexMap<Told, Vec<Shown<'_>>>,
    explained: &HashMap<Likeness, (usize, usize)>,
    order: &HashMap<Spot<'_>, usize>,
) {
    let place = |(case, finding): &Shown<'_>| order.get(&spot(case, finding)).copied().unwrap_or(usize::MAX);
    let mut roots: BTreeMap<usize, usize> = BTreeMap::new();
    // In each case, which deviation is where.
    let mut in_case: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for (at, (key, shown)) in told.iter().enumerate() {
        for one in shown.iter().filter(|_| matches!(key, Told::Own(..))) {
            in_case.entry(one.0.name.as_str()).or_default().push((place(one), at));
        }
    }
    for (at, (key, shown)) in told.iter().enumerate() {
        let Told::Own(side, alike) = key else { continue };
        let Some(first) = shown.iter().map(place).min() else { continue };
        let as_before = explained.get(alike).filter(|(_, before)| *before < first).map(|(root, _)| *root);
        let root = as_before.or_else(|| {
            let level = shown.iter().map(|(_, finding)| finding.level).max();
            let before = |one: &Shown<'_>| -> BTreeSet<usize> {
                let others = in_case.get(one.0.name.as_str()).into_iter().flatten();
                others
                    .filter(|(there, other)| *there < place(one) && *other != at)
                    .map(|(_, other)| *other)
                    .collect()
            };
            let mut common = shown.iter().map(before).reduce(|some, more| &some & &more)?;
            common.retain(|other| {
                let (_, shown) = told.get_index(*other).map_or((key, &[][..]), |(key, shown)| (key, shown));
                shown.iter().map(|(_, finding)| finding.level).max() >= level
            });
            common.first().copied()
        });
        let fits = |root: &usize| root_of(&roots, *root) != at && side_of(told, *root) == *side;
        if let Some(root) = root.filter(fits) {
            roots.insert(at, root_of(&roots, root));
        }
    }
    let hence = |key: &Told| match key {
        Told::Hence(root, requirement) => Some((*root, requirement.clone())),
        Told::Own(..) | Told::Orphan(_) => None,
    };
    for at in 0..told.len() {
        let Some((root, requirement)) = told.get_index(at).and_then(|(key, _)| hence(key)) else { continue };
        if roots.contains_key(&root) {
            let shown = told.get_index_mut(at).map(|(_, shown)| std::mem::take(shown)).unwrap_or_default();
            told.entry(Told::Hence(root_of(&roots, root), requirement)).or_default().extend(shown);
        }
    }
    for (at, root) in &roots {
        let shown = told.get_index_mut(*at).map(|(_, shown)| std::mem::take(shown)).unwrap_or_default();
        for (case, finding) in shown {
            told.entry(Told::Hence(root_of(&roots, *root), finding.requirement.clone()))
                .or_default()
                .push((case, finding));
        }
    }
}

/// Whose deviation it is, where that is known.
fn side_of(told: &IndexMap<Told, Vec<Shown<'_>>>, at: usize) -> Option<Side> {
    match told.get_index(at) {
        Some((Told::Own(side, _), _)) => *side,
        _ => None,
    }
}

/// The deviation under which another one is told.
fn root_of(roots: &BTreeMap<usize, usize>, mut at: usize) -> usize {
    while let Some(root) = roots.get(&at) {
        at = *root;
    }
    at
}

/// In how many cases each requirement was tested.
struct Tested<'a>(HashMap<&'a str, usize>);

impl<'a> Tested<'a> {
    fn of(cases: &'a [CaseResult]) -> Tested<'a> {
        let mut tested: HashMap<&str, usize> = HashMap::new();
        for case in cases {
            for id in &case.requirements {
                *tested.entry(id).or_default() += 1;
            }
        }
        Tested(tested)
    }

    /// How well a requirement tells a deviation: that most of its own cases show it weighs more than that most
    /// places of the deviation are its. In thousandths of the F2 measure; one case more than there are keeps
    /// those that are tested once from telling everything.
    fn fit(&self, id: &str, broken: usize, places: usize) -> usize {
        let tested = self.0.get(id).copied().unwrap_or_default().max(broken) + 1;
        5000 * broken / (4 * tested + places).max(1)
    }
}

fn spot<'a>(case: &'a CaseResult, finding: &'a Finding) -> Spot<'a> {
    (&case.name, &finding.requirement, &finding.place)
}

fn group<'a>(
    key: &Told,
    shown: &[Shown<'a>],
    tested: &Tested<'_>,
    first_of: impl Fn(usize) -> Option<Shown<'a>>,
) -> Option<FindingGroup> {
    let mut cited: IndexMap<&str, (Level, BTreeSet<&str>)> = IndexMap::new();
    for (case, finding) in shown {
        let (level, cases) = cited.entry(&finding.requirement).or_insert((finding.level, BTreeSet::new()));
        *level = (*level).max(finding.level);
        cases.insert(&case.name);
    }
    // The requirement that tells it best stands for all; musts before others.
    let all = shown.iter().map(|(case, _)| case.name.as_str()).collect::<BTreeSet<_>>().len();
    let fit = |id: &str, cases: &BTreeSet<&str>| tested.fit(id, cases.len(), all);
    cited.sort_by(|id, (level, cases), other, (other_level, others)| {
        (other_level, fit(other, others), others.len()).cmp(&(level, fit(id, cases), cases.len()))
    });
    let (requirement, (level, _)) = cited.first()?;
    let (case, finding) = shown.iter().find(|(_, finding)| finding.requirement == *requirement)?;
    let follows = match key {
        Told::Own(..) => None,
        Told::Hence(root, _) => first_of(*root).map(|(case, finding)| Cause {
            case: case.name.clone(),
            requirement: finding.requirement.clone(),
            place: finding.place.clone(),
        }),
        Told::Orphan(_) => finding.follows.clone(),
    };
    let place = |(case, finding): &Shown<'_>| FindingPlace {
        case: case.name.clone(),
        requirement: finding.requirement.clone(),
        place: finding.place.clone(),
        exchange: finding.exchange,
    };
    // What is told of the group is what its first place shows.
    let first = shown.iter().position(|(_, finding)| finding.requirement == *requirement).unwrap_or_default();
    let others = shown.iter().enumerate().filter(|(at, _)| *at != first).map(|(_, one)| one);
    Some(FindingGroup {
        requirement: (*requirement).to_owned(),
        level: *level,
        others: cited.keys().skip(1).map(|id| (*id).to_owned()).collect(),
        expected: finding.expected.clone(),
        found: finding.found.clone(),
        asked: asked(case, finding),
        places: std::iter::once(&shown[first]).chain(others).map(place).collect(),
        follows,
        side: finding.side,
    })
}

/// What the finding's exchange asked: method, path and the names of its parameters.
fn asked(case: &CaseResult, finding: &Finding) -> String {
    let exchange = finding.exchange.and_then(|at| case.transcript.get(at));
    let Some(Event::Exchange(exchange)) = exchange else { return String::new() };
    let (path, query) = exchange.sent.split_once('?').unwrap_or((&exchange.sent, ""));
    let names: Vec<&str> = query
        .split('&')
        .filter_map(|pair| pair.split('=').next())
        .filter(|name| !name.is_empty() && *name != "key")
        .collect();
    let path = without_numbers(path);
    if names.is_empty() { path } else { format!("{path} with {}", names.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::super::outcome::{Cause, ShownExchange, Verdict};
    use super::*;
    use ikkm_requirements::Level;
    use std::time::Duration;

    fn case(name: &str, sent: &str, expected: &str, found: &str) -> CaseResult {
        CaseResult {
            name: name.to_owned(),
            suite: "s".to_owned(),
            verdict: Verdict::Fail,
            level: Level::Must,
            requirements: vec!["PAY-4".to_owned()],
            requests: 1,
            duration: Duration::ZERO,
            message: None,
            findings: vec![Finding {
                requirement: "PAY-4".to_owned(),
                level: Level::Must,
                place: "s.yaml:1".to_owned(),
                expected: expected.to_owned(),
                found: found.to_owned(),
                exchange: Some(0),
                follows: None,
                side: None,
            }],
            transcript: vec![Event::Exchange(ShownExchange {
                curl: String::new(),
                sent: sent.to_owned(),
                status: None,
                headers: Vec::new(),
                body: String::new(),
                trouble: None,
                millis: 1,
            })],
            waived: None,
        }
    }

    #[test]
    fn one_deviation_is_told_once_with_every_place() {
        let taken = "200 17 with a key";
        let cases = [
            case("a/one", "GET /api/?key=$IKKM_KEY&sale=800&cash=10", "400 cash-lq-sale with -10", taken),
            case("a/post", "POST /api/", "400 cash-lq-sale with -10", "200 19 with a key"),
            case("a/code", "GET /api/?key=$IKKM_KEY&sale=9&cash=1", "400 cash-lq-sale with -13", taken),
        ];
        let groups = groups(&cases);
        let places: Vec<usize> = groups.iter().map(|group| group.places.len()).collect();
        assert_eq!(places, [2, 1]);
        assert_eq!(groups[0].asked, "GET /api/ with sale, cash");
        assert_eq!(groups[0].places[1].case, "a/post");
    }

    #[test]
    fn the_requirement_that_is_broken_most_stands_for_all() {
        let mut cases =
            ["a/one", "a/two", "a/three"].map(|name| case(name, "GET /x", "400 a with -1", "400  with -1"));
        cases[0].findings[0].requirement = "WIRE-2".to_owned();
        let groups = groups(&cases);
        assert_eq!((groups.len(), groups[0].requirement.as_str()), (1, "PAY-4"));
        assert_eq!(groups[0].others, ["WIRE-2"]);
        assert_eq!(groups[0].places[0].case, "a/two", "what is told of it is what its first place shows");
    }

    #[test]
    fn a_refusal_instead_of_another_joins_the_one_instead_of_success() {
        let tax = "400 tax-not-found with -14 (x)";
        let cases = [
            case("a/one", "GET /x", "400 cash-lq-sale with -10", tax),
            case("a/two", "GET /x", "registered: 200, a higher receipt number, a new 8-digit key", tax),
        ];
        assert_eq!(groups(&cases).len(), 1);
    }

    #[test]
    fn what_follows_is_told_under_its_cause_once_a_requirement() {
        let cause = |requirement: &str| {
            Some(Cause {
                case: "a/one".to_owned(),
                requirement: requirement.to_owned(),
                place: "s.yaml:1".to_owned(),
            })
        };
        let mut cases =
            ["a/one", "a/books", "b/books", "c/books"].map(|name| case(name, "GET /x", "a total of 1", "2"));
        for (at, books) in cases.iter_mut().enumerate().skip(1) {
            books.findings[0].requirement = "DUMP-7".to_owned();
            books.findings[0].expected = format!("figure {} of the books", ["a", "b", "c", "d"][at]);
            books.findings[0].follows = cause("PAY-4");
        }
        let told = groups(&cases);
        assert_eq!(told.len(), 2);
        assert_eq!(told[1].follows, cause("PAY-4"));
        assert_eq!(told[1].places.len(), 3);
        for books in &mut cases[1..] {
            books.findings[0].follows = cause("KEY-1");
        }
        assert_eq!(groups(&cases).len(), 4, "a cause that is not there joins nothing");
    }
}
