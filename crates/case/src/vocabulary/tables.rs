//! The tables of the format and their keys.
//!
//! The order here is the order of the reference page. Where a key means the same in two tables it stands in one
//! group that both share.

use super::words::{self, DOI, ENGINE, ID, LANGUAGE, PATH, SHA256, URL, WIKIDATA};
use super::{Field, Kind, Noun, Table};
use Kind::{Bool, Date, Float, Hedge, Id, Int, List, NewId, OneOf, OneOrMore, Point, Quantity, Tables, Text, Word};

const fn must(name: &'static str, kind: Kind, doc: &'static str, example: &'static str) -> Field {
    Field { name, kind, required: true, default: None, doc, example }
}

const fn may(name: &'static str, kind: Kind, doc: &'static str, example: &'static str) -> Field {
    Field { name, kind, required: false, default: None, doc, example }
}

impl Field {
    const fn or(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }
}

const fn table(name: &'static str, doc: &'static str, parts: &'static [&'static [Field]]) -> Table {
    Table { name, doc, parts, also_required: &[], at_least_one: None, variants: &[], noun: None }
}

impl Table {
    const fn of(mut self, noun: Noun) -> Self {
        self.noun = Some(noun);
        self
    }

    const fn with_one_of(mut self, keys: &'static [&'static str], why: &'static str) -> Self {
        self.at_least_one = Some((keys, why));
        self
    }

    const fn requiring(mut self, keys: &'static [&'static str]) -> Self {
        self.also_required = keys;
        self
    }
}

const A_SOURCE: Kind = Id(&[Noun::Source]);
const AN_ACTOR: Kind = Id(&[Noun::Actor]);
const A_PLACE: Kind = Id(&[Noun::Place]);
const A_STATEMENT: Kind = Id(&Noun::STATEMENTS);

/// Every table that may stand at the top of a file, in the order of the reference.
pub static TOP: [&Table; 13] = [
    &CASE, &DATASET, &PHRASE, &SOURCE, &ACTOR, &PLACE, &CLAIM, &RELATION, &ESTIMATE, &EVENT, &CONTROL, &FORECAST,
    &QUESTION,
];

/// Tables that only `case.toml` may hold.
pub static CASE_FILE_ONLY: [&str; 3] = ["case", "dataset", "phrase"];

/// The table of that name at the top of a file.
pub fn top(name: &str) -> Option<&'static Table> {
    TOP.iter().find(|table| table.name == name).copied()
}

/// `[case]`.
pub static CASE: Table = table(
    "case",
    "What the case is called and about. It stands once, in `case.toml`.",
    &[&[
        must("format", Int(1, 1), "Version of this format.", "1"),
        must("id", Word(&ID), "Short name of the case, for file names and citations.", "\"khorasan\""),
        must("title", Text, "Title, as the briefing shows it.", "\"IS Khorasan Province, 2014 to 2022\""),
        may(
            "summary",
            Text,
            "What the case asks, in a few sentences.",
            "\"What a report says, and what the data bear out.\"",
        ),
        may("authors", List(&Text), "Who wrote the case.", "[\"Doe, Jane\"]"),
        may("language", Word(&LANGUAGE), "Language of the case's own text.", "\"en\"").or("\"en\""),
        may("period", Date, "What time the case is about.", "\"2014/2022\""),
        may("seed", Int(0, i64::MAX), "Seed of every random result, so that a second run gives the same.", "20220212")
            .or("1"),
        may(
            "yardstick",
            OneOf(&words::YARDSTICKS),
            "Which scale words of likelihood are read by and written in, where a source does not say.",
            "\"phia\"",
        )
        .or("\"icd-203\""),
        may("licence", Text, "Licence of the case's own text.", "\"CC-BY-4.0\""),
        may(
            "engine",
            Word(&ENGINE),
            "What answers questions about the data, unless the command line or the environment names another.",
            "\"ballista://10.0.0.1:50050\"",
        )
        .or("\"embedded\""),
        may(
            "store",
            Text,
            "Where the machines of a cluster find the rows: a folder that they share, or `s3://BUCKET/PREFIX`; the case's own folder where absent.",
            "\"s3://bucket/lake\"",
        ),
    ]],
);

/// `[[dataset]]`.
pub static DATASET: Table = table(
    "dataset",
    "Event data that bear on the case, and what they cover. Stands in `case.toml`; `casefile data add` writes it.",
    &[&[
        must("id", NewId, "Name of the dataset in this case.", "\"ucdp-ged\""),
        must("adapter", Word(&ID), "What reads its files.", "\"ucdp-ged\""),
        may("note", Text, "Remark.", "\"Extract for Afghanistan.\""),
        may("coverage", Tables(&COVERAGE), "Where and when it is complete. What is not listed is partial.", ""),
        may("bearing", Tables(&BEARING), "Overrides how its figures bear on what sources count.", ""),
    ]],
)
.of(Noun::Dataset);

