//! Answers in XML: children in alphabetical order, lists with an element an item, null as `nil`.

use quick_xml::escape::partial_escape;
use serde_json::{Map, Value};

use super::names::{ARRAYS, CONTRACT, CONTRACTS, INSTANCE};

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>";

/// A whole document with that root.
pub(crate) fn document(root: &str, value: &Value) -> String {
    in_namespace(root, CONTRACT, value)
}

/// A whole document with that root, whose types are in another namespace.
pub(crate) fn document_in(root: &str, namespace: &str, value: &Value) -> String {
    in_namespace(root, &format!("{CONTRACTS}{namespace}"), value)
}

fn in_namespace(root: &str, namespace: &str, value: &Value) -> String {
    let mut out = String::from(DECLARATION);
    let namespaces = format!(" xmlns=\"{namespace}\" xmlns:i=\"{INSTANCE}\"");
    element(&mut out, root, &namespaces, value);
    out
}

/// A document that holds one map of texts, as DataContract writes maps.
pub(crate) fn map(root: &str, member: &str, entries: &[(&str, Option<String>)]) -> String {
    let mut out = format!("{DECLARATION}<{root} xmlns:i=\"{INSTANCE}\"><{member} xmlns:a=\"{ARRAYS}\">");
    for (key, value) in entries {
        out.push_str("<a:KeyValueOfstringstring>");
        element(&mut out, "a:Key", "", &Value::from(*key));
        element(&mut out, "a:Value", "", &Value::from(value.clone()));
        out.push_str("</a:KeyValueOfstringstring>");
    }
    out.push_str(&format!("</{member}></{root}>"));
    out
}

/// A problem document, as ASP.NET Core writes it: the errors below `MVC-Errors`, without a name where they have none.
pub(crate) fn problem(value: &Value) -> String {
    let mut out = format!("{DECLARATION}<problem xmlns=\"urn:ietf:rfc:7807\">");
    for member in ["status", "title", "type"] {
        if let Some(of) = value.get(member) {
            element(&mut out, member, "", of);
        }
    }
    out.push_str("<MVC-Errors>");
    for (member, texts) in value.get("errors").and_then(Value::as_object).into_iter().flatten() {
        let name = if is_name(member) { member.as_str() } else { "MVC-Empty" };
        let texts: Vec<&str> = texts.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        element(&mut out, name, "", &Value::from(texts.join(" ")));
    }
    out.push_str("</MVC-Errors></problem>");
    out
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn element(out: &mut String, name: &str, attributes: &str, value: &Value) {
    let list_of_strings = matches!(value, Value::Array(items) if items.iter().any(Value::is_string));
    let declared = if list_of_strings { format!(" xmlns:a=\"{ARRAYS}\"") } else { String::new() };
    let nil = if value.is_null() { " i:nil=\"true\"" } else { "" };
    out.push_str(&format!("<{name}{attributes}{declared}{nil}"));
    let start = out.len();
    out.push('>');
    content(out, name, value);
    if out.len() == start + 1 {
        out.truncate(start);
        out.push_str("/>");
    } else {
        out.push_str(&format!("</{name}>"));
    }
}

fn content(out: &mut String, name: &str, value: &Value) {
    match value {
        Value::Null => {}
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => match enum_name(name, number.as_u64()) {
            Some(member) => out.push_str(member),
            None => out.push_str(&number.to_string()),
        },
        Value::String(string) => text(out, string),
        Value::Array(items) => items.iter().for_each(|item| {
            let item_name = if item.is_string() { "a:string" } else { item_name(name) };
            element(out, item_name, "", item);
        }),
        Value::Object(members) => object(out, members),
    }
}

fn object(out: &mut String, members: &Map<String, Value>) {
    // A definition that is served may carry members of any name.
    let mut sorted: Vec<(&String, &Value)> = members.iter().filter(|(name, _)| is_name(name)).collect();
    sorted.sort_by(|one, other| one.0.cmp(other.0));
    for (name, value) in sorted {
        element(out, name, "", value);
    }
}

/// Enums go by name; JSON has this one as a number.
fn enum_name(member: &str, number: Option<u64>) -> Option<&'static str> {
    match (member, number) {
        ("TransactionSplitMethod", Some(0)) => Some("Standard"),
        ("TransactionSplitMethod", Some(1)) => Some("NoSplit"),
        _ => None,
    }
}

/// An item is named after its list: `Row` in `Rows`, `ServiceInfo` in `ArrayOfServiceInfo`.
fn item_name(list: &str) -> &str {
    match list {
        "Properties" => "Property",
        list => list.strip_prefix("ArrayOf").or_else(|| list.strip_suffix('s')).unwrap_or(list),
    }
}

/// Text without what XML can't hold, however it is written.
fn text(out: &mut String, text: &str) {
    let is_allowed =
        |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}') || c > '\u{ffff}';
    if text.chars().all(is_allowed) {
        out.push_str(&partial_escape(text));
    } else {
        let clean: String = text.chars().map(|c| if is_allowed(c) { c } else { '\u{fffd}' }).collect();
        out.push_str(&partial_escape(clean.as_str()));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn children_are_in_alphabetical_order_and_lists_have_items() {
        let set = json!({
            "UseCodeValues": false,
            "Name": "A<B",
            "TransactionSplitMethod": 0,
            "Description": null,
            "Keys": ["k"],
            "Rows": [{"RelativeDateEdits": [], "Edits": [{"Value": "a\u{1}&", "Name": "n"}]}],
        });
        let wanted = "<Description i:nil=\"true\"/><Keys xmlns:a=\"http://schemas.microsoft.com/2003/10/Serialization/\
                      Arrays\"><a:string>k</a:string></Keys><Name>A&lt;B</Name><Rows><Row><Edits><Edit><Name>n</Name>\
                      <Value>a\u{fffd}&amp;</Value></Edit></Edits><RelativeDateEdits/></Row></Rows>\
                      <TransactionSplitMethod>Standard</TransactionSplitMethod><UseCodeValues>false</UseCodeValues>";
        let text = super::document("TransactionSet", &set);
        assert!(text.contains(wanted), "{text}");
    }
}
