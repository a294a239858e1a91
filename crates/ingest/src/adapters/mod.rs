//! The adapters, one file each.

mod acled;
mod cameo;
#[cfg(test)]
mod changed;
mod countries;
pub(crate) mod events;
mod gdelt_events;
mod gtd;
mod plover;
mod polecat;
mod ucdp;
mod ucdp_actor;
mod ucdp_conflict;
mod ucdp_country_year;
mod ucdp_dyadic;
mod ucdp_ged;
mod ucdp_nonstate;
pub(crate) mod values;

use crate::adapter::Adapter;

/// Every adapter, in order of its name.
pub const ADAPTERS: &[&dyn Adapter] = &[
    &acled::Acled,
    &events::Unmapped,
    &gdelt_events::GdeltEvents,
    &gtd::Gtd,
    &polecat::Polecat,
    &ucdp_actor::UcdpActor,
    &ucdp_conflict::UcdpConflict,
    &ucdp_country_year::UcdpCountryYear,
    &ucdp_dyadic::UcdpDyadic,
    &ucdp_ged::UcdpGed,
    &ucdp_nonstate::UcdpNonstate,
];

/// The adapter of that name.
#[must_use]
pub fn adapter(name: &str) -> Option<&'static dyn Adapter> {
    ADAPTERS.iter().copied().find(|a| a.info().name == name)
}
