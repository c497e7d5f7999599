//! Names of the server -> names of Rust, unique where they must be.

use std::collections::{HashMap, HashSet};

use p21_model::name::{is_keyword, is_reserved_file, snake_case};

/// Methods that every row has; a field of such a name gets a trailing `_`.
const ROW_METHODS: [&str; 22] = [
    "as_raw",
    "borrow",
    "clear",
    "clone",
    "clone_into",
    "edit",
    "fmt",
    "from",
    "from_raw",
    "get",
    "into",
    "into_raw",
    "new",
    "schema",
    "set",
    "set_unchecked",
    "skip",
    "to_owned",
    "try_into",
    "with",
    "with_all",
    "type_id",
];

/// Types that every element module has.
const ELEMENT_TYPES: [&str; 3] = ["Field", "Required", "Row"];

/// The names that a field gives rise to.
pub(crate) struct FieldNames {
    /// The setter, and the member of `Required`.
    pub(crate) setter: String,
    /// The handle.
    pub(crate) handle: String,
    /// The enum, where the field has labels.
    pub(crate) labels: String,
}

/// Names for the fields of an element, in order.
pub(crate) fn fields<'a>(names: impl Iterator<Item = &'a str>) -> Vec<FieldNames> {
    let mut unique = Unique::new("_", &[]);
    let setter = |name| {
        let mut base = snake_case(name, "field");
        if ROW_METHODS.contains(&base.as_str()) {
            base.push('_');
        }
        unique.take(base)
    };
    let setters: Vec<String> = names.map(setter).collect();
    let handles: Vec<String> = setters.iter().map(|setter| setter.to_ascii_uppercase()).collect();
    let taken: HashSet<&str> = handles.iter().map(String::as_str).collect();
    let mut types = Unique::new("", &ELEMENT_TYPES);
    let labels = |setter: &String| {
        let mut base = camel_case(setter, "Labels");
        // An element that shares the enum imports it by name, and would import a handle of that name with it.
        if taken.contains(base.as_str()) {
            base.push_str("Labels");
        }
        types.take(base)
    };
    let labels: Vec<String> = setters.iter().map(labels).collect();
    let names = setters.into_iter().zip(handles.clone()).zip(labels);
    names.map(|((setter, handle), labels)| FieldNames { setter, handle, labels }).collect()
}

/// Names that a crate of bindings has for itself: files that cargo takes for something else, features and modules
/// beside the services'.
const CRATE_NAMES: [&str; 17] = [
    "batch",
    "bin",
    "callback",
    "client",
    "default",
    "derive",
    "full",
    "generated",
    "lib",
    "main",
    "model",
    "prelude",
    "serde",
    "std",
    "windows",
    "workflows",
    "xml",
];

/// The module of a service, which is its feature too. It depends on the service's name alone.
pub(crate) fn service_module(name: &str) -> String {
    let mut module = snake_case(name, "service");
    if CRATE_NAMES.contains(&module.as_str()) || is_reserved_file(&module) {
        module.push('_');
    }
    module
}

/// Names for the variants of an enum, in order. `Other` is taken by the variant for unlisted labels.
pub(crate) fn variants<'a>(labels: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut taken = Unique::new("", &["Other"]);
    labels
        .map(|label| {
            let base = if label.trim().is_empty() { "Blank".to_owned() } else { camel_case(label, "Value") };
            taken.take(base)
        })
        .collect()
}

/// The marker type of a service. `Transaction` and the like are the names of the module's own types.
pub(crate) fn service(name: &str) -> String {
    let camel = camel_case(name, "Service");
    if ["Transaction", "TransactionSet", "Record", "Key"].contains(&camel.as_str()) { camel + "Service" } else { camel }
}

/// A name as an upper-camel-case identifier.
fn camel_case(name: &str, fallback: &str) -> String {
    let snake = snake_case(name, "");
    let mut out = String::with_capacity(snake.len());
    for word in snake.split('_').filter(|word| !word.is_empty()) {
        let (first, rest) = word.split_at(1);
        // `break` and `1` in a row of digits stay apart: `value1` and `value_1` differ in the source.
        if first.bytes().all(|b| b.is_ascii_digit()) && out.ends_with(|c: char| c.is_ascii_digit()) {
            out.push('_');
        }
        out.push_str(&first.to_ascii_uppercase());
        out.push_str(rest);
    }
    if out.is_empty() {
        out.push_str(fallback);
    }
    if is_keyword(&out) {
        out.push('_');
    }
    out
}

/// Hands out names, each once.
struct Unique {
    /// Between a name and its number.
    separator: &'static str,
    taken: HashSet<String>,
    next: HashMap<String, usize>,
}

impl Unique {
    fn new(separator: &'static str, taken: &[&str]) -> Self {
        Self { separator, taken: taken.iter().map(|name| (*name).to_owned()).collect(), next: HashMap::new() }
    }

    /// The name itself, or the name with the first free number from 2.
    fn take(&mut self, name: String) -> String {
        if self.taken.insert(name.clone()) {
            return name;
        }
        let next = self.next.entry(name.clone()).or_insert(2);
        loop {
            let candidate = format!("{}{}{next}", name.trim_end_matches('_'), self.separator);
            *next += 1;
            if self.taken.insert(candidate.clone()) {
                return candidate;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setters(names: &[&str]) -> Vec<String> {
        fields(names.iter().copied()).into_iter().map(|names| names.setter).collect()
    }

    #[test]
    fn no_service_has_the_name_of_a_feature_beside_the_services() {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../p21-services/Cargo.toml");
        let text = std::fs::read_to_string(manifest).unwrap();
        let features = text.split("[features]").nth(1).unwrap().split("# <services>").next().unwrap();
        let names: Vec<&str> = features.lines().filter_map(|line| Some(line.split_once(" = ")?.0)).collect();
        assert!(names.contains(&"client") && names.contains(&"windows"), "{names:?}");
        for name in names {
            assert_ne!(service_module(name), name);
        }
    }

    #[test]
    fn field_names_are_identifiers_and_unique() {
        assert_eq!(
            setters(&["item_id", "Item_ID", "type", "1st", "a/b", "a b", "new", "Größe", "", "\n", "self"]),
            ["item_id", "item_id_2", "type_", "n1st", "a_b", "a_b_2", "new_", "gr_e", "field", "field_2", "self_"]
        );
    }

    #[test]
    fn a_numbered_name_never_meets_a_real_one() {
        assert_eq!(setters(&["a", "a_2", "A", "a."]), ["a", "a_2", "a_3", "a_4"]);
    }

    #[test]
    fn variants_are_identifiers_and_unique() {
        let labels = ["ON", "", " ", "Other", "1-2", "$ Amount", "Supplier/Price Family", "Self", "%", "é", "Mark up"];
        assert_eq!(
            variants(labels.into_iter()),
            [
                "On",
                "Blank",
                "Blank2",
                "Other2",
                "N1_2",
                "Amount",
                "SupplierPriceFamily",
                "Self_",
                "Value",
                "Value2",
                "MarkUp"
            ]
        );
    }

    #[test]
    fn enums_never_take_the_names_of_the_row() {
        let names = fields(["row", "required", "status"].into_iter());
        let labels: Vec<_> = names.iter().map(|names| names.labels.as_str()).collect();
        assert_eq!(labels, ["Row2", "Required2", "Status"]);
    }
}
