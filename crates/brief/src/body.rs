//! The briefing's text as HTML, with its evidence beside it.

use std::collections::BTreeSet;

use crate::context::Context;
use crate::directive::Word;
use crate::html::{element, escape, is_web, table};
use crate::markdown::{Block, Inline, plain};
use crate::slip::{Slip, nearest};
use crate::{evidence, figures, likelihood, mark, tables};

/// Headings and identifiers that every page has; the text's own headings give way to them.
const FIXED: [&str; 8] = ["main", "contents", "summary", "all-claims", "methods", "sources", "data", "colophon"];
/// What identifiers made for claims, sources and figures begin with.
const PREFIXES: [&str; 7] = ["evidence-", "claim-", "source-", "fig-", "chart-", "series-", "filter-"];

/// A heading of the second level, for the table of contents.
pub(crate) struct Heading {
    pub id: String,
    pub html: String,
}

/// The text in the making.
pub(crate) struct Body<'a> {
    context: &'a Context<'a>,
    pub html: String,
    pub slips: Vec<Slip>,
    pub headings: Vec<Heading>,
    /// Claims whose evidence stands in the text.
    pub cited: BTreeSet<String>,
    /// Claims of the block at hand whose evidence is to follow it.
    pending: Vec<String>,
    ids: BTreeSet<String>,
    links: Vec<Word>,
    figures: usize,
}

impl<'a> Body<'a> {
    pub fn new(context: &'a Context<'a>) -> Self {
        Self {
            context,
            html: String::new(),
            slips: Vec::new(),
            headings: Vec::new(),
            cited: BTreeSet::new(),
            pending: Vec::new(),
            ids: BTreeSet::new(),
            links: Vec::new(),
            figures: 0,
        }
    }

    /// Writes the blocks, each followed by the evidence for the claims that it is the first to cite. In a list that is
    /// each point.
    pub fn write(&mut self, blocks: &[Block]) {
        for block in blocks {
            let html = match block {
                Block::List { start, items } => self.list(*start, items, true),
                other => self.block(other),
            };
            let html = self.with_evidence(html);
            self.html += &html;
        }
        self.check_links();
    }

    /// A part of the text with the evidence that belongs beside it.
    fn with_evidence(&mut self, html: String) -> String {
        let pending = std::mem::take(&mut self.pending);
        let claims = pending.iter().filter_map(|id| self.context.input.case.claim(id));
        let notes: String = claims.map(|claim| evidence::details(self.context, claim)).collect();
        if notes.is_empty() {
            return html;
        }
        format!("<div class=\"passage\">\n<div class=\"text\">{html}</div>\n{notes}</div>\n")
    }

    fn block(&mut self, block: &Block) -> String {
        match block {
            Block::Heading { level, content } => self.heading(*level, content),
            Block::Paragraph { tight: true, content } => self.inlines(content),
            Block::Paragraph { content, .. } => element("p", "", &self.inlines(content)) + "\n",
            Block::List { start, items } => self.list(*start, items, false),
            Block::Quote(inner) => element("blockquote", "", &self.blocks(inner)) + "\n",
            Block::Code(code) => format!("<pre><code>{}</code></pre>\n", escape(code)),
            Block::Rule => "<hr/>\n".to_owned(),
            Block::Table(rows) => self.table(rows),
            Block::Figure(directive) => {
                self.figures += 1;
                let drawn = figures::draw(self.context, directive, self.figures);
                self.or_slips(drawn)
            }
            Block::TableOf(directive) => {
                let drawn = tables::draw(self.context, directive);
                self.or_slips(drawn)
            }
        }
    }

    fn or_slips(&mut self, drawn: Result<String, Vec<Slip>>) -> String {
        drawn.unwrap_or_else(|mut slips| {
            self.slips.append(&mut slips);
            String::new()
        })
    }

    fn blocks(&mut self, blocks: &[Block]) -> String {
        blocks.iter().map(|block| self.block(block)).collect()
    }

    fn heading(&mut self, level: u8, content: &[Inline]) -> String {
        // The page's own title is its only heading of the first level.
        let level = level.clamp(2, 6);
        let html = self.inlines(content);
        let id = self.id(&plain(content));
        if level == 2 {
            self.headings.push(Heading { id: id.clone(), html: escape(&plain(content)) });
        }
        format!("<h{level} id=\"{id}\">{html}</h{level}>\n")
    }

    /// An identifier from a heading, unlike any other in the page.
    fn id(&mut self, title: &str) -> String {
        let letters =
            title.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect::<String>();
        let mut slug = letters.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
        if slug.is_empty() || FIXED.contains(&slug.as_str()) || PREFIXES.iter().any(|prefix| slug.starts_with(prefix)) {
            slug = format!("section-{slug}");
        }
        let mut id = slug.clone();
        let mut n = 2;
        while !self.ids.insert(id.clone()) {
            id = format!("{slug}-{n}");
            n += 1;
        }
        id
    }

    fn list(&mut self, start: Option<u64>, items: &[Vec<Block>], is_outermost: bool) -> String {
        let mut points = String::new();
        for item in items {
            let html = self.blocks(item);
            let html = if is_outermost { self.with_evidence(html) } else { html };
            points += &(element("li", "", &html) + "\n");
        }
        match start {
            None => format!("<ul>\n{points}</ul>\n"),
            Some(1) => format!("<ol>\n{points}</ol>\n"),
            Some(n) => format!("<ol start=\"{n}\">\n{points}</ol>\n"),
        }
    }

