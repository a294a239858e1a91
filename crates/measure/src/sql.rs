//! Small pieces of SQL, so that predicates read as what they ask.

use jiff::civil::Date;

/// A text literal.
pub fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// A date literal.
pub fn date(day: Date) -> String {
    format!("DATE '{day}'")
}

/// `column` compared as `comparison` says, false where it is null. Quicker than `coalesce`, which compares twice.
pub fn known(column: &str, comparison: &str) -> String {
    format!("({column} IS NOT NULL AND {column} {comparison})")
}

/// `column IN (…)`, false where the column is null or nothing is listed.
pub fn one_of(column: &str, values: &[String]) -> String {
    match values {
        [] => "false".to_owned(),
        [one] => known(column, &format!("= {}", text(one))),
        many => {
            let list: Vec<String> = many.iter().map(|value| text(value)).collect();
            known(column, &format!("IN ({})", list.join(", ")))
        }
    }
}

/// Any of the predicates; false for none.
pub fn any(predicates: impl IntoIterator<Item = String>) -> String {
    join(predicates, "OR", "false")
}

/// All of the predicates; true for none.
pub fn all(predicates: impl IntoIterator<Item = String>) -> String {
    join(predicates, "AND", "true")
}

fn join(predicates: impl IntoIterator<Item = String>, operator: &str, empty: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    for predicate in predicates {
        if predicate != empty && !parts.contains(&predicate) {
            parts.push(predicate);
        }
    }
    match parts.len() {
        0 => empty.to_owned(),
        1 => parts.remove(0),
        _ => format!("({})", parts.join(&format!(" {operator} "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_in_names_are_doubled() {
        assert_eq!(text("Sa'ada"), "'Sa''ada'");
    }

    #[test]
    fn predicates_join_without_needless_parentheses() {
        assert_eq!(any([]), "false");
        assert_eq!(all(["a".to_owned(), "true".to_owned()]), "a");
        assert_eq!(any(["a".to_owned(), "b".to_owned()]), "(a OR b)");
        assert_eq!(one_of("x", &[]), "false");
    }
}
