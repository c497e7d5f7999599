//! What every kind of rule says of itself.

pub(super) use std::collections::BTreeMap;

pub(super) use serde::Deserialize;
use serde::de::DeserializeOwned;

pub(super) use super::names::OneOrMore;
pub(super) use crate::facts::definition::{DataType, ElementDefinition, ElementKind, FieldDefinition};
pub(super) use crate::facts::error::InputError;
pub(super) use crate::facts::schema::{
    Effect, IgnoreDisabled, List, Numbering, Occasion, RuleKind, Str, TextForm, When, WindowFactKind,
};
use crate::facts::version::Versions;

pub(super) use crate::wire::sentences::{COLUMN_DISABLED, COLUMN_REQUIRED, TAB_DISABLED};

/// What every rule has.
pub trait Rule {
    /// What P21 does when it is broken.
    fn consequence(&self) -> &str;
    /// Where the fact comes from.
    fn evidence(&self) -> &str;
    /// The versions it holds for.
    fn versions(&self) -> &Versions;
    /// Whether P21's text is not known where it is broken: what there is of one is ours.
    fn is_in_own_words(&self) -> bool;
    /// What it says, in a line of Markdown.
    fn says(&self) -> String;
}

/// A kind of rule as its files have it.
pub(crate) trait Spelled: Rule + DeserializeOwned {
    /// What two of them have to share to be about the same thing.
    const ABOUT: About;

    /// The section about the kind, on the page that describes the format.
    const PAGE: &'static str;

    /// A rule of the service's own takes the place of those of every service.
    const OWN_ALONE: bool = false;

    /// It is about the window of a service, and no payload.
    const OF_WINDOWS: bool = false;

    /// What the rule says, in a line of Markdown.
    fn says(&self) -> String;

    /// Whether P21 says something where it is broken, and the rule has no text.
    fn lacks_text(&self) -> bool {
        false
    }

    /// Why it would say nothing of anything, or what nothing can keep.
    fn idle(&self) -> Option<&'static str> {
        None
    }

    /// Why it can't stand in the file of a service, or in that of every service.
    fn misplaced(&self, of_service: bool) -> Option<&'static str> {
        let problem = "a rule about a window belongs into the file of its service";
        (Self::OF_WINDOWS && !of_service).then_some(problem)
    }

    /// The elements that it is compiled for, by alias or in full; none for what is no rule of an element.
    ///
    /// # Errors
    /// It can't stand in the file of a service.
    fn elements(&self) -> Result<Vec<&str>, &'static str> {
        Ok(Vec::new())
    }

    /// What it says of one of its elements.
    ///
    /// # Errors
    /// It names what the definition does not have.
    fn compile(&self, _names: &dyn Names) -> Result<Vec<RuleKind>, InputError> {
        Ok(Vec::new())
    }

    /// What it says of any element, where it stands in the file of every service.
    fn compile_of_any(&self, _names: &dyn Names) -> Vec<RuleKind> {
        Vec::new()
    }

    /// What it says of the service's window, if it is about that.
    ///
    /// # Errors
    /// It names what the definition does not have.
    fn in_window(&self, _names: &dyn WindowNames) -> Result<Vec<WindowFactKind>, InputError> {
        Ok(Vec::new())
    }
}

/// What the names in a rule about a window mean. An error names the nearest right spelling.
pub(crate) trait WindowNames {
    /// The index of an element.
    fn element(&self, name: &str) -> Result<u16, InputError>;

    /// Whether an element is a list.
    fn is_list(&self, element: u16) -> bool;

    /// The index of a field.
    fn field(&self, element: u16, field: &str) -> Result<u16, InputError>;

    /// Something else is wrong.
    fn error(&self, problem: &str) -> InputError;

    /// The index of a list, of which the rule is.
    fn list(&self, name: &str) -> Result<u16, InputError> {
        let element = self.element(name)?;
        match self.is_list(element) {
            true => Ok(element),
            false => Err(self.error(&format!("`{name}` is a form, and the rule is about the rows of a list"))),
        }
    }

