//! Which engine answers a command's SQL.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use casefile_case::Case;
use casefile_lake::Host;
use clap::Args;

use crate::open::Failure;

/// Reaches an engine beyond this process; says why where it cannot.
pub type Connect = fn(&Remote) -> Result<Arc<dyn Host>, String>;

/// An engine beyond this process, and the rows that it reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// Name or address of the machine on which the scheduler listens.
    pub host: String,
    /// The scheduler's port.
    pub port: u16,
    /// Where the engine's machines find the rows: a folder that they share, or `s3://BUCKET/PREFIX`.
    pub store: String,
}

/// Options of every command that asks data.
#[derive(Args, Clone)]
#[group(skip)]
pub struct Arguments {
    /// What answers: `embedded`, the engine in this program, or a cluster of machines at ballista://HOST:PORT; what
    /// case.toml says where absent
    #[arg(long, value_name = "ENGINE", env = "CASEFILE_ENGINE", hide_env_values = true)]
    engine: Option<Engine>,
    /// Where a cluster's machines find the rows: a folder they share or s3://BUCKET/PREFIX; what case.toml says where
    /// absent, else the case's own folder
    #[arg(long, value_name = "STORE", env = "CASEFILE_STORE", hide_env_values = true)]
    store: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Engine {
    Embedded,
    Ballista { host: String, port: u16 },
}

impl FromStr for Engine {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "embedded" {
            return Ok(Self::Embedded);
        }
        let address = text.strip_prefix("ballista://").map(|rest| rest.trim_end_matches('/'));
        let parts = address.and_then(|address| address.rsplit_once(':'));
        match parts.map(|(host, port)| (host, port.parse())) {
            Some((host, Ok(port))) if !host.is_empty() && !host.contains('/') => {
                Ok(Self::Ballista { host: host.to_owned(), port })
            }
            _ => Err("expected `embedded` or ballista://HOST:PORT, such as ballista://127.0.0.1:50050".to_owned()),
        }
    }
}

impl Arguments {
    /// The engine asked for, else the one that the case names, over the rows of the case in `folder`; none for the one in
    /// this process.
    pub fn host(&self, case: &Case, folder: &Path, connect: Option<Connect>) -> Result<Option<Arc<dyn Host>>, Failure> {
        let Engine::Ballista { host, port } = self.engine(case)? else { return Ok(None) };
        let Some(connect) = connect else {
            return Err(Failure::Usage(format!(
                "ballista://{host}:{port} is a cluster, and this program has no engine for clusters in it\n\
                 hint: use `casefile-cluster`, which takes the same commands, or `--engine embedded`; from the source: \
                 cargo install --path cluster"
            )));
        };
        let store = match self.store.as_ref().or(case.store.as_ref()) {
            Some(store) => store.clone(),
            None => absolute(folder)?.display().to_string(),
        };
        connect(&Remote { host, port, store }).map(Some).map_err(Failure::Usage)
    }

    fn engine(&self, case: &Case) -> Result<Engine, Failure> {
        match (&self.engine, &case.engine) {
            (Some(engine), _) => Ok(engine.clone()),
            (None, Some(named)) => named.parse().map_err(|e| Failure::Usage(format!("case.toml, engine: {e}"))),
            (None, None) => Ok(Engine::Embedded),
        }
    }
}

fn absolute(folder: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(folder).map_err(|e| Failure::Usage(format!("{} has no path: {e}", folder.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines_are_named_by_their_address() {
        assert_eq!("embedded".parse(), Ok(Engine::Embedded));
        let local = Engine::Ballista { host: "127.0.0.1".into(), port: 50050 };
        assert_eq!("ballista://127.0.0.1:50050".parse(), Ok(local.clone()));
        assert_eq!("ballista://127.0.0.1:50050/".parse(), Ok(local));
        let six = Engine::Ballista { host: "[::1]".into(), port: 7 };
        assert_eq!("ballista://[::1]:7".parse(), Ok(six));
        for wrong in
            ["", "duckdb", "ballista://", "ballista://host", "ballista://:1", "ballista://a/b:1", "ballista://a:x"]
        {
            assert!(wrong.parse::<Engine>().is_err_and(|e| e.contains("HOST:PORT")), "{wrong}");
        }
    }
}
