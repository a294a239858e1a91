//! The page: header, summary, text, register of claims, methods, sources, data.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use casefile_case::Diagnostic;
use casefile_verdict::finding::Verdict;
use sha2::{Digest, Sha256};

use crate::body::{Body, Heading};
use crate::context::Context;
use crate::figure::FIGURE_CSS;
use crate::html::{element, escape, table};
use crate::input::Input;
use crate::markdown::{self, Block};
use crate::{mark, register, slip, sources, words};

const CSS: &str = include_str!("document.css");
const JS: &str = include_str!("document.js");
const METHODS: &str = include_str!("methods.html");

/// A finished briefing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// One HTML file that needs no other: no network, no script for reading, nothing outside itself.
    pub html: String,
}

/// Makes the briefing. The same input gives the same bytes.
///
/// # Errors
/// Everything that is wrong with the text of `brief.md`, in the order of its lines: unknown directives, claims,
/// sources, figures and keys, dates that cannot be read, links that lead nowhere.
pub fn render(input: &Input<'_>) -> Result<Page, Vec<Diagnostic>> {
    let context = Context::new(input);
    let (mut blocks, mut slips) = markdown::parse(input.brief_md);
    let title = own_title(&mut blocks).unwrap_or_else(|| input.case.title.clone());
    let mut body = Body::new(&context);
    body.write(&blocks);
    slips.append(&mut body.slips);
    if !slips.is_empty() {
        return Err(slip::diagnostics(input.brief_md, slips));
    }
    Ok(Page { html: page(&context, &title, &body) })
}

/// The text of a briefing alone, as it stands in the page: without header, register of claims and sources. For whoever shows
/// a figure or a passage in a page of their own, with [`FIGURE_CSS`] and a Content Security Policy of their own.
///
/// # Errors
/// As [`render`].
pub fn fragment(input: &Input<'_>) -> Result<String, Vec<Diagnostic>> {
    let context = Context::new(input);
    let (blocks, mut slips) = markdown::parse(input.brief_md);
    let mut body = Body::new(&context);
    body.write(&blocks);
    slips.append(&mut body.slips);
    if slips.is_empty() { Ok(body.html) } else { Err(slip::diagnostics(input.brief_md, slips)) }
}

/// The heading of the first level that the text begins with is the title of the page.
fn own_title(blocks: &mut Vec<Block>) -> Option<String> {
    match blocks.first() {
        Some(Block::Heading { level: 1, content }) => {
            let title = markdown::plain(content);
            blocks.remove(0);
            Some(title)
        }
        _ => None,
    }
}

fn page(context: &Context<'_>, title: &str, body: &Body<'_>) -> String {
    let style = format!("{FIGURE_CSS}\n{CSS}");
    let lang = if context.input.case.language.is_empty() { "en" } else { &context.input.case.language };
    let methods = METHODS.replace("{marks}", &marks());
    format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{csp}\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<meta name=\"referrer\" content=\"no-referrer\"/>\n\
         <meta name=\"color-scheme\" content=\"light dark\"/>\n<meta name=\"generator\" content=\"Casefile {version}\"/>\n\
         {description}<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip to the text</a>\n{header}\n<main id=\"main\">\n{summary}{contents}\
         <article class=\"text-body\">\n{text}</article>\n</main>\n<div class=\"apparatus\"{english}>\n{claims}{methods}{sources}{data}</div>\n\
         {footer}\n<script>{JS}</script>\n</body>\n</html>\n",
        lang = escape(lang),
        english = english(lang),
        csp = policy(&style),
        version = escape(context.input.version),
        description = description(context),
        title = escape(title),
        header = header(context, title),
        summary = summary(context),
        contents = contents(&body.headings),
        text = body.html,
        claims = register::section(context, &body.cited),
        sources = sources::sources(context),
        data = sources::data(context),
        footer = footer(context),
    )
}

/// What the program writes itself is English.
fn english(lang: &str) -> &'static str {
    if lang == "en" || lang.starts_with("en-") { "" } else { " lang=\"en\"" }
}

/// Nothing may be loaded, and only the style and script that are written here may run.
fn policy(style: &str) -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(style),
        hash(JS)
    )
}

fn description(context: &Context<'_>) -> String {
    let summary = context.input.case.summary.as_deref().unwrap_or_default();
    if summary.is_empty() {
        return String::new();
    }
    let flat = summary.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("<meta name=\"description\" content=\"{}\"/>\n", escape(&flat))
}

