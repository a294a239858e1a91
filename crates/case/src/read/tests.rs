use std::cell::RefCell;
use std::io;

use casefile_model::claim::{Check, Concept};
use casefile_model::date::Edtf;
use proptest::prelude::*;

use super::{CASE_FILE, Loaded, read_files, read_with};
use crate::scaffold;
use crate::{Case, Severity};

const HEAD: &str =
    "[case]\nformat = 1\nid = \"c\"\ntitle = \"T\"\n[[dataset]]\nid = \"ucdp-ged\"\nadapter = \"ucdp-ged\"\n";

/// A source, four actors (two coded, one person) and three places, to make statements about.
const THINGS: &str = r#"
[[source]]
id = "report"
type = "report"
title = "Report"
reliability = "B"
issued = "2021-02"

[[actor]]
id = "front"
name = "Front"
kind = "armed-group"
exists = "2016/2020"
coded = [{ dataset = "ucdp-ged", ids = ["1"] }]

[[actor]]
id = "brigade"
name = "Brigade"
kind = "faction"

[[actor]]
id = "army"
name = "Army"
kind = "state-force"
coded = [{ dataset = "ucdp-ged", names = ["Army"] }]

[[actor]]
id = "leader"
name = "A. Leader"
kind = "public-figure"
role = "emir of the Front"

[[place]]
id = "country"
name = "Country"
kind = "country"
country = ["Country"]

[[place]]
id = "hill"
name = "Hill"
kind = "admin1"
within = "country"
admin1 = ["Hill province"]

[[place]]
id = "valley"
name = "Valley"
kind = "town"
within = "hill"
"#;

fn read(text: &str) -> Loaded {
    read_files(&[(CASE_FILE, HEAD), ("a.toml", THINGS), ("b.toml", text)])
}

/// The findings as text, without the note on sources that only these tests leave unused.
fn findings(loaded: &Loaded) -> String {
    let shown = loaded.diagnostics.iter().filter(|diagnostic| diagnostic.code != "unused-source");
    shown.map(|diagnostic| format!("{diagnostic}\n")).collect()
}

macro_rules! golden {
    ($name:ident, $text:expr) => {
        #[test]
        fn $name() {
            let loaded = read($text);
            insta::assert_snapshot!(findings(&loaded));
            assert_eq!(loaded.case.is_none(), loaded.count(Severity::Error) > 0);
        }
    };
}

golden!(
    unknown_keys_and_tables,
    r#"
[[clam]]
id = "x"

[[relation]]
id = "r1"
sorce = "report"
source = "report"
kind = "alliance"
From = "front"
to = "army"
colour = "red"

[[source]]
id = "s2"
type = "report"
title = "Two"
reliability = "B"
authors = ["A"]
leans_on = ["report"]
"#
);

golden!(
    wrong_types_and_words,
    r#"
[[actor]]
id = "Front Two"
name = 5
kind = "armed group"
aliases = "F2"
wikidata = "16999000"
role = ""

[[actor.coded]]
dataset = "ucdp-ged"
ids = [234]

[[place]]
id = "p1"
name = "P"
kind = "provnce"
point = [134.5, 69.2]
precision-km = "5"

[[source]]
id = "s2"
type = "report"
title = "  "
reliability = "b"
issued = 2021
url = "example.org/x"
doi = "https://doi.org/10.18449/2022C12"
sha256 = "abc"
file = "../secret.txt"

[[estimate]]
id = "e1"
source = "report"
actor = "front"
quantity = "strength"
unit = "fighters"
value = "a whole lot"
valid = "Nov 2016"
credibility = 7
negated = "true"
hedge = "likly"
"#
);

golden!(
    unknown_ids_and_wrong_kinds,
    r#"
[[relation]]
id = "r1"
source = "reprot"
kind = "alliance"
from = "frontt"
to = "hill"
supports = ["front", "r9"]

[[claim]]
id = "c1"
source = "report"
text = "T"
says = "around 60"
[claim.check]
kind = "amount"
measure = "events"
dataset = "ucdp"
actor = ["front", "nobody"]
place = "hil"

[[claim]]
id = "c2"
source = "report"
text = "T"
[claim.check]
kind = "relation"
statements = ["c1", "r1"]
"#
);

