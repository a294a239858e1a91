use casefile_model::claim::Concept;
use casefile_model::quantity::Bearing;
use proptest::prelude::*;
use toml_edit::{Table, value};

use super::*;
use crate::dataset::{BearingRule, Coverage};
use crate::scaffold;

const SOURCES: &str = "\
# Sources, by hand.

[[source]]
id = \"first\"     # the main one
type = \"report\"
title = 'One'   # single quotes stay
reliability = \"B\"

[[source]]   # another
title = \"Two\"
id = \"second\"
type = \"report\"
reliability = \"C\"
# the end
";

fn source(id: &str) -> Table {
    let mut table = Table::new();
    table["reliability"] = value("D");
    table["title"] = value("Three");
    table["type"] = value("report");
    table["id"] = value(id);
    table
}

fn dataset() -> Dataset {
    Dataset {
        id: "ucdp-ged".into(),
        adapter: "ucdp-ged".into(),
        note: None,
        coverage: vec![Coverage {
            area: "Afghanistan".into(),
            period: "2020".parse().unwrap(),
            status: CoverageStatus::Complete,
            note: None,
        }],
        bearings: vec![BearingRule {
            concept: Concept::Attacks,
            bearing: Bearing::Overlapping,
            reason: "Sources count more.".into(),
        }],
    }
}

#[test]
fn appending_adds_at_the_end_and_touches_nothing_else() {
    let text = append(SOURCES, Noun::Source, &source("third")).unwrap();
    let added = "\n[[source]]\nid = \"third\"\ntype = \"report\"\ntitle = \"Three\"\nreliability = \"D\"\n";
    assert_eq!(text, format!("{SOURCES}{added}"));
    let from_nothing = append("", Noun::Source, &source("third")).unwrap();
    assert_eq!(from_nothing, added.trim_start());
}

#[test]
fn appending_after_other_kinds_keeps_their_order() {
    let text = format!("[[actor]]\nid = \"a\"\n[[actor.coded]]\ndataset = \"d\"\n\n{SOURCES}\n[[place]]\nid = \"p\"\n");
    let new = append(&text, Noun::Source, &source("third")).unwrap();
    assert!(new.starts_with(&text), "{new}");
    assert!(new.ends_with("reliability = \"D\"\n"), "{new}");
    let actor: DocumentMut =
        "id = \"b\"\nname = \"B\"\nkind = \"state\"\n[[coded]]\ndataset = \"d\"\nids = [\"1\"]\n".parse().unwrap();
    let new = append(&text, Noun::Actor, actor.as_table()).unwrap();
    assert!(new.starts_with(&text), "{new}");
    assert!(new.ends_with("[[actor.coded]]\ndataset = \"d\"\nids = [\"1\"]\n"), "{new}");
}

#[test]
fn what_the_format_does_not_know_is_refused() {
    let mut table = source("third");
    table["pages"] = value(3);
    assert!(matches!(append(SOURCES, Noun::Source, &table), Err(EditError::UnknownKey { .. })));
    assert!(matches!(append(SOURCES, Noun::Source, &source("first")), Err(EditError::TakenId { .. })));
    assert!(matches!(append("x = ", Noun::Source, &source("third")), Err(EditError::Syntax { .. })));
    assert!(matches!(set(SOURCES, "first", &["pages"], 3.into()), Err(EditError::UnknownKey { .. })));
    assert!(matches!(set(SOURCES, "none", &["title"], "T".into()), Err(EditError::UnknownId(_))));
}

#[test]
fn setting_a_key_keeps_comments_and_order() {
    let text = set(SOURCES, "first", &["title"], "Uno".into()).unwrap();
    assert_eq!(text, SOURCES.replace("'One'", "\"Uno\""));
    let text = set(SOURCES, "second", &["issued"], "2021".into()).unwrap();
    assert_eq!(text, SOURCES.replace("reliability = \"C\"\n", "reliability = \"C\"\nissued = \"2021\"\n"));
    let (_, claims) = scaffold::files("x").into_iter().find(|(path, _)| path == "claims/report.toml").unwrap();
    let text = set(&claims, "attacks-2020", &["check", "period"], "2021".into()).unwrap();
    assert_eq!(text, claims.replacen("period = \"2020\"", "period = \"2021\"", 1));
    let text = set(&claims, "attacks-2020", &["passage", "paragraph"], 7.into()).unwrap();
    assert_eq!(text, claims.replacen("paragraph = 2", "paragraph = 7", 1));
    assert_eq!(set(&text, "attacks-2020", &["text", "x"], 7.into()).unwrap_err().to_string(), "`text` is not a table");
}

