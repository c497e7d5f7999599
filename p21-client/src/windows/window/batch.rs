//! Several values in one call, by choice.

use std::marker::PhantomData;

use p21_model::row::{ElementOf, Field, Service};
use p21_model::schema::ElementSchema;
use p21_model::value::{FieldValue, IntoValue, Text};

/// Values for several fields, typed in their order, all of one tab in one call.
///
/// It saves calls, and gives something up: P21 types the values in order, **stops at the first that it refuses, and keeps
/// those before it** (verified on 26.1.5940); the error says which those are ([`Error::window`](crate::Error::window),
/// `batch`). One status speaks for all: a failure without a refusal doesn't tell which value it is about. In a grid a
/// key commits the row, and values after it are dropped with a success (reported for contract bins), so that a key comes
/// last, or the values are [`proven`](crate::windows::Action::proven); a bin and its quantity never go in one call. Where rules
/// of the service say so, a batch that would lose something is refused before it is sent.
///
/// ```ignore
/// window.type_all(FieldValues::new().and(form::DESCRIPTION, "Widgets").and(form::SUPPLIER_ID, 10050)).await?;
/// ```
pub struct FieldValues<S> {
    values: Vec<(&'static ElementSchema, u16, Text)>,
    of: PhantomData<fn() -> S>,
}

impl<S: Service> FieldValues<S> {
    /// No values yet.
    pub fn new() -> Self {
        Self { values: Vec::new(), of: PhantomData }
    }

    /// A value more.
    #[must_use]
    pub fn and<E: ElementOf<S>, T: FieldValue>(mut self, field: Field<E, T>, value: impl IntoValue<T>) -> Self {
        self.values.push((E::schema(), field.index(), value.into_value().into_wire()));
        self
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub(super) fn into_values(self) -> Vec<(&'static ElementSchema, u16, Text)> {
        self.values
    }
}

impl<S: Service> Default for FieldValues<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> std::fmt::Debug for FieldValues<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.values.iter().map(|(element, field, _)| &element.fields[usize::from(*field)].name))
            .finish()
    }
}
