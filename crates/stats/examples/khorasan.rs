//! The strength of IS Khorasan, 2014 to 2022, from the estimates of the worked case. `cargo run --release --example khorasan`

#[path = "../fixtures/khorasan.rs"]
mod khorasan;

use casefile_stats::leadership::{survival, table};
use casefile_stats::strength::{Answer, Month, Months, Posterior, Priors, Settings, StrengthError, fit};

fn main() -> Result<(), StrengthError> {
    let record = khorasan::record();
    let priors = Priors::for_record(&record)?;
    println!(
        "{} estimates over {} months; scale {:.0}",
        record.estimates.len(),
        record.months.len(),
        priors.first_strength.median
    );
    print(&fit(&record, &priors, &Settings::default())?)?;
    println!("\n== priors twice as wide ==");
    print(&fit(&record, &priors.widened(2.0), &Settings { warmup: 1000, draws: 1000, ..Settings::default() })?)?;
    println!("\n== leaders ==");
    for row in table(&khorasan::leaders(), khorasan::as_of()).iter().flatten() {
        println!("{:20} lasted {:?} gap {:?}", row.tenure.leader, row.lasted, row.gap);
    }
    println!("{:#?}", survival(&khorasan::leaders(), khorasan::as_of()));
    Ok(())
}

fn print(posterior: &Posterior) -> Result<(), StrengthError> {
    println!("{:#?}", posterior.diagnostics());
    println!("{:44} {:>8} {:>8} {:>8}   {:>8} {:>8} {:>8}", "", "5%", "50%", "95%", "prior 5%", "50%", "95%");
    for month in posterior.months().iter().step_by(6) {
        line(&format!("strength {}", month.month), month.strength);
        if let Some(recruits) = month.recruits {
            line(&format!("recruits {}", month.month), recruits);
        }
    }
    for year in 2015..=2021 {
        line(&format!("strength {year}"), posterior.strength(Months::year(year))?);
    }
    for (from, to) in [((2015, 1), (2015, 12)), ((2016, 1), (2017, 3)), ((2017, 4), (2019, 12)), ((2020, 7), (2022, 2))]
    {
        let window = Months::new(Month::new(from.0, from.1), Month::new(to.0, to.1));
        let r = posterior.regeneration(window)?;
        for (what, answer) in [
            ("recruits", r.recruits),
            ("floor", r.floor),
            ("net", r.net),
            ("exits", r.exits),
            ("events", r.by_events),
            ("replacement", r.replacement),
        ] {
            line(&format!("{window} {what}"), answer);
        }
    }
    for shock in posterior.shocks() {
        line(&format!("{}: factor", shock.shock.name), shock.factor);
        line(&format!("{}: fighters ({:.2})", shock.shock.name, shock.chance_of_gain), shock.fighters);
    }
    for source in posterior.sources() {
        line(&format!("bias of {}", source.source), source.factor);
        line(&format!("spread of {}", source.source), source.spread);
    }
    for losses in posterior.losses() {
        line(&format!("coverage {} ({})", losses.months, losses.recorded), losses.share);
    }
    for parameter in posterior.parameters() {
        line(parameter.name, parameter.value);
    }
    for (a, b) in [(2015, 2016), (2016, 2017), (2019, 2017), (2019, 2015), (2020, 2019), (2021, 2020)] {
        let c = posterior.compare(Months::year(a), Months::year(b))?;
        println!("P({a} > {b}) = {:.2} (prior {:.2})", c.chance, c.prior_chance);
    }
    let last = Months::one(Month::new(2022, 2));
    println!("P(2022-02 > 2015) = {:.2}", posterior.compare(last, Months::year(2015))?.chance);
    println!("P(2022-02 > 2021-06) = {:.2}", posterior.compare(last, Months::one(Month::new(2021, 6)))?.chance);
    println!("P(2022-02 > 3000) = {:.2}", posterior.chance_over(last, 3000.0)?);
    Ok(())
}

fn line(name: &str, Answer { posterior: q, prior: p, informed, contraction }: Answer) {
    let told = if informed { "" } else { "the estimates do not tell" };
    println!(
        "{name:44} {:8.2} {:8.2} {:8.2}   {:8.2} {:8.2} {:8.2}  {contraction:5.2} {told}",
        q.q05, q.q50, q.q95, p.q05, p.q50, p.q95
    );
}
