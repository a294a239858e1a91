//! PLOVER's sixteen words for what happens between political actors (Halterman et al. 2023, PLOVER and POLECAT: A New
//! Political Event Ontology and Dataset).

const WORDS: [&str; 16] = [
    "ACCUSE",
    "AGREE",
    "AID",
    "ASSAULT",
    "COERCE",
    "CONCEDE",
    "CONSULT",
    "COOPERATE",
    "MOBILIZE",
    "PROTEST",
    "REJECT",
    "REQUEST",
    "RETREAT",
    "SANCTION",
    "SUPPORT",
    "THREATEN",
];

/// Reads a word in whatever case; `DEMAND`, of drafts before 2022, is `REQUEST`.
pub(super) fn word(text: &str) -> Result<&'static str, String> {
    let upper = text.to_ascii_uppercase();
    let upper = if upper == "DEMAND" { "REQUEST" } else { &upper };
    let fault = || format!("{} is none of PLOVER's words: {}", super::values::quoted(text), WORDS.join(", "));
    WORDS.iter().find(|word| **word == upper).copied().ok_or_else(fault)
}
