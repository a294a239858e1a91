//! `casefile measure CASE hypotheses`: how independent the sources are, and what the evidence says of open questions.

use casefile_brief::figure::{Options, matrix};
use casefile_brief::figures;
use casefile_case::Case;
use casefile_measure::hypotheses::{Answered, Judged, Supported, answer, sources, supported};
use casefile_model::question::Question;
use casefile_stats::hypotheses::{Posterior, Range, Tampering};
use clap::Args;
use serde_json::json;

use super::Desk;
use super::reading::{Grid, Reading};
use crate::open::Failure;
use crate::show;

/// Rows of a table; the others are in the result as JSON.
const ROWS: usize = 15;
/// Letters of an answer in a table.
const WIDTH: usize = 60;

/// How many independent voices statements have, and which answer to an open question the evidence leaves standing
#[derive(Args)]
pub struct Arguments {
    /// The independent voices for this statement; may be repeated
    #[arg(long, value_name = "ID")]
    statement: Vec<String>,
    /// This question of the case; may be repeated
    #[arg(long, value_name = "ID")]
    question: Vec<String>,
}

pub fn run(arguments: &Arguments, desk: &Desk<'_>) -> Result<Reading, Failure> {
    let case = desk.case;
    let all = arguments.statement.is_empty() && arguments.question.is_empty();
    let questions: Vec<&Question> =
        if all { case.questions.iter().collect() } else { asked(case, &arguments.question)? };
    let statements = if all { claims(case) } else { arguments.statement.clone() };
    if questions.is_empty() && statements.is_empty() {
        return Err(Failure::Usage(
            "the case has neither claims nor questions\nhint: write a `[[question]]` with hypotheses and evidence"
                .to_owned(),
        ));
    }
    let mut reading = Reading {
        title: format!("Hypotheses: {}", case.title),
        source: "the case's statements and sources".to_owned(),
        ..Reading::default()
    };
    let mut answers = Vec::new();
    for question in questions {
        let found = answer(case, question, case.seed).map_err(|error| Failure::Usage(error.to_string()))?;
        tell(question, &found, &mut reading);
        // One picture: that of the first question.
        if reading.figure.is_none() {
            let input = figures::hypotheses::input(question, &found, &question.text);
            reading.figure = Some(matrix::render(&input, &Options::wide("hypotheses")));
        }
        answers.push(found);
    }
    let graph = sources(case).map_err(|error| Failure::Usage(error.to_string()))?;
    let mut voices = Vec::new();
    for id in &statements {
        case.envelope(id).ok_or_else(|| Failure::Usage(format!("there is no statement `{id}` in the case")))?;
        voices.push(supported(case, &graph, id).map_err(|error| Failure::Usage(error.to_string()))?);
    }
    if !voices.is_empty() {
        reading.says.push(support_of(&voices));
        reading.grids.push(supports(&voices));
        reading.notes.push(
            "voices from least to most: least if every tie makes sources one, most if only repeating one that speaks does; \
             ties that are not declared are not known"
                .to_owned(),
        );
    }
    reading.result = json!({ "questions": answers, "support": voices });
    Ok(reading)
}

fn asked<'a>(case: &'a Case, ids: &[String]) -> Result<Vec<&'a Question>, Failure> {
    let one = |id: &String| {
        case.question(id).ok_or_else(|| {
            let known: Vec<String> = case.questions.iter().map(|question| format!("`{}`", question.id)).collect();
            let hint = if known.is_empty() {
                "the case asks none: write a `[[question]]`".to_owned()
            } else {
                known.join(", ")
            };
            Failure::Usage(format!("there is no question `{id}` in the case\nhint: {hint}"))
        })
    };
    ids.iter().map(one).collect()
}

fn claims(case: &Case) -> Vec<String> {
    case.claims.iter().map(|claim| claim.envelope.id.clone()).collect()
}

fn tell(question: &Question, found: &Answered, reading: &mut Reading) {
    if found.matrix.evidence().is_empty() {
        reading.notes.push(format!("“{}” has no evidence yet", question.text));
        return;
    }
    let text = |id: &str| {
        let own = question.hypotheses.iter().find(|one| one.id == id).map_or(id, |one| one.text.as_str());
        format!("“{}”", own.trim_end_matches('.'))
    };
    reading.says.push(question.text.clone());
    let least = found.by_origin.scores.iter().filter(|score| score.weighted_rank == 1);
    let least: Vec<String> = least.map(|score| text(&score.hypothesis)).collect();
    reading.says.push(format!("Least speaks against {}.", least.join(" and ")));
    if let Some(likeliest) = found.by_origin.posterior.iter().max_by(|a, b| a.middle.total_cmp(&b.middle)) {
        let other = found.each.posterior.iter().find(|one| one.hypothesis == likeliest.hypothesis);
        reading.says.push(format!(
            "Likeliest is {}: {} if items of one origin are one voice, {} if each counts in full.",
            text(&likeliest.hypothesis),
            chance(likeliest),
            other.map_or_else(String::new, chance)
        ));
    }
    reading.says.push(hangs_on(&found.by_origin));
    reading.grids.push(standings(question, found));
    reading.grids.push(evidence(question, found));
    reading.notes.push(
        "in brackets the least and the greatest chance that the ranges allow; one of the hypotheses is taken to be true, and no \
         chance is better than the readings"
            .to_owned(),
    );
}

