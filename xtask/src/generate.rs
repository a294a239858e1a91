//! Made-up releases of any size, for benches: the published columns, realistic lengths of text, and the traps of real
//! files (vague dates, blank provinces, tolls out of order). The same seed gives the same bytes.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const SEED: u64 = 20_200_101;

/// The 49 columns of a GED release.
const GED: &str = "id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,conflict_name,dyad_dset_id,dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,side_b_dset_id,side_b_new_id,side_b,number_of_sources,source_article,source_office,source_date,source_headline,source_original,where_prec,where_coordinates,where_description,adm_1,adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,region,event_clarity,date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,high,low,gwnoa,gwnob";

/// Words that headlines are made of.
const WORDS: [&str; 32] = [
    "clashes",
    "government",
    "forces",
    "militants",
    "killed",
    "attack",
    "district",
    "convoy",
    "village",
    "officials",
    "police",
    "checkpoint",
    "overnight",
    "province",
    "army",
    "reported",
    "in",
    "the",
    "near",
    "after",
    "say",
    "dozens",
    "wounded",
    "roadside",
    "bomb",
    "raid",
    "fighters",
    "border",
    "residents",
    "local",
    "operation",
    "against",
];

const COUNTRIES: [(&str, f64, f64, &str); 8] = [
    ("Afghanistan", 33.9, 66.0, "Asia"),
    ("Syria", 35.0, 38.5, "Middle East"),
    ("Mexico", 23.6, -102.5, "Americas"),
    ("Myanmar (Burma)", 21.0, 96.0, "Asia"),
    ("Ethiopia", 9.1, 40.5, "Africa"),
    ("Nigeria", 9.0, 8.6, "Africa"),
    ("Ukraine", 48.4, 31.2, "Europe"),
    ("DR Congo (Zaire)", -2.9, 23.7, "Africa"),
];

/// Writes a GED release of `rows` events as CSV.
///
/// # Errors
/// Where the file cannot be written.
pub fn ged(rows: u64, file: &Path) -> Result<u64, String> {
    write(file, |out| {
        let mut dice = ChaCha8Rng::seed_from_u64(SEED);
        writeln!(out, "{GED}")?;
        let mut line = String::new();
        for id in 1..=rows {
            line.clear();
            event(&mut dice, id, &mut line);
            out.write_all(line.as_bytes())?;
        }
        Ok(())
    })
}

/// Writes `rows` rows of GDELT 2.0 events as they are published: 61 columns, tabs between, no names.
///
/// # Errors
/// Where the file cannot be written.
pub fn gdelt(rows: u64, file: &Path) -> Result<u64, String> {
    write(file, |out| {
        let mut dice = ChaCha8Rng::seed_from_u64(SEED);
        let mut line = String::new();
        for id in 1..=rows {
            line.clear();
            report(&mut dice, 900_000_000 + id, id as f64 / rows as f64, &mut line);
            out.write_all(line.as_bytes())?;
        }
        Ok(())
    })
}

fn write(file: &Path, fill: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>) -> Result<u64, String> {
    let wrong = |error: std::io::Error| format!("{}: {error}", file.display());
    let mut out = BufWriter::with_capacity(1 << 20, File::create(file).map_err(wrong)?);
    fill(&mut out).map_err(wrong)?;
    out.flush().map_err(wrong)?;
    Ok(file.metadata().map_err(wrong)?.len())
}

/// A number below `n`, small ones more often, as with places, groups and newspapers.
fn skewed(dice: &mut impl Rng, n: u64) -> u64 {
    let x: f64 = dice.random();
    (x * x * x * n as f64) as u64
}

fn words(dice: &mut impl Rng, n: u64, out: &mut String) {
    for i in 0..n {
        let word = WORDS[dice.random_range(0..WORDS.len())];
        let _ = write!(out, "{}{word}", if i == 0 { "" } else { " " });
    }
}

fn day_from(dice: &mut impl Rng, first: Date, days: i64) -> Date {
    first.checked_add(dice.random_range(0..days).days()).unwrap_or(first)
}

