//! The words of a `$filter`.

/// A word, and where it ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind<'a>,
    /// The characters before its end: what P21's syntax errors count.
    pub(super) end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind<'a> {
    /// A column, an operator, a function, `null`, `true`, `false`.
    Name(&'a str),
    /// What stands between quotes; inner quotes are still doubled.
    Text(&'a str),
    /// A number.
    Number(&'a str),
    /// A date, or a moment with or without an offset.
    Moment(&'a str),
    /// A guid.
    Guid,
    Open,
    Close,
    Comma,
    End,
}

/// Splits a filter into words. `Err` is the position of a character that can't start one.
pub(super) fn split(text: &str) -> Result<Vec<Token<'_>>, usize> {
    let mut tokens = Vec::new();
    let mut rest = text;
    // Byte offsets become character counts as the words go by, so that splitting stays linear.
    let mut position = 0;
    loop {
        let trimmed = rest.trim_start();
        position += rest[..rest.len() - trimmed.len()].chars().count();
        rest = trimmed;
        let Some(first) = rest.chars().next() else {
            tokens.push(Token { kind: Kind::End, end: position });
            return Ok(tokens);
        };
        let (kind, length) = match first {
            '(' => (Kind::Open, 1),
            ')' => (Kind::Close, 1),
            ',' => (Kind::Comma, 1),
            '\'' => {
                let length = quoted(rest).ok_or_else(|| position + rest.chars().count())?;
                (Kind::Text(&rest[1..length - 1]), length)
            }
            c if c.is_alphabetic() || c == '_' => name_or_guid(rest),
            c if c.is_ascii_digit() || c == '-' || c == '+' => number_or_moment(rest).ok_or(position)?,
            _ => return Err(position),
        };
        position += rest[..length].chars().count();
        tokens.push(Token { kind, end: position });
        rest = &rest[length..];
    }
}

/// The length of a quoted text with its quotes; `None` if it is not closed.
fn quoted(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut index = 1;
    loop {
        match (bytes.get(index)?, bytes.get(index + 1)) {
            (b'\'', Some(b'\'')) => index += 2,
            (b'\'', _) => return Some(index + 1),
            _ => index += 1,
        }
    }
}

fn name_or_guid(text: &str) -> (Kind<'_>, usize) {
    if let Some(length) = guid(text) {
        return (Kind::Guid, length);
    }
    let length = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    (Kind::Name(&text[..length]), length)
}

fn number_or_moment(text: &str) -> Option<(Kind<'_>, usize)> {
    if let Some(length) = guid(text) {
        return Some((Kind::Guid, length));
    }
    let of_run = |c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '+' | '.' | ':');
    let length = text.find(of_run).unwrap_or(text.len());
    let run = &text[..length];
    if is_moment(run) {
        return Some((Kind::Moment(run), length));
    }
    // The suffixes of older protocols are taken: `100915M`.
    let number = run.strip_suffix(['M', 'm', 'L', 'l', 'D', 'd', 'F', 'f']).unwrap_or(run);
    crate::facts::column::number(number).map(|_| (Kind::Number(number), length))
}

fn is_moment(run: &str) -> bool {
    run.parse::<jiff::civil::Date>().is_ok() && run.len() == 10 || crate::facts::column::offset_moment(run).is_some()
}

/// The length of a guid.
fn guid(text: &str) -> Option<usize> {
    const LENGTH: usize = 36;
    let candidate = text.get(..LENGTH)?;
    let ends = !text[LENGTH..].starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '-');
    (ends && candidate.matches('-').count() == 4 && uuid::Uuid::try_parse(candidate).is_ok()).then_some(LENGTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind<'_>> {
        split(text).unwrap().into_iter().map(|token| token.kind).collect()
    }

    #[test]
    fn words_are_told_apart() {
        assert_eq!(
            kinds("a_1 eq 'it''s' and(b gt -1.5)"),
            [
                Kind::Name("a_1"),
                Kind::Name("eq"),
                Kind::Text("it''s"),
                Kind::Name("and"),
                Kind::Open,
                Kind::Name("b"),
                Kind::Name("gt"),
                Kind::Number("-1.5"),
                Kind::Close,
                Kind::End
            ]
        );
        assert_eq!(kinds("2026-01-31"), [Kind::Moment("2026-01-31"), Kind::End]);
        assert_eq!(kinds("2026-01-31T00:00:00.000Z")[0], Kind::Moment("2026-01-31T00:00:00.000Z"));
        assert_eq!(kinds("100915M")[0], Kind::Number("100915"));
        assert_eq!(kinds("11111111-2222-3333-4444-555555555555")[0], Kind::Guid);
        assert_eq!(kinds("abcdefab-2222-3333-4444-555555555555")[0], Kind::Guid);
    }

    #[test]
    fn positions_are_counted_in_characters() {
        let tokens = split("é eq 'ü' zz").unwrap();
        assert_eq!(tokens.iter().map(|token| token.end).collect::<Vec<_>>(), [1, 4, 8, 11, 11]);
        assert_eq!(split("a eq #"), Err(5));
        assert_eq!(split("a eq 'open"), Err(10));
    }
}
