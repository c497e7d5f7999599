//! The families of error bodies that clients meet, each as it looks on the wire.

use std::fmt;
use std::str::FromStr;

/// An error body that P21, or what stands before it, has been seen or documented to answer.
///
/// Its name ([`fmt::Display`], [`FromStr`]) is the letter of its family, with a word behind where a family has several
/// bodies: `A`, `D-contaminated`, `G-number`, `502`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorFamily {
    /// `A`: the token endpoint's `{"error":..,"error_description":..}`, 401.
    Token,
    /// `B`: the envelope of middleware and UI server, 500.
    Envelope,
    /// `C`: a missing bearer token, 401.
    Bearer,
    /// `D`: the documented form of OData errors, 404.
    OData,
    /// `D-contaminated`: the same form for a contaminated session, 500.
    Contaminated,
    /// `E`: a failed transaction, 200.
    Transaction,
    /// `F`: the Entity API's list of errors, 400.
    Entity,
    /// `F-not-found`: the Entity API's `{"error":"Not Found"}`, 404.
    EntityNotFound,
    /// `G`: the UDT service's list, 400.
    Udt,
    /// `G-number`: the UDT service's error number, 400.
    UdtNumber,
    /// `G-text`: the UDT service's bare text, 400.
    UdtText,
    /// `H`: the Interactive API's older form, 404.
    Interactive,
    /// `I`: 500 without a body.
    Empty,
    /// `J`: the web server's own HTML page, 404.
    Html,
    /// `J-redirect`: a redirect with an HTML body, 307.
    HtmlRedirect,
    /// `K`: XML that nobody asked for, 200.
    Xml,
    /// `502`: a proxy found no server.
    BadGateway,
    /// `503`: overload or maintenance.
    Unavailable,
    /// `504`: a proxy waited too long.
    GatewayTimeout,
}

impl ErrorFamily {
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::Token,
        Self::Envelope,
        Self::Bearer,
        Self::OData,
        Self::Contaminated,
        Self::Transaction,
        Self::Entity,
        Self::EntityNotFound,
        Self::Udt,
        Self::UdtNumber,
        Self::UdtText,
        Self::Interactive,
        Self::Empty,
        Self::Html,
        Self::HtmlRedirect,
        Self::Xml,
        Self::BadGateway,
        Self::Unavailable,
        Self::GatewayTimeout,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Token => "A",
            Self::Envelope => "B",
            Self::Bearer => "C",
            Self::OData => "D",
            Self::Contaminated => "D-contaminated",
            Self::Transaction => "E",
            Self::Entity => "F",
            Self::EntityNotFound => "F-not-found",
            Self::Udt => "G",
            Self::UdtNumber => "G-number",
            Self::UdtText => "G-text",
            Self::Interactive => "H",
            Self::Empty => "I",
            Self::Html => "J",
            Self::HtmlRedirect => "J-redirect",
            Self::Xml => "K",
            Self::BadGateway => "502",
            Self::Unavailable => "503",
            Self::GatewayTimeout => "504",
        }
    }
}

impl fmt::Display for ErrorFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ErrorFamily {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|family| family.name().eq_ignore_ascii_case(text.trim())).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|family| family.name()).collect();
            format!("there is no error family `{}`; there are {}", short(text), names.join(", "))
        })
    }
}

/// The start of a text, fit to be shown.
pub(super) fn short(text: &str) -> String {
    text.chars().take(40).collect::<String>().escape_debug().to_string()
}
