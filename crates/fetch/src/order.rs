//! What to fetch, and where from.

use std::path::PathBuf;
use std::str::FromStr;

use jiff::civil::Date;
use url::Url;

use crate::ucdp::{SETS, Set, Version};

/// Which data of which publisher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spec {
    /// A release of one of UCDP's datasets: `ucdp-ged@26.1`.
    Ucdp {
        /// The dataset.
        set: &'static Set,
        /// The release.
        version: Version,
    },
    /// ACLED, as it is today: `acled`.
    Acled,
    /// GDELT 2.0 events of some days, UTC: `gdelt@2020-03-01/2020-03-31`.
    Gdelt {
        /// The first day.
        from: Date,
        /// The last day.
        until: Date,
    },
}

/// What to fetch, and into which folder.
#[derive(Debug, Clone)]
pub struct Order {
    /// Which data.
    pub spec: Spec,
    /// The folder for the file.
    pub to: PathBuf,
    /// Ask the API even where there is a file of everything (UCDP).
    pub api: bool,
    /// Only events from this day (UCDP GED, ACLED).
    pub from: Option<Date>,
    /// Only events until this day (UCDP GED, ACLED).
    pub until: Option<Date>,
    /// Only events in these countries, by the publisher's own names or numbers (UCDP GED, ACLED).
    pub countries: Vec<String>,
    /// Only what has changed since the newest file of an earlier fetch, put together with it (ACLED).
    pub update: bool,
}

/// Why an order cannot be met.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// The dataset is not known.
    #[error("`{name}` cannot be fetched; known: {}, acled, gdelt{}", known(), nearest(name))]
    Dataset {
        /// The name given.
        name: String,
    },
    /// The part after `@` is missing, superfluous, or not what it must be.
    #[error("`{given}`: {reason}")]
    Version {
        /// The specification given.
        given: String,
        /// What is wrong, and what was expected.
        reason: String,
    },
    /// An option that this dataset does not have.
    #[error("{option} does not go with {dataset}: {reason}")]
    Option {
        /// The option.
        option: &'static str,
        /// The dataset.
        dataset: String,
        /// Why not.
        reason: &'static str,
    },
    /// The first day lies after the last.
    #[error("{from} lies after {until}")]
    Reversed {
        /// The first day.
        from: Date,
        /// The last day.
        until: Date,
    },
    /// An address that cannot be used.
    #[error("{variable} is not an address: {reason}")]
    Address {
        /// The variable.
        variable: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

fn known() -> String {
    SETS.iter().map(|set| set.name).collect::<Vec<_>>().join(", ")
}

fn nearest(name: &str) -> &'static str {
    if name.eq_ignore_ascii_case("ged") { "\nhint: ucdp-ged@VERSION" } else { "" }
}

impl FromStr for Spec {
    type Err = OrderError;

    /// Reads `NAME`, or `NAME@RELEASE`.
    fn from_str(given: &str) -> Result<Self, OrderError> {
        let wrong = |reason: &str| OrderError::Version { given: given.to_owned(), reason: reason.to_owned() };
        let (name, release) = given.split_once('@').map_or((given, None), |(name, release)| (name, Some(release)));
        match (name, release) {
            ("acled", None) => Ok(Self::Acled),
            ("acled", Some(_)) => Err(wrong("ACLED has no releases: what is fetched is what it holds today")),
            ("gdelt", None) => Err(wrong("which days? Expected gdelt@FIRST/LAST, such as gdelt@2020-03-01/2020-03-31")),
            ("gdelt", Some(days)) => {
                let day = |text: &str| {
                    text.parse::<Date>().map_err(|_| wrong("expected days, such as 2020-03-01/2020-03-31"))
                };
                let (from, until) = days.split_once('/').unwrap_or((days, days));
                let (from, until) = (day(from)?, day(until)?);
                if from > until { Err(OrderError::Reversed { from, until }) } else { Ok(Self::Gdelt { from, until }) }
            }
            _ => {
                let set = SETS.iter().find(|set| set.name == name);
                let set = set.ok_or_else(|| OrderError::Dataset { name: name.to_owned() })?;
                let release =
                    release.ok_or_else(|| wrong("which release? Expected NAME@VERSION, such as ucdp-ged@26.1"))?;
                let version = release.parse().map_err(|reason: String| wrong(&reason))?;
                Ok(Self::Ucdp { set, version })
            }
        }
    }
}

impl Spec {
    /// The dataset's name, which is that of the adapter that reads it.
    #[must_use]
    pub fn dataset(&self) -> &'static str {
        match self {
            Self::Ucdp { set, .. } => set.name,
            Self::Acled => "acled",
            Self::Gdelt { .. } => "gdelt",
        }
    }
}

impl Order {
    /// Whether only some events are asked for.
    pub(crate) fn is_narrow(&self) -> bool {
        self.from.is_some() || self.until.is_some() || !self.countries.is_empty()
    }

    /// What narrows the order, for the name of a file: empty, or `-from-2020-01-01-mali`.
    pub(crate) fn slug(&self) -> String {
        let days = [("from", self.from), ("until", self.until)];
        let days = days.into_iter().filter_map(|(word, day)| Some(format!("{word}-{}", day?)));
        let countries = self.countries.iter().map(|country| {
            let letters = country.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
            letters.collect::<String>()
        });
        days.chain(countries).map(|part| format!("-{part}")).collect()
    }