/// `[[dataset.coverage]]`.
pub static COVERAGE: Table = table(
    "coverage",
    "How far a dataset covers an area in a period.",
    &[&[
        must(
            "area",
            Text,
            "Country or first-order unit as the dataset spells it, `*` for everywhere.",
            "\"Afghanistan\"",
        ),
        must("period", Date, "When.", "\"2020\""),
        must(
            "status",
            OneOf(&words::COVERAGE),
            "`complete`: every event that it counts; `partial`: a lower bound; `none`: not covered.",
            "\"complete\"",
        ),
        may("note", Text, "Why.", "\"Full release for the year.\""),
    ]],
);

/// `[[dataset.bearing]]`.
pub static BEARING: Table = table(
    "bearing",
    "How the figures of a dataset bear on what a source counts, where the dataset's own description does not fit.",
    &[&[
        must("concept", OneOf(&words::CONCEPTS), "What the source counts.", "\"attacks\""),
        must(
            "bearing",
            OneOf(&words::BEARINGS),
            "`exact`: the same; `at-least`: the data are a lower bound; `at-most`: an upper bound; `overlapping`: neither.",
            "\"overlapping\"",
        ),
        must("reason", Text, "Why.", "\"Sources count attacks without deaths too.\""),
    ]],
);

/// `[[phrase]]`.
pub static PHRASE: Table = table(
    "phrase",
    "Overrides a rule of the built-in table of phrases, key by key, or adds one. Stands in `case.toml`.",
    &[&[
        must("name", Word(&ID), "Name of the rule; one that is built in is changed.", "\"around\""),
        may(
            "form",
            OneOf(&words::PHRASE_FORMS),
            "What part the rule plays in a phrase. Required for a new rule.",
            "\"hedge\"",
        ),
        may(
            "words",
            List(&Text),
            "The words; for hedges those before the number, for units the plural.",
            "[\"around\", \"about\"]",
        ),
        may("after", List(&Text), "For hedges: words after the number.", "[\"or so\"]"),
        may("one", List(&Text), "For units: the word after a number.", "[\"dozen\"]"),
        may("nouns", List(&Text), "For growth and decline: nouns.", "[\"increase\"]"),
        may("values", Kind::Numbers, "For fractions, multiples and cuts: words with their values.", "{ doubled = 2 }"),
        may("kind", OneOf(&words::QUANTITY_KINDS), "What is measured.", "\"count\""),
        may("value", Float(0.0, f64::INFINITY), "For units: their value.", "12"),
        may("top", Float(0.0, f64::INFINITY), "For units: where the next order starts.", "100"),
        may("step", Float(0.0, f64::INFINITY), "For fractions and cuts: the step they are rounded to.", "0.05"),
        may(
            "strict",
            Text,
            "Bounds outside which the statement is false, `n` being the number and `t` its tolerance.",
            "\"[n - t, n + t]\"",
        ),
        may("pragmatic", Text, "Bounds in which a careful reader expects the figure.", "\"[n - t/2, n + t/2]\""),
        may("times-strict", Text, "For amounts before a unit: strict bounds of the number of units.", "\"[2, 10)\""),
        may(
            "times-pragmatic",
            Text,
            "For amounts before a unit: pragmatic bounds of the number of units.",
            "\"[3, 7]\"",
        ),
        may("approximates", Bool, "For hedges: only loosens what it stands before.", "true"),
        may("noun", Bool, "Whether the thing counted may follow.", "true"),
        may(
            "tolerance",
            Kind::Table(&TOLERANCE),
            "Tolerance, where it differs from the table's.",
            "{ floor = 0.1, cap = 0.25, least = 1 }",
        ),
        may("why", Text, "The reasoning behind the bounds.", "\"This publisher rounds to tens.\""),
        may(
            "sources",
            List(&Text),
            "References of the built-in table that bear the reasoning out.",
            "[\"ferson2015\"]",
        ),
    ]],
);

/// `tolerance = { … }` of a phrase.
pub static TOLERANCE: Table = table(
    "tolerance",
    "How wide a hedge is at a number: its round step, kept within these limits.",
    &[&[
        must("floor", Float(0.0, f64::INFINITY), "Least, as a part of the number.", "0.1"),
        must("cap", Float(0.0, f64::INFINITY), "Greatest, as a part of the number.", "0.25"),
        must("least", Float(0.0, f64::INFINITY), "Least for a count, in units.", "1"),
    ]],
);

