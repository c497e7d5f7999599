//! P21's sentences stand once: the sandbox that writes them and the client that recognises them read one table.

use p21_model::sentences;

use crate::support::sources::{self, program};

/// The table.
const TABLE: &str = "p21-model/src/wire/sentences.rs";

/// Sources that are held to it: all that could read the table, which a crate of derives can't.
const HELD: [&str; 6] =
    ["p21-model/src", "p21-codegen/src", "p21-client/src", "p21-sandbox/src", "cargo-p21/src", "xtask/src"];

/// A text with fewer letters says nothing.
const LEAST: usize = 12;

/// The texts of a program, without the breaks in long ones, each with the line it starts on.
fn literals(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (number, line) in program(text) {
        let mut chars = line.chars().peekable();
        if let Some((_, text)) = &mut open {
            // A text goes on behind the indentation.
            while chars.next_if(|c| c.is_whitespace()).is_some() {}
            if !text.ends_with(' ') && !text.is_empty() {
                text.push(' ');
            }
        }
        let mut last = ' ';
        while let Some(c) = chars.next() {
            match (&mut open, c) {
                (None, '"') if last != '\'' => open = Some((number, String::new())),
                (Some(_), '"') => found.extend(open.take()),
                (Some((_, text)), '\\') => match chars.next() {
                    Some(escaped) if escaped.is_alphanumeric() => text.push(' '),
                    Some(escaped) => text.push(escaped),
                    None => {}
                },
                (Some((_, text)), c) => text.push(c),
                _ => {}
            }
            last = c;
        }
    }
    found
}

/// The pieces of a text between its gaps.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(['{', '}', '`']).map(|piece| piece.trim().trim_matches(['.', ':', ',', ';', '\'']))
}

/// A text whose gaps have no names.
fn gapped(text: &str) -> String {
    let mut parts = text.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| all + "{}" + part.split_once('}').map_or("", |(_, rest)| rest))
}

/// Those that are a sentence's beginning: two words and more, with a capital in front.
fn said_by_p21(text: &str) -> Vec<&str> {
    let is_sentence = |piece: &&str| {
        piece.contains(' ') && piece.len() >= LEAST && piece.starts_with(|first: char| first.is_ascii_uppercase())
    };
    pieces(text).filter(is_sentence).collect()
}

/// All texts of a folder, but for tests by themselves: file and line, text.
fn texts_of(folder: &str) -> Vec<(String, String)> {
    let files = sources::of(folder).into_iter().filter(|(file, _)| file != TABLE && !file.ends_with("tests.rs"));
    let texts = files
        .flat_map(|(file, text)| literals(&text).into_iter().map(move |(line, said)| (format!("{file}:{line}"), said)));
    texts.collect()
}

#[test]
fn no_sentence_of_the_table_is_typed_again() {
    let said: Vec<_> = HELD.iter().flat_map(|folder| texts_of(folder)).collect();
    assert!(said.len() > 3_000, "{} texts", said.len());
    let mut again = Vec::new();
    for sentence in sentences::ALL {
        let first = pieces(sentence.pattern()).find(|piece| piece.len() >= LEAST);
        let words = first.or_else(|| pieces(sentence.pattern()).max_by_key(|piece| piece.len())).unwrap();
        let whole = gapped(sentence.pattern());
        // Short words are in any text: there it takes the whole sentence with its gaps.
        let is_typed =
            |text: &str| if words.len() < LEAST { gapped(text).contains(&whole) } else { text.contains(words) };
        let typed = said.iter().filter(|(_, text)| is_typed(text));
        again.extend(typed.map(|(place, _)| format!("{place}: {sentence}")));
    }
    again.sort();
    assert!(again.is_empty(), "name the sentence of {TABLE} instead:\n{}", again.join("\n"));
}

/// What the sandbox says, and client or model type too: it belongs into the table.
#[test]
fn what_one_side_says_the_other_does_not_type() {
    let here = texts_of("p21-sandbox/src");
    let there: Vec<_> = ["p21-client/src", "p21-model/src"].iter().flat_map(|folder| texts_of(folder)).collect();
    let mut twice = Vec::new();
    for (file, text) in &here {
        for piece in said_by_p21(text) {
            // Readers look for a part of a sentence, too.
            let is_typed = |said: &str| {
                said.contains(piece) || (said.contains(' ') && said.len() >= LEAST && piece.contains(said))
            };
            let typed = there.iter().filter(|(_, said)| is_typed(said.trim()));
            twice.extend(typed.map(|(other, said)| format!("{file}, {other}: {said}")));
        }
    }
    assert!(twice.is_empty(), "put it into {TABLE}:\n{}", twice.join("\n"));
}

/// What one file of the sandbox says, another does not type again.
#[test]
fn no_file_of_the_sandbox_types_the_sentence_of_another() {
    let here = texts_of("p21-sandbox/src");
    let mut twice = Vec::new();
    for (at, text) in &here {
        let file = at.split(':').next().unwrap();
        for piece in said_by_p21(text).into_iter().filter(|piece| piece.split(' ').count() > 3) {
            let typed = here.iter().filter(|(other, said)| !other.starts_with(file) && said.contains(piece));
            twice.extend(typed.map(|(other, _)| format!("{at}, {other}: {piece}")));
        }
    }
    assert!(twice.is_empty(), "{}", twice.join("\n"));
}

#[test]
fn a_text_is_read_over_its_breaks() {
    let program = "let a = \"one \\\n        two \\\"three\\\" four\";\nlet b = f('\"', \"five\");\n";
    let texts: Vec<String> = literals(program).into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["one two \"three\" four", "five"]);
}

/// Clients take their password out of whatever a server says, and the one that everybody has here is a word: texts that
/// reach them do without it.
#[test]
fn no_text_that_a_client_reads_has_the_password_in_it() {
    // Headers, data, and what is said to whoever starts it.
    const APART: [&str; 7] = [
        "p21-sandbox/src/serve/cli.rs",
        "p21-sandbox/src/serve/sandbox.rs",
        "p21-sandbox/src/serve/http/router.rs",
        "p21-sandbox/src/serve/report/pdf.rs",
        "p21-sandbox/src/serve/admin/mod.rs",
        "p21-sandbox/src/serve/builder.rs",
        "p21-sandbox/src/store/mod.rs",
    ];
    let folders =
        ["serve", "store", "window", "behaviour"].map(|folder| sources::of(&format!("p21-sandbox/src/{folder}")));
    let texts = sources::of("p21-sandbox/src/facts").into_iter().filter(|(name, _)| name.ends_with("texts.rs"));
    let mut read = 0;
    for (name, text) in folders.into_iter().flatten().chain(texts).filter(|(name, _)| !APART.contains(&&**name)) {
        for (line, text) in literals(&text) {
            read += 1;
            let is_header = text == "p21-sandbox";
            assert!(is_header || !text.contains(p21_sandbox::PASSWORD), "{name}:{line}: {text}");
        }
    }
    assert!(read > 500, "{read}");
    assert!(!sentences::NOT_SIMULATED.contains(p21_sandbox::PASSWORD));
}
