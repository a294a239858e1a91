//! Holds `docs/src/phrase-rules.md` to the table of phrases that it is made from.

use std::fs;
use std::path::Path;

use casefile_model::quantity::PhraseTable;

/// The page that lists the phrases is made from the table; `UPDATE_DOCS=1` writes it anew.
#[test]
fn the_list_of_phrases_is_that_of_the_table() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src/phrase-rules.md");
    let made = phrase_rules();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&page, &made).unwrap();
    }
    let kept = fs::read_to_string(&page).unwrap_or_default();
    assert!(kept == made, "{} is out of step: run the tests with UPDATE_DOCS=1", page.display());
}

fn phrase_rules() -> String {
    let table = PhraseTable::builtin();
    let mut page = String::from(
        "# The phrases, rule by rule\n\nThis page is made from the program's own table. *n* is the number said, *t* its tolerance (the round step, within \
         limits), *e* half the place value of its last digit, *w* the width of the order or decade that starts at *n*. Round \
         brackets leave an end out, square ones take it in. A rule without sources is a convention of this project.\n",
    );
    for rule in table.rules() {
        let spoken = [&rule.words, &rule.one, &rule.nouns].into_iter().flatten().flatten().cloned();
        let valued = rule.values.iter().flatten().map(|(word, value)| format!("{word} ({value})"));
        let (after, sources) = (rule.after.clone().unwrap_or_default(), rule.sources.clone().unwrap_or_default());
        let lists = [("Words", spoken.chain(valued).collect()), ("After the number", after), ("Sources", sources)];
        let [words, after, sources] = lists
            .map(|(name, list): (_, Vec<String>)| (!list.is_empty()).then(|| format!("{name}: {}.", list.join(", "))));
        page += &format!("\n## {}\n", rule.name);
        let bounds = rule.strict.as_ref().zip(rule.pragmatic.as_ref());
        let bounds = bounds.map(|(strict, pragmatic)| format!("Strictly `{strict}`, in plain sense `{pragmatic}`."));
        page.extend(
            [words, after, bounds, rule.why.clone(), sources].into_iter().flatten().map(|part| format!("\n{part}\n")),
        );
    }
    page += "\n## Sources\n\n";
    page.extend(table.sources().iter().map(|(key, work)| format!("- **{key}**: {work}\n")));
    page
}
