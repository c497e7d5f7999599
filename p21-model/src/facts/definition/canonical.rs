//! The canonical form: one line a field, so that a diff between two P21 versions reads like a change log.

use std::fmt::Write as _;

use serde_json::Value;

use super::{ElementDefinition, FieldDefinition, KeyDefinition, ServiceDefinition, Unknown};

impl ServiceDefinition {
    /// Writes the canonical form: the server's key names, arrays in the server's order, one line a field,
    /// nulls and the implied template left out, unknown members kept. Ends with a newline.
    pub fn to_canonical(&self) -> String {
        let mut out = String::new();
        out.push_str("{\n\"Name\": ");
        string(&mut out, &self.name);
        out.push_str(",\n\"TransactionDefinition\": {\n \"KeyDefinitions\": [");
        lines(&mut out, "  ", &self.keys, key);
        out.push_str("],\n \"DataElementDefinitions\": [");
        lines(&mut out, "  ", &self.elements, element);
        out.push(']');
        unknown(&mut out, ",\n ", &self.unknown_in_transaction);
        out.push('}');
        unknown(&mut out, ",\n", &self.unknown);
        if let Some(template) = &self.template {
            let _ = write!(out, ",\n\"Template\": {template}");
        }
        out.push_str("\n}\n");
        out
    }

    /// The definition as a P21 server would answer it: every member present, nulls and the template included.
    ///
    /// `ValidValuesRedacted` is left out: no server sends it.
    pub fn to_server_json(&self) -> Value {
        let elements: Vec<Value> = self.elements.iter().map(server_element).collect();
        let keys: Vec<Value> = self
            .keys
            .iter()
            .map(|key| merged(&key.unknown, serde_json::json!({"Location": key.location, "Name": key.name})))
            .collect();
        let transaction = merged(
            &self.unknown_in_transaction,
            serde_json::json!({"KeyDefinitions": keys, "DataElementDefinitions": elements}),
        );
        merged(
            &self.unknown,
            serde_json::json!({"Name": self.name, "TransactionDefinition": transaction, "Template": self.template()}),
        )
    }
}

fn server_element(element: &ElementDefinition) -> Value {
    let fields: Vec<Value> = element
        .fields
        .iter()
        .map(|field| {
            merged(
                &field.unknown,
                serde_json::json!({
                    "Name": field.name,
                    "Label": field.label,
                    "DataType": field.data_type.as_ref().map(|t| t.as_str()),
                    "DbColumnName": field.db_column,
                    "Required": field.required,
                    "ValidValues": field.valid_values,
                }),
            )
        })
        .collect();
    merged(
        &element.unknown,
        serde_json::json!({
            "Name": element.name,
            "Type": element.kind.as_str(),
            "ParentText": element.parent_text,
            "DatawindowName": element.datawindow,
            "BusinessObjectName": element.business_object,
            "KeyFields": element.key_fields,
            "FieldDefinitions": fields,
        }),
    )
}

fn merged(unknown: &Unknown, mut known: Value) -> Value {
    if let Value::Object(members) = &mut known {
        members.extend(unknown.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
    known
}

fn lines<T>(out: &mut String, indent: &str, items: &[T], write_item: fn(&mut String, &T)) {
    for (index, item) in items.iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        out.push_str(indent);
        write_item(out, item);
    }
    if !items.is_empty() {
        out.push('\n');
        out.push_str(&indent[1..]);
    }
}

fn key(out: &mut String, key: &KeyDefinition) {
    out.push('{');
    member(out, "Location", &key.location);
    member(out, "Name", &key.name);
    unknown(out, ", ", &key.unknown);
    out.push('}');
}

fn element(out: &mut String, element: &ElementDefinition) {
    out.push('{');
    member(out, "Name", &element.name);
    member(out, "Type", element.kind.as_str());
    optional(out, "ParentText", element.parent_text.as_deref());
    optional(out, "DatawindowName", element.datawindow.as_deref());
    optional(out, "BusinessObjectName", element.business_object.as_deref());
    out.push_str(", \"KeyFields\": ");
    strings(out, &element.key_fields);
    unknown(out, ", ", &element.unknown);
    out.push_str(", \"FieldDefinitions\": [");
    lines(out, "   ", &element.fields, field);
    out.push_str("]}");
}

fn field(out: &mut String, field: &FieldDefinition) {
    out.push('{');
    member(out, "Name", &field.name);
    optional(out, "Label", field.label.as_deref());
    optional(out, "DataType", field.data_type.as_ref().map(|t| t.as_str()));
    optional(out, "DbColumnName", field.db_column.as_deref());
    let _ = write!(out, ", \"Required\": {}", field.required);
    if let Some(values) = &field.valid_values {
        out.push_str(", \"ValidValues\": ");
        strings(out, values);
    }
    if field.redacted {
        out.push_str(", \"ValidValuesRedacted\": true");
    }
    unknown(out, ", ", &field.unknown);
    out.push('}');
}

fn member(out: &mut String, name: &str, value: &str) {
    if !out.ends_with('{') {
        out.push_str(", ");
    }
    string(out, name);
    out.push_str(": ");
    string(out, value);
}

fn optional(out: &mut String, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        member(out, name, value);
    }
}

fn unknown(out: &mut String, separator: &str, unknown: &Unknown) {
    for (name, value) in unknown {
        out.push_str(separator);
        string(out, name);
        let _ = write!(out, ": {value}");
    }
}

fn strings(out: &mut String, values: &[String]) {
    out.push('[');
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        string(out, value);
    }
    out.push(']');
}

fn string(out: &mut String, text: &str) {
    let _ = write!(out, "{}", Value::from(text));
}