golden!(
    duplicate_ids,
    "[[place]]\nid = \"front\"\nname = \"Front\"\nkind = \"site\"\n\n[[place]]\nid = \"report\"\nname = \"R\"\nkind = \"site\"\n"
);

golden!(
    missing_keys,
    r#"
[[claim]]
id = "c1"

[[claim]]
id = "c2"
source = "report"
text = "T"
[claim.check]
measure = "events"

[[claim]]
id = "c3"
source = "report"
text = "T"
check = { kind = "change", before = "2019" }

[[estimate]]
id = "e1"
source = "report"

[[actor]]
id = "a1"
name = "A"
kind = "public-figure"
coded = [{ dataset = "ucdp-ged" }]

[[event]]
id = "v1"
source = "report"
kind = "attack"
when = "2020"
passage = { anchor = "x" }
"#
);

golden!(
    checks_of_the_families_that_contradict_themselves,
    r#"
[[question]]
id = "q"
text = "Did they?"
[[question.hypothesis]]
id = "yes"
text = "Y"
[[question.hypothesis]]
id = "no"
text = "N"

[[place]]
id = "hills"
name = "Hills"
kind = "admin1"
admin1 = ["Hills"]

[[claim]]
id = "c1"
source = "report"
text = "T"
check = { kind = "onset", when = "2020-03", period = "2020/.." }

[[claim]]
id = "c2"
source = "report"
text = "T"
says = "around 60"
check = { kind = "trend", period = "2020" }

[[claim]]
id = "c3"
source = "report"
text = "T"
says = "increased"
check = { kind = "spread", reach = "centre", before = "2021", after = "2020" }

[[claim]]
id = "c4"
source = "report"
text = "T"
check = { kind = "turnover", before = "2019", after = "2020", gained = ["hills"], lost = "hills", place = "hills" }

[[claim]]
id = "c5"
source = "report"
text = "T"
check = { kind = "hypothesis", question = "q", answers = ["yess"] }

[[claim]]
id = "c6"
source = "report"
text = "T"
check = { kind = "hypothesis", question = "q", answers = ["yes", "no"] }

[[claim]]
id = "c7"
source = "report"
text = "T"
says = "around 60"
check = { kind = "strength", actor = "front", at = "2020", before = "2021" }

[[claim]]
id = "c8"
source = "report"
text = "T"
check = { kind = "ties", actor = "front", kinds = ["friendship"], at = "2020" }

[[claim]]
id = "c9"
source = "report"
text = "T"
check = { kind = "turnover", before = "2019", after = "2020" }

[[claim]]
id = "c10"
source = "report"
text = "T"
says = "increased"
check = { kind = "shift", before = "2019", after = "2020", whole = {} }

[[claim]]
id = "c11"
source = "report"
text = "T"
says = "around 60"
check = { kind = "estimate", actor = "front", quantity = "strength", at = "2020", per-day = true }

[[claim]]
id = "c12"
source = "report"
text = "T"
check = { kind = "contagion", period = "2020" }

[[claim]]
id = "c13"
source = "report"
text = "T"
check = { kind = "regeneration", actor = "front", over = "2020/.." }
"#
);

golden!(
    claims_that_contradict_their_check,
    r#"
[[claim]]
id = "c1"
source = "report"
text = "Both."
untestable = "No data."
says = "doubled"
[claim.check]
kind = "amount"
measure = "events"
actor = "front"

[[claim]]
id = "c2"
source = "report"
text = "A share of nothing."
says = "almost every"
[claim.check]
kind = "extent"
unit = "admin1"
actor = "front"

[[claim]]
id = "c3"
source = "report"
text = "A denied absence with a figure."
says = "none"
negated = true
[claim.check]
kind = "absence"
actor = "front"

[[claim]]
id = "c4"
source = "report"
text = "No figure."
[claim.check]
kind = "share"
measure = "deaths"
actor = "front"
whole = {}

[[claim]]
id = "c5"
source = "report"
text = "Backwards."
says = "doubled"
[claim.check]
kind = "change"
measure = "events"
before = "2021/.."
after = "2020"
period = "2020"

[[claim]]
id = "c6"
source = "report"
text = "No month."
[claim.check]
kind = "ranking"
measure = "own-deaths"
by = "month"
item = "2020"

[[claim]]
id = "c7"
source = "report"
text = "No such thing."
check = { kind = "number" }
"#
);

