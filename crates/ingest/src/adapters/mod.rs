//! The adapters, one file each.

mod acled;
mod cameo;
mod countries;
mod gdelt_events;
mod gtd;
mod plover;
mod polecat;
mod ucdp_ged;
mod values;

use crate::adapter::Adapter;

/// Every adapter, in order of its name.
pub const ADAPTERS: &[&dyn Adapter] =
    &[&acled::Acled, &gdelt_events::GdeltEvents, &gtd::Gtd, &polecat::Polecat, &ucdp_ged::UcdpGed];

/// The adapter of that name.
#[must_use]
pub fn adapter(name: &str) -> Option<&'static dyn Adapter> {
    ADAPTERS.iter().copied().find(|a| a.info().name == name)
}