    fn table(&mut self, rows: &[Vec<Vec<Inline>>]) -> String {
        let mut cells: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|cell| self.inlines(cell)).collect()).collect();
        if cells.is_empty() {
            return String::new();
        }
        let head = cells.remove(0);
        let head: Vec<&str> = head.iter().map(String::as_str).collect();
        table("", &head, &cells, &[]) + "\n"
    }

    fn inlines(&mut self, content: &[Inline]) -> String {
        content.iter().map(|part| self.inline(part)).collect()
    }

    fn inline(&mut self, part: &Inline) -> String {
        match part {
            Inline::Text(text) => escape(text),
            Inline::Code(code) => element("code", "", &escape(code)),
            Inline::Break => "\n".to_owned(),
            Inline::HardBreak => "<br/>\n".to_owned(),
            Inline::Emphasis(inner) => element("em", "", &self.inlines(inner)),
            Inline::Strong(inner) => element("strong", "", &self.inlines(inner)),
            Inline::Link { to, content } => self.link(to, content),
            Inline::Claim { id, content } => self.claim(id, content),
            Inline::Number { id } => self.number(id),
            Inline::Cite { id } => self.cite(id),
            Inline::Likelihood { words, of, at } => {
                let drawn = likelihood::draw(self.context, words.as_ref(), of, at);
                self.or_slips(drawn)
            }
        }
    }

    fn link(&mut self, to: &Word, content: &[Inline]) -> String {
        let words = self.inlines(content);
        if to.text.starts_with('#') {
            self.links.push(to.clone());
            return format!("<a href=\"{}\">{words}</a>", escape(&to.text));
        }
        if !is_web(&to.text) {
            let slip = Slip::new("link", to.at.clone(), format!("`{}` leads out of the briefing's one file", to.text));
            self.slips.push(slip.expected("an address that begins with https://, or the `#heading` of a section"));
            return words;
        }
        format!("<a href=\"{}\" rel=\"noreferrer\">{words}</a>", escape(&to.text))
    }

    fn claim(&mut self, id: &Word, content: &[Inline]) -> String {
        let words = self.inlines(content);
        if !self.cite_claim(id) {
            return words;
        }
        let verdict = self.context.verdict(&id.text);
        let class = mark::class(verdict);
        format!(
            "<span class=\"claim {class}\"><span class=\"words\">{words}</span> {}</span>",
            mark::link(verdict, &id.text)
        )
    }

    fn number(&mut self, id: &Word) -> String {
        if !self.cite_claim(id) {
            return String::new();
        }
        let value = self.context.finding(&id.text).and_then(|finding| finding.computed.as_ref());
        let shown = value.map_or("not computed", |value| value.display.as_str());
        format!("<a class=\"number\" href=\"#evidence-{}\">{}</a>", id.text, escape(shown))
    }

    fn cite(&mut self, id: &Word) -> String {
        let case = self.context.input.case;
        if case.source(&id.text).is_none() {
            let known = case.sources.iter().map(|source| source.id.as_str());
            self.slips.push(unknown(self.context, "source", id, known));
            return String::new();
        }
        format!("[{}]", self.context.source_link(&id.text))
    }

    /// Takes note of a claim that the text cites; says whether there is such a claim.
    fn cite_claim(&mut self, id: &Word) -> bool {
        let case = self.context.input.case;
        if case.claim(&id.text).is_none() {
            let known = case.claims.iter().map(|claim| claim.envelope.id.as_str());
            self.slips.push(unknown(self.context, "claim", id, known));
            return false;
        }
        if self.cited.insert(id.text.clone()) {
            self.pending.push(id.text.clone());
        }
        true
    }

    /// Links within the page must lead somewhere.
    fn check_links(&mut self) {
        let case = self.context.input.case;
        for link in std::mem::take(&mut self.links) {
            let target = &link.text[1..];
            let is_claim = ["evidence-", "claim-"]
                .iter()
                .any(|p| target.strip_prefix(p).is_some_and(|id| case.claim(id).is_some()));
            let is_source = target.strip_prefix("source-").is_some_and(|id| case.source(id).is_some());
            if is_claim || is_source || FIXED.contains(&target) || self.ids.contains(target) {
                continue;
            }
            let known = self.ids.iter().map(String::as_str).chain(FIXED);
            let help = nearest(target, known).map(|id| format!("did you mean `#{id}`?"));
            let slip = Slip::new("link", link.at, format!("there is no section `{}`", link.text));
            self.slips.push(slip.expected("the words of a heading in lower case, joined by `-`").maybe_help(help));
        }
    }
}

/// An identifier that stands for nothing, or for something else than what is needed.
pub(crate) fn unknown<'a>(
    context: &Context<'_>,
    needed: &str,
    id: &Word,
    known: impl Iterator<Item = &'a str>,
) -> Slip {
    if let Some(noun) = context.input.case.noun(&id.text) {
        let slip =
            Slip::new("wrong-id", id.at.clone(), format!("`{}` is {}, not {}", id.text, a(noun.name()), a(needed)));
        let directive = match noun.name() {
            "source" => Some("write `:cite{…}` to refer to a source"),
            "claim" => Some("write `:claim[…]{…}` to show what stands behind a claim"),
            _ => None,
        };
        return slip.expected(format!("the id of {}", a(needed))).maybe_help(directive.map(str::to_owned));
    }
    let help = nearest(&id.text, known).map(|word| format!("did you mean `{word}`?"));
    let slip = Slip::new("unknown-id", id.at.clone(), format!("there is no {needed} `{}`", id.text));
    slip.expected(format!("the id of {}", a(needed))).maybe_help(help)
}

/// A word with its article.
fn a(word: &str) -> String {
    let article = if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {word}")
}
