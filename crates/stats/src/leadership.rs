//! How long leaders last, and what happens to a group's violence around the loss of one.
//!
//! The literature on *decapitation* disagrees, and much of it on method. Jordan (2009, *Security Studies* 18; 2014, *International
//! Security* 38) finds that old, large and religious groups outlive their leaders. Price (2012, *International Security* 36) finds that
//! groups which lost a leader end sooner, the more so the younger they are. Johnston (2012, *International Security* 36) compares
//! attempts that succeeded with attempts that failed, and finds less violence after the former. All of them compare many groups. One group's
//! series cannot tell what would have happened otherwise: leaders are lost when a group is under attack, or at the height of its violence,
//! from which it would have fallen back anyway. What is computed here is therefore a description with a **placebo test**: how
//! unusual the change at the true date is among the changes at all other dates of the same series.

#[cfg(test)]
mod tests;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use statrs::distribution::{ChiSquared, ContinuousCDF, Normal, StudentsT};
use thiserror::Error;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum LeadershipError {
    /// A vague day whose ends are the wrong way round.
    #[error("a day between {earliest} and {latest}: the earliest must not lie after the latest")]
    Day {
        /// Earliest day.
        earliest: i64,
        /// Latest day.
        latest: i64,
    },
    /// A tenure that cannot have happened.
    #[error("{leader} leaves office before taking it, whatever the days within their ranges; correct one of the dates")]
    Tenure {
        /// Who.
        leader: String,
    },
    /// Too few leaders for a survival curve.
    #[error("{found} leaders, of whom {ended} lost office: a survival curve needs at least 5 leaders and one loss")]
    TooFewLeaders {
        /// Leaders given.
        found: usize,
        /// Of them no longer in office.
        ended: usize,
    },
    /// A window that is no run of at least two blocks.
    #[error("a window of {days} days in blocks of {block}: expected a multiple of the block, two blocks at least")]
    Window {
        /// Days on either side.
        days: i64,
        /// Days of a block.
        block: i64,
    },
    /// The window around a date reaches out of the study.
    #[error(
        "{days} days before and after the loss ({earliest} to {latest}) reach beyond the study ({from} to {to}); take a narrower window"
    )]
    Beyond {
        /// Days on either side.
        days: i64,
        /// Earliest day of the loss.
        earliest: i64,
        /// Latest day of the loss.
        latest: i64,
        /// First day of the study.
        from: i64,
        /// Last day of the study.
        to: i64,
    },
    /// A weight below zero or without end.
    #[error("a toll of {0} deaths: expected 0 or more")]
    Toll(f64),
    /// Nothing happened in the window.
    #[error("no event in the {days} days before and after the loss: there is no rate to compare")]
    NoEvents {
        /// Days on either side.
        days: i64,
    },
    /// Too few other dates to compare with.
    #[error("only {found} other dates have a whole window within the study; a placebo test needs at least 20")]
    NoPlacebo {
        /// Dates found.
        found: usize,
    },
}

/// A day known to lie between two days (days since 1970-01-01); both the same where it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct VagueDay {
    /// Earliest.
    pub earliest: i64,
    /// Latest.
    pub latest: i64,
}

impl VagueDay {
    /// A known day.
    pub const fn on(day: i64) -> Self {
        Self { earliest: day, latest: day }
    }

    /// A day between two.
    ///
    /// # Errors
    /// [`LeadershipError::Day`] where the earliest lies after the latest.
    pub fn between(earliest: i64, latest: i64) -> Result<Self, LeadershipError> {
        if earliest <= latest { Ok(Self { earliest, latest }) } else { Err(LeadershipError::Day { earliest, latest }) }
    }
}

/// How a leader came to lose office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// Killed or dead.
    Death,
    /// Arrested, captured or dismissed.
    Removal,
    /// Otherwise, or not known.
    Other,
}

