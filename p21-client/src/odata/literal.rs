//! Right sides of comparisons, spelt as P21's OData wants them.

use std::borrow::Cow;
use std::fmt;

use jiff::{Timestamp, Zoned};
use p21_model::value::{Date, DateTime, Decimal, Text, Time};

use crate::error::Error;

/// A value that a column is compared with.
///
/// Texts are quoted, everything else is bare: P21 answers a quoted number on a numeric column with a 404.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal(Form);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    Text(String),
    Number(Decimal),
    Bool(bool),
    Date(Date),
    DateTime(DateTime),
    Moment(Timestamp),
    Guid(String),
}

impl Literal {
    /// A text; quoted, with its quotes doubled.
    pub fn text(text: impl Into<String>) -> Self {
        Self(Form::Text(text.into()))
    }

    /// A number, whole or not.
    pub fn number(number: impl Into<Decimal>) -> Self {
        Self(Form::Number(number.into()))
    }

    /// A GUID; bare.
    ///
    /// # Errors
    /// The text isn't one ([`Error::is_input`]).
    pub fn guid(text: &str) -> Result<Self, Error> {
        let groups = [8, 4, 4, 4, 12];
        let parts: Vec<&str> = text.split('-').collect();
        let is_hex =
            |(part, digits): (&&str, usize)| part.len() == digits && part.bytes().all(|b| b.is_ascii_hexdigit());
        if parts.len() == groups.len() && parts.iter().zip(groups).all(is_hex) {
            Ok(Self(Form::Guid(text.to_owned())))
        } else {
            Err(Error::input("a GUID has 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12"))
        }
    }

    /// A date, or a moment.
    pub(super) fn date_time(at: DateTime) -> Self {
        Self(Form::DateTime(at))
    }

    /// The value as P21 would have it typed, where that is plain: texts and numbers.
    pub(crate) fn typed(&self) -> Option<String> {
        match &self.0 {
            Form::Text(text) => Some(text.clone()),
            Form::Number(number) => Some(number.to_string()),
            Form::Bool(_) | Form::Date(_) | Form::DateTime(_) | Form::Moment(_) | Form::Guid(_) => None,
        }
    }

    /// What the database may take for the same value, if its collation ignores case and blanks at the end (assumed, as
    /// most do; nothing is lost where it doesn't).
    pub(crate) fn identity(&self) -> String {
        match &self.0 {
            Form::Text(text) => text.trim_end().to_lowercase(),
            Form::Number(number) => number.normalize().to_string(),
            other => Self(other.clone()).to_string(),
        }
    }
}

/// As it stands in a filter, before it is percent-encoded.
impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Text(text) => write!(f, "'{}'", text.replace('\'', "''")),
            Form::Number(number) => write!(f, "{number}"),
            Form::Bool(value) => write!(f, "{value}"),
            Form::Date(date) => write!(f, "{date}"),
            Form::DateTime(at) if at.time() == Time::midnight() => write!(f, "{}", at.date()),
            Form::DateTime(at) => write!(f, "{}Z", at.strftime("%Y-%m-%dT%H:%M:%S%.3f")),
            Form::Moment(at) => write!(f, "{}", at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ")),
            Form::Guid(guid) => f.write_str(guid),
        }
    }
}

/// What a column can be compared with.
///
/// # Times
/// P21's literals end in `Z` (`2026-07-24T11:22:14.747Z`), and its answers carry the server's offset
/// (`2026-07-24T11:22:14.747-04:00`). So:
///
/// - A [`Timestamp`] or a [`Zoned`] is spelt as the moment that it is.
/// - A civil [`DateTime`] has no zone, and **is taken as UTC** by the literal's form. A time that was read from P21 as a
///   `DateTime` is the server's local time, its offset dropped: sent back as it is, it is another moment, by that offset.
/// - A date, and a `DateTime` at midnight, is sent as a date, without `Z`.
///
/// Whether P21 converts `Z` to the server's local time before it compares isn't documented. A sync that asks for what
/// changed since the last run (`date_last_modified`) is therefore safe only if it asks for more than it needs: go back
/// by more than the server's offset, a day for instance, and drop by key what is known already.
///
/// ```
/// use p21_client::odata::col;
///
/// let seen: jiff::Timestamp = "2026-07-24T11:22:14.747-04:00".parse()?;
/// let since = seen - jiff::SignedDuration::from_hours(24);
/// let changed = col("date_last_modified").ge(since);
/// assert_eq!(changed.to_string(), "date_last_modified ge 2026-07-23T15:22:14.747Z");
/// # Ok::<_, jiff::Error>(())
/// ```
///
/// # What is left out
/// Columns are left out on purpose: P21 takes a column on the right for a text and finds nothing, with HTTP 200. So are
/// floats, which spell few decimals exactly: use a [`Decimal`]. A missing value is asked for with
/// [`is_null`](super::Column::is_null).
///
/// ```compile_fail
/// use p21_client::odata::col;
/// let two_columns = col("name_a").eq(col("name_b"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be compared with a column",
    label = "not a value that a filter can hold",
    note = "the right side is a text, a whole number, a `Decimal`, a `bool`, a date, a time or a `Literal`; P21 takes a column \
            there for a text and silently finds nothing, so compare two columns on your own side; \
            an `Option` is matched first, `None` is `is_null()`; for floats use a `Decimal`"
)]
pub trait IntoLiteral {
    /// The value.
    fn into_literal(self) -> Literal;
}

