//! What a window shows.

use p21_model::definition::ElementKind;
use serde_json::{Map, Value, json};

use super::form::Form;
use crate::facts::value;
use crate::window::{Window, tabs};

/// The answer to a window that was opened.
pub(super) fn opened(form: &Form) -> Value {
    let service = &form.window.service;
    let elements = service.definition.elements.iter();
    let elements: Vec<Value> = elements
        .zip(service.elements.iter())
        .map(
            |(element, plan)| json!({"Name": element.name, "Table": service.storages[usize::from(plan.storage)].table}),
        )
        .collect();
    json!({"WindowId": form.id, "Title": service.opening().title, "DataElements": elements})
}

/// The state: the tabs, and what stands on the one in front.
pub(super) fn state(form: &Form) -> Value {
    let service = &form.window.service;
    let shown = shown_on(form, &form.page);
    let datawindows: Map<String, Value> =
        shown.iter().map(|element| (name_of(form, *element), datawindow(form, *element))).collect();
    json!({
        "Data": shown.iter().map(|element| data_of(form, *element)).collect::<Vec<_>>(),
        "Definition": {
            "Id": form.id,
            "Name": service.opening().class,
            "Title": service.opening().title,
            "TabPageList": pages(form),
            "Datawindows": datawindows,
        },
    })
}

/// What the tab holds that was worked on last, and what is beside every tab.
pub(super) fn data(form: &Form) -> Value {
    shown_on(form, &form.touched).into_iter().map(|element| data_of(form, element)).collect()
}

fn name_of(form: &Form, element: u16) -> String {
    form.window.service.element(element).datawindow().to_owned()
}

/// The elements of a tab, and those that stand beside every tab.
pub(super) fn shown_on(form: &Form, page: &str) -> Vec<u16> {
    let service = &form.window.service;
    let elements = 0..service.elements.len() as u16;
    elements.filter(|of| service.page(*of) == page || service.is_band(*of)).collect()
}

fn pages(form: &Form) -> Vec<Value> {
    let service = &form.window.service;
    let mut pages: Vec<(&str, &str, bool)> = Vec::new();
    for element in 0..service.elements.len() as u16 {
        let page = service.page(element);
        let is_enabled = tabs::enabled(&form.window, element).is_ok();
        match pages.iter_mut().find(|(name, ..)| *name == page) {
            Some((_, _, enabled)) => *enabled |= is_enabled,
            None => {
                let text = service.definition.elements[usize::from(element)].parent_text.as_deref();
                pages.push((page, text.unwrap_or(page), is_enabled));
            }
        }
    }
    pages.into_iter().map(|(name, text, enabled)| json!({"Name": name, "Text": text, "Enabled": enabled})).collect()
}

fn datawindow(form: &Form, element: u16) -> Value {
    let (window, service) = (&form.window, &form.window.service);
    let schema = service.element(element);
    let row = window.current(service.plan(element).storage);
    let defined = &service.definition.elements[usize::from(element)];
    let fields: Map<String, Value> = defined
        .fields
        .iter()
        .filter_map(|field| {
            let index = service.plan(element).field(&field.name)?;
            let about = json!({
                "Name": field.name,
                "Label": field.label,
                "Enabled": window.is_enabled(element, row, index),
                "DataType": field.data_type.as_ref().map(p21_model::definition::DataType::as_str),
            });
            Some((field.name.clone(), about))
        })
        .collect();
    let style = match schema.kind {
        ElementKind::Form => "Form",
        ElementKind::List => "List",
    };
    json!({
        "Name": schema.datawindow(),
        "ParentPage": service.page(element),
        "Style": style,
        "Fields": fields,
    })
}

/// The rows of a datawindow, as they are shown, and which of them is current, counted from 0.
fn data_of(form: &Form, element: u16) -> Value {
    let (window, service) = (&form.window, &form.window.service);
    let (plan, schema) = (service.plan(element), service.element(element));
    let rows = window.shown(element);
    let current = form.ahead.get(&plan.storage).copied().or_else(|| window.current(plan.storage));
    let active = rows.iter().position(|row| Some(*row) == current).unwrap_or(0);
    let cells = |row: usize| -> Vec<Value> {
        plan.wire.iter().map(|field| Value::from(cell(window, row, element, *field))).collect()
    };
    let mut table: Vec<Vec<Value>> = rows.iter().map(|row| cells(*row)).collect();
    if table.is_empty() && (schema.kind == ElementKind::Form || service.has_first_row(element)) {
        table.push(vec![Value::from(""); plan.wire.len()]);
    }
    json!({
        "Name": schema.datawindow(),
        "FullName": format!("{}.{}", service.page(element), schema.datawindow()),
        "ActiveRow": active,
        "TotalRows": table.len(),
        "Columns": plan.wire.iter().map(|field| &*schema.fields[usize::from(*field)].name).collect::<Vec<_>>(),
        "Data": table,
    })
}

pub(super) fn cell(window: &Window, row: usize, element: u16, field: u16) -> String {
    let schema = &window.service.element(element).fields[usize::from(field)];
    value::shown(schema, window.value(row, element, field)).to_owned()
}
