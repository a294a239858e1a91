//! `casefile-cluster executor`: does the parts of queries that the scheduler hands it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ballista_core::config::TaskSchedulingPolicy;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use clap::Args;
use datafusion::prelude::SessionConfig;

use crate::codec::Codec;
use crate::{limits, service, store};

/// Start an executor of a cluster
///
/// It does the parts of queries that the scheduler hands it, and reads rows from the store. It needs the same access to
/// the store as the client: the same path of a shared folder, or the same AWS_… settings. Like the scheduler it trusts
/// whoever can reach it.
#[derive(Args)]
pub struct Arguments {
    /// The scheduler it works for
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:50050", value_parser = host_and_port)]
    scheduler: (String, u16),
    /// Address from which clients and other executors fetch its results
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:50051")]
    listen: SocketAddr,
    /// Port on which the scheduler hands it work; the next one where absent
    #[arg(long, value_name = "PORT")]
    task_port: Option<u16>,
    /// Name under which others reach it; the address it listens on where absent
    #[arg(long, value_name = "HOST")]
    advertise: Option<String>,
    /// Parts that it works on at the same time; as many as there are cores where absent
    #[arg(long, value_name = "N", default_value_t = 0)]
    cores: usize,
    /// Memory that queries may take, in MiB; most of the machine's where absent
    #[arg(long, value_name = "MIB")]
    memory: Option<u64>,
    /// Folder for results between the steps of a query; a temporary one where absent
    #[arg(long, value_name = "FOLDER")]
    work_dir: Option<PathBuf>,
}

fn host_and_port(text: &str) -> Result<(String, u16), String> {
    let parts = text.trim_start_matches("ballista://").rsplit_once(':');
    match parts.map(|(host, port)| (host, port.parse())) {
        Some((host, Ok(port))) if !host.is_empty() => Ok((host.to_owned(), port)),
        _ => Err("expected HOST:PORT, such as 127.0.0.1:50050".to_owned()),
    }
}

pub fn run(arguments: &Arguments) -> Result<(), String> {
    // Removed when the executor ends in order.
    let temporary = tempfile::Builder::new().prefix("casefile-executor-").tempdir().map_err(|e| e.to_string())?;
    let folder = arguments.work_dir.as_deref().unwrap_or(temporary.path());
    std::fs::create_dir_all(folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    let config = config(arguments, folder)?;
    service::start()?.block_on(async {
        println!(
            "executor: {} works for ballista://{}:{}",
            arguments.listen, config.scheduler_host, config.scheduler_port
        );
        start_executor_process(Arc::new(config)).await.map_err(|e| format!("the executor stopped: {e}"))
    })
}

fn config(arguments: &Arguments, folder: &Path) -> Result<ExecutorProcessConfig, String> {
    let (scheduler_host, scheduler_port) = arguments.scheduler.clone();
    let next = || arguments.listen.port().checked_add(1).ok_or("there is no next port: name one with --task-port");
    let runtime = store::runtime(Some(folder)).map_err(|e| e.to_string())?;
    Ok(ExecutorProcessConfig {
        bind_host: arguments.listen.ip().to_string(),
        external_host: Some(arguments.advertise.clone().unwrap_or_else(|| arguments.listen.ip().to_string())),
        port: arguments.listen.port(),
        grpc_port: arguments.task_port.map_or_else(next, Ok)?,
        scheduler_host,
        scheduler_port,
        scheduler_connect_timeout_seconds: u16::try_from(limits::FIRST_CONTACT.as_secs()).unwrap_or(u16::MAX),
        vcores: arguments.cores,
        task_scheduling_policy: TaskSchedulingPolicy::PushStaged,
        work_dir: Some(folder.display().to_string()),
        executor_heartbeat_interval_seconds: limits::HEARTBEAT.as_secs(),
        memory_pool_size: arguments.memory.map(|mib| mib << 20),
        grpc_max_decoding_message_size: limits::MESSAGE,
        grpc_max_encoding_message_size: limits::MESSAGE,
        override_function_registry: Some(Arc::new(service::functions())),
        override_runtime_producer: Some(Arc::new(move |_| Ok(runtime.clone()))),
        override_config_producer: Some(Arc::new(|| service::settings(SessionConfig::new()))),
        override_logical_codec: Some(Arc::new(Codec::default())),
        ..ExecutorProcessConfig::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedulers_are_named_with_their_port() {
        assert_eq!(host_and_port("10.0.0.1:50050"), Ok(("10.0.0.1".to_owned(), 50050)));
        assert_eq!(host_and_port("ballista://node-1:7"), Ok(("node-1".to_owned(), 7)));
        assert!(host_and_port("node-1").is_err() && host_and_port(":7").is_err() && host_and_port("a:b").is_err());
    }
}
