//! Who may pull the levers: programs on this machine, called directly.

use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::serve::faults::Peer;
use crate::serve::http::host;

/// Lets a request pass that comes from a loopback address, through no proxy, and from no web page.
pub(super) async fn only_from_here(request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<Peer>>();
    let is_local = peer.is_some_and(|ConnectInfo(peer)| peer.address.ip().to_canonical().is_loopback());
    let problem = if is_local { objection(request.headers()) } else { Some("only loopback addresses may do this") };
    match problem {
        Some(problem) => super::refused(StatusCode::FORBIDDEN, &problem),
        None => next.run(request).await,
    }
}

/// Headers that a proxy adds: what comes through one only looks local.
const PROXIED: [&str; 6] =
    ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"];

fn objection(headers: &HeaderMap) -> Option<&'static str> {
    if PROXIED.iter().any(|name| headers.contains_key(*name)) {
        return Some("forwarded requests may not do this");
    }
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let from_elsewhere = text("sec-fetch-site").is_some_and(|site| site != "none" && site != "same-origin");
    if headers.contains_key(header::ORIGIN) || from_elsewhere {
        return Some("web pages may not do this");
    }
    // A name that somebody else's DNS resolves to this machine gives a web page away.
    let is_local = host::name_in(headers).is_some_and(host::is_this_machine);
    if is_local { None } else { Some("this has to be asked of localhost") }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn only_direct_requests_for_this_machine_pass() {
        let passes = |headers: &[(&str, &str)]| {
            let headers = headers
                .iter()
                .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse::<HeaderValue>().unwrap()));
            objection(&headers.collect()).is_none()
        };
        for host in ["localhost:2100", "127.0.0.1", "127.0.0.1:80", "[::1]:2100", "LocalHost"] {
            assert!(passes(&[("host", host)]), "{host}");
        }
        for host in ["", "evil.example", "evil.example:2100", "localhost.evil.example", "10.0.0.1:2100"] {
            assert!(!passes(&[("host", host)]), "{host}");
        }
        for (name, value) in [
            ("origin", "http://localhost:2100"),
            ("x-forwarded-for", "127.0.0.1"),
            ("forwarded", "for=127.0.0.1"),
            ("via", "1.1 proxy"),
            ("sec-fetch-site", "cross-site"),
        ] {
            assert!(!passes(&[("host", "localhost"), (name, value)]), "{name}");
        }
    }
}