/// `[[source]]`.
pub static SOURCE: Table = table(
    "source",
    "A bibliographic record, after the Citation Style Language (CSL), with an Admiralty grade.",
    &[&[
        must("id", NewId, "Identifier.", "\"un-s-2022-83\""),
        must("type", OneOf(&words::SOURCE_TYPES), "CSL item type.", "\"report\""),
        must("title", Text, "Title as published.", "\"Twenty-ninth report of the Monitoring Team\""),
        may(
            "author",
            List(&Text),
            "Authors, persons as `Family, Given`, or the body that issued it.",
            "[\"Doe, Jane\"]",
        ),
        may("publisher", Text, "Who published it.", "\"United Nations Security Council\""),
        may("issued", Date, "Date of publication.", "\"2022-02-03\""),
        may("url", Word(&URL), "Where it can be read.", "\"https://example.org/report\""),
        may("doi", Word(&DOI), "Digital object identifier, without the resolver's address.", "\"10.1000/182\""),
        must(
            "reliability",
            OneOf(&words::RELIABILITY),
            "Admiralty reliability, `A` completely reliable to `E` unreliable; `F` where it cannot be judged.",
            "\"B\"",
        ),
        may("licence", Text, "Terms under which it may be used, as its publisher states them.", "\"CC-BY-4.0\""),
        may(
            "file",
            Word(&PATH),
            "A copy kept beside the case, never published. It need not be there.",
            "\"documents/report.txt\"",
        ),
        may(
            "sha256",
            Word(&SHA256),
            "SHA-256 of that copy.",
            "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"",
        ),
        may(
            "leans-on",
            List(&A_SOURCE),
            "Sources that this one is known to rest on: what makes two reports one.",
            "[\"un-s-2022-83\"]",
        ),
        may("note", Text, "Remark.", "\"Written before the takeover of Kabul.\""),
    ]],
)
.of(Noun::Source);

/// `[[actor]]`.
pub static ACTOR: Table = table(
    "actor",
    "An organisation, force, population, or a person in a public role that a published source names.",
    &[&[
        must("id", NewId, "Identifier.", "\"iskp\""),
        must("name", Text, "Name, as the briefing shows it.", "\"Islamic State Khorasan Province\""),
        may("short", Text, "Short name for figures; the name itself where absent.", "\"ISKP\""),
        must("kind", OneOf(&words::ACTOR_KINDS), "What it is.", "\"armed-group\""),
        may("aliases", List(&Text), "Other names in use.", "[\"IS-K\", \"Daesh Khorasan\"]"),
        may("exists", Date, "When it existed.", "\"2015-01/..\""),
        may("role", Text, "Public role: required for a `public-figure`, and only there.", "\"head of state\""),
        may("wikidata", Word(&WIKIDATA), "Wikidata item.", "\"Q16999000\""),
        may("note", Text, "Remark.", "\"UCDP codes all of IS as one actor.\""),
        may("coded", Tables(&CODED), "How datasets code it. Needed by checks against events.", ""),
    ]],
)
.of(Noun::Actor);

/// `[[actor.coded]]`.
pub static CODED: Table = table(
    "coded",
    "How one dataset codes an actor.",
    &[&[
        must("dataset", Word(&ID), "Dataset or adapter.", "\"ucdp-ged\""),
        may("ids", List(&Text), "Identifiers of the actor in that dataset.", "[\"234\"]"),
        may("names", List(&Text), "Exact names of sides in that dataset.", "[\"IS\"]"),
        may("within", A_PLACE, "Place outside which the code means another branch.", "\"afghanistan\""),
    ]],
)
.with_one_of(&["ids", "names"], "a coding says by which ids or names the dataset knows the actor");

/// `[[place]]`.
pub static PLACE: Table = table(
    "place",
    "A place, or a region made of places, and how datasets spell it.",
    &[&[
        must("id", NewId, "Identifier.", "\"nangarhar\""),
        must("name", Text, "Name, as the briefing shows it.", "\"Nangarhar\""),
        must("kind", OneOf(&words::PLACE_KINDS), "What it is.", "\"admin1\""),
        may("within", A_PLACE, "Place that holds it.", "\"afghanistan\""),
        may("members", List(&A_PLACE), "Places that make it up, for a region.", "[\"jawzjan\", \"faryab\"]"),
        may("country", List(&Text), "Country, as datasets spell it.", "[\"Afghanistan\"]"),
        may("admin1", List(&Text), "First-order unit, as datasets spell it.", "[\"Nangarhar province\"]"),
        may("admin2", List(&Text), "Second-order unit, as datasets spell it.", "[\"Achin district\"]"),
        may("names", List(&Text), "Names of the place itself, as datasets spell them.", "[\"Jalalabad town\"]"),
        may("point", Point, "Latitude and longitude in degrees, WGS 84.", "[34.43, 70.45]"),
        may("precision-km", Float(0.0, f64::INFINITY), "Radius in km within which it lies about the point.", "5"),
        may("note", Text, "Remark.", "\"Spelling of 2020.\""),
    ]],
)
.of(Noun::Place);

