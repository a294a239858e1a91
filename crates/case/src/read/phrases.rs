//! The case's own phrases of quantity, laid over the built-in table before any figure is read.

use casefile_model::quantity::{Overrides, PhraseTable, Rule, TableError};
use serde::Deserialize;
use toml::de::{DeValue, ValueDeserializer};

use super::Sheet;
use super::report::Finding;

/// The table with the case's own phrases; `None` where it has none, or where they do not make a table.
///
/// Unknown keys and wrong types are left to the vocabulary, which words them like all others: a phrase that has some
/// is passed over here.
pub(super) fn read(sheet: &Sheet<'_>, findings: &mut Vec<Finding>) -> Option<PhraseTable> {
    let (_, value) = sheet.document.get_ref().iter().find(|(key, _)| key.get_ref() == "phrase")?;
    let DeValue::Array(items) = value.get_ref() else { return None };
    let rule = |item: &toml::Spanned<DeValue<'_>>| Rule::deserialize(ValueDeserializer::from(item.clone())).ok();
    let rules: Vec<Rule> = items.iter().filter_map(rule).collect();
    match PhraseTable::builtin().with_overrides(&Overrides { rule: rules, ..Overrides::default() }) {
        Ok(table) => Some(table),
        Err(error) => {
            let named = |item: &&toml::Spanned<DeValue<'_>>| match &error {
                TableError::Rule { rule, .. } => {
                    item.get_ref().get("name").and_then(|name| name.get_ref().as_str()) == Some(rule)
                }
                _ => false,
            };
            let at = items.iter().find(named).or(items.first()).map_or_else(|| value.span(), toml::Spanned::span);
            let message = match &error {
                TableError::Rule { problem, .. } => format!("this phrase cannot be used: {problem}"),
                other => other.to_string(),
            };
            findings.push(Finding::error("bad-phrase", sheet.at(at), message));
            None
        }
    }
}
