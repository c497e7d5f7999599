//! A payload as a struct would declare it: the same functions that the derives call while a program compiles, called
//! while the test runs.

use std::panic::{AssertUnwindSafe, catch_unwind};

use p21_model::derive::expansion::{Declared, FieldUse, MemberUse, check_transaction};
use p21_model::row::Field;
use p21_model::schema::{ElementSchema, Elements, ServiceSchema};
use serde_json::Value;

use super::{Case, Door, schema, service};

/// Whether a struct with the elements and fields of a payload, in their order, would compile; else the message.
pub(super) fn compiles(case: &Case, body: &Value) -> Result<(), String> {
    // Nobody derives a read request, and reports have their own endpoint but the same structs.
    if case.door == Door::Get {
        return Ok(());
    }
    let service: &'static ServiceSchema = Box::leak(Box::new(as_bindings(schema(service(body), case.version))));
    let elements = body["Transactions"][0]["DataElements"].as_array().unwrap();
    let mut members: Vec<(&'static ElementSchema, Declared, bool)> = Vec::new();
    let mut children: Vec<(Declared, bool)> = Vec::new();
    let result = catch_unwind(AssertUnwindSafe(|| {
        for element in elements {
            let schema = service.element(element["Name"].as_str().unwrap()).unwrap();
            let rows = element["Rows"].as_array().unwrap();
            let declared = declare(schema, element, case.exists);
            declared.check_row();
            for at in 0..rows[0]["Edits"].as_array().unwrap().len() {
                declared.check_field(at);
            }
            if schema.parent.is_some() {
                children.push((declared, rows.len() > 1));
            } else if !members.iter().any(|(known, ..)| known.index == schema.index) {
                members.push((schema, declared, rows.len() > 1));
            }
        }
        // A parent's row has each child once: those of another row are other values of the same struct.
        for (child, many) in &children {
            Declared::check_child(&[*child], 0, *many);
        }
        let uses: Vec<MemberUse> = members
            .iter()
            .map(|(_, declared, many)| if *many { MemberUse::many(*declared) } else { MemberUse::one(*declared) })
            .collect();
        for at in 0..uses.len() {
            MemberUse::check(at, &uses, service);
        }
        check_transaction(&uses, service);
    }));
    result.map_err(|panic| match panic.downcast::<String>() {
        Ok(message) => *message,
        Err(panic) => panic.downcast::<&str>().map(|message| (*message).to_owned()).unwrap_or_default(),
    })
}

/// The schema as generated bindings have it: its elements are statics.
fn as_bindings(mut schema: ServiceSchema) -> ServiceSchema {
    let elements: Vec<&'static ElementSchema> =
        schema.elements.iter().map(|element| &*Box::leak(Box::new(element.clone()))).collect();
    schema.elements = Elements::Static(Vec::leak(elements));
    schema
}

fn declare(schema: &'static ElementSchema, element: &Value, edit: bool) -> Declared {
    let keys = element["Keys"].as_array().unwrap();
    let uses = element["Rows"][0]["Edits"].as_array().unwrap().iter().map(|edit| {
        let name = edit["Name"].as_str().unwrap();
        let (index, _) = schema.field(name).unwrap_or_else(|| panic!("{} has no {name}", schema.name));
        let field = FieldUse::new(Field::<(), ()>::new(index, ""));
        if keys.iter().any(|key| key == name) { field.key() } else { field }
    });
    Declared::new(schema, Vec::leak(uses.collect()), edit)
}