/// What every statement carries.
static ENVELOPE: [Field; 15] = [
    must("id", NewId, "Identifier.", "\"attacks-2020\""),
    may("text", Text, "The statement, in your own words.", "\"IS carried out around 60 attacks in 2020.\""),
    must("source", A_SOURCE, "Source that makes it.", "\"un-s-2022-83\""),
    may("passage", Kind::Table(&PASSAGE), "Where in the source.", "{ page = 3, paragraph = 12 }"),
    may("attributed-to", AN_ACTOR, "Actor to whom the source attributes it (reported speech).", "\"un\""),
    may("asserted", Date, "When it was asserted; the source's `issued` where absent.", "\"2021-11-17\""),
    may("valid", Date, "When what it says holds.", "\"2020\""),
    may(
        "credibility",
        Int(1, 6),
        "Admiralty credibility, 1 confirmed to 5 improbable; 6 where it cannot be judged.",
        "2",
    )
    .or("6"),
    may("hedge", Hedge, "Word of likelihood or modality, as the source puts it.", "\"likely\""),
    may("negated", Bool, "The source denies it.", "true").or("false"),
    may("rank", OneOf(&words::RANKS), "Which of several statements on one matter is shown first.", "\"preferred\"")
        .or("\"normal\""),
    may("supports", List(&A_STATEMENT), "Statements that this one bears out.", "[\"attacks-2020\"]"),
    may("contradicts", List(&A_STATEMENT), "Statements that this one speaks against.", "[\"attacks-2020\"]"),
    may("tags", List(&Text), "Words to find it by.", "[\"attacks\"]"),
    may("note", Text, "Remark.", "\"Counts lethal and other attacks.\""),
];

/// `passage = { … }`.
pub static PASSAGE: Table = table(
    "passage",
    "Where in a source a statement is made. The quoted text is never stored.",
    &[&[
        may("page", Int(1, u32::MAX as i64), "Page, as printed.", "3"),
        may("heading", Text, "Heading under which it stands.", "\"Attacks\""),
        may("paragraph", Int(1, u32::MAX as i64), "Paragraph number, from 1, in reading order.", "12"),
        may("anchor", Text, "Quote anchor, as `casefile anchor` prints it.", ""),
    ]],
)
.with_one_of(&["page", "heading", "paragraph"], "a passage names a place in the source");

/// `[[claim]]`.
pub static CLAIM: Table = table(
    "claim",
    "A sentence that can be true or false.",
    &[
        &ENVELOPE,
        &[
            may(
                "topic",
                Text,
                "What it is about: strength, attacks, territory, finance, leadership, alliances …",
                "\"attacks\"",
            ),
            may("says", Quantity, "The figure, in the source's words.", "\"around 60\""),
            may("untestable", Text, "Why no data can test it.", "\"No data record intentions.\""),
            may("check", Kind::Table(&CHECK), "How it is tested.", ""),
        ],
    ],
)
.of(Noun::Claim)
.requiring(&["text"])
.with_one_of(&["check", "untestable"], "a claim says how it is tested, or why it cannot be");

/// Which events a check is about, the period aside.
static SELECTION: [Field; 11] = [
    may("dataset", Id(&[Noun::Dataset]), "Dataset; every one of the case where absent.", "\"ucdp-ged\""),
    may("actor", OneOrMore(&AN_ACTOR), "Actors, any of which takes part.", "\"iskp\""),
    may(
        "side",
        OneOf(&words::SIDES),
        "On which side the actors stand: `a` is the government, the perpetrator or the first group.",
        "\"a\"",
    )
    .or("\"any\""),
    may("against", OneOrMore(&AN_ACTOR), "Actors, any of which stands on the other side.", "[\"taliban\"]"),
    may("with-parts", Bool, "Count the actors' parts too (`part-of` relations).", "true").or("false"),
    may("dyad", List(&Text), "Dyads, by the dataset's identifiers.", "[\"14119\"]"),
    may("violence", List(&OneOf(&words::VIOLENCE)), "Types of organised violence (UCDP).", "[\"one-sided\"]"),
    may("place", OneOrMore(&A_PLACE), "Places, any of which holds the event.", "\"nangarhar\""),
    may("min-deaths", Int(0, u32::MAX as i64), "Least number of deaths of an event, best estimate.", "10"),
    may("max-place-km", Float(0.0, f64::INFINITY), "Coarsest precision of place admitted, in km.", "25"),
    may("max-date-days", Int(1, u32::MAX as i64), "Coarsest precision of date admitted, in days.", "31"),
];

static PERIOD: [Field; 1] = [may("period", Date, "When.", "\"2020\"")];

