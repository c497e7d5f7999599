//! What goes wrong in sessions and windows: a name each, and the mend.

use std::fmt;

/// What went wrong in a session or a window of the Interactive API; see
/// [`ErrorKind::Window`](crate::ErrorKind::Window). What P21 said stays beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(tag = "name", rename_all = "kebab-case"))]
pub enum WindowProblem {
    /// The token has a session already, or every session that the server grants is taken (409).
    SessionExists,
    /// A session was to be ended by another token than its own (400 `Invalid session`).
    InvalidSession,
    /// The token names no real P21 user, as that of a consumer key without a user name.
    NoSuchUser,
    /// No session of the server's pool became free in time.
    PoolFull,
    /// The session is gone: it expired, was ended, or its token was refused.
    SessionLost,
    /// The session was ended by this program.
    SessionEnded,
    /// The window is gone, or was never this session's.
    WindowLost,
    /// The window can't be opened: it is unknown, not deployed, or not permitted.
    CannotOpen {
        /// What P21 calls it; empty for what it doesn't know at all.
        window: String,
    },
    /// The field can't be typed into, in the state that the record is in, by this user, on this build.
    ColumnDisabled {
        /// The field.
        field: String,
    },
    /// The window has no datawindow of that name.
    UnknownDatawindow {
        /// The name.
        datawindow: String,
    },
    /// The datawindow has no field of that name.
    UnknownField {
        /// The field; empty where P21 doesn't name it.
        field: String,
    },
    /// The window has no tab of that name.
    UnknownTab {
        /// The name; empty if none reached P21.
        tab: String,
    },
    /// The tab is disabled until something else is done.
    TabDisabled {
        /// The tab, where it is known.
        tab: String,
    },
    /// The value is none that the field takes.
    InvalidValue {
        /// The field.
        field: String,
    },
    /// Something that is required isn't there.
    RequiredMissing,
    /// There is no such row, or P21 has it selected already (422).
    NoSuchRow,
    /// Neither way of counting rows brought the row to the front: nothing was typed.
    RowNotSelected {
        /// The row, counted from 1.
        row: u32,
    },
    /// A detail form shows another row than the list has selected: nothing was typed.
    DetailMismatch,
    /// What was keyed is no record: the window is empty, and takes values all the same.
    NoSuchRecord,
    /// The window has no such tool, in the state that it is in.
    NoSuchTool {
        /// The name.
        tool: String,
    },
    /// A response window opened, and nobody said how it is answered.
    Asked {
        /// Its title.
        title: String,
        /// Its class: `w_message`.
        class: String,
    },
    /// The response window shows no such field, or has no such tool. Nothing was sent.
    NotOnResponseWindow {
        /// The field, behind its datawindow, or the tool.
        what: String,
        /// The fields or tools that it has.
        has: Vec<String>,
    },
    /// P21 asked nothing where a question had to come.
    NotAsked,
    /// A response window is still open after it was answered.
    StillAsked {
        /// Its title.
        title: String,
    },
    /// A response window that is open keeps every other call on the window out.
    Blocked {
        /// What P21 says of it: class, title and text.
        by: String,
    },
    /// P21 met a response window in a session that doesn't handle them.
    UnexpectedResponseWindow {
        /// Its title.
        title: String,
        /// Its class.
        class: String,
    },
    /// The call named its window by the wrong parameter, or in the wrong body.
    WindowIdMissing,
    /// A failure without a word (status 2, no messages).
    FailedSilently,
    /// A failure (status 2), for the reason that P21 gives.
    Failed,
    /// Neither success nor failure (status 0): no action was needed, or P21 couldn't tell.
    Undetermined,
    /// An empty 500: the call was swallowed, or its answer was lost.
    EmptyAnswer,
    /// An earlier call, whose caller didn't wait for it, failed.
    Unseen,
    /// A save that answers success without the event that says so.
    SaveUnconfirmed,
    /// A field that was typed with success holds something else when it is read.
    ValueLost {
        /// The field.
        field: String,
    },
    /// The record was saved, and a row that was typed beside its header is not in it.
    SavedWithoutRow {
        /// The datawindow.
        datawindow: String,
    },
    /// The record says that it was confirmed or saved, and what that should have brought about is not there.
    ShellConfirm {
        /// The field that shows it.
        field: String,
    },
    /// An answer that says 200 in DataContract XML: the `Accept` header was lost on the way.
    AcceptLost,
    /// Something that this flavour of the API has no form for. Nothing was sent.
    NotInThisFlavour {
        /// What.
        what: String,
    },
    /// Any other refusal.
    Refused,
}

