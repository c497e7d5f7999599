//! A transaction that P21 says it stored.

use std::marker::PhantomData;

use super::{Message, Raw};
use crate::rows::record::ReadError;
use crate::rows::row::{Element, Field, Service};
use crate::rows::value::FieldValue;
use crate::wire::payload;

/// A transaction that P21 says it stored.
///
/// `Succeeded` never proves that a value landed (see the guide); the echo says which elements P21 took, and
/// [`unproven`](Self::unproven) which it doesn't show.
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = ""))]
pub struct Stored<S = Raw> {
    /// What P21 echoed, with the keys it assigned.
    pub echo: payload::Transaction,
    /// What P21 said all the same.
    pub messages: Vec<Message>,
    pub(super) unproven: Vec<String>,
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(super) of: PhantomData<fn() -> S>,
}

impl<S> Stored<S> {
    /// The echoed value of a field: `stored.value("TABPAGE_1.order", "order_no")` is the number P21 assigned.
    pub fn value(&self, element: &str, field: &str) -> Option<&str> {
        let elements = self.echo.data_elements.iter().filter(|candidate| candidate.name == element);
        elements.filter_map(|candidate| candidate.value(field)).find(|value| !value.is_empty())
    }
}

impl<S> Stored<S> {
    /// The elements that were sent and aren't in P21's echo, or with fewer rows. Whether P21 stored them only a read of
    /// the record tells; sending them again would add what is there.
    pub fn unproven(&self) -> &[String] {
        &self.unproven
    }
}

impl Stored {
    /// A transaction that is stored, from what P21 echoed or a read shows of it.
    pub fn new(echo: payload::Transaction, messages: Vec<Message>) -> Self {
        Self { echo, messages, unproven: Vec::new(), of: PhantomData }
    }

    /// Takes it for a transaction of a service; nothing checks that it is.
    pub fn assume_service<S>(self) -> Stored<S> {
        Stored { echo: self.echo, messages: self.messages, unproven: self.unproven, of: PhantomData }
    }
}

impl<S: Service> Stored<S> {
    /// The echoed value of a field: `stored.get(header::ORDER_NO)?` is the number P21 assigned. `None` if P21 echoed none.
    ///
    /// # Errors
    /// The value doesn't read as the field's type. It is no error of the client's, for the transaction is stored all the same: a
    /// function that returns both with `?` returns a `Box<dyn Error>`, or an enum of its own.
    pub fn get<E: Element<Service = S>, T: FieldValue>(&self, field: Field<E, T>) -> Result<Option<T>, ReadError> {
        let element = &E::schema().name;
        let Some(text) = self.value(element, field.name()) else { return Ok(None) };
        T::from_wire(text).map(Some).map_err(|problem| ReadError {
            element: element.to_string(),
            row: 0,
            field: field.name().to_owned(),
            problem,
        })
    }
}
