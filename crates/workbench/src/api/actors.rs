//! Actors: who they are, who led them, what is said of them and of their ties.

use axum::extract::{Path, State};
use casefile_case::Case;
use casefile_model::actor::Actor;
use casefile_model::claim::{Check, Selection};
use casefile_model::statement::{Envelope, RelationKind};
use casefile_verdict::Examiner;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::case::word;
use super::claims::{ClaimLine, line};
use super::{Answer, Bench};
use crate::desk::{Desk, Good};
use crate::refusal::Refusal;

/// An actor in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActorRow {
    id: String,
    name: String,
    short: String,
    kind: String,
    aliases: Vec<String>,
    /// What it is a part of, by a statement that holds now or did.
    parent: Option<String>,
    /// Events that the claims' data hold of it; null where no dataset codes it.
    events: Option<u64>,
    /// Statements that name it.
    statements: usize,
}

/// An actor with all that is said of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActorView {
    #[schema(value_type = Object)]
    actor: Value,
    leaders: Vec<LeaderView>,
    estimates: Vec<EstimateView>,
    relations: Vec<RelationView>,
    /// Pairs of statements that contradict each other, and why.
    contradictions: Vec<(String, String, String)>,
    claims: Vec<ClaimLine>,
    events: EventsOf,
}

/// Who led it.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeaderView {
    person: String,
    name: String,
    role: Option<String>,
    /// EDTF; `from` and `to` are its ends, null where open or unknown.
    valid: Option<String>,
    from: Option<String>,
    to: Option<String>,
    ended_by: Option<String>,
    source: String,
    statement: String,
}

/// A figure that a source puts on it.
#[derive(Debug, Serialize, ToSchema)]
pub struct EstimateView {
    id: String,
    quantity: String,
    unit: String,
    says: String,
    /// Pragmatic bounds; null where open.
    low: Option<f64>,
    high: Option<f64>,
    /// EDTF.
    at: Option<String>,
    source: String,
    credibility: u8,
}

/// A tie to another actor.
#[derive(Debug, Serialize, ToSchema)]
pub struct RelationView {
    id: String,
    kind: String,
    other: String,
    /// `to`: from this actor to the other; `from`; `both` where the tie is symmetric.
    direction: &'static str,
    /// EDTF.
    valid: Option<String>,
    source: String,
    says: Option<String>,
    negated: bool,
}

/// Events of the data that name it.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct EventsOf {
    n: Option<u64>,
    first: Option<String>,
    last: Option<String>,
    /// Why there are none.
    because: Option<String>,
}

/// All actors of the case.
#[utoipa::path(get, path = "/api/actors", responses((status = 200, body = Vec<ActorRow>)))]
pub async fn actors(State(bench): State<Bench>) -> Answer<Vec<ActorRow>> {
    bench
        .answer(|desk| {
            let good = desk.good()?;
            let examiner = good.examiner(desk).ok();
            Ok(good.case.actors.iter().map(|actor| row(&good.case, examiner.as_ref(), actor)).collect())
        })
        .await
}

/// One actor: names and identifiers, leaders, estimates, ties, contradictions, claims, events.
#[utoipa::path(get, path = "/api/actors/{id}", params(("id" = String, Path)),
    responses((status = 200, body = ActorView), (status = 404, body = crate::refusal::Refused)))]
pub async fn actor(State(bench): State<Bench>, Path(id): Path<String>) -> Answer<ActorView> {
    bench.answer(move |desk| view(desk, &*desk.good()?, &id)).await
}

fn row(case: &Case, examiner: Option<&Examiner<'_>>, actor: &Actor) -> ActorRow {
    let parent = case.relations.iter().find(|relation| {
        relation.kind == RelationKind::PartOf && relation.from == actor.id && !relation.envelope.negated
    });
    ActorRow {
        id: actor.id.clone(),
        name: actor.name.clone(),
        short: actor.label().to_owned(),
        kind: word(&actor.kind),
        aliases: actor.aliases.clone(),
        parent: parent.map(|relation| relation.to.clone()),
        events: examiner.and_then(|examiner| events(examiner, &actor.id).n),
        statements: statements(case, &actor.id).len(),
    }
}

