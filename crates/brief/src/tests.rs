//! The whole page of a small, invented case.

use std::collections::BTreeSet;

use casefile_case::lock::{CubePin, Dataset, Lock, Sums, Totals};
use casefile_case::{Case, read_files};
use casefile_forecast::ledger::{Ahead, Issue, Kind, Ledger, Pin, Runs, Unit};
use casefile_verdict::finding::{
    Bar, Coverage, DataPin, EvidenceRow, Expected, Finding, Ground, Reason, Value, Verdict, Voice,
};
use jiff::civil::date;
use proptest::prelude::*;

use crate::{Bin, FigureData, Input, NoData, Observed, Question, Spot, Step, render};

const BRIEF: &str = include_str!("tests/brief.md");

fn case() -> Case {
    let loaded = read_files(&[("case.toml", include_str!("tests/case.toml"))]);
    let said: Vec<String> = loaded.diagnostics.iter().map(ToString::to_string).collect();
    loaded.case.unwrap_or_else(|| panic!("{}", said.join("\n")))
}

fn lock() -> Lock {
    let mut lock = Lock::default();
    let totals = Totals {
        all: Sums { events: 3, deaths_low: 10, deaths_best: 1_200, deaths_high: 1_500 },
        first: Some("2019-01-02".into()),
        last: Some("2020-12-30".into()),
        ..Totals::default()
    };
    lock.put_dataset(Dataset {
        id: "ucdp-ged".into(),
        adapter: "ucdp-ged".into(),
        normaliser: 1,
        publisher: "Uppsala Conflict Data Program".into(),
        title: "UCDP GED".into(),
        version: "23.1".into(),
        file: "ged231-csv.zip".into(),
        member: Some("ged.csv".into()),
        sha256: "ab".repeat(32),
        bytes: 12,
        licence: "CC-BY-4.0".into(),
        redistribute_rows: true,
        smallest_cell: 1,
        attribution: "UCDP GED 23.1, Uppsala Conflict Data Program, CC BY 4.0".into(),
        accessed: None,
        citation: "Sundberg & Melander 2013".into(),
        unit: "lethal-incident".into(),
        counts: "incidents with at least one death".into(),
        rows_in: 1_003,
        kept: 1_000,
        quarantined: 3,
        content_sha256: "cd".repeat(32),
        store: ".casefile/store/x".into(),
        fills: Default::default(),
        mapping_sha256: None,
        totals,
        coverage: Vec::new(),
        breaks: Vec::new(),
    });
    lock.put_cube(CubePin {
        dataset: "ucdp-ged".into(),
        file: "cube/ucdp-ged.csv".into(),
        sha256: "ef".repeat(32),
        period: "month".into(),
        predicate: String::new(),
        places: vec!["country".into()],
        cells: 40,
        events: 1_000,
        source_sha256: "ab".repeat(32),
        content_sha256: "cd".repeat(32),
    });
    lock
}

fn finding(claim: &str, check: &str, verdict: Verdict) -> Finding {
    Finding {
        claim: claim.into(),
        check: check.into(),
        verdict,
        reason: Reason::Figure,
        because: "The figure & the words agree.".into(),
        expected: None,
        computed: None,
        bearing: None,
        probability: None,
        probability_pragmatic: None,
        coverage: None,
        ground: Ground::Rows,
        sql: Vec::new(),
        events: 0,
        withheld: false,
        digest_ids: String::new(),
        digest_content: String::new(),
        rows: Vec::new(),
        rows_cut: false,
        data: Vec::new(),
        voices: Vec::new(),
        bars: Vec::new(),
        notes: Vec::new(),
        would_change: Vec::new(),
    }
}

fn pin() -> DataPin {
    DataPin {
        dataset: "ucdp-ged".into(),
        title: "UCDP GED".into(),
        version: "23.1".into(),
        sha256: "ab".repeat(32),
        licence: "CC-BY-4.0".into(),
    }
}

fn expected(phrase: &str, strict: &str, pragmatic: &str) -> Option<Expected> {
    Some(Expected {
        phrase: phrase.into(),
        strict: Some(strict.parse().unwrap()),
        pragmatic: Some(pragmatic.parse().unwrap()),
    })
}

