//! What a unit's history looks like at a month, as numbers that a learner can use.

use crate::{History, country};

/// Features per unit and month, all on log(1+deaths), shares of months or months since.
pub(crate) struct Features {
    months: usize,
    units: usize,
    /// By month, then unit, then feature.
    values: Vec<f64>,
    /// By month, then unit: log of the level that models start from.
    level: Vec<f64>,
}

/// How many there are; horizon and season come on top.
pub(crate) const COUNT: usize = 42;

/// Running sums and memories of one unit, with nothing later than the month last added.
struct Memory<'a> {
    sums: [Vec<f64>; 6],
    some: Vec<f64>,
    many: Vec<f64>,
    deaths: Vec<f64>,
    since: [f64; 2],
    fading: [(f64, f64); 4],
    fading_logs: [(f64, f64); 3],
    history: &'a History,
    place: usize,
}

const HALF_LIVES: [f64; 4] = [2.0, 5.0, 12.0, 36.0];
const LOG_HALF_LIVES: [f64; 3] = [3.0, 6.0, 18.0];

impl<'a> Memory<'a> {
    fn new(history: &'a History, place: usize) -> Self {
        Self {
            sums: std::array::from_fn(|_| vec![0.0]),
            some: vec![0.0],
            many: vec![0.0],
            deaths: Vec::new(),
            since: [400.0; 2],
            fading: [(0.0, 0.0); 4],
            fading_logs: [(0.0, 0.0); 3],
            history,
            place,
        }
    }

    fn add(&mut self, month: usize) {
        let counts = self.history.at(self.place, month).copied().unwrap_or_default();
        let deaths = counts.deaths[0];
        for (sum, value) in self.sums.iter_mut().zip(counts.deaths.into_iter().chain(counts.events)) {
            sum.push(sum[month] + value);
        }
        self.some.push(self.some[month] + f64::from(u8::from(deaths > 0.0)));
        self.many.push(self.many[month] + f64::from(u8::from(deaths >= 25.0)));
        for (since, least) in self.since.iter_mut().zip([1.0, 25.0]) {
            *since = if deaths >= least { 0.0 } else { *since + 1.0 };
        }
        fade(&mut self.fading, &HALF_LIVES, deaths);
        fade(&mut self.fading_logs, &LOG_HALF_LIVES, libm::log1p(deaths));
        self.deaths.push(deaths);
    }

    /// Everything but the neighbours, in a fixed order.
    fn features(&self) -> Vec<f64> {
        let log = libm::log1p;
        let [sb, ns, os, sb_events, ns_events, os_events] = &self.sums;
        let faded = self.fading.map(|(sum, weight)| log(sum / weight));
        let faded_logs = self.fading_logs.map(|(sum, weight)| sum / weight);
        let last = log(mean(sb, 1));
        let mut row: Vec<f64> = [1, 2, 3, 6, 12, 24, 60, 400].map(|months| log(mean(sb, months))).to_vec();
        row.extend([6, 12, 24, 60, 400].map(|months| mean(&self.some, months)));
        row.push(mean(&self.many, 24));
        row.extend(faded);
        row.extend(faded_logs);
        row.extend([3, 12, 60].map(|months| log(mean(ns, months))));
        row.extend([3, 12, 60].map(|months| log(mean(os, months))));
        row.extend([3, 12, 60].map(|months| log(mean(sb_events, months))));
        row.extend([log(mean(os_events, 12)), log(mean(ns_events, 12))]);
        row.extend(self.since);
        row.push(log(self.deaths.iter().rev().take(12).copied().fold(0.0, f64::max)));
        row.extend([faded[0] - faded[2], faded[1] - faded[3], last - faded[1], faded_logs[1] - faded[1]]);
        row.push(log(mean(sb, 12)) - log(mean(&sb[..sb.len().saturating_sub(12).max(1)], 12)));
        row
    }

    /// log(½ + deaths faded over 5 and 12 months).
    fn level(&self) -> f64 {
        let [_, short, long, _] = self.fading.map(|(sum, weight)| sum / weight);
        libm::log(0.6 * short + 0.4 * long + 0.5)
    }
}

/// The mean of the last months of a running sum.
fn mean(sum: &[f64], months: usize) -> f64 {
    let last = sum.len() - 1;
    let months = months.min(last).max(1);
    (sum[last] - sum[last.saturating_sub(months)]) / months as f64
}

fn fade(memories: &mut [(f64, f64)], half_lives: &[f64], value: f64) {
    for ((sum, weight), half_life) in memories.iter_mut().zip(half_lives) {
        let keep = libm::exp2(-1.0 / half_life);
        *sum = *sum * keep + value;
        *weight = *weight * keep + 1.0;
    }
}

impl Features {
    pub(crate) fn of(history: &History) -> Self {
        let (units, months) = (history.units().len(), history.months());
        let mut values = vec![0.0; units * months * COUNT];
        let mut level = vec![0.0; units * months];
        for place in 0..units {
            let mut memory = Memory::new(history, place);
            for month in 0..months {
                memory.add(month);
                let row = memory.features();
                let at = month * units + place;
                values[at * COUNT..at * COUNT + row.len()].copy_from_slice(&row);
                level[at] = memory.level();
            }
        }
        let mut features = Self { months, units, values, level };
        features.add_neighbours(history);
        features
    }

    /// The mean and the greatest faded level of the neighbours, last in the row.
    fn add_neighbours(&mut self, history: &History) {
        let near: Vec<Vec<usize>> = history
            .units()
            .iter()
            .map(|unit| {
                let ids = country::neighbours(*unit);
                ids.iter().filter_map(|id| history.units().binary_search(id).ok()).collect()
            })
            .collect();
        for month in 0..self.months {
            for (place, near) in near.iter().enumerate() {
                let levels = near.iter().map(|&other| self.level[month * self.units + other]);
                let most = levels.clone().fold(libm::log(0.5), f64::max);
                let mean = levels.sum::<f64>() / near.len().max(1) as f64;
                let end = (month * self.units + place + 1) * COUNT;
                self.values[end - 2..end].copy_from_slice(&[mean, most]);
            }
        }
    }

    pub(crate) fn row(&self, place: usize, month: usize) -> &[f64] {
        let at = month * self.units + place;
        &self.values[at * COUNT..(at + 1) * COUNT]
    }

    /// Log of the level that models start from: ½ + deaths a month, faded over 5 and 12 months.
    pub(crate) fn level(&self, place: usize, month: usize) -> f64 {
        self.level[month * self.units + place]
    }
}

/// One thing to learn from: a unit seen at a month, and what came so many months later.
pub(crate) struct Example {
    pub(crate) place: usize,
    pub(crate) month: usize,
    pub(crate) horizon: u32,
    pub(crate) outcome: f64,
    /// Months from what came to the origin.
    pub(crate) age: f64,
}

/// Examples from every third month after three years; what came lies at or before the origin.
pub(crate) fn examples(history: &History, horizons: &[u32]) -> Vec<Example> {
    let last = history.months() - 1;
    let mut examples = Vec::new();
    for month in (37..last).rev().filter(|month| (last - month).is_multiple_of(3)) {
        for place in (0..history.units().len()).filter(|&place| history.at(place, month).is_some()) {
            for &horizon in horizons {
                if let Some(counts) = history.at(place, month + horizon as usize) {
                    let age = (last - month - horizon as usize) as f64;
                    examples.push(Example { place, month, horizon, outcome: counts.deaths[0].round(), age });
                }
            }
        }
    }
    examples
}
