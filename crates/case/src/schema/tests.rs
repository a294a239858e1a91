use serde_json::Value;

use super::{schema, text};
use crate::read::read_files;
use crate::scaffold::files;
use crate::vocabulary::tables;

/// A TOML document as JSON.
fn json(toml: &str) -> Value {
    toml::from_str(toml).unwrap()
}

#[test]
fn the_published_schema_is_up_to_date() {
    crate::tests::keep_in_step("docs/schema/case.schema.json", &text());
}

#[test]
fn a_new_case_follows_the_schema() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    for (path, content) in files("my-case").into_iter().filter(|(path, _)| path.ends_with(".toml")) {
        let document = json(&content);
        let errors: Vec<String> = validator.iter_errors(&document).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{path}: {errors:#?}");
    }
}

#[test]
fn what_the_schema_refuses_the_reader_refuses_too() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    let source = "[[source]]\nid = \"s\"\ntype = \"report\"\ntitle = \"T\"\nreliability = \"B\"\n";
    let wrong = [
        source.replace("\"B\"", "\"G\""),
        source.replace("id = \"s\"", "id = \"S s\""),
        format!("{source}pages = 3\n"),
        format!("{source}leans-on = \"s\"\n"),
        format!("{source}issued = \"Nov 2016\"\n"),
        source.replace("title = \"T\"\n", ""),
        format!("{source}[[claim]]\nid = \"c\"\nsource = \"s\"\ntext = \"T\"\n"),
        format!("{source}[[claim]]\nid = \"c\"\nsource = \"s\"\ntext = \"T\"\ncheck = {{ kind = \"amount\" }}\n"),
        format!("{source}[[claim]]\nid = \"c\"\nsource = \"s\"\ntext = \"T\"\ncheck = {{ kind = \"count\" }}\n"),
    ];
    assert!(validator.is_valid(&json(source)));
    for text in wrong {
        assert!(!validator.is_valid(&json(&text)), "the schema takes {text}");
        let case = ("case.toml", "[case]\nformat = 1\nid = \"c\"\ntitle = \"T\"\n");
        assert!(read_files(&[case, ("x.toml", &text)]).case.is_none(), "the reader takes {text}");
    }
}

#[test]
fn keys_that_tables_share_have_names_of_their_own() {
    let names: Vec<&str> = tables::SHARED.into_iter().flatten().map(|field| field.name).collect();
    assert_eq!(names.len(), names.iter().collect::<std::collections::BTreeSet<_>>().len(), "{names:?}");
}
