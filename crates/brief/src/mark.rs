//! The mark of a verdict: a glyph and a word, and never the colour alone.

use casefile_verdict::finding::{Finding, Verdict};

/// The glyph of a verdict.
pub(crate) fn glyph(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Supported => "✓",
        Verdict::Consistent => "≈",
        Verdict::Mixed => "±",
        Verdict::Contradicted => "✗",
        Verdict::NotTestable => "?",
    }
}

/// The class that gives a verdict its colour.
pub(crate) fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Supported => "v-supported",
        Verdict::Consistent => "v-consistent",
        Verdict::Mixed => "v-mixed",
        Verdict::Contradicted => "v-contradicted",
        Verdict::NotTestable => "v-not-testable",
    }
}

/// What a verdict means, in a sentence.
pub(crate) fn meaning(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Supported => "The data, or independent sources, bear the claim out.",
        Verdict::Consistent => {
            "The data bound the figure on one side only, or count something akin, and allow the claim."
        }
        Verdict::Mixed => "The data, or the sources, speak for and against.",
        Verdict::Contradicted => "The data rule the claim out.",
        Verdict::NotTestable => "Nothing at hand can test it.",
    }
}

/// The verdict on a claim; one that was not checked could not be tested.
pub(crate) fn verdict(finding: Option<&Finding>) -> Verdict {
    finding.map_or(Verdict::NotTestable, |finding| finding.verdict)
}

/// The mark as text.
pub(crate) fn mark(verdict: Verdict) -> String {
    format!("<span class=\"mark {}\">{}</span>", class(verdict), inner(verdict))
}

/// The mark as a link to the evidence for a claim.
pub(crate) fn link(verdict: Verdict, claim: &str) -> String {
    format!("<a class=\"mark {}\" href=\"#evidence-{claim}\">{}</a>", class(verdict), inner(verdict))
}

fn inner(verdict: Verdict) -> String {
    format!("<span aria-hidden=\"true\">{}</span>\u{a0}{}", glyph(verdict), verdict.name().replace(' ', "\u{a0}"))
}
