//! The vocabulary of a case: statements, hedged quantities, dates, places, grades.
//!
//! Pure values and their parsing. No input or output, no async.

pub mod actor;
pub mod answer;
pub mod claim;
pub mod date;
pub mod grade;
pub mod likelihood;
pub mod place;
pub mod quantity;
pub mod question;
pub mod source;
pub mod statement;
