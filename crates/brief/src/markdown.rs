//! The briefing's Markdown with its directives, as a tree.
//!
//! [CommonMark](https://spec.commonmark.org/) with tables, and generic directives: `:claim[words]{id}`, `:number{id}` and
//! `:cite{id}` within text, `::figure{…}` and `::table{…}` on lines of their own. Raw HTML is text like any other. A
//! backslash before the colon keeps a directive from being one.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::directive::{Attributes, Word};
use crate::slip::Slip;

/// Containers within containers, beyond which a text is refused rather than read recursively.
const DEEPEST: usize = 24;

/// A part of running text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Inline {
    Text(String),
    Code(String),
    /// The end of a line in the file.
    Break,
    /// The end of a line on the page.
    HardBreak,
    Emphasis(Vec<Inline>),
    Strong(Vec<Inline>),
    Link {
        to: Word,
        content: Vec<Inline>,
    },
    /// A sentence that a claim of the case checks.
    Claim {
        id: Word,
        content: Vec<Inline>,
    },
    /// The value computed for a claim.
    Number {
        id: Word,
    },
    /// A reference to a source.
    Cite {
        id: Word,
    },
    /// The chance that a forecast of the case gives something, in the yardstick's word; with `words` a word of the analyst's, which
    /// must agree.
    Likelihood {
        words: Option<Word>,
        of: Attributes,
        at: Range<usize>,
    },
}

/// A block of the briefing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Block {
    Heading {
        level: u8,
        content: Vec<Inline>,
    },
    /// A paragraph; tight ones stand in lists without space about them.
    Paragraph {
        tight: bool,
        content: Vec<Inline>,
    },
    List {
        start: Option<u64>,
        items: Vec<Vec<Block>>,
    },
    Quote(Vec<Block>),
    Code(String),
    Rule,
    /// Rows of cells, the first of which is the head.
    Table(Vec<Vec<Vec<Inline>>>),
    Figure(Directive),
    TableOf(Directive),
}

/// A directive on a line of its own.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Directive {
    /// What kind of figure or table.
    pub kind: Word,
    pub attributes: Attributes,
    /// The whole line.
    pub at: Range<usize>,
}

/// The briefing as blocks, and all slips found on the way.
pub(crate) fn parse(text: &str) -> (Vec<Block>, Vec<Slip>) {
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter().collect();
    let mut reader = Reader { text, events, next: 0, slips: Vec::new() };
    let mut blocks = Vec::new();
    while reader.peek().is_some() {
        reader.blocks(&mut blocks, 0);
        // A stray end cannot come from the parser; stepping over it makes sure of an end.
        reader.next += 1;
    }
    (blocks, reader.slips)
}

/// All inline parts of a text, depth first.
pub(crate) fn walk<'a>(content: &'a [Inline], visit: &mut impl FnMut(&'a Inline)) {
    for part in content {
        visit(part);
        match part {
            Inline::Emphasis(inner) | Inline::Strong(inner) => walk(inner, visit),
            Inline::Link { content, .. } | Inline::Claim { content, .. } => walk(content, visit),
            _ => {}
        }
    }
}

/// The words of a text, without marks.
pub(crate) fn plain(content: &[Inline]) -> String {
    let mut words = String::new();
    walk(content, &mut |part| match part {
        Inline::Text(text) | Inline::Code(text) => words.push_str(text),
        Inline::Break | Inline::HardBreak => words.push(' '),
        _ => {}
    });
    words
}

