//! An open question of the case: its answers, the evidence, and what follows.

use casefile_measure::hypotheses::{Answered, Judged, answer};
use casefile_model::question::Question;
use casefile_stats::hypotheses::{Label, Tampering};

use super::missing;
use crate::context::Context;
use crate::figure::{self, matrix};
use crate::keys::Keys;
use crate::markdown::Directive;
use crate::slip::Slip;

pub(super) fn hypotheses(context: &Context<'_>, directive: &Directive, id: &str) -> Result<String, Vec<Slip>> {
    let case = context.input.case;
    let mut keys = Keys::new(context, directive, &["question"]);
    keys.require("question", "ID");
    let questions = keys.questions("question");
    let asked = questions.first().and_then(|id| case.question(id));
    let title = keys.title(|| asked.map_or_else(String::new, |question| question.text.clone()));
    let (asked, title) = keys.finish((asked, title))?;
    let Some(question) = asked else { return Ok(String::new()) };
    Ok(match answer(case, question, case.seed) {
        Err(error) => missing(id, &title, &error.to_string()),
        Ok(found) => {
            let input = input(question, &found, &title);
            figure::html(id, "Readings as coded in the case.", |options| matrix::render(&input, options))
        }
    })
}

/// The figure of an answered question.
#[must_use]
pub fn input(question: &Question, found: &Answered, title: &str) -> matrix::Matrix {
    let chance = |judged: &Judged, n: usize| {
        judged.posterior.get(n).map_or([0.0; 3], |p| [p.middle, p.bounds.low, p.bounds.high])
    };
    let hypotheses = question.hypotheses.iter().enumerate().map(|(n, one)| matrix::Hypothesis {
        id: one.id.clone(),
        text: one.text.clone(),
        shared: chance(&found.by_origin, n),
        each: chance(&found.each, n),
    });
    let items = found.matrix.evidence();
    let decibans = |i: usize| found.by_origin.diagnosticity.get(i).map_or(0.0, |one| one.decibans);
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by(|a, b| decibans(*b).total_cmp(&decibans(*a)).then_with(|| a.cmp(b)));
    let turns = |name: &str, tampering: Tampering| {
        let of = found.by_origin.sensitivity.iter().filter(|s| s.evidence == name && s.tampering == tampering);
        of.into_iter().any(|shift| shift.leader_changes || shift.likeliest_changes)
    };
    let evidence = order.into_iter().map(|i| matrix::Item {
        name: items[i].id.clone(),
        readings: items[i].labels.iter().map(|label| reading(*label)).collect(),
        decibans: decibans(i),
        turns: [Tampering::Dropped, Tampering::Flipped].map(|tampering| turns(&items[i].id, tampering)),
        origin: items[i].origins.join(", "),
    });
    matrix::Matrix { title: title.to_owned(), hypotheses: hypotheses.collect(), evidence: evidence.collect() }
}

fn reading(label: Label) -> matrix::Reading {
    match label {
        Label::CC => matrix::Reading::CC,
        Label::C => matrix::Reading::C,
        Label::N => matrix::Reading::N,
        Label::I => matrix::Reading::I,
        Label::II => matrix::Reading::II,
        Label::NotApplicable => matrix::Reading::Nothing,
    }
}
