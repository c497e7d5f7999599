//! Taking a site's own data out of a definition before it is published.

use serde_json::Value;

use super::{FieldDefinition, ServiceDefinition};

/// What [`ServiceDefinition::sanitize`] took out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sanitized {
    /// User-defined fields (`ufc_*`) removed.
    pub fields_removed: usize,
    /// Lists of labels emptied.
    pub lists_emptied: usize,
}

/// Values that say nothing about a site.
const NEUTRAL: [&str; 8] = ["", " ", "ON", "OFF", "Y", "N", "Yes", "No"];

/// Fields whose lists are P21's own and the same at every site, a line each, reviewed on 25.2.
const STANDARD: &str = include_str!("standard_lists.txt");

impl ServiceDefinition {
    /// Removes `ufc_*` fields and empties every list of labels that may hold a site's own values.
    ///
    /// An emptied list is marked, so that "free" and "restricted, list unknown" stay apart.
    pub fn sanitize(&mut self) -> Sanitized {
        let mut done = Sanitized::default();
        for element in &mut self.elements {
            let before = element.fields.len();
            element.fields.retain(|field| !field.is_user_defined());
            element.key_fields.retain(|key| !key.starts_with("ufc_"));
            done.fields_removed += before - element.fields.len();
            done.lists_emptied += element.fields.iter_mut().filter_map(empty_site_list).count();
        }
        if let Some(template) = &mut self.template {
            forget_user_fields(template);
        }
        self.drop_implied_template();
        done
    }
}

fn empty_site_list(field: &mut FieldDefinition) -> Option<()> {
    let values = field.valid_values.as_mut()?;
    let neutral = values.iter().all(|value| NEUTRAL.contains(&value.as_str()));
    if neutral || field.redacted || STANDARD.lines().any(|name| name == field.name) {
        return None;
    }
    values.clear();
    field.redacted = true;
    Some(())
}

/// Drops every edit and key of a `ufc_*` field, however deep it sits.
fn forget_user_fields(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.retain(|item| !names_user_field(item));
            items.iter_mut().for_each(forget_user_fields);
        }
        Value::Object(members) => members.values_mut().for_each(forget_user_fields),
        _ => {}
    }
}

fn names_user_field(item: &Value) -> bool {
    let name = item.get("Name").unwrap_or(item).as_str();
    name.is_some_and(|name| name.starts_with("ufc_"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn standard_fields_are_there_once_and_in_order() {
        let names: Vec<&str> = STANDARD.lines().collect();
        assert!(names.is_sorted_by(|one, next| one < next) && names.iter().all(|name| !name.trim().is_empty()));
    }

    #[test]
    fn user_fields_leave_fields_keys_and_template() {
        let raw = json!({"Name": "S", "TransactionDefinition": {"DataElementDefinitions": [
            {"Name": "A.a", "Type": "Form", "KeyFields": ["id", "ufc_k"], "FieldDefinitions": [
                {"Name": "id", "DataType": "Char"},
                {"Name": "ufc_k", "DataType": "Char"},
                {"Name": "carrier", "DataType": "Char", "ValidValues": ["Fast Freight"]},
                {"Name": "row_status_flag", "DataType": "Long", "ValidValues": ["Active", "Delete"]}]}]},
            "Template": {"TransactionSet": {"Odd": 1, "Edits": [{"Name": "ufc_k", "Value": ""}, {"Name": "id"}], "Keys": ["ufc_k"]}}});
        let mut definition = ServiceDefinition::load("S.json", raw.to_string().as_bytes()).unwrap();
        assert_eq!(definition.sanitize(), Sanitized { fields_removed: 1, lists_emptied: 1 });
        assert_eq!(definition.elements[0].key_fields, ["id"]);
        assert!(definition.elements[0].field("carrier").unwrap().redacted);
        assert!(!definition.elements[0].field("row_status_flag").unwrap().redacted);
        assert!(!definition.to_canonical().contains("ufc_"));
        assert!(definition.to_canonical().contains("Odd"));
    }
}
