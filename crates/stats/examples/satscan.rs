//! Runs a space-time permutation scan from SaTScan's own files, prints the clusters, and says how long it took:
//! `cargo run --release -p casefile-stats --example satscan -- STUDY.prm [THREADS]`. It reads the few parameters that it needs.

use std::{collections::HashMap, error::Error, fs, path::Path, time::Instant};

use casefile_stats::scan::{Cases, Cluster, Count, Period, Point, Settings, permutation};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let prm = args.next().ok_or("give a parameter file (.prm)")?;
    let threads = args.next().map_or(Ok(0), |threads| threads.parse())?;
    let text = fs::read_to_string(&prm)?;
    let parameters: HashMap<&str, &str> = text.lines().filter_map(|line| line.split_once('=')).collect();
    let value = |name: &str| parameters.get(name).copied().ok_or_else(|| format!("{prm} has no {name}"));
    let beside = |name: &str| -> Result<String, Box<dyn Error>> {
        Ok(fs::read_to_string(Path::new(&prm).with_file_name(value(name)?))?)
    };

    let (names, places) = places(&beside("CoordinatesFile")?)?;
    let counts = counts(&beside("CaseFile")?, &names)?;
    let period = Period { first: day(value("StartDate")?)?, last: day(value("EndDate")?)? };
    let settings = Settings {
        step_days: value("TimeAggregationLength")?.parse()?,
        max_circle: value("MaxSpatialSizeInPopulationAtRisk")?.parse::<f64>()? / 100.0,
        max_duration: value("MaxTemporalSize")?.parse::<f64>()? / 100.0,
        replicates: value("MonteCarloReps")?.parse()?,
        threads,
        ..Settings::default()
    };

    let began = Instant::now();
    let clusters = permutation(&Cases { places, counts, period }, &settings)?;
    let took = began.elapsed();
    for cluster in &clusters {
        print(cluster, &names, period);
    }
    println!("{:.2} s", took.as_secs_f64());
    Ok(())
}

fn print(cluster: &Cluster, names: &[String], period: Period) {
    let Cluster { rank, centre, radius_km, from, to, observed, expected, statistic, p, .. } = cluster;
    let (from, to, places) = (from - period.first + 1, to - period.first + 1, cluster.places.len());
    let gumbel = cluster.gumbel_p.map_or(String::new(), |p| format!(" (Gumbel {p:.2e})"));
    println!(
        "{rank:>3}  {} and {places} places within {radius_km:.2} km, days {from} to {to}: \
         {observed} cases, {expected:.2} expected, statistic {statistic:.6}, p {p:.3}{gumbel}",
        names[*centre]
    );
}

/// Names and points of `NAME LATITUDE LONGITUDE` lines.
fn places(text: &str) -> Result<(Vec<String>, Vec<Point>), Box<dyn Error>> {
    let mut read = (Vec::new(), Vec::new());
    for line in text.lines() {
        let [name, latitude, longitude] = fields(line)?;
        read.0.push(name.to_owned());
        read.1.push(Point { latitude: latitude.parse()?, longitude: longitude.parse()? });
    }
    Ok(read)
}

/// Counts of `NAME COUNT DATE` lines.
fn counts(text: &str, names: &[String]) -> Result<Vec<Count>, Box<dyn Error>> {
    let index: HashMap<&str, usize> = names.iter().map(String::as_str).zip(0..).collect();
    let count = |line: &str| -> Result<Count, Box<dyn Error>> {
        let [name, n, date] = fields(line)?;
        let place = *index.get(name).ok_or_else(|| format!("{name} has no coordinates"))?;
        Ok(Count { place, day: day(date)?, n: n.parse()? })
    };
    text.lines().map(count).collect()
}

fn fields(line: &str) -> Result<[&str; 3], Box<dyn Error>> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    Ok(<[&str; 3]>::try_from(fields).map_err(|_| format!("three fields expected: {line}"))?)
}

/// Days since 1970-01-01 of `YEAR/MONTH/DAY`, in years of which every fourth is a leap year: 1901 to 2099.
fn day(date: &str) -> Result<i32, Box<dyn Error>> {
    let parts: Vec<i32> = date.split('/').map(str::parse).collect::<Result<_, _>>()?;
    let [year, month, day] = <[i32; 3]>::try_from(parts).map_err(|_| format!("not a date: {date}"))?;
    let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let before = before.get(month as usize - 1).ok_or_else(|| format!("not a month: {date}"))?;
    let leap_days = (year - 1969) / 4 + i32::from(year % 4 == 0 && month > 2);
    Ok((year - 1970) * 365 + leap_days + before + day - 1)
}