static CONCEPT: [Field; 1] = [may(
    "concept",
    OneOf(&words::CONCEPTS),
    "What the source counts. Default: `deaths` for measures of deaths, else `lethal-events`.",
    "\"attacks\"",
)];

static MEASURE: [Field; 1] = [must("measure", OneOf(&words::MEASURES), "What is counted.", "\"events\"")];

static PERIODS: [Field; 2] =
    [must("before", Date, "Period before.", "\"2020\""), must("after", Date, "Period after.", "\"2021\"")];

static WHOLE: [Field; 1] =
    [must("whole", Kind::Table(&OTHER), "The whole, which contains the part.", "{ place = [] }")];

/// A period with both ends, for what is measured over time.
static STUDY: [Field; 1] = [must("period", Date, "The period, with a first and a last day.", "\"2020\"")];

/// The estimates that a model of size rests on.
static ESTIMATED: [Field; 2] = [
    must("actor", AN_ACTOR, "The group.", "\"iskp\""),
    may("quantity", Text, "Quantity of the case's estimates.", "\"strength\"").or("\"strength\""),
];

static TIE_KINDS: Kind = OneOf(&words::RELATION_KINDS);

/// A selection that stands inside a check: `than`, `whole`.
pub static OTHER: Table = table(
    "selection",
    "Which events: keys given here replace those of the check, and an empty list drops one.",
    &[&SELECTION, &PERIOD],
);

/// `[claim.check]`.
pub static CHECK: Table = Table {
    name: "check",
    doc: "How a claim is tested. `kind` decides which keys there are.",
    parts: &[],
    also_required: &[],
    at_least_one: None,
    variants: &CHECKS,
    noun: None,
};

