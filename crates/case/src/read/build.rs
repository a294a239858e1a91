//! Turns records into the types of the model. What is wrong with a record has been found by then: one that is not
//! whole makes nothing.

use casefile_model::actor::{Actor, ActorKind, Coding};
use casefile_model::claim::{
    Check, Claim, Concept, Dimension, Measure, Phase, Reach, Selection, Side, TimeUnit, Timing, Violence, Way,
};
use casefile_model::grade::{Credibility, Reliability};
use casefile_model::place::Point;
use casefile_model::question::{Consistency, Evidence, Hypothesis, Question};
use casefile_model::source::{Passage, Source};
use casefile_model::statement::{
    Control, Each, Envelope, Estimate, Forecast, Foreseen, Lack, Rank, Relation, RelationKind, ReportedEvent,
};

use super::record::Record;
use crate::case::Case;
use crate::dataset::{BEARINGS, BearingRule, Coverage, CoverageStatus, Dataset};
use crate::place::{Place, PlaceKind};
use crate::vocabulary::Noun;
use crate::vocabulary::words::named;

/// Adds what a record says to the case; `None` where it could not be made out.
pub(crate) fn add(case: &mut Case, record: &Record) -> Option<()> {
    let Some(noun) = record.table.noun else {
        if record.table.name == "case" {
            head(case, record);
        }
        return Some(());
    };
    let id = record.text("id")?;
    match noun {
        Noun::Dataset => dataset(record).map(|item| case.datasets.insert(id, item)),
        Noun::Source => source(record).map(|item| case.sources.insert(id, item)),
        Noun::Actor => actor(record).map(|item| case.actors.insert(id, item)),
        Noun::Place => place(record).map(|item| case.places.insert(id, item)),
        Noun::Claim => claim(record).map(|item| case.claims.insert(id, item)),
        Noun::Relation => relation(record).map(|item| case.relations.insert(id, item)),
        Noun::Estimate => estimate(record).map(|item| case.estimates.insert(id, item)),
        Noun::Event => event(record).map(|item| case.events.insert(id, item)),
        Noun::Control => control(record).map(|item| case.control.insert(id, item)),
        Noun::Forecast => forecast(record).map(|item| case.forecasts.insert(id, item)),
        Noun::Question => question(record).map(|item| case.questions.insert(id, item)),
    }
}

fn head(case: &mut Case, record: &Record) {
    case.id = record.string("id").unwrap_or_default();
    case.title = record.string("title").unwrap_or_default();
    case.summary = record.string("summary");
    case.authors = record.strings("authors");
    case.language = record.string("language").unwrap_or_else(|| "en".to_owned());
    case.period = record.date("period");
    case.seed = record.int("seed").and_then(|seed| u64::try_from(seed).ok()).unwrap_or(1);
    case.yardstick = record.string("yardstick").unwrap_or_else(|| "icd-203".to_owned());
    case.licence = record.string("licence");
    case.engine = record.string("engine");
    case.store = record.string("store");
}

fn dataset(record: &Record) -> Option<Dataset> {
    let coverage = |record: &Record| {
        Some(Coverage {
            area: record.string("area")?,
            period: record.date("period")?,
            status: named(&CoverageStatus::ALL, record.text("status")?)?,
            note: record.string("note"),
        })
    };
    let bearing = |record: &Record| {
        Some(BearingRule {
            concept: named(&Concept::ALL, record.text("concept")?)?,
            bearing: named(&BEARINGS, record.text("bearing")?)?,
            reason: record.string("reason")?,
        })
    };
    Some(Dataset {
        id: record.string("id")?,
        adapter: record.string("adapter")?,
        note: record.string("note"),
        coverage: record.tables("coverage").filter_map(coverage).collect(),
        bearings: record.tables("bearing").filter_map(bearing).collect(),
    })
}

fn source(record: &Record) -> Option<Source> {
    Some(Source {
        id: record.string("id")?,
        kind: record.string("type")?,
        title: record.string("title")?,
        authors: record.strings("author"),
        publisher: record.string("publisher"),
        issued: record.date("issued"),
        url: record.string("url"),
        doi: record.string("doi"),
        reliability: record.text("reliability")?.parse::<Reliability>().ok()?,
        licence: record.string("licence"),
        file: record.string("file"),
        sha256: record.string("sha256"),
        leans_on: record.strings("leans-on"),
        note: record.string("note"),
    })
}