/// Events over all time, by the first and last period that holds any.
fn events(examiner: &Examiner<'_>, actor: &str) -> EventsOf {
    let of = Selection { actor: vec![actor.to_owned()], ..Selection::default() };
    match examiner.reach(&of) {
        Ok(reach) => EventsOf {
            n: Some(reach.events),
            first: reach.first.map(|day| day.to_string()),
            last: reach.last.map(|day| day.to_string()),
            because: None,
        },
        Err(because) => EventsOf { because: Some(because), ..EventsOf::default() },
    }
}

/// Every statement that names the actor: as one of its parties, or as whom it is attributed to.
fn statements<'a>(case: &'a Case, actor: &str) -> Vec<&'a Envelope> {
    let is = |id: &String| id == actor;
    let relations = case.relations.iter().filter(|s| is(&s.from) || is(&s.to)).map(|s| &s.envelope);
    let estimates = case.estimates.iter().filter(|s| is(&s.actor)).map(|s| &s.envelope);
    let events = case.events.iter().filter(|s| s.by.iter().chain(&s.against).any(is)).map(|s| &s.envelope);
    let control = case.control.iter().filter(|s| is(&s.actor)).map(|s| &s.envelope);
    let claims = case.claims.iter().filter(|s| names(s.check.as_ref(), actor)).map(|s| &s.envelope);
    let mut found: Vec<&Envelope> = relations.chain(estimates).chain(events).chain(control).chain(claims).collect();
    let told = case.statements().filter(|envelope| envelope.attributed_to.as_ref().is_some_and(is));
    for envelope in told {
        if !found.iter().any(|known| known.id == envelope.id) {
            found.push(envelope);
        }
    }
    found
}

/// Whether a check names the actor, whatever its kind: in a selection, as the one estimated, or as an item.
fn names(check: Option<&Check>, actor: &str) -> bool {
    fn within(value: &Value, actor: &str) -> bool {
        match value {
            Value::Object(keys) => keys.iter().any(|(key, value)| match (key.as_str(), value) {
                ("actor" | "against" | "item", Value::String(id)) => id == actor,
                ("actor" | "against", Value::Array(ids)) => ids.iter().any(|id| id == actor),
                (_, value) => within(value, actor),
            }),
            Value::Array(items) => items.iter().any(|item| within(item, actor)),
            _ => false,
        }
    }
    check.and_then(|check| serde_json::to_value(check).ok()).is_some_and(|check| within(&check, actor))
}

fn view(desk: &Desk, good: &Good, id: &str) -> Result<ActorView, Refusal> {
    let case = &good.case;
    let actor = case.actor(id).ok_or_else(|| Refusal::unknown("unknown-actor", format!("there is no actor `{id}`")))?;
    let claims = case.claims.iter().filter(|claim| rests_on(case, claim.check.as_ref(), id));
    Ok(ActorView {
        actor: about(actor),
        leaders: leaders(case, id),
        estimates: case.estimates.iter().filter(|estimate| estimate.actor == id).map(estimate).collect(),
        relations: relations(case, id),
        contradictions: contradictions(case, id),
        claims: claims.filter_map(|claim| line(desk, case, &claim.envelope.id)).collect(),
        events: match good.examiner(desk) {
            Ok(examiner) => events(&examiner, id),
            Err(_) => EventsOf { because: Some("the data cannot be opened".to_owned()), ..EventsOf::default() },
        },
    })
}

/// Whether a check names the actor, or rests on a statement that does.
fn rests_on(case: &Case, check: Option<&Check>, actor: &str) -> bool {
    let through = match check {
        Some(Check::Corroboration { statements, .. }) => statements.iter().any(|id| {
            let ties = case.relation(id).is_some_and(|s| s.from == actor || s.to == actor);
            let holds = case.control(id).is_some_and(|s| s.actor == actor);
            ties || holds || case.event(id).is_some_and(|s| s.by.iter().chain(&s.against).any(|id| id == actor))
        }),
        _ => false,
    };
    through || names(check, actor)
}

fn about(actor: &Actor) -> Value {
    let mut about = serde_json::to_value(actor).unwrap_or_default();
    let mut ids = Map::new();
    for coding in &actor.coded {
        let known: Vec<&String> = coding.ids.iter().chain(&coding.names).collect();
        let short = ["ucdp", "acled", "gtd"].into_iter().find(|name| coding.dataset.starts_with(name));
        ids.insert(short.unwrap_or(&coding.dataset).to_owned(), json!(known));
    }
    ids.insert("wikidata".to_owned(), json!(actor.wikidata));
    about["ids"] = Value::Object(ids);
    about["existed"] = json!(actor.exists);
    about["short"] = json!(actor.label());
    about
}

