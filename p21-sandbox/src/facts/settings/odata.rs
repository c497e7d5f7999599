//! What can be switched about OData.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use super::words::words;

/// What an unknown column in `$select` is answered with: the facts about P21 have both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum UnknownSelect {
    /// 404 with `Could not find a property named ...` (verified on 26.1).
    #[default]
    Message,
    /// 404 without a body (verified on 2026.1).
    Empty,
}

/// The form of error bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ErrorForm {
    /// The text alone.
    #[default]
    Text,
    /// `{"error":{"code":"404","message":"..."}}`, as the documentation has it.
    Envelope,
}

/// The settings of the OData service.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct OData {
    /// What an unknown column in `$select` is answered with.
    pub unknown_select: UnknownSelect,
    /// The form of error bodies.
    pub error_body: ErrorForm,
    /// Password users whose setting *Allow OData API Service* is No: 401 on every table and view.
    pub users_without_rights: BTreeSet<String>,
    /// Password users with a *Dataservice Permission* list: 401 on what is not in it. Others may read everything.
    pub tables_of_user: BTreeMap<String, BTreeSet<String>>,
    /// The zone whose offset datetimes carry; the machine's own by default.
    pub time_zone: TimeZone,
}

impl Default for OData {
    fn default() -> Self {
        Self {
            unknown_select: UnknownSelect::default(),
            error_body: ErrorForm::default(),
            users_without_rights: BTreeSet::new(),
            tables_of_user: BTreeMap::new(),
            time_zone: TimeZone::system(),
        }
    }
}

words!(UnknownSelect: Message = "message", Empty = "empty");
words!(ErrorForm: Text = "text", Envelope = "envelope");
