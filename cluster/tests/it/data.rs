//! The cases and the events that the tests ask about.

use std::fs;
use std::path::{Path, PathBuf};

use datafusion::dataframe::DataFrameWriteOptions;
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::cluster::ask;

/// Events of the large case.
pub const EVENTS: usize = 1_500_000;

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// A copy of a folder of the repository, without what was made from it.
pub fn copy(from: &str, to: &Path) -> String {
    fn all(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
            match (entry.file_name().to_str().unwrap(), entry.path().is_dir()) {
                (".casefile" | "out" | "sources", true) => {}
                (name, true) => all(&entry.path(), &to.join(name)),
                (name, false) => drop(fs::copy(entry.path(), to.join(name)).unwrap()),
            }
        }
    }
    all(&root().join(from), to);
    to.to_str().unwrap().to_owned()
}

/// The invented case with its rows.
pub fn exland(folder: &Path) -> String {
    let case = copy("crates/casefile/tests/fixtures/exland", &folder.join("exland"));
    let release = root().join("crates/casefile/tests/fixtures/ged231-exland.csv");
    ask(&["data", "add", release.to_str().unwrap(), "--as", "ucdp-ged", "--case", &case]);
    case
}

/// A file of the published data: below `CASEFILE_DATA`, else below `../shared/data` beside the workspace. Where it is
/// absent the word is printed and the test skips.
pub fn real(file: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("CASEFILE_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from);
    let path = folder.join(file);
    if !path.exists() {
        eprintln!("skipped: the real data {} is not here; set CASEFILE_DATA to its folder", path.display());
        return None;
    }
    Some(path)
}

/// The invented case with its events told over and over, through the years 1990 to 2023.
pub fn large(folder: &Path) -> String {
    let case = exland(folder);
    let lock = fs::read_to_string(Path::new(&case).join("casefile.lock")).unwrap();
    let value = |key: &str| {
        let line = lock.lines().find_map(|line| line.strip_prefix(&format!("{key} = "))).unwrap();
        line.trim_matches('"').to_owned()
    };
    let kept: usize = value("kept").parse().unwrap();
    let events = Path::new(&case).join(value("store")).join("events.parquet");
    let more = folder.join("more.parquet");
    multiply(&events, &more, EVENTS / kept);
    fs::rename(more, events).unwrap();
    // More than there are, so that the question is worked on in many parts.
    let lock = lock.replace(&format!("kept = {kept}\n"), "kept = 4000000\n");
    fs::write(Path::new(&case).join("casefile.lock"), lock).unwrap();
    case
}

#[tokio::main]
async fn multiply(from: &Path, to: &Path, times: usize) {
    let mut settings = SessionConfig::new().with_target_partitions(1);
    settings.options_mut().execution.parquet.schema_force_view_types = false;
    let context = SessionContext::new_with_config(settings);
    context.register_parquet("told", from.to_str().unwrap(), Default::default()).await.unwrap();
    let columns: Vec<String> = context.table("told").await.unwrap().schema().field_names();
    let day = "cast(cast('1990-01-01' as date) + cast(cast(i % 12418 as varchar) || ' days' as interval) as date)";
    let columns = columns.iter().map(|name| match name.rsplit('.').next().unwrap() {
        "event_id" => "event_id || '-' || i as event_id".to_owned(),
        name @ ("date_start" | "date_end") => format!("{day} as {name}"),
        name @ ("deaths_best" | "deaths_high") => format!("{name} + i % 17 as {name}"),
        name => name.to_owned(),
    });
    let columns = columns.collect::<Vec<_>>().join(", ");
    let sql = format!("select {columns} from told cross join (select value as i from generate_series(1, {times}))");
    let told = context.sql(&sql).await.unwrap();
    told.write_parquet(to.to_str().unwrap(), DataFrameWriteOptions::new().with_single_file_output(true), None)
        .await
        .unwrap();
}
