//! Documents, and quotes found in them.

use std::ops::Range;

use thiserror::Error;

use crate::anchor::{Anchor, Digest};
use crate::normalise::normalise;
use crate::plain;

/// A piece of a document as its file gives it: what a reader of one kind of file hands over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The text, line breaks and all.
    pub text: String,
    /// The page it begins on, from 1, if the file has pages.
    pub page: Option<usize>,
    /// Whether it heads what follows.
    pub is_heading: bool,
    /// Where it stands in the text of the file, in characters.
    pub chars: Range<usize>,
}

/// A numbered paragraph of a document.
///
/// Headings have numbers too: taking a line for a heading is a guess, and the numbers that anchors
/// name must not hang on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// Place in the document, from 1.
    pub number: usize,
    /// The text as in the file.
    pub text: String,
    /// The page it begins on, from 1, if the file has pages.
    pub page: Option<usize>,
    /// Whether it is itself a heading.
    pub is_heading: bool,
    /// The number of the heading that it stands under, if any.
    pub under: Option<usize>,
    /// Where it stands in the text of the file, in characters.
    pub chars: Range<usize>,
}

/// A document in paragraphs, ready to find quotes in.
#[derive(Debug, Clone)]
pub struct Document {
    paragraphs: Vec<Paragraph>,
    /// The whole text, normalised: the paragraphs that are not empty, one space between each two.
    flow: String,
    /// The byte at which each character of the flow begins, and its length in bytes.
    bytes: Vec<usize>,
    /// The character of the flow at which each paragraph begins.
    starts: Vec<usize>,
}

/// Why a quote cannot be anchored.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AnchorError {
    /// Nothing is quoted.
    #[error("the quote is empty")]
    Empty,
    /// The words do not stand in the document.
    #[error("the quote is not in the document{}", how_far(*.found, .of, *.paragraph))]
    NotFound {
        /// How many characters of the normalised quote, from its start, do stand there.
        found: usize,
        /// The normalised quote as given.
        of: String,
        /// The paragraph where they first do, if any.
        paragraph: Option<usize>,
    },
    /// The words stand there only with other capitals.
    #[error("the quote is in paragraph {paragraph}, but with other capital letters")]
    Capitals {
        /// The paragraph in which it begins.
        paragraph: usize,
    },
    /// The words stand there only as a part of longer words.
    #[error("the quote begins or ends inside a word in paragraph {paragraph}; quote whole words")]
    InsideWord {
        /// The paragraph in which it begins.
        paragraph: usize,
    },
    /// The words stand there more than once.
    #[error("the quote is in the document {} times (paragraphs {}); quote more of it", .paragraphs.len(), listed(.paragraphs))]
    Ambiguous {
        /// The paragraph of each finding, in order.
        paragraphs: Vec<usize>,
    },
}

fn how_far(found: usize, quote: &str, paragraph: Option<usize>) -> String {
    let Some(paragraph) = paragraph else { return String::new() };
    let chars: Vec<char> = quote.chars().collect();
    let next: String = chars[found..].iter().take(30).collect();
    format!("; its first {found} characters are in paragraph {paragraph}, and then it differs, at {next:?}")
}

fn listed(paragraphs: &[usize]) -> String {
    paragraphs.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")
}

/// Whether an anchored quote stands where the anchor says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verification {
    /// The very words stand at the very place.
    Verified,
    /// The words stand elsewhere. To be looked at, and the anchor renewed by hand.
    Moved {
        /// Where they stand now, in order; at least one place.
        to: Vec<Anchor>,
    },
    /// The words stand nowhere; other words are at their place.
    Changed,
    /// The words stand nowhere, and the document does not reach to their place.
    Missing,
}

impl Document {
    /// A document from plain text: paragraphs parted by blank lines, pages by form feeds (`\f`).
    ///
    /// A block of one or two short lines without closing punctuation is taken for a heading.
    pub fn from_text(text: &str) -> Self {
        Self::from_blocks(plain::blocks(text))
    }

    /// A document from the blocks of a file of any kind, in reading order.
    pub fn from_blocks(blocks: Vec<Block>) -> Self {
        let mut flow = String::new();
        let mut starts = Vec::with_capacity(blocks.len());
        let mut length = 0;
        for block in &blocks {
            let text = normalise(&block.text);
            if continues_word(&flow, &text) {
                flow.pop();
                length -= 1;
            } else if !flow.is_empty() && !text.is_empty() {
                flow.push(' ');
                length += 1;
            }
            starts.push(length);
            length += text.chars().count();
            flow.push_str(&text);
        }
        let bytes = flow.char_indices().map(|(byte, _)| byte).chain([flow.len()]).collect();
        Self { paragraphs: numbered(blocks), flow, bytes, starts }
    }

