//! Nothing about a service is written twice: no service, no element and no build is named in the sources of model,
//! generator, client and sandbox, but for the sandbox's behaviours, a file a service, and what a list here gives a reason
//! for.

use std::collections::{BTreeMap, BTreeSet};

use p21_definitions::{Definitions, Rulebook};

use crate::support::sources::{self, program, root};

/// Sources that are held to it, beside the repository's root.
const HELD: [&str; 4] = ["p21-model/src", "p21-codegen/src", "p21-client/src", "p21-sandbox/src"];

/// Where a service's own ways are: a file each.
const BEHAVIOUR: &str = "p21-sandbox/src/behaviour/";

/// What may be there all the same: file, name, and why.
const ALLOWED: &[(&str, &str, &str)] = &[
    (
        "p21-client/src/api/stored_procedure.rs",
        "m_storedprocedureexecutor",
        "the call is about this service, and this file alone",
    ),
    ("p21-client/src/api/stored_procedure.rs", "DEFINITION.stored_procedure_def", "as its service"),
    ("p21-client/src/api/stored_procedure.rs", "DEFINITION.argument_list", "as its service"),
    ("p21-model/src/check/elsewhere.rs", "m_storedprocedureexecutor", "generated from the rules"),
    ("p21-model/src/check/code.rs", "Order", "a heading: the order of fields"),
    ("p21-sandbox/src/serve/report/pick_ticket.rs", "Item", "printed on the paper"),
    ("p21-sandbox/src/serve/report/pick_ticket.rs", "Order", "printed on the paper"),
    ("p21-sandbox/src/serve/report/production_order.rs", "Item", "printed on the paper"),
    ("p21-sandbox/src/serve/report/purchase_order.rs", "Item", "printed on the paper"),
    ("p21-sandbox/src/serve/report/purchase_order.rs", "Supplier", "printed on the paper"),
    ("p21-sandbox/src/facts/sketches.rs", "BinLocation", "the list of the sketches' files"),
    ("p21-sandbox/src/facts/sketches.rs", "ProductionOrder", "the list of the sketches' files"),
    ("p21-sandbox/src/facts/sketches.rs", "RMA", "the list of the sketches' files"),
    ("p21-sandbox/src/facts/sketches.rs", "RequisitionPurchaseOrder", "the list of the sketches' files"),
    ("p21-sandbox/src/facts/sketches.rs", "Task", "the list of the sketches' files"),
];

/// The texts of a line.
fn texts(line: &str) -> impl Iterator<Item = &str> {
    line.split('"').skip(1).step_by(2)
}

/// Names of services, and of elements in full or by the part after the dot; a datawindow that is called like a column or
/// a table, or by a plain word, says nothing.
fn names() -> (BTreeSet<String>, BTreeSet<String>) {
    let definitions = Definitions::open(root().join("definitions"), None).unwrap();
    let mut services: BTreeSet<String> = definitions.services().map(str::to_owned).collect();
    services.extend(Rulebook::builtin().names().unwrap().into_iter().filter(|name| name != "any"));
    let (mut elements, mut columns) = (BTreeSet::new(), BTreeSet::new());
    for service in definitions.services() {
        for element in &definitions.source(service).unwrap().definition.elements {
            let (_, datawindow) = element.name.split_once('.').unwrap();
            elements.extend([element.name.clone(), datawindow.to_owned()]);
            for field in &element.fields {
                let column = field.db_column.as_deref().unwrap_or_default();
                columns.extend([field.name.as_str(), column.split('.').next().unwrap()].map(str::to_owned));
            }
        }
    }
    elements.retain(|name| !columns.contains(name) && name.contains(['_', '.']));
    (services, elements)
}

#[test]
fn services_and_elements_are_named_where_they_are_known_and_nowhere_else() {
    let (services, elements) = names();
    assert!(services.len() > 20 && elements.len() > 200, "{} {}", services.len(), elements.len());
    let (mut wrong, mut used) = (Vec::new(), BTreeSet::new());
    let mut homes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for folder in HELD {
        for (file, text) in sources::of(folder) {
            // Tests by themselves, and the table of who is who.
            if ["tests.rs", "doors.rs"].iter().any(|name| file.ends_with(name)) || file.contains("/tests/") {
                continue;
            }
            for (number, line) in program(&text) {
                for name in texts(line).filter(|name| services.contains(*name) || elements.contains(*name)) {
                    if ALLOWED.iter().any(|(of, known, _)| *of == file && *known == name) {
                        used.insert((file.clone(), name.to_owned()));
                    } else if file.starts_with(BEHAVIOUR) {
                        if services.contains(name) && !file.ends_with("/mod.rs") {
                            homes.entry(name.to_owned()).or_default().insert(file.clone());
                        }
                    } else {
                        wrong.push(format!("{file}:{number}: {name}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let homeless: Vec<_> = homes.iter().filter(|(_, files)| files.len() > 1).collect();
    assert!(homeless.is_empty(), "a service has one file: {homeless:#?}");
    let idle: Vec<_> =
        ALLOWED.iter().filter(|(file, name, _)| !used.contains(&((*file).to_owned(), (*name).to_owned()))).collect();
    assert!(idle.is_empty(), "allowed and not there: {idle:?}");
}

/// The one table of builds, and an example in an error.
const BUILDS: [&str; 2] = ["p21-model/src/facts/version.rs", "p21-sandbox/src/facts/config.rs"];

/// Builds of P21 stand in rules, and in one table of the model.
#[test]
fn builds_are_named_in_one_table() {
    let mut wrong = Vec::new();
    for folder in HELD {
        for (file, text) in sources::of(folder) {
            if BUILDS.contains(&&*file) || file.ends_with("tests.rs") {
                continue;
            }
            for (number, line) in program(&text) {
                let is_build = |word: &str| {
                    let parts: Vec<&str> = word.split('.').collect();
                    parts.len() >= 3 && parts.iter().all(|part| part.parse::<u32>().is_ok()) && parts[2].len() == 4
                };
                let in_text = texts(line).flat_map(|text| text.split([' ', ',', '`', ';', '(', ')'])).any(is_build);
                if in_text || line.contains(".with_build(") {
                    wrong.push(format!("{file}:{number}: {}", line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The one file of the client that names database tables: the chain from price pages to libraries, which belongs to no
/// service, so that no rule could have it.
const CHAIN: &str = "p21-client/src/pricing/tables.rs";

#[test]
fn database_tables_are_named_in_one_file_of_the_client() {
    let definitions = Definitions::open(root().join("definitions"), None).unwrap();
    let mut tables: BTreeSet<String> = ["price_page_x_book", "price_book_x_library"].map(str::to_owned).into();
    for service in definitions.services() {
        let definition = &definitions.source(service).unwrap().definition;
        let columns = definition.elements.iter().flat_map(|element| &element.fields);
        tables.extend(columns.filter_map(|field| Some(field.db_column.as_deref()?.split_once('.')?.0.to_owned())));
    }
    tables.retain(|table| table.contains('_'));
    let mut named: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, text) in sources::of("p21-client/src").into_iter().filter(|(file, _)| !file.ends_with("tests.rs")) {
        let found = program(&text).flat_map(|(_, line)| texts(line)).filter(|text| tables.contains(*text));
        let found: BTreeSet<String> = found.map(str::to_owned).collect();
        if !found.is_empty() {
            named.insert(file, found);
        }
    }
    assert_eq!(named.keys().collect::<Vec<_>>(), [CHAIN], "{named:?}");
    assert!(named[CHAIN].len() > 3, "{named:?}");
}