golden!(
    selections_that_data_cannot_answer,
    r#"
[[claim]]
id = "c1"
source = "report"
text = "T"
[claim.check]
kind = "existence"
actor = "brigade"
against = "army"
place = "valley"

[[claim]]
id = "c2"
source = "report"
text = "T"
says = "more"
[claim.check]
kind = "comparison"
measure = "events"
actor = "front"
side = "a"
than = { actor = "leader" }
"#
);

golden!(
    cycles,
    r#"
[[place]]
id = "p1"
name = "P1"
kind = "region"
members = ["p2"]
[[place]]
id = "p2"
name = "P2"
kind = "region"
members = ["p3"]
[[place]]
id = "p3"
name = "P3"
kind = "region"
members = ["p1"]

[[source]]
id = "s1"
type = "report"
title = "S1"
reliability = "B"
leans-on = ["s2"]
[[source]]
id = "s2"
type = "report"
title = "S2"
reliability = "B"
leans-on = ["s1", "report"]

[[relation]]
id = "r1"
source = "report"
kind = "part-of"
from = "brigade"
to = "front"
valid = "2016/2018"
[[relation]]
id = "r2"
source = "report"
kind = "part-of"
from = "front"
to = "army"
[[relation]]
id = "r3"
source = "report"
kind = "part-of"
from = "army"
to = "brigade"
valid = "2017/.."
"#
);

golden!(
    cycles_in_time,
    r#"
[[relation]]
id = "r1"
source = "report"
kind = "part-of"
from = "brigade"
to = "front"
valid = "2016/2017"
[[relation]]
id = "r2"
source = "report"
kind = "part-of"
from = "front"
to = "brigade"
valid = "2018/2019"
[[relation]]
id = "r3"
source = "report"
kind = "part-of"
from = "army"
to = "brigade"
valid = "2016/2019"
[[relation]]
id = "r4"
source = "report"
kind = "part-of"
from = "brigade"
to = "army"
valid = "2016/2019"
negated = true
[[relation]]
id = "r5"
source = "report"
kind = "part-of"
from = "front"
to = "army"
valid = "2015/2016"
[[relation]]
id = "r6"
source = "report"
kind = "part-of"
from = "army"
to = "front"
valid = "2016/2017"
"#
);

golden!(
    statements_that_contradict_themselves,
    r#"
[[relation]]
id = "r1"
source = "report"
kind = "leadership"
from = "brigade"
to = "front"
valid = "2021/.."
asserted = "2022-01"
count = "some 150"

[[relation]]
id = "r2"
source = "report"
kind = "rivalry"
from = "front"
to = "front"
role = "emir"
supports = ["r2", "r1"]
contradicts = ["r1"]

[[actor]]
id = "a1"
name = "A"
kind = "state"
role = "king"

[[place]]
id = "p1"
name = "P"
kind = "town"
members = ["hill"]
precision-km = 3
"#
);

golden!(
    syntax_errors_do_not_hide_other_findings,
    "[[claim]]\nid = \"c1\nsource = \"nobody\"\n\n[[actor]]\nid = \"a1\"\nname = \nkind = \"sstate\"\n\n[[actor]\nid = 3\n"
);

golden!(
    tables_written_the_wrong_way,
    "claim = 3\nplace = [1]\n[case]\nformat = 1\n[source]\nid = \"s2\"\ntype = \"report\"\ntitle = \"T\"\nreliability = \"B\"\n"
);

#[test]
fn a_case_for_a_newer_program_is_said_to_be_so() {
    let loaded = read_files(&[(CASE_FILE, HEAD.replace("format = 1", "format = 2"))]);
    assert!(loaded.diagnostics[0].to_string().contains("bring yours up to date"), "{}", findings(&loaded));
}

