//! Dates, as the description spells them: `MM/dd/yyyy`.

use jiff::civil::{Date, DateTime, Time};

/// Reads a date of the XML flavour, `12/31/2027`. A time behind it, `08:30:00`, is a choice: nobody has shown one.
///
/// ```
/// use p21_model::interactive::xml::{date, spelt};
///
/// let end = date("12/31/2027").unwrap();
/// assert_eq!((end.to_string(), spelt(end)), ("2027-12-31T00:00:00".to_owned(), "12/31/2027".to_owned()));
/// assert_eq!((date("2027-12-31"), date("31/12/2027"), date("12/31/27")), (None, None, None));
/// ```
pub fn date(text: &str) -> Option<DateTime> {
    let text = text.trim();
    let (day, time) = text.split_once(' ').unwrap_or((text, ""));
    let mut parts = day.split('/');
    let mut number = |digits: std::ops::RangeInclusive<usize>| {
        let part = parts.next()?;
        (digits.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse().ok())?
    };
    let (month, day_of_month, year) = (number(1..=2)?, number(1..=2)?, number(4..=4)?);
    if parts.next().is_some() {
        return None;
    }
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day_of_month).ok()?).ok()?;
    let time = if time.is_empty() { Time::midnight() } else { time.trim().parse().ok()? };
    Some(date.to_datetime(time))
}

/// Spells a date as the XML flavour does, with a time only if there is one.
pub fn spelt(moment: DateTime) -> String {
    let date = format!("{:02}/{:02}/{:04}", moment.month(), moment.day(), moment.year());
    if moment.time() == Time::midnight() { date } else { format!("{date} {}", moment.time()) }
}
