//! `GET /api/v2/basics/{name}` and `GET /api/v2/defaults/{name}`: payloads to fill in.

use super::read;
use crate::facts::json;
use crate::facts::plan::Service;
use crate::serve::engine::Engine;
use crate::window::Caller;
use crate::window::defaults;

impl Engine {
    /// Key fields and required fields of every element, empty.
    pub(crate) fn basics(&self, service: &Service) -> String {
        self.skeleton(service, |element, field| {
            let defined = &service.definition.elements[element as usize];
            let name = &*service.element(element).fields[field as usize].name;
            let is_key = defined.key_fields.iter().any(|key| key == name);
            let is_required = defined.field(name).is_some_and(|field| field.required);
            (is_key || is_required).then(String::new)
        })
    }

    /// Every field of every element, with the value that P21 fills in.
    pub(crate) fn defaults(&self, service: &Service, caller: &Caller) -> String {
        let known: Vec<Vec<(u16, String)>> = (0..service.elements.len())
            .map(|element| defaults::of(service, element as u16, &self.config, &caller.user).collect())
            .collect();
        self.skeleton(service, |element, field| {
            let default = known[element as usize].iter().find(|(of, _)| *of == field);
            Some(default.map_or_else(String::new, |(_, value)| value.clone()))
        })
    }

    /// A set with one transaction of every element; `value` leaves out fields with `None`.
    fn skeleton(&self, service: &Service, value: impl Fn(u16, u16) -> Option<String>) -> String {
        let mut out = String::new();
        read::set_start(&mut out, service.name());
        out.push_str("{\"Status\":\"New\",\"Documents\":null,\"DataElements\":");
        json::list(&mut out, 0..service.elements.len() as u16, |out, element| {
            read::element_start(out, service, element);
            out.push_str("{\"Edits\":");
            let plan = service.plan(element);
            let fields = definition_order(service, element).filter_map(|field| Some((field, value(element, field)?)));
            json::list(out, fields, |out, (field, value)| {
                read::write_edit(out, &plan.prefixes[field as usize], &value);
            });
            out.push_str(",\"RelativeDateEdits\":[]}]}");
        });
        out.push_str("}]}");
        out
    }
}

/// Each field once, in the definition's order.
fn definition_order(service: &Service, element: u16) -> impl Iterator<Item = u16> {
    let plan = service.plan(element);
    let mut seen = vec![false; plan.columns.len()];
    service.definition.elements[element as usize]
        .fields
        .iter()
        .filter_map(|field| plan.field(&field.name))
        .filter(move |field| !std::mem::replace(&mut seen[*field as usize], true))
}