#[test]
fn every_file_is_read_and_the_findings_are_in_order() {
    let files = [
        ("z.toml", "[[actor]]\nid = \"z\"\n"),
        ("a.toml", "x = \n"),
        ("m/n.toml", "[[place]]\nid = \"p\"\nname = \"P\"\nkind = \"town\"\nwithin = \"q\"\n"),
    ];
    insta::assert_snapshot!(findings(&read_files(&files)));
}

#[test]
fn the_case_may_word_quantities_its_own_way() {
    let rule = "[[phrase]]\nname = \"around\"\nstrict = \"[n - 1, n + 1]\"\npragmatic = \"[n, n]\"\n";
    let claim = "[[claim]]\nid = \"c1\"\nsource = \"report\"\ntext = \"T\"\nuntestable = \"x\"\nsays = \"around 60\"\n";
    let load =
        |rule: &str| read_files(&[(CASE_FILE, &*format!("{HEAD}{rule}")), ("a.toml", THINGS), ("b.toml", claim)]);
    let strict = |loaded: &Loaded| {
        let case = loaded.case.as_ref().unwrap();
        case.claim("c1").unwrap().says.as_ref().unwrap().strict()
    };
    assert_eq!((strict(&load("")).lo(), strict(&load(rule)).lo()), (50.0, 59.0));
    assert_eq!(load(rule).case.unwrap().phrases().parse("around 60").unwrap().strict().hi(), 61.0);
    insta::assert_snapshot!(findings(&load(
        "[[phrase]]\nname = \"around\"\nstrict = \"[n - \"\nwrods = []\n[[phrase]]\nname = \"around\"\nstrict = \"[n - 1, \"\n"
    )));
}

#[test]
fn values_arrive_typed_with_their_defaults() {
    let loaded = read(
        r#"
[[claim]]
id = "c1"
source = "report"
text = "T"
says = "most"
valid = "2020"
tags = ["a"]
[claim.check]
kind = "share"
measure = "civilian-deaths"
actor = "front"
place = ["hill", "country"]
violence = ["one-sided"]
period = "2020"
whole = { place = [], period = "2019" }
"#,
    );
    let case = loaded.case.unwrap();
    let claim = case.claim("c1").unwrap();
    assert_eq!(claim.envelope.tags, ["a"]);
    assert_eq!(claim.envelope.credibility.number(), 6);
    assert_eq!(case.asserted(&claim.envelope).unwrap().to_string(), "2021-02");
    let Some(Check::Share { of, whole, .. }) = &claim.check else { panic!("{claim:?}") };
    assert_eq!((of.actor.as_slice(), of.place.len(), of.concept), (&["front".to_owned()][..], 2, Concept::Deaths));
    assert_eq!((whole.actor.as_slice(), whole.place.len()), (&["front".to_owned()][..], 0));
    assert_eq!(whole.period.unwrap().to_string(), "2019");
    assert_eq!(whole.violence, of.violence);
    let origin = case.origin("c1").unwrap();
    assert_eq!((origin.file.as_str(), origin.line, origin.column), ("b.toml", 3, 6));
    assert_eq!(case.envelope("c1").unwrap().text.as_deref(), Some("T"));
    assert!(case.envelope("front").is_none());
}

#[test]
fn parts_and_places_are_followed_down() {
    let part = |id: &str, from: &str, to: &str, more: &str| {
        format!(
            "[[relation]]\nid = \"{id}\"\nsource = \"report\"\nkind = \"part-of\"\nfrom = \"{from}\"\nto = \"{to}\"\n{more}\n"
        )
    };
    let text = [
        part("r1", "brigade", "front", "valid = \"2016/2018\""),
        part("r2", "army", "brigade", "valid = \"2017/2019\""),
        part("r3", "leader", "front", "negated = true"),
        "[[place]]\nid = \"north\"\nname = \"North\"\nkind = \"region\"\nmembers = [\"hill\"]\n".to_owned(),
    ]
    .concat();
    let case = read(&text).case.unwrap();
    let at = |text: &str| text.parse::<Edtf>().unwrap();
    let parts = |at: Option<&Edtf>| case.parts_of("front", at).into_iter().collect::<Vec<_>>().join(" ");
    assert_eq!(parts(None), "army brigade front");
    assert_eq!(parts(Some(&at("2020"))), "front");
    assert_eq!(parts(Some(&at("2016-06"))), "brigade front");
    assert_eq!(parts(Some(&at("2017-06/2017-07"))), "army brigade front");
    assert!(case.parts_of("nobody", None).is_empty());
    assert_eq!(case.place_closure("north").into_iter().collect::<Vec<_>>(), ["hill", "north", "valley"]);
    assert_eq!(case.place_closure("country").into_iter().collect::<Vec<_>>(), ["country", "hill", "valley"]);
}

