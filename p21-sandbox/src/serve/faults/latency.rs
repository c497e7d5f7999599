//! How long P21 takes, as documented. What is not documented takes no time.

use std::time::Duration;

use axum::http::Method;

use crate::facts::services;

/// Transactions: 180 to 235 ms each (reported), unless more is known of the service.
pub(super) fn transactions(service: &str, count: usize, random: f64) -> Duration {
    let each = services::of(service).milliseconds.map_or(180.0 + 55.0 * random, f64::from);
    Duration::from_secs_f64(each * count.max(1) as f64 / 1_000.0)
}

/// Rows of OData. Small queries take about 100 ms; pages of 100 rows took 0.64 s each, one page of 2,500 rows 1.7 s,
/// and a line through these two is drawn for the others.
pub(super) fn rows(count: usize) -> Duration {
    if count < 100 {
        return Duration::from_millis(100);
    }
    Duration::from_secs_f64(0.5958 + count as f64 * 0.000_441_7)
}

/// Everything else, by its path.
pub(super) fn of(method: &Method, path: &str) -> Duration {
    let interactive = path.split_once("/ui/interactive/").map(|(_, rest)| rest.trim_end_matches('/'));
    let milliseconds = match (method.as_str(), interactive) {
        (_, None) if path.starts_with("/api/security/token") => 200,
        ("POST", Some("sessions")) => 300,
        ("DELETE", Some("sessions")) => 100,
        ("POST", Some(rest)) if rest.ends_with("window") => 500,
        ("DELETE", Some(rest)) if rest.ends_with("window") => 200,
        ("PUT", Some(rest)) if rest.ends_with("change") => 100,
        ("PUT", Some(rest)) if rest.ends_with("data") => 400,
        ("DELETE", Some(rest)) if rest.ends_with("data") => 200,
        _ => 0,
    };
    Duration::from_millis(milliseconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_take_what_was_measured() {
        let close = |time: Duration, seconds: f64| (time.as_secs_f64() - seconds).abs() < 0.02;
        assert!(close(rows(100) * 25, 16.0));
        assert!(close(rows(2_500), 1.7));
        assert!(close(rows(1), 0.1));
        assert!(close(transactions("Order", 1, 0.0), 0.18) && close(transactions("Order", 2, 1.0), 0.47));
    }
}
