//! Services in the form the engine runs them: definition and rules, compiled once at the start.
//!
//! What differs between services comes from their definitions, their rules and `services.toml`: no service is named here.

mod element;
mod shown;
mod storage;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use p21_definitions::Source;
use p21_model::definition::ServiceDefinition;
use p21_model::rules::Rules;
use p21_model::schema::{ElementSchema, Endpoint, Numbering, RuleKind, ServiceSchema};
use p21_model::{InputError, Version};

use crate::facts::definitions::ServedDefinitions;
use crate::facts::implied::{self, Tables};
use crate::facts::seed::Display;
use crate::facts::services::{self, FIRST_NUMBER, ServiceFacts};

pub(crate) use element::{ElementPlan, Reference, Shut};
pub(crate) use storage::{Storage, split_column};

/// Every service of the sandbox.
pub(crate) struct Catalogue {
    services: BTreeMap<String, Arc<Service>>,
    sketches: BTreeSet<String>,
    misfits: Vec<InputError>,
}

/// A service.
pub(crate) struct Service {
    pub(crate) definition: ServiceDefinition,
    pub(crate) schema: ServiceSchema,
    /// By element index.
    pub(crate) elements: Vec<ElementPlan>,
    /// Where rows live; the first is the record's own row.
    pub(crate) storages: Vec<Storage>,
    /// The element that holds the record's keys.
    pub(crate) header: Option<u16>,
    pub(crate) keys: RecordKeys,
    /// P21's text where `/transaction` refuses the service, if that is known.
    pub(crate) refusal: Option<String>,
    /// What is known of it besides.
    pub(crate) facts: &'static ServiceFacts,
    by_name: HashMap<String, u16>,
}

/// The fields that identify a record.
pub(crate) struct RecordKeys {
    /// Fields of the header.
    pub(crate) fields: Vec<u16>,
    /// The one that P21 numbers, and its first number.
    pub(crate) numbered: Option<(u16, u64)>,
    /// That number alone identifies the record: it stands before the keys that people know.
    pub(crate) number_is_identity: bool,
}

/// What the names of reports start with, and of what is built like them: such a window is opened from a menu.
const REPORT: &str = "m_";

impl Catalogue {
    pub(crate) fn compile(
        definitions: ServedDefinitions,
        version: Version,
        displays: &[Display],
    ) -> Result<Self, InputError> {
        let (any, sketches) = (definitions.any, definitions.sketches);
        let tables = implied::columns(definitions.services.values().map(|source| &source.definition))?;
        let mut misfits = definitions.misfits;
        let services = definitions
            .services
            .into_iter()
            .map(|(name, source)| {
                let schema = compile(&source, &any, version, &mut misfits)?;
                let elsewhere = any.endpoint.iter().map(|located| &located.rule).find(|rule| rule.means(&name));
                let refusal = elsewhere.map(|rule| rule.message.clone()).filter(|message| !message.is_empty());
                let service = Service { refusal, ..Service::new(source, schema, displays, &tables) };
                Ok((name, Arc::new(service)))
            })
            .collect::<Result<_, InputError>>()?;
        Ok(Self { services, sketches, misfits })
    }

    /// The rules that don't fit their definitions; every other rule holds.
    pub(crate) fn misfits(&self) -> &[InputError] {
        &self.misfits
    }

    /// A service by its exact name.
    pub(crate) fn get(&self, name: &str) -> Option<&Arc<Service>> {
        self.services.get(name)
    }

    /// Every service that can be used.
    pub(crate) fn services(&self) -> impl Iterator<Item = &Arc<Service>> {
        self.services.values()
    }

    /// Whether the service is served by a sketch: by what is known of it, and no server's definition.
    pub(crate) fn is_sketch(&self, name: &str) -> bool {
        self.sketches.contains(name)
    }

    /// What `GET /services` lists: reports are hidden, undeployed windows are not.
    pub(crate) fn listed<'a>(&'a self, undeployed: &'a BTreeSet<String>) -> impl Iterator<Item = &'a str> {
        let names: BTreeSet<&str> =
            self.services.keys().map(String::as_str).chain(undeployed.iter().map(String::as_str)).collect();
        names.into_iter().filter(|name| !name.starts_with(REPORT))
    }

    /// How many services can be used.
    pub(crate) fn len(&self) -> usize {
        self.services.len()
    }
}

/// Definition and rules of a service, as the P21 version's version has them. A rule that does not fit the definition is
/// noted, and every other rule holds.
fn compile(
    source: &Source,
    any: &Rules,
    version: Version,
    misfits: &mut Vec<InputError>,
) -> Result<ServiceSchema, InputError> {
    let compiled = source.compile(any)?;
    misfits.extend(compiled.misfits);
    Ok(compiled.schema.at(version).into_owned())
}

