//! The vocabulary of a case as data: which tables there are, which keys each has, and what may stand there.
//!
//! One description drives everything that has to know the format: the reader's diagnostics, the JSON Schema that
//! editors use, and the reference page of the book. Adding a key to [`tables`] adds it to all of them.

pub mod tables;
pub mod words;

#[cfg(test)]
mod tests;

use std::fmt;

/// What an identifier can stand for. All share one namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Noun {
    /// Event data that bear on the case.
    Dataset,
    /// Bibliographic record.
    Source,
    /// Organisation, force, population or public figure.
    Actor,
    /// Place or region.
    Place,
    /// Sentence that can be true or false.
    Claim,
    /// Tie between two actors.
    Relation,
    /// Figure put on something that is not observed directly.
    Estimate,
    /// Something that happened, as a source reports it.
    Event,
    /// Who holds a place.
    Control,
    /// What a source says will come.
    Forecast,
    /// Question with competing answers.
    Question,
}

impl Noun {
    /// The six kinds of statement.
    pub const STATEMENTS: [Self; 6] =
        [Self::Claim, Self::Relation, Self::Estimate, Self::Event, Self::Control, Self::Forecast];

    /// The word used in files and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dataset => "dataset",
            Self::Source => "source",
            Self::Actor => "actor",
            Self::Place => "place",
            Self::Claim => "claim",
            Self::Relation => "relation",
            Self::Estimate => "estimate",
            Self::Event => "event",
            Self::Control => "control",
            Self::Forecast => "forecast",
            Self::Question => "question",
        }
    }

    /// Whether it is a kind of statement.
    pub fn is_statement(self) -> bool {
        Self::STATEMENTS.contains(&self)
    }
}

/// The word with its article, as a sentence needs it.
impl fmt::Display for Noun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let article = if matches!(self, Self::Actor | Self::Estimate | Self::Event) { "an" } else { "a" };
        match self {
            Self::Control => f.write_str("a control statement"),
            _ => write!(f, "{article} {}", self.name()),
        }
    }
}

/// A table of the format: `[case]`, `[[claim]]`, `passage = { … }`.
#[derive(Debug, PartialEq)]
pub struct Table {
    /// Its key in a file.
    pub name: &'static str,
    /// What it is, in a sentence or two.
    pub doc: &'static str,
    /// Keys, in groups that tables share (every statement has the envelope).
    pub parts: &'static [&'static [Field]],
    /// Keys that are optional in their group but required here.
    pub also_required: &'static [&'static str],
    /// Keys of which at least one must be there, and why.
    pub at_least_one: Option<(&'static [&'static str], &'static str)>,
    /// Where the keys depend on a first one (`kind` of a check): the tables to choose from. `parts` is empty then.
    pub variants: &'static [Table],
    /// What its `id` makes, where it has one.
    pub noun: Option<Noun>,
}

/// The key that chooses among the variants of a table.
pub const VARIANT_KEY: &str = "kind";

impl Table {
    /// All keys, in the order of the reference.
    pub fn fields(&self) -> impl Iterator<Item = &'static Field> {
        self.parts.iter().flat_map(|part| part.iter())
    }

    /// The key of that name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields().find(|field| field.name == name)
    }

    /// Whether the key must be there.
    pub fn requires(&self, field: &Field) -> bool {
        field.required || self.also_required.contains(&field.name)
    }

    /// The variant of that name.
    pub fn variant(&self, name: &str) -> Option<&'static Table> {
        self.variants.iter().find(|variant| variant.name == name)
    }
}

/// A key of a table.
#[derive(Debug, PartialEq)]
pub struct Field {
    /// The key.
    pub name: &'static str,
    /// What may stand there.
    pub kind: Kind,
    /// Whether it must be there.
    pub required: bool,
    /// What holds where it is absent, as TOML.
    pub default: Option<&'static str>,
    /// What it means, in a line.
    pub doc: &'static str,
    /// A value, as TOML.
    pub example: &'static str,
}

