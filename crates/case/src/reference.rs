//! The reference page of the case format, made from the vocabulary.

use std::fmt::{self, Write};

use crate::read::hedges;
use crate::vocabulary::{Field, Kind, Table, VARIANT_KEY, either, tables};

const INTRODUCTION: &str = "\
# The case format

This page is made from the same description that `casefile check` reads files by. This is version 1 of the format.

A case is a folder. `case.toml` names it. Every other `*.toml` file in it and its sub-folders may hold any of the
tables below, in any order; hidden folders, `out/` and lock files are not read. By convention there are
`sources.toml`, `actors.toml`, `places.toml`, `relations.toml`, `estimates.toml`, `events.toml`, `control.toml` and
`claims/*.toml`. The text of the briefing is `brief.md`.

Identifiers are lower-case letters, digits and hyphens, and start with a letter. All kinds of thing share one
namespace. Dates are written in [EDTF](https://www.loc.gov/standards/datetime/), in quotes: `\"2021-08-26\"`,
`\"2021-08\"`, `\"2014/2022\"`, `\"2015/..\"`, `\"2016~\"`. Quantities stand in the words of the source:
`\"around 60\"`, `\"almost every\"`, `\"doubled\"`.

An asterisk marks a key that must be there.
";

/// The page, in Markdown.
pub fn markdown() -> String {
    let mut page = String::from(INTRODUCTION);
    // Writing to a String cannot fail.
    let _ = tables::TOP.iter().try_for_each(|table| section(&mut page, table, 2, ""));
    let _ = words_of_likelihood(&mut page);
    page
}

fn section(page: &mut String, table: &'static Table, level: usize, parent: &str) -> fmt::Result {
    let marks = "#".repeat(level);
    let path = if parent.is_empty() { table.name.to_owned() } else { format!("{parent}.{}", table.name) };
    writeln!(page, "\n{marks} {}\n\n{}", path, table.doc)?;
    if let Some((keys, why)) = table.at_least_one {
        let keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
        writeln!(page, "At least one of {} must be there: {why}.", keys.join(", "))?;
    }
    if table.variants.is_empty() {
        keys(page, table, &path)?;
    }
    for variant in table.variants {
        writeln!(page, "\n{marks}# {VARIANT_KEY} = \"{}\"\n\n{}", variant.name, variant.doc)?;
        keys(page, variant, &path)?;
    }
    let mut inner: Vec<&'static Table> = Vec::new();
    for field in table.fields().chain(table.variants.iter().flat_map(Table::fields)) {
        if let Kind::Table(below) | Kind::Tables(below) = field.kind
            && !inner.iter().any(|seen| std::ptr::eq(*seen, below))
        {
            inner.push(below);
        }
    }
    // The passage is the same for all statements: it is told once.
    let told = |below: &&Table| below.name != tables::PASSAGE.name || table.name == tables::CLAIM.name;
    inner.into_iter().filter(told).try_for_each(|below| section(page, below, level + 1, &path))
}

fn keys(page: &mut String, table: &Table, path: &str) -> fmt::Result {
    writeln!(page, "\n| key | value | meaning | example |\n|---|---|---|---|")?;
    for field in table.fields() {
        let star = if table.requires(field) { "\\*" } else { "" };
        let default = field.default.map_or_else(String::new, |default| format!(" Default: `{default}`."));
        let example = if field.example.is_empty() { String::new() } else { format!("`{}`", field.example) };
        let row = [format!("`{}`{star}", field.name), value(field, path), format!("{}{default}", field.doc), example];
        writeln!(page, "| {} |", row.map(|cell| cell.replace('|', "\\|")).join(" | "))?;
    }
    Ok(())
}

/// What may stand there, with a link to tables; `path` is that of the table which has the key.
fn value(field: &Field, path: &str) -> String {
    let linked = |table: &Table, open: &str, close: &str| {
        // The passage is told once, with the first kind of statement.
        let home = if table.name == tables::PASSAGE.name { tables::CLAIM.name } else { path };
        let anchor = format!("{home}{}", table.name).replace('.', "");
        format!("[`{open}{path}.{}{close}`](#{anchor})", field.name)
    };
    match field.kind {
        Kind::Table(table) => format!("table {}", linked(table, "[", "]")),
        Kind::Tables(table) => format!("tables {}", linked(table, "[[", "]]")),
        other => kind(&other),
    }
}

/// What may stand there, in short.
fn kind(kind: &Kind) -> String {
    match kind {
        Kind::Text => "text".to_owned(),
        Kind::Word(form) => form.what.to_owned(),
        Kind::NewId => "new id".to_owned(),
        Kind::Id(nouns) => format!("id of {}", either(nouns)),
        Kind::Date => "EDTF date".to_owned(),
        Kind::Quantity => "quantity in words".to_owned(),
        Kind::Hedge => "[word of likelihood](#words-of-likelihood)".to_owned(),
        Kind::OneOf(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        Kind::Int(least, most) if least == most => format!("`{least}`"),
        Kind::Int(least, most) if *most >= i64::from(u32::MAX) => format!("whole number from {least}"),
        Kind::Int(least, most) => format!("whole number, {least} to {most}"),
        Kind::Float(least, most) if most.is_infinite() => format!("number from {least}"),
        Kind::Float(least, most) => format!("number, {least} to {most}"),
        Kind::Bool => "`true` or `false`".to_owned(),
        Kind::Point => "`[latitude, longitude]`".to_owned(),
        Kind::Numbers => "table of words and numbers".to_owned(),
        Kind::Labels(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            format!("table of names, each with {}", words.join(", "))
        }
        Kind::List(of) => format!("list of: {}", self::kind(of)),
        Kind::OneOrMore(of) => format!("{}, or a list of such", self::kind(of)),
        Kind::Table(_) => "table".to_owned(),
        Kind::Tables(_) => "tables".to_owned(),
    }
}

fn words_of_likelihood(page: &mut String) -> fmt::Result {
    writeln!(
        page,
        "\n## Words of likelihood\n\nWords of ICD 203 and of the PHIA yardstick have a range of probability; the \
         others say how a source holds a statement, and have none. Capitals make no difference.\n"
    )?;
    let mut words: Vec<&str> = hedges().collect();
    words.sort_unstable();
    words.dedup();
    writeln!(page, "{}.", words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use crate::vocabulary::tables;

    #[test]
    fn the_page_in_the_book_is_up_to_date() {
        crate::tests::keep_in_step("docs/src/format-reference.md", &super::markdown());
    }

    #[test]
    fn every_key_is_on_the_page() {
        let page = super::markdown();
        for field in tables::TOP.iter().flat_map(|table| table.fields()) {
            assert!(page.contains(&format!("`{}`", field.name)), "{}", field.name);
        }
    }
}
