//! The licences of everything the program is built from, held against the list in `deny.toml`.
//!
//! `cargo deny` does this and more where it is installed; this check needs nothing but cargo.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;
use spdx::{Expression, ParseMode};

/// Checks every package of the dependency graph.
///
/// # Errors
/// Names each package whose licence the list does not admit.
pub fn check(deny_toml: &str) -> Result<String, String> {
    let admitted = admitted(deny_toml)?;
    let output = Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--locked"])
        .output()
        .map_err(|error| format!("cargo metadata: {error}"))?;
    let metadata: Value = serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))?;
    let packages = metadata["packages"].as_array().ok_or("cargo metadata lists no packages")?;
    let mut by_licence: BTreeMap<&str, usize> = BTreeMap::new();
    let mut refused = Vec::new();
    for package in packages {
        let licence = package["license"].as_str().unwrap_or("none");
        *by_licence.entry(licence).or_default() += 1;
        if !is_admitted(licence, &admitted) {
            refused.push(format!("{} {}: {licence}", text(&package["name"]), text(&package["version"])));
        }
    }
    if refused.is_empty() {
        Ok(format!("{} packages, {} licence expressions, all admitted by deny.toml", packages.len(), by_licence.len()))
    } else {
        Err(format!("licences that deny.toml does not admit:\n  {}", refused.join("\n  ")))
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("?")
}

/// The list `licenses.allow`.
fn admitted(deny_toml: &str) -> Result<Vec<String>, String> {
    let table: toml::Table = deny_toml.parse().map_err(|error| format!("deny.toml: {error}"))?;
    let list = table.get("licenses").and_then(|licenses| licenses.get("allow")).and_then(toml::Value::as_array);
    let list = list.ok_or("deny.toml has no list licenses.allow")?;
    Ok(list.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect())
}

fn is_admitted(licence: &str, admitted: &[String]) -> bool {
    // Older crates write `MIT/Apache-2.0`, which the lax mode reads as `OR`.
    Expression::parse_mode(licence, ParseMode::LAX).is_ok_and(|expression| {
        expression.evaluate(|requirement| admitted.iter().any(|name| *name == requirement.to_string()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_admitted_alternative_is_enough_and_both_parts_of_an_and_are_needed() {
        let admitted = vec!["MIT".to_owned()];
        assert!(is_admitted("MIT/Apache-2.0", &admitted));
        assert!(is_admitted("MIT OR GPL-3.0-only", &admitted));
        assert!(!is_admitted("MIT AND GPL-3.0-only", &admitted));
        assert!(!is_admitted("none", &admitted));
    }
}
