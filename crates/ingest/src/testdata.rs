//! Where tests find the real data.

use std::path::PathBuf;

/// A file of the published data: below `CASEFILE_DATA`, else below `../shared/data` beside the workspace. Where it is
/// absent the word is printed and the test skips.
pub(crate) fn real(file: &str) -> Option<PathBuf> {
    let root = std::env::var_os("CASEFILE_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let path = root.join(file);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: the real data {} is not here; set CASEFILE_DATA to its folder", path.display());
    None
}
