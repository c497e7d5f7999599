//! What a window command does: its number, and the arguments that belong to it (verified on 26.1).

use super::contract::arguments::{DATAWINDOW_NAME, LIST, ROW, SERVICE_NAME, TOOL_NAME};

/// What a step of a window does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Open,
    Close,
    Change,
    SelectRow,
    Save,
    RunTool,
}

impl Action {
    const ALL: [Self; 6] = [Self::Open, Self::Close, Self::Change, Self::SelectRow, Self::Save, Self::RunTool];

    /// The action of a number; `None` where P21 has none that works.
    pub(crate) fn of(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|action| i64::from(action.number()) == number)
    }

    /// The number that it has on the wire.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Open => 0,
            Self::Close => 1,
            Self::Change => 2,
            Self::SelectRow => 5,
            Self::Save => 6,
            Self::RunTool => 9,
        }
    }

    /// The names of its arguments.
    pub(crate) const fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Open => &[SERVICE_NAME],
            Self::Change => &[LIST],
            Self::SelectRow => &[DATAWINDOW_NAME, ROW],
            Self::RunTool => &[TOOL_NAME, ROW],
            Self::Close | Self::Save => &[],
        }
    }
}
