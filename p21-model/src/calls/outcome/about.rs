//! From P21's words back to the handles that built the payload.

use super::{Failure, Message};
use crate::rows::row::{Element, Field, Service};

impl Message {
    /// Whether the message is about a field: P21 names the field, and this element or none.
    ///
    /// Nothing ties a message to a service: ask the [`Failure`] it belongs to, where handles of another service don't
    /// compile.
    pub(super) fn is_about<E: Element, T>(&self, field: Field<E, T>) -> bool {
        self.field.as_deref() == Some(field.name()) && (self.element.is_none() || self.is_about_element::<E>())
    }

    /// Whether the message is about an element: P21 names it, in full or by the part after the dot.
    pub(super) fn is_about_element<E: Element>(&self) -> bool {
        let schema = E::schema();
        self.element.as_deref().is_some_and(|name| name == schema.name || name == schema.datawindow())
    }
}

impl<S: Service> Failure<S> {
    /// Whether P21 refused the transaction for a field; P21 names the field, and its element or none.
    ///
    /// P21's attribution may mislead: an invoiced pick ticket is refused for whatever was edited, and attributed to its
    /// number (verified on 26.1).
    ///
    /// ```ignore
    /// if failure.is_about(line::PRICE) {
    ///     println!("the price of a line was refused");
    /// }
    /// ```
    pub fn is_about<E: Element<Service = S>, T>(&self, field: Field<E, T>) -> bool {
        self.about(field).next().is_some()
    }

    /// Whether P21 refused the transaction for an element.
    pub fn is_about_element<E: Element<Service = S>>(&self) -> bool {
        self.messages.iter().any(Message::is_about_element::<E>)
    }

    /// What P21 says of a field.
    pub fn about<E: Element<Service = S>, T>(&self, field: Field<E, T>) -> impl Iterator<Item = &Message> {
        self.messages.iter().filter(move |message| message.is_about(field))
    }
}