#[test]
fn parts_stand_in_for_an_actor_without_a_code() {
    let text = |with: &str| {
        format!(
            "[[relation]]\nid = \"r1\"\nsource = \"report\"\nkind = \"part-of\"\nfrom = \"front\"\nto = \"brigade\"\n\
             [[claim]]\nid = \"c1\"\nsource = \"report\"\ntext = \"T\"\n\
             check = {{ kind = \"existence\", actor = \"brigade\"{with} }}\n"
        )
    };
    assert!(read(&text("")).case.is_none());
    assert!(read(&text(", with-parts = true")).case.is_some());
}

/// A statement that leans on a passage of a document, with or without an anchor.
fn with_document(passage: &str, sha256: &str, document: io::Result<&str>) -> Loaded {
    let text = format!(
        "[[source]]\nid = \"doc\"\ntype = \"report\"\ntitle = \"D\"\nreliability = \"B\"\nfile = \"d.txt\"\n{sha256}\n\
         [[claim]]\nid = \"c1\"\nsource = \"doc\"\ntext = \"T\"\nuntestable = \"x\"\npassage = {passage}\n"
    );
    let document = RefCell::new(Some(document.map(|text| text.as_bytes().to_vec())));
    let open = |path: &str| {
        assert_eq!(path, "d.txt");
        document.borrow_mut().take().unwrap_or_else(|| Err(io::ErrorKind::Other.into()))
    };
    read_with(&[(CASE_FILE, HEAD), ("a.toml", THINGS), ("b.toml", text.as_str())], Some(&open))
}

#[test]
fn passages_are_looked_up_where_the_document_is_at_hand() {
    let document = "A Title\n\nThe group struck in almost every province.\n\nIt grew fast, and fell.\n";
    let anchor = |quote: &str| casefile_text::Document::from_text(document).anchor(quote).unwrap().to_string();
    let struck = anchor("struck in almost every province");
    let sound = format!("{{ paragraph = 2, anchor = \"{struck}\" }}");
    let codes = |loaded: &Loaded| {
        let all = loaded.diagnostics.iter().filter(|diagnostic| diagnostic.code != "unused-source");
        all.map(|diagnostic| diagnostic.code).collect::<Vec<_>>()
    };
    assert_eq!(codes(&with_document(&sound, "", Ok(document))), [""; 0]);
    assert_eq!(codes(&with_document(&sound, "", Err(io::ErrorKind::NotFound.into()))), ["no-copy"]);

    let moved = format!("A new beginning.\n\n{document}");
    let changed = document.replace("almost every", "nearly every");
    insta::assert_snapshot!(
        [
            with_document(&sound, "", Ok(&moved)),
            with_document(&sound, "", Ok(&changed)),
            with_document(&sound, "", Ok("Gone.")),
            with_document("{ paragraph = 9 }", "", Ok(document)),
            with_document(&format!("{{ paragraph = 3, anchor = \"{struck}\" }}"), "", Ok(document)),
            with_document("{ page = 1, anchor = \"p2\" }", "", Ok(document)),
            with_document("{ page = 1 }", &format!("sha256 = \"{}\"", "0".repeat(64)), Ok(document)),
            with_document("{ page = 1 }", "", Err(io::ErrorKind::PermissionDenied.into())),
        ]
        .iter()
        .map(findings)
        .collect::<Vec<_>>()
        .join("---\n")
    );
}