fn event(dice: &mut impl Rng, id: u64, out: &mut String) {
    let kind = [1, 1, 1, 2, 3][dice.random_range(0..5)];
    let start = day_from(dice, date(1989, 1, 1), 13_100);
    let precision = [1, 1, 1, 1, 1, 1, 2, 2, 3, 4, 5][dice.random_range(0..11)];
    let length = [0, 0, 4, 6, 29, 200][precision];
    let end = start.checked_add(length.days()).unwrap_or(start);
    let (country, lat, lon, region) = COUNTRIES[skewed(dice, 8) as usize];
    let place = skewed(dice, 3000);
    let (lat, lon) = (lat + (place % 97) as f64 / 40.0 - 1.2, lon + (place % 89) as f64 / 40.0 - 1.1);
    let (row, column) = (((lat + 90.0) * 2.0) as i64, ((lon + 180.0) * 2.0) as i64);
    let dyad = skewed(dice, 900);
    let (a, b) = (dyad / 3, 1000 + dyad);
    let side_b = if kind == 3 { "Civilians".to_owned() } else { format!("Movement for the Liberation of Region {b}") };
    let tolls: [u64; 4] = std::array::from_fn(|_| skewed(dice, 9));
    let best: u64 = tolls.iter().sum();
    let low = if dice.random_range(0..120) == 0 { best + 1 } else { best.saturating_sub(skewed(dice, 4)) };
    let where_precision = [1, 1, 1, 2, 2, 3, 4, 6][dice.random_range(0..8)];
    let admin1 =
        if dice.random_range(0..25) == 0 { String::new() } else { format!("Province {} province", place % 31) };
    let sources = 1 + skewed(dice, 4);
    let _ = write!(
        out,
        "{id},XXX-{y}-{kind}-{dyad}-{id},{y},{active},Clear,{kind},{c},{c},\"{country}: Government, Region {b}\",{dyad},{dyad},Government of {country} - {side_b},{a},{a},Government of {country},{b},{b},{side_b},{sources},\"\"\"Example News Agency,{start},",
        y = start.year(),
        active = ["true", "true", "true", "false"][dice.random_range(0..4)],
        c = 300 + dyad / 4,
    );
    let length = dice.random_range(6..16);
    words(dice, length, out);
    let _ = write!(out, "\"\"\",Example News Agency,{start},");
    let length = dice.random_range(6..16);
    words(dice, length, out);
    out.push(',');
    let length = dice.random_range(0..7);
    words(dice, length, out);
    let _ = write!(out, ",{where_precision},Village {place},\"Village {place}, ");
    let length = dice.random_range(2..9);
    words(dice, length, out);
    let _ = writeln!(
        out,
        "\",{admin1},District {d},{lat:.6},{lon:.6},POINT ({lon:.5} {lat:.5}),{cell},{country},{cid},{region},1,{precision},{start} 00:00:00.000,{end} 00:00:00.000,{},{},{},{},{best},{high},{low},{cid},",
        tolls[0],
        tolls[1],
        tolls[2],
        tolls[3],
        d = place % 211,
        cell = row * 720 + column + 1,
        cid = 700 + country.len(),
        high = best + skewed(dice, 12),
    );
}

