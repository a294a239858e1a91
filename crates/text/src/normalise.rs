//! One form for all the ways in which the same words are typeset.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The version of the rules of [`normalise`]. It stands in every anchor, so that a later change of
/// the rules cannot be mistaken for a change of the text.
pub const NORMALISATION: &str = "n1";

/// Text in the form in which quotes are compared (rules `n1`). For comparison, not for reading:
///
/// 1. Soft hyphens, zero-width characters and direction marks are dropped; `ﬁ` and other Latin
///    ligatures become letters.
/// 2. Typographic quotation marks become `"` and `'`, dashes and the minus sign `-`, `…` `...`.
/// 3. Unicode normal form C: an accented letter is one character.
/// 4. A hyphen between two letters is dropped, with the line break that may follow it: whether
///    `fact-⏎checking` had a hyphen before it was typeset cannot be seen.
/// 5. Any run of white space becomes one space; none is left at the ends.
///
/// Case, punctuation and digits are kept. Normalising twice changes nothing.
///
/// ```
/// assert_eq!(casefile_text::normalise("the group’s  pro-\ncedures"), "the group's procedures");
/// ```
pub fn normalise(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !is_invisible(*c)).map(plain_form).collect();
    let joined = join_words(&composed(&plain));
    let folded = joined.split_whitespace().collect::<Vec<_>>().join(" ");
    // Dropping a hyphen may have brought parts of one Hangul syllable together.
    composed(&folded).into_owned()
}

fn composed(text: &str) -> Cow<'_, str> {
    if is_nfc(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

/// Whether a character shows nothing and separates nothing.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

fn plain_form(c: char) -> Cow<'static, str> {
    let plain = match c {
        '‘' | '’' | '‚' | '‛' | '′' | '‹' | '›' => "'",
        '“' | '”' | '„' | '‟' | '″' | '«' | '»' => "\"",
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "-",
        '…' => "...",
        'ﬀ' => "ff",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬃ' => "ffi",
        'ﬄ' => "ffl",
        'ﬅ' | 'ﬆ' => "st",
        _ => return Cow::Owned(c.to_string()),
    };
    Cow::Borrowed(plain)
}

/// Drops each hyphen between letters, along with a line break that follows it.
fn join_words(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('-') {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        joined.push_str(before);
        let next = after.trim_start();
        let space = &after[..after.len() - next.len()];
        let between_letters = joined.ends_with(char::is_alphabetic) && next.starts_with(char::is_alphabetic);
        if between_letters && (space.is_empty() || space.contains(['\n', '\r'])) {
            rest = next;
        } else {
            joined.push('-');
            rest = after;
        }
    }
    joined.push_str(rest);
    joined
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::normalise;

    #[test]
    fn rules() {
        for (text, expected) in [
            ("“some” ‘150’ – «fighters»…", "\"some\" '150' - \"fighters\"..."),
            ("1,000–2,000 and 1,000-2,000", "1,000-2,000 and 1,000-2,000"),
            ("pro-\n  cedures", "procedures"),
            ("pro\u{AD}\u{200B}cedures", "procedures"),
            ("fact-\r\nchecking, fact-checking, fact‑checking", "factchecking, factchecking, factchecking"),
            ("pre- and post-war", "pre- and postwar"),
            ("a war—again", "a waragain"),
            ("1.\u{A0}The\u{2009}first\t line\n\nof two ", "1. The first line of two"),
            ("Cafe\u{301}-bar", "Cafébar"),
            ("o\u{FB03}ce", "office"),
            ("\u{FEFF}Kept: Case, 12 %; and - dashes.", "Kept: Case, 12 %; and - dashes."),
            ("", ""),
            (" \u{AD}\n", ""),
        ] {
            assert_eq!(normalise(text), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn twice_is_once(text in ".*", joints in "[a-zé \u{AD}\u{301}\u{1100}\u{1161}\n–-]{0,20}") {
            for text in [text, joints] {
                let once = normalise(&text);
                prop_assert_eq!(normalise(&once), once);
            }
        }

        #[test]
        fn typesetting_does_not_matter(words in prop::collection::vec("[a-z]{2,8}", 1..12), breaks in prop::collection::vec(0..4usize, 12)) {
            let plain = words.join(" ");
            let mut set = String::new();
            for (word, how) in words.iter().zip(breaks) {
                let (head, tail) = word.split_at(1);
                set.push_str(&match how {
                    0 => format!("{word} "),
                    1 => format!("{head}-\n{tail}\n"),
                    2 => format!("{head}\u{AD}{tail}\u{A0} "),
                    _ => format!("{word}\r\n"),
                });
            }
            prop_assert_eq!(normalise(&set), plain);
        }
    }
}
