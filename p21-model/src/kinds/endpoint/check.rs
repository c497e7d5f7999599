//! Where a service's payloads go.

use crate::check::elsewhere::ELSEWHERE;
use crate::check::{Code, Finding, Findings};
use crate::facts::schema::{Endpoint, ServiceSchema};

/// Finds a service that the transaction endpoint doesn't serve.
pub(in crate::check) fn check(schema: &ServiceSchema, findings: &mut Findings) {
    check_of(&schema.name, schema.endpoint, findings);
}

/// Where a service's payloads go, as far as the built-in rules know without its definition.
pub(in crate::check) fn of(service: &str) -> Endpoint {
    let is = |pattern: &&str| pattern.strip_suffix('*').map_or(service == *pattern, |start| service.starts_with(start));
    let found = ELSEWHERE.iter().find(|(services, except, _)| services.iter().any(is) && !except.iter().any(is));
    found.map_or(Endpoint::Transaction, |(_, _, endpoint)| *endpoint)
}

/// The same, of a service that may have no definition.
pub(in crate::check) fn check_of(service: &str, endpoint: Endpoint, findings: &mut Findings) {
    let (consequence, remedy) = match endpoint {
        Endpoint::Transaction => return,
        Endpoint::Commands => {
            ("The transaction fails (documented).", "send it to the commands endpoint, as window steps")
        }
        Endpoint::PdfReport => (
            "P21 answers `Succeeded` and prints nothing (verified, version not stated).",
            "send it to `/api/v2/process/pdfreport`, with the integer 0 for `Status` and `Type`",
        ),
    };
    findings.push(Finding {
        row: None,
        code: Code::WrongEndpoint,
        path: "Name".to_owned(),
        element: None,
        field: None,
        problem: format!("`{}` is not served by the transaction endpoint", service.escape_debug()),
        consequence: consequence.to_owned(),
        remedy: remedy.to_owned(),
    });
}