#[test]
fn a_dataset_is_added_and_brought_up_to_date() {
    let head = "[case]\nformat = 1\nid = \"c\" # mine\ntitle = \"T\"\n";
    let once = put_dataset(head, &dataset()).unwrap();
    insta::assert_snapshot!(once);
    assert_eq!(put_dataset(&once, &dataset()).unwrap(), once, "the same again changes nothing");
    let loaded = crate::read_files(&[("case.toml", &once)]);
    assert_eq!(loaded.case.unwrap().dataset("ucdp-ged"), Some(&dataset()));

    let remarked = once.replace("[[dataset.coverage]]\n", "# checked by hand\n[[dataset.coverage]]\n");
    assert_eq!(put_dataset(&remarked, &dataset()).unwrap(), remarked, "nor does it take comments away");
    let mut changed = dataset();
    changed.coverage[0].status = CoverageStatus::Partial;
    changed.note = Some("An extract.".into());
    let twice = put_dataset(&once, &changed).unwrap();
    assert_eq!(crate::read_files(&[("case.toml", &twice)]).case.unwrap().dataset("ucdp-ged"), Some(&changed));
    assert!(twice.starts_with(head), "{twice}");
}

#[test]
fn the_same_on_the_disk() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("case");
    scaffold::new_case(&folder).unwrap();
    append_to(&folder, "sources.toml", Noun::Source, &source("third")).unwrap();
    append_to(&folder, "more/sources.toml", Noun::Source, &source("fourth")).unwrap();
    let taken = append_to(&folder, "sources.toml", Noun::Source, &source("government")).unwrap_err();
    assert!(taken.to_string().contains("actors.toml"), "{taken}");
    assert_eq!(set_in_case(&folder, "fourth", &["title"], "Four".into()).unwrap(), "more/sources.toml");
    put_dataset_in_case(&folder, &dataset()).unwrap();
    let case = crate::Case::load(&folder).unwrap().case.unwrap();
    assert_eq!(case.source("fourth").unwrap().title, "Four");
    assert_eq!(case.dataset("ucdp-ged").unwrap().coverage[0].area, "Afghanistan");
}

proptest! {
    #[test]
    fn edits_of_any_text_never_panic(text in any::<String>(), id in "[a-z]{1,3}", key in "[a-z]{1,3}") {
        let _ = append(&text, Noun::Source, &source(&id));
        let _ = set(&text, &id, &[&key, &key], 1.into());
        let _ = put_dataset(&text, &dataset());
    }

    #[test]
    fn what_is_set_is_read(title in "\\PC{1,40}") {
        let text = set(SOURCES, "second", &["title"], title.as_str().into()).unwrap();
        let document: DocumentMut = text.parse().unwrap();
        prop_assert_eq!(document["source"][1]["title"].as_str(), Some(title.as_str()));
    }
}

const CLAIM: &str = "\
# Above.
[[claim]]
id = \"one\"   # its name
text = \"One.\"
says = \"around 60\" # in words

[claim.check]
kind = \"amount\" # how
measure = \"events\"
actor = \"iskp\"

# Of the second.
[[claim]]
id = \"two\"
text = \"Two.\"
";

#[test]
fn amending_keeps_comments_and_merges_tables() {
    let mut check = InlineTable::new();
    check.insert("kind", "amount".into());
    check.insert("measure", "deaths".into());
    check.insert("place", "kunar".into());
    let changes = [
        ("text".to_owned(), Some(Value::from("Another."))),
        ("says".to_owned(), None),
        ("check".to_owned(), Some(Value::InlineTable(check))),
    ];
    let text = amend(CLAIM, "one", &changes).unwrap();
    let expected = CLAIM
        .replace("\"One.\"", "\"Another.\"")
        .replace("says = \"around 60\" # in words\n", "")
        .replace("measure = \"events\"\nactor = \"iskp\"", "measure = \"deaths\"\nplace = \"kunar\"");
    assert_eq!(text, expected);
    let wrong = [("colour".to_owned(), Some(Value::from("red")))];
    assert!(matches!(amend(CLAIM, "one", &wrong), Err(EditError::UnknownKey { .. })));
    assert!(matches!(amend(CLAIM, "three", &[]), Err(EditError::UnknownId(_))));
}

#[test]
fn a_table_is_found_as_written_and_taken_out() {
    let at = |id| extent(CLAIM, id).map(|at| &CLAIM[at]);
    assert!(at("one").unwrap().starts_with("[[claim]]\nid = \"one\""));
    assert!(at("one").unwrap().ends_with("actor = \"iskp\""));
    assert_eq!(at("two"), Some("[[claim]]\nid = \"two\"\ntext = \"Two.\""));
    assert_eq!(at("three"), None);
    let rest = remove(CLAIM, "one").unwrap();
    assert!(!rest.contains("iskp") && rest.contains("# Of the second.\n[[claim]]\nid = \"two\""), "{rest}");
    assert!(holds(CLAIM, "two") && !holds(&rest, "one"));
}