/// One report, `progress` of the way through the years 2015 to 2024.
fn report(dice: &mut impl Rng, id: u64, progress: f64, out: &mut String) {
    const CODES: [&str; 12] = ["010", "020", "042", "043", "051", "036", "112", "141", "173", "190", "193", "1823"];
    const NAMES: [(&str, &str); 10] = [
        ("AFGGOV", "AFGHANISTAN"),
        ("USA", "UNITED STATES"),
        ("GOV", "PRESIDENT"),
        ("COP", "POLICE"),
        ("SYR", "SYRIA"),
        ("NGAREB", "BOKO HARAM"),
        ("CVL", "RESIDENTS"),
        ("", ""),
        ("UAF", "MILITANT"),
        ("MEX", "MEXICO"),
    ];
    const FIPS: [(&str, &str, f64, f64); 8] = [
        ("AF", "Kabul, Kabol, Afghanistan", 34.5167, 69.1833),
        ("US", "Washington, District of Columbia, United States", 38.8951, -77.0364),
        ("SY", "Aleppo, Halab, Syria", 36.2028, 37.1586),
        ("NI", "Maiduguri, Borno, Nigeria", 11.8464, 13.1603),
        ("MX", "Mexico", 23.0, -102.0),
        ("UP", "Kyiv, Kyyiv, Misto, Ukraine", 50.4333, 30.5167),
        ("ET", "Addis Ababa, Adis Abeba, Ethiopia", 9.03333, 38.7),
        ("IZ", "Iraq", 33.0, 44.0),
    ];
    let day = date(2015, 2, 18).checked_add(((progress * 3600.0) as i64).days()).unwrap_or(date(2015, 2, 18));
    let stamp = format!("{:04}{:02}{:02}", day.year(), day.month(), day.day());
    let _ = write!(
        out,
        "{id}\t{stamp}\t{}\t{}\t{:.4}",
        &stamp[..6],
        &stamp[..4],
        f64::from(day.year()) + f64::from(day.day_of_year()) / 365.0
    );
    for _ in 0..2 {
        let (code, name) = NAMES[skewed(dice, 10) as usize];
        let _ = write!(
            out,
            "\t{code}\t{name}\t{}\t\t\t\t\t{}\t\t",
            code.get(..3).unwrap_or(""),
            code.get(3..).unwrap_or("")
        );
    }
    let code = CODES[dice.random_range(0..CODES.len())];
    let quad = match &code[..2] {
        "01" | "02" | "03" | "04" => 1,
        "05" | "06" | "07" | "08" => 2,
        "17" | "18" | "19" | "20" => 4,
        _ => 3,
    };
    let mentions = 1 + skewed(dice, 40);
    let _ = write!(
        out,
        "\t{}\t{code}\t{}\t{}\t{quad}\t{:.1}\t{mentions}\t{}\t{mentions}\t{:.6}",
        dice.random_range(0..2),
        &code[..3],
        &code[..2],
        f64::from(dice.random_range(-100..100)) / 10.0,
        1 + mentions / 9,
        f64::from(dice.random_range(-1_000_000..700_000)) / 100_000.0,
    );
    for _ in 0..3 {
        let (country, name, lat, lon) = FIPS[skewed(dice, 8) as usize];
        let (lat, lon) = (lat + dice.random_range(0..50) as f64 / 50.0, lon + dice.random_range(0..50) as f64 / 50.0);
        let _ = write!(
            out,
            "\t4\t{name}\t{country}\t{country}{:02}\t{}\t{lat:.4}\t{lon:.4}\t-{}",
            dice.random_range(1..30),
            dice.random_range(1000..9999),
            dice.random_range(1000..3_000_000)
        );
    }
    let _ = write!(
        out,
        "\t{stamp}{:02}{:02}00\thttps://www.example.org/{}/",
        dice.random_range(0..24),
        dice.random_range(0..4) * 15,
        &stamp[..6]
    );
    let start = out.len();
    let length = dice.random_range(4..11);
    words(dice, length, out);
    let slug = out[start..].replace(' ', "-");
    out.truncate(start);
    let _ = writeln!(out, "{slug}-{id}.html");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_the_published_columns_and_the_same_bytes_again() {
        let folder = tempfile::tempdir().unwrap();
        let text = |name: &str, make: fn(u64, &Path) -> Result<u64, String>| {
            let path = folder.path().join(name);
            make(50, &path).unwrap();
            std::fs::read_to_string(path).unwrap()
        };
        let reports = text("gdelt", gdelt);
        assert!(reports.lines().all(|line| line.split('\t').count() == 61), "{reports}");
        let events = text("ged", ged);
        assert_eq!((events.lines().count(), events.lines().next()), (51, Some(GED)));
        assert_eq!(text("again", ged), events);
    }
}
