//! What a site has changed: fields of its own, other lists of values, prompts, in a small TOML file.
//!
//! ```toml
//! [[field]]                        # a new field: its name starts with ufc_
//! service = "Order"
//! element = "TABPAGE_1.order"
//! field = "ufc_oe_hdr_route"
//! label = "Route"
//! type = "Char"                    # Char, Decimal, Number, Long, Datetime, Time
//! column = "oe_hdr_ud.route"
//! required = true
//! values = ["North", "South"]
//!
//! [[field]]                        # a field that is there: another list, label or flag
//! service = "Order"
//! element = "TABPAGE_1.order"
//! field = "order_type"
//! add_values = ["Rush"]            # or `values`, in place of the list
//!
//! [[prompt]]                       # answered No: the row is discarded in silence
//! service = "Order"
//! element = "TP_ITEMS.items"
//! field = "unit_price"             # has no value; or with `is`, has that value
//! ```

use std::path::Path;

use p21_model::InputError;
use p21_model::definition::{DataType, ElementDefinition, FieldDefinition, ServiceDefinition};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use toml::Spanned;

use crate::facts::definitions::ServedDefinitions;
use crate::facts::settings::prompts::{Prompt, PromptWhen};

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    field: Vec<Spanned<toml::Table>>,
    #[serde(default)]
    prompt: Vec<Spanned<toml::Table>>,
}

/// What is said about a prompt.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    service: String,
    element: String,
    field: String,
    is: Option<String>,
}

/// What is said about a field.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    service: String,
    element: String,
    field: String,
    label: Option<String>,
    r#type: Option<String>,
    column: Option<String>,
    required: Option<bool>,
    values: Option<Vec<String>>,
    add_values: Option<Vec<String>>,
}

/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Changes definitions as the file says; the prompts it has.
pub(crate) fn apply(path: &Path, definitions: &mut ServedDefinitions) -> Result<Vec<Prompt>, InputError> {
    let file = path.display().to_string();
    let unreadable = |error: std::io::Error| InputError::new(&file, format!("can't be read: {error}"));
    if std::fs::metadata(path).map_err(unreadable)?.len() > MAX_BYTES {
        return Err(InputError::new(&file, "is larger than 16 MiB"));
    }
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    apply_text(&file, &text, definitions)
}

fn apply_text(file: &str, text: &str, definitions: &mut ServedDefinitions) -> Result<Vec<Prompt>, InputError> {
    let line = |offset: usize| 1 + text.as_bytes()[..offset.min(text.len())].iter().filter(|b| **b == b'\n').count();
    let parsed: File = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(1, |span| line(span.start));
        InputError::new(file, one_line(&error)).at_line(at)
    })?;
    for table in parsed.field {
        let at = line(table.span().start);
        let change: Change = read(file, at, table)?;
        let wrong = |problem: String| {
            InputError::new(file, problem)
                .at_line(at)
                .in_service(&change.service)
                .in_element(&change.element)
                .in_field(&change.field)
        };
        let source = definitions.services.get_mut(&change.service);
        let definition = &mut source.ok_or_else(|| wrong("there is no such service".to_owned()))?.definition;
        change_field(definition, &change).map_err(wrong)?;
    }
    let prompt = |table: Spanned<toml::Table>| {
        let at = line(table.span().start);
        let Asked { service, element, field, is } = read(file, at, table)?;
        let defined = definitions.services.get(&service).and_then(|source| source.definition.element(&element));
        if defined.and_then(|element| element.field(&field)).is_none() {
            let wrong = InputError::new(file, "there is no such field").at_line(at);
            return Err(wrong.in_service(service).in_element(element).in_field(field));
        }
        Ok(Prompt::new(service, element, field, is.map_or(PromptWhen::Missing, PromptWhen::Is)))
    };
    parsed.prompt.into_iter().map(prompt).collect()
}

fn read<T: DeserializeOwned>(file: &str, line: usize, table: Spanned<toml::Table>) -> Result<T, InputError> {
    let read = toml::Value::Table(table.into_inner()).try_into();
    read.map_err(|error: toml::de::Error| InputError::new(file, one_line(&error)).at_line(line))
}

fn one_line(error: &toml::de::Error) -> String {
    error.message().trim().replace('\n', ", ")
}

fn change_field(definition: &mut ServiceDefinition, change: &Change) -> Result<(), String> {
    if change.values.as_ref().or(change.add_values.as_ref()).is_some_and(Vec::is_empty) {
        return Err("an empty list of values takes nothing; leave it out".to_owned());
    }
    if change.values.is_some() && change.add_values.is_some() {
        return Err("`values` replaces the list and `add_values` adds to it; use one of them".to_owned());
    }
    let element = definition.elements.iter_mut().find(|element| element.name == change.element);
    let element = element.ok_or("there is no such element")?;
    if let Some(field) = element.fields.iter_mut().find(|field| field.name == change.field) {
        return edit(field, change);
    }
    let field = new_field(element, change)?;
    element.fields.push(field);
    if let Some(template) = &mut definition.template {
        add_to_template(template, &change.element, &change.field);
    }
    Ok(())
}