/// One leader's time in office, as published sources state it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tenure {
    /// Name in a public role.
    pub leader: String,
    /// First day in office.
    pub from: VagueDay,
    /// Last day, and how it came; none while in office.
    pub to: Option<(VagueDay, Ending)>,
}

/// A number of days that is not known exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Days {
    /// Least.
    pub least: i64,
    /// Greatest.
    pub most: i64,
}

/// A row of the table of leaders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TenureRow {
    /// The tenure.
    pub tenure: Tenure,
    /// Days in office, so far where it has not ended.
    pub lasted: Days,
    /// Days without a leader before it, after the predecessor's last; below zero where the two may have overlapped. None for the
    /// first leader, or after one who is still in office.
    pub gap: Option<Days>,
}

/// The table of leaders in order of their first days, as known on the day `as_of`.
///
/// # Errors
/// [`LeadershipError::Tenure`] where a leader cannot have left after coming.
pub fn table(tenures: &[Tenure], as_of: i64) -> Result<Vec<TenureRow>, LeadershipError> {
    let mut tenures = tenures.to_vec();
    tenures.sort_by_key(|tenure| (tenure.from.earliest, tenure.from.latest));
    let mut before: Option<Tenure> = None;
    let mut rows = vec![];
    for tenure in tenures {
        let to = tenure.to.map_or(VagueDay::on(as_of), |(day, _)| day);
        let lasted = Days { least: (to.earliest - tenure.from.latest).max(0), most: to.latest - tenure.from.earliest };
        if lasted.most < 0 {
            return Err(LeadershipError::Tenure { leader: tenure.leader });
        }
        let gap = before.and_then(|before| before.to).map(|(last, _)| Days {
            least: tenure.from.earliest - last.latest - 1,
            most: tenure.from.latest - last.earliest - 1,
        });
        before = Some(tenure.clone());
        rows.push(TenureRow { tenure, lasted, gap });
    }
    Ok(rows)
}

/// A step of the Kaplan–Meier curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SurvivalStep {
    /// Days in office.
    pub days: f64,
    /// Leaders still in office just before.
    pub at_risk: usize,
    /// Of them, those who lost it then.
    pub ended: usize,
    /// Share who last longer (Kaplan and Meier 1958).
    pub survival: f64,
    /// Its standard error (Greenwood 1926).
    pub error: f64,
    /// 90% interval on the scale of log(−log), which stays within 0 and 1.
    pub low: f64,
    /// Upper end of it.
    pub high: f64,
}

/// How long leaders last.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Survival {
    /// Leaders.
    pub leaders: usize,
    /// Of them no longer in office.
    pub ended: usize,
    /// Kaplan–Meier curve, with each tenure at the middle of its range.
    pub curve: Vec<SurvivalStep>,
    /// Days by which half have lost office, by the shortest and by the longest that the tenures may have been; none where the
    /// curve stays above a half.
    pub median: [Option<f64>; 2],
    /// Losses of office per leader-year, at constant hazard, with middle durations.
    pub hazard: f64,
    /// Its exact 90% interval (Garwood 1936), widened by the vagueness of the dates.
    pub hazard_low: f64,
    /// Upper end of it.
    pub hazard_high: f64,
}

const DAYS_OF_YEAR: f64 = 365.25;
/// Tail of a 90% interval.
const TAIL: f64 = 0.05;
/// Leaders below which a curve would be drawn from anecdotes. A convention of this project.
const FEWEST_LEADERS: usize = 5;

