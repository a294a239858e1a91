//! The first minutes: a new case, its verdicts, its briefing.

use insta::assert_snapshot;

use crate::desk::Desk;

#[test]
fn a_new_case_is_made_checked_explained_and_published() {
    let desk = Desk::new();
    assert_snapshot!(desk.run(&["new", "hills"]), @r#"
    exit 0
    ── out ──
    hills is a case. It holds:
      case.toml
      sources.toml
      documents/report.txt
      actors.toml
      places.toml
      claims/report.toml
      relations.toml
      estimates.toml
      brief.md
      README.md
      .gitignore
      case.schema.json
    Next: casefile check hills   or casefile brief hills
    ── err ──
    "#);
    assert_snapshot!(desk.run(&["check", "hills"]), @r#"
    exit 0
    ── out ──
       verdict       why      claim                    says       data
    ?  not testable  no-data  attacks-2020             around 60
    ?  not testable  no-data  active-in-hill-province
    ?  not testable  no-data  brigade-joined                      0 independent sources for
    and 1 that nothing can test (--all lists them)

    4 claims   ✓ 0 supported   ≈ 0 consistent   ± 0 mixed   ✗ 0 contradicted   ? 4 not testable
    ── err ──
    "#);
    assert_snapshot!(desk.run(&["explain", "hills", "brigade-joined"]), @r#"
    exit 0
    ── out ──
    ? not testable (no-data)  brigade-joined
    every statement on it goes back to the same origin, or to a source that cannot be judged

          claim  The Hill Brigade swore allegiance to the Northern Front in 2019.
         source  The Northern Front in Exampleland [C], paragraph 3
           data  0 independent sources for
    would change  A graded source of another origin that speaks of it.

    stance       source          statement       says
    same origin  institute-2021  brigade-pledge
    ── err ──
    "#);
    assert_snapshot!(desk.run(&["brief", "hills"]), @r#"
    exit 0
    ── out ──
    hills/out/brief.html
    4 claims checked, no event data are pinned: `casefile data add`; open the file in a browser
    ── err ──
    "#);
    let page = desk.read("hills/out/brief.html");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("The Northern Front carried out around 60 attacks"));
}

#[test]
fn a_new_case_overwrites_nothing() {
    let desk = Desk::with_new("hills");
    let before = desk.read("hills/claims/report.toml");
    assert_snapshot!(desk.run(&["new", "hills"]), @r#"
    exit 2
    ── out ──
    ── err ──
    error: hills is not empty: a new case needs a new or an empty folder
    "#);
    assert_eq!(desk.read("hills/claims/report.toml"), before);
    desk.write("a-file", "");
    assert_snapshot!(desk.run(&["new", "a-file"]), @r#"
    exit 2
    ── out ──
    ── err ──
    error: a-file is a file: a new case needs a new or an empty folder
    "#);
}

#[test]
fn a_folder_that_is_no_case_is_refused_by_every_command() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("empty")).unwrap();
    let release = crate::desk::traps().display().to_string();
    for arguments in [
        &["check", "empty"][..],
        &["brief", "empty"],
        &["explain", "empty", "x"],
        &["query", "empty", "select 1"],
        &["data", "add", &release, "--as", "ucdp-ged", "--case", "empty"],
        &["data", "cube", "--case", "empty"],
        &["data", "list", "--case", "empty"],
        &["data", "verify", "--case", "empty"],
        &["phrase", "around 60", "--case", "empty"],
    ] {
        let said = desk.run(arguments);
        assert_eq!(said.code, 2, "{arguments:?}: {said}");
        assert_eq!(said.out, "", "{arguments:?}");
        assert!(said.err.contains("is not a case: it has no case.toml"), "{arguments:?}: {said}");
    }
    assert_eq!(std::fs::read_dir(desk.path("empty")).unwrap().count(), 0, "a refused command leaves nothing behind");
    assert_snapshot!(desk.run(&["check", "nowhere"]), @r#"
    exit 2
    ── out ──
    ── err ──
    error: there is no folder nowhere
    "#);
}

#[test]
fn the_page_goes_where_it_is_told() {
    let desk = Desk::with_new("hills");
    desk.run(&["brief", "hills", "--out", "deep/er/page.html"]).ok();
    assert!(desk.read("deep/er/page.html").contains("</html>"));
    assert!(!desk.path("hills/out").exists());
}

#[test]
fn a_briefing_with_slips_is_not_published() {
    let desk = Desk::with_new("hills");
    desk.run(&["brief", "hills"]).ok();
    let before = desk.read("hills/out/brief.html");
    desk.edit("hills/brief.md", "{attacks-2020}", "{attacks-2002}");
    desk.edit("hills/brief.md", "::figure{verdicts}", "::figure{verdict}");
    assert_snapshot!(desk.run(&["brief", "hills"]), @r#"
    exit 2
    ── out ──
    ── err ──
    unknown-id

      × there is no claim `attacks-2002`
       ╭─[brief.md:8:66]
     7 │ 
     8 │ :claim[The Northern Front carried out around 60 attacks in 2020]{attacks-2002} :cite{institute-2021}. The data hold
       ·                                                                  ──────┬─────
       ·                                                                        ╰── expected the id of a claim
     9 │ :number{attacks-2020} events with at least one death. :claim[It was active in Hill Province]{active-in-hill-province}.
       ╰────
      help: did you mean `attacks-2020`?
    unknown-figure

      × there is no figure `verdict`
        ╭─[brief.md:24:10]
     23 │ 
     24 │ ::figure{verdict}
        ·          ───┬───
        ·             ╰── expected one of timeline, map, strength, genealogy, network, verdicts, change, spread, hotspots, contagion, network-change, strength-history, leadership, hypotheses, forecast, exceedance
     25 │ 
        ╰────
      help: did you mean `verdicts`?
    2 errors
    "#);
    assert_eq!(desk.read("hills/out/brief.html"), before);
    std::fs::remove_file(desk.path("hills/brief.md")).unwrap();
    assert_snapshot!(desk.run(&["brief", "hills"]), @r#"
    exit 2
    ── out ──
    ── err ──
    error: cannot read hills/brief.md: No such file or directory (os error 2)
    hint: write the briefing there in Markdown
    "#);
}