fn header(context: &Context<'_>, title: &str) -> String {
    let case = context.input.case;
    let mut out = String::from("<header class=\"masthead\">\n<p class=\"kind\">Briefing</p>\n");
    out += &format!("<h1>{}</h1>\n", escape(title));
    if let Some(summary) = &case.summary {
        out += &format!("<p class=\"standfirst\">{}</p>\n", escape(summary));
    }
    let authors = escape(&case.authors.join(", "));
    let period = case.period.map_or(String::new(), |period| format!("Covers {}", escape(&period.english())));
    let byline: Vec<String> = [authors, period].into_iter().filter(|part| !part.is_empty()).collect();
    out += &element("p", "byline", &byline.join(" <span aria-hidden=\"true\">·</span> "));
    let pins = context.input.pins.datasets.iter().map(|pin| {
        let (title, version) = (escape(&pin.title), escape(&pin.version));
        format!("<a href=\"#data\">{title} {version}</a> <code>{}</code>", escape(&words::short_hash(&pin.sha256)))
    });
    let pins: Vec<String> = pins.collect();
    let data = if pins.is_empty() { "no event data pinned".to_owned() } else { pins.join(", ") };
    out += &format!("\n<p class=\"versions\">Data: {data}</p>\n</header>");
    out
}

/// The verdicts in one strip, with how to read them.
fn summary(context: &Context<'_>) -> String {
    let tally = context.tally();
    let total: usize = tally.iter().sum();
    if total == 0 {
        return String::new();
    }
    let cells: String = Verdict::ALL
        .iter()
        .zip(tally)
        .map(|((name, verdict), n)| {
            format!(
                "<li class=\"{}\"><a href=\"#all-claims\"><b>{n}</b> <span class=\"name\"><span aria-hidden=\"true\">{}</span> {name}</span></a></li>\n",
                mark::class(*verdict),
                mark::glyph(*verdict)
            )
        })
        .collect();
    format!(
        "<section class=\"tally\" id=\"summary\" aria-labelledby=\"summary-title\">\n<h2 id=\"summary-title\">{} examined</h2>\n\
         {}<ul>\n{cells}</ul>\n<details class=\"reading\"><summary>How to read the marks</summary>\n\
         <p>A marked sentence has been checked. Follow its mark to the evidence: the passage in the source, what its words commit it to, \
         what the data say, and the query and rows to verify it by.</p>\n{}</details>\n</section>\n",
        words::things(total as u64, "claim", "claims"),
        strip(&tally, total),
        marks(),
    )
}

/// The tally as one bar. The list beside it says the same in words.
fn strip(tally: &[usize; 5], total: usize) -> String {
    let mut x = 0.0;
    let mut bars = String::new();
    for ((_, verdict), n) in Verdict::ALL.iter().zip(tally) {
        let width = 1000.0 * *n as f64 / total as f64;
        bars += &format!(
            "<rect class=\"{}\" x=\"{x:.1}\" y=\"0\" width=\"{:.1}\" height=\"10\"/>",
            mark::class(*verdict),
            (width - 2.0).max(0.0)
        );
        x += width;
    }
    format!(
        "<svg class=\"strip\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\">{bars}</svg>\n"
    )
}

/// Each mark with its meaning.
fn marks() -> String {
    let rows: Vec<Vec<String>> = Verdict::ALL
        .iter()
        .map(|(_, verdict)| vec![mark::mark(*verdict), mark::meaning(*verdict).to_owned()])
        .collect();
    table("", &["Mark", "Meaning"], &rows, &[])
}

fn contents(headings: &[Heading]) -> String {
    let own = headings.iter().map(|heading| (heading.id.as_str(), heading.html.as_str()));
    let fixed = [("all-claims", "All claims"), ("methods", "Methods"), ("sources", "Sources"), ("data", "Data")];
    let items: String =
        own.chain(fixed).map(|(id, title)| format!("<li><a href=\"#{id}\">{title}</a></li>\n")).collect();
    format!("<nav class=\"contents\" id=\"contents\" aria-label=\"Contents\">\n<ol>\n{items}</ol>\n</nav>\n")
}

fn footer(context: &Context<'_>) -> String {
    let case = context.input.case;
    let licence =
        case.licence.as_deref().map_or(String::new(), |licence| format!(" The text is under {}.", escape(licence)));
    // As the publishers demand: under whatever is made of their data.
    let attributions =
        context.input.pins.datasets.iter().map(|pin| format!("<p>Data: {}</p>\n", escape(&pin.attribution_line())));
    format!(
        "<footer class=\"colophon\" id=\"colophon\">\n{attributions}<p>Made by Casefile {} from the case <code>{}</code>, seed {}. The same case, the same \
         pinned data and the same program give the same file, byte for byte.{licence}</p>\n</footer>",
        escape(context.input.version),
        escape(&case.id),
        case.seed,
        attributions = attributions.collect::<String>(),
    )
}