impl Service {
    fn new(source: Source, schema: ServiceSchema, displays: &[Display], tables: &Tables) -> Self {
        let mut definition = source.definition;
        publish_known_labels(&mut definition, &schema);
        let header = storage::header(&definition, &schema);
        let (mut storages, of_element) = storage::plan(&definition, &schema, header);
        let elements: Vec<ElementPlan> = schema
            .elements
            .iter()
            .zip(&definition.elements)
            .zip(of_element)
            .map(|((element, defined), storage)| {
                ElementPlan::new(element, defined, storage, &storages[storage as usize], displays, tables)
            })
            .collect();
        let by_name =
            definition.elements.iter().zip(0..).map(|(element, index)| (element.name.clone(), index)).collect();
        let keys = RecordKeys::new(&definition, header.and_then(|header| schema.elements.get(header as usize)));
        let key_columns: Vec<&str> = header.map_or_else(Vec::new, |header| {
            keys.fields.iter().map(|field| elements[header as usize].column(*field)).collect()
        });
        implied::plan(&mut storages, &key_columns, tables);
        let facts = services::of(&definition.name);
        Self { definition, schema, elements, storages, header, keys, refusal: None, facts, by_name }
    }

    pub(crate) fn name(&self) -> &str {
        &self.definition.name
    }

    /// The service under whose name its records are kept: windows of one document share them.
    pub(crate) fn records(&self) -> &str {
        self.facts.records_of.as_deref().unwrap_or(self.name())
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        self.schema.endpoint
    }

    /// The index of an element.
    pub(crate) fn element_index(&self, name: &str) -> Option<u16> {
        self.by_name.get(name).copied()
    }

    /// The schema of an element.
    pub(crate) fn element(&self, index: u16) -> &ElementSchema {
        self.schema.elements.get(index as usize).expect("element indexes come from this service")
    }

    /// The plan of an element.
    pub(crate) fn plan(&self, index: u16) -> &ElementPlan {
        &self.elements[index as usize]
    }

    /// Schema and plan of the header.
    pub(crate) fn header(&self) -> Option<(&ElementSchema, &ElementPlan)> {
        self.header.map(|header| (self.element(header), self.plan(header)))
    }

    /// The elements that show rows of a storage.
    pub(crate) fn elements_of(&self, storage: u16) -> impl Iterator<Item = u16> {
        (0..).zip(&self.elements).filter(move |(_, plan)| plan.storage == storage).map(|(index, _)| index)
    }
}

impl Service {
    /// The elements that show rows of a database table.
    pub(crate) fn elements_of_table(&self, table: &str) -> impl Iterator<Item = u16> {
        let of_table = move |storage: u16| self.storages[usize::from(storage)].table == table;
        (0..).zip(&self.elements).filter(move |(_, plan)| of_table(plan.storage)).map(|(index, _)| index)
    }
}

impl RecordKeys {
    fn new(definition: &ServiceDefinition, header: Option<&ElementSchema>) -> Self {
        let Some(header) = header else {
            return Self { fields: Vec::new(), numbered: None, number_is_identity: false };
        };
        let mut fields: Vec<u16> = definition
            .keys
            .iter()
            .filter(|key| key.location == header.datawindow())
            .filter_map(|key| header.field(&key.name).map(|(index, _)| index))
            .collect();
        if fields.is_empty() {
            fields = header.keys.to_vec();
        }
        let ruled = header.rules.iter().find_map(|rule| match &rule.kind {
            RuleKind::Assigned { field, how: Numbering::Number { start } } if fields.contains(field) => {
                Some((*field, *start))
            }
            _ => None,
        });
        // Nobody types a key that isn't required, so P21 must number it.
        let last = fields.last().copied().filter(|field| !header.fields[*field as usize].is_required());
        let leads = |field: &u16| fields.last() != Some(field);
        Self {
            numbered: ruled.or(last.map(|field| (field, FIRST_NUMBER))),
            number_is_identity: ruled.is_some_and(|(field, _)| leads(&field)),
            fields,
        }
    }
}

/// A list that was emptied for publication shows the labels that the sandbox takes: a server has no empty lists.
fn publish_known_labels(definition: &mut ServiceDefinition, schema: &ServiceSchema) {
    for (defined, element) in definition.elements.iter_mut().zip(schema.elements.iter()) {
        for field in defined.fields.iter_mut().filter(|field| field.redacted) {
            if let Some((_, known)) = element.field(&field.name)
                && !known.values.is_empty()
            {
                field.valid_values = Some(known.values.iter().map(str::to_owned).collect());
            }
        }
    }
}
