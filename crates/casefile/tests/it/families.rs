//! The families of measures in claims: a check of every kind over a small case, told, refused and explained.

use insta::assert_snapshot;

use crate::desk::Desk;

/// A claim of the survey.
fn claim(id: &str, says: &str, check: &str) -> String {
    let says = if says.is_empty() { String::new() } else { format!("says = {says:?}\n") };
    format!("[[claim]]\nid = {id:?}\ntext = \"T\"\nsource = \"survey\"\n{says}check = {{ {check} }}\n\n")
}

const RED: &str = "actor = \"red-front\", place = \"exland\"";

/// Exland with claims of every kind on events.
fn over_events() -> Desk {
    let desk = Desk::with_data();
    let on = |kind: &str, more: &str| format!("kind = {kind:?}, {RED}, {more}");
    let year = "period = \"2020\"";
    let halves = "before = \"2020-01/2020-06\", after = \"2020-07/2020-12\"";
    let claims = [
        claim("f-onset", "", &on("onset", &format!("when = \"2020-06\", {year}"))),
        claim("f-onset-2019", "", &on("onset", "when = \"2019-06\", period = \"2019\"")),
        claim("f-trend", "decreased", &on("trend", year)),
        claim("f-trend-2019", "decreased", &on("trend", "period = \"2019\"")),
        claim(
            "f-shift",
            "increased",
            &on("shift", &format!("{halves}, violence = [\"one-sided\"], whole = {{ violence = [] }}")),
        ),
        claim("f-spread", "decreased", &on("spread", &format!("reach = \"admin2\", {halves}"))),
        claim("f-land", "decreased", &on("spread", &format!("reach = \"area\", {halves}"))),
        claim("f-centre", "more than 10", &on("spread", &format!("reach = \"centre\", {halves}"))),
        claim("f-spread-2019", "more", &on("spread", "reach = \"admin1\", before = \"2019\", after = \"2020\"")),
        claim(
            "f-gained",
            "",
            "kind = \"turnover\", actor = \"red-front\", before = \"2019\", after = \"2020\", gained = \"south\"",
        ),
        claim(
            "f-lost",
            "",
            "kind = \"turnover\", actor = \"red-front\", before = \"2020-01/2020-06\", after = \"2020-08\", lost = [\"hilltown\"]",
        ),
        claim("f-hotspot", "", &on("hotspot", &format!("spot = \"north\", {year}"))),
        claim("f-phase", "", &on("hotspot", &format!("spot = \"north\", phase = \"emerging\", {year}"))),
        claim("f-contagion", "", &on("contagion", year)),
        claim("f-contagion-2019", "", &on("contagion", "period = \"2019\"")),
        claim(
            "f-aftermath",
            "decreased",
            &on("aftermath", &format!("led = \"red-front\", leader = \"bob\", weeks = 8, {year}")),
        ),
    ];
    desk.write("exland/families.toml", &(led() + &claims.concat()));
    desk
}

/// Leaders of the Red Front, as the gazette tells of them.
fn led() -> String {
    let person =
        |id: &str| format!("[[actor]]\nid = {id:?}\nname = {id:?}\nkind = \"public-figure\"\nrole = \"leader\"\n\n");
    let led = |id: &str, valid: &str, more: &str| {
        format!(
            "[[relation]]\nid = \"l-{id}\"\nkind = \"leadership\"\nfrom = {id:?}\nto = \"red-front\"\nsource = \"gazette\"\n\
             valid = {valid:?}\n{more}\n"
        )
    };
    ["ann", "bob"].map(person).concat()
        + &led("ann", "2018-01-01/2019-03-10", "ended-by = \"death\"\n")
        + &led("bob", "2019-04-01/2020-05-01", "ended-by = \"removal\"\n")
}

