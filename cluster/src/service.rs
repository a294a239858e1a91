//! What scheduler and executor have in common: a runtime, a log, settings, functions.

use std::sync::Arc;

use ballista_core::config::{
    BALLISTA_CLIENT_GRPC_CONNECT_TIMEOUT_SECONDS, BALLISTA_CLIENT_GRPC_HTTP2_KEEPALIVE_INTERVAL_SECONDS,
    BALLISTA_CLIENT_GRPC_MAX_MESSAGE_SIZE, BALLISTA_CLIENT_IO_RETRY_WAIT_TIME_MS,
};
use ballista_core::extension::SessionConfigExt;
use ballista_core::registry::BallistaFunctionRegistry;
use datafusion::prelude::SessionConfig;
use tokio::runtime::Runtime;

use crate::limits;

/// Settings as every part of a cluster needs them.
#[must_use]
pub fn settings(settings: SessionConfig) -> SessionConfig {
    settings
        .upgrade_for_ballista()
        .set_usize(BALLISTA_CLIENT_GRPC_MAX_MESSAGE_SIZE, limits::MESSAGE as usize)
        .set_u64(BALLISTA_CLIENT_GRPC_CONNECT_TIMEOUT_SECONDS, limits::CALL.as_secs())
        .set_u64(BALLISTA_CLIENT_GRPC_HTTP2_KEEPALIVE_INTERVAL_SECONDS, limits::CALL.as_secs())
        .set_u64(BALLISTA_CLIENT_IO_RETRY_WAIT_TIME_MS, limits::REFETCH.as_millis() as u64)
}

/// Every function that a plan may call: the engine's and the domain's.
#[must_use]
pub fn functions() -> BallistaFunctionRegistry {
    let mut registry = BallistaFunctionRegistry::default();
    for function in casefile_lake::domain_functions() {
        registry.scalar_functions.insert(function.name().to_owned(), Arc::new(function));
    }
    registry
}

/// Threads with room for deep plans, and a log on standard error: warnings, or what `RUST_LOG` asks for.
///
/// # Errors
/// Where the system gives no threads.
pub fn start() -> Result<Runtime, String> {
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("warn")).init();
    tokio::runtime::Builder::new_multi_thread()
        .thread_stack_size(limits::STACK)
        .enable_all()
        .build()
        .map_err(|e| format!("no threads: {e}"))
}
