//! What a service's window needs and no definition says: how it is opened, where things stand in it, in which order it is
//! filled, what it asks, and how that which it stored is shown.
//!
//! Every rule of every version stands in one list; [`ServiceSchema::window`](super::ServiceSchema::window) is the view of one version.

mod view;

use super::{Codes, Labels, List, Named, Occasion, Places, Str, Why};
pub use view::WindowFacts;

#[cfg(feature = "rules")]
use serde::Deserialize;

/// Something known of the window of a service.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct WindowFact {
    /// What it says.
    pub kind: WindowFactKind,
    /// Why, and on which versions.
    pub why: Why,
}

impl WindowFact {
    #[doc(hidden)]
    pub const fn new(kind: WindowFactKind, why: Why) -> Self {
        Self { kind, why }
    }
}

/// What a rule about a window says. Elements and fields are indexes.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum WindowFactKind {
    /// What opens it, and what it is called.
    Opening(Opening),
    /// An element stands elsewhere than its name says, or beside every tab.
    Place(Place),
    /// How the key of a record is typed.
    KeyEntry(KeyEntry),
    /// The order in which the parts of a record are typed, and what each of them opens.
    Stages(Stages),
    /// A grid that opens with a blank row: the first new row is that one.
    FirstRow {
        /// The grid.
        element: u16,
    },
    /// Typing this field moves the cursor of the grid: what is typed after it is lost.
    CursorKey {
        /// The grid.
        element: u16,
        /// The field.
        field: u16,
    },
    /// No two of these fields in one call.
    SeparateCalls {
        /// The element.
        element: u16,
        /// The fields.
        fields: List<u16>,
    },
    /// These fields pick a row that is there. They are never typed, and no row is added.
    Selector {
        /// The list.
        element: u16,
        /// The fields that a row is known by.
        fields: List<u16>,
        /// In a new record, or in one that is there.
        on: Occasion,
    },
    /// A form that shows the row which a list selected.
    Detail(Detail),
    /// Rows that a popup adds: the element's own columns can't be typed.
    PopupEntry(PopupEntry),
    /// Something that a window asks.
    Dialog(Dialog),
    /// How what was stored is shown.
    Proof {
        /// The element.
        element: u16,
        /// How.
        by: Proof,
    },
    /// By which door a record goes.
    Door {
        /// A record with one of these; none for every record.
        elements: List<u16>,
        /// A new record, or one that exists.
        on: Occasion,
        /// The door.
        door: Door,
    },
}

/// What opens a window, and what it is called.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Opening {
    /// Its title; empty if no source says it.
    pub title: Str,
    /// Its class; empty if no source says it.
    pub class: Str,
    /// Its names in the XML description, for windows that are in it.
    pub xml: Option<XmlNames>,
}

/// What the XML description calls a window and its parts.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct XmlNames {
    /// `MenuId`.
    pub menu: Str,
    /// `ServiceName`; empty if it names none.
    pub service: Str,
    /// The names of datawindows, and the elements that they are.
    pub datawindows: Named<u16>,
    /// The names of tabs, and the elements on them.
    pub tabs: Named<u16>,
}

/// Where an element stands in the window.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Place {
    /// The element.
    pub element: u16,
    /// The tab; empty for that of the element's name.
    pub page: Str,
    /// What its datawindow may be called; none for that of the element's name. Of several the window tells which it is.
    pub datawindows: Labels,
    /// It is shown with every tab: no tab has to be selected for it.
    pub band: bool,
}

/// How the key of a record is typed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct KeyEntry {
    /// The form that has it.
    pub element: u16,
    /// The fields, in the order in which they are typed. Where they name a record that is there, they load it.
    pub fields: List<u16>,
    /// Fields that belong to the key of a record that is there, typed after it: they say which part of it is shown.
    pub with: List<u16>,
    /// Where the key of a new record comes from.
    pub new: NewKey,
}

/// Where the key of a new record comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "rules", derive(Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum NewKey {
    /// The program gives it. Of a record that is there it would load that one: that there is none is proven first.
    Given,
    /// P21 assigns it, and the save says it in an event.
    AssignedAndTold,
    /// P21 assigns it, and the window shows it after the save.
    AssignedAndShown,
}

