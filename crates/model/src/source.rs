//! Sources and passages: where a statement can be read.

use serde::Serialize;

use crate::date::Edtf;
use crate::grade::Reliability;

/// A bibliographic record, after the Citation Style Language (CSL), with an Admiralty grade.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Source {
    /// Identifier, unique within the case.
    pub id: String,
    /// CSL item type: `report`, `article-journal`, `webpage`, `speech` …
    pub kind: String,
    /// Title as published.
    pub title: String,
    /// Authors, persons as `Family, Given`, or the body that issued it.
    pub authors: Vec<String>,
    /// Who published it.
    pub publisher: Option<String>,
    /// Date of publication.
    pub issued: Option<Edtf>,
    /// Where it can be read.
    pub url: Option<String>,
    /// Digital object identifier, without the resolver's address.
    pub doi: Option<String>,
    /// Admiralty reliability of the source (NATO AJP-2.1), `F` when it cannot be judged.
    pub reliability: Reliability,
    /// Terms under which it may be used, as its publisher states them.
    pub licence: Option<String>,
    /// A copy kept beside the case, relative to the case folder; never published.
    pub file: Option<String>,
    /// SHA-256 of that copy, in hexadecimal.
    pub sha256: Option<String>,
    /// Other sources that this one is known to rest on: what makes two reports one.
    pub leans_on: Vec<String>,
    /// Remark of the analyst.
    pub note: Option<String>,
}

/// Where in a source a statement is made. The quoted text itself is never stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Passage {
    /// Page, as printed.
    pub page: Option<u32>,
    /// Heading under which the passage stands.
    pub heading: Option<String>,
    /// Paragraph number, from 1, in reading order.
    pub paragraph: Option<u32>,
    /// Quote anchor: hash and position of the normalised quote, in the textual form of `casefile-text`.
    pub anchor: Option<String>,
}
