//! `casefile anchor`: where a quote stands in a document, without its words.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use casefile_text::Document;
use clap::Args;

use crate::open::Failure;

/// Anchor a quote in a text document: its place and a hash, for a statement's passage; the words are not kept
#[derive(Args)]
pub struct Arguments {
    /// The document, as plain text
    file: PathBuf,
    /// The quote, word for word
    quote: String,
}

pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let path = arguments.file.display();
    let text =
        fs::read_to_string(&arguments.file).map_err(|error| Failure::Usage(format!("cannot read {path}: {error}")))?;
    let document = Document::from_text(&text);
    let anchor = document.anchor(&arguments.quote).map_err(|error| Failure::Usage(format!("{path}: {error}")))?;
    let heading = document
        .paragraph(anchor.paragraph)
        .and_then(|paragraph| document.heading_of(paragraph))
        .map(|heading| serde_json::to_string(&heading.text).map(|text| format!("heading = {text}, ")))
        .transpose()?
        .unwrap_or_default();
    println!("passage = {{ {heading}paragraph = {}, anchor = \"{anchor}\" }}", anchor.paragraph);
    Ok(ExitCode::SUCCESS)
}