fn value(best: f64, low: f64, high: f64, unit: &str, display: &str) -> Option<Value> {
    Some(Value { best: Some(best), low: Some(low), high: Some(high), unit: unit.into(), display: display.into() })
}

fn findings() -> Vec<Finding> {
    let attacks = Finding {
        expected: expected("around 60", "[45, 75]", "[55, 65]"),
        computed: value(67.0, 63.0, 70.0, "events", "67 events"),
        bearing: Some("at-least".into()),
        probability: Some(0.874),
        probability_pragmatic: Some(0.31),
        coverage: Some(Coverage::Complete),
        reason: Reason::Definition,
        sql: vec!["select count(*) from events where deaths_best < 5 and side_a = 'IS'".into()],
        events: 67,
        rows: vec![EvidenceRow {
            id: "ucdp-ged:1001".into(),
            start: "2020-03-01".into(),
            end: "2020-03-04".into(),
            place: "Capital town, Capital".into(),
            sides: "IS – Government of Riverland".into(),
            events: 1,
            low: Some(1),
            best: Some(2_000),
            high: None,
            flags: String::new(),
        }],
        rows_cut: true,
        data: vec![pin()],
        bars: (1..=6)
            .map(|month| Bar { label: format!("2020-{month:02}"), value: f64::from(month), claimed: month > 3 })
            .collect(),
        notes: vec!["UCDP counts lethal incidents.".into()],
        would_change: vec!["A count of non-lethal attacks.".into()],
        ..finding("c-attacks-2020", "amount", Verdict::Consistent)
    };
    let ranking = Finding {
        computed: value(2.0, 2.0, 2.0, "rank", "2nd of 14"),
        ground: Ground::Cube,
        events: 31,
        data: vec![pin()],
        bars: (0..14)
            .map(|i| Bar { label: format!("Town & {i}"), value: f64::from(30 - i), claimed: i == 13 })
            .collect(),
        ..finding("c-first-province", "ranking", Verdict::Contradicted)
    };
    let share = Finding {
        expected: expected("a third", "[0.28, 0.39]", "[0.3, 0.36]"),
        computed: value(0.4, 0.35, 0.45, "share", "40% (35–45%)"),
        bearing: Some("exact".into()),
        data: vec![pin()],
        ..finding("c-share", "share", Verdict::Mixed)
    };
    let split = Finding {
        ground: Ground::Statements,
        voices: vec![
            Voice {
                statement: "r-split".into(),
                source: "report-2021".into(),
                stance: "same origin".into(),
                says: "It did.".into(),
            },
            Voice {
                statement: "x".into(),
                source: "monitor-2020".into(),
                stance: "for".into(),
                says: "So it is <said>.".into(),
            },
        ],
        ..finding("c-split", "relation", Verdict::Supported)
    };
    let aims =
        Finding { ground: Ground::Nothing, reason: Reason::NoData, ..finding("c-aims", "-", Verdict::NotTestable) };
    vec![attacks, ranking, share, split, aims]
}

struct Small;

impl FigureData for Small {
    fn timeline(&self, _: &Question, by: Step) -> Result<Observed<Bin>, String> {
        assert_eq!(by, Step::Quarter);
        let bin = |month: i8, partial| Bin {
            label: format!("2019-{month:02}"),
            start: date(2019, month, 1),
            end: date(2019, month + 2, 30),
            certain: 3.0,
            expected: 4.5,
            possible: 6.0,
            low: 10.0,
            best: 12.0,
            high: 30.0,
            partial,
        };
        Ok(Observed {
            parts: vec![bin(1, false), bin(4, true), bin(7, true)],
            source: "UCDP GED 23.1, CC BY 4.0".into(),
        })
    }

    fn map(&self, _: &Question) -> Result<Observed<Spot>, String> {
        Err("The places are <not> at hand.".into())
    }
}

