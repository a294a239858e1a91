//! Lists the files of the built web app, to be embedded. Where it has not been built the list is empty: a machine
//! without Node still builds the command line.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};

fn main() -> io::Result<()> {
    let dist = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("web/dist");
    // Cargo takes a watched folder that is not there for one that has just changed, and would build anew each time. A
    // source tree that cannot be written to does no harm.
    let _ = fs::create_dir_all(&dist);
    println!("cargo::rerun-if-changed=web/dist");
    println!("cargo::rerun-if-changed=build.rs");
    let mut files = Vec::new();
    if dist.is_dir() {
        list(&dist, "", &mut files)?;
    }
    files.sort();
    // What is embedded is a copy: the app may be built anew while this is compiled.
    let out_dir = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let mut out = String::from("static FILES: &[File] = &[\n");
    for (number, (name, path)) in files.into_iter().enumerate() {
        let bytes = fs::read(&path)?;
        let hash: String = Sha256::digest(&bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let copy = out_dir.join(format!("app-{number}"));
        fs::write(&copy, bytes)?;
        let copy = copy.display().to_string();
        let _ = writeln!(out, "File {{ path: {name:?}, hash: {hash:?}, bytes: include_bytes!({copy:?}) }},");
    }
    out.push_str("];\n");
    fs::write(out_dir.join("app.rs"), out)
}

fn list(folder: &Path, prefix: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            list(&entry.path(), &format!("{name}/"), files)?;
        } else {
            files.push((name, entry.path()));
        }
    }
    Ok(())
}
