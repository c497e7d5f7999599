//! What Json.NET says of text that is no JSON.

use crate::facts::texts;

/// The sentence for an error that `serde_json` found at a place (line and column from 1), without path and position.
pub(crate) fn syntax(error: &serde_json::Error, body: &[u8]) -> String {
    let (line, column) = (error.line(), error.column());
    let whole = error.to_string();
    let problem = whole.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&whole);
    let at = character(body, line, column);
    let found = |text: &str| match at {
        Some(character) => format!("{text}: {character}"),
        None => ENDED.to_owned(),
    };
    match problem {
        _ if error.is_eof() && problem.contains("string") => "Unterminated string. Expected delimiter: \"".to_owned(),
        _ if error.is_eof() => ENDED.to_owned(),
        "expected `,` or `}`" | "expected `,` or `]`" => {
            found("After parsing a value an unexpected character was encountered")
        }
        "key must be a string" => found("Invalid property identifier character"),
        "expected `:`" => found("Invalid character after parsing property name. Expected ':' but got"),
        "trailing characters" => found("Additional text encountered after finished reading JSON content"),
        "recursion limit exceeded" => "The reader's MaxDepth of 64 has been exceeded".to_owned(),
        "invalid number" | "number out of range" => "Input string is not a valid number".to_owned(),
        "invalid escape" | "invalid unicode code point" | "lone leading surrogate in hex escape" => {
            "Bad JSON escape sequence".to_owned()
        }
        _ => match character(body, line, column) {
            Some(character) => texts::UNEXPECTED_CHARACTER.with(&[&character]),
            None => ENDED.to_owned(),
        },
    }
}

const ENDED: &str = "Unexpected end when reading JSON";

/// The character at a place; control characters by their number.
fn character(body: &[u8], line: usize, column: usize) -> Option<String> {
    let line = body.split(|byte| *byte == b'\n').nth(line.checked_sub(1)?)?;
    let rest = String::from_utf8_lossy(line.get(column.checked_sub(1)?..)?).into_owned();
    rest.chars().next().map(|character| match character.is_control() {
        true => character.escape_debug().to_string(),
        false => character.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mistake_has_its_sentence() {
        for (body, sentence) in [
            ("{", "Unexpected end when reading JSON"),
            ("{\"a\":\"x", "Unterminated string. Expected delimiter: \""),
            ("{\"a\":x}", "Unexpected character encountered while parsing value: x"),
            ("{a:1}", "Invalid property identifier character: a"),
            ("{\"a\" 1}", "Invalid character after parsing property name. Expected ':' but got: 1"),
            ("{\"a\":1 \"b\":2}", "After parsing a value an unexpected character was encountered: \""),
            ("[1 2]", "After parsing a value an unexpected character was encountered: 2"),
            ("{} x", "Additional text encountered after finished reading JSON content: x"),
            ("{\"a\":\"\\q\"}", "Bad JSON escape sequence"),
            ("{\"a\":01}", "Input string is not a valid number"),
        ] {
            let error = serde_json::from_str::<serde_json::Value>(body).unwrap_err();
            assert_eq!(syntax(&error, body.as_bytes()), sentence, "{body}");
        }
        let deep = "[".repeat(500);
        let error = serde_json::from_str::<serde_json::Value>(&deep).unwrap_err();
        assert_eq!(syntax(&error, deep.as_bytes()), "The reader's MaxDepth of 64 has been exceeded");
    }
}
