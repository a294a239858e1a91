//! All claims of the case with their verdicts, and the evidence for those that the text does not cite.

use std::collections::BTreeSet;
use std::fmt::Write;

use casefile_model::claim::Claim;
use casefile_verdict::finding::Verdict;

use crate::context::Context;
use crate::html::escape;
use crate::{evidence, mark, words};

/// The section, with claims by topic in the order of the case.
pub(crate) fn section(context: &Context<'_>, cited: &BTreeSet<String>) -> String {
    let claims: Vec<&Claim> = context.input.case.claims.iter().collect();
    let mut out = String::from("<section class=\"register\" id=\"all-claims\" aria-labelledby=\"all-claims-title\">\n");
    let n = words::things(claims.len() as u64, "claim", "claims");
    let _ = writeln!(
        out,
        "<h2 id=\"all-claims-title\">All claims</h2>\n<p>The {n} of the case, each with its verdict. Those that the text cites \
         lead to the evidence there; behind the others it follows here.</p>"
    );
    out += &filter(&claims);
    for topic in topics(&claims) {
        let of_topic = claims.iter().filter(|claim| claim.topic.as_deref() == topic);
        let entries: String = of_topic.map(|claim| entry(context, claim, cited)).collect();
        let title = topic.map_or_else(|| "Other".to_owned(), words::capitalised);
        let _ = writeln!(out, "<section class=\"topic\"><h3>{}</h3>\n<ol>\n{entries}</ol></section>", escape(&title));
    }
    out + "</section>\n"
}

/// Topics in the order of their first claim.
fn topics<'a>(claims: &[&'a Claim]) -> Vec<Option<&'a str>> {
    let mut topics: Vec<Option<&str>> = Vec::new();
    for claim in claims {
        if !topics.contains(&claim.topic.as_deref()) {
            topics.push(claim.topic.as_deref());
        }
    }
    topics
}

/// A filter, which the script brings to light.
fn filter(claims: &[&Claim]) -> String {
    let verdicts: String = Verdict::ALL
        .iter()
        .map(|(name, verdict)| {
            format!("<option value=\"{}\">{} {name}</option>", mark::class(*verdict), mark::glyph(*verdict))
        })
        .collect();
    format!(
        "<form class=\"filter\" id=\"filter-form\" hidden=\"hidden\">\n\
         <label for=\"filter-words\">Words</label><input id=\"filter-words\" type=\"search\" autocomplete=\"off\"/>\n\
         <label for=\"filter-verdict\">Verdict</label><select id=\"filter-verdict\"><option value=\"\">any</option>{verdicts}</select>\n\
         <output id=\"filter-count\" for=\"filter-words filter-verdict\">{}</output>\n</form>\n",
        words::things(claims.len() as u64, "claim", "claims"),
    )
}

fn entry(context: &Context<'_>, claim: &Claim, cited: &BTreeSet<String>) -> String {
    let id = &claim.envelope.id;
    let finding = context.finding(id);
    let verdict = mark::verdict(finding);
    let text = escape(claim.envelope.text.as_deref().unwrap_or(id));
    let source = context.source_link(&claim.envelope.source);
    let page = claim.envelope.passage.page.map_or(String::new(), |page| format!(", p.\u{a0}{page}"));
    let (mark, evidence) = if cited.contains(id) {
        (
            mark::link(verdict, id),
            format!(
                "<p class=\"seen\">{} · <a href=\"#evidence-{id}\">evidence in the text</a></p>",
                evidence::gist(claim, finding)
            ),
        )
    } else {
        (mark::mark(verdict), evidence::details(context, claim))
    };
    format!(
        "<li id=\"claim-{id}\" class=\"entry\" data-verdict=\"{}\">\n<div class=\"verdict\">{mark}</div>\n\
         <div class=\"said\"><p>{text} <span class=\"where\">{source}{page}</span></p>\n{evidence}</div>\n</li>\n",
        mark::class(verdict),
    )
}
