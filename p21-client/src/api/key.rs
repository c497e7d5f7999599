//! Which record is wanted.

use std::marker::PhantomData;

use p21_model::payload::{KeyValue, TransactionState};
use p21_model::row::{Element, Field};
use p21_model::value::{FieldValue, IntoValue};

/// Key values on the element that holds them: which record a [`read`](crate::Client::read) wants.
///
/// ```ignore
/// Key::of(header::CONTRACT_NO, "JOB-1001").and(header::COMPANY_ID, "ACME")
/// ```
pub struct Key<E> {
    values: Vec<KeyValue>,
    of: PhantomData<fn() -> E>,
}

impl<E: Element> Key<E> {
    /// A record by one field. The field's element is a `Form`, the window's header as a rule: P21 refuses reads by the
    /// keys of a `List`.
    pub fn of<T: FieldValue>(field: Field<E, T>, value: impl IntoValue<T>) -> Self {
        Self { values: Vec::new(), of: PhantomData }.and(field, value)
    }

    /// Another field of the same element.
    #[must_use]
    pub fn and<T: FieldValue>(mut self, field: Field<E, T>, value: impl IntoValue<T>) -> Self {
        let value = value.into_value().into_wire();
        self.values.push(KeyValue { name: field.name().to_owned(), value: value.into() });
        self
    }

    pub(crate) fn into_state(self) -> TransactionState {
        TransactionState { data_element_name: E::schema().name.to_string(), keys: self.values }
    }
}

impl<E> Clone for Key<E> {
    fn clone(&self) -> Self {
        Self { values: self.values.clone(), of: PhantomData }
    }
}

impl<E: Element> std::fmt::Debug for Key<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let values = self.values.iter().map(|key| (&key.name, &key.value));
        write!(f, "{} ", E::schema().name)?;
        f.debug_map().entries(values).finish()
    }
}
