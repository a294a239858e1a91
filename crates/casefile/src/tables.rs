//! The case's own tables, for SQL: what sources say beside what data say.

use casefile_case::Case;
use casefile_lake::{Lake, LakeError, Values};
use casefile_model::date::Edtf;
use casefile_model::quantity::HedgedQuantity;
use casefile_model::statement::Envelope;
use casefile_verdict::Report;

/// Columns of one table.
type Columns = Vec<(&'static str, Values)>;

/// Registers every table of the case.
pub fn register(lake: &Lake, case: &Case) -> Result<(), LakeError> {
    lake.register_rows("sources", sources(case))?;
    lake.register_rows("actors", actors(case))?;
    lake.register_rows("codings", codings(case))?;
    lake.register_rows("places", places(case))?;
    lake.register_rows("claims", claims(case))?;
    lake.register_rows("relations", relations(case))?;
    lake.register_rows("estimates", estimates(case))?;
    lake.register_rows("reported_events", reported_events(case))?;
    lake.register_rows("control", control(case))?;
    lake.register_rows("forecasts", forecasts(case))
}

/// Registers the verdicts.
pub fn register_verdicts(lake: &Lake, report: &Report) -> Result<(), LakeError> {
    let findings = &report.findings;
    lake.register_rows(
        "verdicts",
        vec![
            ("claim", text(findings, |f| Some(f.claim.clone()))),
            ("check", text(findings, |f| Some(f.check.clone()))),
            ("verdict", text(findings, |f| Some(f.verdict.name().to_owned()))),
            ("reason", text(findings, |f| Some(f.reason.name().to_owned()))),
            ("because", text(findings, |f| Some(f.because.clone()))),
            ("figure", text(findings, |f| f.computed.as_ref().map(|v| v.display.clone()))),
            ("best", Values::Real(findings.iter().map(|f| f.computed.as_ref()?.best).collect())),
            ("low", Values::Real(findings.iter().map(|f| f.computed.as_ref()?.low).collect())),
            ("high", Values::Real(findings.iter().map(|f| f.computed.as_ref()?.high).collect())),
            ("probability", Values::Real(findings.iter().map(|f| f.probability).collect())),
        ],
    )
}

fn text<'a, T: 'a>(items: impl IntoIterator<Item = &'a T>, value: impl Fn(&T) -> Option<String>) -> Values {
    Values::Text(items.into_iter().map(value).collect())
}

fn date(date: Option<&Edtf>) -> Option<String> {
    date.map(ToString::to_string)
}

/// The columns of the envelope, for statements of one kind.
fn envelope<T>(items: &[&T], of: impl Fn(&T) -> &Envelope + Copy) -> Columns {
    vec![
        ("id", Values::Text(items.iter().map(|s| Some(of(s).id.clone())).collect())),
        ("text", Values::Text(items.iter().map(|s| of(s).text.clone()).collect())),
        ("source", Values::Text(items.iter().map(|s| Some(of(s).source.clone())).collect())),
        ("attributed_to", Values::Text(items.iter().map(|s| of(s).attributed_to.clone()).collect())),
        ("valid", Values::Text(items.iter().map(|s| date(of(s).valid.as_ref())).collect())),
        ("valid_from", Values::Day(items.iter().map(|s| of(s).valid.as_ref()?.earliest()).collect())),
        ("valid_to", Values::Day(items.iter().map(|s| of(s).valid.as_ref()?.latest()).collect())),
        ("credibility", Values::Text(items.iter().map(|s| Some(of(s).credibility.to_string())).collect())),
        ("hedge", Values::Text(items.iter().map(|s| of(s).hedge.clone()).collect())),
        ("negated", Values::Int(items.iter().map(|s| Some(i64::from(of(s).negated))).collect())),
    ]
}

/// The columns of a hedged quantity: the phrase and the ends of its bounds.
fn quantity<T>(items: &[&T], name: [&'static str; 3], of: impl Fn(&T) -> Option<&HedgedQuantity>) -> Columns {
    vec![
        (name[0], Values::Text(items.iter().map(|s| of(s).map(|q| q.phrase().to_owned())).collect())),
        (name[1], Values::Real(items.iter().map(|s| of(s).map(|q| q.pragmatic().lo())).collect())),
        (name[2], Values::Real(items.iter().map(|s| of(s).map(|q| q.pragmatic().hi())).collect())),
    ]
}

fn sources(case: &Case) -> Columns {
    vec![
        ("id", text(&case.sources, |s| Some(s.id.clone()))),
        ("kind", text(&case.sources, |s| Some(s.kind.clone()))),
        ("title", text(&case.sources, |s| Some(s.title.clone()))),
        ("publisher", text(&case.sources, |s| s.publisher.clone())),
        ("issued", text(&case.sources, |s| date(s.issued.as_ref()))),
        ("reliability", text(&case.sources, |s| Some(s.reliability.to_string()))),
        ("leans_on", text(&case.sources, |s| Some(s.leans_on.join(";")))),
        ("url", text(&case.sources, |s| s.url.clone())),
    ]
}

fn actors(case: &Case) -> Columns {
    vec![
        ("id", text(&case.actors, |a| Some(a.id.clone()))),
        ("name", text(&case.actors, |a| Some(a.name.clone()))),
        ("kind", text(&case.actors, |a| serde_json::to_value(a.kind).ok()?.as_str().map(str::to_owned))),
        ("exists", text(&case.actors, |a| date(a.exists.as_ref()))),
        ("wikidata", text(&case.actors, |a| a.wikidata.clone())),
    ]
}

/// One row for each name or identifier under which a dataset codes an actor: what events join with.
fn codings(case: &Case) -> Columns {
    let rows: Vec<[String; 4]> = case
        .actors
        .iter()
        .flat_map(|actor| actor.coded.iter().map(move |coding| (actor, coding)))
        .flat_map(|(actor, coding)| {
            let row =
                |kind: &str, value: &String| [actor.id.clone(), coding.dataset.clone(), kind.to_owned(), value.clone()];
            let ids: Vec<_> = coding.ids.iter().map(|id| row("id", id)).collect();
            let names: Vec<_> = coding.names.iter().map(|name| row("name", name)).collect();
            ids.into_iter().chain(names)
        })
        .collect();
    let column = |i: usize| Values::Text(rows.iter().map(|row| Some(row[i].clone())).collect());
    vec![("actor", column(0)), ("dataset", column(1)), ("kind", column(2)), ("code", column(3))]
}

fn places(case: &Case) -> Columns {
    vec![
        ("id", text(&case.places, |p| Some(p.id.clone()))),
        ("name", text(&case.places, |p| Some(p.name.clone()))),
        ("kind", text(&case.places, |p| serde_json::to_value(p.kind).ok()?.as_str().map(str::to_owned))),
        ("within", text(&case.places, |p| p.within.clone())),
        ("latitude", Values::Real(case.places.iter().map(|p| Some(p.point.as_ref()?.lat())).collect())),
        ("longitude", Values::Real(case.places.iter().map(|p| Some(p.point.as_ref()?.lon())).collect())),
    ]
}

fn claims(case: &Case) -> Columns {
    let items: Vec<_> = case.claims.iter().collect();
    let mut columns = envelope(&items, |s| &s.envelope);
    columns.extend(quantity(&items, ["says", "says_low", "says_high"], |s| s.says.as_ref()));
    columns.push(("topic", text(&case.claims, |s| s.topic.clone())));
    columns.push(("check", text(&case.claims, |s| s.check.as_ref().map(|c| c.name().to_owned()))));
    columns
}

fn relations(case: &Case) -> Columns {
    let items: Vec<_> = case.relations.iter().collect();
    let mut columns = envelope(&items, |s| &s.envelope);
    columns.push(("kind", text(&case.relations, |s| Some(s.kind.name().to_owned()))));
    columns.push(("from_actor", text(&case.relations, |s| Some(s.from.clone()))));
    columns.push(("to_actor", text(&case.relations, |s| Some(s.to.clone()))));
    columns.push(("role", text(&case.relations, |s| s.role.clone())));
    columns.push(("ended_by", text(&case.relations, |s| s.ended_by.clone())));
    columns
}

fn estimates(case: &Case) -> Columns {
    let items: Vec<_> = case.estimates.iter().collect();
    let mut columns = envelope(&items, |s| &s.envelope);
    columns.push(("actor", text(&case.estimates, |s| Some(s.actor.clone()))));
    columns.push(("quantity", text(&case.estimates, |s| Some(s.quantity.clone()))));
    columns.push(("unit", text(&case.estimates, |s| Some(s.unit.clone()))));
    columns.extend(quantity(&items, ["value", "value_low", "value_high"], |s| Some(&s.value)));
    columns
}

fn reported_events(case: &Case) -> Columns {
    let items: Vec<_> = case.events.iter().collect();
    let mut columns = envelope(&items, |s| &s.envelope);
    columns.push(("kind", text(&case.events, |s| Some(s.kind.clone()))));
    columns.push(("when", text(&case.events, |s| Some(s.when.to_string()))));
    columns.push(("from_day", Values::Day(case.events.iter().map(|s| s.when.earliest()).collect())));
    columns.push(("to_day", Values::Day(case.events.iter().map(|s| s.when.latest()).collect())));
    columns.push(("place", text(&case.events, |s| s.place.clone())));
    columns.push(("by", text(&case.events, |s| Some(s.by.join(";")))));
    columns.push(("against", text(&case.events, |s| Some(s.against.join(";")))));
    columns.push(("mode", text(&case.events, |s| s.mode.clone())));
    columns.extend(quantity(&items, ["deaths", "deaths_low", "deaths_high"], |s| s.deaths.as_ref()));
    columns
}

fn control(case: &Case) -> Columns {
    let items: Vec<_> = case.control.iter().collect();
    let mut columns = envelope(&items, |s| &s.envelope);
    columns.push(("actor", text(&case.control, |s| Some(s.actor.clone()))));
    columns.push(("place", text(&case.control, |s| Some(s.place.clone()))));
    columns.push(("status", text(&case.control, |s| Some(s.status.clone()))));
    columns
}

fn forecasts(case: &Case) -> Columns {
    let items: Vec<_> = case.forecasts.iter().collect();
    let mut columns = envelope(&items, |s| &s.envelope);
    columns.push(("place", text(&case.forecasts, |s| s.place.clone())));
    columns.push((
        "measure",
        text(&case.forecasts, |s| serde_json::to_value(s.measure?).ok()?.as_str().map(str::to_owned)),
    ));
    columns.push(("actor", text(&case.forecasts, |s| s.actor.clone())));
    columns.push((
        "at_least",
        Values::Int(case.forecasts.iter().map(|s| s.measure.map(|_| i64::from(s.at_least))).collect()),
    ));
    columns.push(("each", text(&case.forecasts, |s| s.measure.map(|_| s.each.name().to_owned()))));
    columns.push(("over", text(&case.forecasts, |s| date(s.over.as_ref()))));
    columns.push(("probability", Values::Real(case.forecasts.iter().map(|s| s.probability).collect())));
    columns.push(("given", text(&case.forecasts, |s| s.given.clone())));
    let lacks = |s: &casefile_model::statement::Forecast| {
        let names: Vec<&str> = s.lacks.iter().map(|lack| lack.name()).collect();
        names.join(";")
    };
    columns.push(("lacks", text(&case.forecasts, |s| Some(lacks(s)))));
    columns
}