/// How long leaders last, from at least five of them.
///
/// # Errors
/// [`LeadershipError::TooFewLeaders`]; errors of [`table`].
pub fn survival(tenures: &[Tenure], as_of: i64) -> Result<Survival, LeadershipError> {
    let rows = table(tenures, as_of)?;
    let ended = rows.iter().filter(|row| row.tenure.to.is_some()).count();
    if rows.len() < FEWEST_LEADERS || ended == 0 {
        return Err(LeadershipError::TooFewLeaders { found: rows.len(), ended });
    }
    let lasting = |days: fn(Days) -> f64| -> Vec<(f64, bool)> {
        rows.iter().map(|row| (days(row.lasted), row.tenure.to.is_some())).collect()
    };
    let shortest = lasting(|days| days.least as f64);
    let longest = lasting(|days| days.most as f64);
    let middle = lasting(|days| (days.least + days.most) as f64 / 2.0);
    let years = |tenures: &[(f64, bool)]| tenures.iter().map(|tenure| tenure.0).sum::<f64>().max(1.0) / DAYS_OF_YEAR;
    let n = ended as f64;
    let half = |tenures: &[(f64, bool)]| kaplan_meier(tenures).iter().find(|step| step.survival <= 0.5).map(|s| s.days);
    Ok(Survival {
        leaders: rows.len(),
        ended,
        median: [half(&shortest), half(&longest)],
        hazard: n / years(&middle),
        hazard_low: chi_squared(2.0 * n, TAIL) / 2.0 / years(&longest),
        hazard_high: chi_squared(2.0 * n + 2.0, 1.0 - TAIL) / 2.0 / years(&shortest),
        curve: kaplan_meier(&middle),
    })
}

fn chi_squared(freedom: f64, p: f64) -> f64 {
    ChiSquared::new(freedom).map_or(f64::NAN, |law| law.inverse_cdf(p))
}

/// Kaplan–Meier curve of durations, each with whether it ended or was merely seen so far.
pub fn kaplan_meier(durations: &[(f64, bool)]) -> Vec<SurvivalStep> {
    let mut sorted = durations.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let z = Normal::standard().inverse_cdf(1.0 - TAIL);
    let (mut survival, mut greenwood, mut at_risk) = (1.0, 0.0, sorted.len());
    let mut steps = vec![];
    for tied in sorted.chunk_by(|a, b| a.0 == b.0) {
        let ended = tied.iter().filter(|(_, ended)| *ended).count();
        if ended > 0 {
            let (n, d) = (at_risk as f64, ended as f64);
            survival *= 1.0 - d / n;
            greenwood += d / (n * (n - d));
            let error = if survival > 0.0 { survival * greenwood.sqrt() } else { f64::NAN };
            // The standard error of log(−log S) is the root of Greenwood's sum over |log S|.
            let width = z * greenwood.sqrt() / survival.ln();
            let (low, high) = if survival > 0.0 {
                (survival.powf((-width).exp()), survival.powf(width.exp()))
            } else {
                (0.0, f64::NAN)
            };
            steps.push(SurvivalStep { days: tied[0].0, at_risk, ended, survival, error, low, high });
        }
        at_risk -= tied.len();
    }
    steps
}

/// An event: its day, and what it counts for, 1 for events or the dead for tolls.
pub type Weighted = (i64, f64);

/// How far to look on either side of a loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Window {
    /// Days on either side; a multiple of the block.
    pub days: i64,
    /// Days of a block; the scatter among blocks tells how uneven violence is.
    pub block: i64,
}

/// First and last day that the data cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Study {
    /// First day.
    pub from: i64,
    /// Last day.
    pub to: i64,
}

/// The rate after a loss over that before it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RateRatio {
    /// Events (or deaths) in the window before.
    pub before: f64,
    /// And after. The days on which the loss may lie belong to neither: the strike itself would count.
    pub after: f64,
    /// After over before. Where one is zero, a half is added to both (Haldane 1956).
    pub ratio: f64,
    /// Lower end of the 90% interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Variance of blocks over their mean: 1 for chance alone, more where events come in waves.
    pub dispersion: f64,
    /// Whether a half was added.
    pub adjusted: bool,
}

