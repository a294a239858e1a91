//! Proper scores of forecasts against what came, lower is better unless said, and what calibration looks like.
//!
//! *Sources:* Gneiting and Raftery (2007), Strictly proper scoring rules, prediction, and estimation; Hegre et al. (2024), The
//! 2023/24 ViEWS prediction challenge, whose definitions of bins and means the challenge scores follow.

mod calibration;
mod challenge;
mod crps;
mod events;
mod ignorance;
mod interval;
mod skill;
mod sort;

pub use calibration::{Reliability, pit, pit_histogram, reliability};
pub use challenge::{Cell, Coverage, Scores, challenge, challenge_by_cell, mean_crps};
pub use crps::{crps, crps_negative_binomial, crps_sorted, crps_threshold};
pub use events::brier;
pub use ignorance::{IGNORANCE_BINS, ignorance};
pub use interval::{covers, interval_score, quantile_of, quantile_score};
pub use skill::{Skill, skill};
