use std::collections::BTreeSet;

use casefile_model::claim::Dimension;
use casefile_model::quantity::PhraseTable;

use super::{Field, Kind, Table, tables, words};
use crate::read::value_is_read;

fn below(table: &'static Table, seen: &mut Vec<&'static Table>) {
    if seen.iter().any(|other| std::ptr::eq(*other, table)) {
        return;
    }
    seen.push(table);
    for variant in table.variants {
        below(variant, seen);
    }
    for field in table.fields() {
        if let Kind::Table(inner) | Kind::Tables(inner) = field.kind {
            below(inner, seen);
        }
    }
}

fn every_table() -> Vec<&'static Table> {
    let mut seen = Vec::new();
    for table in tables::TOP {
        below(table, &mut seen);
    }
    seen
}

fn every_field() -> Vec<(&'static Table, &'static Field)> {
    every_table().into_iter().flat_map(|table| table.fields().map(move |field| (table, field))).collect()
}

#[test]
fn examples_and_defaults_are_what_their_keys_ask_for() {
    for (table, field) in every_field() {
        for text in [Some(field.example), field.default].into_iter().flatten().filter(|text| !text.is_empty()) {
            let problems = value_is_read(&field.kind, text, PhraseTable::builtin());
            assert!(problems.is_empty(), "{}.{} = {text}: {problems:?}", table.name, field.name);
        }
    }
}

#[test]
fn keys_are_unique_and_demands_name_keys() {
    for table in every_table() {
        let names: Vec<&str> = table.fields().map(|field| field.name).collect();
        assert_eq!(names.len(), names.iter().collect::<BTreeSet<_>>().len(), "{}", table.name);
        let several = table.at_least_one.map_or(&[][..], |(keys, _)| keys);
        for key in table.also_required.iter().chain(several) {
            assert!(names.contains(key), "{} asks for {key}", table.name);
        }
    }
}

#[test]
fn every_form_admits_what_its_example_shows_and_no_blanks() {
    for (table, field) in every_field() {
        if let Kind::Word(form) = field.kind {
            assert!(!(form.admits)("") && !(form.admits)(" "), "{}.{}", table.name, field.name);
        }
    }
    assert!((words::PATH.admits)("documents/a b.txt"));
    for path in ["/etc/passwd", "../x", "a/../b", "c:\\x", "a\\b"] {
        assert!(!(words::PATH.admits)(path), "{path}");
    }
    assert!(!(words::ID.admits)("1a") && !(words::ID.admits)("A") && (words::ID.admits)("a-1"));
    assert!((words::DOI.admits)("10.18449/2022C12") && !(words::DOI.admits)("https://doi.org/10.18449/2022C12"));
}

#[test]
fn the_units_of_place_are_dimensions() {
    for unit in words::PLACE_UNITS {
        assert!(words::named(&Dimension::ALL, unit).is_some(), "{unit}");
    }
}
