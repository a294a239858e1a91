//! Text on figures: how wide it is, how to cut or break it, and where it can stand without covering other text.

/// An axis-parallel box in user units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
}

impl Area {
    /// A box by its upper left corner and size.
    pub fn new(x: f64, y: f64, w: f64, h: f64) -> Self {
        Self { x, y, w, h }
    }

    /// The box around a circle.
    pub fn around(cx: f64, cy: f64, r: f64) -> Self {
        Self::new(cx - r, cy - r, 2.0 * r, 2.0 * r)
    }

    /// The box that a line of text fills, from where it is anchored on its baseline.
    pub fn of_text(text: &str, x: f64, baseline: f64, anchor: Anchor, size: f64) -> Self {
        let w = text_width(text, size);
        let left = match anchor {
            Anchor::Start => x,
            Anchor::Middle => x - w / 2.0,
            Anchor::End => x - w,
        };
        Self::new(left, baseline - 0.8 * size, w, size)
    }

    /// The same box with a margin on all sides.
    pub fn grown(self, by: f64) -> Self {
        Self::new(self.x - by, self.y - by, self.w + 2.0 * by, self.h + 2.0 * by)
    }

    /// Whether the two share area.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.x + other.w
            && other.x < self.x + self.w
            && self.y < other.y + other.h
            && other.y < self.y + self.h
    }

    /// Whether the other lies wholly within.
    pub fn holds(&self, other: &Self) -> bool {
        other.x >= self.x
            && other.y >= self.y
            && other.x + other.w <= self.x + self.w
            && other.y + other.h <= self.y + self.h
    }
}

/// Which point of a text its coordinates name (SVG `text-anchor`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// Its beginning.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

impl Anchor {
    /// The SVG keyword.
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// Greedy placement: each label takes the first of its candidate places that is free, in the order of calling, so
/// the labels that matter most are placed first.
#[derive(Debug, Clone)]
pub struct Placer {
    bounds: Area,
    taken: Vec<Area>,
}

impl Placer {
    /// Labels must stay within the bounds.
    pub fn new(bounds: Area) -> Self {
        Self { bounds, taken: Vec::new() }
    }

    /// Marks a place as taken.
    pub fn block(&mut self, place: Area) {
        self.taken.push(place);
    }

    /// Whether a place is inside the bounds and free.
    pub fn is_free(&self, place: &Area) -> bool {
        self.bounds.holds(place) && !self.taken.iter().any(|t| t.overlaps(place))
    }

    /// Takes the first free candidate and returns its index.
    pub fn place(&mut self, candidates: &[Area]) -> Option<usize> {
        let index = candidates.iter().position(|c| self.is_free(c))?;
        self.taken.push(candidates[index]);
        Some(index)
    }
}

/// Rows for labels along a line: each takes the first row in which it is free. Returns the row of each, in order.
pub fn rows(intervals: &[(f64, f64)], gap: f64) -> Vec<usize> {
    let mut taken: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut out = Vec::with_capacity(intervals.len());
    for &(from, to) in intervals {
        let free = |row: &Vec<(f64, f64)>| row.iter().all(|&(a, b)| to + gap <= a || b + gap <= from);
        let row = taken.iter().position(free).unwrap_or_else(|| {
            taken.push(Vec::new());
            taken.len() - 1
        });
        taken[row].push((from, to));
        out.push(row);
    }
    out
}

/// Advance widths of Helvetica and Arial (Adobe Font Metrics, thousandths of the size) from U+0020 to U+007E.
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];

/// Other system fonts run a little wider than Arial; the estimate must not fall short of what the reader's uses.
const SAFETY: f64 = 1.06;

/// An upper estimate of a text's width in user units, for the font stack of `FIGURE_CSS` at this size.
pub fn text_width(text: &str, size: f64) -> f64 {
    text.chars().map(char_width).sum::<f64>() * size * SAFETY / 1000.0
}

fn char_width(c: char) -> f64 {
    match c {
        ' '..='~' => f64::from(WIDTHS[c as usize - 0x20]),
        // Combining marks and zero-width characters.
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' => 0.0,
        '‘' | '’' | '·' => 240.0,
        '“' | '”' => 350.0,
        '–' | '†' => 556.0,
        '…' | '—' | '\u{2190}'..='\u{2bff}' => 1000.0,
        // Kana, Han, Hangul and full-width forms.
        '\u{2e80}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{1f000}'.. => 1000.0,
        'À'..='Þ' => 722.0,
        _ => 600.0,
    }
}