struct Reader<'a> {
    text: &'a str,
    events: Vec<(Event<'a>, Range<usize>)>,
    next: usize,
    slips: Vec<Slip>,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&(Event<'a>, Range<usize>)> {
        self.events.get(self.next)
    }

    fn take(&mut self) -> Option<(Event<'a>, Range<usize>)> {
        let event = self.events.get(self.next).cloned();
        self.next += 1;
        event
    }

    /// Blocks up to the end of the container they stand in, which is left to the caller.
    fn blocks(&mut self, into: &mut Vec<Block>, depth: usize) {
        while let Some((event, at)) = self.peek().cloned() {
            match event {
                Event::End(_) => return,
                Event::Start(tag) if is_block(&tag) => {
                    self.next += 1;
                    if depth >= DEEPEST {
                        self.slips.push(Slip::new("nesting", at, "lists and quotations are nested too deeply"));
                        self.skip();
                    } else {
                        self.block(tag, into, depth);
                    }
                }
                Event::Rule => {
                    self.next += 1;
                    into.push(Block::Rule);
                }
                // The text of an item in a tight list comes without a paragraph about it.
                _ => {
                    let before = self.next;
                    self.paragraph(true, into);
                    self.next += usize::from(self.next == before);
                }
            }
        }
    }

    /// The block whose start has just been taken, with its end.
    fn block(&mut self, tag: Tag<'a>, into: &mut Vec<Block>, depth: usize) {
        match tag {
            Tag::Heading { level, .. } => {
                let content = self.inlines(depth);
                into.push(Block::Heading { level: level as u8, content });
            }
            Tag::BlockQuote(_) => {
                let mut inner = Vec::new();
                self.blocks(&mut inner, depth + 1);
                into.push(Block::Quote(inner));
            }
            Tag::List(start) => {
                let mut items = Vec::new();
                while let Some((Event::Start(Tag::Item), _)) = self.peek() {
                    self.next += 1;
                    let mut item = Vec::new();
                    self.blocks(&mut item, depth + 1);
                    self.next += 1;
                    items.push(item);
                }
                into.push(Block::List { start, items });
            }
            Tag::CodeBlock(_) => into.push(Block::Code(self.verbatim())),
            Tag::HtmlBlock => {
                let content = vec![Inline::Text(self.verbatim().trim_end().to_owned())];
                into.push(Block::Paragraph { tight: false, content });
            }
            Tag::Table(_) => {
                let rows = self.table(depth);
                into.push(Block::Table(rows));
            }
            _ => self.paragraph(false, into),
        }
        self.next += 1;
    }

    fn table(&mut self, depth: usize) -> Vec<Vec<Vec<Inline>>> {
        let mut rows = Vec::new();
        while let Some((Event::Start(_), _)) = self.peek() {
            self.next += 1;
            let mut row = Vec::new();
            while let Some((Event::Start(_), _)) = self.peek() {
                self.next += 1;
                row.push(self.inlines(depth));
                self.next += 1;
            }
            self.next += 1;
            rows.push(row);
        }
        rows
    }

    /// The text of a block that holds nothing but text.
    fn verbatim(&mut self) -> String {
        let mut out = String::new();
        while let Some((Event::Text(text) | Event::Html(text), _)) = self.peek() {
            out.push_str(text);
            self.next += 1;
        }
        out
    }

    /// Passes over everything up to the end of the container whose start has just been taken, with that end.
    fn skip(&mut self) {
        let mut open = 1;
        while open > 0 {
            match self.take() {
                Some((Event::Start(_), _)) => open += 1,
                Some((Event::End(_), _)) => open -= 1,
                Some(_) => {}
                None => return,
            }
        }
    }

    /// Running text, cut where a line is a directive.
    fn paragraph(&mut self, tight: bool, into: &mut Vec<Block>) {
        let mut lines: Vec<(Event<'a>, Range<usize>)> = Vec::new();
        let mut at_line_start = true;
        while let Some((event, at)) = self.peek().cloned() {
            if matches!(&event, Event::End(end) if !is_inline_end(*end)) || is_block_event(&event) {
                break;
            }
            if at_line_start && let Some(line) = self.directive_line(at.start) {
                self.flush(&mut lines, tight, into);
                self.leaf(line, into);
                continue;
            }
            at_line_start = matches!(event, Event::SoftBreak | Event::HardBreak);
            lines.push((event, at));
            self.next += 1;
        }
        self.flush(&mut lines, tight, into);
    }

    /// The line that begins here, if it begins with `::` and a letter.
    fn directive_line(&self, start: usize) -> Option<Range<usize>> {
        let rest = self.text.get(start..)?;
        let name = rest.strip_prefix("::")?;
        name.starts_with(|c: char| c.is_ascii_alphabetic()).then_some(())?;
        let line = rest.lines().next()?.trim_end();
        Some(start..start + line.len())
    }

    fn flush(&mut self, lines: &mut Vec<(Event<'a>, Range<usize>)>, tight: bool, into: &mut Vec<Block>) {
        while matches!(lines.last(), Some((Event::SoftBreak | Event::HardBreak, _))) {
            lines.pop();
        }
        if lines.is_empty() {
            return;
        }
        let mut inner = Reader { text: self.text, events: std::mem::take(lines), next: 0, slips: Vec::new() };
        let content = inner.inlines(0);
        self.slips.append(&mut inner.slips);
        into.push(Block::Paragraph { tight, content });
    }

    /// The directive on this line; the events of the line are passed over.
    fn leaf(&mut self, line: Range<usize>, into: &mut Vec<Block>) {
        while let Some((event, at)) = self.peek() {
            let breaks = matches!(event, Event::SoftBreak | Event::HardBreak);
            if !breaks && at.start >= line.end || matches!(event, Event::End(end) if !is_inline_end(*end)) {
                break;
            }
            self.next += 1;
            if breaks {
                break;
            }
        }
        match leaf(&self.text[line.clone()], line) {
            Ok(block) => into.push(block),
            Err(slip) => self.slips.push(slip),
        }
    }

    /// Running text up to the end of its container, which is left to the caller.
    fn inlines(&mut self, depth: usize) -> Vec<Inline> {
        let mut line = Line::default();
        while let Some((event, at)) = self.peek().cloned() {
            match event {
                Event::Text(text) | Event::InlineHtml(text) | Event::Html(text) => {
                    line.runs.push((line.run.len(), at.start));
                    line.run.push_str(&text);
                    self.next += 1;
                    continue;
                }
                Event::End(_) => break,
                _ => line.scan(self.text, &mut self.slips),
            }
            self.next += 1;
            match event {
                Event::Code(code) => line.push(Inline::Code(code.into_string())),
                Event::SoftBreak => line.push(Inline::Break),
                Event::HardBreak => line.push(Inline::HardBreak),
                Event::Start(_) if depth >= DEEPEST => {
                    self.slips.push(Slip::new("nesting", at, "emphasis is nested too deeply"));
                    self.skip();
                }
                Event::Start(tag) => {
                    let content = self.inlines(depth + 1);
                    self.next += 1;
                    self.span(tag, content, at, &mut line);
                }
                _ => {}
            }
        }
        line.scan(self.text, &mut self.slips);
        line.finish(&mut self.slips)
    }

    fn span(&mut self, tag: Tag<'a>, mut content: Vec<Inline>, at: Range<usize>, line: &mut Line) {
        match tag {
            Tag::Emphasis => line.push(Inline::Emphasis(content)),
            Tag::Strong => line.push(Inline::Strong(content)),
            Tag::Link { dest_url, .. } => {
                let to = Word { text: dest_url.into_string(), at };
                line.push(Inline::Link { to, content });
            }
            Tag::Image { .. } => {
                let slip = Slip::new("image", at, "the briefing is one file, and takes no images from others");
                self.slips.push(slip.help("draw it with `::figure{…}`, or describe it and link to it"));
            }
            _ => line.top().append(&mut content),
        }
    }
}

fn is_block(tag: &Tag) -> bool {
    !matches!(
        tag,
        Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. }
            | Tag::Image { .. }
    )
}

fn is_block_event(event: &Event) -> bool {
    matches!(event, Event::Rule) || matches!(event, Event::Start(tag) if is_block(tag))
}

fn is_inline_end(end: TagEnd) -> bool {
    matches!(
        end,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
    )
}

/// The directive on a line of its own.
fn leaf(line: &str, at: Range<usize>) -> Result<Block, Slip> {
    let name = name_at(&line[2..]);
    let rest = &line[2 + name.len()..];
    let known = ["figure", "table"];
    let name_at = at.start..at.start + 2 + name.len();
    if !known.contains(&name) {
        return Err(Slip::new("unknown-directive", name_at, format!("there is no directive `::{name}`"))
            .one_of(name, known)
            .maybe_help(INLINE.contains(&name).then(|| format!("`:{name}`, with one colon, stands within text"))));
    }
    let inner = rest.strip_prefix('{').and_then(|inner| inner.strip_suffix('}'));
    let Some(inner) = inner else {
        return Err(Slip::new("directive", at, format!("`::{name}` is not written out"))
            .expected(format!("::{name}{{kind key=value …}} on a line of its own")));
    };
    let mut attributes = Attributes::parse(inner, at.start + 3 + name.len())?;
    if attributes.words.len() > 1 {
        let word = attributes.words.swap_remove(1);
        return Err(Slip::new(
            "directive",
            word.at,
            format!("`{}` is neither a kind nor a key with its value", word.text),
        )
        .expected("one kind, then key=value; put quotation marks about a value with spaces"));
    }
    let Some(kind) = attributes.words.pop() else {
        return Err(Slip::new("directive", at, format!("`::{name}` does not say which"))
            .expected(format!("::{name}{{kind key=value …}}")));
    };
    let directive = Directive { kind, attributes, at };
    Ok(if name == "figure" { Block::Figure(directive) } else { Block::TableOf(directive) })
}

/// The directives that stand within text.
const INLINE: [&str; 4] = ["claim", "number", "cite", "likelihood"];

/// The name of a directive at the beginning of a text: letters and `-`.
fn name_at(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_alphabetic() || c == '-')).unwrap_or(text.len());
    &text[..end]
}