static CHECKS: [Table; 26] = [
    table(
        "amount",
        "A number of events or deaths. The claim's `says` is a count.",
        &[&MEASURE, &SELECTION, &PERIOD, &CONCEPT],
    ),
    table(
        "change",
        "The daily rate in one period against that in another. `says` is a ratio: \"doubled\", \"fell\".",
        &[&MEASURE, &PERIODS, &SELECTION, &CONCEPT],
    ),
    table(
        "comparison",
        "One selection against another. `says` is a ratio: \"more\", \"twice as many\".",
        &[
            &MEASURE,
            &[must("than", Kind::Table(&OTHER), "What it is compared with.", "{ actor = \"taliban\" }")],
            &SELECTION,
            &PERIOD,
            &CONCEPT,
        ],
    ),
    table(
        "share",
        "A part of a whole. `says` is a share: \"most\", \"a third\".",
        &[&MEASURE, &WHOLE, &SELECTION, &PERIOD, &CONCEPT],
    ),
    table(
        "extent",
        "Over how many places events are spread. `says` is a count, or a share of `total`.",
        &[
            &[
                must("unit", OneOf(&words::PLACE_UNITS), "Unit of place.", "\"admin1\""),
                may("total", Int(1, u32::MAX as i64), "Number of such units in all, where `says` is a share.", "34"),
            ],
            &SELECTION,
            &PERIOD,
            &CONCEPT,
        ],
    ),
    table("existence", "At least one event. No `says`.", &[&SELECTION, &PERIOD, &CONCEPT]),
    table("absence", "No event. No `says`.", &[&SELECTION, &PERIOD, &CONCEPT]),
    table(
        "timing",
        "When something was first or last seen, or at its height. No `says`.",
        &[
            &[
                must("which", OneOf(&words::TIMINGS), "Which date; `peak` is the month with most events.", "\"first\""),
                must("when", Date, "When the source says it was.", "\"2015\""),
            ],
            &SELECTION,
            &PERIOD,
            &CONCEPT,
        ],
    ),
    table(
        "ranking",
        "The place of one item among its kind. No `says`.",
        &[
            &MEASURE,
            &[
                must("by", OneOf(&words::DIMENSIONS), "Among what.", "\"admin1\""),
                must(
                    "item",
                    Text,
                    "Which: the id of a place or actor, or a date for months and years.",
                    "\"nangarhar\"",
                ),
                may("top", Int(1, u32::MAX as i64), "It is said to be among the first so many.", "2").or("1"),
            ],
            &SELECTION,
            &PERIOD,
            &CONCEPT,
        ],
    ),
    table(
        "onset",
        "When events set in or became frequent: the posterior of the day within `period`. No `says`.",
        &[&[must("when", Date, "When the source says it was.", "\"2020-08\"")], &SELECTION, &STUDY, &CONCEPT],
    ),
    table(
        "trend",
        "How the rate grew or fell within one period: the fitted rate at its end over that at its beginning. `says` is a ratio: \"grew\", \"doubled\".",
        &[&SELECTION, &STUDY, &CONCEPT],
    ),
    table(
        "shift",
        "How a part's share of all events changed: the share after over the share before. `says` is a ratio: \"grew\", \"doubled\".",
        &[&PERIODS, &WHOLE, &SELECTION, &CONCEPT],
    ),
    table(
        "spread",
        "How far events reach after against before. `says` is a ratio; for `centre` a count of km.",
        &[
            &[must(
                "reach",
                OneOf(&words::REACHES),
                "`admin1`, `admin2`: the number of active provinces, districts; `area`: the land in active grid cells; `centre`: how far the mean centre moved.",
                "\"admin1\"",
            )],
            &PERIODS,
            &SELECTION,
            &CONCEPT,
        ],
    ),
    table(
        "turnover",
        "Places that events came to, or left. No `says`; no `place`.",
        &[
            &PERIODS,
            &[
                may(
                    "gained",
                    OneOrMore(&A_PLACE),
                    "Places without such events before and with some after.",
                    "[\"kunduz\"]",
                ),
                may(
                    "lost",
                    OneOrMore(&A_PLACE),
                    "Places with such events before and without any after.",
                    "[\"jawzjan\"]",
                ),
            ],
            &SELECTION,
            &CONCEPT,
        ],
    )
    .with_one_of(&["gained", "lost"], "a turnover says which places were gained or lost"),
    table(
        "hotspot",
        "A place at which more happened than chance explains. No `says`.",
        &[
            &[
                must("spot", A_PLACE, "The place that is said to be one.", "\"nangarhar\""),
                may(
                    "phase",
                    OneOf(&words::PHASES),
                    "What became of it, month by month; without it the claim is of a burst: more there and then than place and time alone explain.",
                    "\"emerging\"",
                ),
            ],
            &SELECTION,
            &STUDY,
            &CONCEPT,
        ],
    ),
    table(
        "contagion",
        "Events that lead to further events: the branching ratio of a self-exciting process. `says`, if any, is the share of events that others led to.",
        &[&SELECTION, &STUDY, &CONCEPT],
    ),
    table(
        "aftermath",
        "The rate of events in the weeks after the loss of a leader against that in the weeks before. `says` is a ratio.",
        &[
            &[
                must("led", AN_ACTOR, "The actor that was led.", "\"iskp\""),
                must("leader", AN_ACTOR, "The leader who was lost.", "\"hafiz-saeed-khan\""),
                may("weeks", Int(2, 520), "Weeks on either side.", "8").or("8"),
            ],
            &SELECTION,
            &STUDY,
            &CONCEPT,
        ],
    ),
    table(
        "ties",
        "How many others an actor is tied to, by the relations that other sources state. `says` is a count; a ratio with `before`.",
        &[&[
            must("actor", AN_ACTOR, "Whose ties.", "\"iskp\""),
            must("kinds", OneOrMore(&TIE_KINDS), "Kinds of relation that count.", "[\"alliance\", \"support\"]"),
            may("way", OneOf(&words::WAYS), "Which way they run, seen from the actor.", "\"in\"").or("\"any\""),
            must("at", Date, "When.", "\"2021\""),
            may("before", Date, "Against the number at this time.", "\"2015\""),
        ]],
    ),
    table(
        "path",
        "A chain of ties from one actor to another, whichever way they run, by the relations that other sources state. No `says`.",
        &[&[
            must("from", AN_ACTOR, "Where it starts.", "\"iskp\""),
            must("to", AN_ACTOR, "Where it leads.", "\"haqqani\""),
            may(
                "kinds",
                OneOrMore(&TIE_KINDS),
                "Kinds of relation that it may run along; every kind where absent.",
                "[\"leadership\", \"part-of\"]",
            ),
            may("steps", Int(1, 6), "Its greatest length.", "2").or("2"),
            must("at", Date, "When.", "\"2021\""),
        ]],
    ),
    table(
        "centrality",
        "The place of an actor among those through whom others are connected (betweenness), by the relations that other sources state. No `says`.",
        &[&[
            must("actor", AN_ACTOR, "Which actor.", "\"taliban\""),
            must("at", Date, "When.", "\"2021\""),
            may("top", Int(1, u32::MAX as i64), "It is said to be among the first so many.", "2").or("1"),
        ]],
    ),
    table(
        "tenure",
        "How long a leader was in office, by what other sources state. `says` is a count.",
        &[&[
            must("actor", AN_ACTOR, "The actor that was led.", "\"iskp\""),
            must("leader", AN_ACTOR, "The leader.", "\"hafiz-saeed-khan\""),
            may("unit", OneOf(&words::TIME_UNITS), "What `says` counts.", "\"years\"").or("\"months\""),
        ]],
    ),
    table(
        "strength",
        "The size of a group, by a model of all that other sources estimate. `says` is a count; a ratio with `before`.",
        &[
            &ESTIMATED,
            &[
                must("at", Date, "For when.", "\"2022-02\""),
                may("before", Date, "Against the size at this time.", "\"2015\""),
            ],
        ],
    ),
    table(
        "regeneration",
        "Whether a group made good its losses, by the same model. `says`, if any, is a ratio: recruits for each fighter who left; or a count: recruits a month.",
        &[&ESTIMATED, &[must("over", Date, "From when to when.", "\"2017/2021\"")]],
    ),
    table(
        "hypothesis",
        "How an answer stands among those that compete for a question of the case. No `says`.",
        &[&[
            must("question", Id(&[Noun::Question]), "The question.", "\"did-they-cooperate\""),
            must(
                "answers",
                OneOrMore(&Word(&ID)),
                "The hypothesis that the claim asserts, or those of which it asserts that one is true.",
                "[\"local\", \"led\"]",
            ),
        ]],
    ),
    table(
        "estimate",
        "Against the `estimate` statements of other sources. `says` is what is estimated; with `before` a ratio.",
        &[&[
            must("actor", AN_ACTOR, "Actor the estimate is about.", "\"iskp\""),
            must("quantity", Text, "What is estimated.", "\"strength\""),
            must("at", Date, "For when.", "\"2022-02\""),
            may("before", Date, "Against the same counter's figure for this time.", "\"2020\""),
            may(
                "per-day",
                Bool,
                "Whether figures are set against the length of the time that they are for, as counts of events are.",
                "true",
            )
            .or("false"),
        ]],
    ),
    table(
        "relation",
        "Corroboration: whether independent sources bear out the statements that restate the claim. No `says`.",
        &[&[
            must(
                "statements",
                List(&Id(&[Noun::Relation, Noun::Event, Noun::Control, Noun::Estimate])),
                "Relations, events, control statements or estimates that restate the claim.",
                "[\"pledge-2015\"]",
            ),
            may("least", Int(1, 20), "Independent sources that it takes to bear the claim out.", "2").or("1"),
        ]],
    ),
];

