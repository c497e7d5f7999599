//! The steps of a plan.

/// A field of an element and its value, as it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Value {
    /// The field's index in its element.
    pub field: u16,
    /// The text.
    pub value: String,
}

/// Something that is done. Elements are indexes, and rows are those of the record, numbered as they stand in it with
/// their children behind them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlanStep {
    /// It is shown that there is no record of this key: typing it would load that one.
    ProveAbsent {
        /// The form.
        element: u16,
        /// The key.
        key: Vec<Value>,
    },
    /// The window is opened.
    Open,
    /// The key of a stored record is typed, which loads it.
    Load {
        /// The row.
        row: usize,
        /// The form.
        element: u16,
        /// The key, each part in a call of its own.
        key: Vec<Value>,
        /// What says which part of the record is shown, each in a call of its own.
        with: Vec<Value>,
    },
    /// The key of a new record is typed, where the program gives it.
    NewKey {
        /// The row.
        row: usize,
        /// The form.
        element: u16,
        /// The key, each part in a call of its own.
        key: Vec<Value>,
    },
    /// The tab of an element is selected.
    Tab {
        /// The element.
        element: u16,
    },
    /// A row is added, or the blank one taken that the grid opens with.
    Add {
        /// The row.
        row: usize,
        /// The list.
        element: u16,
        /// The blank one is taken.
        is_there: bool,
    },
    /// The row with these values is selected.
    Pick {
        /// The row.
        row: usize,
        /// The list.
        element: u16,
        /// What it is known by.
        by: Vec<Value>,
        /// Where there is none it is added, and these values are typed.
        or_add: bool,
    },
    /// A row that was added or picked before is selected again.
    Select {
        /// The row.
        row: usize,
        /// The list.
        element: u16,
    },
    /// A form is read, and has to show the row that its list selected.
    Compare {
        /// The form's row.
        row: usize,
        /// The form.
        element: u16,
        /// The row of the list.
        of: usize,
        /// What the record says that it shows.
        shows: Vec<Value>,
    },
    /// Values are typed: one call.
    Type {
        /// The row.
        row: usize,
        /// The element.
        element: u16,
        /// The values.
        values: Vec<Value>,
    },
    /// A popup adds a row.
    Popup(Popup),
    /// The window is saved.
    Save,
    /// The key that P21 gave is taken.
    TakeKey {
        /// From what the window shows; otherwise from what the save says.
        shown: bool,
    },
    /// The window is closed, opened again, and the record that was stored is loaded.
    LoadAgain,
    /// What was stored is read and compared.
    Prove {
        /// The elements.
        elements: Vec<u16>,
    },
    /// A table is read and compared.
    ProveByTable {
        /// The element.
        element: u16,
    },
    /// Nothing shows what was stored in an element.
    Unproven {
        /// The element.
        element: u16,
    },
    /// The window is closed.
    Close,
}

/// Something that the window may ask while the plan is carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlanQuestion {
    /// What it is called.
    pub name: String,
    /// The class of the popup; empty if no source says it.
    pub class: String,
    /// A part of its title or text; empty if the class tells.
    pub says: String,
    /// The element and the fields that ask when they are typed.
    pub typed: Option<(u16, Vec<u16>)>,
    /// It may be asked when the record is saved.
    pub on_save: bool,
    /// The tool that answers it. Without one nobody has said what is answered: the record is then not stored.
    pub tool: Option<String>,
}

impl PlanQuestion {
    /// Whether one of these fields asks it.
    pub fn asks(&self, element: u16, fields: &[u16]) -> bool {
        let asks = |(of, asking): &(u16, Vec<u16>)| *of == element && asking.iter().any(|field| fields.contains(field));
        self.typed.as_ref().is_some_and(asks)
    }
}

/// A row that a popup adds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Popup {
    /// The row.
    pub row: usize,
    /// The element.
    pub element: u16,
    /// The row that is selected, to which it belongs.
    pub of: Option<usize>,
    /// The tool that opens it.
    pub tool: String,
    /// Fields of the record's row, and the popup's field for each.
    pub values: Vec<(Value, String)>,
    /// Fields of the popup that are given beside the record.
    pub beside: Vec<(String, String)>,
    /// The tool that picks every area.
    pub areas: Option<String>,
    /// The tool that is done with it.
    pub done: String,
}

impl PlanStep {
    /// The row of the record that the step is about, its element, and the values of it that the step uses.
    pub fn uses(&self) -> Option<(usize, u16, Vec<&Value>)> {
        match self {
            Self::Load { row, element, key, with } => Some((*row, *element, key.iter().chain(with).collect())),
            Self::NewKey { row, element, key } => Some((*row, *element, key.iter().collect())),
            Self::Pick { row, element, by, .. } => Some((*row, *element, by.iter().collect())),
            Self::Compare { row, element, shows, .. } => Some((*row, *element, shows.iter().collect())),
            Self::Type { row, element, values } => Some((*row, *element, values.iter().collect())),
            Self::Popup(popup) => {
                Some((popup.row, popup.element, popup.values.iter().map(|(value, _)| value).collect()))
            }
            _ => None,
        }
    }

    /// Whether it changes what is in the window.
    pub fn changes(&self) -> bool {
        matches!(self, Self::NewKey { .. } | Self::Add { .. } | Self::Type { .. } | Self::Popup(_))
            || matches!(self, Self::Pick { or_add: true, .. })
    }
}
