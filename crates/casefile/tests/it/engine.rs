//! Which engine answers: the one in the program, and what is said where another is asked for.

use crate::desk::Desk;

#[test]
fn the_engine_in_the_program_may_be_named() {
    let desk = Desk::with_data();
    let check = ["check", "exland", "--format", "json"];
    let plain = desk.run(&check).ok().out;
    assert_eq!(desk.run(&[&check[..], &["--engine", "embedded"]].concat()).ok().out, plain);
    let set = desk.command(&check).env("CASEFILE_ENGINE", "embedded").output().unwrap();
    assert_eq!(String::from_utf8(set.stdout).unwrap(), plain);
}

#[test]
fn a_cluster_is_asked_by_another_program_and_this_one_says_so() {
    let desk = Desk::with_data();
    for command in [&["check", "exland"][..], &["brief", "exland"], &["query", "exland", "select 1"]] {
        let said = desk.run(&[command, &["--engine", "ballista://127.0.0.1:50050"]].concat());
        assert_eq!(said.code, 2, "{said}");
        assert!(said.err.contains("no engine for clusters in it") && said.err.contains("`casefile-cluster`"), "{said}");
    }
    // The case may name it; the command line has the last word.
    desk.edit("exland/case.toml", "seed = 7\n", "seed = 7\nengine = \"ballista://127.0.0.1:50050\"\n");
    let said = desk.run(&["check", "exland"]);
    assert!(said.code == 2 && said.err.contains("no engine for clusters in it"), "{said}");
    desk.run(&["check", "exland", "--engine", "embedded"]).ok();
    desk.edit("exland/case.toml", "127.0.0.1:50050", "127.0.0.1");
    let said = desk.run(&["check", "exland"]);
    assert!(said.code == 2 && said.err.contains("such as \"ballista://10.0.0.1:50050\""), "{said}");
    desk.edit("exland/case.toml", "engine = \"ballista://127.0.0.1\"\n", "");
    let said = desk.run(&["check", "exland", "--engine", "ballista://nowhere"]);
    assert!(said.code == 2 && said.err.contains("ballista://HOST:PORT"), "{said}");
}
