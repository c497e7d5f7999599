//! Sketches: small definitions of services that nobody has published one of, made of what is known about them.
//!
//! They hold elements, keys and fields that the facts name. Where a fact names a datawindow and not its page, or a field and
//! not its column, the rest is made up, so answers about them are marked, and nothing is served of them unless asked for.

use p21_definitions::{Rulebook, Source};
use p21_model::definition::ServiceDefinition;
use p21_model::rules::Rules;
use p21_model::{InputError, Version};

use super::definitions::ServedDefinitions;

/// A sketch, and the rules that go with it and with no other definition.
struct Sketch {
    service: &'static str,
    definition: &'static str,
    rules: Option<&'static str>,
}

macro_rules! sketches {
    ($($service:literal $(with $rules:literal)?),+ $(,)?) => {
        /// All of them.
        const ALL: &[Sketch] = &[$(Sketch {
            service: $service,
            definition: include_str!(concat!("../../sketches/", $service, ".json")),
            rules: sketches!(@ $($rules)?),
        }),+];
    };
    (@) => { None };
    (@ $rules:literal) => { Some(include_str!(concat!("../../sketches/rules/", $rules, ".toml"))) };
}

sketches! {
    "BinLocation",
    "CompletedProducitonOrderAdjustment",
    "CustomerNotepad" with "CustomerNotepad",
    "ItemNotepad" with "ItemNotepad",
    "PickZone",
    "ProductionOrder",
    "ProductionOrderPicking",
    "ProductionOrderProcessing" with "ProductionOrderProcessing",
    "PutawayZone",
    "RMA",
    "RequisitionPurchaseOrder",
    "ShipTo",
    "SupplierNotepad" with "SupplierNotepad",
    "Task",
    "Territory" with "Territory",
    "VendorNotepad" with "VendorNotepad",
}

/// The P21 version that they are of.
const VERSION: Version = Version::new(25, 2);

/// The names of the services that have one.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|sketch| sketch.service)
}

/// Adds sketches of the services that have no definition.
pub(crate) fn add(definitions: &mut ServedDefinitions) -> Result<(), InputError> {
    let builtin = Rulebook::builtin();
    for sketch in ALL {
        if definitions.services.contains_key(sketch.service) {
            continue;
        }
        let file = format!("sketch of {}", sketch.service);
        let definition = ServiceDefinition::load(&file, sketch.definition.as_bytes())?;
        let rules = match sketch.rules {
            Some(text) => Some(Rules::load(&format!("rules of the {file}"), text)?),
            None => builtin.of(sketch.service).map_err(p21_definitions::Error::into_input)?,
        };
        definitions.services.insert(sketch.service.to_owned(), Source::new(file, definition, VERSION, rules));
        definitions.sketches.insert(sketch.service.to_owned());
    }
    Ok(())
}
