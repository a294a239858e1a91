//! What a row's `flags` column can say: everything about a row that a count or a sum should know.

/// One word of the `flags` column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flag {
    /// Who did it is suspected, not known (GTD `guncertain1`).
    ActorUncertain,
    /// `admin1` was blank and was taken from other rows of the file at exactly the same coordinates.
    Admin1FromCoordinates,
    /// One row stands for several incidents (GED `event_clarity` 2).
    Aggregated,
    /// The coordinates are the middle of a line or an area that the file gives.
    Centroid,
    /// `country` is a code that the adapter knows no name for.
    CountryCodeUnknown,
    /// The publisher knows the date only roughly: the range is the whole week, month or year that it names, or it says
    /// so in words (ACLED `time_precision` 2 and 3; GTD day or month 0, `approxdate`, an end that is not known).
    DateApproximate,
    /// `date_precision_days` is the length of the date range, as the file gives no precision code.
    DatePrecisionDerived,
    /// The file gives no id; `native_id` is derived from the row's content.
    DerivedId,
    /// The coders doubt that the event is what the dataset collects (GTD `doubtterr`).
    DoubtfulInclusion,
    /// The dyad did not reach 25 deaths that year (GED `active_year` 0), so UCDP's yearly files leave it out.
    InactiveYear,
    /// The day lies four weeks or more before the report: an anniversary, a trial, or a date that a machine reckoned
    /// from words such as "last year".
    LateReport,
    /// There is no best estimate of deaths, though there is a low or a high one.
    NoBest,
    /// There are no coordinates.
    NoCoordinates,
    /// There is no estimate of deaths at all.
    NoToll,
    /// There is no type of violence.
    NoType,
    /// `place_precision_km` is unknown, as the file gives no precision code.
    PlacePrecisionUnknown,
    /// The file's PRIO-GRID cell is not the one that the coordinates lie in; the computed one is used.
    PriogridMismatch,
    /// The coder has marked the row for checking (GED `code_status` other than `Clear`).
    StatusUnclear,
    /// The deaths do not stand in the order low ≤ best ≤ high.
    TollOrder,
    /// A number of dead or wounded is a broken one, as linked events share a total, and is rounded (GTD `nkill`).
    TollRounded,
    /// The report speaks of it as to come, as a mere possibility, or as not having happened.
    Unrealised,
    /// The attack failed: it was begun and did not do what such an attack does (GTD `success` 0).
    Unsuccessful,
    /// The toll is perhaps no count: sources spoke of tens, dozens or hundreds, which the publisher writes as 10, 12 and
    /// 100 (ACLED).
    VagueToll,
    /// Some text was not UTF-8 and was read as Windows-1252.
    Windows1252,
    /// The coordinates are exactly 0, 0: more often a missing value than the Gulf of Guinea.
    ZeroCoordinates,
}

impl Flag {
    /// Every flag, in the order of its words.
    pub const ALL: [Self; 25] = [
        Self::ActorUncertain,
        Self::Admin1FromCoordinates,
        Self::Aggregated,
        Self::Centroid,
        Self::CountryCodeUnknown,
        Self::DateApproximate,
        Self::DatePrecisionDerived,
        Self::DerivedId,
        Self::DoubtfulInclusion,
        Self::InactiveYear,
        Self::LateReport,
        Self::NoBest,
        Self::NoCoordinates,
        Self::NoToll,
        Self::NoType,
        Self::PlacePrecisionUnknown,
        Self::PriogridMismatch,
        Self::StatusUnclear,
        Self::TollOrder,
        Self::TollRounded,
        Self::Unrealised,
        Self::Unsuccessful,
        Self::VagueToll,
        Self::Windows1252,
        Self::ZeroCoordinates,
    ];

    /// The word that stands in the `flags` column.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::ActorUncertain => "actor-uncertain",
            Self::Admin1FromCoordinates => "admin1-from-coordinates",
            Self::Aggregated => "aggregated",
            Self::Centroid => "centroid",
            Self::CountryCodeUnknown => "country-code-unknown",
            Self::DateApproximate => "date-approximate",
            Self::DatePrecisionDerived => "date-precision-derived",
            Self::DerivedId => "derived-id",
            Self::DoubtfulInclusion => "doubtful-inclusion",
            Self::InactiveYear => "inactive-year",
            Self::LateReport => "late-report",
            Self::NoBest => "no-best",
            Self::NoCoordinates => "no-coordinates",
            Self::NoToll => "no-toll",
            Self::NoType => "no-type",
            Self::PlacePrecisionUnknown => "place-precision-unknown",
            Self::PriogridMismatch => "priogrid-mismatch",
            Self::StatusUnclear => "status-unclear",
            Self::TollOrder => "toll-order",
            Self::TollRounded => "toll-rounded",
            Self::Unrealised => "unrealised",
            Self::Unsuccessful => "unsuccessful",
            Self::VagueToll => "vague-toll",
            Self::Windows1252 => "windows-1252",
            Self::ZeroCoordinates => "zero-coordinates",
        }
    }

    /// Whether the flag changes what a count or a sum means, so that an evidence cube must keep it. The others say
    /// where a value came from.
    #[must_use]
    pub const fn bears_on_figures(self) -> bool {
        matches!(
            self,
            Self::ActorUncertain
                | Self::Aggregated
                | Self::DoubtfulInclusion
                | Self::InactiveYear
                | Self::LateReport
                | Self::NoBest
                | Self::NoToll
                | Self::StatusUnclear
                | Self::TollOrder
                | Self::TollRounded
                | Self::Unrealised
                | Self::Unsuccessful
                | Self::VagueToll
        )
    }

    /// The flag of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flag| flag.word() == word)
    }
}

/// The flags of one row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags(u64);

impl Flags {
    /// Raises a flag.
    pub fn insert(&mut self, flag: Flag) {
        self.0 |= 1 << flag as u32;
    }

    /// Raises a flag where the condition holds.
    pub fn insert_if(&mut self, condition: bool, flag: Flag) {
        self.0 |= u64::from(condition) << flag as u32;
    }

    /// Whether a flag is raised.
    #[must_use]
    pub fn contains(self, flag: Flag) -> bool {
        self.0 & (1 << flag as u32) != 0
    }

    /// The raised flags, in the order of their words.
    pub fn iter(self) -> impl Iterator<Item = Flag> {
        Flag::ALL.into_iter().filter(move |flag| self.contains(*flag))
    }

    /// As they stand in the column: words in order, `;` between them, empty for none.
    #[must_use]
    pub fn text(self) -> String {
        self.iter().map(Flag::word).collect::<Vec<_>>().join(";")
    }
}

impl FromIterator<Flag> for Flags {
    fn from_iter<I: IntoIterator<Item = Flag>>(flags: I) -> Self {
        let mut set = Self::default();
        flags.into_iter().for_each(|flag| set.insert(flag));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_flags_is_the_order_of_their_words() {
        let words: Vec<_> = Flag::ALL.iter().map(|f| f.word()).collect();
        assert!(words.is_sorted());
        assert!(Flag::ALL.is_sorted());
        assert!(Flag::ALL.iter().all(|f| Flag::from_word(f.word()) == Some(*f)));
        assert_eq!(Flags::from_iter([Flag::TollOrder, Flag::Aggregated]).text(), "aggregated;toll-order");
        assert_eq!(Flags::default().text(), "");
    }
}
