//! Which record: keys as types.
//!
//! P21 answers a read by what is no key with a blank window, just as it answers one for a record that isn't there. So what
//! identifies a record is a type that bindings generate, and reads take nothing else.

use std::fmt;
use std::marker::PhantomData;

use super::{Element, Field, Service};
use crate::facts::schema::ElementSchema;
use crate::rows::value::{FieldValue, IntoValue};
use crate::wire::payload::{KeyValue, TransactionState};

/// A service whose records have a known key.
#[diagnostic::on_unimplemented(
    message = "no key of `{Self}` is known",
    label = "its records can't be read by a key",
    note = "give the service a `[[key]]` rule (definitions/rules/README.md says how) and generate again; until then its \
            records are found with `client.table(..)`, and read by names with `client.get_raw(..)`"
)]
pub trait Keyed: Service {
    /// The key, complete.
    type Key: RecordKey<Service = Self>;

    /// The row of the form that holds the key.
    type Form: Element<Service = Self>;
}

/// The key of a record: every field of it, so that P21 finds the record if it is there.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no key of a record",
    label = "P21 answers a read by what is no key with a blank window, as if there were no such record",
    note = "a service's module has its key, `Key::new(..)`; a record whose key isn't known is found by a lookup, \
            `client.find(Lookup::by(..))`"
)]
pub trait RecordKey: Clone + fmt::Debug + Send + Sync + 'static {
    /// The service.
    type Service: Keyed<Key = Self>;

    /// Fields and values.
    #[doc(hidden)]
    fn values(&self) -> &KeyValues;

    /// A key of values that are its fields'.
    #[doc(hidden)]
    fn of_values(values: KeyValues) -> Self;
}

/// Fields of a form, with values.
#[derive(Clone)]
pub struct KeyValues {
    element: &'static ElementSchema,
    values: Vec<KeyValue>,
}

impl KeyValues {
    /// Of the form that holds the key.
    pub const fn of(element: &'static ElementSchema) -> Self {
        Self { element, values: Vec::new() }
    }

    /// A field more.
    #[must_use]
    pub fn and<E: Element, T: FieldValue>(self, field: Field<E, T>, value: impl IntoValue<T>) -> Self {
        self.and_wire(field.name(), value.into_value().into_wire())
    }

    /// A field more, spelt as on the wire.
    #[must_use]
    pub fn and_wire(mut self, field: &str, value: impl Into<String>) -> Self {
        self.values.push(KeyValue { name: field.to_owned(), value: value.into() });
        self
    }

    /// Fields and values.
    pub fn values(&self) -> &[KeyValue] {
        &self.values
    }

    /// What asks P21 for the record.
    pub fn to_state(&self) -> TransactionState {
        TransactionState { data_element_name: self.element.name.to_string(), keys: self.values.clone() }
    }
}

impl PartialEq for KeyValues {
    fn eq(&self, other: &Self) -> bool {
        self.element.name == other.element.name && self.values == other.values
    }
}

impl Eq for KeyValues {}

impl fmt::Debug for KeyValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.element.name)?;
        f.debug_map().entries(self.values.iter().map(|key| (&key.name, &key.value))).finish()
    }
}

/// What stands where a service's key would: none is known.
pub struct NoKey<S>(PhantomData<fn() -> S>);

impl<S> NoKey<S> {
    /// Doesn't compile: no key of the service is known.
    pub fn new<V>(_: V) -> Self
    where
        S: Keyed,
    {
        Self(PhantomData)
    }
}