fn actor(record: &Record) -> Option<Actor> {
    let coding = |record: &Record| {
        Some(Coding {
            dataset: record.string("dataset")?,
            ids: record.strings("ids"),
            names: record.strings("names"),
            within: record.string("within"),
        })
    };
    Some(Actor {
        id: record.string("id")?,
        name: record.string("name")?,
        short: record.string("short"),
        kind: named(&ActorKind::ALL, record.text("kind")?)?,
        aliases: record.strings("aliases"),
        exists: record.date("exists"),
        role: record.string("role"),
        wikidata: record.string("wikidata"),
        coded: record.tables("coded").filter_map(coding).collect(),
        note: record.string("note"),
    })
}

fn place(record: &Record) -> Option<Place> {
    Some(Place {
        id: record.string("id")?,
        name: record.string("name")?,
        kind: named(&PlaceKind::ALL, record.text("kind")?)?,
        within: record.string("within"),
        members: record.strings("members"),
        country: record.strings("country"),
        admin1: record.strings("admin1"),
        admin2: record.strings("admin2"),
        names: record.strings("names"),
        point: record.point("point").and_then(|(latitude, longitude)| Point::new(latitude, longitude).ok()),
        precision_km: record.float("precision-km"),
        note: record.string("note"),
    })
}

fn envelope(record: &Record) -> Option<Envelope> {
    let credibility = record.int("credibility").unwrap_or(6).to_string();
    Some(Envelope {
        id: record.string("id")?,
        text: record.string("text"),
        source: record.string("source")?,
        passage: record.table("passage").map(passage).unwrap_or_default(),
        attributed_to: record.string("attributed-to"),
        asserted: record.date("asserted"),
        valid: record.date("valid"),
        credibility: credibility.parse::<Credibility>().ok()?,
        hedge: record.string("hedge"),
        negated: record.bool("negated"),
        rank: record.text("rank").and_then(|name| named(&Rank::ALL, name)).unwrap_or_default(),
        supports: record.strings("supports"),
        contradicts: record.strings("contradicts"),
        tags: record.strings("tags"),
        note: record.string("note"),
    })
}

fn passage(record: &Record) -> Passage {
    Passage {
        page: record.count("page"),
        heading: record.string("heading"),
        paragraph: record.count("paragraph"),
        anchor: record.string("anchor"),
    }
}

fn claim(record: &Record) -> Option<Claim> {
    Some(Claim {
        envelope: envelope(record)?,
        topic: record.string("topic"),
        says: record.quantity("says").cloned(),
        check: record.table("check").filter(|check| check.is_whole()).and_then(check),
        untestable: record.string("untestable"),
    })
}

fn check(record: &Record) -> Option<Check> {
    let measure = || named(&Measure::ALL, record.text("measure")?);
    let of = || selection(record, None);
    Some(match record.table.name {
        "amount" => Check::Amount { measure: measure()?, of: of() },
        "change" => Check::Change {
            measure: measure()?,
            of: of(),
            before: record.date("before")?,
            after: record.date("after")?,
        },
        "comparison" => {
            Check::Comparison { measure: measure()?, of: of(), than: selection(record.table("than")?, Some(record)) }
        }
        "share" => {
            Check::Share { measure: measure()?, of: of(), whole: selection(record.table("whole")?, Some(record)) }
        }
        "extent" => Check::Extent {
            unit: named(&Dimension::ALL, record.text("unit")?)?,
            of: of(),
            total: record.count("total"),
        },
        "existence" => Check::Existence { of: of() },
        "absence" => Check::Absence { of: of() },
        "timing" => {
            Check::Timing { which: named(&Timing::ALL, record.text("which")?)?, of: of(), when: record.date("when")? }
        }
        "ranking" => Check::Ranking {
            measure: measure()?,
            of: of(),
            by: named(&Dimension::ALL, record.text("by")?)?,
            item: record.string("item")?,
            top: record.count("top").unwrap_or(1),
        },
        "estimate" => Check::Estimate {
            actor: record.string("actor")?,
            quantity: record.string("quantity")?,
            at: record.date("at")?,
            before: record.date("before"),
            per_day: record.bool("per-day"),
        },
        "relation" => {
            Check::Corroboration { statements: record.strings("statements"), least: record.count("least").unwrap_or(1) }
        }
        _ => return over_time_and_space(record).or_else(|| of_actors(record)),
    })
}

