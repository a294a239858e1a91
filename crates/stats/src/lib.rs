//! Statistical methods of conflict research over plain numbers: days, counts, coordinates, graphs.
//!
//! Nothing here knows of cases, files or SQL; `casefile-measure` brings the events and reads the answers. Each module is one
//! family, each method names its paper, and each is checked against something that the project did not write.
//!
//! Units throughout: days are whole days since 1970-01-01 (UTC), distances are kilometres on a sphere of 6,371 km unless a
//! function says otherwise, coordinates are degrees in WGS 84, tolls are deaths. Random results take a seed and are the same on
//! every machine.

pub mod change;
pub mod hawkes;
pub mod hypotheses;
pub mod leadership;
pub mod near;
pub mod network;
pub mod scan;
pub mod spread;
pub mod strength;
