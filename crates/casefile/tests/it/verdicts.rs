//! Verdicts as others use them: exit codes, JUnit, JSON, acceptance.

use insta::assert_snapshot;
use roxmltree::Document;

use crate::desk::Desk;

#[test]
fn verdicts_from_rows() {
    assert_snapshot!(Desk::with_data().run(&["check", "exland"]), @r#"
    exit 0
    ── out ──
       verdict       why         claim                  says                   data
    ✓  supported     figure      events-2020            around 12              13 events
    ≈  consistent    definition  attacks-2020           more than 40           13 events
    ±  mixed         precision   civilians-2020         around 10              10 deaths reported (true toll 10–22.6)
    ±  mixed         precision   own-losses-2020        at least 20            17 deaths on its own side (9–64)
    ✗  contradicted  figure      spring-2020            none                   3.3 events (3–4)
    ≈  consistent    coverage    grew                   tripled                ×4.32 (×1.4–×17.8)
    ✓  supported     figure      half-years             fell                   ×0.44 (×0.13–×1.33)
    ✓  supported     figure      north-more             more                   ×1.4 (×1.17–×1.6)
    ✓  supported     figure      mostly-north           most                   53.8% (53.8%–61.5%)
    ±  mixed         precision   two-provinces          two                    2 provinces (2–3)
    ±  mixed         precision   districts              three                  3 districts (3–5)
    ✓  supported     figure      fought-the-blue-front  at least one           2 events
    ✗  contradicted  figure      calm-in-hilltown       none                   6 events (6–7)
    ±  mixed         precision   calm-in-august         none                   0.1 events (0–1)
    ✗  contradicted  figure      calm-on-a-day          none                   1 event (1–2)
    ✓  supported     figure      first-civilians        February 2020          20 February 2020
    ✓  supported     figure      north-first            first                  number 1
    ±  mixed         precision   january-first          first                  number 1 (number 1–number 3)
    ✓  supported     figure      strength               around 900             2 other estimates: 800–1,000
    ✓  supported     figure      rivals-claim                                  1 independent source for
    ✓  supported     figure      bloody-incidents       several                8 events
    ✗  contradicted  figure      bloody-deaths          around 70              91 deaths reported (true toll 100–146)
    ✓  supported     figure      placed-incidents       a dozen                11 events
    ✓  supported     figure      dated-incidents        a dozen                11 events
    ✓  supported     figure      worst-month            January 2020           1 January 2020 to 31 January 2020
    ✓  supported     figure      last-day               24 December 2020       24 December 2020
    ✓  supported     figure      first-day              20 February 2020       20 February 2020
    ✓  supported     figure      first-quarter          January to March 2020  20 February 2020
    ✓  supported     figure      hilltown-first         first                  number 1
    ?  not testable  coverage    worst-year
    ✗  contradicted  figure      main-foe               first                  number 4
    ±  mixed         precision   main-group             first                  number 1 (number 1–number 2)
    ✗  contradicted  figure      grid-cells             three                  5 grid cells
    ✓  supported     figure      towns                  three                  3 places
    ✗  contradicted  figure      week-in-january        two                    1 event
    ✗  contradicted  figure      deaths-2020            about 100              107 deaths reported (true toll 122–173)
    ±  mixed         precision   foes-losses            some 20                21 deaths on the other side (11–72)
    ±  mixed         precision   civilian-deaths-2020   dozens                 16 civilian deaths (6–67)
    ✓  supported     figure      deadlier               more                   ×3.94 (×1.56–×8.8)
    ✗  contradicted  figure      one-sided-share        a third                9.3% (5.8%–12.4%)
    and 1 that nothing can test (--all lists them)

    41 claims   ✓ 19 supported   ≈ 2 consistent   ± 9 mixed   ✗ 9 contradicted   ? 2 not testable
    ── err ──
    "#);
}

#[test]
fn everything_behind_one_verdict() {
    let desk = Desk::with_data();
    assert_snapshot!(desk.run(&["explain", "exland", "civilians-2020", "--rows", "2"]), @r#"
    exit 0
    ── out ──
    ± mixed (precision)  civilians-2020
    the data give 10 deaths reported (true toll 10–22.6), too uncertain to tell

          claim  The Red Front killed around 10 civilians in 2020.
         source  Exland: a survey [B]
       expected  “around 10”  strictly [7.5, 12.5], in plain reading [8.75, 11.25]
           data  10 deaths reported (true toll 10–22.6)
        bearing  exact
    probability  0.39 that it holds within its strict bounds
       coverage  complete
         events  2
         pinned  UCDP Georeferenced Event Dataset (GED) 23.1 (CC-BY-4.0), sha256 ed8afbc3ca04…
          notes  The interval (90%) is the published distribution of true tolls given reported ones (Vesco et al. 2024).
    would change  Sharper dates, places or tolls of the events in question.

    query
    SELECT CAST(NULL AS VARCHAR) AS item, date_start AS start, date_end AS "end", CAST((country IS NOT NULL AND country = 'Exland') AS BIGINT) AS placed,
           count(*) AS n, sum(deaths_low) AS low, sum(deaths_best) AS best, sum(deaths_high) AS high,
           sum(CASE WHEN ((side_a_id IS NOT NULL AND side_a_id = '901') OR (side_a IS NOT NULL AND side_a = 'Red Front')) THEN deaths_a ELSE deaths_b END) AS own,
           sum(CASE WHEN ((side_a_id IS NOT NULL AND side_a_id = '901') OR (side_a IS NOT NULL AND side_a = 'Red Front')) THEN deaths_b ELSE deaths_a END) AS opponent,
           sum(deaths_civilians) AS civilians, sum(deaths_unknown) AS unknown,
           bit_xor(fingerprint(event_id)) AS ids,
           bit_xor(fingerprint(event_id, date_start, date_end, country, admin1, place, side_a, side_b, type_of_violence, deaths_low, deaths_best, deaths_high, deaths_civilians)) AS content
    FROM events
    WHERE (date_start <= DATE '2020-12-31' AND date_end >= DATE '2020-01-01' AND (country IS NOT NULL AND country = 'Exland') AND ((((side_a_id IS NOT NULL AND side_a_id = '901') OR (side_a IS NOT NULL AND side_a = 'Red Front')) OR ((side_b_id IS NOT NULL AND side_b_id = '901') OR (side_b IS NOT NULL AND side_b = 'Red Front'))) AND (type_of_violence IS NOT NULL AND type_of_violence IN (3)) AND dataset = 'ucdp-ged'))
    GROUP BY 1, 2, 3, 4
    ORDER BY 1, 2, 3, 4

    query
    SELECT date_start AS start, date_end AS "end", CAST((country IS NOT NULL AND country = 'Exland') AS BIGINT) AS placed, type_of_violence AS violence,
           deaths_best AS reported, count(*) AS n
    FROM events
    WHERE (date_start <= DATE '2020-12-31' AND date_end >= DATE '2020-01-01' AND (country IS NOT NULL AND country = 'Exland') AND ((((side_a_id IS NOT NULL AND side_a_id = '901') OR (side_a IS NOT NULL AND side_a = 'Red Front')) OR ((side_b_id IS NOT NULL AND side_b_id = '901') OR (side_b IS NOT NULL AND side_b = 'Red Front'))) AND (type_of_violence IS NOT NULL AND type_of_violence IN (3)) AND dataset = 'ucdp-ged')) AND deaths_best IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5
    ORDER BY 1, 2, 3, 4, 5

    id             from        to          place                      sides                  n  low  best  high
    ucdp-ged:2009  2020-02-20  2020-02-20  Hilltown, North province   Red Front – Civilians  1  5    7     9
    ucdp-ged:2011  2020-04-14  2020-04-14  Saltmarsh, South province  Red Front – Civilians  1  3    3     3
    ── err ──
    "#);
    assert_snapshot!(desk.run(&["explain", "exland", "civilian-2020"]), @r#"
    exit 2
    ── out ──
    ── err ──
    error: there is no claim `civilian-2020` in the case
    hint: did you mean `civilians-2020`?
    "#);
    let finding = desk.run(&["explain", "exland", "events-2020", "--format", "json"]).ok().json();
    assert_eq!(finding["computed"]["best"], 13.0);
    assert_eq!(finding["rows"].as_array().unwrap().len(), 13);
    assert_eq!(finding["data"][0]["version"], "23.1");
}

#[test]
fn a_denied_verdict_fails_and_others_do_not() {
    let desk = Desk::with_data();
    let said = desk.run(&["check", "exland", "--deny", "contradicted"]);
    assert_eq!(said.code, 1);
    let n = desk.findings("exland", &[]).iter().filter(|f| f["verdict"] == "contradicted").count();
    assert_eq!(said.err, format!("denied: {n} contradicted\n"));
    // Without data no claim can be contradicted, and `mixed` is denied in vain.
    let bare = Desk::with_exland();
    assert_eq!(bare.run(&["check", "exland", "--deny", "contradicted", "--deny", "mixed"]).code, 0);
    assert_eq!(bare.run(&["check", "exland", "--deny", "contradicted", "--deny", "not-testable"]).code, 1);
    assert_snapshot!(bare.run(&["check", "exland", "--deny", "wrong"]), @r#"
    exit 2
    ── out ──
    ── err ──
    error: invalid value 'wrong' for '--deny <VERDICT>': expected one of supported, consistent, mixed, contradicted, not-testable

    For more information, try '--help'.
    "#);
}

#[test]
fn junit_is_well_formed_and_counts_add_up() {
    let desk = Desk::with_data();
    // What XML must escape, and what it may not hold at all.
    desk.edit("exland/claims.toml", "A hope leaves", "A \\\"hope\\\" <&> ]]> \\u0007 leaves");
    for deny in [&[][..], &["--deny", "contradicted"], &["--deny", "mixed", "--deny", "supported"]] {
        let said = desk.run(&[&["check", "exland", "--format", "junit"], deny].concat());
        let xml = Document::parse(&said.out).unwrap_or_else(|error| panic!("{error}\n{}", said.out));
        let suite = xml.descendants().find(|node| node.has_tag_name("testsuite")).unwrap();
        let count = |tag: &str| suite.descendants().filter(|node| node.has_tag_name(tag)).count().to_string();
        assert_eq!(suite.attribute("tests"), Some(count("testcase").as_str()));
        assert_eq!(suite.attribute("failures"), Some(count("failure").as_str()));
        assert_eq!(suite.attribute("skipped"), Some(count("skipped").as_str()));
        assert_eq!(said.code, i32::from(count("failure") != "0"));
        assert_eq!(count("testcase"), desk.findings("exland", &[]).len().to_string());
        assert_eq!(count("failure") == "0", deny.is_empty());
        let hope = suite.descendants().find(|node| node.attribute("name") == Some("hopes")).unwrap();
        let message = hope.first_element_child().unwrap().attribute("message").unwrap();
        assert!(message.contains("\"hope\" <&> ]]>"), "{message}");
    }
}

#[test]
fn json_holds_what_the_table_shows() {
    let desk = Desk::with_data();
    let report = desk.run(&["check", "exland", "--format", "json"]).ok().json();
    let findings = report["findings"].as_array().unwrap();
    let total: u64 = report["summary"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
    assert_eq!(total, findings.len() as u64);
    assert!(report["changes"].is_null(), "nothing has been accepted yet");
    let table = desk.run(&["check", "exland", "--all"]).out;
    for finding in findings {
        let verdict = finding["verdict"].as_str().unwrap().replace('-', " ");
        let words = [&verdict, finding["reason"].as_str().unwrap(), finding["claim"].as_str().unwrap()];
        assert!(table.lines().any(|line| words.iter().all(|word| line.contains(*word))), "{words:?}\n{table}");
    }
}
