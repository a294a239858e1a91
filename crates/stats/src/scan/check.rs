//! What must hold before a scan.

use super::{Cases, ScanError, Settings, step::Steps};

/// Holds cases and settings against what a scan needs, and cuts the period into steps.
pub(super) fn check(cases: &Cases, settings: &Settings) -> Result<Steps, ScanError> {
    settings_in_range(settings)?;
    for (place, at) in cases.places.iter().enumerate() {
        if !(at.latitude.abs() <= 90.0 && at.longitude.abs() <= 180.0) {
            return Err(ScanError::Coordinates { place, latitude: at.latitude, longitude: at.longitude });
        }
    }
    for count in &cases.counts {
        if count.place >= cases.places.len() {
            return Err(ScanError::UnknownPlace { place: count.place, places: cases.places.len() });
        }
        if count.day < cases.period.first || count.day > cases.period.last {
            return Err(ScanError::OutsidePeriod { day: count.day, period: cases.period });
        }
    }
    if cases.counts.iter().map(|count| u64::from(count.n)).sum::<u64>() == 0 {
        return Err(ScanError::NoCases);
    }
    Steps::new(cases.period, settings)
}

fn settings_in_range(settings: &Settings) -> Result<(), ScanError> {
    let within = |setting, value: f64, good: bool, expected| match good {
        true => Ok(()),
        false => Err(ScanError::Setting { setting, value, expected }),
    };
    let (circle, duration) = (settings.max_circle, settings.max_duration);
    within("max_circle", circle, circle > 0.0 && circle <= 0.5, "a share above 0 and at most 0.5")?;
    within("max_duration", duration, duration > 0.0 && duration <= 0.9, "a share above 0 and at most 0.9")?;
    within("step_days", settings.step_days.into(), settings.step_days > 0, "at least 1 day")?;
    within("min_cases", settings.min_cases.into(), settings.min_cases > 0, "at least 1 case")?;
    within("replicates", settings.replicates.into(), settings.replicates > 0, "at least 1; 999 is usual")
}
