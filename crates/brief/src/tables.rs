//! Tables by directive.

use casefile_model::statement::Rank;
use casefile_verdict::finding::Verdict;

use crate::context::Context;
use crate::html::{element, escape, table};
use crate::keys::Keys;
use crate::markdown::Directive;
use crate::slip::Slip;
use crate::{evidence, mark, words};

mod forecast;

/// The kinds of table.
const KINDS: [&str; 5] = ["claims", "sources", "estimates", "forecast", "outlook"];

/// The table that a directive asks for.
pub(crate) fn draw(context: &Context<'_>, directive: &Directive) -> Result<String, Vec<Slip>> {
    match directive.kind.text.as_str() {
        "claims" => claims(context, directive),
        "sources" => sources(context, directive),
        "estimates" => estimates(context, directive),
        "forecast" => forecast::models(context, directive),
        "outlook" => forecast::words(context, directive),
        other => {
            let slip = Slip::new("unknown-table", directive.kind.at.clone(), format!("there is no table `{other}`"));
            Err(vec![slip.one_of(other, KINDS)])
        }
    }
}

/// The verdicts by the words that a directive may name them with.
const VERDICTS: [(&str, Verdict); 5] = [
    ("supported", Verdict::Supported),
    ("consistent", Verdict::Consistent),
    ("mixed", Verdict::Mixed),
    ("contradicted", Verdict::Contradicted),
    ("not-testable", Verdict::NotTestable),
];

fn claims(context: &Context<'_>, directive: &Directive) -> Result<String, Vec<Slip>> {
    let mut keys = Keys::new(context, directive, &["topic", "verdict", "check"]);
    let only = keys.one("verdict", &VERDICTS);
    let (topic, check) = (keys.text("topic"), keys.text("check"));
    if let Some(topic) = topic {
        let topics: Vec<&str> = context.input.case.claims.iter().filter_map(|claim| claim.topic.as_deref()).collect();
        if !topics.contains(&topic) {
            let at = directive.attributes.get("topic").map_or(directive.at.clone(), |word| word.at.clone());
            let known: std::collections::BTreeSet<&str> = topics.into_iter().collect();
            let slip = Slip::new("unknown-word", at, format!("no claim has the topic `{topic}`"));
            keys.slips.push(slip.one_of(topic, known));
        }
    }
    let title = keys.title(String::new);
    let title = keys.finish(title)?;
    let rows = context.input.case.claims.iter().filter_map(|claim| {
        let id = &claim.envelope.id;
        let verdict = context.verdict(id);
        let is_kind = check.is_none_or(|name| claim.check.as_ref().is_some_and(|check| check.name() == name));
        let is_shown = topic.is_none_or(|topic| claim.topic.as_deref() == Some(topic)) && is_kind;
        (is_shown && only.is_none_or(|only| only == verdict)).then(|| {
            let text = claim.envelope.text.as_deref().unwrap_or(id);
            vec![mark::link(verdict, id), escape(text), evidence::gist(claim, context.finding(id))]
        })
    });
    let rows: Vec<Vec<String>> = rows.collect();
    Ok(or_none(&escape(&title), &["Verdict", "Claim", "Claimed → computed"], &rows))
}

fn sources(context: &Context<'_>, directive: &Directive) -> Result<String, Vec<Slip>> {
    let keys = Keys::new(context, directive, &[]);
    let title = keys.title(String::new);
    let title = keys.finish(title)?;
    let rows = context.input.case.sources.iter().map(|source| {
        let grade = format!("{} – {}", source.reliability, source.reliability.meaning());
        vec![context.source_link(&source.id), escape(&source.title), escape(&grade)]
    });
    Ok(or_none(&escape(&title), &["Source", "Title", "Reliability"], &rows.collect::<Vec<_>>()))
}

fn estimates(context: &Context<'_>, directive: &Directive) -> Result<String, Vec<Slip>> {
    let mut keys = Keys::new(context, directive, &["actor", "quantity"]);
    let actors = keys.actors("actor");
    let quantity = keys.text("quantity");
    let title = keys.title(String::new);
    let (actors, title) = keys.finish((actors, title))?;
    let mut chosen: Vec<_> = context
        .input
        .case
        .estimates
        .iter()
        .filter(|e| actors.is_empty() || actors.contains(&e.actor))
        .filter(|e| quantity.is_none_or(|quantity| e.quantity == quantity))
        .collect();
    chosen.sort_by(|a, b| (a.envelope.valid, &a.envelope.id).cmp(&(b.envelope.valid, &b.envelope.id)));
    let rows = chosen.iter().map(|e| {
        let when = e.envelope.valid.map_or(String::new(), |date| date.english());
        let denied = if e.envelope.negated { " (denied)" } else { "" };
        let superseded = if e.envelope.rank == Rank::Deprecated { " (superseded)" } else { "" };
        vec![
            escape(&words::capitalised(&when)),
            escape(context.actor_name(&e.actor)),
            escape(&e.quantity.replace('-', " ")),
            format!("“{}” {}{denied}{superseded}", escape(e.value.phrase()), escape(&e.unit)),
            words::bounds(&e.value.strict(), e.value.kind()),
            context.source_link(&e.envelope.source),
        ]
    });
    let head = ["When", "Of", "What", "In the source’s words", "That is", "Source"];
    Ok(or_none(&escape(&title), &head, &rows.collect::<Vec<_>>()))
}

pub(super) fn or_none(caption: &str, head: &[&str], rows: &[Vec<String>]) -> String {
    if rows.is_empty() {
        return element("p", "none", "There is nothing to list here.") + "\n";
    }
    table(caption, head, rows, &[]) + "\n"
}
