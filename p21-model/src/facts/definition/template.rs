//! The fill-in template: derivable from the fields, so it is stored only where it says something else.

use serde_json::{Value, json};

use super::ServiceDefinition;

impl ServiceDefinition {
    /// The template of this service: the stored one, or the one that the fields imply.
    ///
    /// It is the shape P21 gives: every field of every element with an empty value and `IgnoreIfEmpty`, keys filled in.
    pub fn template(&self) -> Value {
        self.template.clone().unwrap_or_else(|| self.implied_template())
    }

    pub(super) fn drop_implied_template(&mut self) {
        if self.template.as_ref().is_some_and(|template| *template == self.implied_template()) {
            self.template = None;
        }
    }

    fn implied_template(&self) -> Value {
        let elements: Vec<Value> = self
            .elements
            .iter()
            .map(|element| {
                let edits: Vec<Value> = element
                    .fields
                    .iter()
                    .map(|field| json!({"Name": field.name, "Value": "", "IgnoreIfEmpty": true}))
                    .collect();
                json!({
                    "BusinessObjectName": null,
                    "Name": element.name,
                    "Type": element.kind.as_str(),
                    "Keys": element.key_fields,
                    "Rows": [{"Edits": edits, "RelativeDateEdits": []}],
                })
            })
            .collect();
        json!({"TransactionSet": {
            "Name": self.name,
            "Description": null,
            "UseCodeValues": false,
            "IgnoreDisabled": false,
            "TransactionSplitMethod": 0,
            "FieldMap": [],
            "Parameters": null,
            "Query": null,
            "Transactions": [{"Status": "New", "Documents": null, "DataElements": elements}],
        }})
    }
}
