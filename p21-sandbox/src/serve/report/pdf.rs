//! A plain PDF: a title, facts, a table, over as many pages as it takes.

use pdf_writer::{Content, Finish as _, Name, Pdf, Rect, Ref, Str, TextStr};

/// What stands on the paper.
pub(super) struct Sheet {
    pub(super) title: String,
    /// Labels and their values, one a line.
    pub(super) facts: Vec<(&'static str, String)>,
    pub(super) columns: &'static [Column],
    /// By row, a cell a column.
    pub(super) rows: Vec<Vec<String>>,
    /// What stands below the table.
    pub(super) closing: Vec<String>,
}

/// A column of the table.
pub(super) struct Column {
    pub(super) name: &'static str,
    /// In characters; longer cells are cut.
    pub(super) width: usize,
    pub(super) is_number: bool,
}

impl Column {
    pub(super) const fn text(name: &'static str, width: usize) -> Self {
        Self { name, width, is_number: false }
    }

    pub(super) const fn number(name: &'static str, width: usize) -> Self {
        Self { name, width, is_number: true }
    }
}

/// US letter, in points.
const PAGE: (f32, f32) = (612.0, 792.0);
const MARGIN: f32 = 54.0;
const LEADING: f32 = 14.0;
const LINES_ON_A_PAGE: usize = 46;

const TITLE: Name<'_> = Name(b"F1");
const BODY: Name<'_> = Name(b"F2");

/// The file.
pub(super) fn render(sheet: &Sheet) -> Vec<u8> {
    let lines = lines(sheet);
    let pages: Vec<&[String]> = lines.chunks(LINES_ON_A_PAGE).collect();
    let mut numbers = (1..).map(Ref::new);
    let mut next = || numbers.next().unwrap_or(Ref::new(1));
    let (catalog, tree, info, title_font, body_font) = (next(), next(), next(), next(), next());
    let ids: Vec<(Ref, Ref)> = pages.iter().map(|_| (next(), next())).collect();

    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree);
    pdf.document_info(info).title(TextStr(&sheet.title)).producer(TextStr("P21 sandbox"));
    let count = i32::try_from(ids.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(ids.iter().map(|(page, _)| *page)).count(count);
    for (index, (lines, (page_id, content_id))) in pages.iter().zip(&ids).enumerate() {
        let mut page = pdf.page(*page_id);
        page.parent(tree).media_box(Rect::new(0.0, 0.0, PAGE.0, PAGE.1)).contents(*content_id);
        page.resources().fonts().pair(TITLE, title_font).pair(BODY, body_font);
        page.finish();
        pdf.stream(*content_id, &content(&sheet.title, lines, index + 1, pages.len()));
    }
    // Two of the fonts that every reader has.
    for (id, name) in [(title_font, Name(b"Helvetica-Bold")), (body_font, Name(b"Courier"))] {
        pdf.type1_font(id).base_font(name).encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    pdf.finish()
}

fn content(title: &str, lines: &[String], page: usize, pages: usize) -> Vec<u8> {
    let mut content = Content::new();
    let top = PAGE.1 - MARGIN;
    content.begin_text().set_font(TITLE, 16.0).next_line(MARGIN, top).show(Str(&win_ansi(title))).end_text();
    content.begin_text().set_font(BODY, 9.0).set_leading(LEADING).next_line(MARGIN, top - 2.0 * LEADING);
    for line in lines {
        content.show(Str(&win_ansi(line))).next_line_using_leading();
    }
    content.end_text();
    let foot = format!("Page {page} of {pages}");
    content.begin_text().set_font(BODY, 8.0).next_line(MARGIN, MARGIN / 2.0).show(Str(&win_ansi(&foot))).end_text();
    content.finish().into_vec()
}

fn lines(sheet: &Sheet) -> Vec<String> {
    let mut lines: Vec<String> = sheet.facts.iter().map(|(label, value)| format!("{label}: {value}")).collect();
    let heads: Vec<&str> = sheet.columns.iter().map(|column| column.name).collect();
    lines.push(String::new());
    lines.push(row(sheet.columns, &heads));
    lines.push("-".repeat(sheet.columns.iter().map(|column| column.width + 1).sum()));
    lines.extend(sheet.rows.iter().map(|cells| row(sheet.columns, cells)));
    lines.push(String::new());
    lines.extend(sheet.closing.iter().cloned());
    lines
}

fn row<T: AsRef<str>>(columns: &[Column], cells: &[T]) -> String {
    let mut line = String::new();
    for (column, cell) in columns.iter().zip(cells) {
        let cell: String = cell.as_ref().chars().take(column.width).collect();
        let padded = match column.is_number {
            true => format!("{cell:>width$} ", width = column.width),
            false => format!("{cell:<width$} ", width = column.width),
        };
        line.push_str(&padded);
    }
    line.truncate(line.trim_end().len());
    line
}

/// The bytes of Windows-1252, which the fonts are encoded in. What it lacks is a question mark, and so is what would
/// break a line.
fn win_ansi(text: &str) -> Vec<u8> {
    /// From 0x80 on; five places are empty.
    const HIGH: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
    let byte = |c: char| match c {
        ' '..='~' | '\u{a0}'..='\u{ff}' => u8::try_from(u32::from(c)).unwrap_or(b'?'),
        c if c.is_control() => b'?',
        c => HIGH.chars().position(|known| known == c).map_or(b'?', |place| 0x80 + place as u8),
    };
    text.chars().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_tables_go_on_on_the_next_page_and_read_back() {
        const COLUMNS: [Column; 2] = [Column::text("Item", 12), Column::number("Quantity", 10)];
        let rows = (1..=100).map(|number| vec![format!("ITEM-{number}"), number.to_string()]).collect();
        let sheet = Sheet {
            title: "Sheet (1) \\ Größe".to_owned(),
            facts: vec![("Name", "a\nb → c".to_owned())],
            columns: &COLUMNS,
            rows,
            closing: vec!["The end".to_owned()],
        };
        let pdf = lopdf::Document::load_mem(&render(&sheet)).unwrap();
        assert_eq!(pdf.get_pages().len(), 3);
        let text = pdf.extract_text(&[1, 2, 3]).unwrap();
        for part in ["Sheet (1) \\ Größe", "Name: a?b ? c", "ITEM-1 ", "ITEM-100", "The end", "Page 3 of 3"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn windows_1252_has_what_it_has() {
        assert_eq!(win_ansi("a€–™ÿ✓\u{81}"), [b'a', 0x80, 0x96, 0x99, 0xff, b'?', b'?']);
    }
}