#[test]
fn a_source_that_the_briefing_cites_is_used() {
    let unused = |brief: &str| {
        let loaded = read_files(&[(CASE_FILE, HEAD), ("a.toml", THINGS), ("brief.md", brief)]);
        loaded.diagnostics.iter().filter(|diagnostic| diagnostic.code == "unused-source").count()
    };
    assert_eq!((unused("Text."), unused("Text :cite{report}.")), (1, 0));
}

#[test]
fn a_byte_order_mark_and_carriage_returns_do_no_harm() {
    let files = [
        (CASE_FILE, format!("\u{feff}{}", HEAD.replace('\n', "\r\n"))),
        ("a.toml", format!("\u{feff}{THINGS}\n[[x]]")),
    ];
    let loaded = read_files(&files);
    let last = loaded.diagnostics.last().unwrap();
    assert_eq!((last.code, last.line, last.column), ("unknown-table", THINGS.lines().count() + 2, 3), "{last}");
    assert_eq!(&loaded.files["a.toml"][last.span.clone()], "x");
}

#[test]
fn a_folder_is_read_whole() {
    let dir = tempfile::tempdir().unwrap();
    let write = |path: &str, bytes: &[u8]| {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    assert!(Case::load(&dir.path().join("none")).unwrap_err().to_string().contains("there is no folder"));
    assert!(Case::load(dir.path()).unwrap_err().to_string().contains("casefile new"));
    write("case.toml", HEAD.as_bytes());
    write("deep/er/a.toml", THINGS.as_bytes());
    for skipped in [".casefile/x.toml", "out/x.toml", ".hidden.toml", "casefile.lock", "x.txt"] {
        write(skipped, b"nonsense");
    }
    let loaded = Case::load(dir.path()).unwrap();
    assert_eq!(loaded.files.keys().collect::<Vec<_>>(), ["case.toml", "deep/er/a.toml"]);
    assert!(loaded.case.is_some(), "{}", findings(&loaded));
    write("latin.toml", b"# caf\xe9\n[[actor]]\nid = \"x\"\n");
    let loaded = Case::load(dir.path()).unwrap();
    assert!(loaded.case.is_none());
    let first = &loaded.diagnostics.iter().find(|diagnostic| diagnostic.code == "not-utf8").unwrap();
    assert_eq!((first.file.as_str(), first.line, first.column), ("latin.toml", 1, 6));
}

#[test]
fn nesting_without_end_is_refused() {
    for text in
        ["[".repeat(100_000), format!("a = {}", "[".repeat(100_000)), "a.".repeat(100_000), "a = {b = ".repeat(20_000)]
    {
        assert!(read(&text).case.is_none());
    }
}

#[test]
fn many_slips_are_found_in_good_time() {
    // Each unknown id could be compared with every known one, and each step of a ring be sought again.
    let ring = |n: usize| {
        format!("[[place]]\nid = \"p{n}\"\nname = \"P\"\nkind = \"site\"\nwithin = \"p{}\"\n", (n + 1) % 3_000)
    };
    let lost = |n: usize| format!("[[place]]\nid = \"q{n}\"\nname = \"P\"\nkind = \"site\"\nwithin = \"lost-{n}\"\n");
    let text: String = (0..3_000).map(ring).chain((0..3_000).map(lost)).collect();
    let loaded = read(&text);
    let count = |code: &str| loaded.diagnostics.iter().filter(|diagnostic| diagnostic.code == code).count();
    assert_eq!((count("unknown-id"), count("cyclic-place")), (3_000, 1));
}

/// What slips of the hand do to a file.
fn slip() -> impl Strategy<Value = (usize, usize, usize, String)> {
    let scraps = prop::sample::select(vec![
        "",
        "[",
        "]",
        "[[",
        "\"",
        "'''",
        "=",
        ".",
        "{",
        "}",
        ",",
        "\n",
        "\u{feff}",
        "é",
        "\0",
        "-1",
        "1e999",
        "inf",
        "nan",
        "2020-13-45",
        "0x",
        "#",
        "99999999999999999999",
        "kind = \"change\"",
        "id = \"northern-front\"",
        "[claim.check]",
        "[[actor.coded]]",
        "true",
    ]);
    (any::<usize>(), any::<usize>(), 0..40usize, scraps.prop_map(str::to_owned))
}

fn round(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at % (text.len() + 1))
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(head in any::<String>(), text in any::<String>()) {
        let loaded = read_files(&[(CASE_FILE, head.as_str()), ("x.toml", text.as_str()), ("brief.md", text.as_str())]);
        prop_assert!(loaded.case.is_none());
        prop_assert!(loaded.diagnostics.iter().any(|d| d.severity == Severity::Error));
    }

    #[test]
    fn slips_are_read_without_panic_and_point_into_the_file(slips in prop::collection::vec(slip(), 1..6)) {
        let mut files = scaffold::files("x");
        for (file, at, length, scrap) in slips {
            let count = files.len();
            let text = &mut files[file % count].1;
            let start = round(text, at);
            let end = round(text, start.saturating_add(length).min(text.len())).max(start);
            text.replace_range(start..end, &scrap);
        }
        let loaded = read_with(&files, Some(&|_| Ok(b"A document.\n\nOf two paragraphs.".to_vec())));
        for finding in &loaded.diagnostics {
            let text = &loaded.files[&finding.file];
            prop_assert!(text.get(finding.span.clone()).is_some(), "{finding} {:?}", finding.span);
            prop_assert!(finding.line <= text.matches('\n').count() + 1);
        }
        let errors = loaded.count(Severity::Error);
        prop_assert_eq!(loaded.case.is_none(), errors > 0);
    }

    #[test]
    fn what_is_written_is_read(title in "\\PC{0,20}[a-z]\\PC{0,20}", summary in "[a-z](?s:.){0,40}") {
        let quoted = |text: &str| toml_edit::value(text).to_string();
        let head = format!("[case]\nformat = 1\nid = \"c\"\ntitle = {}\nsummary = {}\n", quoted(&title), quoted(&summary));
        let case = read_files(&[(CASE_FILE, head)]).case.unwrap();
        prop_assert_eq!((case.title, case.summary), (title, Some(summary)));
    }
}

