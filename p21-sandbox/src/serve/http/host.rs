//! Which `Host` a request may name.
//!
//! A web page whose name somebody else's DNS resolves to this machine could otherwise talk to the sandbox as to its own
//! server, and read every answer.

use std::net::IpAddr;

use axum::extract::{Request, State as Extract};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::State;

/// Lets a request pass that names this machine: an IP address, `localhost`, or a name that the sandbox was told.
pub(super) async fn guard(Extract(state): Extract<State>, request: Request, next: Next) -> Response {
    let name = name_in(request.headers());
    if name.is_some_and(|name| is_known(name, &state.engine.config.host_names)) {
        return next.run(request).await;
    }
    let text = "this local P21 answers to localhost and to IP addresses; for another name start it with --allow-host NAME \
                (Config::host_names)\n";
    (StatusCode::MISDIRECTED_REQUEST, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

/// No name that DNS resolves is trusted by itself; an address needs none to resolve it.
fn is_known(name: &str, told: &[String]) -> bool {
    let name = without_root(name);
    let is_told = |told: &String| without_root(without_port(told)).eq_ignore_ascii_case(name);
    is_localhost(name) || address(name).is_some() || (!name.is_empty() && told.iter().any(is_told))
}

/// A name may end with the dot that stands for the root of all names.
fn without_root(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

/// The host that a request names, without its port.
pub(crate) fn name_in(headers: &HeaderMap) -> Option<&str> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return None };
    Some(without_port(host.to_str().ok()?))
}

fn without_port(host: &str) -> &str {
    let is_port = |port: &str| port.bytes().all(|b| b.is_ascii_digit());
    host.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(host, |(name, _)| name)
}

/// Whether a host is this machine, whatever DNS says.
pub(crate) fn is_this_machine(name: &str) -> bool {
    is_localhost(name) || address(name).is_some_and(|ip| ip.to_canonical().is_loopback())
}

fn is_localhost(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost")
}

fn address(name: &str) -> Option<IpAddr> {
    match name.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']')?.parse::<std::net::Ipv6Addr>().ok().map(IpAddr::V6),
        None => name.parse::<std::net::Ipv4Addr>().ok().map(IpAddr::V4),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_and_told_names_are_known() {
        // However it was told.
        for told in ["p21.test.", "P21.test:2100", "p21.test.:80"] {
            assert!(is_known("p21.test", &[told.to_owned()]), "{told}");
        }
        assert!(!is_known("", &[String::new(), ".".to_owned(), ":80".to_owned()]));
        let told = ["p21.test".to_owned()];
        for name in ["localhost", "LocalHost", "127.0.0.1", "10.0.0.5", "[::1]", "[fe80::1]", "p21.test", "P21.Test."] {
            assert!(is_known(name, &told), "{name}");
        }
        for name in
            ["", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "0x7f.1", "2130706433", "::1"]
        {
            assert!(!is_known(name, &told), "{name}");
        }
        for name in ["127.9.9.9", "[::1]", "[::ffff:127.0.0.1]", "localhost"] {
            assert!(is_this_machine(name), "{name}");
        }
        for name in ["10.0.0.1", "0.0.0.0", "[::]", "169.254.169.254", "[::ffff:10.0.0.1]", "localhost.evil.example"] {
            assert!(!is_this_machine(name), "{name}");
        }
    }
}