    /// Refuses a word that bindings can't name a constant by.
    fn constant(&self, word: &str) -> Result<(), InputError> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if word.starts_with(|c: char| c.is_ascii_lowercase()) && word.bytes().all(plain) {
            return Ok(());
        }
        let problem = format!("`{}` can't be part of a constant's name", word.escape_debug());
        Err(self.error(&problem).help("use lower-case letters, digits and `_`"))
    }

    /// The indexes of elements.
    fn elements(&self, names: &[String]) -> Result<List<u16>, InputError> {
        let elements: Vec<u16> = names.iter().map(|name| self.element(name)).collect::<Result<_, _>>()?;
        Ok(elements.into())
    }

    /// The indexes of fields.
    fn fields(&self, element: u16, names: &[String]) -> Result<List<u16>, InputError> {
        let fields: Vec<u16> = names.iter().map(|name| self.field(element, name)).collect::<Result<_, _>>()?;
        Ok(fields.into())
    }

    /// The indexes of fields, of which there have to be some.
    fn some_fields(&self, element: u16, names: &[String]) -> Result<List<u16>, InputError> {
        if names.is_empty() {
            return Err(self.error("`fields` names no field"));
        }
        self.fields(element, names)
    }
}

/// What a rule is about: one on top of it replaces it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About {
    /// The members that have to be the same.
    pub(crate) same: &'static [&'static str],
    /// A list or table of things that are each replaced by themselves.
    pub(crate) parts: Option<&'static str>,
}

/// What the names in a rule mean in the definition that it is compiled for. An error names the nearest right spelling.
pub(crate) trait Names {
    /// The element.
    fn element(&self) -> &ElementDefinition;

    /// Whether it is the first one of its service.
    fn is_first(&self) -> bool;

    /// Whether the service is a report.
    fn is_report(&self) -> bool;

    /// The index of a field.
    fn place(&self, field: &str) -> Result<u16, InputError>;

    /// The index of a field, if it is there.
    fn find(&self, field: &str) -> Option<u16>;

    /// The index of another element, and those of some of its fields.
    fn elsewhere(&self, element: &str, fields: &[String]) -> Result<(u16, List<u16>), InputError>;

    /// A rule's value: where the field has a list, the label on it, which a site may have renamed; the code tells.
    fn label(&self, field: u16, value: &str) -> Result<Str, InputError>;

    /// Something else is wrong.
    fn error(&self, problem: &str) -> InputError;

    /// The indexes of fields.
    fn places(&self, fields: &[String]) -> Result<List<u16>, InputError> {
        let places: Vec<u16> = fields.iter().map(|field| self.place(field)).collect::<Result<_, _>>()?;
        Ok(places.into())
    }
}

/// Declares a rule's struct with the members that every rule has.
macro_rules! rule {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
            /// What P21 does when the rule is broken.
            pub consequence: String,
            /// Where the fact comes from and how sure it is.
            pub evidence: String,
            /// The P21 versions it holds for.
            #[serde(default)]
            pub versions: crate::facts::version::Versions,
            /// P21's text is not known: the rule's is ours.
            #[serde(default)]
            pub own_words: bool,
        }

        impl Rule for $name {
            fn consequence(&self) -> &str {
                &self.consequence
            }

            fn evidence(&self) -> &str {
                &self.evidence
            }

            fn versions(&self) -> &crate::facts::version::Versions {
                &self.versions
            }

            fn is_in_own_words(&self) -> bool {
                self.own_words || Spelled::lacks_text(self)
            }

            fn says(&self) -> String {
                Spelled::says(self)
            }
        }
    };
}
pub(super) use rule;

pub(super) fn text(text: &str) -> Str {
    text.to_owned().into()
}

pub(super) fn or<'a>(text: &'a str, default: &'a str) -> &'a str {
    if text.is_empty() { default } else { text }
}

/// A field, or alternatives that share a place.
pub(super) fn place(place: &OneOrMore) -> String {
    place.names().iter().map(|name| code(name)).collect::<Vec<_>>().join(" or ")
}

/// Names as code spans.
pub(super) fn codes(names: &[String]) -> String {
    names.iter().map(|name| code(name)).collect::<Vec<_>>().join(", ")
}

/// A name as a code span.
pub(super) fn code(text: &str) -> String {
    format!("`{}`", escape(text))
}

/// A text within a table of Markdown.
pub(super) fn escape(text: &str) -> String {
    text.trim().replace('|', "\\|").replace('\n', " ")
}
