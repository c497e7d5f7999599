//! What is wrong with a TOML file, and in which line.

use p21_model::InputError;

/// The line of a byte, counted from 1.
pub(crate) fn line(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}

/// The key that nobody knows, and what is known instead.
pub(crate) fn unknown(error: &toml::de::Error) -> Option<(&str, &str)> {
    let (key, expected) = error.message().strip_prefix("unknown field `")?.split_once('`')?;
    Some((key, expected.trim_start_matches(", ")))
}

/// The error of a file.
pub(crate) fn input(file: &str, text: &str, error: &toml::de::Error) -> InputError {
    let line = line(text, error.span().map_or(0, |span| span.start));
    match unknown(error) {
        Some((key, expected)) => InputError::new(file, format!("there is no setting `{}`", key.escape_debug()))
            .at_line(line)
            .help(expected.to_owned()),
        None => InputError::new(file, error.message().trim_end().replace('\n', ", ")).at_line(line),
    }
}
