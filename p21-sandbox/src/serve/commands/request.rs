//! The body of `POST /api/v2/commands`.

use crate::serve::json_net::{List, Number, Text, object};

// What the server calls these types is not known.
object! {
    /// Commands in order.
    Batch as "CommandBatch" {
        "Requests" => requests: List<Command>,
    }
}

object! {
    /// One command; `DetailLevel` makes no difference and is not read.
    Command as "Command" {
        "Action" => action: Number,
        "Args" => args: Option<Args>,
    }
}

object! {
    /// What a command is about; each has its own members.
    Args as "CommandArgs" {
        "ServiceName" => service_name: Text,
        "List" => list: List<Change>,
        "DatawindowName" => datawindow_name: Text,
        "Row" => row: Option<Number>,
        "ToolName" => tool_name: Text,
    }
}

object! {
    /// A value for a field.
    Change as "FieldChange" {
        "DatawindowName" => datawindow_name: Text,
        "FieldName" => field_name: Text,
        "Value" => value: Text,
    }
}

impl Batch {
    /// The commands.
    pub(super) fn requests(&self) -> impl Iterator<Item = &Command> {
        self.requests.iter()
    }
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
        match self.action.0 {
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
            list: List(Vec::new()),
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

    pub(super) fn changes(&self) -> impl Iterator<Item = &Change> {
        self.list.iter()
    }

    pub(super) fn datawindow(&self) -> &str {
        self.datawindow_name.as_str()
    }

    /// The row's number, from 1.
    pub(super) fn row(&self) -> Option<usize> {
        self.row.and_then(|Number(row)| usize::try_from(row).ok())
    }

    pub(super) fn tool(&self) -> &str {
        self.tool_name.as_str()
    }
}
