//! `casefile measure CASE network`: who is tied to whom.

use casefile_brief::figure::{Figure, Options, network as figure_of};
use casefile_brief::figures;
use casefile_case::Case;
use casefile_measure::network::{self, Built, Picture, Shift, span};
use casefile_model::claim::Selection;
use casefile_model::date::{Edtf, Span};
use casefile_stats::network::{
    Fate, NetworkError, PairChange, Paths, Presence, Reading as Certainty, Sign, Stance, Way, paths,
};
use clap::Args;
use serde_json::json;

use super::reading::{Grid, Reading};
use super::selection::period;
use super::{Desk, caveats, observed};
use crate::open::Failure;

/// Rows of a table; the others are in the result as JSON.
const ROWS: usize = 20;
/// Statements named for one step of a way.
const KEYS: usize = 4;
/// Triads below which their balance says nothing.
const FEWEST_TRIADS: usize = 10;

/// Who is tied to whom: degrees, betweenness, camps, structural balance, what changed, and ways between two actors
#[derive(Args)]
pub struct Arguments {
    /// The ties of this day or period: 2016-06-01, 2020; the case's period where absent
    #[arg(long, value_name = "DATE", value_parser = period)]
    at: Option<Edtf>,
    /// What changed since this day or period
    #[arg(long, value_name = "DATE", value_parser = period, requires = "after")]
    before: Option<Edtf>,
    /// What changed until this day or period
    #[arg(long, value_name = "DATE", value_parser = period, requires = "before")]
    after: Option<Edtf>,
    /// Take the dyads of events as ties too
    #[arg(long)]
    events: bool,
    /// The dataset of the events; the one that covers the period best where absent
    #[arg(long, value_name = "ID", requires = "events")]
    dataset: Option<String>,
    /// The ways between two actors, with the statement of every step
    #[arg(long, num_args = 2, value_names = ["FROM", "TO"])]
    path: Vec<String>,
    /// Take ways of at most so many steps; the shortest ones where absent
    #[arg(long, value_name = "STEPS", requires = "path")]
    longest: Option<usize>,
    /// Take ties only from their first actor to their second
    #[arg(long, requires = "path")]
    along: bool,
    /// Show at most so many ways
    #[arg(long, value_name = "N", default_value_t = 10, requires = "path")]
    ways: usize,
}

pub fn run(arguments: &Arguments, desk: &Desk<'_>) -> Result<Reading, Failure> {
    let case = desk.case;
    let at = arguments.at.or(case.period);
    let mut reading = Reading::default();
    let built = built(arguments, desk, at, &mut reading)?;
    let when = at.map_or(Span { start: None, end: None }, |at| at.stated());
    let picture = network::picture(&built.network, span(&when), case.seed);
    if picture.possible.links == 0 {
        return Err(Failure::Usage(format!(
            "no tie is known {}\nhint: relations with a `valid` make ties, and `--events` adds the dyads of events",
            at.map_or_else(|| "at any time".to_owned(), |at| format!("for {}", at.english()))
        )));
    }
    reading.title = at.map_or_else(|| "Network".to_owned(), |at| format!("Network: {}", at.english()));
    reading.says = sentences(case, &picture);
    reading.grids.push(actors(case, &picture));
    reading.notes.extend(notes(&built, &picture));
    let shift = arguments.before.zip(arguments.after).map(|(before, after)| {
        let found = network::shift(&built.network, span(&before.stated()), span(&after.stated()));
        reading.says.push(moved(case, &found, &before, &after));
        reading.grids.push(changes(case, &found));
        found
    });
    let ways = match arguments.path.as_slice() {
        [from, to] => {
            let found =
                ways(arguments, &built, span(&when), from, to).map_err(|error| Failure::Usage(error.to_string()))?;
            reading.says.push(told(case, &found, from, to));
            reading.grids.push(steps(case, &built, span(&when), &found));
            reading
                .notes
                .push("ways run over certain and possible ties; a statement that only may hold has a `?`".to_owned());
            Some(found)
        }
        _ => None,
    };
    reading.figure = Some(drawn(arguments, case, &built, at, &reading.title));
    reading.result = json!({ "at": at.map(|at| at.to_string()), "picture": picture, "shift": shift, "ways": ways });
    Ok(reading)
}