/// Running text in the making: what is finished, and the claims that are open.
#[derive(Default)]
struct Line {
    done: Vec<Inline>,
    open: Vec<OpenClaim>,
    /// Text that waits to be looked through for directives.
    run: String,
    /// Where parts of the run begin, in the run and in the briefing.
    runs: Vec<(usize, usize)>,
}

/// A `:claim[` without its `]` yet.
struct OpenClaim {
    at: Range<usize>,
    content: Vec<Inline>,
    brackets: usize,
}

impl Line {
    fn top(&mut self) -> &mut Vec<Inline> {
        self.open.last_mut().map_or(&mut self.done, |claim| &mut claim.content)
    }

    fn push(&mut self, part: Inline) {
        self.top().push(part);
    }

    fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(Inline::Text(last)) = self.top().last_mut() {
            last.push_str(text);
        } else {
            self.push(Inline::Text(text.to_owned()));
        }
    }

    /// Looks through the waiting text for directives.
    fn scan(&mut self, source: &str, slips: &mut Vec<Slip>) {
        let run = std::mem::take(&mut self.run);
        let runs = std::mem::take(&mut self.runs);
        let part = |at: usize| runs[runs.partition_point(|(begin, _)| *begin <= at).saturating_sub(1)];
        let place = |at: usize| part(at).1 + at - part(at).0;
        // What follows a backslash begins a part of its own.
        let escaped = |at: usize| part(at).0 == at && source[..part(at).1].ends_with('\\');
        let mut at = 0;
        while let Some(found) = run[at..].find([':', '[', ']']) {
            let here = at + found;
            self.text(&run[at..here]);
            let rest = &run[here..];
            at = here
                + match &rest[..1] {
                    ":" if !escaped(here) && !run[..here].ends_with(|c: char| c.is_alphanumeric()) => {
                        self.colon(rest, place(here), slips)
                    }
                    "[" => self.bracket(rest),
                    "]" => self.unbracket(rest, place(here), slips),
                    _ => {
                        self.text(&rest[..1]);
                        1
                    }
                };
        }
        self.text(&run[at..]);
    }

    /// What begins with a colon: a directive or a colon. Returns how much was read.
    fn colon(&mut self, rest: &str, place: usize, slips: &mut Vec<Slip>) -> usize {
        let colons = rest.len() - rest.trim_start_matches(':').len();
        let name = name_at(&rest[colons..]);
        let head = colons + name.len();
        let after = rest[head..].chars().next();
        let at = place..place + head;
        if name.is_empty() || !matches!(after, Some('[' | '{')) {
            self.text(&rest[..colons]);
            return colons;
        }
        match (colons, name, after) {
            (1, "claim", Some('[')) => {
                self.open.push(OpenClaim { at, content: Vec::new(), brackets: 0 });
                return head + 1;
            }
            (1, "number" | "cite", Some('{')) => {
                let Some((id, end)) = braces(rest, head, place) else {
                    slips.push(
                        Slip::new("directive", at, "the braces are not closed").expected(format!(":{name}{{id}}")),
                    );
                    return head;
                };
                self.push(if name == "cite" { Inline::Cite { id } } else { Inline::Number { id } });
                return end;
            }
            (1, "likelihood", _) => match likelihood(rest, head, place) {
                Ok((part, end)) => {
                    self.push(part);
                    return end;
                }
                Err(slip) => slips.push(slip),
            },
            (1, "claim", _) => {
                let slip = Slip::new("directive", at, "`:claim` needs the words that it checks");
                slips.push(slip.expected(":claim[words as shown]{claim-id}"));
            }
            (1, "number" | "cite", _) => {
                let slip = Slip::new("directive", at, format!("`:{name}` takes no words"));
                slips.push(slip.expected(format!(":{name}{{id}}")));
            }
            (_, "figure" | "table", _) => {
                let slip = Slip::new("directive", at, format!("`::{name}` stands within text"));
                slips.push(slip.expected("two colons, on a line of its own"));
            }
            _ => {
                let slip = Slip::new("unknown-directive", at, format!("there is no directive `:{name}`"));
                slips.push(slip.one_of(name, INLINE).maybe_help(None));
            }
        }
        self.text(&rest[..head]);
        head
    }

    fn bracket(&mut self, rest: &str) -> usize {
        if let Some(claim) = self.open.last_mut() {
            claim.brackets += 1;
        }
        self.text(&rest[..1]);
        1
    }

    fn unbracket(&mut self, rest: &str, place: usize, slips: &mut Vec<Slip>) -> usize {
        match self.open.last_mut() {
            None => {}
            Some(claim) if claim.brackets > 0 => claim.brackets -= 1,
            Some(_) => return self.close(rest, place, slips),
        }
        self.text(&rest[..1]);
        1
    }

    /// The end of the innermost open claim.
    fn close(&mut self, rest: &str, place: usize, slips: &mut Vec<Slip>) -> usize {
        let Some(mut claim) = self.open.pop() else { return 1 };
        let named = rest[1..].starts_with('{').then(|| braces(rest, 1, place)).flatten();
        let Some((id, end)) = named else {
            slips.push(
                Slip::new("directive", claim.at, "`:claim[…]` does not say which claim")
                    .expected(":claim[words as shown]{claim-id}"),
            );
            self.top().append(&mut claim.content);
            return 1;
        };
        if self.open.is_empty() {
            self.push(Inline::Claim { id, content: claim.content });
        } else {
            slips.push(
                Slip::new("directive", claim.at, "a claim stands within another").help("mark one after the other"),
            );
            self.top().append(&mut claim.content);
        }
        end
    }

    fn finish(mut self, slips: &mut Vec<Slip>) -> Vec<Inline> {
        while let Some(mut claim) = self.open.pop() {
            let slip = Slip::new("directive", claim.at, "`:claim[` is not closed");
            slips.push(slip.expected(":claim[words as shown]{claim-id}, within one paragraph and one emphasis"));
            self.top().append(&mut claim.content);
        }
        self.done
    }
}

