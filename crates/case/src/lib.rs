//! Reads and writes a case folder; every diagnostic points at file, line and column.
//!
//! [`Case::load`] reads a folder and gives the [`Case`] with all [diagnostics](Diagnostic) at once;
//! [`read_files`] does the same for text that is not on a disk. [`mod@write`] edits files and keeps
//! their comments and order, [`scaffold`] makes a new case. The format itself is data, in
//! [`vocabulary`]; [`schema`] and [`mod@reference`] are made from it.

pub mod atomic;
mod case;
pub mod dataset;
mod diagnostic;
pub mod lock;
pub mod passage;
pub mod place;
mod read;
pub mod reference;
pub mod scaffold;
pub mod schema;
pub mod vocabulary;
pub mod write;

pub use case::{Case, Items, Origin};
pub use diagnostic::{Diagnostic, Related, Severity};
pub use read::{
    BRIEF_FILE, CASE_FILE, Documents, LoadError, Loaded, PROPOSALS, case_files, is_case_file, read_files, read_with,
};

#[cfg(test)]
mod tests;
