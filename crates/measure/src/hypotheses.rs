//! How many independent voices a case has for what it states, and how its evidence bears on open questions.

use std::collections::BTreeSet;

use casefile_case::Case;
use casefile_model::claim::Check;
use casefile_model::grade::{Credibility, Reliability};
use casefile_model::question::{Consistency, Evidence, Question};
use casefile_model::source;
use casefile_model::statement::{Envelope, Rank};
use casefile_stats::hypotheses::dependence::{Lean, Leaning, Source, Sources, SourcesError, Support};
use casefile_stats::hypotheses::{
    self, Diagnosticity, Hypothesis, Label, LikelihoodRatios, Matrix, MatrixError, Posterior, Range, Score, Sharing,
    Shift, weight_of_grade,
};
use serde::Serialize;

/// Draws within the ranges of the likelihood ratios.
const DRAWS: usize = 4000;

/// The case's sources, what each leans on, and who stands behind it: authors and publishers.
///
/// # Errors
/// As [`Sources::new`]; never for a case that was read without error.
pub fn sources(case: &Case) -> Result<Sources, SourcesError> {
    let parties = |source: &source::Source| {
        let all: BTreeSet<String> = source.authors.iter().chain(&source.publisher).cloned().collect();
        all.into_iter().collect()
    };
    let nodes: Vec<Source> =
        case.sources.iter().map(|source| Source { id: source.id.clone(), parties: parties(source) }).collect();
    let lean = |source: &str, on: &String| Lean { source: source.to_owned(), on: on.clone(), how: Leaning::Derives };
    let leans: Vec<Lean> =
        case.sources.iter().flat_map(|s| s.leans_on.iter().map(|on| lean(&s.id, on)).collect::<Vec<_>>()).collect();
    Sources::new(&nodes, &leans)
}

/// Sources that say what a statement says: its own, those of the statements that its check names, and of all that bear these
/// out. Left out are statements that are denied or deprecated, and sources graded E (unreliable) or F (not to be judged).
#[must_use]
pub fn voices<'a>(case: &'a Case, statement: &str) -> BTreeSet<&'a str> {
    let mut said: BTreeSet<&str> = case.envelope(statement).map(|envelope| envelope.id.as_str()).into_iter().collect();
    if let Some(Check::Corroboration { statements, .. }) = case.claim(statement).and_then(|claim| claim.check.as_ref())
    {
        said.extend(statements.iter().map(String::as_str));
    }
    let bears_out = |envelope: &&Envelope| {
        said.contains(envelope.id.as_str()) || envelope.supports.iter().any(|id| said.contains(id.as_str()))
    };
    let counts = |envelope: &&Envelope| {
        let grade = case.source(&envelope.source).map_or(Reliability::F, |source| source.reliability);
        !envelope.negated && envelope.rank != Rank::Deprecated && !matches!(grade, Reliability::E | Reliability::F)
    };
    case.statements().filter(bears_out).filter(counts).map(|envelope| envelope.source.as_str()).collect()
}

/// How many independent voices a statement has.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Supported {
    /// The statement.
    pub statement: String,
    /// The sources that say so.
    pub voices: Vec<String>,
    /// How many of them are independent.
    pub support: Support,
}

/// The independent voices for a statement.
///
/// # Errors
/// As [`Sources::support`].
pub fn supported(case: &Case, sources: &Sources, statement: &str) -> Result<Supported, SourcesError> {
    let voices = voices(case, statement);
    let support = sources.support(voices.iter().copied(), None)?;
    let voices = voices.into_iter().map(str::to_owned).collect();
    Ok(Supported { statement: statement.to_owned(), voices, support })
}

/// One way of counting items that rest on one origin.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judged {
    /// Whether items that rest on one origin share its weight.
    pub sharing: Sharing,
    /// What speaks against each hypothesis.
    pub scores: Vec<Score>,
    /// The chance of each.
    pub posterior: Vec<Posterior>,
    /// How well each item tells hypotheses apart.
    pub diagnosticity: Vec<Diagnosticity>,
    /// The answer with each item dropped and turned round.
    pub sensitivity: Vec<Shift>,
}

