//! Dates and times. P21 has no time zones on the wire: everything is the server's civil time.

use jiff::civil::{Date, DateTime, Time};

use super::{FieldValue, Text, ValueError};

/// Midnight of a day: what a date column wants.
///
/// # Panics
/// If there is no such day.
///
/// ```
/// use p21_model::value::{FieldValue, date};
/// assert_eq!(date(2027, 12, 31).into_wire(), "2027-12-31");
/// ```
pub const fn date(year: i16, month: i8, day: i8) -> DateTime {
    jiff::civil::date(year, month, day).at(0, 0, 0, 0)
}

impl FieldValue for DateTime {
    /// `2027-12-31`, with `T08:30:00` only if there is a time.
    fn into_wire(self) -> Text {
        if self.time() == Time::midnight() { Text::spelt(&self.date()) } else { Text::spelt(&self) }
    }

    /// ISO dates with or without a time; an offset, which some answers carry, is dropped.
    fn from_wire(text: &str) -> Result<Self, ValueError> {
        let plain = text.trim();
        plain
            .parse::<Self>()
            .or_else(|_| plain.parse::<Date>().map(Into::into))
            .map_err(|_| ValueError::new(text, "a date such as `2027-12-31` or `2027-12-31T08:30:00`"))
    }
}

impl FieldValue for Time {
    fn into_wire(self) -> Text {
        Text::spelt(&self)
    }

    fn from_wire(text: &str) -> Result<Self, ValueError> {
        text.trim().parse().map_err(|_| ValueError::new(text, "a time such as `08:30:00`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_only_when_there_is_one() {
        assert_eq!(date(2027, 12, 31).into_wire(), "2027-12-31");
        assert_eq!(jiff::civil::date(2027, 12, 31).at(8, 30, 0, 0).into_wire(), "2027-12-31T08:30:00");
    }

    #[test]
    fn every_form_p21_answers_is_read() {
        let morning = jiff::civil::date(2026, 7, 24).at(11, 22, 14, 0);
        assert_eq!(DateTime::from_wire("2026-07-24T11:22:14"), Ok(morning));
        assert_eq!(DateTime::from_wire("2026-07-24 11:22:14"), Ok(morning));
        assert_eq!(DateTime::from_wire("2026-07-24T11:22:14-04:00"), Ok(morning));
        assert_eq!(DateTime::from_wire("2026-07-24"), Ok(date(2026, 7, 24)));
        assert!(DateTime::from_wire("24.7.2026").is_err());
        assert!(DateTime::from_wire("2026-02-30").is_err());
    }
}
