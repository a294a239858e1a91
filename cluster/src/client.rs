//! The engine that sends a lake's SQL to a scheduler.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;

use ballista_core::extension::{SessionConfigExt, SessionStateExt};
use casefile::Remote;
use casefile_lake::{Host, LakeError, Stored};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::prelude::{SessionConfig, SessionContext};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::codec::Codec;
use crate::store::{self, Store};
use crate::{limits, service};

/// Reaches the scheduler of a cluster.
///
/// # Errors
/// Where nobody answers there, or no executor has come yet; or where the store is none.
pub fn connect(remote: &Remote) -> Result<Arc<dyn Host>, String> {
    ready(&remote.host, remote.port)?;
    let runtime = store::runtime(None).map_err(|e| e.to_string())?;
    let store = Store::new(&remote.store, runtime.clone())?;
    Ok(Arc::new(Ballista { scheduler: format!("http://{}:{}", remote.host, remote.port), store, runtime }))
}

/// A cluster, as a client sees it.
struct Ballista {
    scheduler: String,
    store: Store,
    runtime: Arc<RuntimeEnv>,
}

impl Host for Ballista {
    fn context(&self, settings: SessionConfig, events: u64) -> Result<SessionContext, DataFusionError> {
        let settings = service::settings(settings).with_target_partitions(parts(events));
        let state = SessionStateBuilder::new()
            .with_default_features()
            .with_config(settings.with_ballista_logical_extension_codec(Arc::new(Codec::default())))
            .with_runtime_env(self.runtime.clone())
            .build();
        Ok(SessionContext::new_with_state(state.upgrade_for_ballista(self.scheduler.clone())?))
    }

    fn stored<'a>(&'a self, folder: &'a str, name: &'a str) -> BoxFuture<'a, Result<Option<Stored>, LakeError>> {
        let told = move |e: DataFusionError| {
            LakeError::Engine(format!("{name} cannot be read in the store {}: {}", self.store, e.strip_backtrace()))
        };
        async move { self.store.table(folder, name).await.map_err(told) }.boxed()
    }

    fn attempts(&self) -> usize {
        limits::ATTEMPTS
    }
}

/// In how many parts a question over so many events is worked on at the same time. Small ones are answered by one
/// machine, which is quicker than to share them out.
fn parts(events: u64) -> usize {
    let parts = events.div_ceil(limits::EVENTS_A_PART).clamp(1, limits::PARTS);
    usize::try_from(parts).unwrap_or(1)
}

/// Asks the scheduler whether it can work: it tells so at `/readyz`.
fn ready(host: &str, port: u16) -> Result<(), String> {
    let start = "hint: start one with `casefile-cluster scheduler` and `casefile-cluster executor`: docs/cluster.md";
    let status = status(host, port).map_err(|e| format!("no scheduler answers at {host}:{port}: {e}\n{start}"))?;
    match status.split(' ').nth(1) {
        Some("200") => Ok(()),
        Some("503") => Err(format!("the scheduler at {host}:{port} has no executor yet\n{start}")),
        _ => Err(format!("what answers at {host}:{port} is no scheduler of Ballista\n{start}")),
    }
}

/// The first line of what `/readyz` says.
fn status(host: &str, port: u16) -> std::io::Result<String> {
    let name = host.trim_start_matches('[').trim_end_matches(']');
    let mut failed = std::io::Error::other("that name has no address");
    for address in (name, port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, limits::CALL) {
            Ok(stream) => return ask(stream, host),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

fn ask(mut stream: TcpStream, host: &str) -> std::io::Result<String> {
    stream.set_read_timeout(Some(limits::CALL))?;
    stream.set_write_timeout(Some(limits::CALL))?;
    // In one piece: who answers the first line and hangs up must not break off the rest.
    stream.write_all(format!("GET /readyz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    /// Something that answers every call with `answer`, until the test ends.
    fn answering(answer: &'static str) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut asked = [0; 1024];
                let _ = stream.read(&mut asked);
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        port
    }

    #[test]
    fn a_scheduler_that_cannot_work_is_told_from_none() {
        let said = |answer| ready("127.0.0.1", answering(answer));
        assert_eq!(said("HTTP/1.1 200 OK\r\n\r\n"), Ok(()));
        assert!(said("HTTP/1.1 503 Service Unavailable\r\n\r\n").unwrap_err().contains("no executor yet"));
        assert!(said("SSH-2.0-OpenSSH\r\n").unwrap_err().contains("no scheduler of Ballista"));
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let error = ready("127.0.0.1", free).unwrap_err();
        assert!(error.contains("no scheduler answers") && error.contains("casefile-cluster scheduler"), "{error}");
    }

    #[test]
    fn few_events_are_not_shared_out() {
        assert_eq!([0, 7_024, 500_000].map(parts), [1, 1, 1]);
        assert_eq!([500_001, 4_000_000, u64::MAX].map(parts), [2, 8, 256]);
    }
}