/// A question and what the evidence says of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answered {
    /// The question.
    pub question: String,
    /// The matrix.
    pub matrix: Matrix,
    /// Each item in full: right if items are independent.
    pub each: Judged,
    /// Each origin with one voice: right if items of one origin only repeat each other.
    pub by_origin: Judged,
}

/// Sets a question's evidence against its hypotheses.
///
/// # Errors
/// As [`Matrix::new`]; never for a case that was read without error.
pub fn answer(case: &Case, question: &Question, seed: u64) -> Result<Answered, MatrixError> {
    let hypotheses =
        question.hypotheses.iter().map(|one| Hypothesis { id: one.id.clone(), prior: one.prior }).collect();
    let speaking: BTreeSet<&str> = question.evidence.iter().filter_map(|item| source_of(case, item)).collect();
    let evidence = question.evidence.iter().enumerate().map(|(i, item)| hypotheses::Evidence {
        id: name(question, i),
        weight: weight(case, item),
        origins: source_of(case, item).map_or_else(Vec::new, |source| origins(case, source, &speaking)),
        labels: question.hypotheses.iter().map(|one| label(item.readings.get(&one.id))).collect(),
    });
    let matrix = Matrix::new(hypotheses, evidence.collect())?;
    let ratios = LikelihoodRatios::KASS_RAFTERY;
    let judged = |sharing| Judged {
        sharing,
        scores: hypotheses::scores(&matrix, sharing),
        posterior: hypotheses::posterior(&matrix, &ratios, sharing, DRAWS, seed),
        diagnosticity: hypotheses::diagnosticity(&matrix, &ratios, sharing),
        sensitivity: hypotheses::sensitivity(&matrix, &ratios, sharing),
    };
    let (each, by_origin) = (judged(Sharing::Each), judged(Sharing::ByOrigin));
    Ok(Answered { question: question.id.clone(), matrix, each, by_origin })
}

/// The statement's identifier, or the place of the item among those of its question.
fn name(question: &Question, i: usize) -> String {
    let own = question.evidence[i].statement.as_ref();
    let is_first = |id: &String| !question.evidence[..i].iter().any(|item| item.statement.as_ref() == Some(id));
    own.filter(|id| is_first(id)).cloned().unwrap_or_else(|| format!("item {}", i + 1))
}

fn source_of<'a>(case: &'a Case, item: &'a Evidence) -> Option<&'a str> {
    let stated = item.statement.as_deref().and_then(|id| case.envelope(id)).map(|envelope| envelope.source.as_str());
    stated.or(item.source.as_deref())
}

/// By the grades of source and information; from 0 to 1 where nothing is known of either.
fn weight(case: &Case, item: &Evidence) -> Range {
    let stated = item.statement.as_deref().and_then(|id| case.envelope(id)).map(|envelope| envelope.credibility);
    let credibility: Credibility = stated.unwrap_or(item.credibility);
    let grade = source_of(case, item).and_then(|id| case.source(id)).map_or(Reliability::F, |s| s.reliability);
    let letter = grade.as_str().chars().next().unwrap_or('F');
    weight_of_grade(letter, u8::from(credibility)).unwrap_or(Range { low: 0.0, high: 1.0 })
}

/// The sources of the matter that a source goes back to; itself where it leans on none of them.
fn origins(case: &Case, source: &str, speaking: &BTreeSet<&str>) -> Vec<String> {
    let mut behind: BTreeSet<&str> = BTreeSet::new();
    let mut next: Vec<&str> = leaning(case, source).collect();
    while let Some(id) = next.pop() {
        if behind.insert(id) {
            next.extend(leaning(case, id));
        }
    }
    let found: Vec<String> = behind.intersection(speaking).map(|id| (*id).to_owned()).collect();
    if found.is_empty() { vec![source.to_owned()] } else { found }
}

fn leaning<'a>(case: &'a Case, source: &str) -> impl Iterator<Item = &'a str> {
    case.source(source).into_iter().flat_map(|source| source.leans_on.iter().map(String::as_str))
}

