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
    let milliseconds = match (method.as_str(), call(path)) {
        (_, None) if path.starts_with("/api/security/token") => 200,
        ("POST", Some("session")) => 300,
        ("DELETE", Some("session")) => 100,
        ("POST", Some("window")) => 500,
        ("DELETE", Some("window")) => 200,
        ("PUT", Some("change")) => 100,
        // The program in the description of the XML flavour has it.
        ("POST", Some("change")) => 100,
        ("PUT", Some("data")) => 400,
        ("DELETE", Some("data")) => 200,
        _ => 0,
    };
    Duration::from_millis(milliseconds)
}

/// Which call of the Interactive API it is, in whatever flavour: the measurements don't tell them apart.
fn call(path: &str) -> Option<&str> {
    let mut parts = path.trim_matches('/').rsplit('/');
    let last = parts.next()?;
    let before: Vec<&str> = parts.collect();
    match (last, &before[..]) {
        ("sessions", ["interactive", "ui", ..] | ["v1", "common", "ui", ..]) | ("session", ["common", ..]) => {
            Some("session")
        }
        (call, ["v1" | "v2", "interactive", "ui", ..]) => Some(call),
        // The XML flavour has no prefix, but for the UI server's own.
        ("window" | "change" | "data", []) => Some(last),
        ("window" | "change" | "data", [prefix]) if *prefix != "row" => Some(last),
        _ => None,
    }
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

    #[test]
    fn calls_of_windows_take_the_same_in_every_flavour() {
        let flavours = [
            ("/uiserver0/api/ui/interactive/sessions", "/uiserver0/api/ui/interactive/v2"),
            ("/uiserver0/ui/common/v1/sessions/", "/uiserver0/ui/interactive/v1"),
            ("/uiserver0/api/ui/interactive/sessions", "/uiserver0/api/ui/interactive/v1"),
            ("/uiserver0/common/session", "/uiserver0"),
            ("/common/session", ""),
        ];
        let calls = [
            ("POST", "window", 500),
            ("PUT", "change", 100),
            ("PUT", "data", 400),
            ("DELETE", "data", 200),
            ("DELETE", "window", 200),
        ];
        let takes = |method: &str, path: &str| of(&method.parse().unwrap(), path).as_millis();
        for (sessions, prefix) in flavours {
            assert_eq!((takes("POST", sessions), takes("DELETE", sessions)), (300, 100), "{sessions}");
            for (method, call, milliseconds) in calls {
                assert_eq!(takes(method, &format!("{prefix}/{call}")), milliseconds, "{method} {prefix}/{call}");
            }
            // What has no published figure takes no time.
            for call in ["row", "row/data", "tab", "tools", "values"] {
                assert_eq!(takes("PUT", &format!("{prefix}/{call}")), 0, "{prefix}/{call}");
            }
        }
        let others =
            ["/api/v2/commands", "/odataservice/odata/table/data", "/ui/full/v2/data/data", "/ui/full/v1/window"];
        for path in others {
            assert_eq!((takes("PUT", path), takes("POST", path)), (0, 0), "{path}");
        }
        assert_eq!(takes("POST", "/api/security/token/v2"), 200);
    }
}
