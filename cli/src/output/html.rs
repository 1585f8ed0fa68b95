//! A self-contained page: no script, no font, nothing fetched.

use std::io::{self, Write};

use super::style::Tone;
use super::table::{Cell, Table};

const STYLE: &str = include_str!("page.css");

/// A page under construction; everything put in is escaped.
#[derive(Debug)]
pub(crate) struct Page {
    title: String,
    body: String,
}

impl Page {
    /// An empty page under its title.
    pub(crate) fn new(title: &str) -> Self {
        let mut page = Self { title: title.to_owned(), body: String::new() };
        page.element("h1", "", title);
        page
    }

    /// A heading.
    pub(crate) fn heading(&mut self, text: &str) {
        self.element("h2", "", text);
    }

    /// A paragraph.
    pub(crate) fn line(&mut self, tone: Tone, text: &str) {
        self.element("p", tone.class(), text);
    }

    /// Something the reader must know before trusting the page.
    pub(crate) fn note(&mut self, text: &str) {
        self.element("p", "note", text);
    }

    /// A drawing in SVG, which is taken as it is: what it tells has to be escaped already.
    pub(crate) fn drawing(&mut self, svg: &str) {
        self.body.push_str("<div class=\"scroll\">");
        self.body.push_str(svg);
        self.body.push_str("</div>\n");
    }

    /// A table whose head and first column stay in sight.
    pub(crate) fn table(&mut self, table: &Table) {
        self.add_table("", table);
    }

    /// A table of many narrow columns, their names written upwards.
    pub(crate) fn matrix(&mut self, table: &Table) {
        self.add_table("matrix", table);
    }

    /// Writes the whole page.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(
            out,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n{}\
             <footer>guestctl {}</footer>\n</body>\n</html>\n",
            escape(&self.title),
            self.body,
            env!("CARGO_PKG_VERSION"),
        )
    }

    fn add_table(&mut self, class: &str, table: &Table) {
        self.body.push_str("<div class=\"scroll\">");
        self.open("table", class, None);
        self.body.push('\n');
        if !table.head.is_empty() {
            self.body.push_str("<thead><tr>");
            table.head.iter().for_each(|cell| self.cell("th scope=\"col\"", cell));
            self.body.push_str("</tr></thead>\n");
        }
        self.body.push_str("<tbody>\n");
        for row in &table.rows {
            self.body.push_str("<tr>");
            for (column, cell) in row.iter().enumerate() {
                self.cell(if column == 0 { "th scope=\"row\"" } else { "td" }, cell);
            }
            self.body.push_str("</tr>\n");
        }
        self.body.push_str("</tbody></table></div>\n");
    }

    /// A field of a table; HTML closes it by itself where the next begins.
    fn cell(&mut self, tag: &str, cell: &Cell) {
        self.open(tag, cell.tone.class(), cell.hint.as_deref());
        self.body.push_str(&escape(&cell.text));
    }

    fn element(&mut self, tag: &str, class: &str, text: &str) {
        self.open(tag, class, None);
        self.body.push_str(&format!("{}</{tag}>\n", escape(text)));
    }

    fn open(&mut self, tag: &str, class: &str, hint: Option<&str>) {
        self.body.push_str(&format!("<{tag}"));
        if !class.is_empty() {
            self.body.push_str(&format!(" class=\"{class}\""));
        }
        if let Some(hint) = hint {
            self.body.push_str(&format!(" title=\"{}\"", escape(hint)));
        }
        self.body.push('>');
    }
}

/// The text as HTML shows it literally, in an element or a quoted attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c if c.is_control() => escaped.push('?'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(page: &Page) -> String {
        let mut out = Vec::new();
        page.write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn whatever_comes_from_a_dump_is_escaped() {
        let evil = "<script>alert('1')</script>\"\u{0}";
        let mut page = Page::new(evil);
        page.heading(evil);
        page.line(Tone::Bad, evil);
        page.note(evil);
        let mut table = Table::new([evil]);
        table.row([Cell::from(evil).hint(evil)]);
        page.table(&table);
        let html = render(&page);
        assert!(!html.contains("<script"), "{html}");
        assert!(!html.contains("script>\""), "{html}");
        assert_eq!(html.matches("&lt;script&gt;").count(), 8);
    }

    #[test]
    fn the_page_fetches_nothing() {
        let html = render(&Page::new("x"));
        for word in ["http:", "https:", "src=", "@import", "url("] {
            assert!(!html.contains(word), "{word}");
        }
    }

    #[test]
    fn tones_are_classes_and_hints_are_titles() {
        let mut page = Page::new("x");
        let mut table = Table::new(["mode"]);
        table.row(["avx2".into(), Cell::new(Tone::Good, "yes").hint("seen in a guest")]);
        page.matrix(&table);
        let html = render(&page);
        assert!(html.contains("<table class=\"matrix\">"));
        assert!(html.contains("<td class=\"good\" title=\"seen in a guest\">yes"));
    }
}