/// Exland with claims of every kind on statements.
fn over_statements() -> Desk {
    let desk = Desk::with_data();
    let relation = |id: &str, kind: &str, [from, to]: [&str; 2], valid: &str| {
        format!(
            "[[relation]]\nid = {id:?}\nkind = {kind:?}\nfrom = {from:?}\nto = {to:?}\nsource = \"gazette\"\nvalid = {valid:?}\n\n"
        )
    };
    let estimate = |id: &str, valid: &str, value: &str| {
        format!(
            "[[estimate]]\nid = {id:?}\nactor = \"red-front\"\nquantity = \"size\"\nunit = \"fighters\"\nsource = \"gazette\"\n\
             valid = {valid:?}\nvalue = {value:?}\n\n"
        )
    };
    let statements = led()
        + &relation("ally", "alliance", ["blue-front", "government"], "2019/2020")
        + &relation("backs", "support", ["government", "red-front"], "2019")
        + &estimate("size-2018", "2018-06", "between 900 and 1,000")
        + &estimate("size-2019", "2019-06", "between 400 and 500")
        + &estimate("size-2020", "2020-06", "between 1,900 and 2,100");
    let question = "[[question]]\nid = \"q\"\ntext = \"Q\"\n[[question.hypothesis]]\nid = \"yes\"\ntext = \"Y\"\n\
                    [[question.hypothesis]]\nid = \"no\"\ntext = \"N\"\n\
                    [[question.evidence]]\nstatement = \"ally\"\nreadings = { yes = \"CC\", no = \"II\" }\n\n";
    let claims = [
        claim("f-ties", "at least one", "kind = \"ties\", actor = \"blue-front\", kinds = \"alliance\", at = \"2020\""),
        claim("f-no-ties", "no", "kind = \"ties\", actor = \"blue-front\", kinds = [\"alliance\"], at = \"2020\""),
        claim(
            "f-fewer-ties",
            "fewer",
            "kind = \"ties\", actor = \"red-front\", kinds = \"support\", way = \"in\", before = \"2019\", at = \"2020\"",
        ),
        claim(
            "f-path",
            "",
            "kind = \"path\", from = \"blue-front\", to = \"red-front\", kinds = [\"alliance\", \"support\"], at = \"2019\"",
        ),
        claim(
            "f-no-path",
            "",
            "kind = \"path\", from = \"blue-front\", to = \"red-front\", kinds = \"support\", at = \"2019\"",
        ),
        claim("f-centrality", "", "kind = \"centrality\", actor = \"red-front\", at = \"2019\""),
        claim("f-tenure", "more than a dozen", "kind = \"tenure\", actor = \"red-front\", leader = \"bob\""),
        claim(
            "f-strength",
            "around 450",
            "kind = \"strength\", actor = \"red-front\", quantity = \"size\", at = \"2019-06\"",
        ),
        claim(
            "f-stronger",
            "increased",
            "kind = \"strength\", actor = \"red-front\", quantity = \"size\", before = \"2019-06\", at = \"2020-06\"",
        ),
        claim(
            "f-renewed",
            "",
            "kind = \"regeneration\", actor = \"red-front\", quantity = \"size\", over = \"2019-07/2020-06\"",
        ),
        claim("f-no-estimate", "around 450", "kind = \"strength\", actor = \"blue-front\", at = \"2019-06\""),
        claim(
            "f-quadrupled",
            "quadrupled",
            "kind = \"estimate\", actor = \"red-front\", quantity = \"size\", before = \"2019\", at = \"2020\"",
        ),
        claim("f-hypothesis", "", "kind = \"hypothesis\", question = \"q\", answers = \"yes\""),
        claim("f-two-sources", "", "kind = \"relation\", statements = [\"ally\"], least = 2"),
    ];
    desk.write("exland/families.toml", &(statements + question + &claims.concat()));
    desk
}

/// Verdict, reason and figure of the claims of this file.
fn told(desk: &Desk) -> String {
    let findings = desk.findings("exland", &[]);
    let of_ours = findings.iter().filter(|finding| finding["claim"].as_str().unwrap().starts_with("f-"));
    let line = |finding: &serde_json::Value| {
        let text = |path: &str| finding.pointer(path).and_then(|v| v.as_str()).unwrap_or("–").to_owned();
        let [claim, verdict, reason, figure] = ["/claim", "/verdict", "/reason", "/computed/display"].map(text);
        format!("{claim:<18} {verdict:<13} {reason:<11} {figure}\n{:<18} {}", "", text("/because"))
    };
    of_ours.map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_kind_on_events() {
    assert_snapshot!(told(&over_events()));
}

#[test]
fn every_kind_on_statements() {
    assert_snapshot!(told(&over_statements()));
}

#[test]
fn a_break_of_method_refuses_what_runs_across_it() {
    let desk = over_events();
    let lock = desk.read("exland/casefile.lock");
    let broken = lock.replacen(
        "\n[dataset.totals]",
        "\n[[dataset.breaks]]\nday = \"2020-06-01\"\nwhy = \"more sources\"\n\n[dataset.totals]",
        1,
    );
    assert_ne!(lock, broken);
    desk.write("exland/casefile.lock", &broken);
    let findings = desk.findings("exland", &[]);
    for id in
        ["f-onset", "f-trend", "f-shift", "f-spread", "f-centre", "f-hotspot", "f-phase", "f-contagion", "f-aftermath"]
    {
        let finding = findings.iter().find(|finding| finding["claim"] == id).unwrap();
        assert_eq!(
            (&finding["verdict"], &finding["reason"]),
            (&"not-testable".into(), &"definition".into()),
            "{id}: {finding}"
        );
    }
}

#[test]
fn a_finding_of_a_family_is_explained_with_its_query_and_rows() {
    let desk = over_events();
    let finding = desk.run(&["explain", "exland", "f-aftermath", "--format", "json"]).ok().json();
    assert!(finding["sql"][0].as_str().unwrap().contains("FROM events"), "{finding}");
    assert!(!finding["rows"].as_array().unwrap().is_empty());
    assert!(!finding["would_change"].as_array().unwrap().is_empty());
    let said = over_statements().run(&["explain", "exland", "f-path"]).ok();
    assert!(said.out.contains("a chain of 2 steps") && said.out.contains("ally"), "{said}");
}

#[test]
fn a_second_run_says_the_same() {
    let (events, statements) = (over_events(), over_statements());
    assert_eq!(told(&events), told(&events));
    assert_eq!(told(&statements), told(&statements));
}
