//! Same case, same lock, same program: the same bytes out.

use crate::desk::{Desk, copy, fixture, khorasan};

#[track_caller]
fn twice(desk: &Desk, arguments: &[&str]) {
    let [first, second] = [(); 2].map(|()| desk.run(arguments).ok());
    assert!(first.out.len() > 20, "{first}");
    assert_eq!(first.out, second.out, "{arguments:?}");
}

#[test]
fn commands_say_the_same_twice() {
    let desk = Desk::with_data();
    desk.run(&["data", "cube", "--case", "exland"]).ok();
    for arguments in [
        &["check", "exland", "--format", "json"][..],
        &["check", "exland", "--format", "json", "--from", "cube"],
        &["check", "exland", "--format", "junit"],
        &["explain", "exland", "civilians-2020"],
        &["query", "exland", "select * from verdicts"],
        &["query", "exland", "select * from events order by event_id", "--format", "json"],
    ] {
        twice(&desk, arguments);
    }
}

#[test]
fn the_same_file_gives_the_same_lock_and_the_same_cube_anywhere() {
    let made = [(); 2].map(|()| {
        let desk = Desk::with_data();
        desk.run(&["data", "cube", "--case", "exland"]).ok();
        desk.run(&["check", "exland", "--accept"]).ok();
        ["casefile.lock", "case.toml", "verdicts.lock"].map(|file| desk.read(&format!("exland/{file}")))
    });
    assert_eq!(made[0], made[1]);
}

#[test]
fn a_release_loaded_twice_changes_nothing() {
    let desk = Desk::with_data();
    let before = desk.read("exland/casefile.lock");
    desk.add("exland", &fixture("ged231-exland.csv")).ok();
    assert_eq!(desk.read("exland/casefile.lock"), before);
}

#[test]
fn the_briefing_has_the_same_bytes_in_another_folder() {
    let [first, second] = [(); 2].map(|()| {
        let desk = Desk::new();
        copy(&khorasan(), &desk.path("khorasan"));
        desk.run(&["brief", "khorasan"]).ok();
        desk.read("khorasan/out/brief.html")
    });
    assert!(first == second, "the briefing differs between two runs");
    assert!(!first.contains(&std::env::temp_dir().display().to_string()), "the page names a folder of this machine");
}