/// A likelihood, `:likelihood{place at-least=25 in=2021-03}`, with a word in brackets before the braces or without; and where it ends.
fn likelihood(rest: &str, head: usize, place: usize) -> Result<(Inline, usize), Slip> {
    let wrong = || {
        Slip::new("directive", place..place + head, "`:likelihood` is not written out")
            .expected(":likelihood{place at-least=25 in=2021-03}, or :likelihood[likely]{place at-least=25 in=2021-03}")
    };
    let (words, open) = match rest[head..].strip_prefix('[') {
        Some(inner) => {
            let length = inner.find(']').ok_or_else(wrong)?;
            let start = place + head + 1;
            (Some(Word { text: inner[..length].to_owned(), at: start..start + length }), head + length + 2)
        }
        None => (None, head),
    };
    let inner = rest[open..].strip_prefix('{').ok_or_else(wrong)?;
    let length = inner.find('}').ok_or_else(wrong)?;
    let of = Attributes::parse(&inner[..length], place + open + 1)?;
    let end = open + length + 2;
    Ok((Inline::Likelihood { words, of, at: place..place + end }, end))
}

/// The word in the braces that open at `open`, and where they end.
fn braces(rest: &str, open: usize, place: usize) -> Option<(Word, usize)> {
    let inner = &rest[open + 1..];
    let length = inner.find('}')?;
    let word = inner[..length].trim();
    let start = place + open + 1 + (inner[..length].len() - inner[..length].trim_start().len());
    Some((Word { text: word.to_owned(), at: start..start + word.len() }, open + 2 + length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(words: &str) -> Inline {
        Inline::Text(words.into())
    }

    fn one_paragraph(source: &str) -> Vec<Inline> {
        let (mut blocks, slips) = parse(source);
        assert_eq!(slips, []);
        assert_eq!(blocks.len(), 1, "{blocks:?}");
        match blocks.remove(0) {
            Block::Paragraph { content, .. } => content,
            other => panic!("{other:?}"),
        }
    }

    fn messages(source: &str) -> Vec<String> {
        crate::slip::diagnostics(source, parse(source).1).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_claim_holds_its_words_with_their_marks() {
        let source = "It rose: :claim[from *about* 60 [sic]\nto `more`]{c-rise}, see :cite{ un-2022 }.";
        let content = one_paragraph(source);
        let Inline::Claim { id, content: words } = &content[1] else { panic!("{content:?}") };
        assert_eq!(&source[id.at.clone()], "c-rise");
        assert_eq!(plain(words), "from about 60 [sic] to more");
        let Inline::Cite { id } = &content[3] else { panic!("{content:?}") };
        assert_eq!((id.text.as_str(), &source[id.at.clone()]), ("un-2022", "un-2022"));
        assert_eq!(content[4], text("."));
    }

    #[test]
    fn a_number_may_stand_within_a_claim_and_a_link() {
        let content = one_paragraph(":claim[see [:number{n} more](https://example.org)]{c}");
        let mut numbers = 0;
        walk(&content, &mut |part| numbers += usize::from(matches!(part, Inline::Number { .. })));
        assert_eq!(numbers, 1);
    }

    #[test]
    fn colons_and_brackets_of_ordinary_text_stay() {
        for source in ["at 10:30, a:number{x} and b::c", "he said: [so] it {is}", "\\:claim[x]{y}", "a :word here"] {
            let content = one_paragraph(source);
            assert_eq!(plain(&content), source.replace('\\', ""));
        }
    }

    #[test]
    fn directives_on_lines_of_their_own_cut_a_paragraph() {
        let source = "Before.\n::figure{map actor=iskp title=\"A b\"}\n::table{sources}\nAfter.\n";
        let (blocks, slips) = parse(source);
        assert_eq!(slips, []);
        let [Block::Paragraph { .. }, Block::Figure(map), Block::TableOf(sources), Block::Paragraph { content, .. }] =
            blocks.as_slice()
        else {
            panic!("{blocks:?}")
        };
        assert_eq!((map.kind.text.as_str(), map.attributes.get("title").unwrap().text.as_str()), ("map", "A b"));
        assert_eq!(sources.kind.text, "sources");
        assert_eq!(content, &[text("After.")]);
    }

    #[test]
    fn html_is_text() {
        let (blocks, _) = parse("<script>alert(1)</script>\n\nA <b>bold</b> word.");
        let Block::Paragraph { content, .. } = &blocks[0] else { panic!("{blocks:?}") };
        assert_eq!(plain(content), "<script>alert(1)</script>");
        let Block::Paragraph { content, .. } = &blocks[1] else { panic!("{blocks:?}") };
        assert_eq!(plain(content), "A <b>bold</b> word.");
    }

    #[test]
    fn lists_tables_and_quotes_keep_their_directives() {
        let (blocks, slips) =
            parse("- one :claim[a]{x}\n- two\n\n> said :number{y}\n\n| h | i |\n|---|---|\n| :cite{z} | c |\n");
        assert_eq!(slips, []);
        let [Block::List { items, .. }, Block::Quote(_), Block::Table(rows)] = blocks.as_slice() else {
            panic!("{blocks:?}")
        };
        assert_eq!((items.len(), rows.len(), rows[1].len()), (2, 2, 2));
        assert!(matches!(rows[1][0][0], Inline::Cite { .. }));
    }

    #[test]
    fn every_slip_is_reported_at_once_with_its_place() {
        let source = "A :claim[open\n\n:cliam[x]{y} and :claim[no id] and :number[x]\n\nin :figure{map} text\n\n::figur{map}\n\n::figure{}\n\n![alt](x.png)\n\n::figure{map loose words}\n";
        insta::assert_snapshot!(messages(source).join("\n"));
    }

    #[test]
    fn deep_nesting_is_refused_not_followed() {
        let source = format!("{}x", "> ".repeat(5_000));
        assert!(messages(&source)[0].contains("nested too deeply"));
    }

    proptest! {
        #[test]
        fn any_text_is_read(source in "\\PC{0,80}") {
            let (_, slips) = parse(&source);
            crate::slip::diagnostics(&source, slips);
        }

        #[test]
        fn any_mixture_of_marks_is_read(parts in prop::collection::vec(prop::sample::select(vec![
            ":claim[", "]{id}", "]", "{", "}", "::figure{map}", "\n", "\n\n", "*", "**", "`", ":number{x}", "::", ":", "- ",
            "> ", "[", "](y)", "é", "\\", "|a|b|\n|-|-|\n", "<b>", "&amp;", "word ", "![", "```\n", "# ", "---\n", "1. ",
        ]), 0..40)) {
            let source = parts.concat();
            let (_, slips) = parse(&source);
            crate::slip::diagnostics(&source, slips);
        }
    }
}