    /// All paragraphs, headings among them, in order; number *n* is at index *n* − 1.
    pub fn paragraphs(&self) -> &[Paragraph] {
        &self.paragraphs
    }

    /// The paragraph of this number, counted from 1.
    pub fn paragraph(&self, number: usize) -> Option<&Paragraph> {
        self.paragraphs.get(number.checked_sub(1)?)
    }

    /// The heading that a paragraph stands under.
    pub fn heading_of(&self, paragraph: &Paragraph) -> Option<&Paragraph> {
        self.paragraph(paragraph.under?)
    }

    /// Anchors a quote of whole words, in the document's own capitals. It may run on from one
    /// paragraph into the next, as it does over a page break. It cannot leave anything out: anchor
    /// the parts of a quote with "[…]" one by one.
    ///
    /// # Errors
    ///
    /// [`AnchorError`] if the words are not there, or stand there more than once.
    pub fn anchor(&self, quote: &str) -> Result<Anchor, AnchorError> {
        let quote = normalise(quote);
        if quote.is_empty() {
            return Err(AnchorError::Empty);
        }
        let found = self.find(&quote);
        let length = quote.chars().count();
        let whole: Vec<usize> =
            found.iter().copied().filter(|at| self.is_boundary(*at) && self.is_boundary(at + length)).collect();
        match (whole[..].as_ref(), found.first()) {
            ([at], _) => Ok(self.anchor_at(*at, length)),
            ([], Some(at)) => Err(AnchorError::InsideWord { paragraph: self.paragraph_at(*at) }),
            ([], None) => Err(self.not_found(quote)),
            (all, _) => {
                Err(AnchorError::Ambiguous { paragraphs: all.iter().map(|at| self.paragraph_at(*at)).collect() })
            }
        }
    }

    /// Whether the quote of an anchor still stands at its place. If not, it is looked for in the
    /// whole document.
    pub fn verify(&self, anchor: &Anchor) -> Verification {
        if self.quote(anchor).is_some() {
            return Verification::Verified;
        }
        let to = self.find_digest(anchor);
        if !to.is_empty() {
            Verification::Moved { to }
        } else if self.slice(anchor).is_some() {
            Verification::Changed
        } else {
            Verification::Missing
        }
    }

    /// The words of an anchored quote, normalised, if it stands at its place.
    pub fn quote(&self, anchor: &Anchor) -> Option<&str> {
        self.slice(anchor).filter(|words| Digest::of(words) == anchor.sha256)
    }

    /// Whatever stands at the place of an anchor.
    fn slice(&self, anchor: &Anchor) -> Option<&str> {
        let start = self.starts.get(anchor.paragraph.checked_sub(1)?)?.checked_add(anchor.start)?;
        self.chars(start, anchor.length)
    }

    /// `length` characters of the flow from character `start`.
    fn chars(&self, start: usize, length: usize) -> Option<&str> {
        let end = self.bytes.get(start.checked_add(length)?)?;
        self.flow.get(*self.bytes.get(start)?..*end)
    }

    /// The characters of the flow at which the words begin, findings that overlap included.
    fn find(&self, words: &str) -> Vec<usize> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(at) = self.flow[from..].find(words) {
            let char = self.char_of_byte(from + at);
            found.push(char);
            from = self.bytes[char + 1];
        }
        found
    }

    /// Every stretch of whole words with the anchor's length and digest.
    fn find_digest(&self, anchor: &Anchor) -> Vec<Anchor> {
        let Some(last) = (self.bytes.len() - 1).checked_sub(anchor.length) else { return Vec::new() };
        (0..=last)
            .filter(|at| self.is_boundary(*at) && self.is_boundary(at + anchor.length))
            .filter(|at| self.chars(*at, anchor.length).is_some_and(|words| Digest::of(words) == anchor.sha256))
            .map(|at| self.anchor_at(at, anchor.length))
            .collect()
    }

    /// Whether no word runs across this character of the flow.
    fn is_boundary(&self, at: usize) -> bool {
        let (before, after) = self.flow.split_at(self.bytes[at]);
        !(before.ends_with(char::is_alphanumeric) && after.starts_with(char::is_alphanumeric))
    }

    fn anchor_at(&self, at: usize, length: usize) -> Anchor {
        let paragraph = self.paragraph_at(at);
        let words = self.chars(at, length).unwrap_or_default();
        Anchor { paragraph, start: at - self.starts[paragraph - 1], length, sha256: Digest::of(words) }
    }

    /// The number of the paragraph that holds a character of the flow.
    fn paragraph_at(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at)
    }

    fn char_of_byte(&self, byte: usize) -> usize {
        self.bytes.partition_point(|start| *start < byte)
    }

    /// Why words were not found: other capitals, or from where on they differ.
    fn not_found(&self, quote: String) -> AnchorError {
        if let Some(at) = find_in_any_case(&self.flow, &quote) {
            return AnchorError::Capitals { paragraph: self.paragraph_at(at) };
        }
        let ends: Vec<usize> = quote.char_indices().map(|(byte, _)| byte).collect();
        // The longer the beginning, the fewer its findings: the last one that is found ends the search.
        let found = ends.partition_point(|end| self.flow.contains(&quote[..*end])).saturating_sub(1);
        let beginning = &quote[..ends[found]];
        let paragraph =
            self.flow.find(beginning).filter(|_| found > 0).map(|at| self.paragraph_at(self.char_of_byte(at)));
        AnchorError::NotFound { found, of: quote, paragraph }
    }
}