/// The rate after a loss over that before, quasi-Poisson: the variance of a block is its mean times a dispersion, which is taken
/// from the data and not below 1; the interval is by Student's t (McCullagh and Nelder 1989, sections 4.5 and 6.2).
///
/// # Errors
/// [`LeadershipError`]: a window that does not fit, a toll below zero, no event at all.
pub fn rate_ratio(
    events: &[Weighted],
    loss: VagueDay,
    study: Study,
    window: Window,
) -> Result<RateRatio, LeadershipError> {
    check(events, loss, study, window)?;
    let n = usize::try_from(window.days / window.block).unwrap_or(0);
    let mut blocks = [vec![0.0; n], vec![0.0; n]];
    for &(day, weight) in events {
        let (side, off) = if day < loss.earliest { (0, loss.earliest - 1 - day) } else { (1, day - loss.latest - 1) };
        if (0..window.days).contains(&off) {
            blocks[side][usize::try_from(off / window.block).unwrap_or(0)] += weight;
        }
    }
    let [before, after] = [0, 1].map(|side| blocks[side].iter().sum::<f64>());
    if before + after == 0.0 {
        return Err(LeadershipError::NoEvents { days: window.days });
    }
    let freedom = 2.0 * n as f64 - 2.0;
    let pearson: f64 = blocks
        .iter()
        .map(|side| {
            let mean = side.iter().sum::<f64>() / n as f64;
            if mean > 0.0 { side.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / mean } else { 0.0 }
        })
        .sum();
    let dispersion = (pearson / freedom).max(1.0);
    let adjusted = before == 0.0 || after == 0.0;
    let added = if adjusted { 0.5 } else { 0.0 };
    let log = ((after + added) / (before + added)).ln();
    let error = (dispersion * (1.0 / (after + added) + 1.0 / (before + added))).sqrt();
    let t = StudentsT::new(0.0, 1.0, freedom).map_or(f64::NAN, |law| law.inverse_cdf(1.0 - TAIL));
    let (low, high) = ((log - t * error).exp(), (log + t * error).exp());
    Ok(RateRatio { before, after, ratio: log.exp(), low, high, dispersion, adjusted })
}

fn check(events: &[Weighted], loss: VagueDay, study: Study, window: Window) -> Result<(), LeadershipError> {
    let Window { days, block } = window;
    if block < 1 || days % block != 0 || days / block < 2 {
        return Err(LeadershipError::Window { days, block });
    }
    let VagueDay { earliest, latest } = loss;
    if earliest > latest {
        return Err(LeadershipError::Day { earliest, latest });
    }
    if earliest - days < study.from || latest + days > study.to {
        return Err(LeadershipError::Beyond { days, earliest, latest, from: study.from, to: study.to });
    }
    match events.iter().find(|(_, weight)| !(weight.is_finite() && *weight >= 0.0)) {
        Some(&(_, weight)) => Err(LeadershipError::Toll(weight)),
        None => Ok(()),
    }
}

/// How unusual the change at the true date, or the mean change at several, is among other dates of the series.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Placebo {
    /// The statistic: ln((after + ½) / (before + ½)), its mean where there are several losses.
    pub change: f64,
    /// Other dates, or sets of dates, that it was compared with.
    pub others: usize,
    /// Share of all dates, the true one among them, with a fall at least as deep: the one-sided p-value of a fall.
    pub fall: f64,
    /// The same of a rise.
    pub rise: f64,
    /// Share with a change at least as far from the median change: the two-sided p-value.
    pub either: f64,
    /// Windows of the study that do not overlap. Neighbouring dates share most of their days, so the p-values rest on about so many
    /// independent looks, however many dates there are.
    pub independent: f64,
    /// Between these lie nine in ten of the others: the 5% and 95% quantiles of the statistic.
    pub usual: [f64; 2],
}

/// Other dates below which a rank says nothing.
const FEWEST_OTHERS: usize = 20;