/// Groups of keys that more than one table has.
pub static SHARED: [&[Field]; 5] = [&ENVELOPE, &SELECTION, &PERIOD, &CONCEPT, &MEASURE];

/// `[[relation]]`.
pub static RELATION: Table = table(
    "relation",
    "A tie between two actors, as a source states it. `valid` says when it holds.",
    &[
        &ENVELOPE,
        &[
            must("kind", OneOf(&words::RELATION_KINDS), "Kind of tie: `from` is part of, swears allegiance to, supports, broke away from, merged into, took the place of, went over to, leads `to`; `alliance` and `rivalry` hold both ways.", "\"allegiance\""),
            must("from", AN_ACTOR, "Actor the tie starts from.", "\"iskp\""),
            must("to", AN_ACTOR, "Actor the tie goes to.", "\"is\""),
            may("count", Quantity, "How many went over or merged, in persons.", "\"some 150\""),
            may("role", Text, "Office held, for leadership.", "\"emir\""),
            may("ended-by", OneOf(&words::ENDINGS), "How it ended.", "\"death\""),
        ],
    ],
)
.of(Noun::Relation);

/// `[[estimate]]`.
pub static ESTIMATE: Table = table(
    "estimate",
    "A figure that a source puts on something that is not observed directly. `valid` says for when it holds.",
    &[
        &ENVELOPE,
        &[
            must("actor", AN_ACTOR, "Actor that the figure is about.", "\"iskp\""),
            must(
                "quantity",
                Text,
                "What is estimated: strength, losses, recruits, escapees, funding, pay …",
                "\"strength\"",
            ),
            must("unit", Text, "Unit.", "\"fighters\""),
            must("value", Quantity, "The figure, in the source's words.", "\"up to 4,000\""),
        ],
    ],
)
.of(Noun::Estimate)
.requiring(&["valid"]);

/// `[[event]]`.
pub static EVENT: Table = table(
    "event",
    "Something that happened, as a source reports it.",
    &[
        &ENVELOPE,
        &[
            must("kind", OneOf(&words::EVENT_KINDS), "What happened.", "\"attack\""),
            must("when", Date, "When.", "\"2021-08-26\""),
            may("place", A_PLACE, "Where, if the source says.", "\"kabul-airport\""),
            may("by", List(&AN_ACTOR), "Actors that did it.", "[\"iskp\"]"),
            may("against", List(&AN_ACTOR), "Actors that suffered it.", "[\"civilians\"]"),
            may("deaths", Quantity, "Deaths, in the source's words.", "\"at least 183\""),
            may(
                "mode",
                OneOf(&words::MODES),
                "For attacks abroad, the tie to the group that sources give.",
                "\"directed\"",
            ),
        ],
    ],
)
.of(Noun::Event);