fn leaders(case: &Case, actor: &str) -> Vec<LeaderView> {
    let mut led: Vec<_> = case
        .relations
        .iter()
        .filter(|relation| relation.kind == RelationKind::Leadership && relation.to == actor)
        .filter(|relation| !relation.envelope.negated)
        .collect();
    led.sort_by_key(|relation| relation.envelope.valid.and_then(|valid| valid.earliest()));
    let view = |relation: &&casefile_model::statement::Relation| {
        let valid = relation.envelope.valid.map(|valid| valid.to_string());
        let (from, to) = valid.as_deref().map_or((None, None), ends);
        LeaderView {
            person: relation.from.clone(),
            name: case.actor(&relation.from).map_or_else(|| relation.from.clone(), |actor| actor.name.clone()),
            role: relation.role.clone(),
            valid: valid.clone(),
            from,
            to,
            ended_by: relation.ended_by.clone(),
            source: relation.envelope.source.clone(),
            statement: relation.envelope.id.clone(),
        }
    };
    led.iter().map(view).collect()
}

/// The two ends of an EDTF date as written; none where open or unknown.
fn ends(written: &str) -> (Option<String>, Option<String>) {
    let end = |text: &str| (!text.is_empty() && text != "..").then(|| text.to_owned());
    match written.split_once('/') {
        Some((from, to)) => (end(from), end(to)),
        None => (end(written), end(written)),
    }
}

fn estimate(estimate: &casefile_model::statement::Estimate) -> EstimateView {
    let bounds = estimate.value.pragmatic();
    let finite = |end: f64| end.is_finite().then_some(end);
    EstimateView {
        id: estimate.envelope.id.clone(),
        quantity: estimate.quantity.clone(),
        unit: estimate.unit.clone(),
        says: estimate.value.phrase().to_owned(),
        low: finite(bounds.lo()),
        high: finite(bounds.hi()),
        at: estimate.envelope.valid.map(|valid| valid.to_string()),
        source: estimate.envelope.source.clone(),
        credibility: estimate.envelope.credibility.number(),
    }
}

fn relations(case: &Case, actor: &str) -> Vec<RelationView> {
    let of = case.relations.iter().filter(|relation| relation.from == actor || relation.to == actor);
    let view = |relation: &casefile_model::statement::Relation| {
        let outward = relation.from == actor;
        RelationView {
            id: relation.envelope.id.clone(),
            kind: relation.kind.name().to_owned(),
            other: if outward { relation.to.clone() } else { relation.from.clone() },
            direction: if relation.kind.is_symmetric() {
                "both"
            } else if outward {
                "to"
            } else {
                "from"
            },
            valid: relation.envelope.valid.map(|valid| valid.to_string()),
            source: relation.envelope.source.clone(),
            says: relation.envelope.text.clone(),
            negated: relation.envelope.negated,
        }
    };
    of.map(view).collect()
}

/// Statements about the actor that say themselves that they contradict another, and ties that one source states and
/// another denies.
fn contradictions(case: &Case, actor: &str) -> Vec<(String, String, String)> {
    let about = statements(case, actor);
    let mut found: Vec<(String, String, String)> = Vec::new();
    for envelope in &about {
        for other in &envelope.contradicts {
            let why = envelope.note.clone().unwrap_or_else(|| "stated as contradicting".to_owned());
            found.push((envelope.id.clone(), other.clone(), why));
        }
    }
    let ties: Vec<_> = case.relations.iter().filter(|s| s.from == actor || s.to == actor).collect();
    for (i, a) in ties.iter().enumerate() {
        for b in &ties[i + 1..] {
            let same = (a.kind, &a.from, &a.to) == (b.kind, &b.from, &b.to);
            if same && a.envelope.negated != b.envelope.negated {
                let why = "one source states the tie, another denies it".to_owned();
                found.push((a.envelope.id.clone(), b.envelope.id.clone(), why));
            }
        }
    }
    found
}
