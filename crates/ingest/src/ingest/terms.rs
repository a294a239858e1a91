//! What the publisher asks of whoever uses the data, with the blanks of this release filled in.

use std::time::{SystemTime, UNIX_EPOCH};

use casefile_case::lock::Break;
use jiff::civil::Date;

use crate::adapter::AdapterInfo;
use crate::schema::day_of;

/// The terms of one release.
pub(super) struct Terms {
    /// The line to print under whatever is made of the data.
    pub attribution: String,
    /// The day of access, where the line or the user names one.
    pub accessed: Option<String>,
    /// Days across which figures do not compare.
    pub breaks: Vec<Break>,
}

impl Terms {
    /// The terms of `version`. A day of access that nobody gave and the line does not need is left out: it would
    /// differ from copy to copy of the same file.
    pub fn of(info: &AdapterInfo<'_>, version: &str, accessed: Option<Date>, changed: Option<SystemTime>) -> Self {
        let asks = info.attribution.contains("{accessed}");
        let accessed = accessed.or_else(|| changed.and_then(day).filter(|_| asks)).map(|day| day.to_string());
        let on = accessed.as_deref().unwrap_or("an unknown day");
        let breaks = info.breaks.iter().map(|(day, why)| Break { day: (*day).to_owned(), why: (*why).to_owned() });
        Self {
            attribution: info.attribution.replace("{version}", version).replace("{accessed}", on),
            accessed,
            breaks: breaks.collect(),
        }
    }
}

/// The day in UTC.
fn day(time: SystemTime) -> Option<Date> {
    let days = time.duration_since(UNIX_EPOCH).ok()?.as_secs() / (24 * 60 * 60);
    day_of(i32::try_from(days).ok()?)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::adapters::adapter;

    #[test]
    fn blanks_are_filled_and_the_day_of_access_is_told_only_where_it_matters() {
        let ged = adapter("ucdp-ged").unwrap().info();
        let changed = Some(UNIX_EPOCH + Duration::from_secs(1_582_934_400));
        let plain = Terms::of(&ged, "23.1", None, changed);
        assert!(plain.attribution.contains(" 23.1, ") && !plain.attribution.contains('{'), "{}", plain.attribution);
        assert_eq!(plain.accessed, None);
        let asking = AdapterInfo {
            attribution: "Data {version}, accessed {accessed}",
            breaks: &[("2018-01-01", "other sources")],
            ..ged
        };
        let told = Terms::of(&asking, "1", None, changed);
        assert_eq!(told.attribution, "Data 1, accessed 2020-02-29");
        assert_eq!(told.accessed.as_deref(), Some("2020-02-29"));
        assert_eq!(told.breaks, [Break { day: "2018-01-01".into(), why: "other sources".into() }]);
        let given = Terms::of(&asking, "1", Some(Date::constant(2021, 3, 4)), changed);
        assert_eq!(given.attribution, "Data 1, accessed 2021-03-04");
        assert_eq!(Terms::of(&asking, "1", None, None).attribution, "Data 1, accessed an unknown day");
    }
}