/// `[[control]]`.
pub static CONTROL: Table = table(
    "control",
    "Who holds a place, as a source states it. `valid` says when.",
    &[
        &ENVELOPE,
        &[
            must("actor", AN_ACTOR, "Actor.", "\"iskp\""),
            must("place", A_PLACE, "Place.", "\"nangarhar\""),
            must("status", OneOf(&words::CONTROL), "How far the actor holds it.", "\"partial\""),
        ],
    ],
)
.of(Noun::Control)
.requiring(&["valid"]);

/// `[[forecast]]`.
pub static FORECAST: Table = table(
    "forecast",
    "What a source says will come, in its own words; `hedge` is its word of likelihood. Where it can be told whether it came, `place`, `measure` and `over` say what is asked: whether in any month or year of the time the measure is reached.",
    &[
        &ENVELOPE,
        &[
            may("place", A_PLACE, "Country in which.", "\"pakistan\""),
            may(
                "measure",
                OneOf(&words::FORESEEN),
                "`deaths`: deaths in state-based violence, unless `violence` names others; `active`: the data list a dyad of the actor there.",
                "\"deaths\"",
            ),
            may("actor", AN_ACTOR, "For `active`: whose dyads.", "\"iskp\""),
            may("violence", List(&OneOf(&words::VIOLENCE)), "For `deaths`: types of organised violence (UCDP).", "[\"one-sided\"]"),
            may("at-least", Int(1, u32::MAX as i64), "For `deaths`: so many at least.", "25"),
            may("each", OneOf(&words::EACH), "Whether it is reached within one month or one year.", "\"month\"").or("\"year\""),
            may("over", Date, "The months or years asked about, any of which may bear it out.", "\"2022/2024\""),
            may("probability", Float(0.0, 1.0), "The source's own number, which goes before its word.", "0.7"),
            may("given", Text, "A condition that the source makes.", "\"The group grows further.\""),
            may(
                "lacks",
                List(&OneOf(&words::LACKS)),
                "What the source leaves open. As stated, such a forecast cannot be shown to be wrong; what the keys above say is then the case's reading of it.",
                "[\"date\", \"measure\"]",
            ),
        ],
    ],
)
.of(Noun::Forecast)
.requiring(&["text"]);

/// `[[question]]`.
pub static QUESTION: Table = table(
    "question",
    "An open question, hypotheses that compete to answer it, and the evidence set against each (analysis of competing hypotheses).",
    &[&[
        must("id", NewId, "Identifier.", "\"did-they-cooperate\""),
        must("text", Text, "The question.", "\"Did the two groups cooperate?\""),
        may("note", Text, "Remark.", "\"Open in the report.\""),
        must("hypothesis", Tables(&HYPOTHESIS), "Answers of which exactly one is taken to be true; two at least.", ""),
        may("evidence", Tables(&EVIDENCE), "What is known, with its reading under each hypothesis.", ""),
    ]],
)
.of(Noun::Question);

/// `[[question.hypothesis]]`.
pub static HYPOTHESIS: Table = table(
    "hypothesis",
    "One answer to a question.",
    &[&[
        must("id", Word(&ID), "Name within the question.", "\"rivals\""),
        must("text", Text, "The answer.", "\"They were rivals, and single fighters changed sides.\""),
        may(
            "prior",
            Float(0.0, f64::INFINITY),
            "Chance before the evidence, against the others'; all alike where absent.",
            "1",
        )
        .or("1"),
        may("note", Text, "Remark.", "\"The view of most of the literature.\""),
    ]],
);

/// `[[question.evidence]]`.
pub static EVIDENCE: Table = table(
    "evidence",
    "An item of evidence: a statement of the case, or a text with its source. It counts by the grades of both.",
    &[&[
        may("statement", A_STATEMENT, "Statement of the case.", "\"r-defection\""),
        may("text", Text, "The item in your own words, where it is no statement of the case.", "\"No joint attack is known.\""),
        may("source", A_SOURCE, "Source of the text.", "\"un-s-2022-83\""),
        may("credibility", Int(1, 6), "Admiralty credibility of the text, as of a statement.", "3").or("6"),
        must(
            "readings",
            Kind::Labels(&words::READINGS),
            "Would one see it if the hypothesis were true? `CC` very consistent, `C` consistent, `N` either way, `I` inconsistent, `II` very inconsistent, `n/a` it says nothing. A hypothesis left out is `n/a`.",
            "{ rivals = \"C\", allies = \"I\" }",
        ),
        may("note", Text, "Why it is read so.", "\"Rivals win over each other's fighters; allies seldom do.\""),
    ]],
)
.with_one_of(&["statement", "text"], "an item of evidence is a statement of the case, or a text");