/// Checks of change, spread, hot spots, contagion and leadership over events.
fn over_time_and_space(record: &Record) -> Option<Check> {
    let of = || selection(record, None);
    Some(match record.table.name {
        "onset" => Check::Onset { of: of(), when: record.date("when")? },
        "trend" => Check::Trend { of: of() },
        "shift" => Check::Shift {
            of: of(),
            whole: selection(record.table("whole")?, Some(record)),
            before: record.date("before")?,
            after: record.date("after")?,
        },
        "spread" => Check::Spread {
            reach: named(&Reach::ALL, record.text("reach")?)?,
            of: of(),
            before: record.date("before")?,
            after: record.date("after")?,
        },
        "turnover" => Check::Turnover {
            of: of(),
            before: record.date("before")?,
            after: record.date("after")?,
            gained: record.strings("gained"),
            lost: record.strings("lost"),
        },
        "hotspot" => Check::Hotspot {
            of: of(),
            spot: record.string("spot")?,
            phase: record.text("phase").and_then(|name| named(&Phase::ALL, name)),
        },
        "contagion" => Check::Contagion { of: of() },
        "aftermath" => Check::Aftermath {
            of: of(),
            led: record.string("led")?,
            leader: record.string("leader")?,
            weeks: record.count("weeks").unwrap_or(8),
        },
        _ => return None,
    })
}

/// Checks of networks, leaders, strength and hypotheses over statements.
fn of_actors(record: &Record) -> Option<Check> {
    let kinds = || record.strings("kinds").iter().filter_map(|name| named(&RelationKind::ALL, name)).collect();
    let quantity = || record.string("quantity").unwrap_or_else(|| "strength".to_owned());
    Some(match record.table.name {
        "ties" => Check::Ties {
            actor: record.string("actor")?,
            kinds: kinds(),
            way: record.text("way").and_then(|name| named(&Way::ALL, name)).unwrap_or_default(),
            at: record.date("at")?,
            before: record.date("before"),
        },
        "path" => Check::Path {
            from: record.string("from")?,
            to: record.string("to")?,
            kinds: kinds(),
            steps: record.count("steps").unwrap_or(2),
            at: record.date("at")?,
        },
        "centrality" => Check::Centrality {
            actor: record.string("actor")?,
            at: record.date("at")?,
            top: record.count("top").unwrap_or(1),
        },
        "tenure" => Check::Tenure {
            actor: record.string("actor")?,
            leader: record.string("leader")?,
            unit: record.text("unit").and_then(|name| named(&TimeUnit::ALL, name)).unwrap_or_default(),
        },
        "strength" => Check::Strength {
            actor: record.string("actor")?,
            quantity: quantity(),
            at: record.date("at")?,
            before: record.date("before"),
        },
        "regeneration" => {
            Check::Regeneration { actor: record.string("actor")?, quantity: quantity(), over: record.date("over")? }
        }
        "hypothesis" => Check::Hypothesis { question: record.string("question")?, answers: record.strings("answers") },
        _ => return None,
    })
}

