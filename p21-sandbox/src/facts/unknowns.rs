//! What P21 does where nobody has seen it, or where those who have disagree.

use super::settings::interactive::{
    BurntCall, GoneSession, GoneWindow, IdleSession, SessionSlot, ToolsById, UnsavedClose,
};
use super::settings::words::words;

/// Answers to open questions about P21. The defaults are what seems likeliest; a client that has to hold whatever P21 turns
/// out to do is tested with the others as well.
///
/// ```
/// use p21_sandbox::{AbsentRecord, Sandbox};
/// let other = Sandbox::builder().configure(|config| config.unknowns.absent_record = AbsentRecord::Refused);
/// # let _ = other;
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unknowns {
    /// The form of asynchronous requests. Sources disagree, and versions may not be why.
    pub async_form: AsyncForm,
    /// What a read answers for a record that is not there.
    pub absent_record: AbsentRecord,
    /// What a transaction, a read or a submission for an unknown service is answered with. (That `definition` answers an
    /// empty 500 is known.)
    pub unknown_service: RefusalForm,
    /// What a transaction does with an element that the service does not have.
    pub unknown_element: UnknownElement,
    /// What a read by the key of a list is answered with. Only that it fails is known.
    pub list_read: ListRead,
    /// What a read does with a field that it names beside the key of its record.
    pub further_keys: FurtherKeys,
    /// What becomes of a record that exists and may not be created again (an assembly), where the payload does not name
    /// its keys. Sources disagree.
    pub created_again: CreatedAgain,
    /// What a header means that has the other keys of a stored record, but not the number P21 gave it: a contract's company
    /// and number without its `job_no`.
    pub equal_numbers: EqualNumbers,
    /// What `Keys` given as a text instead of a list lead to.
    pub bare_keys: BareKeys,
    /// What becomes of members that P21 takes and whose meaning is not known: `FieldMap`, `Parameters`, `Query`, a split
    /// method other than `Standard`, `Documents` of a transaction, `RelativeDateEdits` of a row.
    pub unread_members: UnreadMembers,
    /// What a session of the Interactive API occupies. That the slot is the token's is inferred.
    pub session_slot: SessionSlot,
    /// What becomes of a session that was idle for too long: how its timeout and the cleanup work together is not known.
    pub idle_session: IdleSession,
    /// What a call of the Interactive API without a session is answered with.
    pub gone_session: GoneSession,
    /// What a call about a window that is not there, or is somebody else's, is answered with.
    pub gone_window: GoneWindow,
    /// What becomes of a window that is closed with something unsaved in it.
    pub unsaved_close: UnsavedClose,
    /// What `GET /tools?id=` is answered with.
    pub tools_by_id: ToolsById,
    /// Whether the call after one about an unknown datawindow is lost. What 25.2 does is not known.
    pub burnt_call: BurntCall,
}

/// What a header means whose keys are those of a stored record, but for the number that P21 gave it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum EqualNumbers {
    /// The stored record: it is updated.
    #[default]
    SameRecord,
    /// A renewal: a record of its own, with the next number.
    Renewal,
}

/// The form of asynchronous requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AsyncForm {
    /// Words before 26.1, numbers from then on.
    #[default]
    ByVersion,
    /// 202, and a status that is a word.
    Words,
    /// 200, a status that is a number, and messages that are JSON in a string.
    Numbers,
}

/// What a read answers for a record that is not there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AbsentRecord {
    /// 200 and the blank window, as for a read without states.
    #[default]
    Blank,
    /// The error envelope with status 500 and the window's own words.
    Refused,
}

/// How a request is refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusalForm {
    /// An empty 500.
    #[default]
    Silent,
    /// The error envelope, with status 400.
    BadRequest,
}

/// What a transaction does with an element that the service does not have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnknownElement {
    /// It fails.
    #[default]
    Fails,
    /// It passes without the element.
    Ignored,
}

/// What a read by the key of a list is answered with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListRead {
    /// The error envelope, with status 500.
    #[default]
    Envelope,
    /// An empty 500.
    Silent,
    /// The error envelope, with status 400.
    BadRequest,
}

/// What a read does with a field beside the key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum FurtherKeys {
    /// Nothing: the key finds the record.
    #[default]
    Ignored,
    /// It compares it: a record with another value isn't there.
    Compared,
}

/// What becomes of a record that exists and may not be created again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CreatedAgain {
    /// It is changed, as records of other services are.
    #[default]
    Changes,
    /// The transaction fails, unless the payload names the record's keys.
    Refused,
}

/// What `Keys` given as a text lead to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum BareKeys {
    /// 400, as for objects in the list.
    #[default]
    Refused,
    /// They count as if they were not there.
    Ignored,
}

/// What becomes of members whose meaning is not known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnreadMembers {
    /// They are ignored; the answer names them in its header `P21-Sandbox`, and the log does.
    #[default]
    Ignored,
    /// 501, with a text that names them.
    Refused,
}

words!(EqualNumbers: SameRecord = "same-record", Renewal = "renewal");
words!(AsyncForm: ByVersion = "by-profile", Words = "words", Numbers = "numbers");
words!(AbsentRecord: Blank = "blank", Refused = "refused");
words!(RefusalForm: Silent = "silent", BadRequest = "bad-request");
words!(UnknownElement: Fails = "fails", Ignored = "ignored");
words!(ListRead: Envelope = "envelope", Silent = "silent", BadRequest = "bad-request");
words!(FurtherKeys: Ignored = "ignored", Compared = "compared");
words!(CreatedAgain: Changes = "changes", Refused = "refused");
words!(BareKeys: Refused = "refused", Ignored = "ignored");
words!(UnreadMembers: Ignored = "ignored", Refused = "refused");
