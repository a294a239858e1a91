use std::fs;
use std::path::Path;

use casefile_case::lock::Lock;
use casefile_ingest::{AddOptions, add};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use super::*;

/// What an event of a test says: year, country, sides, toll.
type Told = (u16, usize, (usize, usize), u8);

const HEADER: &str = "id,type_of_violence,side_a,side_b,country,date_start,date_end,low,best,high";
const COUNTRIES: [&str; 3] = ["Exland", "", "O'Land, \"upper\""];
const SIDES: [&str; 3] = ["Red Front", "Blue Front", "Civilians"];

fn line(id: &str, (year, country, (a, b), toll): &Told) -> String {
    let country = COUNTRIES[*country].replace('"', "\"\"");
    let high = u32::from(*toll) + 2;
    format!("{id},1,{},{},\"{country}\",{year}-03-04,{year}-03-05,{},{toll},{high}", SIDES[*a], SIDES[*b], toll / 2)
}

fn released(case: &Path, name: &str, lines: &[String], header: &str) {
    let file = case.join(format!("{name}.csv"));
    fs::write(&file, format!("{header}\n{}\n", lines.join("\n"))).unwrap();
    let options = AddOptions { file, adapter: "ucdp-ged".into(), id: Some(name.into()), ..AddOptions::default() };
    let report = add(case, &options, &mut |_| {}).unwrap();
    assert_eq!(report.dataset.quarantined, 0);
}

fn compared(old: &[String], new: &[String], header: &str) -> Diff {
    let case = tempfile::tempdir().unwrap();
    released(case.path(), "old", old, header);
    released(case.path(), "new", new, header);
    let lake = Lake::open(case.path(), &Lock::read(case.path()).unwrap()).unwrap();
    diff(&lake, "old", "new").unwrap()
}

fn told() -> impl Strategy<Value = Told> {
    (2018..2021u16, 0..COUNTRIES.len(), (0..SIDES.len(), 0..SIDES.len()), 0..40u8)
}

/// A release, and another in which some of its events are gone, some say something else, and some are new.
fn releases() -> impl Strategy<Value = (BTreeMap<u16, Told>, BTreeMap<u16, Told>)> {
    (btree_map(0..40u16, told(), 1..20), btree_map(0..60u16, told(), 1..20), vec(any::<bool>(), 40)).prop_map(
        |(old, mut new, keep)| {
            for (id, event) in &old {
                if keep[usize::from(*id)] {
                    new.insert(*id, *event);
                }
            }
            (old, new)
        },
    )
}

fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn what_changed_adds_up((old, new) in releases()) {
        let lines = |events: &BTreeMap<u16, Told>| events.iter().map(|(id, e)| line(&id.to_string(), e)).collect::<Vec<_>>();
        let found = compared(&lines(&old), &lines(&new), HEADER);
        // Against the plain definition.
        let added = new.keys().filter(|id| !old.contains_key(id)).count();
        let removed = old.keys().filter(|id| !new.contains_key(id)).count();
        let revised = old.iter().filter(|(id, event)| new.get(id).is_some_and(|now| now != *event)).count();
        prop_assert_eq!(
            (found.added.events, found.removed.events, found.revised.events),
            (added as u64, removed as u64, revised as u64)
        );
        // Added less removed is the difference of the counts, and the net tolls that of the sums.
        prop_assert_eq!(signed(found.added.events) - signed(found.removed.events), signed(found.new.events) - signed(found.old.events));
        let net = found.added.deaths.plus(found.removed.deaths).plus(found.revised.deaths);
        prop_assert_eq!(net, found.new.deaths.minus(found.old.deaths));
        prop_assert_eq!(found.unchanged + found.removed.events + found.revised.events, found.old.events);
        for groups in [&found.by_year, &found.by_country] {
            let net = groups.iter().fold(Deaths::default(), |sum, group| sum.plus(group.deaths));
            prop_assert_eq!(net, found.new.deaths.minus(found.old.deaths));
            prop_assert_eq!(groups.iter().map(Group::events).sum::<i64>(), signed(found.new.events) - signed(found.old.events));
        }
        for (side, name) in SIDES.iter().enumerate() {
            let of = |events: &BTreeMap<u16, Told>| {
                let those = events.values().filter(|(_, _, (a, b), _)| *a == side || *b == side);
                those.fold((0, 0), |(n, deaths), event| (n + 1, deaths + i64::from(event.3)))
            };
            let group = found.by_actor.iter().find(|group| group.name.as_deref() == Some(name));
            let net = group.map_or((0, 0), |group| (group.events(), group.deaths.best));
            let (was, is) = (of(&old), of(&new));
            prop_assert_eq!(net, (is.0 - was.0, is.1 - was.1), "{}", name);
        }
    }
}

