//! Fuzz target; see `casefile_fuzz::TARGETS`.
#![no_main]

use std::panic::set_hook;
use std::sync::Once;

/// The reader of this format panics on some damaged files, which is caught and becomes an error. The fuzzer's own hook
/// would end the process before that; a panic that nobody catches ends it still.
static QUIET: Once = Once::new();

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    QUIET.call_once(|| set_hook(Box::new(|_| {})));
    casefile_fuzz::run("events_parquet", bytes);
});