    /// Refuses what does not go together.
    pub(crate) fn check(&self) -> Result<(), OrderError> {
        let refuse =
            |option, reason| Err(OrderError::Option { option, dataset: self.spec.dataset().to_owned(), reason });
        if let (Some(from), Some(until)) = (self.from, self.until)
            && from > until
        {
            return Err(OrderError::Reversed { from, until });
        }
        match &self.spec {
            Spec::Acled if self.api => refuse("--api", "ACLED is always asked through its API"),
            Spec::Gdelt { .. } if self.api => refuse("--api", "GDELT has files only"),
            Spec::Ucdp { .. } if self.update => refuse("--update", "a release does not change; fetch the next one"),
            Spec::Gdelt { .. } if self.update => refuse("--update", "its files do not change; name the days after @"),
            Spec::Gdelt { .. } if self.is_narrow() => {
                refuse("--from, --until, --country", "its files hold the whole world; name the days after @")
            }
            Spec::Ucdp { set, .. } if self.is_narrow() && set.name != "ucdp-ged" => {
                refuse("--from, --until, --country", "only GED is made of dated and placed events")
            }
            _ => Ok(()),
        }
    }
}

/// The publishers' servers.
#[derive(Debug, Clone)]
pub struct Endpoints {
    /// UCDP's API; `CASEFILE_UCDP_URL`.
    pub ucdp: Url,
    /// UCDP's files; `CASEFILE_UCDP_FILES_URL`.
    pub ucdp_files: Url,
    /// ACLED; `CASEFILE_ACLED_URL`.
    pub acled: Url,
    /// GDELT's files; `CASEFILE_GDELT_URL`.
    pub gdelt: Url,
}

impl Endpoints {
    /// The publishers' own servers, or those that the environment names instead, as for a mirror or a test.
    ///
    /// GDELT's own address has no certificate that fits it; the same files are served by the storage behind it.
    ///
    /// # Errors
    /// Where a variable does not hold an address.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, OrderError> {
        let base = |name: &'static str, usual: &str| {
            let mut given = variable(name).filter(|text| !text.is_empty()).unwrap_or_else(|| usual.to_owned());
            if !given.ends_with('/') {
                given.push('/');
            }
            Url::parse(&given).map_err(|error| OrderError::Address { variable: name, reason: error.to_string() })
        };
        Ok(Self {
            ucdp: base("CASEFILE_UCDP_URL", "https://ucdpapi.pcr.uu.se/api/")?,
            ucdp_files: base("CASEFILE_UCDP_FILES_URL", "https://ucdp.uu.se/downloads/")?,
            acled: base("CASEFILE_ACLED_URL", "https://acleddata.com/")?,
            gdelt: base("CASEFILE_GDELT_URL", "https://storage.googleapis.com/data.gdeltproject.org/gdeltv2/")?,
        })
    }
}

/// An address below a base. `path` is of our own making.
pub(crate) fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path()));
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(spec: &str) -> Order {
        Order {
            spec: spec.parse().unwrap(),
            to: PathBuf::new(),
            api: false,
            from: None,
            until: None,
            countries: Vec::new(),
            update: false,
        }
    }

    #[test]
    fn specifications_are_read() {
        let Spec::Ucdp { set, version } = "ucdp-ged@26.0.9".parse().unwrap() else { panic!("no release of UCDP") };
        assert_eq!((set.name, version.to_string().as_str()), ("ucdp-ged", "26.0.9"));
        assert_eq!("acled".parse::<Spec>().unwrap(), Spec::Acled);
        let day = |text: &str| text.parse::<Date>().unwrap();
        let march = Spec::Gdelt { from: day("2020-03-01"), until: day("2020-03-31") };
        assert_eq!("gdelt@2020-03-01/2020-03-31".parse::<Spec>().unwrap(), march);
        for (bad, word) in [
            ("ged@26.1", "hint: ucdp-ged@VERSION"),
            ("ucdp-ged", "which release"),
            ("ucdp-ged@latest", "26.1"),
            ("ucdp-ged@../26.1", "26.1"),
            ("acled@2020", "no releases"),
            ("gdelt", "which days"),
            ("gdelt@2020-03", "expected days"),
            ("gdelt@2020-03-02/2020-03-01", "lies after"),
        ] {
            let error = bad.parse::<Spec>().unwrap_err().to_string();
            assert!(error.contains(word), "{bad}: {error}");
        }
    }

    #[test]
    fn options_that_do_not_go_together_are_refused() {
        assert!(order("ucdp-ged@26.1").check().is_ok());
        for (spec, change) in [
            ("acled", (|order: &mut Order| order.api = true) as fn(&mut Order)),
            ("ucdp-ged@26.1", |order| order.update = true),
            ("ucdp-dyadic@26.1", |order| order.countries.push("700".to_owned())),
            ("gdelt@2020-03-01", |order| order.from = Some(jiff::civil::date(2020, 1, 1))),
        ] {
            let mut order = order(spec);
            change(&mut order);
            assert!(matches!(order.check(), Err(OrderError::Option { .. })), "{spec}");
        }
    }

    #[test]
    fn narrow_orders_have_names_of_their_own() {
        let mut narrow = order("acled");
        narrow.from = Some(jiff::civil::date(2020, 1, 1));
        narrow.countries = vec!["Côte d'Ivoire".to_owned(), "../Mali".to_owned()];
        assert_eq!(narrow.slug(), "-from-2020-01-01-côte-d-ivoire----mali");
    }
}
