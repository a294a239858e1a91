//! How long it takes to read a case of 10,000 statements, and one that is full of slips.

use std::fmt::Write;
use std::hint::black_box;

use casefile_case::read_files;
use criterion::{Criterion, criterion_group, criterion_main};

/// A case with so many statements of every kind, in files of about a thousand.
fn case(statements: usize) -> Vec<(String, String)> {
    let mut files = vec![(
        "case.toml".to_owned(),
        "[case]\nformat = 1\nid = \"bench\"\ntitle = \"T\"\n[[dataset]]\nid = \"ucdp-ged\"\nadapter = \"ucdp-ged\"\n"
            .to_owned(),
    )];
    let mut things = String::new();
    for n in 0..100 {
        let _ = write!(
            things,
            "[[source]]\nid = \"source-{n}\"\ntype = \"report\"\ntitle = \"Report {n}\"\nreliability = \"B\"\nissued = \"2021-02\"\n\
             [[actor]]\nid = \"actor-{n}\"\nname = \"Actor {n}\"\nkind = \"armed-group\"\n\
             [[actor.coded]]\ndataset = \"ucdp-ged\"\nids = [\"{n}\"]\n\
             [[place]]\nid = \"place-{n}\"\nname = \"Place {n}\"\nkind = \"admin1\"\nadmin1 = [\"Place {n}\"]\n"
        );
    }
    files.push(("things.toml".to_owned(), things));
    let mut text = String::new();
    for n in 0..statements {
        let (source, actor, other) = (n % 100, n * 7 % 100, (n * 7 + 1) % 100);
        let envelope = format!(
            "id = \"statement-{n}\"\ntext = \"What the source says, in the words of the analyst, number {n}.\"\n\
             source = \"source-{source}\"\npassage = {{ page = {}, heading = \"Attacks\", paragraph = {} }}\n\
             valid = \"2020-0{}\"\ncredibility = 3\nhedge = \"likely\"\n",
            n % 50 + 1,
            n % 300 + 1,
            n % 9 + 1
        );
        let _ = match n % 5 {
            0 | 1 => write!(
                text,
                "[[claim]]\n{envelope}says = \"around {}\"\n[claim.check]\nkind = \"amount\"\nmeasure = \"events\"\n\
                 actor = \"actor-{actor}\"\nplace = \"place-{source}\"\nperiod = \"2020\"\nconcept = \"attacks\"\n\n",
                n + 10
            ),
            2 => write!(
                text,
                "[[relation]]\n{envelope}kind = \"part-of\"\nfrom = \"actor-{}\"\nto = \"actor-99\"\n\n",
                n % 99
            ),
            3 => write!(
                text,
                "[[estimate]]\n{envelope}actor = \"actor-{actor}\"\nquantity = \"strength\"\nunit = \"fighters\"\nvalue = \"up to {n}\"\n\n"
            ),
            _ => write!(
                text,
                "[[event]]\n{envelope}kind = \"attack\"\nwhen = \"2020-05-12\"\nplace = \"place-{source}\"\n\
                 by = [\"actor-{actor}\"]\nagainst = [\"actor-{other}\"]\ndeaths = \"at least {}\"\n\n",
                n % 90 + 2
            ),
        };
        if n % 1000 == 999 {
            files.push((format!("statements/{n}.toml"), std::mem::take(&mut text)));
        }
    }
    files
}

fn read(c: &mut Criterion) {
    let sound = case(10_000);
    assert_eq!(read_files(&sound).case.map(|case| case.statements().count()), Some(10_000));
    c.bench_function("10,000 statements", |b| b.iter(|| black_box(read_files(&sound))));

    let slips: Vec<(String, String)> = sound
        .iter()
        .map(|(path, text)| {
            (path.clone(), text.replace("page =", "pgae =").replace("actor = \"actor", "actor = \"aktor"))
        })
        .collect();
    assert!(read_files(&slips).case.is_none());
    c.bench_function("10,000 statements with slips", |b| b.iter(|| black_box(read_files(&slips))));
}

criterion_group! { name = benches; config = Criterion::default().sample_size(20); targets = read }
criterion_main!(benches);
