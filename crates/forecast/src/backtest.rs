//! Rolling origins: forecasts as they would have been made, scored against what came.

use crate::score::{self, Scores};
use crate::{Draws, Error, Model, Month, Outcomes, Panel, Violence};

/// One window of a backtest.
#[derive(Debug, Clone)]
pub struct Window {
    /// The last month known.
    pub origin: Month,
    /// The forecast.
    pub draws: Draws,
    /// What came, of the units forecast.
    pub outcomes: Outcomes,
    /// The forecast's scores.
    pub scores: Scores,
}

/// Forecasts from each origin on the panel cut there, scored against the panel. Unit-months that ceased to exist are left out.
///
/// # Errors
/// Where an origin lies outside the panel, a model fails, or nothing came.
pub fn rolling(
    panel: &Panel,
    model: &dyn Model,
    origins: impl IntoIterator<Item = Month>,
    horizons: &[u32],
    draws: usize,
    seed: u64,
) -> Result<Vec<Window>, Error> {
    let window = |origin: Month| {
        let draws = model.forecast(&panel.until(origin)?, horizons, draws, seed)?;
        let mut outcomes = Outcomes::of(panel, Violence::StateBased, draws.months());
        outcomes.0.retain(|key, _| draws.units().binary_search(&key.0).is_ok());
        let scores = score::challenge(&draws, &outcomes)?;
        Ok(Window { origin, draws, outcomes, scores })
    };
    origins.into_iter().map(window).collect()
}
