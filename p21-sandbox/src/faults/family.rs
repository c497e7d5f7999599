//! The families of error bodies that clients meet, each as it looks on the wire.

use std::fmt;
use std::str::FromStr;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::http::error_envelope;

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
    /// `D-contaminated`: the same form for a dirty session, 500.
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

    pub(super) fn answer(self) -> Response {
        let json = |status: StatusCode, body: serde_json::Value| {
            (status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body.to_string()).into_response()
        };
        match self {
            Self::Token => json(
                StatusCode::UNAUTHORIZED,
                json!({"error": "invalid_client", "error_description": "Client authentication failed."}),
            ),
            Self::Envelope => error_envelope(
                StatusCode::INTERNAL_SERVER_ERROR,
                "Object reference not set to an instance of an object.",
                Some("System.NullReferenceException"),
                None,
            ),
            Self::Bearer => json(
                StatusCode::UNAUTHORIZED,
                json!({"Description": "Authorization header was not present or 'Bearer' was missing.",
                       "Error": "invalid_request", "Uri": ""}),
            ),
            Self::OData => json(
                StatusCode::NOT_FOUND,
                json!({"error": {"code": "404", "message": "Resource not found: table/NAME"}}),
            ),
            Self::Contaminated => json(
                StatusCode::INTERNAL_SERVER_ERROR,
                json!({"error": {"message": "Unexpected response window encountered"}}),
            ),
            Self::Transaction => json(
                StatusCode::OK,
                json!({"Messages": ["Transaction 1:: General Exception: Object reference not set to an instance of an object."],
                       "Results": null, "Summary": {"Succeeded": 0, "Failed": 1, "Other": 0}}),
            ),
            Self::Entity => json(
                StatusCode::BAD_REQUEST,
                json!({"Message": "The request is invalid.", "Errors": ["CompanyId is required", "CustomerId is required"]}),
            ),
            Self::EntityNotFound => json(StatusCode::NOT_FOUND, json!({"error": "Not Found"})),
            Self::Udt => json(StatusCode::BAD_REQUEST, json!({"error": ["Invalid Row Uid!"]})),
            Self::UdtNumber => {
                json(StatusCode::BAD_REQUEST, json!({"id": 0, "errorNo": 4001, "errorMessage": "Invalid UDT table"}))
            }
            Self::UdtText => {
                (StatusCode::BAD_REQUEST, "Incompatible table for bulk insert: udt_example").into_response()
            }
            Self::Interactive => json(StatusCode::NOT_FOUND, json!({"error": "Session not found or expired"})),
            Self::Empty => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            Self::Html => html(StatusCode::NOT_FOUND, "404 - File or directory not found."),
            Self::HtmlRedirect => {
                let mut answer = html(StatusCode::TEMPORARY_REDIRECT, "Object Moved");
                answer.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/api/ui/router/v1/"));
                answer
            }
            Self::Xml => {
                let body = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<ResultOfStatus \
                            xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" \
                            xmlns=\"http://schemas.datacontract.org/2004/07/P21.UI.Service.Model.Interactive.V2\">\
                            <Events/><Messages/><Status>Success</Status></ResultOfStatus>";
                ([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], body).into_response()
            }
            Self::BadGateway => html(StatusCode::BAD_GATEWAY, "502 - Web server received an invalid response."),
            Self::Unavailable => html(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable"),
            Self::GatewayTimeout => html(StatusCode::GATEWAY_TIMEOUT, "504 Gateway Time-out"),
        }
    }
}

fn html(status: StatusCode, title: &str) -> Response {
    let body = format!("<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>");
    (status, [(header::CONTENT_TYPE, "text/html; charset=UTF-8")], body).into_response()
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