#[test]
fn forecasts_ask_in_full_or_say_what_they_lack() {
    let head = "[case]\nformat = 1\nid = \"x\"\ntitle = \"X\"\n[[source]]\nid = \"s\"\ntype = \"report\"\ntitle = \"S\"\nissued = \"2022-02\"\nreliability = \"B\"\n\
                [[place]]\nid = \"land\"\nname = \"Land\"\nkind = \"country\"\n[[place]]\nid = \"town\"\nname = \"Town\"\nkind = \"town\"\n";
    let codes = |more: &str| {
        let text = format!("{head}[[forecast]]\nid = \"f\"\ntext = \"T\"\nsource = \"s\"\n{more}\n");
        let loaded = read_files(&[("case.toml", &text)]);
        loaded.diagnostics.iter().map(|found| found.code).collect::<Vec<_>>()
    };
    let asks = "measure = \"deaths\"\nplace = \"land\"\nat-least = 25\n";
    assert_eq!(codes(&format!("{asks}over = \"2022/2024\"")), Vec::<&str>::new());
    assert_eq!(codes("lacks = [\"date\", \"measure\"]"), Vec::<&str>::new());
    assert_eq!(codes(""), ["missing-key"]);
    assert_eq!(codes(asks), ["missing-key"]);
    assert_eq!(codes(&format!("{asks}over = \"2022/..\"")), ["bad-date"]);
    assert_eq!(codes(&format!("{asks}over = \"2019\"")), ["implausible-date"]);
    assert_eq!(codes("measure = \"deaths\"\nplace = \"town\"\nat-least = 25\nover = \"2022\""), ["wrong-kind"]);
    assert_eq!(codes("measure = \"active\"\nplace = \"land\"\nover = \"2022\""), ["missing-key"]);
    assert_eq!(codes("measure = \"wars\"\nlacks = [\"date\"]"), ["unknown-word"]);
}
