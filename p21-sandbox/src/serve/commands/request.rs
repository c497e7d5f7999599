//! The body of `POST /api/v2/commands`.

use serde::Deserialize;

use crate::serve::transaction::request::Text;

/// Commands in order.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Batch {
    requests: Option<Vec<Option<Command>>>,
}

impl Batch {
    /// The commands.
    pub(super) fn requests(&self) -> impl Iterator<Item = &Command> {
        self.requests.iter().flatten().flatten()
    }
}

/// One command; `DetailLevel` makes no difference and is not read.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Command {
    action: i64,
    args: Option<Args>,
}

/// What a command is about; each has its own members.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Args {
    service_name: Text,
    list: Option<Vec<Change>>,
    datawindow_name: Text,
    row: Option<i64>,
    tool_name: Text,
}

/// A value for a field.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Change {
    pub(super) datawindow_name: Text,
    pub(super) field_name: Text,
    pub(super) value: Text,
}

/// What the numbers mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Open,
    Close,
    Change,
    SelectRow,
    Save,
    RunTool,
    /// Known by its answer only: it fails.
    Unmapped,
    /// The answer to the whole batch is empty.
    Void,
    /// Not there.
    Unknown,
}

impl Action {
    /// Whether the command needs a window and goes on in it.
    pub(super) fn is_in_window(self) -> bool {
        !matches!(self, Self::Open | Self::Void | Self::Unknown)
    }
}

impl Command {
    pub(super) fn action(&self) -> Action {
        match self.action {
            0 => Action::Open,
            1 => Action::Close,
            2 => Action::Change,
            3 => Action::Void,
            4 if self.args().datawindow().is_empty() => Action::Void,
            4 => Action::Unmapped,
            5 => Action::SelectRow,
            6 => Action::Save,
            9 => Action::RunTool,
            _ => Action::Unknown,
        }
    }

    pub(super) fn args(&self) -> &Args {
        static NONE: Args = Args {
            service_name: Text(None),
            list: None,
            datawindow_name: Text(None),
            row: None,
            tool_name: Text(None),
        };
        self.args.as_ref().unwrap_or(&NONE)
    }
}

impl Args {
    pub(super) fn service(&self) -> &str {
        self.service_name.as_str()
    }

    pub(super) fn changes(&self) -> &[Change] {
        self.list.as_deref().unwrap_or_default()
    }

    pub(super) fn datawindow(&self) -> &str {
        self.datawindow_name.as_str()
    }

    /// The row's number, from 1.
    pub(super) fn row(&self) -> Option<usize> {
        self.row.and_then(|row| usize::try_from(row).ok())
    }

    pub(super) fn tool(&self) -> &str {
        self.tool_name.as_str()
    }
}
