//! What a derive that failed implements its traits with, so that one mistake is one message.

use crate::facts::schema::{ElementKind, ElementSchema, Elements, Endpoint, Fields, List, ServiceSchema, Str};
use crate::rows::row::{RawRow, Service, Transactional};

/// The row type of a struct whose derive failed. It is no `Element`, so that the traits about places can have an
/// implementation for it beside those for elements.
#[derive(Debug)]
pub struct StandIn;

impl StandIn {
    /// A row of nothing. Code that would call it doesn't compile.
    pub const fn row() -> RawRow {
        RawRow::new(&ELEMENT)
    }
}

/// The service of a struct whose derive failed.
#[derive(Debug)]
pub struct StandInService;

impl Service for StandInService {
    const SCHEMA: &'static ServiceSchema = &SERVICE;
}

impl Transactional for StandInService {}

static ELEMENT: ElementSchema = ElementSchema {
    name: Str::Borrowed(""),
    module: Str::Borrowed(""),
    label: Str::Borrowed(""),
    kind: ElementKind::Form,
    index: 0,
    parent: None,
    keys: List::Static(&[]),
    fields: Fields::none(),
    rules: List::Static(&[]),
};

static SERVICE: ServiceSchema = ServiceSchema {
    name: Str::Borrowed(""),
    version: crate::facts::version::Version::KNOWN[0],
    endpoint: Endpoint::Transaction,
    wants_codes: None,
    key: None,
    elements: Elements::Static(&[]),
    sequences: List::Static(&[]),
    quirks: List::Static(&[]),
    elsewhere: List::Static(&[]),
    windows: List::Static(&[]),
};
