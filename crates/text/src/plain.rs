//! Plain text into blocks.

use std::ops::Range;

use crate::document::Block;
use crate::normalise::is_invisible;

/// A heading's lines are no longer than this, in characters.
const LONGEST_HEADING_LINE: usize = 70;

/// The blocks of a plain text: runs of lines between blank lines or form feeds. A form feed (`\f`)
/// begins a new page; pages are counted only where there are any.
///
/// A block is taken for a heading if it has one or two lines of at most 70 characters, begins with
/// a capital, a digit or an uncased letter, ends without a mark of punctuation, and is not the
/// last block. That is a guess, and no anchor depends on it.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let paged = text.contains('\u{C}');
    let mut at = 0;
    for (index, page) in text.split('\u{C}').enumerate() {
        for (chars, raw) in runs_of_lines(page) {
            blocks.push(Block {
                text: raw.to_owned(),
                page: paged.then_some(index + 1),
                is_heading: looks_like_heading(raw),
                chars: at + chars.start..at + chars.end,
            });
        }
        at += page.chars().count() + 1;
    }
    if let Some(last) = blocks.last_mut() {
        last.is_heading = false;
    }
    blocks
}

/// Runs of lines that are not blank, without their last line end, and where they stand (characters).
fn runs_of_lines(page: &str) -> Vec<(Range<usize>, &str)> {
    let mut runs = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    let (mut at, mut byte) = (0, 0);
    let mut close = |open: &mut Option<(usize, usize)>, end: usize| {
        if let Some((start, start_char)) = open.take() {
            let raw = page[start..end].trim_end_matches(['\n', '\r']);
            runs.push((start_char..start_char + raw.chars().count(), raw));
        }
    };
    for line in page.split_inclusive('\n') {
        if line.chars().all(|c| c.is_whitespace() || is_invisible(c)) {
            close(&mut open, byte);
        } else {
            open.get_or_insert((byte, at));
        }
        at += line.chars().count();
        byte += line.len();
    }
    close(&mut open, byte);
    runs
}

fn looks_like_heading(raw: &str) -> bool {
    let mut lines = raw.lines().map(str::trim);
    let short = lines.clone().count() <= 2 && lines.all(|line| line.chars().count() <= LONGEST_HEADING_LINE);
    let closed = raw.trim_end().ends_with(['.', ',', ';', ':', '!', '?', '…', '-', '"', '”', '>']);
    let first = raw.chars().find(|c| c.is_alphanumeric());
    short && !closed && first.is_some_and(|c| !c.is_lowercase()) && raw.contains(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        blocks(text).into_iter().map(|block| block.text).collect()
    }

    #[test]
    fn blank_lines_part_blocks() {
        assert_eq!(texts("one\ntwo\n\n \t\nthree"), ["one\ntwo", "three"]);
        assert_eq!(texts("\u{FEFF}\r\n\r\none\r\ntwo\r\n\r\nthree\r\n"), ["one\r\ntwo", "three"]);
        assert_eq!(texts(""), Vec::<String>::new());
        assert_eq!(texts("\n\u{C}\n \u{C}"), Vec::<String>::new());
    }

    #[test]
    fn form_feeds_part_pages() {
        let pages: Vec<(Option<usize>, String)> =
            blocks("é one\n\u{C}two\n\n\u{C}\u{C}four").into_iter().map(|block| (block.page, block.text)).collect();
        assert_eq!(pages, [(Some(1), "é one".into()), (Some(2), "two".into()), (Some(4), "four".into())]);
        assert_eq!(blocks("one\n\ntwo")[1].page, None);
    }

    #[test]
    fn blocks_know_where_they_stand() {
        let text = "é one\n\n\u{C}zwölf\nlines\r\n\n\nlast ";
        let chars: Vec<char> = text.chars().collect();
        for block in blocks(text) {
            assert_eq!(chars[block.chars.clone()].iter().collect::<String>(), block.text);
        }
    }

    #[test]
    fn headings() {
        let long = "A long line ".repeat(7);
        for (raw, heading) in [
            ("The Eastern Valleys", true),
            ("2. Spread and\nStrength", true),
            ("الوادي", true),
            ("and so it went on", false),
            ("It was over.", false),
            ("See below:", false),
            ("12 / 2022", false),
            ("One\nTwo\nThree", false),
            (long.trim(), false),
        ] {
            assert_eq!(blocks(&format!("{raw}\n\nText follows."))[0].is_heading, heading, "{raw}");
        }
        assert!(!blocks("The Last Words")[0].is_heading, "it heads nothing");
    }
}