/// How many names an error lists, beside the first.
const MOST_NAMES: usize = 19;

impl WindowProblem {
    /// Its name, in words joined by `-`. Stable.
    pub fn name(&self) -> &'static str {
        match self {
            Self::SessionExists => "session-exists",
            Self::InvalidSession => "invalid-session",
            Self::NoSuchUser => "no-such-user",
            Self::PoolFull => "pool-full",
            Self::SessionLost => "session-lost",
            Self::SessionEnded => "session-ended",
            Self::WindowLost => "window-lost",
            Self::CannotOpen { .. } => "cannot-open",
            Self::ColumnDisabled { .. } => "column-disabled",
            Self::UnknownDatawindow { .. } => "unknown-datawindow",
            Self::UnknownField { .. } => "unknown-field",
            Self::UnknownTab { .. } => "unknown-tab",
            Self::TabDisabled { .. } => "tab-disabled",
            Self::InvalidValue { .. } => "invalid-value",
            Self::RequiredMissing => "required-missing",
            Self::NoSuchRow => "no-such-row",
            Self::RowNotSelected { .. } => "row-not-selected",
            Self::DetailMismatch => "detail-mismatch",
            Self::NoSuchRecord => "no-such-record",
            Self::NoSuchTool { .. } => "no-such-tool",
            Self::Asked { .. } => "asked",
            Self::NotOnResponseWindow { .. } => "not-on-response-window",
            Self::NotAsked => "not-asked",
            Self::StillAsked { .. } => "still-asked",
            Self::Blocked { .. } => "blocked",
            Self::UnexpectedResponseWindow { .. } => "unexpected-response-window",
            Self::WindowIdMissing => "window-id-missing",
            Self::FailedSilently => "failed-silently",
            Self::Failed => "failed",
            Self::Undetermined => "undetermined",
            Self::EmptyAnswer => "empty-answer",
            Self::Unseen => "unseen",
            Self::SaveUnconfirmed => "save-unconfirmed",
            Self::ValueLost { .. } => "value-lost",
            Self::SavedWithoutRow { .. } => "saved-without-row",
            Self::ShellConfirm { .. } => "shell-confirm",
            Self::AcceptLost => "accept-lost",
            Self::NotInThisFlavour { .. } => "not-in-this-flavour",
            Self::Refused => "refused",
        }
    }

    /// What to do about it.
    pub fn mend(&self) -> &'static str {
        match self {
            Self::SessionExists => {
                "end the session that holds the slot with the token that made it, or wait for the server's cleanup (about 6 minutes)"
            }
            Self::InvalidSession => "only the token that made a session can end it; else the server's cleanup does",
            Self::NoSuchUser => "give the consumer key a user name that P21 knows",
            Self::PoolFull => "end sessions that nobody needs, or try again later",
            Self::SessionLost => "start another session; what was typed and not saved is lost",
            Self::SessionEnded => "start another session",
            Self::WindowLost => "open the window again; what was typed and not saved is lost",
            Self::CannotOpen { .. } => {
                "open it by its service name, and check that the window is deployed and the user may open it"
            }
            Self::ColumnDisabled { .. } => "leave the field out, or type first what enables it",
            Self::UnknownDatawindow { .. } => "take the name from the service's definition: the part after the dot",
            Self::UnknownField { .. } => "take the name from the service's definition",
            Self::UnknownTab { .. } => {
                "take the name from the service's definition: the part before the dot; a response window has no tabs"
            }
            Self::TabDisabled { .. } => {
                "type first what unlocks the tab: the events of a change name the tabs that it enables"
            }
            Self::InvalidValue { .. } => "take the value from the list of the field, or leave it to P21",
            Self::RequiredMissing => "type what P21 names, then save again: the window still holds the rest",
            Self::NoSuchRow => "read the rows first; rows are counted from 1",
            Self::RowNotSelected { .. } => {
                "read the rows first; the window may count in another way, and nothing was typed"
            }
            Self::DetailMismatch => "nothing was typed: read the list again, and select the row by its key",
            Self::NoSuchRecord => "nothing may be typed now: clear the window, and prove that the record exists first",
            Self::NoSuchTool { .. } => "list the tools; those of a tab appear once it was selected",
            Self::Asked { .. } => "answer it with `asked()`, or give a policy that says how",
            Self::NotOnResponseWindow { .. } => "take a name that it has: no definition has those of response windows",
            Self::NotAsked => "what was to be done is done: read the window, and check the tool or field",
            Self::StillAsked { .. } => {
                "type or select first what it wants, or answer it with another tool: see its list"
            }
            Self::Blocked { .. } => "answer the response window first: the window's `pending()` is it",
            Self::UnexpectedResponseWindow { .. } => "start the session with response windows handled, and answer it",
            Self::WindowIdMissing => "the server expects another version of the API: choose the session's flavour",
            Self::FailedSilently => {
                "P21 took nothing: on 25.2 a missing datawindow does this, elsewhere a tool that isn't there"
            }
            Self::Failed => "mend what P21 names: nothing of this call was taken",
            Self::Undetermined => "read the window: whether anything was done isn't known",
            Self::EmptyAnswer => {
                "read the window before anything else: the call was swallowed or its answer lost; a window that answers this \
                 each time it is opened can't be driven, only its transactions can"
            }
            Self::Unseen => "read the window: it doesn't hold what that call should have brought",
            Self::SaveUnconfirmed => "read the record back by its key in a fresh window",
            Self::ValueLost { .. } => "select the row again and type the field alone; a grid's key is typed last",
            Self::SavedWithoutRow { .. } => "the header is stored and the row is not: add the row to the stored record",
            Self::ShellConfirm { .. } => "the status is stored and its effect is not: look at the record in P21",
            Self::AcceptLost => "look for a proxy that drops the `Accept` header",
            Self::NotInThisFlavour { .. } => "use version 2 of the API, or do without",
            Self::Refused => "the same call will be answered the same: mend what P21 names",
        }
    }

    /// Whether the session or the window that it is about can't be used any more.
    pub(crate) fn is_lost(&self) -> bool {
        matches!(self, Self::SessionLost | Self::SessionEnded | Self::WindowLost)
    }

    /// Whether a call that saves may have saved although it ends like this.
    pub(crate) fn leaves_doubt(&self) -> bool {
        matches!(self, Self::Undetermined | Self::EmptyAnswer | Self::SaveUnconfirmed | Self::AcceptLost)
    }
}