/// What changed, where that is asked for; else the relations at the time, or at any time.
fn drawn(arguments: &Arguments, case: &Case, built: &Built, at: Option<Edtf>, title: &str) -> Figure {
    let options = Options::wide("network");
    match (&arguments.before, &arguments.after) {
        (Some(before), Some(after)) => {
            let title = format!("Network: what changed from {} to {}", before.english(), after.english());
            let input = figures::shift::input(case, &built.network, [before, after], &[], &title);
            figure_of::change::render(&input, &options)
        }
        _ => figure_of::render(&figures::ties::input(case, at.as_ref(), &[], title), &options),
    }
}

/// The network of the relations, with events where they are asked for; and what it stands on.
fn built(arguments: &Arguments, desk: &Desk<'_>, at: Option<Edtf>, reading: &mut Reading) -> Result<Built, Failure> {
    let mut events = Vec::new();
    let stated = "the case's relations".to_owned();
    reading.source = stated.clone();
    if arguments.events {
        let mut asked: Vec<Edtf> = [arguments.before, arguments.after].into_iter().flatten().collect();
        asked.extend(at);
        // Dates of events are days, so one question for each period finds them all.
        for period in asked {
            let of = Selection { dataset: arguments.dataset.clone(), period: Some(period), ..Selection::default() };
            let data = observed(desk, &of)?;
            reading.source = format!("{stated}; {}", data.source);
            for caveat in caveats(&data) {
                if !reading.notes.contains(&caveat) {
                    reading.notes.push(caveat);
                }
            }
            reading.sql.extend(data.sql);
            events.extend(data.events);
        }
        events.sort_by(|a, b| a.id.cmp(&b.id));
        events.dedup_by(|a, b| a.id == b.id);
    }
    network::build(desk.case, &events).map_err(|error| Failure::Usage(error.to_string()))
}

fn sentences(case: &Case, picture: &Picture) -> Vec<String> {
    let (sure, any) = (&picture.certain, &picture.possible);
    let mut says = vec![format!(
        "{} actors are tied in {} pairs for certain; {} in {} with ties that only may hold.",
        sure.active, sure.links, any.active, any.links
    )];
    if let Some(most) =
        sure.degrees.iter().max_by(|a, b| a.neighbours.cmp(&b.neighbours).then_with(|| b.actor.cmp(&a.actor)))
    {
        let possible = any.degrees.iter().find(|d| d.actor == most.actor).map_or(0, |d| d.neighbours);
        says.push(format!(
            "{} has the most neighbours: {} for certain, {possible} with possible ties.",
            label(case, &most.actor),
            most.neighbours
        ));
    }
    if let Some(most) =
        sure.betweenness.iter().max_by(|a, b| a.value.total_cmp(&b.value).then_with(|| b.actor.cmp(&a.actor)))
    {
        let possible = any.betweenness.iter().find(|b| b.actor == most.actor).map_or(0.0, |b| b.value);
        says.push(format!(
            "{} lies on most of the shortest ways between others: betweenness {:.2} ({possible:.2}).",
            label(case, &most.actor),
            most.value
        ));
    }
    let camps = &sure.camps;
    says.push(format!(
        "{} camps, signed modularity {:.2} ({:.2}); {} runs agree to {:.2}.",
        camps.groups.len(),
        camps.modularity.signed,
        any.camps.modularity.signed,
        camps.runs,
        camps.agreement
    ));
    if let Some((share, null)) = sure.balance.balanced.zip(sure.balance.null.as_ref()) {
        let share = both(percent(share), any.balance.balanced.map_or_else(|| "–".to_owned(), percent));
        says.push(format!(
            "Balanced are {share} of {} triads; with signs dealt by chance as many are with probability {:.2} (90% of deals: {} to {}).",
            both(sure.balance.total, any.balance.total),
            null.p_at_least,
            percent(null.low),
            percent(null.high)
        ));
    }
    says
}