/// `48% (90% of draws: 20% to 70%)`.
fn chance(posterior: &Posterior) -> String {
    let drawn = posterior.drawn.as_ref().map_or_else(String::new, |drawn| {
        format!(" (90% of draws: {} to {})", percent(drawn.low), percent(drawn.high))
    });
    format!("{}{drawn}", percent(posterior.middle))
}

fn hangs_on(judged: &Judged) -> String {
    let of = |tampering: Tampering| -> Vec<String> {
        let turns = judged
            .sensitivity
            .iter()
            .filter(|shift| shift.tampering == tampering && (shift.leader_changes || shift.likeliest_changes));
        turns.map(|shift| shift.evidence.clone()).collect()
    };
    let (dropped, flipped) = (of(Tampering::Dropped), of(Tampering::Flipped));
    match (dropped.as_slice(), flipped.as_slice()) {
        ([], []) => "No single item, left out or turned round, changes which answer leads.".to_owned(),
        ([], flipped) => {
            format!("No single item left out changes which answer leads; turned round, {} would.", flipped.join(", "))
        }
        (dropped, _) => format!("The answer hangs on {}: without it another leads or draws level.", dropped.join(", ")),
    }
}

fn standings(question: &Question, found: &Answered) -> Grid {
    let rows = (0..question.hypotheses.len()).map(|n| {
        let (shared, each) = (&found.by_origin, &found.each);
        let bounds = |judged: &Judged| {
            let posterior = &judged.posterior[n];
            format!(
                "{} ({} to {})",
                percent(posterior.middle),
                percent(posterior.bounds.low),
                percent(posterior.bounds.high)
            )
        };
        vec![
            question.hypotheses[n].id.clone(),
            show::cut(&question.hypotheses[n].text, WIDTH),
            format!("{:.0}", each.scores[n].inconsistency),
            range(shared.scores[n].weighted),
            bounds(shared),
            bounds(each),
        ]
    });
    let columns = ["", "answer", "against", "weighed", "chance, one voice each origin", "chance, each in full"];
    Grid { title: String::new(), columns: columns.map(str::to_owned).to_vec(), rows: rows.collect() }
}

fn evidence(question: &Question, found: &Answered) -> Grid {
    let items = found.matrix.evidence();
    let mut order: Vec<usize> = (0..items.len()).collect();
    let tells = |i: usize| found.by_origin.diagnosticity[i].decibans;
    order.sort_by(|a, b| tells(*b).total_cmp(&tells(*a)).then_with(|| a.cmp(b)));
    let rows = order.iter().map(|i| {
        let mut row = vec![items[*i].id.clone()];
        row.extend(items[*i].labels.iter().map(|label| {
            serde_json::to_value(label).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
        }));
        row.extend([range(items[*i].weight), format!("{:.1}", tells(*i)), items[*i].origins.join(", ")]);
        row
    });
    let mut columns = vec!["evidence".to_owned()];
    columns.extend(question.hypotheses.iter().map(|one| one.id.clone()));
    columns.extend(["weight", "decibans", "origin"].map(str::to_owned));
    Grid { title: "Evidence, what tells most apart first".to_owned(), columns, rows: rows.collect() }
}

fn support_of(voices: &[Supported]) -> String {
    if let [one] = voices {
        let Supported { statement, support, .. } = one;
        let origin = support
            .single_origin
            .as_ref()
            .map_or_else(String::new, |origin| format!(" All go back to {}.", origin.join(", ")));
        return format!(
            "For `{statement}` there {}, of which {} independent.{origin}",
            if support.voices == 1 { "is 1 source".to_owned() } else { format!("are {} sources", support.voices) },
            if support.least == support.most {
                format!("{} {}", support.most, if support.most == 1 { "is" } else { "are" })
            } else {
                format!("{} to {} are", support.least, support.most)
            }
        );
    }
    let at_least = |n: usize| voices.iter().filter(|one| one.support.least >= n).count();
    let alone = voices.iter().filter(|one| one.support.most <= 1).count();
    format!(
        "Of {} statements {} have at least two independent sources under every reading, {alone} have one or none.",
        voices.len(),
        at_least(2)
    )
}

fn supports(voices: &[Supported]) -> Grid {
    let mut sorted: Vec<&Supported> = voices.iter().collect();
    sorted.sort_by_key(|one| std::cmp::Reverse((one.support.least, one.support.most)));
    let rows = sorted.iter().take(ROWS).map(|one| {
        let Supported { statement, voices, support } = one;
        let independent = if support.least == support.most {
            support.most.to_string()
        } else {
            format!("{} to {}", support.least, support.most)
        };
        vec![statement.clone(), voices.len().to_string(), independent, support.independent.join(", ")]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let title = if sorted.len() > ROWS {
        format!("Independent voices, the {ROWS} best supported of {}", sorted.len())
    } else {
        "Independent voices".to_owned()
    };
    Grid { title, columns: ["statement", "sources", "independent", "such as"].map(str::to_owned).to_vec(), rows }
}

fn range(range: Range) -> String {
    if (range.high - range.low).abs() < 0.005 {
        format!("{:.2}", range.low)
    } else {
        format!("{:.2} to {:.2}", range.low, range.high)
    }
}

fn percent(p: f64) -> String {
    format!("{:.0}%", p * 100.0)
}
