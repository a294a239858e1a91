//! What stands in the braces of a directive: `{timeline actor=iskp by=month title="Attacks by month"}`.

use std::ops::Range;

use crate::slip::Slip;

/// A word of the briefing and where it stands, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub text: String,
    pub at: Range<usize>,
}

impl Word {
    fn new(text: &str, start: usize) -> Self {
        Self { text: text.to_owned(), at: start..start + text.len() }
    }
}

/// The words and `key=value` pairs of a directive, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Attributes {
    pub words: Vec<Word>,
    pub pairs: Vec<(Word, Word)>,
}

impl Attributes {
    /// Reads what stands between the braces; `offset` is where it begins in the briefing.
    pub fn parse(text: &str, offset: usize) -> Result<Self, Slip> {
        let mut found = Self::default();
        let mut at = 0;
        loop {
            at += text[at..].len() - text[at..].trim_start().len();
            if at == text.len() {
                return Ok(found);
            }
            let (key, after) = word(text, at, offset)?;
            if after == at {
                return Err(Slip::new("directive", offset + at..offset + at + 1, "a `=` without a key")
                    .expected("key=value, key=\"words with spaces\""));
            } else if text[after..].starts_with('=') {
                let (value, end) = word(text, after + 1, offset)?;
                found.pair(key, value)?;
                at = end;
            } else {
                found.words.push(key);
                at = after;
            }
        }
    }

    fn pair(&mut self, key: Word, value: Word) -> Result<(), Slip> {
        if self.pairs.iter().any(|(k, _)| k.text == key.text) {
            return Err(Slip::new("directive", key.at, format!("`{}` is given twice", key.text)));
        }
        self.pairs.push((key, value));
        Ok(())
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Word> {
        self.pairs.iter().find(|(k, _)| k.text == key).map(|(_, value)| value)
    }
}

/// The word from `at` on, quoted or bare, and where it ends.
fn word(text: &str, at: usize, offset: usize) -> Result<(Word, usize), Slip> {
    let rest = &text[at..];
    if let Some(quoted) = rest.strip_prefix('"') {
        let Some(length) = quoted.find('"') else {
            return Err(Slip::new("directive", offset + at..offset + text.len(), "a quotation mark is not closed"));
        };
        return Ok((Word::new(&quoted[..length], offset + at + 1), at + length + 2));
    }
    let length = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
    Ok((Word::new(&rest[..length], offset + at), at + length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_and_pairs_know_where_they_stand() {
        let text = "timeline actor=iskp  title=\"By month\" period=../2020";
        let found = Attributes::parse(text, 10).unwrap();
        assert_eq!(found.words, [Word { text: "timeline".into(), at: 10..18 }]);
        let pairs: Vec<_> = found.pairs.iter().map(|(k, v)| (k.text.as_str(), v.text.as_str())).collect();
        assert_eq!(pairs, [("actor", "iskp"), ("title", "By month"), ("period", "../2020")]);
        let title = found.get("title").unwrap();
        assert_eq!(&text[title.at.start - 10..title.at.end - 10], "By month");
    }

    #[test]
    fn what_is_half_written_is_refused() {
        assert!(Attributes::parse("map title=\"open", 0).is_err());
        assert!(Attributes::parse("map =x", 0).is_err());
        assert!(Attributes::parse("map a=1 a=2", 0).is_err());
        assert_eq!(Attributes::parse("", 0), Ok(Attributes::default()));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[a-z=\" \\PC]{0,40}") {
            let _ = Attributes::parse(&text, 0);
        }
    }
}
