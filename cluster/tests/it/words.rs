//! What is said when there is no cluster.

use crate::cluster::program;
use crate::data::copy;

fn refused(arguments: &[&str]) -> String {
    let output = program(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_cluster_that_is_not_there_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let case = copy("cases/khorasan", &folder.path().join("khorasan"));
    let said = refused(&["check", &case, "--engine", "ballista://127.0.0.1:1"]);
    assert!(said.contains("no scheduler answers at 127.0.0.1:1") && said.contains("docs/cluster.md"), "{said}");
    let said = refused(&["check", &case, "--engine", "spark://127.0.0.1:1"]);
    assert!(said.contains("ballista://HOST:PORT"), "{said}");
}

#[test]
fn stores_of_other_kinds_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let case = copy("cases/khorasan", &folder.path().join("khorasan"));
    let said = refused(&["publish", &case, "gs://bucket"]);
    assert!(said.contains("a folder or s3://BUCKET/PREFIX"), "{said}");
}