/// Changes a field that is there.
fn edit(field: &mut FieldDefinition, change: &Change) -> Result<(), String> {
    if change.r#type.is_some() || change.column.is_some() {
        return Err("the field is there already: its type and column can't be changed".to_owned());
    }
    if let Some(values) = &change.values {
        field.valid_values = Some(values.clone());
        field.redacted = false;
    }
    if let Some(more) = &change.add_values {
        if field.redacted {
            return Err("the list was emptied for publication: give it as a whole, with `values`".to_owned());
        }
        let list = field.valid_values.as_mut().ok_or("the field has no list that could grow; use `values`")?;
        for value in more {
            if !list.contains(value) {
                list.push(value.clone());
            }
        }
    }
    if let Some(label) = &change.label {
        field.label = Some(label.clone());
    }
    field.required = change.required.unwrap_or(field.required);
    Ok(())
}

fn new_field(element: &ElementDefinition, change: &Change) -> Result<FieldDefinition, String> {
    if !change.field.starts_with("ufc_") {
        let mut near: Vec<&str> = element.fields.iter().map(|field| field.name.as_str()).collect();
        near.retain(|name| name.starts_with(change.field.chars().next().unwrap_or(' ')));
        near.truncate(5);
        let near = if near.is_empty() { String::new() } else { format!("; there are {}, ..", near.join(", ")) };
        return Err(format!("there is no such field, and a new one has a name that starts with `ufc_`{near}"));
    }
    if change.add_values.is_some() {
        return Err("a new field has no list that could grow; use `values`".to_owned());
    }
    let column = change.column.as_deref().ok_or("a new field needs its `column`, as `table.column`")?;
    let is_name = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !column.split_once('.').is_some_and(|(table, column)| is_name(table) && is_name(column)) {
        return Err(format!("`{}` is no column; write `table.column`", column.escape_debug()));
    }
    let data_type = DataType::from(change.r#type.as_deref().unwrap_or("Char"));
    if let DataType::Other(other) = &data_type {
        let known = "Char, Decimal, Number, Long, Datetime, Time";
        return Err(format!("there is no type `{}`; there are {known}", other.escape_debug()));
    }
    let mut field = FieldDefinition::new(change.field.as_str(), Some(data_type));
    field.label.clone_from(&change.label);
    field.db_column = Some(column.to_owned());
    field.required = change.required.unwrap_or(false);
    field.valid_values.clone_from(&change.values);
    Ok(field)
}

/// A template that says more than the fields do has to learn about the new one.
fn add_to_template(template: &mut Value, element: &str, field: &str) {
    let set = if template.get("TransactionSet").is_some() { &mut template["TransactionSet"] } else { template };
    let elements = set.pointer_mut("/Transactions/0/DataElements").and_then(Value::as_array_mut);
    let found = elements.and_then(|elements| elements.iter_mut().find(|found| found["Name"] == element));
    let edits = found.and_then(|found| found.pointer_mut("/Rows/0/Edits")).and_then(Value::as_array_mut);
    if let Some(edits) = edits {
        edits.push(json!({"Name": field, "Value": "", "IgnoreIfEmpty": true}));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(text: &str) -> Result<ServedDefinitions, String> {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../definitions");
        let mut definitions = ServedDefinitions::load(directory, p21_model::Version::new(25, 2)).unwrap();
        apply_text("site.toml", text, &mut definitions).map_err(|error| error.to_string())?;
        Ok(definitions)
    }

    #[test]
    fn every_mistake_names_file_line_and_field() {
        let head = "# a site\n[[field]]\nservice = \"Order\"\nelement = \"TABPAGE_1.order\"\n";
        for (text, part) in [
            ("[[field]]\nservice = 1".to_owned(), "site.toml:1: "),
            ("[[field]\n".to_owned(), "site.toml:1: "),
            (format!("{head}field = \"ufc_x\"\ncolour = \"red\""), "site.toml:2: unknown field `colour`"),
            (format!("{head}field = \"ufc_x\""), "field `ufc_x`: a new field needs its `column`"),
            (format!("{head}field = \"ufc_x\"\ncolumn = \"x\""), "`x` is no column"),
            (format!("{head}field = \"ufc_x\"\ncolumn = \"a.b\"\ntype = \"Blob\""), "there is no type `Blob`"),
            (format!("{head}field = \"customer\"\ncolumn = \"a.b\""), "starts with `ufc_`; there are "),
            (format!("{head}field = \"customer_id\"\ntype = \"Char\""), "type and column can't be changed"),
            (format!("{head}field = \"customer_id\"\nadd_values = [\"x\"]"), "has no list that could grow"),
            (format!("{head}field = \"customer_id\"\nvalues = []"), "an empty list of values"),
            ("[[field]]\nservice = \"Odrer\"\nelement = \"a\"\nfield = \"b\"".to_owned(), "service `Odrer`"),
            (
                "[[prompt]]\nservice = \"Order\"\nelement = \"TP_ITEMS.items\"\nfield = \"x\"".to_owned(),
                "there is no such field",
            ),
            (
                "\n\n[[field]]\nservice = \"Order\"\nelement = \"a.b\"\nfield = \"b\"".to_owned(),
                "site.toml:3: service `Order`, element `a.b`",
            ),
        ] {
            let error = applied(&text).unwrap_err();
            assert!(error.starts_with("site.toml:") && error.contains(part), "{error}");
        }
    }

    #[test]
    fn a_kept_template_learns_the_new_field() {
        let mut template = json!({"Transactions": [{"DataElements": [{"Name": "A.a", "Rows": [{"Edits": []}]}]}]});
        add_to_template(&mut template, "A.a", "ufc_x");
        let edits = template.pointer("/Transactions/0/DataElements/0/Rows/0/Edits").unwrap();
        assert_eq!(edits[0]["Name"], "ufc_x");
        add_to_template(&mut template, "B.b", "ufc_x");
    }
}