/// What may stand as the value of a key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Any text that is not blank.
    Text,
    /// Text of a fixed form.
    Word(&'static Form),
    /// A new identifier.
    NewId,
    /// The identifier of one of these.
    Id(&'static [Noun]),
    /// An EDTF date or interval.
    Date,
    /// A hedged quantity in the source's words.
    Quantity,
    /// A word of likelihood or modality.
    Hedge,
    /// One of a closed list of words.
    OneOf(&'static [&'static str]),
    /// A whole number, inclusive limits.
    Int(i64, i64),
    /// A number, inclusive limits.
    Float(f64, f64),
    /// `true` or `false`.
    Bool,
    /// `[latitude, longitude]` in degrees.
    Point,
    /// Words, each with a number: `{ third = 0.333 }`.
    Numbers,
    /// Names, each with one of a closed list of words: `{ yes = "C", no = "I" }`.
    Labels(&'static [&'static str]),
    /// A list of such values.
    List(&'static Kind),
    /// Such a value, or a list of them.
    OneOrMore(&'static Kind),
    /// One table: inline, or under its own header.
    Table(&'static Table),
    /// Tables, each under a doubled header.
    Tables(&'static Table),
}

impl Kind {
    /// What is expected, as a message puts it.
    pub fn describe(&self) -> String {
        match self {
            Self::Text => "text in quotes".to_owned(),
            Self::Word(form) => form.what.to_owned(),
            Self::NewId => words::ID.what.to_owned(),
            Self::Id(nouns) => format!("the id of {}", either(nouns)),
            Self::Date => "an EDTF date in quotes, such as \"2021-08-26\", \"2020\" or \"2014/2022\"".to_owned(),
            Self::Quantity => {
                "a quantity in the source's words, such as \"around 60\", \"most\" or \"doubled\"".to_owned()
            }
            Self::Hedge => "a word of likelihood or modality, such as \"likely\" or \"reported\"".to_owned(),
            Self::OneOf(words) => format!("one of {}", quoted(words)),
            Self::Int(least, most) if least == most => least.to_string(),
            Self::Int(least, most) if *most == i64::MAX => format!("a whole number of {least} or more"),
            Self::Int(least, most) => format!("a whole number from {least} to {most}"),
            Self::Float(least, most) if most.is_infinite() => format!("a number of {least} or more"),
            Self::Float(least, most) => format!("a number from {least} to {most}"),
            Self::Bool => "true or false, without quotes".to_owned(),
            Self::Point => "[latitude, longitude] in degrees, such as [34.57, 69.21]".to_owned(),
            Self::Numbers => "a table of words, each with a number".to_owned(),
            Self::Labels(words) => format!("a table of names, each with one of {}", quoted(words)),
            Self::List(of) => format!("a list, each item being {}", of.describe()),
            Self::OneOrMore(of) => format!("{}, or a list of such", of.describe()),
            Self::Table(_) => "a table: keys in braces, or under a header of their own".to_owned(),
            Self::Tables(_) => "tables, each under a header in double brackets".to_owned(),
        }
    }
}

/// Text of a fixed form.
#[derive(Debug)]
pub struct Form {
    /// What it is, as a message puts it.
    pub what: &'static str,
    /// The form as a regular expression (ECMA 262), for the schema.
    pub pattern: &'static str,
    /// Whether a text has the form.
    pub admits: fn(&str) -> bool,
}

/// Forms are told apart by their pattern: a function has no identity that Rust promises to keep.
impl PartialEq for Form {
    fn eq(&self, other: &Self) -> bool {
        self.pattern == other.pattern
    }
}

/// "an actor", "a place or an actor".
pub(crate) fn either(nouns: &[Noun]) -> String {
    if nouns == Noun::STATEMENTS {
        return "a statement".to_owned();
    }
    let words: Vec<String> = nouns.iter().map(ToString::to_string).collect();
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

/// `"a", "b", "c"`.
pub(crate) fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
}
