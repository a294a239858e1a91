//! Text into HTML. What is written is well-formed XML too, so that a strict parser can check it.

/// Text for HTML content and attributes; characters that XML does not allow are dropped.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(c),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
    out
}

/// An element with its content, which is HTML already.
pub(crate) fn element(name: &str, class: &str, content: &str) -> String {
    if class.is_empty() {
        format!("<{name}>{content}</{name}>")
    } else {
        format!("<{name} class=\"{class}\">{content}</{name}>")
    }
}

/// A list of points, nothing for none; the points are HTML already.
pub(crate) fn list(class: &str, points: impl IntoIterator<Item = String>) -> String {
    let points: String = points.into_iter().map(|point| format!("<li>{point}</li>")).collect();
    if points.is_empty() { points } else { element("ul", class, &points) }
}

/// A list of terms with what is said of each, which is HTML already; empty ones are left out.
pub(crate) fn facts(class: &str, facts: &[(&str, String)]) -> String {
    let told = facts.iter().filter(|(_, told)| !told.is_empty());
    let inner: String = told.map(|(term, told)| format!("<div><dt>{term}</dt><dd>{told}</dd></div>")).collect();
    if inner.is_empty() { inner } else { element("dl", class, &inner) }
}

/// A table that scrolls sideways where it is too wide. Head and cells are HTML already; columns named in `numeric`
/// (from 0) are set right.
pub(crate) fn table(caption: &str, head: &[&str], rows: &[Vec<String>], numeric: &[usize]) -> String {
    let class = |i: usize| if numeric.contains(&i) { " class=\"num\"" } else { "" };
    let head: String =
        head.iter().enumerate().map(|(i, cell)| format!("<th scope=\"col\"{}>{cell}</th>", class(i))).collect();
    let row = |cells: &Vec<String>| {
        let cells: String = cells.iter().enumerate().map(|(i, cell)| format!("<td{}>{cell}</td>", class(i))).collect();
        format!("<tr>{cells}</tr>\n")
    };
    let body: String = rows.iter().map(row).collect();
    let caption = if caption.is_empty() { String::new() } else { format!("<caption>{caption}</caption>") };
    format!(
        "<div class=\"table\" role=\"region\" aria-label=\"Table\" tabindex=\"0\"><table>{caption}<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>"
    )
}

/// A link to an address that opens elsewhere; the address itself where it is not one that a browser should follow.
pub(crate) fn external(address: &str, words: &str) -> String {
    if is_web(address) {
        format!("<a href=\"{}\" rel=\"noreferrer\">{}</a>", escape(address), escape(words))
    } else {
        escape(words)
    }
}

/// Whether an address is one that a reader may be sent to.
pub(crate) fn is_web(address: &str) -> bool {
    let address = address.trim_start().to_ascii_lowercase();
    ["https://", "http://", "mailto:"].iter().any(|scheme| address.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_passes_for_markup() {
        assert_eq!(escape("<a href=\"x\">&\u{0}\n"), "&lt;a href=&quot;x&quot;&gt;&amp;\n");
    }

    #[test]
    fn only_web_addresses_become_links() {
        assert_eq!(external("javascript:alert(1)", "x"), "x");
        assert_eq!(external("https://a.org/?a&b", "x"), "<a href=\"https://a.org/?a&amp;b\" rel=\"noreferrer\">x</a>");
    }
}
