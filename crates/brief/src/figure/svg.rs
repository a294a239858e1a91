//! A minimal SVG writer: elements with escaped attributes and text, floats of fixed precision, so that the same input
//! gives the same bytes.

use std::fmt::{self, Display, Write};

/// One SVG element being built. It is written out by its `Display`.
#[derive(Debug, Clone)]
pub struct Node {
    name: &'static str,
    attributes: String,
    body: String,
}

impl Node {
    /// An element without attributes or content, e.g. `rect`.
    pub fn new(name: &'static str) -> Self {
        Self { name, attributes: String::new(), body: String::new() }
    }

    /// Adds an attribute; its value is escaped.
    pub fn attr(mut self, key: &str, value: impl Display) -> Self {
        let _ = write!(self.attributes, " {key}=\"{}\"", escape(&value.to_string()));
        self
    }

    /// Adds a numeric attribute, in user units, written by [`number`].
    pub fn num(self, key: &str, value: f64) -> Self {
        self.attr(key, number(value))
    }

    /// Sets the class list.
    pub fn class(self, classes: impl Display) -> Self {
        self.attr("class", classes)
    }

    /// Appends a child element.
    pub fn child(mut self, child: impl Display) -> Self {
        let _ = write!(self.body, "{child}");
        self
    }

    /// Appends child elements in order.
    pub fn children<T: Display>(self, children: impl IntoIterator<Item = T>) -> Self {
        children.into_iter().fold(self, Self::child)
    }

    /// Appends text, escaped.
    pub fn text(mut self, text: &str) -> Self {
        self.body.push_str(&escape(text));
        self
    }

    /// Appends a `<title>`, which browsers show as a tooltip and screen readers speak. Nothing where it is empty.
    pub fn tooltip(self, text: &str) -> Self {
        if text.is_empty() { self } else { self.child(Node::new("title").text(text)) }
    }
}

impl Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.body.is_empty() {
            write!(f, "<{}{}/>", self.name, self.attributes)
        } else {
            write!(f, "<{0}{1}>{2}</{0}>", self.name, self.attributes, self.body)
        }
    }
}

/// A group with a class.
pub fn group(class: impl Display) -> Node {
    Node::new("g").class(class)
}

/// A straight line.
pub fn line(x1: f64, y1: f64, x2: f64, y2: f64) -> Node {
    Node::new("line").num("x1", x1).num("y1", y1).num("x2", x2).num("y2", y2)
}

/// A rectangle by its upper left corner. A negative size is drawn as none.
pub fn rect(x: f64, y: f64, width: f64, height: f64) -> Node {
    Node::new("rect").num("x", x).num("y", y).num("width", width.max(0.0)).num("height", height.max(0.0))
}

/// A circle.
pub fn circle(cx: f64, cy: f64, r: f64) -> Node {
    Node::new("circle").num("cx", cx).num("cy", cy).num("r", r.max(0.0))
}

/// A path from its data.
pub fn path(data: &PathData) -> Node {
    Node::new("path").attr("d", data)
}

/// The commands of a path, absolute coordinates.
#[derive(Debug, Clone, Default)]
pub struct PathData(String);

impl PathData {
    /// An empty path.
    pub fn new() -> Self {
        Self::default()
    }

    /// A polyline through the points, closed on demand.
    pub fn through(points: impl IntoIterator<Item = (f64, f64)>, closed: bool) -> Self {
        let mut data = Self::new();
        for (i, (x, y)) in points.into_iter().enumerate() {
            data = if i == 0 { data.go(x, y) } else { data.to(x, y) };
        }
        if closed { data.close() } else { data }
    }

    /// Moves without drawing.
    pub fn go(mut self, x: f64, y: f64) -> Self {
        let _ = write!(self.0, "M{} {}", number(x), number(y));
        self
    }

    /// Draws a straight line.
    pub fn to(mut self, x: f64, y: f64) -> Self {
        let _ = write!(self.0, "L{} {}", number(x), number(y));
        self
    }

    /// Draws a quadratic curve with one control point.
    pub fn curve(mut self, control: (f64, f64), end: (f64, f64)) -> Self {
        let _ = write!(self.0, "Q{} {} {} {}", number(control.0), number(control.1), number(end.0), number(end.1));
        self
    }

    /// Closes the current ring.
    pub fn close(mut self) -> Self {
        self.0.push('Z');
        self
    }

    /// Appends another path.
    pub fn and(mut self, other: &Self) -> Self {
        self.0.push_str(&other.0);
        self
    }

    /// Whether nothing was drawn yet.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Display for PathData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A coordinate: at most two decimals, no trailing zeros, never `-0`; what is not finite becomes 0, for an SVG with
/// `NaN` in it is not drawn at all.
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let fixed = format!("{value:.2}");
    let short = fixed.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

/// Escapes text for XML content and attributes, and drops characters that XML 1.0 does not allow.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_and_attributes_are_escaped() {
        let node = Node::new("text").attr("data-x", "a\"b").text("Q&A <b>'x'</b>");
        assert_eq!(node.to_string(), "<text data-x=\"a&quot;b\">Q&amp;A &lt;b&gt;&#39;x&#39;&lt;/b&gt;</text>");
    }

    #[test]
    fn numbers_are_short_and_never_minus_zero() {
        assert_eq!(number(1.0), "1");
        assert_eq!(number(10.0), "10");
        assert_eq!(number(1.005), "1");
        assert_eq!(number(2.30), "2.3");
        assert_eq!(number(-0.001), "0");
        assert_eq!(number(f64::NAN), "0");
        assert_eq!(number(f64::INFINITY), "0");
    }

    #[test]
    fn an_empty_element_closes_itself() {
        assert_eq!(rect(0.0, 1.0, -3.0, 2.0).to_string(), "<rect x=\"0\" y=\"1\" width=\"0\" height=\"2\"/>");
    }

    proptest! {
        #[test]
        fn escaped_text_has_no_markup(text in any::<String>()) {
            let escaped = escape(&text);
            prop_assert!(!escaped.contains(['<', '>', '"', '\'']));
            prop_assert!(!escaped.chars().any(char::is_control));
        }
    }
}
