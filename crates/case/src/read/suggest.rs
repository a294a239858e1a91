//! The nearest known word to one that is not known.

use strsim::damerau_levenshtein;

/// The candidate that was probably meant: fewest slips of the pen, and not more than a third of the letters.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    let allowed = (length / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= allowed * 2 + 1)
        .map(|candidate| (slips(word, candidate), candidate))
        .filter(|(slips, _)| *slips <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Edits between the words, where capitals, `_` and a plural do not count.
fn slips(word: &str, candidate: &str) -> usize {
    let plain = |word: &str| word.to_lowercase().replace(['_', ' '], "-");
    let (word, candidate) = (plain(word), plain(candidate));
    let plural = |one: &str, many: &str| many.strip_suffix('s') == Some(one);
    if plural(&word, &candidate) || plural(&candidate, &word) {
        return 0;
    }
    damerau_levenshtein(&word, &candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_what_was_meant_and_nothing_far_off() {
        let keys = ["source", "passage", "attributed-to", "supports", "author"];
        assert_eq!(nearest("sorce", keys), Some("source"));
        assert_eq!(nearest("Attributed_To", keys), Some("attributed-to"));
        assert_eq!(nearest("authors", keys), Some("author"));
        assert_eq!(nearest("suports", keys), Some("supports"));
        assert_eq!(nearest("b", ["A", "B"]), Some("B"));
        assert_eq!(nearest("colour", keys), None);
        assert_eq!(nearest("", keys), None);
    }
}
