//! CAMEO, the event codes of GDELT and ICEWS, and what they are in PLOVER.
//!
//! Codes follow the CAMEO codebook (Schrodt 2012, version 1.1b3): two digits name the root category, a third and a
//! fourth refine it. They are text, as a leading zero matters: `040` is a consultation, `40` is nothing.
//!
//! The correspondence is the one that PLOVER's authors publish (`CAMEO2PLOVER-2021.txt` in the repository of the Open
//! Event Data Alliance), by root category but for the codes that it moves. PLOVER has given up CAMEO's 01 and 02:
//! statements and appeals have no word in it. What that table calls DEMAND, the sixteen words of Halterman et al. (2023)
//! call REQUEST.

/// CAMEO's root categories: code, name, and PLOVER's word where all or most of it has one.
const ROOTS: [(&str, &str, Option<&str>); 20] = [
    ("01", "Make public statement", None),
    ("02", "Appeal", None),
    ("03", "Express intent to cooperate", Some("AGREE")),
    ("04", "Consult", Some("CONSULT")),
    ("05", "Engage in diplomatic cooperation", Some("SUPPORT")),
    ("06", "Engage in material cooperation", Some("COOPERATE")),
    ("07", "Provide aid", Some("AID")),
    ("08", "Yield", Some("CONCEDE")),
    ("09", "Investigate", Some("ACCUSE")),
    ("10", "Demand", Some("REQUEST")),
    ("11", "Disapprove", Some("ACCUSE")),
    ("12", "Reject", Some("REJECT")),
    ("13", "Threaten", Some("THREATEN")),
    ("14", "Protest", Some("PROTEST")),
    ("15", "Exhibit force posture", Some("MOBILIZE")),
    ("16", "Reduce relations", Some("SANCTION")),
    ("17", "Coerce", Some("COERCE")),
    ("18", "Assault", Some("ASSAULT")),
    ("19", "Fight", Some("ASSAULT")),
    ("20", "Use unconventional mass violence", Some("ASSAULT")),
];

/// Codes that PLOVER counts elsewhere than the rest of their root category; the longest prefix decides.
const MOVED: [(&str, &str); 11] = [
    // Curfews and states of emergency that are eased, and all that is yielded in deed.
    ("0813", "RETREAT"),
    ("0814", "RETREAT"),
    ("084", "RETREAT"),
    ("085", "RETREAT"),
    ("086", "RETREAT"),
    ("087", "RETREAT"),
    // Embargo, boycott or sanctions imposed.
    ("163", "COERCE"),
    // Property destroyed; violent repression.
    ("1712", "ASSAULT"),
    ("175", "ASSAULT"),
    // Blockade; occupation of territory.
    ("191", "COERCE"),
    ("192", "COERCE"),
];

/// A code of CAMEO, of two to four digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cameo<'a> {
    code: &'a str,
    root: usize,
}

impl<'a> Cameo<'a> {
    /// Reads a code; says what is wrong with it.
    pub(super) fn parse(code: &'a str) -> Result<Self, String> {
        let digits = (2..=4).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit());
        let root = digits.then(|| ROOTS.iter().position(|(root, ..)| code.starts_with(root))).flatten();
        root.map(|root| Self { code, root }).ok_or_else(|| {
            let shown = super::values::quoted(code);
            format!("{shown} is no CAMEO code of two to four digits, 01 to 20 first (was a leading zero lost?)")
        })
    }

    /// The first two digits.
    pub(super) fn root(self) -> &'static str {
        ROOTS[self.root].0
    }

    /// The root category's name, and the code.
    pub(super) fn words(self) -> String {
        format!("{} / {}", ROOTS[self.root].1, self.code)
    }

    /// PLOVER's word for it; none for statements and appeals, which PLOVER does not code.
    pub(super) fn plover(self) -> Option<&'static str> {
        let moved = MOVED.iter().find(|(prefix, _)| self.code.starts_with(prefix)).map(|(_, word)| *word);
        moved.or(ROOTS[self.root].2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_text_with_their_leading_zeros() {
        for (code, root, plover) in [
            ("010", "01", None),
            ("0251", "02", None),
            ("043", "04", Some("CONSULT")),
            ("0811", "08", Some("CONCEDE")),
            ("0813", "08", Some("RETREAT")),
            ("0871", "08", Some("RETREAT")),
            ("1041", "10", Some("REQUEST")),
            ("112", "11", Some("ACCUSE")),
            ("145", "14", Some("PROTEST")),
            ("1621", "16", Some("SANCTION")),
            ("163", "16", Some("COERCE")),
            ("1711", "17", Some("COERCE")),
            ("1712", "17", Some("ASSAULT")),
            ("175", "17", Some("ASSAULT")),
            ("183", "18", Some("ASSAULT")),
            ("190", "19", Some("ASSAULT")),
            ("191", "19", Some("COERCE")),
            ("2042", "20", Some("ASSAULT")),
        ] {
            let cameo = Cameo::parse(code).unwrap();
            assert_eq!((cameo.root(), cameo.plover()), (root, plover), "{code}");
        }
        for bad in ["", "4", "43", "00", "21", "250", "19O", "18345", "１８", "---"] {
            assert!(Cameo::parse(bad).unwrap_err().contains("leading zero"), "{bad}");
        }
        assert_eq!(Cameo::parse("0231").unwrap().words(), "Appeal / 0231");
    }

    #[test]
    fn every_word_is_one_of_the_sixteen() {
        for word in ROOTS.iter().filter_map(|(.., word)| *word).chain(MOVED.iter().map(|(_, word)| *word)) {
            assert_eq!(super::super::plover::word(word), Ok(word));
        }
    }
}
