//! Tokens -> text.

mod comments;
mod groups;
mod strings;

use proc_macro2::TokenStream;

/// Lines are no wider, unless a name of the server alone is.
const WIDTH: usize = 120;

/// How much further in a line stands that goes on with the one before.
const STEP: usize = 4;

/// Formats items and puts a header of plain comments before them.
///
/// # Panics
/// If the tokens are not items, which would be a fault of this crate: every name was made an identifier before.
pub(crate) fn file(header: &str, items: TokenStream) -> String {
    let file: syn::File = syn::parse2(items).expect("the generator emits items");
    format!("{header}{}", fit(&prettyplease::unparse(&file)))
}

/// Text of prettyplease in lines of 120 columns: it breaks code at 89, and strings and comments never.
fn fit(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::with_capacity(text.len());
    for line in groups::join(&lines) {
        let (is_doc, is_wide) = (comments::is_doc(&line), line.len() > WIDTH);
        if is_doc && is_wide {
            comments::wrap(&line, &mut out);
        } else if !is_doc && (is_wide || strings::has_line_ends(&line)) {
            strings::split(&line, &mut out);
        } else {
            out.push_str(&line);
            out.push('\n');
        }
    }
    out
}

/// Columns before the text of a line.
fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Whether a text is wider than columns.
fn is_wider(text: &str, columns: usize) -> bool {
    text.len() > columns && text.chars().count() > columns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formatted(source: &str) -> String {
        file("", source.parse().unwrap())
    }

    #[test]
    fn what_fits_a_line_is_one() {
        let handle = "pub const INITIAL_COMMITMENT_AMOUNT: Field<p21::Decimal> = Field::new(19, \"initial_commitment_amount\");\n";
        assert_eq!(formatted(handle), handle);
        let bounds = "impl<T0: p21::IntoText, T1: p21::IntoText, T2: p21::IntoLabel<PricingMethod>> p21::NewRow<Row> for Required<T0> {}\n";
        assert_eq!(formatted(bounds), bounds);
    }

    #[test]
    fn a_tuple_of_one_stays_a_tuple() {
        let one = format!("const A: (&str,) = (\"{}\",);", "x".repeat(80));
        assert_eq!(tokens(&formatted(&one)), tokens(&one));
    }

    #[test]
    fn long_strings_go_on_in_the_next_line_and_stay_what_they_are() {
        for text in [
            "word ".repeat(80),
            "x".repeat(400),
            "a,b.c".repeat(70),
            "\\ \" \n ä \u{a0} ".repeat(40),
            " ".repeat(300) + "x",
        ] {
            let source = format!("const A: &str = {text:?};");
            let formatted = formatted(&source);
            assert_eq!(tokens(&formatted), tokens(&source), "{formatted}");
            assert!(text.starts_with("  ") || widest(&formatted) <= WIDTH, "{formatted}");
        }
    }

    #[test]
    fn comments_are_wrapped_where_nothing_becomes_markup() {
        let words = "- Sent after `a`: - 1. # > = + one two `three four` ".repeat(8);
        let formatted = formatted(&format!("#[doc = {:?}] struct A;", format!(" {words}")));
        assert!(widest(&formatted) <= WIDTH, "{formatted}");
        for line in formatted.lines().skip(1).filter_map(|line| line.strip_prefix("/// ")) {
            let start = line.trim_start().chars().next().unwrap();
            assert!(start.is_ascii_alphabetic() || start == '`', "{formatted}");
        }
    }

    #[test]
    fn lists_of_short_texts_share_lines() {
        let items: Vec<String> = (0..40).map(|n| format!("\"Price {n}\"")).collect();
        let formatted = formatted(&format!("const A: &[&str] = &[{}];", items.join(", ")));
        assert_eq!(formatted.lines().count(), 7, "{formatted}");
        assert!(widest(&formatted) <= WIDTH, "{formatted}");
    }

    fn widest(text: &str) -> usize {
        text.lines().map(|line| line.chars().count()).max().unwrap_or_default()
    }

    /// Tokens with the values of strings, however they are written, and without the commas that end lists.
    fn tokens(source: &str) -> String {
        let file = syn::parse_file(source).unwrap();
        let mut out = String::new();
        values(quote::quote!(#file), &mut out);
        out
    }

    fn values(tokens: TokenStream, out: &mut String) {
        for token in tokens {
            match token {
                proc_macro2::TokenTree::Group(group) => values(group.stream(), out),
                proc_macro2::TokenTree::Literal(literal) => match syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                    Ok(text) => *out += &format!("{:?} ", text.value()),
                    Err(_) => *out += &format!("{literal} "),
                },
                other => *out += &format!("{other} "),
            }
        }
    }
}