/// The character at which the words stand in any capitals.
fn find_in_any_case(flow: &str, words: &str) -> Option<usize> {
    // One character for one, so that places in the lower-case text are places in the flow.
    let lower = |text: &str| -> String { text.chars().map(|c| c.to_lowercase().next().unwrap_or(c)).collect() };
    let flow = lower(flow);
    let at = flow.find(&lower(words))?;
    Some(flow[..at].chars().count())
}

/// Whether a page or column break fell inside a word: "subordi-" and "nated".
fn continues_word(before: &str, next: &str) -> bool {
    let letter = before.strip_suffix('-').is_some_and(|stem| stem.ends_with(char::is_alphabetic));
    letter && next.starts_with(char::is_lowercase)
}

fn numbered(blocks: Vec<Block>) -> Vec<Paragraph> {
    let mut heading = None;
    let paragraph = |(index, block): (usize, Block)| {
        let number = index + 1;
        if block.is_heading {
            heading = Some(number);
        }
        Paragraph {
            number,
            text: block.text,
            page: block.page,
            is_heading: block.is_heading,
            under: heading.filter(|_| !block.is_heading),
            chars: block.chars,
        }
    };
    blocks.into_iter().enumerate().map(paragraph).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const REPORT: &str = "The Valley War

The movement’s local branch emerged in the second half of 2014. It carried out “some 150”
attacks in the valley, by its own account, and lost two dis-
tricts to its rivals.

Recovery

In 2016 the group appeared weakened. The provinces of the north were subordi-

\u{C}nated to a new command, and – as a rival put it – “nobody was left”.

In 2016 the group appeared weakened, others said.
";

    fn report() -> Document {
        Document::from_text(REPORT)
    }

    #[test]
    fn paragraphs_pages_and_headings() {
        let document = report();
        let outline: Vec<(usize, bool, Option<usize>, Option<usize>)> =
            document.paragraphs().iter().map(|p| (p.number, p.is_heading, p.under, p.page)).collect();
        assert_eq!(
            outline,
            [
                (1, true, None, Some(1)),
                (2, false, Some(1), Some(1)),
                (3, true, None, Some(1)),
                (4, false, Some(3), Some(1)),
                (5, false, Some(3), Some(2)),
                (6, false, Some(3), Some(2)),
            ]
        );
        let last = document.paragraph(6).unwrap();
        assert_eq!(document.heading_of(last).unwrap().text, "Recovery");
        assert_eq!((document.paragraph(0), document.paragraph(7)), (None, None));
        let chars: Vec<char> = REPORT.chars().collect();
        assert_eq!(chars[last.chars.clone()].iter().collect::<String>(), last.text);
    }

    #[test]
    fn a_quote_is_found_however_it_is_typed() {
        let document = report();
        let anchor = document.anchor("carried out \"some 150\" attacks in the valley").unwrap();
        assert_eq!((anchor.paragraph, anchor.start, anchor.length), (2, 67, 44));
        assert_eq!(document.anchor("carried out “some 150”\n attacks in the valley"), Ok(anchor));
        assert_eq!(document.quote(&anchor), Some("carried out \"some 150\" attacks in the valley"));
        assert_eq!(document.verify(&anchor), Verification::Verified);
        assert_eq!(document.anchor("lost two districts").unwrap().paragraph, 2);
    }

    #[test]
    fn a_quote_may_run_over_a_page() {
        let document = report();
        let anchor = document.anchor("of the north were subordinated to a new command").unwrap();
        assert_eq!(anchor.paragraph, 4);
        assert_eq!(document.verify(&anchor), Verification::Verified);
        assert_eq!(document.anchor("a new command, and").unwrap().start, "nated to ".len());
        assert_eq!(document.anchor("rivals. Recovery In 2016").unwrap().paragraph, 2);
    }

    #[test]
    fn says_why_a_quote_is_not_anchored() {
        let document = report();
        let message = |quote: &str| document.anchor(quote).unwrap_err().to_string();
        assert_eq!(document.anchor(" \u{AD}"), Err(AnchorError::Empty));
        assert_eq!(
            document.anchor("In 2016 the group appeared weakened"),
            Err(AnchorError::Ambiguous { paragraphs: vec![4, 6] })
        );
        assert_eq!(
            message("In 2016 the group appeared weakened"),
            "the quote is in the document 2 times (paragraphs 4, 6); quote more of it"
        );
        assert_eq!(document.anchor("movement's Local branch"), Err(AnchorError::Capitals { paragraph: 2 }));
        assert_eq!(document.anchor("econd half"), Err(AnchorError::InsideWord { paragraph: 2 }));
        assert_eq!(
            message("a new command and a new name"),
            "the quote is not in the document; its first 13 characters are in paragraph 5, and then it differs, \
             at \" and a new name\""
        );
        assert_eq!(message("§§"), "the quote is not in the document");
    }

    #[test]
    fn a_moved_quote_is_reported_and_not_followed() {
        let anchor = report().anchor("lost two districts to its rivals").unwrap();
        let longer = Document::from_text(&format!("A preface was added.\n\n{REPORT}"));
        let moved = Anchor { paragraph: 3, ..anchor };
        assert_eq!(longer.verify(&anchor), Verification::Moved { to: vec![moved] });
        let twice = Document::from_text(&format!("{REPORT}\n\nIt lost two districts to its rivals."));
        assert_eq!(twice.verify(&anchor), Verification::Verified);
        let elsewhere =
            Document::from_text("It lost two districts to its rivals. It lost two districts to its rivals.");
        assert!(matches!(elsewhere.verify(&anchor), Verification::Moved { to } if to.len() == 2));
    }

    #[test]
    fn a_changed_or_missing_quote_is_reported() {
        let anchor = report().anchor("lost two districts to its rivals").unwrap();
        let changed = Document::from_text(&REPORT.replace("two", "six"));
        assert_eq!(changed.verify(&anchor), Verification::Changed);
        assert_eq!(changed.quote(&anchor), None);
        let cut = Document::from_text("The Valley War\n\nGone.");
        assert_eq!(cut.verify(&anchor), Verification::Missing);
        assert_eq!(Document::from_text("").verify(&anchor), Verification::Missing);
    }

    #[test]
    fn the_words_are_not_in_the_anchor() {
        let anchor = report().anchor("lost two districts to its rivals").unwrap();
        assert!(!format!("{anchor:?} {anchor}").contains("districts"));
    }

    proptest! {
        #[test]
        fn any_text_and_quote_is_handled(text in "(\\PC|\n|\u{C}|- |-\n|\n\n){0,60}", quote in ".{0,10}") {
            let document = Document::from_text(&text);
            if let Ok(anchor) = document.anchor(&quote) {
                prop_assert_eq!(document.verify(&anchor), Verification::Verified);
            }
            let chars: Vec<char> = text.chars().collect();
            for paragraph in document.paragraphs() {
                let there: String = chars[paragraph.chars.clone()].iter().collect();
                prop_assert_eq!(&there, &paragraph.text);
            }
        }

        #[test]
        fn every_anchor_of_a_text_verifies_and_survives_typesetting(
            words in prop::collection::vec("[a-z]{2,7}", 3..40), first in 0..40usize, count in 1..12usize, wide: bool,
        ) {
            let text = words.chunks(7).map(|chunk| chunk.join(" ")).collect::<Vec<_>>().join("\n\n");
            let first = first % words.len();
            let quote = words[first..(first + count).min(words.len())].join(" ");
            let document = Document::from_text(&text);
            match document.anchor(&quote) {
                Ok(anchor) => {
                    prop_assert_eq!(document.quote(&anchor), Some(quote.as_str()));
                    let typeset = text.replace(' ', if wide { "\u{A0}\r\n" } else { " \n" });
                    prop_assert_eq!(Document::from_text(&typeset).verify(&anchor), Verification::Verified);
                }
                Err(error) => prop_assert!(matches!(error, AnchorError::Ambiguous { .. }), "{error}"),
            }
        }

        #[test]
        fn any_anchor_can_be_asked_for(paragraph: usize, start: usize, length: usize) {
            let anchor = Anchor { paragraph, start, length, ..report().anchor("lost two districts").unwrap() };
            prop_assert_ne!(report().verify(&anchor), Verification::Verified);
        }
    }
}
