//! Paths that lead out of the case.

use serde_json::{Value, json};

use crate::desk::Bench;

const OUTSIDE: [&str; 18] = [
    "../secret.toml",
    "..%2fsecret.toml",
    "%2e%2e/secret.toml",
    "%2e%2e%2fsecret.toml",
    "..%252fsecret.toml",
    "%252e%252e%252fsecret.toml",
    "claims/../../secret.toml",
    "claims%2f..%2f..%2fsecret.toml",
    "..%5csecret.toml",
    "/etc/hosts.toml",
    "%2fetc%2fhosts.toml",
    "link.toml",
    "linked/secret.toml",
    "linked%2fsecret.toml",
    "secret.toml%00.toml",
    "%c0%ae%c0%ae/secret.toml",
    "casefile.lock",
    ".casefile/x.toml",
];

fn bench() -> Bench {
    Bench::with(casefile_workbench::Limits::default(), |case| {
        let outside = case.parent().unwrap();
        std::fs::write(outside.join("secret.toml"), "secret = \"squirrel\"").unwrap();
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(outside.join("secret.toml"), case.join("link.toml")).unwrap();
            std::os::unix::fs::symlink(outside, case.join("linked")).unwrap();
        }
    })
}

#[test]
fn nothing_outside_the_case_can_be_read() {
    let bench = bench();
    for path in OUTSIDE {
        for place in ["files", "drafts"] {
            let said = bench.get(&format!("/api/{place}/{path}"));
            assert!(matches!(said.status, 400 | 403 | 404), "{place}/{path}: {}", said.status);
            assert!(!said.text().contains("squirrel"), "{path}");
        }
    }
    for path in ["/../secret.toml", "/..%2fsecret.toml", "/assets/../../secret.toml", "//secret.toml"] {
        let said = bench.get(path);
        assert!(said.status != 200 || !said.text().contains("squirrel"), "{path}");
    }
}

#[test]
fn nothing_outside_the_case_can_be_written() {
    let bench = bench();
    let secret = bench.path("../secret.toml");
    let listing = |folder: &str| {
        let mut names: Vec<_> =
            std::fs::read_dir(bench.path(folder)).unwrap().map(|e| e.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let (outside, inside) = (listing(".."), listing("."));
    for path in OUTSIDE {
        let base = "";
        let said = bench.send("PUT", &format!("/api/files/{path}"), &json!({ "text": "written = 1", "base": base }));
        assert!(matches!(said.status, 400 | 403 | 404), "{path}: {} {}", said.status, said.text());
        let draft = bench.send("PUT", &format!("/api/drafts/{path}"), &json!({ "text": "x", "base": "" }));
        assert!(matches!(draft.status, 400 | 403 | 404), "{path}: {}", draft.status);
        let plain = path.replace("%2f", "/").replace("%2e", ".").replace("%252f", "/").replace("%252e", ".");
        let new = json!({ "table": "actor", "values": { "id": "x", "name": "X", "kind": "state" }, "file": plain });
        let said = bench.send("POST", "/api/statements", &new);
        assert!(matches!(said.status, 400 | 403), "{plain}: {} {}", said.status, said.text());
        let said = bench.send("POST", "/api/check", &json!({ "path": plain, "text": "" }));
        assert_eq!(said.status, 403, "{plain}");
    }
    assert_eq!(std::fs::read_to_string(secret).unwrap(), "secret = \"squirrel\"");
    assert_eq!((listing(".."), listing(".")), (outside, inside));
}

#[test]
fn proposals_are_named_by_their_file_alone() {
    let bench = bench();
    std::fs::create_dir(bench.path("proposals")).unwrap();
    let reject = json!({ "verdict": "reject", "reason": "no" });
    for file in ["..%2fcase.toml", "..", "case.toml", "decided.toml", "%2fetc%2fpasswd", "x.toml"] {
        let said = bench.send("POST", &format!("/api/proposals/{file}/0"), &reject);
        assert_eq!(said.status, 404, "{file}: {}", said.text());
    }
}

#[cfg(unix)]
#[test]
fn drafts_that_lead_elsewhere_are_refused() {
    let bench = Bench::new();
    let elsewhere = bench.path("../elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, bench.path(".casefile")).unwrap();
    let said = bench.send("PUT", "/api/drafts/claims.toml", &json!({ "text": "x", "base": "" }));
    assert_eq!(said.status, 403, "{}", said.text());
    assert_eq!(std::fs::read_dir(elsewhere).unwrap().count(), 0);
    assert_eq!(bench.send("POST", "/api/undo", &Value::Null).status, 409);
}