/// A selection; keys that it lacks are those of the `base` that it varies.
fn selection(record: &Record, base: Option<&Record>) -> Selection {
    let of = |key: &str| if record.has(key) { record } else { base.unwrap_or(record) };
    let measure = base.unwrap_or(record).text("measure").and_then(|name| named(&Measure::ALL, name));
    Selection {
        dataset: of("dataset").string("dataset"),
        actor: of("actor").strings("actor"),
        side: of("side").text("side").and_then(|name| named(&Side::ALL, name)).unwrap_or_default(),
        against: of("against").strings("against"),
        with_parts: of("with-parts").bool("with-parts"),
        dyad: of("dyad").strings("dyad"),
        violence: of("violence").strings("violence").iter().filter_map(|name| named(&Violence::ALL, name)).collect(),
        place: of("place").strings("place"),
        period: of("period").date("period"),
        min_deaths: of("min-deaths").count("min-deaths"),
        max_place_km: of("max-place-km").float("max-place-km"),
        max_date_days: of("max-date-days").count("max-date-days"),
        concept: of("concept")
            .text("concept")
            .and_then(|name| named(&Concept::ALL, name))
            .unwrap_or_else(|| usual_concept(measure)),
    }
}

/// What a source counts where the case does not say: deaths for deaths, and events as datasets count them.
fn usual_concept(measure: Option<Measure>) -> Concept {
    match measure {
        Some(Measure::Deaths | Measure::OwnDeaths | Measure::OpponentDeaths | Measure::CivilianDeaths) => {
            Concept::Deaths
        }
        Some(Measure::Events) | None => Concept::LethalEvents,
    }
}

fn relation(record: &Record) -> Option<Relation> {
    Some(Relation {
        envelope: envelope(record)?,
        kind: named(&RelationKind::ALL, record.text("kind")?)?,
        from: record.string("from")?,
        to: record.string("to")?,
        count: record.quantity("count").cloned(),
        role: record.string("role"),
        ended_by: record.string("ended-by"),
    })
}

fn estimate(record: &Record) -> Option<Estimate> {
    Some(Estimate {
        envelope: envelope(record)?,
        actor: record.string("actor")?,
        quantity: record.string("quantity")?,
        unit: record.string("unit")?,
        value: record.quantity("value")?.clone(),
    })
}

fn event(record: &Record) -> Option<ReportedEvent> {
    Some(ReportedEvent {
        envelope: envelope(record)?,
        kind: record.string("kind")?,
        when: record.date("when")?,
        place: record.string("place"),
        by: record.strings("by"),
        against: record.strings("against"),
        deaths: record.quantity("deaths").cloned(),
        mode: record.string("mode"),
    })
}

fn control(record: &Record) -> Option<Control> {
    Some(Control {
        envelope: envelope(record)?,
        actor: record.string("actor")?,
        place: record.string("place")?,
        status: record.string("status")?,
    })
}

fn forecast(record: &Record) -> Option<Forecast> {
    Some(Forecast {
        envelope: envelope(record)?,
        place: record.string("place"),
        measure: record.text("measure").and_then(|name| named(&Foreseen::ALL, name)),
        actor: record.string("actor"),
        violence: record.strings("violence").iter().filter_map(|name| named(&Violence::ALL, name)).collect(),
        at_least: record.count("at-least").unwrap_or(1),
        each: record.text("each").and_then(|name| named(&Each::ALL, name)).unwrap_or_default(),
        over: record.date("over"),
        probability: record.float("probability"),
        given: record.string("given"),
        lacks: record.strings("lacks").iter().filter_map(|name| named(&Lack::ALL, name)).collect(),
    })
}

fn question(record: &Record) -> Option<Question> {
    let hypothesis = |record: &Record| {
        Some(Hypothesis {
            id: record.string("id")?,
            text: record.string("text")?,
            prior: record.float("prior").unwrap_or(1.0),
            note: record.string("note"),
        })
    };
    Some(Question {
        id: record.string("id")?,
        text: record.string("text")?,
        note: record.string("note"),
        hypotheses: record.tables("hypothesis").filter_map(hypothesis).collect(),
        evidence: record.tables("evidence").filter_map(evidence).collect(),
    })
}

fn evidence(record: &Record) -> Option<Evidence> {
    let reading = |(name, word): &(String, String)| Some((name.clone(), named(&Consistency::ALL, word)?));
    let credibility = record.int("credibility").unwrap_or(6).to_string();
    Some(Evidence {
        statement: record.string("statement"),
        text: record.string("text"),
        source: record.string("source"),
        credibility: credibility.parse::<Credibility>().ok()?,
        readings: record.labels("readings").iter().filter_map(reading).collect(),
        note: record.string("note"),
    })
}
