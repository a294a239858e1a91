//! Fuzz target; see `casefile_fuzz::TARGETS`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| casefile_fuzz::run("gtd", bytes));
