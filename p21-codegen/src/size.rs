//! How much text bindings are.

use std::fmt;

/// How much text bindings are, for whoever keeps them small: rustc reads all of it.
///
/// # The rule
///
/// Every line of every file counts: empty ones, comments and what a brace stands alone in. Only attributes (`#[..]`,
/// `#![..]`, over as many lines as they take) and the comments of handles don't, which are there for rustdoc's search. A
/// field is what has a handle. A line is as wide as it has characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Size {
    /// The fields of all elements of all services.
    pub fields: usize,
    /// The lines that count.
    pub lines: usize,
    /// The characters of the widest line.
    pub widest: usize,
}

impl Size {
    /// The size of some texts together.
    pub(crate) fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut size = Self::default();
        texts.for_each(|text| size.add(text));
        size
    }

    /// Lines for each field; none without fields.
    pub fn lines_a_field(self) -> f64 {
        if self.fields == 0 { 0.0 } else { self.lines as f64 / self.fields as f64 }
    }

    fn add(&mut self, text: &str) {
        let (mut attribute, mut comments) = (0, 0);
        for line in text.lines() {
            self.widest = self.widest.max(line.chars().count());
            let line = line.trim_start();
            if attribute > 0 || line.starts_with("#[") || line.starts_with("#![") {
                attribute += brackets(line);
                continue;
            }
            self.lines += 1;
            if line.starts_with("///") {
                comments += 1;
                continue;
            }
            if line.starts_with("pub const ") && line.contains(": Field<") {
                self.fields += 1;
                self.lines -= comments;
            }
            comments = 0;
        }
    }
}

/// Square brackets opened less closed, without those in strings.
fn brackets(line: &str) -> isize {
    let mut depth = 0;
    let mut chars = line.chars();
    let mut in_string = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' if in_string => drop(chars.next()),
            '"' => in_string = !in_string,
            '[' if !in_string => depth += 1,
            ']' if !in_string => depth -= 1,
            _ => {}
        }
    }
    depth
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fields, lines, widest } = self;
        write!(f, "{fields} fields, {lines} lines ({:.1} a field), {widest} columns", self.lines_a_field())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_and_comments_of_handles_do_not_count() {
        let text = "//! Module.\n#![doc(\n    alias(\"]\")\n)]\n\n/// A row.\n#[derive(Clone)]\npub struct Row;\n\
                    /// A handle\n/// in two lines.\n#[doc(alias(\"x\"))]\npub const A: Field<i64> = p21::field(0, \"a\");\n";
        let size = Size::of([text].into_iter());
        assert_eq!(size, Size { fields: 1, lines: 5, widest: 45 });
        assert_eq!(size.to_string(), "1 fields, 5 lines (5.0 a field), 45 columns");
    }
}