#[test]
fn each_way_of_revision_is_told_and_empty_columns_are_not() {
    let header = "id,type_of_violence,side_a,side_b,country,adm_1,date_start,date_end,low,best,high";
    let row = |id: u32, rest: &str| format!("{id},{rest}");
    let old = [
        row(1, "1,Red,Blue,Exland,,2020-01-01,2020-01-01,1,1,1"),
        row(2, "1,Red,Blue,Exland,,2020-01-01,2020-01-01,1,1,1"),
        row(3, "1,Red,Blue,Exland,,2020-01-01,2020-01-01,1,1,1"),
        row(4, "1,Red,Blue,Exland,,2020-01-01,2020-01-01,1,1,1"),
        row(5, "1,Red,Blue,Exland,,2020-01-01,2020-01-01,1,1,1"),
    ];
    let new = [
        row(1, "1,Red,Blue,Exland,North,2020-01-01,2020-01-02,1,1,1"),
        row(2, "1,Red,Green,Exland,North,2020-01-01,2020-01-01,1,1,1"),
        row(3, "2,Red,Blue,Wyland,North,2020-01-01,2020-01-01,1,1,1"),
        row(4, "1,Red,Blue,Exland,North,2020-01-01,2020-01-01,1,9,9"),
        row(5, "1,Red,Blue,Exland,North,2020-01-01,2020-01-01,1,1,1"),
    ];
    let found = compared(&old, &new, header);
    let told: Vec<(Revision, u64, i64)> =
        found.revisions.iter().map(|r| (r.kind, r.tally.events, r.tally.deaths.best)).collect();
    use Revision::*;
    assert_eq!(told, [(Date, 1, 0), (Place, 1, 0), (Side, 1, 0), (Type, 1, 0), (Toll, 1, 8)]);
    assert_eq!((found.revised.events, found.unchanged, found.added.events, found.removed.events), (4, 1, 0, 0));
    assert_eq!(found.not_compared, ["admin1"]);
    let country = |name: &str| found.by_country.iter().find(|g| g.name.as_deref() == Some(name)).unwrap();
    assert_eq!((country("Wyland").moved_in, country("Wyland").deaths.best), (1, 1));
    assert_eq!((country("Exland").moved_out, country("Exland").revised, country("Exland").deaths.best), (1, 3, 7));
}

#[test]
fn without_ids_a_changed_row_is_removed_and_added() {
    let header = "type_of_violence,side_a,side_b,country,date_start,date_end,low,best,high";
    let old = ["1,Red,Blue,Exland,2020-01-01,2020-01-01,1,1,1", "1,Red,Blue,Exland,2020-01-09,2020-01-09,2,2,2"];
    let new = ["1,Red,Blue,Exland,2020-01-09,2020-01-09,2,2,2", "1,Red,Blue,Exland,2020-01-01,2020-01-01,1,5,5"];
    let found = compared(&old.map(str::to_owned), &new.map(str::to_owned), header);
    assert_eq!((found.old.derived_ids, found.new.derived_ids), (2, 2));
    assert_eq!((found.added.events, found.removed.events, found.revised.events, found.unchanged), (1, 1, 0, 1));
    assert_eq!(found.by_year[0].deaths, Deaths { low: 0, best: 4, high: 4 });
}