/// The actors with most neighbours.
fn actors(case: &Case, picture: &Picture) -> Grid {
    let (sure, any) = (&picture.certain, &picture.possible);
    let of = |actor: &str| {
        let degree = sure.degrees.iter().find(|d| d.actor == actor);
        let between = |side: &network::Side| side.betweenness.iter().find(|b| b.actor == actor).map(|b| b.value);
        let camp = sure.camps.groups.iter().position(|group| group.iter().any(|id| id == actor));
        (degree, between(sure), between(any), camp)
    };
    let mut all: Vec<_> = any.degrees.iter().collect();
    let sure_of = |actor: &str| of(actor).0.map_or(0, |d| d.neighbours);
    all.sort_by_key(|d| (std::cmp::Reverse((sure_of(&d.actor), d.neighbours)), d.actor.clone()));
    let rows = all.iter().take(ROWS).map(|possible| {
        let (degree, between, may_lie, camp) = of(&possible.actor);
        let counts =
            |count: fn(&casefile_stats::network::Degree) -> usize| both(degree.map_or(0, count), count(possible));
        let (between, may_lie) = (format!("{:.2}", between.unwrap_or(0.0)), format!("{:.2}", may_lie.unwrap_or(0.0)));
        vec![
            label(case, &possible.actor),
            counts(|d| d.neighbours),
            counts(|d| d.friends),
            counts(|d| d.foes),
            both(between, may_lie),
            camp.map_or_else(|| "–".to_owned(), |camp| (camp + 1).to_string()),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let title = if all.len() > ROWS {
        format!("Actors, the {ROWS} of {} with most neighbours", all.len())
    } else {
        "Actors".to_owned()
    };
    let columns = ["actor", "neighbours", "friends", "foes", "betweenness", "camp"].map(str::to_owned).to_vec();
    Grid { title, columns, rows }
}

fn notes(built: &Built, picture: &Picture) -> Vec<String> {
    let mut notes = vec![
        "in brackets with ties that only may hold; their betweenness and camps are another answer, not a bound"
            .to_owned(),
    ];
    match picture.certain.balance.total {
        0 => notes.push("no three actors are all tied to each other, so there is no balance to judge".to_owned()),
        n if n < FEWEST_TRIADS => notes.push(format!("{n} triads are too few to tell balance from chance")),
        _ => {}
    }
    if picture.certain.camps.agreement < 0.8 {
        notes.push("runs do not agree on the camps: other divisions are about as good".to_owned());
    }
    if built.fought > 0 {
        notes.push(format!(
            "{} ties are stated, {} are fought; an event weighs as much as a statement, which bears on camps, not on degrees",
            built.stated, built.fought
        ));
    }
    if built.one_sided > 0 {
        notes.push(format!("{} events against civilians make no tie", built.one_sided));
    }
    if !built.strangers.is_empty() {
        notes.push(format!(
            "{} sides of events are no actors of the case and stand under the dataset's names",
            built.strangers.len()
        ));
    }
    notes.push("the ties are those that sources tell of: who is much written about has many".to_owned());
    notes
}

fn moved(case: &Case, found: &Shift, before: &Edtf, after: &Edtf) -> String {
    let count = |fate: Fate| {
        let of = |certain: bool| {
            found.change.pairs.iter().filter(|pair| pair.fate == fate && (pair.certain || !certain)).count()
        };
        both(of(true), of(false))
    };
    let names = |ids: &[String]| {
        if ids.is_empty() {
            "nobody".to_owned()
        } else {
            ids.iter().map(|id| label(case, id)).collect::<Vec<_>>().join(", ")
        }
    };
    format!(
        "From {} to {} the ties of {} pairs appeared, of {} ended, and {} changed sign. For certain came {}; left {}.",
        before.english(),
        after.english(),
        count(Fate::Appeared),
        count(Fate::Ended),
        count(Fate::ChangedSign),
        names(&found.change.actors_appeared),
        names(&found.change.actors_left)
    )
}

/// Changed pairs, certain ones first.
fn changes(case: &Case, found: &Shift) -> Grid {
    let mut pairs: Vec<&PairChange> = found.change.pairs.iter().collect();
    pairs.sort_by_key(|pair| !pair.certain);
    let rows = pairs.iter().take(ROWS).map(|pair| {
        let fate = match pair.fate {
            Fate::Appeared => "appeared",
            Fate::Ended => "ended",
            Fate::ChangedSign => "changed sign",
        };
        let stand = |stance: Option<Stance>| stance.map_or("–", sign_of).to_owned();
        let mut keys = pair.before.keys.clone();
        keys.extend(pair.after.keys.iter().filter(|key| !pair.before.keys.contains(key)).cloned());
        vec![
            format!("{} – {}", label(case, &pair.a), label(case, &pair.b)),
            if pair.certain { fate.to_owned() } else { format!("may have {fate}") },
            stand(pair.before.stance),
            stand(pair.after.stance),
            listed(&keys),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let title = if pairs.len() > ROWS { format!("Changes, {ROWS} of {}", pairs.len()) } else { "Changes".to_owned() };
    let columns = ["pair", "ties", "before", "after", "statements"].map(str::to_owned).to_vec();
    Grid { title, columns, rows }
}

fn ways(
    arguments: &Arguments,
    built: &Built,
    when: casefile_stats::network::Span,
    from: &str,
    to: &str,
) -> Result<Paths, NetworkError> {
    let graph = built.network.graph(when, Certainty::Possible);
    let way = if arguments.along { Way::Along } else { Way::Either };
    paths(&graph, from, to, way, arguments.longest, arguments.ways)
}

fn told(case: &Case, found: &Paths, from: &str, to: &str) -> String {
    let (from, to) = (label(case, from), label(case, to));
    let Some(shortest) = found.shortest else { return format!("No way leads from {from} to {to}.") };
    let more = if found.capped { "more than " } else { "" };
    let n = found.paths.len();
    format!(
        "The shortest way from {from} to {to} takes {shortest} step{}; {more}{n} way{} of the length asked for.",
        plural(shortest),
        if n == 1 { " is" } else { "s are" }
    )
}

fn steps(case: &Case, built: &Built, when: casefile_stats::network::Span, found: &Paths) -> Grid {
    let may = |key: &str| {
        let tie = built.network.ties().iter().find(|tie| tie.key == key);
        tie.is_none_or(|tie| tie.validity.during(when) != Presence::Certainly)
    };
    let rows = found.paths.iter().enumerate().flat_map(|(n, path)| {
        path.steps.iter().enumerate().map(move |(i, step)| {
            let mut kinds: Vec<&str> = step.ties.iter().map(|tie| tie.kind.as_str()).collect();
            kinds.dedup();
            let keys: Vec<String> = step
                .ties
                .iter()
                .map(|tie| if may(&tie.key) { format!("{}?", tie.key) } else { tie.key.clone() })
                .collect();
            vec![
                if i == 0 { format!("{}{}", n + 1, path.sign.map_or("", sign)) } else { String::new() },
                format!("{} → {}", label(case, &step.from), label(case, &step.to)),
                format!("{} {}", sign_of(step.stance), kinds.join(", ")),
                listed(&keys),
            ]
        })
    });
    let rows = rows.collect();
    Grid { title: "Ways".to_owned(), columns: ["way", "step", "tie", "statements"].map(str::to_owned).to_vec(), rows }
}

fn listed(keys: &[String]) -> String {
    match keys.len() {
        n if n > KEYS => format!("{} and {} more", keys[..KEYS].join(", "), n - KEYS),
        _ => keys.join(", "),
    }
}

fn sign(sign: Sign) -> &'static str {
    match sign {
        Sign::Positive => " +",
        Sign::Negative => " −",
        Sign::Neutral => "",
    }
}

fn sign_of(stance: Stance) -> &'static str {
    match stance {
        Stance::Positive => "+",
        Stance::Negative => "−",
        Stance::Mixed => "±",
        Stance::Neutral => "0",
    }
}

fn label(case: &Case, id: &str) -> String {
    case.actor(id).map_or_else(|| id.to_owned(), |actor| actor.label().to_owned())
}

/// `13 (14)`; the certain alone where both are the same.
fn both<T: PartialEq + std::fmt::Display>(certain: T, possible: T) -> String {
    if certain == possible { certain.to_string() } else { format!("{certain} ({possible})") }
}

fn percent(p: f64) -> String {
    format!("{:.0}%", p * 100.0)
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}
