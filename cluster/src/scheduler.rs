//! `casefile-cluster scheduler`: plans queries and hands their parts to executors.

use std::net::SocketAddr;
use std::sync::Arc;

use ballista_core::config::TaskSchedulingPolicy;
use ballista_core::utils::default_session_builder;
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::{SchedulerConfig, TaskDistributionPolicy};
use ballista_scheduler::scheduler_process::start_server;
use clap::Args;
use datafusion::error::Result;
use datafusion::execution::{FunctionRegistry, SessionState, SessionStateBuilder};
use datafusion::prelude::SessionConfig;

use crate::codec::Codec;
use crate::{limits, service, store};

/// Start the scheduler of a cluster
///
/// It plans queries and hands their parts to executors. It trusts whoever can reach it: let it listen on the loopback
/// address or in a closed network only.
#[derive(Args)]
pub struct Arguments {
    /// Address on which clients and executors reach it
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:50050")]
    listen: SocketAddr,
    /// Name under which executors reach it; the address it listens on where absent
    #[arg(long, value_name = "HOST")]
    advertise: Option<String>,
}

pub fn run(arguments: &Arguments) -> Result<(), String> {
    let config = config(arguments)?;
    service::start()?.block_on(async {
        let cluster = BallistaCluster::new_from_config(&config).await.map_err(|e| e.to_string())?;
        println!("scheduler: ballista://{}", arguments.listen);
        start_server(cluster, arguments.listen, Arc::new(config))
            .await
            .map_err(|e| format!("the scheduler stopped: {e}"))
    })
}

fn config(arguments: &Arguments) -> Result<SchedulerConfig, String> {
    let runtime = store::runtime(None).map_err(|e| e.to_string())?;
    let session = move |settings: SessionConfig| -> Result<SessionState> {
        let state = default_session_builder(settings)?;
        let mut state = SessionStateBuilder::new_from_existing(state).with_runtime_env(runtime.clone()).build();
        for function in casefile_lake::domain_functions() {
            state.register_udf(Arc::new(function))?;
        }
        Ok(state)
    };
    Ok(SchedulerConfig {
        external_host: arguments.advertise.clone().unwrap_or_else(|| arguments.listen.ip().to_string()),
        bind_host: arguments.listen.ip().to_string(),
        bind_port: arguments.listen.port(),
        scheduling_policy: TaskSchedulingPolicy::PushStaged,
        task_distribution: TaskDistributionPolicy::RoundRobin,
        executor_timeout_seconds: limits::SILENCE.as_secs(),
        expire_dead_executor_interval_seconds: limits::WATCH.as_secs(),
        no_executors_grace_period_seconds: limits::NO_EXECUTORS.as_secs(),
        finished_job_data_clean_up_interval_seconds: limits::KEEP.as_secs(),
        finished_job_state_clean_up_interval_seconds: 2 * limits::KEEP.as_secs(),
        grpc_server_max_decoding_message_size: limits::MESSAGE,
        grpc_server_max_encoding_message_size: limits::MESSAGE,
        grpc_client_max_message_size: limits::MESSAGE,
        override_config_producer: Some(Arc::new(|| service::settings(SessionConfig::new()))),
        override_session_builder: Some(Arc::new(session)),
        override_logical_codec: Some(Arc::new(Codec::default())),
        ..SchedulerConfig::default()
    })
}