impl fmt::Display for WindowProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quote = |text: &str| crate::redact::bounded(text, 200).escape_debug().to_string();
        match self {
            Self::SessionExists => f.write_str("there is a session already"),
            Self::InvalidSession => f.write_str("the session belongs to another token"),
            Self::NoSuchUser => f.write_str("the token names no P21 user"),
            Self::PoolFull => f.write_str("no session of the server's pool became free"),
            Self::SessionLost => f.write_str("the session is gone"),
            Self::SessionEnded => f.write_str("the session was ended"),
            Self::WindowLost => f.write_str("the window is gone"),
            Self::CannotOpen { window } if window.is_empty() => f.write_str("P21 knows no such window"),
            Self::CannotOpen { window } => write!(f, "the window `{}` can't be opened", quote(window)),
            Self::ColumnDisabled { field } => write!(f, "the column `{}` is disabled", quote(field)),
            Self::UnknownDatawindow { datawindow } => write!(f, "the window has no datawindow `{}`", quote(datawindow)),
            Self::UnknownField { field } if field.is_empty() => f.write_str("the datawindow has no such field"),
            Self::UnknownField { field } => write!(f, "the datawindow has no field `{}`", quote(field)),
            Self::UnknownTab { tab } if tab.is_empty() => f.write_str("the name of the tab didn't reach P21"),
            Self::UnknownTab { tab } => write!(f, "the window has no tab `{}`", quote(tab)),
            Self::TabDisabled { tab } if tab.is_empty() => f.write_str("the tab is disabled"),
            Self::TabDisabled { tab } => write!(f, "the tab `{}` is disabled", quote(tab)),
            Self::InvalidValue { field } => write!(f, "`{}` doesn't take the value", quote(field)),
            Self::RequiredMissing => f.write_str("a required value is missing"),
            Self::NoSuchRow => f.write_str("there is no such row"),
            Self::RowNotSelected { row } => write!(f, "row {row} can't be brought to the front"),
            Self::DetailMismatch => f.write_str("the detail form shows another row than the list"),
            Self::NoSuchRecord => f.write_str("there is no such record; the window is empty"),
            Self::NoSuchTool { tool } => write!(f, "the window has no tool `{}` now", quote(tool)),
            Self::Asked { title, class } => write!(f, "P21 asks: `{}` ({})", quote(title), quote(class)),
            Self::NotOnResponseWindow { what, has } => {
                write!(f, "the response window has no `{}`: ", quote(what))?;
                match &has[..] {
                    [] => f.write_str("it has no fields"),
                    [one, others @ ..] => {
                        write!(f, "it has `{}`", quote(one))?;
                        others.iter().take(MOST_NAMES).try_for_each(|other| write!(f, ", `{}`", quote(other)))?;
                        if others.len() > MOST_NAMES { f.write_str(", and more") } else { Ok(()) }
                    }
                }
            }
            Self::NotAsked => f.write_str("P21 asked nothing, though a question had to come"),
            Self::StillAsked { title } => write!(f, "the response window `{}` is still open", quote(title)),
            Self::Blocked { by } => write!(f, "a response window blocks the window: {}", quote(by)),
            Self::UnexpectedResponseWindow { title, class } => {
                write!(
                    f,
                    "P21 met a response window that the session doesn't handle: `{}` ({})",
                    quote(title),
                    quote(class)
                )
            }
            Self::WindowIdMissing => f.write_str("the window's id didn't reach P21"),
            Self::FailedSilently => f.write_str("P21 failed without a word"),
            Self::Failed => f.write_str("P21 failed"),
            Self::Undetermined => f.write_str("P21 answered neither success nor failure"),
            Self::EmptyAnswer => f.write_str("P21 answered an empty 500"),
            Self::Unseen => f.write_str("an earlier call, whose caller didn't wait, failed"),
            Self::SaveUnconfirmed => f.write_str("P21 answered success and no event that says that anything was saved"),
            Self::ValueLost { field } => write!(f, "`{}` holds something else than was typed", quote(field)),
            Self::SavedWithoutRow { datawindow } => {
                write!(f, "the record was saved without a row of `{}`", quote(datawindow))
            }
            Self::ShellConfirm { field } => {
                write!(f, "the save succeeded and `{}` shows that nothing came of it", quote(field))
            }
            Self::AcceptLost => f.write_str("XML where JSON was asked for"),
            Self::NotInThisFlavour { what } => write!(f, "this flavour of the API has no form for {}", quote(what)),
            Self::Refused => f.write_str("P21 refused"),
        }
    }
}
