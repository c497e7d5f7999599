//! The XML flavour of the Interactive API, as one description shows it: the same calls on windows, in documents of their own.
//!
//! Nobody has seen a server that speaks it; what stands here is that description, and, where it is silent, a choice of
//! ours, which says so. Requests are in the namespace [`INTERACTIVE`](crate::xml::INTERACTIVE), answers in none. Rows are
//! counted from 0, dates are `12/31/2027`, and there are neither response windows nor tabs in changes.
//!
//! | call | sends | is answered |
//! | --- | --- | --- |
//! | `POST /common/session` | [`SessionRequest`] (its form is a choice) | not shown |
//! | `POST /window` | [`WindowType`] | `OpenWindowResult` |
//! | `GET /window?id=` | | not shown |
//! | `DELETE /window?id=` | | not shown |
//! | `PUT /change` | [`ChangeRequest`] | `ChangeResult` |
//! | `POST /row` | [`RowRequest`] | not shown: the number of the row, and what P21 fills in |
//! | `PUT /row` | [`RowRequest`] with a `Row` (a choice) | not shown |
//! | `POST /row/data` | [`RowDataRequest`] | not shown |
//! | `PUT /data` | [`SaveRequest`] | not shown, but for `KeyValue` |
//! | `GET /data?id=`, `DELETE /data?id=` | | not shown |
//! | `PUT /tab` | [`TabRequest`] | not shown |
//! | `GET /tools?id=` | | not shown |
//! | `POST /tools` | [`ToolRequest`] | not shown |
//! | `GET /values?id=&dataWindowName=&fieldName=` (its parameters are a choice) | | `Values` |
//!
//! An [`XmlAnswer`] has whatever members the answers have; its methods say the same as version 2 would.

mod answer;
mod dates;
mod read;
mod request;
mod state;

pub use answer::{WindowStatus, XmlAnswer};
pub use dates::{date, spelt};
pub use request::{
    Body, Change, ChangeRequest, RowDataRequest, RowRequest, SaveRequest, SessionRequest, TabRequest, ToolRequest,
    WindowType,
};