/// Placebo test of one loss: the same statistic at every other day of the study whose whole window lies within it.
///
/// # Errors
/// As [`rate_ratio`], and [`LeadershipError::NoPlacebo`].
pub fn placebo(events: &[Weighted], loss: VagueDay, study: Study, window: Window) -> Result<Placebo, LeadershipError> {
    check(events, loss, study, window)?;
    let series = Series::new(events, study);
    let dates = series.dates(loss, window);
    let others: Vec<f64> =
        dates.filter(|day| *day != loss.earliest).map(|day| series.change(day, loss, window)).collect();
    rank(series.change(loss.earliest, loss, window), others, study, window)
}

/// Placebo test of several losses together: their mean change against that of `sets` sets of as many random days.
///
/// # Errors
/// As [`placebo`].
pub fn placebo_of_all(
    events: &[Weighted],
    losses: &[VagueDay],
    study: Study,
    window: Window,
    sets: usize,
    seed: u64,
) -> Result<Placebo, LeadershipError> {
    for loss in losses {
        check(events, *loss, study, window)?;
    }
    let series = Series::new(events, study);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let n = losses.len().max(1) as f64;
    let mut set = || -> f64 {
        let change = |loss: &VagueDay| {
            let day = rng.random_range(series.dates(*loss, window));
            series.change(day, *loss, window)
        };
        losses.iter().map(change).sum::<f64>() / n
    };
    let others = (0..sets).map(|_| set()).collect();
    let found = losses.iter().map(|loss| series.change(loss.earliest, *loss, window)).sum::<f64>() / n;
    rank(found, others, study, window)
}

fn rank(change: f64, mut others: Vec<f64>, study: Study, window: Window) -> Result<Placebo, LeadershipError> {
    if others.len() < FEWEST_OTHERS {
        return Err(LeadershipError::NoPlacebo { found: others.len() });
    }
    others.sort_by(f64::total_cmp);
    let middle = others[others.len() / 2];
    // Sums of the same numbers in another order may differ in their last digits.
    let slack = 1e-9;
    let share = |at_least: &dyn Fn(f64) -> bool| {
        (1 + others.iter().filter(|x| at_least(**x)).count()) as f64 / (1 + others.len()) as f64
    };
    Ok(Placebo {
        change,
        others: others.len(),
        fall: share(&|x| x <= change + slack),
        rise: share(&|x| x >= change - slack),
        either: share(&|x| (x - middle).abs() >= (change - middle).abs() - slack),
        independent: (study.to - study.from + 1) as f64 / (2 * window.days) as f64,
        usual: [0.05, 0.95].map(|q: f64| others[(q * (others.len() - 1) as f64).round() as usize]),
    })
}

/// Running sums by day, so that every date costs the same.
struct Series {
    from: i64,
    to: i64,
    sums: Vec<f64>,
}

impl Series {
    fn new(events: &[Weighted], study: Study) -> Self {
        let days = usize::try_from(study.to - study.from + 1).unwrap_or(0);
        let mut sums = vec![0.0; days + 1];
        for &(day, weight) in events.iter().filter(|(day, _)| (study.from..=study.to).contains(day)) {
            sums[usize::try_from(day - study.from).unwrap_or(0) + 1] += weight;
        }
        for i in 1..sums.len() {
            sums[i] += sums[i - 1];
        }
        Self { from: study.from, to: study.to, sums }
    }

    /// Days on which a loss as vague as this one could begin.
    fn dates(&self, loss: VagueDay, window: Window) -> std::ops::RangeInclusive<i64> {
        self.from + window.days..=self.to - window.days - (loss.latest - loss.earliest)
    }

    /// The sum from one day to another, both in.
    fn sum(&self, from: i64, to: i64) -> f64 {
        let at = |day: i64| self.sums[usize::try_from(day - self.from).unwrap_or(0)];
        at(to + 1) - at(from)
    }

    fn change(&self, day: i64, loss: VagueDay, window: Window) -> f64 {
        let last = day + (loss.latest - loss.earliest);
        let before = self.sum(day - window.days, day - 1);
        let after = self.sum(last + 1, last + window.days);
        ((after + 0.5) / (before + 0.5)).ln()
    }
}
