//! What OData answers look like.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::model::{Column, Model, Surface, Table};
use crate::facts::column::{self, ColumnType};
use crate::facts::settings::odata::{ErrorForm, OData};
use crate::facts::{json, texts};
use crate::store::Data;

/// A body as every answer of the service has it.
pub(super) fn ok(body: String) -> Response {
    let headers = [
        (header::HeaderName::from_static("odata-version"), "4.0"),
        (header::CONTENT_TYPE, "application/json; odata.metadata=minimal; odata.streaming=true"),
    ];
    (headers, body).into_response()
}

/// A refusal in words.
pub(super) fn refused(settings: &OData, status: StatusCode, text: &str) -> Response {
    match settings.error_body {
        ErrorForm::Envelope if !text.is_empty() => envelope(status, text),
        _ => (status, text.to_owned()).into_response(),
    }
}

/// The documented form of errors.
fn envelope(status: StatusCode, text: &str) -> Response {
    let body = json!({"error": {"code": status.as_u16().to_string(), "message": text}});
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// A filter beyond every bound is the one 400, and in the documented form.
pub(super) fn too_complex() -> Response {
    envelope(StatusCode::BAD_REQUEST, texts::TOO_COMPLEX.pattern())
}

/// No rights, or out of the key's scope: the same text, whatever it is they lack.
pub(super) fn unauthorized(settings: &OData) -> Response {
    refused(settings, StatusCode::UNAUTHORIZED, texts::NOT_AUTHORIZED.pattern())
}

/// `bin` never gets through to the service: a web server hides folders of that name.
pub(super) fn hidden_segment() -> Response {
    let title = texts::HIDDEN_SEGMENT;
    let body = format!(
        "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" \
         \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd\">\r\n<html><head><title>{title}</title></head>\r\n\
         <body><h1>Server Error</h1>\r\n<h2>{title}</h2>\r\n<h3>The resource you are looking for might have been \
         removed, had its name changed, or is temporarily unavailable.</h3></body></html>"
    );
    (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "text/html")], body).into_response()
}

/// The start of an answer with rows, up to the first one.
pub(super) fn start(base: &str, surface: Surface, table: &Table, count: Option<u64>) -> String {
    let mut out = String::from("{\"@odata.context\":");
    json::string(&mut out, &format!("{}#{}", metadata_url(base, surface), table.name));
    if let Some(count) = count {
        out.push_str(&format!(",\"@odata.count\":{count}"));
    }
    out.push_str(",\"value\":[");
    out
}

fn metadata_url(base: &str, surface: Surface) -> String {
    format!("{base}/odataservice/odata/{}/$metadata", surface.path())
}

/// One row.
pub(super) fn row(out: &mut String, table: &Table, columns: &[usize], data: &Data, zone: &TimeZone) {
    out.push('{');
    for (place, index) in columns.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        let column = &table.columns[*index];
        json::string(out, &column.name);
        out.push(':');
        value_of(out, column, data, zone);
    }
    out.push('}');
}

/// A value in its column's type; one that is not of it (a label whose code is not known) as the text it is.
fn value_of(out: &mut String, column: &Column, data: &Data, zone: &TimeZone) {
    let Some(stored) = column.of(data) else { return out.push_str("null") };
    let typed = match column.kind {
        ColumnType::Text => None,
        ColumnType::Decimal | ColumnType::Integer => column::number(stored).map(|number| number.to_string()),
        ColumnType::Datetime => column::with_offset(stored, zone).map(|text| format!("\"{text}\"")),
    };
    match typed {
        Some(typed) => out.push_str(&typed),
        None => json::string(out, stored),
    }
}

/// The list of entity sets.
pub(super) fn service_document(base: &str, surface: Surface, names: &[String]) -> String {
    let sets: Vec<Value> = names.iter().map(|name| json!({"name": name, "kind": "EntitySet", "url": name})).collect();
    json!({"@odata.context": metadata_url(base, surface), "value": sets}).to_string()
}

/// The schema, as JSON CSDL. Entity sets are the members of `ns.container` that don't start with `$`.
pub(super) fn metadata(model: &Model, surface: Surface, names: &[String]) -> String {
    let mut container = Map::from_iter([("$Kind".to_owned(), json!("EntityContainer"))]);
    let mut types = Map::new();
    for name in names {
        container.insert(name.clone(), json!({"$Collection": true, "$Type": format!("dbo.{name}")}));
        let Some(table) = model.find(surface, name) else { continue };
        let mut properties = Map::from_iter([("$Kind".to_owned(), json!("EntityType"))]);
        for column in &table.columns {
            properties.insert(column.name.clone(), json!({"$Type": column.kind.edm(), "$Nullable": true}));
        }
        types.insert(name.clone(), Value::Object(properties));
    }
    json!({
        "$Version": "4.0",
        "$EntityContainer": "ns.container",
        "ns": {"container": container},
        "dbo": types,
    })
    .to_string()
}
