//! What a program says beside a record when a window takes it: answers to what the window asks, and fields of popups
//! that the record does not have. Generated bindings have a constant of each.

use std::marker::PhantomData;

/// An answer to something that the window of `S` asks.
pub struct Answer<S> {
    dialog: &'static str,
    answer: &'static str,
    of: PhantomData<fn() -> S>,
}

impl<S> Answer<S> {
    pub(crate) const fn new(dialog: &'static str, answer: &'static str) -> Self {
        Self { dialog, answer, of: PhantomData }
    }

    /// What the question is called.
    pub const fn dialog(self) -> &'static str {
        self.dialog
    }

    /// What the answer is called.
    pub const fn answer(self) -> &'static str {
        self.answer
    }
}

/// A field of the popup that adds rows to an element of `S`, which the element does not have.
pub struct PopupField<S> {
    element: u16,
    name: &'static str,
    of: PhantomData<fn() -> S>,
}

impl<S> PopupField<S> {
    pub(crate) const fn new(element: u16, name: &'static str) -> Self {
        Self { element, name, of: PhantomData }
    }

    /// The index of the element whose rows the popup adds.
    pub const fn element(self) -> u16 {
        self.element
    }

    /// The field's name in the popup.
    pub const fn name(self) -> &'static str {
        self.name
    }
}

impl<S> Clone for Answer<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Answer<S> {}

impl<S> std::fmt::Debug for Answer<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.dialog, self.answer)
    }
}

impl<S> Clone for PopupField<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for PopupField<S> {}

impl<S> std::fmt::Debug for PopupField<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}