fn label(reading: Option<&Consistency>) -> Label {
    match reading {
        Some(Consistency::CC) => Label::CC,
        Some(Consistency::C) => Label::C,
        Some(Consistency::N) => Label::N,
        Some(Consistency::I) => Label::I,
        Some(Consistency::II) => Label::II,
        Some(Consistency::NotApplicable) | None => Label::NotApplicable,
    }
}

#[cfg(test)]
mod tests {
    use casefile_case::read_files;

    use super::*;

    fn case(tables: &str) -> Case {
        let mut text = String::from(
            "[case]\nformat = 1\nid = \"x\"\ntitle = \"x\"\n\
             [[actor]]\nid = \"a\"\nname = \"A\"\nkind = \"armed-group\"\n[[actor]]\nid = \"b\"\nname = \"B\"\nkind = \"armed-group\"\n",
        );
        for (id, grade, leans) in
            [("first", "B", ""), ("echo", "B", "\"first\""), ("else", "A", ""), ("rumour", "E", "")]
        {
            text += &format!(
                "[[source]]\nid = \"{id}\"\ntype = \"report\"\ntitle = \"x\"\nauthor = [\"{id}\"]\nreliability = \"{grade}\"\nleans-on = [{leans}]\n"
            );
        }
        let loaded = read_files(&[("case.toml", text + tables)]);
        assert!(loaded.case.is_some(), "{:?}", loaded.diagnostics);
        loaded.case.unwrap()
    }

    fn tie(id: &str, source: &str, more: &str) -> String {
        format!(
            "[[relation]]\nid = \"{id}\"\nkind = \"alliance\"\nfrom = \"a\"\nto = \"b\"\nsource = \"{source}\"\ncredibility = 2\n{more}\n"
        )
    }

    #[test]
    fn an_echo_is_no_second_voice_and_a_rumour_none() {
        let case = case(
            &[
                tie("said", "first", ""),
                tie("echoed", "echo", "supports = [\"said\"]"),
                tie("also", "else", "supports = [\"said\"]"),
                tie("heard", "rumour", "supports = [\"said\"]"),
                tie("denied", "else", "negated = true"),
            ]
            .concat(),
        );
        let found = supported(&case, &sources(&case).unwrap(), "said").unwrap();
        assert_eq!(found.voices, ["echo", "else", "first"]);
        assert_eq!((found.support.least, found.support.most), (2, 2));
        assert!(voices(&case, "denied").is_empty());
    }

    #[test]
    fn evidence_weighs_by_grade_and_shares_its_origin() {
        let question = "[[question]]\nid = \"q\"\ntext = \"?\"\n\
            [[question.hypothesis]]\nid = \"yes\"\ntext = \"Yes.\"\n[[question.hypothesis]]\nid = \"no\"\ntext = \"No.\"\n\
            [[question.evidence]]\nstatement = \"said\"\nreadings = { yes = \"C\", no = \"I\" }\n\
            [[question.evidence]]\nstatement = \"echoed\"\nreadings = { yes = \"C\", no = \"I\" }\n\
            [[question.evidence]]\ntext = \"x\"\nsource = \"else\"\nreadings = { yes = \"II\" }\n";
        let case = case(&[tie("said", "first", ""), tie("echoed", "echo", ""), question.to_owned()].concat());
        let found = answer(&case, case.question("q").unwrap(), 1).unwrap();
        let items = found.matrix.evidence();
        assert_eq!(items[0].weight, Range::exact(0.8 * 0.8));
        assert_eq!((items[2].id.as_str(), items[2].weight), ("item 3", Range { low: 0.0, high: 1.0 }));
        assert_eq!(items[2].labels, [Label::II, Label::NotApplicable]);
        // Two echoes of one origin count in full, or as one.
        assert!((found.each.scores[1].weighted.low - 1.28).abs() < 1e-9);
        assert!((found.by_origin.scores[1].weighted.low - 0.64).abs() < 1e-9);
    }
}