#[diagnostic::do_not_recommend]
impl IntoLiteral for Literal {
    fn into_literal(self) -> Literal {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T: IntoLiteral + Clone> IntoLiteral for &T {
    fn into_literal(self) -> Literal {
        self.clone().into_literal()
    }
}

macro_rules! literals {
    ($($type:ty: |$value:ident| $form:expr;)+) => {$(
        #[diagnostic::do_not_recommend]
        impl IntoLiteral for $type {
            fn into_literal(self) -> Literal {
                let $value = self;
                Literal($form)
            }
        }
    )+};
}

literals! {
    &str: |text| Form::Text(text.to_owned());
    String: |text| Form::Text(text);
    Cow<'_, str>: |text| Form::Text(text.into_owned());
    Text: |text| Form::Text(text.into());
    i16: |number| Form::Number(number.into());
    u16: |number| Form::Number(number.into());
    i32: |number| Form::Number(number.into());
    u32: |number| Form::Number(number.into());
    i64: |number| Form::Number(number.into());
    u64: |number| Form::Number(number.into());
    Decimal: |number| Form::Number(number);
    bool: |value| Form::Bool(value);
    Date: |date| Form::Date(date);
    Timestamp: |at| Form::Moment(at);
    Zoned: |at| Form::Moment(at.timestamp());
    // Midnight is spelt as a date, so that no offset can move it to another day.
    DateTime: |at| Form::DateTime(at);
}

#[cfg(test)]
mod tests {
    use p21_model::dec;
    use p21_model::value::date;

    use super::*;

    fn spelt(value: impl IntoLiteral) -> String {
        value.into_literal().to_string()
    }

    #[test]
    fn literals_are_spelt_as_p21_wants_them() {
        assert_eq!(spelt("O'Neill's"), "'O''Neill''s'");
        assert_eq!(spelt(String::new()), "''");
        assert_eq!(spelt(-3), "-3");
        assert_eq!(spelt(u64::MAX), "18446744073709551615");
        assert_eq!(spelt(dec!(10.50)), "10.50");
        assert_eq!(spelt(Decimal::new(1, 28)), "0.0000000000000000000000000001");
        assert_eq!(spelt(true), "true");
        assert_eq!(spelt([7_i64].first().unwrap_or(&0)), "7");
        assert_eq!(spelt(date(2026, 1, 31)), "2026-01-31");
        assert_eq!(spelt(date(2026, 1, 31).date()), "2026-01-31");
        let at = date(2026, 7, 24).date().at(11, 22, 14, 747_000_000);
        assert_eq!(spelt(at), "2026-07-24T11:22:14.747Z");
        assert_eq!(spelt(date(2026, 7, 24).date().at(11, 0, 0, 0)), "2026-07-24T11:00:00.000Z");
        let answered: Timestamp = "2026-07-24T11:22:14.747-04:00".parse().unwrap();
        assert_eq!(spelt(answered), "2026-07-24T15:22:14.747Z");
        assert_eq!(spelt(answered.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(-4)))), spelt(answered));
        let midnight: Timestamp = "2026-07-24T00:00:00Z".parse().unwrap();
        assert_eq!(spelt(midnight), "2026-07-24T00:00:00.000Z", "a moment, not a date");
    }

    #[test]
    fn guids_are_bare_and_nothing_else_gets_in() {
        let guid = "0f0e1d2c-0000-1111-2222-3333444455AA";
        assert_eq!(spelt(Literal::guid(guid).unwrap()), guid);
        for bad in ["", "1 or 1 eq 1", "0f0e1d2c-0000-1111-2222-3333444455AAA", "{0f0e1d2c}", "-----"] {
            assert!(Literal::guid(bad).unwrap_err().is_input());
        }
    }

    #[test]
    fn equal_values_have_one_identity() {
        let identity = |value: Literal| value.identity();
        assert_eq!(identity("ab ".into_literal()), identity("AB".into_literal()));
        assert_eq!(identity(dec!(5.0000).into_literal()), identity(5.into_literal()));
        assert_ne!(identity(" ab".into_literal()), identity("ab".into_literal()));
    }
}