/// The order in which the parts of a record are typed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Stages {
    /// Of a new record, or of one that is there.
    pub on: Occasion,
    elements: List<u16>,
    fields: Places,
    wants: Places,
    unlocks: Places,
}

/// A part of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part<'a> {
    /// The element.
    pub element: u16,
    /// The fields; none for all that no other part of the element names.
    pub fields: &'a [u16],
    /// Elements that need rows before this part is typed.
    pub wants: &'a [u16],
    /// Elements that are disabled until this part is typed.
    pub unlocks: &'a [u16],
}

impl Stages {
    #[doc(hidden)]
    pub const fn new(on: Occasion, elements: List<u16>, fields: Places, wants: Places, unlocks: Places) -> Self {
        Self { on, elements, fields, wants, unlocks }
    }

    /// The parts, in their order. What is in none of them is not typed.
    pub fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        let parts = self.fields.iter().zip(self.wants.iter()).zip(self.unlocks.iter());
        let parts = self.elements.iter().zip(parts);
        parts.map(|(element, ((fields, wants), unlocks))| Part { element: *element, fields, wants, unlocks })
    }

    /// The elements of the parts, in their order.
    pub const fn elements(&self) -> &List<u16> {
        &self.elements
    }

    /// What the parts say, each a place: their fields, what they want, what they unlock.
    pub const fn places(&self) -> [&Places; 3] {
        [&self.fields, &self.wants, &self.unlocks]
    }
}

/// A form that shows the row which a list selected.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Detail {
    /// The form.
    pub element: u16,
    /// The list.
    pub list: u16,
    /// The form's fields that say which row it shows: read and compared before anything is typed, and never typed.
    pub fields: List<u16>,
    /// The list's fields that they repeat, in the same order.
    pub of: List<u16>,
}

/// How a popup adds a row to an element whose own columns can't be typed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PopupEntry {
    /// The element.
    pub element: u16,
    /// The tool that opens the popup, by its name: labels are no names.
    pub tool: Str,
    /// The popup's class.
    pub class: Str,
    /// The popup's datawindow.
    pub datawindow: Str,
    /// The popup's fields, and those of the element that they are.
    pub fields: Named<u16>,
    /// Fields of the popup that the element does not have: the program may give them beside the record.
    pub more: Labels,
    /// The tool that picks every area; empty where areas are picked already.
    pub areas: Str,
    /// The tool that is done with the popup.
    pub done: Str,
    /// A field of the popup, and the element and field whose value in the current row it has to say before it is done.
    pub compare: Named<(u16, u16)>,
    /// Only a record that is stored takes it: a new one is saved and loaded again first.
    pub stored_only: bool,
}

/// Something that a window asks.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Dialog {
    /// What the question is called among those of the service.
    pub name: Str,
    /// The element and the fields that ask when they are typed.
    pub typed: Option<(u16, List<u16>)>,
    /// It may be asked when the record is saved.
    pub on_save: bool,
    /// The class of the popup; empty if no source says it.
    pub class: Str,
    /// A part of its title or text that tells it from others of the class; empty if the class tells.
    pub says: Str,
    /// The answers: what each is called, and the tool that gives it.
    pub answers: Codes,
    /// The answer that is always right; without one the program has to say which.
    pub always: Option<u16>,
    /// It is asked whenever one of the fields is typed. Otherwise it may be.
    pub certain: bool,
}

/// How what was stored is shown.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Proof {
    /// By a read of the record.
    Read,
    /// By a database table.
    Table {
        /// The table.
        table: Str,
        /// A column, and the element and field whose value it has to have: so the rows are found.
        join: Named<(u16, u16)>,
        /// The column that has the number of the parent's row, from 1; empty if the join says which row.
        row: Str,
        /// A column, and the field of the element that it shows.
        columns: Named<u16>,
    },
    /// Nothing that any source names shows it.
    Nothing,
}

/// The door by which a record goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "rules", derive(Deserialize))]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(any(feature = "rules", feature = "serde"), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Door {
    /// The Transaction API.
    Transaction,
    /// A window.
    Window,
    /// The commands endpoint.
    Commands,
    /// A transaction stores the rest of the record, and then a window adds these elements: two steps.
    TransactionThenWindow,
}
