//! Developer chores: `cargo xtask CHORE`.

mod bench;
mod borders;
mod generate;
mod licences;
mod world;

use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "\
Chores:
  bench [commands] [load] [measures ged|gdelt ROWS]
               time the release program, as tables for docs/benchmarks.md: whole commands, loading
               a made-up release, ten measures over one of so many rows; beside peers, where the
               Python that PYTHON names has them
  borders FILE LIST
               write the land borders between the countries of ViEWS' LIST (country_list.csv) into
               crates/forecast/data/borders.csv, from FILE as for `world`
  generate ged|gdelt ROWS FILE
               make up a release of so many rows, for benches
  licences     hold the licence of every dependency against deny.toml
  world FILE   pack the borders in FILE (countries-50m.json of the npm package world-atlas 2.0.2)
               into crates/brief/assets/world.bin";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["bench", sections @ ..] => {
            bench::run(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), sections).map(|tables| print!("{tables}"))
        }
        ["generate", of @ ("ged" | "gdelt"), rows, file] => rows
            .parse()
            .map_err(|_| format!("`{rows}` is no number of rows"))
            .and_then(|rows| {
                if *of == "ged" { generate::ged(rows, Path::new(file)) } else { generate::gdelt(rows, Path::new(file)) }
            })
            .map(|bytes| println!("wrote {bytes} bytes")),
        ["borders", file, list] => {
            let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/forecast/data/borders.csv");
            borders::write(Path::new(file), Path::new(list), &table).map(|pairs| println!("wrote {pairs} borders"))
        }
        ["world", file] => {
            let asset = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/brief/assets/world.bin");
            world::pack(Path::new(file), &asset).map(|bytes| println!("wrote {bytes} bytes"))
        }
        ["licences"] => std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../deny.toml"))
            .map_err(|error| format!("deny.toml: {error}"))
            .and_then(|deny| licences::check(&deny))
            .map(|summary| println!("{summary}")),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
