//! How values compare: one order for SQLite, which calls it as a collation, and for everything else.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

/// The collation that compares numbers by value.
pub(crate) const NUMBERS: &str = "p21_numbers";
/// The collation that compares dates and moments by time.
pub(crate) const MOMENTS: &str = "p21_moments";

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ColumnType {
    /// `Edm.String`.
    Text,
    /// `Edm.Decimal`.
    Decimal,
    /// `Edm.Int32`.
    Integer,
    /// `Edm.DateTimeOffset`.
    Datetime,
}

impl ColumnType {
    /// The type's name in OData.
    pub(crate) fn edm(self) -> &'static str {
        match self {
            Self::Text => "Edm.String",
            Self::Decimal => "Edm.Decimal",
            Self::Integer => "Edm.Int32",
            Self::Datetime => "Edm.DateTimeOffset",
        }
    }

    /// The type's name where P21 fails to convert to it.
    pub(crate) fn clr(self) -> &'static str {
        match self {
            Self::Text => "String",
            Self::Decimal => "Decimal",
            Self::Integer => "Int32",
            Self::Datetime => "DateTime",
        }
    }

    /// The name of the collation that SQLite compares the column by.
    pub(crate) fn collation(self) -> &'static str {
        match self {
            Self::Text => "binary",
            Self::Decimal | Self::Integer => NUMBERS,
            Self::Datetime => MOMENTS,
        }
    }

    /// The order of two values.
    #[cfg(test)]
    pub(crate) fn compare(self, left: &str, right: &str) -> Ordering {
        match self {
            Self::Text => left.cmp(right),
            Self::Decimal | Self::Integer => numbers(left, right),
            Self::Datetime => moments(left, right),
        }
    }
}

/// Numbers by their value, before everything that is none: a label whose code is not known.
pub(crate) fn numbers(left: &str, right: &str) -> Ordering {
    by(left, right, number)
}

/// Dates and moments by time, before everything that is none.
pub(crate) fn moments(left: &str, right: &str) -> Ordering {
    by(left, right, super::value::date_time)
}

fn by<T: Ord>(left: &str, right: &str, read: impl Fn(&str) -> Option<T>) -> Ordering {
    match (read(left), read(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => left.cmp(right),
    }
}

/// A number, plainly spelt.
pub(crate) fn number(text: &str) -> Option<Decimal> {
    super::value::decimal(text)
}

/// A moment with a time, with or without an offset.
pub(crate) fn offset_moment(text: &str) -> Option<DateTime> {
    let has_time = text.get(10..11).is_some_and(|mark| mark.eq_ignore_ascii_case("t"));
    if !has_time { None } else { text.parse::<DateTime>().ok().or_else(|| in_zone(text, &TimeZone::UTC)) }
}

/// A literal as the server's own clock shows it: the database knows no offsets.
pub(crate) fn local(text: &str, zone: &TimeZone) -> String {
    if let Ok(date) = text.parse::<Date>()
        && text.len() == 10
    {
        return date.to_string();
    }
    in_zone(text, zone).map_or_else(|| text.to_owned(), |moment| moment.to_string())
}

fn in_zone(text: &str, zone: &TimeZone) -> Option<DateTime> {
    text.parse::<Timestamp>().ok().map(|moment| zone.to_datetime(moment))
}

/// A stored date as answers show it: with the server's offset of that day.
pub(crate) fn with_offset(stored: &str, zone: &TimeZone) -> Option<String> {
    let moment = super::value::date_time(stored)?;
    let offset = zone.to_ambiguous_zoned(moment).compatible().ok()?.offset();
    let seconds = offset.seconds();
    let (sign, seconds) = if seconds < 0 { ('-', -seconds) } else { ('+', seconds) };
    // jiff leaves a fraction out that is zero; P21's databases keep three digits of one.
    let text = moment.round(jiff::Unit::Millisecond).unwrap_or(moment);
    Some(format!("{text}{sign}{:02}:{:02}", seconds / 3600, seconds / 60 % 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_by_value_and_come_first() {
        assert_eq!(numbers("5", "5.0000"), Ordering::Equal);
        assert_eq!(numbers("10", "9"), Ordering::Greater);
        assert_eq!(numbers("10", "Active"), Ordering::Less);
    }

    #[test]
    fn datetimes_carry_the_offset_of_their_day() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let shown = |stored| with_offset(stored, &zone).unwrap();
        assert_eq!(shown("2026-07-24T11:22:14.747"), "2026-07-24T11:22:14.747-04:00");
        assert_eq!(shown("2026-01-31"), "2026-01-31T00:00:00-05:00");
        assert_eq!(local("2026-01-31T05:00:00.000Z", &zone), "2026-01-31T00:00:00");
        assert_eq!(local("2026-01-31", &zone), "2026-01-31");
        assert_eq!(moments("2026-01-31", "2026-01-31T00:00:00"), Ordering::Equal);
    }
}
