//! Values P21 fills in when a row is added.

use p21_model::schema::{FieldSchema, RuleKind, ValueType};

use crate::facts::config::Config;
use crate::facts::plan::Service;
use crate::facts::value;
use crate::store::Data;

/// Adds the defaults of an element to a new row.
pub(crate) fn fill(service: &Service, element: u16, config: &Config, user: &str, data: &mut Data) {
    let plan = service.plan(element);
    for (field, default) in of(service, element, config, user) {
        let schema = &service.element(element).fields[field as usize];
        if let Ok(stored) = value::typed(schema, &default, false) {
            data.entry(plan.column(field).to_owned()).or_insert(stored);
        }
    }
}

/// The defaults of an element, as labels and texts.
pub(crate) fn of<'a>(
    service: &'a Service,
    element: u16,
    config: &'a Config,
    user: &'a str,
) -> impl Iterator<Item = (u16, String)> + 'a {
    let schema = service.element(element);
    schema.rules.iter().filter_map(move |rule| match &rule.kind {
        RuleKind::Default { field, value } => {
            Some((*field, meant(&schema.fields[*field as usize], value, config, user)))
        }
        _ => None,
    })
}

fn meant(field: &FieldSchema, value: &str, config: &Config, user: &str) -> String {
    match value {
        "today" if field.value_type == ValueType::DateTime => config.today().to_string(),
        "user" => user.to_owned(),
        "company" => config.company.clone(),
        value => value.to_owned(),
    }
}
