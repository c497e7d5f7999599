//! What is known of a window on one version.

use super::{Detail, Dialog, Door, KeyEntry, Opening, Place, PopupEntry, Proof, Stages, WindowFact, WindowFactKind};
use crate::facts::name::split_element;
use crate::facts::schema::{ElementSchema, ServiceSchema, Why};
use crate::facts::version::Version;

/// The rules about a window that hold on one version.
#[derive(Debug, Clone, Copy)]
pub struct WindowFacts<'a> {
    schema: &'a ServiceSchema,
    version: Version,
}

macro_rules! one_kind {
    ($($(#[$doc:meta])* $name:ident: $variant:ident => $of:ty;)+) => {
        $($(#[$doc])*
        pub fn $name(self) -> impl Iterator<Item = (&'a $of, &'a Why)> {
            self.rules().filter_map(|rule| match &rule.kind {
                WindowFactKind::$variant(said) => Some((said, &rule.why)),
                _ => None,
            })
        })+
    };
}

impl ServiceSchema {
    /// What is known of the service's window on a version.
    pub fn window(&self, version: Version) -> WindowFacts<'_> {
        WindowFacts { schema: self, version }
    }
}

impl<'a> WindowFacts<'a> {
    /// The service.
    pub fn schema(self) -> &'a ServiceSchema {
        self.schema
    }

    /// The version that is looked at.
    pub fn version(self) -> Version {
        self.version
    }

    /// Every rule of the version.
    pub fn rules(self) -> impl Iterator<Item = &'a WindowFact> {
        self.schema.windows.iter().filter(move |rule| rule.why.versions.include(self.version))
    }

    one_kind! {
        /// Where elements stand that don't stand where their names say.
        places: Place => Place;
        /// In which order the parts of a record are typed.
        stages: Stages => Stages;
        /// Forms that show the row which a list selected.
        details: Detail => Detail;
        /// Elements whose rows a popup adds.
        popup_entries: PopupEntry => PopupEntry;
        /// What the window asks.
        dialogs: Dialog => Dialog;
    }

    /// What opens the window; without it nobody has said how, and nothing is typed into it.
    pub fn opening(self) -> Option<(&'a Opening, &'a Why)> {
        self.rules().find_map(|rule| match &rule.kind {
            WindowFactKind::Opening(opening) => Some((opening, &rule.why)),
            _ => None,
        })
    }

    /// How the key of a record is typed.
    pub fn key_entry(self) -> Option<(&'a KeyEntry, &'a Why)> {
        self.rules().find_map(|rule| match &rule.kind {
            WindowFactKind::KeyEntry(entry) => Some((entry, &rule.why)),
            _ => None,
        })
    }

    /// Where an element stands, if a rule says so.
    pub fn place(self, element: u16) -> Option<&'a Place> {
        self.places().map(|(place, _)| place).find(|place| place.element == element)
    }

    /// The tab that an element stands on.
    pub fn page(self, element: &'a ElementSchema) -> &'a str {
        match self.place(element.index) {
            Some(place) if !place.page.is_empty() => &place.page,
            _ => split_element(&element.name).0,
        }
    }

    /// What the datawindow of an element may be called; more than one where sources disagree and the window has to tell.
    pub fn datawindows(self, element: &'a ElementSchema) -> Vec<&'a str> {
        match self.place(element.index) {
            Some(place) if !place.datawindows.is_empty() => place.datawindows.iter().collect(),
            _ => vec![element.datawindow()],
        }
    }

    /// Whether an element is shown with every tab.
    pub fn is_band(self, element: u16) -> bool {
        self.place(element).is_some_and(|place| place.band)
    }

    /// Whether a grid opens with a blank row.
    pub fn has_first_row(self, of: u16) -> bool {
        self.rules().any(|rule| matches!(rule.kind, WindowFactKind::FirstRow { element } if element == of))
    }

    /// The fields of a grid that move its cursor.
    pub fn cursor_keys(self, of: u16) -> impl Iterator<Item = u16> {
        self.rules().filter_map(move |rule| match rule.kind {
            WindowFactKind::CursorKey { element, field } if element == of => Some(field),
            _ => None,
        })
    }

    /// The groups of fields of an element of which no two may be in one call.
    pub fn separate_calls(self, of: u16) -> impl Iterator<Item = &'a [u16]> {
        self.rules().filter_map(move |rule| match &rule.kind {
            WindowFactKind::SeparateCalls { element, fields } if *element == of => Some(&**fields),
            _ => None,
        })
    }

    /// The fields that pick a row of a list, where its rows are picked and never typed.
    pub fn selector(self, of: u16, is_new: bool) -> Option<&'a [u16]> {
        self.rules().find_map(|rule| match &rule.kind {
            WindowFactKind::Selector { element, fields, on } if *element == of && on.includes(is_new) => {
                Some(&**fields)
            }
            _ => None,
        })
    }

    /// How rows of an element are entered, where a popup adds them.
    pub fn popup_entry(self, of: u16) -> Option<&'a PopupEntry> {
        self.popup_entries().map(|(entry, _)| entry).find(|entry| entry.element == of)
    }

    /// The list whose selected row a form shows.
    pub fn detail(self, of: u16) -> Option<&'a Detail> {
        self.details().map(|(detail, _)| detail).find(|detail| detail.element == of)
    }

    /// How what was stored in an element is shown; by a read where no rule says otherwise.
    pub fn proof(self, of: u16) -> &'a Proof {
        const READ: &Proof = &Proof::Read;
        let ruled = self.rules().find_map(|rule| match &rule.kind {
            WindowFactKind::Proof { element, by } if *element == of => Some(by),
            _ => None,
        });
        ruled.unwrap_or(READ)
    }

    /// The doors that rules name for a record with these elements, new or not.
    pub fn doors(self, elements: &'a [u16], is_new: bool) -> impl Iterator<Item = (Door, &'a [u16], &'a Why)> {
        self.rules().filter_map(move |rule| match &rule.kind {
            WindowFactKind::Door { elements: of, on, door } => {
                let is_meant = of.is_empty() || of.iter().any(|element| elements.contains(element));
                (is_meant && on.includes(is_new)).then_some((*door, &**of, &rule.why))
            }
            _ => None,
        })
    }
}