/// A forecast of Riverland (which is Afghanistan on the map) for three months of 2020.
fn ledger() -> Ledger {
    let ahead = |month: &str| Ahead {
        month: month.parse().unwrap(),
        draws: Runs([vec![0; 30], vec![40; 60], vec![300; 10]].concat()),
        chance: [0.7, 0.7, 0.1, 0.0],
        mean: 54.0,
        before: None,
    };
    let unit = Unit {
        unit: 133,
        name: "Afghanistan".into(),
        seen: [vec![0; 40], vec![30; 20]].concat(),
        last_year: None,
        driver: Vec::new(),
        month: ["2020-01", "2020-02", "2020-03"].map(ahead).to_vec(),
    };
    let issue = Issue {
        id: "pool-2019-12-0".into(),
        made_on: "2020-01-05".into(),
        model: "pool".into(),
        model_hash: "0".into(),
        origin: "2019-12".parse().unwrap(),
        by: Kind::Country,
        data: Pin { dataset: "panel".into(), version: String::new(), sha256: "0".into() },
        unit: vec![unit],
        spillover: Vec::new(),
    };
    Ledger { issue: vec![issue], ..Ledger::default() }
}

#[test]
fn forecasts_come_from_the_ledger_with_their_words() {
    let html = page(
        "It is :likelihood{riverland at-least=25 in=2020-02}, or :likelihood[likely]{riverland at-least=25 in=2020-01}.\n\n\
         ::figure{forecast place=riverland}\n\n::figure{exceedance at-least=25 month=2020-01}\n\n::table{forecast}\n",
    );
    assert!(html.contains("likely (70%)") && html.contains("base rate 33% a month"));
    assert!(html.contains("Afghanistan 70%") && html.contains("not yet"));
    let wrong = |brief: &str| {
        with(brief, &lock(), &findings(), |input| {
            render(input).unwrap_err().iter().map(|slip| slip.code).collect::<Vec<_>>()
        })
    };
    assert_eq!(wrong("A :likelihood[unlikely]{riverland at-least=25 in=2020-01}."), ["word-disagrees"]);
    assert_eq!(wrong("A :likelihood{riverland at-least=25 in=2021-01}."), ["no-forecast"]);
    assert_eq!(wrong("A :likelihood{capital at-least=25 in=2020-01}."), ["wrong-kind"]);
    assert_eq!(wrong("A :likelihood{riverland in=2020-01}."), ["missing-key"]);
    assert_eq!(wrong("A :likelihood[x {riverland}."), ["directive"]);
    assert_eq!(wrong("::figure{forecast}"), ["missing-key"]);
}

