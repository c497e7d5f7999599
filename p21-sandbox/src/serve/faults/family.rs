//! The families of error bodies, each as it looks on the wire.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::facts::settings::family::ErrorFamily;
use crate::facts::texts;
use crate::serve::http::plain_envelope;

/// The answer of a family.
pub(super) fn answer(family: ErrorFamily) -> Response {
    let json = |status: StatusCode, body: serde_json::Value| {
        (status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body.to_string()).into_response()
    };
    match family {
        ErrorFamily::Token => json(
            StatusCode::UNAUTHORIZED,
            json!({"error": "invalid_client", "error_description": "Client authentication failed."}),
        ),
        ErrorFamily::Envelope => plain_envelope(
            StatusCode::INTERNAL_SERVER_ERROR,
            texts::NO_OBJECT.pattern(),
            Some("System.NullReferenceException"),
            None,
        ),
        ErrorFamily::Bearer => json(
            StatusCode::UNAUTHORIZED,
            json!({"Description": texts::NO_BEARER.pattern(),
                   "Error": "invalid_request", "Uri": ""}),
        ),
        ErrorFamily::OData => json(
            StatusCode::NOT_FOUND,
            json!({"error": {"code": "404", "message": format!("{}: table/NAME", texts::NO_RESOURCE)}}),
        ),
        ErrorFamily::Contaminated => {
            json(StatusCode::INTERNAL_SERVER_ERROR, json!({"error": {"message": texts::unexpected_window(None)}}))
        }
        ErrorFamily::Transaction => json(
            StatusCode::OK,
            json!({"Messages": [texts::TRANSACTION.with(&["1", &texts::GENERAL.with(&[texts::NO_OBJECT.pattern()])])],
                   "Results": null, "Summary": {"Succeeded": 0, "Failed": 1, "Other": 0}}),
        ),
        ErrorFamily::Entity => json(
            StatusCode::BAD_REQUEST,
            json!({"Message": "The request is invalid.", "Errors": ["CompanyId is required", "CustomerId is required"]}),
        ),
        ErrorFamily::EntityNotFound => json(StatusCode::NOT_FOUND, json!({"error": "Not Found"})),
        ErrorFamily::Udt => json(StatusCode::BAD_REQUEST, json!({"error": ["Invalid Row Uid!"]})),
        ErrorFamily::UdtNumber => {
            json(StatusCode::BAD_REQUEST, json!({"id": 0, "errorNo": 4001, "errorMessage": "Invalid UDT table"}))
        }
        ErrorFamily::UdtText => {
            (StatusCode::BAD_REQUEST, "Incompatible table for bulk insert: udt_example").into_response()
        }
        ErrorFamily::Interactive => json(StatusCode::NOT_FOUND, json!({"error": texts::SESSION_GONE.pattern()})),
        ErrorFamily::Empty => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        ErrorFamily::Html => html(StatusCode::NOT_FOUND, texts::HIDDEN_SEGMENT.pattern()),
        ErrorFamily::HtmlRedirect => {
            let mut answer = html(StatusCode::TEMPORARY_REDIRECT, "Object Moved");
            answer.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/api/ui/router/v1/"));
            answer
        }
        ErrorFamily::Xml => {
            let body = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<ResultOfStatus \
                        xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" \
                        xmlns=\"http://schemas.datacontract.org/2004/07/P21.UI.Service.Model.Interactive.V2\">\
                        <Events/><Messages/><Status>Success</Status></ResultOfStatus>";
            ([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], body).into_response()
        }
        ErrorFamily::BadGateway => html(StatusCode::BAD_GATEWAY, "502 - Web server received an invalid response."),
        ErrorFamily::Unavailable => html(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable"),
        ErrorFamily::GatewayTimeout => html(StatusCode::GATEWAY_TIMEOUT, "504 Gateway Time-out"),
    }
}

fn html(status: StatusCode, title: &str) -> Response {
    let body = format!("<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>");
    (status, [(header::CONTENT_TYPE, "text/html; charset=UTF-8")], body).into_response()
}
