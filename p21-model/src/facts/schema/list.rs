//! Lists that generated bindings borrow and run-time schemas own.

use std::ops::Deref;

use super::ElementSchema;

/// A list of `T`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum List<T: 'static> {
    /// Written into generated bindings.
    Static(&'static [T]),
    /// Built at run time.
    Owned(Vec<T>),
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::Static(items) => items,
            Self::Owned(items) => items,
        }
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(items: Vec<T>) -> Self {
        Self::Owned(items)
    }
}

/// Places in an order, each of one field or of several alternatives.
#[derive(Debug, Clone)]
pub struct Places {
    fields: List<u16>,
    /// Where each place ends among the fields.
    ends: List<u16>,
}

impl Places {
    /// As generated bindings write it.
    pub const fn new(fields: &'static [u16], ends: &'static [u16]) -> Self {
        Self { fields: List::Static(fields), ends: List::Static(ends) }
    }

    /// The places, each with its fields.
    pub fn iter(&self) -> impl Iterator<Item = &[u16]> {
        self.ends.iter().scan(0, |start, end| {
            let place = self.fields.get(usize::from(*start)..usize::from(*end));
            *start = *end;
            place
        })
    }

    /// All fields of all places.
    pub const fn fields(&self) -> &List<u16> {
        &self.fields
    }

    /// Where each place ends among the fields.
    pub const fn ends(&self) -> &List<u16> {
        &self.ends
    }
}

impl<P: AsRef<[u16]>> FromIterator<P> for Places {
    fn from_iter<I: IntoIterator<Item = P>>(places: I) -> Self {
        let (mut fields, mut ends) = (Vec::new(), Vec::new());
        for place in places {
            fields.extend_from_slice(place.as_ref());
            ends.push(u16::try_from(fields.len()).unwrap_or(u16::MAX));
        }
        Self { fields: fields.into(), ends: ends.into() }
    }
}

/// Names, each of something that an index says.
#[derive(Debug, Clone)]
pub struct Named<T: 'static> {
    names: Labels,
    of: List<T>,
}

impl<T: Copy> Named<T> {
    /// Names, and what they are of.
    pub const fn new(names: Labels, of: List<T>) -> Self {
        Self { names, of }
    }

    /// Each name, and what it is of.
    pub fn iter(&self) -> impl Iterator<Item = (&str, T)> {
        self.names.iter().zip(self.of.iter().copied())
    }

    /// The names.
    pub const fn names(&self) -> &Labels {
        &self.names
    }

    /// What they are of.
    pub const fn of(&self) -> &List<T> {
        &self.of
    }

    /// What a name is of.
    pub fn get(&self, name: &str) -> Option<T> {
        self.iter().find(|(known, _)| *known == name).map(|(_, of)| of)
    }
}

impl<T: Copy> FromIterator<(String, T)> for Named<T> {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(named: I) -> Self {
        let (names, of): (Vec<String>, Vec<T>) = named.into_iter().unzip();
        Self { names: Labels::Owned(names), of: of.into() }
    }
}

/// The labels of a field.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Labels {
    /// Written into generated bindings.
    Static(&'static [&'static str]),
    /// Built at run time.
    Owned(Vec<String>),
}

impl Labels {
    /// The labels, in P21's order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let (fixed, owned): (&[&str], &[String]) = match self {
            Self::Static(labels) => (labels, &[]),
            Self::Owned(labels) => (&[], labels),
        };
        fixed.iter().copied().chain(owned.iter().map(String::as_str))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Whether `label` is one of them, letter for letter.
    pub fn contains(&self, label: &str) -> bool {
        self.iter().any(|known| known == label)
    }
}

/// The codes of a field's labels.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Codes {
    /// Written into generated bindings.
    Static(&'static [(&'static str, &'static str)]),
    /// Built at run time.
    Owned(Vec<(String, String)>),
}

impl Codes {
    /// Label and code.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let (fixed, owned) = match self {
            Self::Static(pairs) => (*pairs, &[][..]),
            Self::Owned(pairs) => (&[][..], pairs.as_slice()),
        };
        fixed.iter().copied().chain(owned.iter().map(|(label, code)| (label.as_str(), code.as_str())))
    }

    /// Whether no code is known.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

/// The elements of a service.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Elements {
    /// Statics of the generated modules.
    Static(&'static [&'static ElementSchema]),
    /// Built at run time.
    Owned(Vec<ElementSchema>),
}

impl Elements {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Static(elements) => elements.len(),
            Self::Owned(elements) => elements.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element at an index.
    pub fn get(&self, index: usize) -> Option<&ElementSchema> {
        match self {
            Self::Static(elements) => elements.get(index).copied(),
            Self::Owned(elements) => elements.get(index),
        }
    }

    /// The elements, in order.
    pub fn iter(&self) -> impl Iterator<Item = &ElementSchema> {
        (0..self.len()).filter_map(|index| self.get(index))
    }
}