fn with<T>(brief: &str, lock: &Lock, findings: &[Finding], look: impl FnOnce(&Input<'_>) -> T) -> T {
    let case = case();
    let verified = BTreeSet::new();
    look(&Input {
        case: &case,
        brief_md: brief,
        findings,
        figure_data: &Small,
        pins: lock,
        forecasts: &ledger(),
        verified: &verified,
        version: "0.0.0",
    })
}

fn page(brief: &str) -> String {
    with(brief, &lock(), &findings(), |input| {
        let found = render(input);
        found
            .unwrap_or_else(|wrong| panic!("{}", wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
            .html
    })
}

fn wrong(brief: &str) -> String {
    with(brief, &lock(), &findings(), |input| {
        let wrong = render(input).err().unwrap_or_default();
        wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    })
}

fn parsed<T>(html: &str, look: impl FnOnce(&roxmltree::Document<'_>) -> T) -> T {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    look(&roxmltree::Document::parse_with_options(html, options).unwrap())
}

/// The page without style, script and pictures, which have tests of their own.
fn skeleton(html: &str) -> String {
    let mut out = html.to_owned();
    for (open, close) in [("<style>", "</style>"), ("<script>", "</script>"), ("<svg ", "</svg>"), ("sha256-", "'")] {
        let mut rest = out.as_str();
        let mut kept = String::new();
        while let Some((before, after)) = rest.split_once(open) {
            kept += before;
            kept += open;
            kept += "…";
            rest = after.find(close).map_or("", |end| &after[end..]);
        }
        out = kept + rest;
    }
    out
}

#[test]
fn a_page_in_full() {
    insta::assert_snapshot!(skeleton(&page(BRIEF)));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    assert_eq!(page(BRIEF), page(BRIEF));
}

#[test]
fn the_page_is_well_formed_and_every_link_within_it_leads_somewhere() {
    parsed(&page(BRIEF), |document| {
        let mut ids = BTreeSet::new();
        for id in document.descendants().filter_map(|node| node.attribute("id")) {
            assert!(ids.insert(id), "`{id}` is there twice");
        }
        let of = |name: &str| -> Vec<String> {
            document.descendants().filter_map(|node| node.attribute(name)).map(str::to_owned).collect()
        };
        let inner: Vec<String> =
            of("href").into_iter().filter_map(|to| to.strip_prefix('#').map(str::to_owned)).collect();
        assert!(inner.len() > 30);
        for target in inner.iter().chain(&of("for")).flat_map(|ids| ids.split(' ')) {
            assert!(ids.contains(target), "nothing has the id `{target}`");
        }
        for target in of("aria-labelledby").iter().flat_map(|ids| ids.split(' ')) {
            assert!(ids.contains(target), "nothing has the id `{target}`");
        }
        for fill in of("fill").iter().filter_map(|fill| fill.strip_prefix("url(#")) {
            assert!(ids.contains(fill.trim_end_matches(')')), "nothing has the id `{fill}`");
        }
    });
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    let html = page(BRIEF);
    parsed(&html, |document| {
        for node in document.descendants().filter(roxmltree::Node::is_element) {
            let name = node.tag_name().name();
            assert!(!["link", "img", "iframe", "object", "embed", "base", "image", "use"].contains(&name), "<{name}>");
            for attribute in ["src", "srcset", "data", "poster", "style", "action", "background"] {
                assert_eq!(node.attribute(attribute), None, "<{name} {attribute}>");
            }
            assert!(!node.attributes().any(|a| a.name().starts_with("on")), "<{name}> runs a script");
            assert!(name == "a" || node.attribute("href").is_none(), "<{name} href>");
        }
    });
    let style = html.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
    assert!(!style.contains("@import") && !style.contains("url("));
}

#[test]
fn only_this_style_and_this_script_may_run() {
    use base64::Engine;
    use sha2::Digest;
    let html = page(BRIEF);
    for tag in ["style", "script"] {
        let content = html.split_once(&format!("<{tag}>")).unwrap().1.split_once(&format!("</{tag}>")).unwrap().0;
        let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(content.as_bytes()));
        assert!(html.contains(&format!("{tag}-src 'sha256-{hash}'")), "{tag}");
    }
}

#[test]
fn every_claim_has_its_evidence_once_and_its_place_in_the_register() {
    let html = page(BRIEF);
    for claim in &case().claims {
        let id = &claim.envelope.id;
        assert_eq!(html.matches(&format!("id=\"evidence-{id}\"")).count(), 1, "{id}");
        assert_eq!(html.matches(&format!("id=\"claim-{id}\"")).count(), 1, "{id}");
    }
}

#[test]
fn marks_say_the_verdict_in_a_word() {
    let html = page(
        ":claim[a]{c-attacks-2020} :claim[b]{c-first-province} :claim[c]{c-share} :claim[d]{c-split} :claim[e]{c-aims}",
    );
    let text = parsed(&html, |document| {
        let marks = document
            .descendants()
            .filter(|n| n.tag_name().name() == "a" && n.attribute("class").is_some_and(|c| c.starts_with("mark")));
        let words = marks
            .map(|mark| mark.descendants().filter_map(|n| n.is_text().then(|| n.text()).flatten()).collect::<String>());
        words.take(5).collect::<Vec<_>>().join("|").replace('\u{a0}', " ")
    });
    assert_eq!(text, "≈ consistent|✗ contradicted|± mixed|✓ supported|? not testable");
}

#[test]
fn rows_under_a_licence_that_forbids_it_are_not_passed_on() {
    let mut closed = lock();
    closed.datasets[0].redistribute_rows = false;
    let html = |lock: &Lock| with(BRIEF, lock, &findings(), |input| render(input).unwrap().html);
    assert!(html(&lock()).contains("ucdp-ged:1001"));
    assert!(!html(&closed).contains("ucdp-ged:1001"));
    assert!(html(&closed).contains("does not let them be passed on"));
    assert!(!html(&Lock::default()).contains("ucdp-ged:1001"), "rows of unknown licence");
}

#[test]
fn a_case_without_findings_or_data_still_makes_a_page() {
    let case = case();
    let (lock, verified) = (Lock::default(), BTreeSet::new());
    let input = Input {
        case: &case,
        brief_md: "::figure{timeline actor=front}\n\n:claim[x]{c-share} :number{c-share}",
        findings: &[],
        figure_data: &NoData,
        pins: &lock,
        forecasts: &Ledger::default(),
        verified: &verified,
        version: "0.0.0",
    };
    let html = render(&input).unwrap().html;
    assert!(
        html.contains("No event data are at hand.")
            && html.contains("It was not checked.")
            && html.contains("not computed")
    );
    parsed(&html, |_| ());
}

#[test]
fn everything_wrong_is_told_at_once() {
    let brief = "A :claim[x]{c-atacks-2020}, :claim[y]{report-2021}, :cite{reprot-2021}, :cite{c-share}, :number{nothing}.\n\n\
                 ::figure{timline}\n\n::figure{timeline actor=fornt by=week colour=red period=mid-2016 mark=c-share}\n\n\
                 ::figure{strength}\n\n::figure{network at=2021 actors=front,capital}\n\n::table{claims topic=atacks verdict=wrong}\n\n\
                 ::table{pies}\n\n[a](#nowhere) [b](other.html) [c](javascript:alert(1)) [d](#sources)\n";
    insta::assert_snapshot!(wrong(brief));
}

#[test]
fn headings_never_take_the_place_of_another_section() {
    let html = page("## Sources\n\n## Evidence c-share\n\n### !!!\n\n## Sources\n");
    for id in ["section-sources", "section-evidence-c-share", "section-", "section-sources-2"] {
        assert!(html.contains(&format!("id=\"{id}\"")), "{id}");
    }
}

/// The cells of the table behind the only figure of a page, row by row.
fn figure_table(brief: &str) -> Vec<String> {
    parsed(&page(brief), |document| {
        let figure = document.descendants().find(|n| n.attribute("id") == Some("fig-1")).unwrap();
        let rows = figure.descendants().filter(|n| n.tag_name().name() == "tr").skip(1);
        let text = |n: roxmltree::Node<'_, '_>| n.descendants().filter_map(|n| n.text()).collect::<Vec<_>>().join(" ");
        rows.map(|row| row.children().map(text).collect::<Vec<_>>().join(" | ").replace('\u{200b}', "")).collect()
    })
}

#[test]
fn a_network_shows_what_sources_together_say_of_one_time() {
    let ties = |at: &str, word: &str| -> Vec<String> {
        let table = figure_table(&format!("::figure{{network at={at}}}"));
        table.into_iter().filter(|row| row.contains(word)).collect()
    };
    assert_eq!(ties("2016", "alliance").len(), 1, "one tie for two statements");
    assert_eq!(ties("2020", "alliance"), [""; 0], "an open end of 2016 gives way to the end that another source knows");
    assert!(ties("2016", "rivalry")[0].contains("stated"));
    assert!(ties("2020", "rivalry")[0].contains("doubtful or contested"), "what one source states another denies");
}

#[test]
fn a_leader_of_whom_two_sources_speak_led_once() {
    let table = figure_table("::figure{genealogy actors=front,old-guard}");
    let leaders: Vec<&String> = table.iter().filter(|row| row.starts_with("leader")).collect();
    assert_eq!(leaders.len(), 1, "{table:?}");
    assert!(leaders[0].contains("Mar 2015") && leaders[0].contains("26 Jul 2019"), "{leaders:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_text_makes_a_page_or_is_refused(parts in prop::collection::vec(prop::sample::select(vec![
        ":claim[", "]{c-share}", "]{c-nope}", ":number{c-split}", ":cite{report-2021}", "\n\n", "\n", "*", "# ", "- ", "> ", "a ",
        "::figure{verdicts by=topic}", "::figure{strength actor=front period=2020}", "::table{claims}", "::figure{network at=2018}",
        "::figure{genealogy period=2016/..}", "<i>", "&", "`", "|a|\n|-|\n", "[x](#main)", "\u{0}", "é",
    ]), 0..14)) {
        let brief = parts.concat();
        with(&brief, &lock(), &findings(), |input| {
            if let Ok(page) = render(input) {
                parsed(&page.html, |_| ());
            }
        });
    }
}
