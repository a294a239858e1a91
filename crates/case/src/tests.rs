//! Helpers of the tests.

use std::fs;
use std::path::Path;

/// Holds a file of the repository to what the vocabulary makes of it; `UPDATE_SCHEMA=1` writes it anew.
pub(crate) fn keep_in_step(path: &str, made: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        crate::atomic::write(&file, made).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == made, "{path} is out of step with the vocabulary: run the tests with UPDATE_SCHEMA=1");
}