/// The text, cut with an ellipsis where it is too wide. `None` where not even three letters would be left.
pub fn truncate(text: &str, width: f64, size: f64) -> Option<String> {
    if text_width(text, size) <= width {
        return Some(text.to_owned());
    }
    let mut kept = String::new();
    for c in text.chars() {
        kept.push(c);
        if text_width(&kept, size) + text_width("…", size) > width {
            kept.pop();
            break;
        }
    }
    let kept = kept.trim_end();
    (kept.chars().count() >= 3).then(|| format!("{kept}…"))
}

/// The text broken at spaces into at most `lines` lines of the width; what does not fit is cut with an ellipsis.
/// Never empty.
pub fn wrap(text: &str, width: f64, size: f64, lines: usize) -> Vec<String> {
    let mut out: Vec<String> = vec![String::new()];
    let words: Vec<&str> = text.split_whitespace().collect();
    for (i, word) in words.iter().enumerate() {
        let line = out.last().cloned().unwrap_or_default();
        let longer = if line.is_empty() { (*word).to_owned() } else { format!("{line} {word}") };
        let last = out.len() - 1;
        if line.is_empty() || text_width(&longer, size) <= width {
            out[last] = longer;
        } else if out.len() < lines.max(1) {
            out.push((*word).to_owned());
        } else {
            out[last] = format!("{line} {}", words[i..].join(" "));
            break;
        }
    }
    out.into_iter().map(|line| truncate(&line, width, size).unwrap_or_else(|| "…".to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cut_text_says_so() {
        assert_eq!(truncate("Khalilzad", 34.0, 11.0).as_deref(), Some("Kha…"));
        assert_eq!(truncate("Kabul", 100.0, 11.0).as_deref(), Some("Kabul"));
        assert_eq!(truncate("Kabul", 10.0, 11.0), None);
    }

    #[test]
    fn names_break_at_spaces() {
        assert_eq!(wrap("Islamic Movement of Uzbekistan", 100.0, 11.0, 2), ["Islamic Movement", "of Uzbekistan"]);
        assert_eq!(wrap("", 100.0, 11.0, 2), [""]);
    }

    #[test]
    fn overlapping_intervals_take_rows_of_their_own() {
        assert_eq!(rows(&[(0.0, 10.0), (5.0, 15.0), (12.0, 20.0)], 1.0), [0, 1, 0]);
    }

    proptest! {
        #[test]
        fn cut_text_fits(text in "\\PC{0,40}", width in 0.0..200.0f64) {
            if let Some(cut) = truncate(&text, width, 11.0) {
                prop_assert!(text_width(&cut, 11.0) <= width + 1e-9);
            }
        }

        #[test]
        fn placed_labels_never_overlap(places in prop::collection::vec((0.0..100.0f64, 0.0..100.0f64, 1.0..30.0f64, 1.0..9.0f64), 0..60)) {
            let mut placer = Placer::new(Area::new(0.0, 0.0, 100.0, 100.0));
            let mut placed = Vec::new();
            for (x, y, w, h) in places {
                let candidates = [Area::new(x, y, w, h), Area::new(x - w, y, w, h)];
                if let Some(i) = placer.place(&candidates) {
                    placed.push(candidates[i]);
                }
            }
            for (i, a) in placed.iter().enumerate() {
                prop_assert!(placed[i + 1..].iter().all(|b| !a.overlaps(b)));
            }
        }

        #[test]
        fn rows_never_overlap(spans in prop::collection::vec((0.0..500.0f64, 0.0..80.0f64), 0..40)) {
            let spans: Vec<(f64, f64)> = spans.into_iter().map(|(a, w)| (a, a + w)).collect();
            let rows = rows(&spans, 2.0);
            for i in 0..spans.len() {
                for j in 0..i {
                    if rows[i] == rows[j] {
                        prop_assert!(spans[i].1 < spans[j].0 || spans[j].1 < spans[i].0);
                    }
                }
            }
        }
    }
}
