//! PLOVER's sixteen words for what happens between political actors (Halterman et al. 2023, PLOVER and POLECAT: A New
//! Political Event Ontology and Dataset).

use crate::mapping::PLOVER;

/// Reads a word in whatever case; `DEMAND`, of drafts before 2022, is `REQUEST`.
pub(super) fn word(text: &str) -> Result<&'static str, String> {
    let upper = text.to_ascii_uppercase();
    let upper = if upper == "DEMAND" { "REQUEST" } else { &upper };
    let fault = || format!("{} is none of PLOVER's words: {}", super::values::quoted(text), PLOVER.join(", "));
    PLOVER.iter().find(|word| **word == upper).copied().ok_or_else(fault)
}
