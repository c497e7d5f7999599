//! The Interactive API's wire: what a session's calls send, and what P21 answers.
//!
//! A session holds windows, which are driven one call at a time as a person would: open, type, change tab, add and select
//! rows, run tools, save, close. These are the shapes of version 2 (`/api/ui/interactive/v2`); [`v1`] has those of version 1
//! where they differ, and `xml` (feature `xml`) those of the XML flavour. They are read tolerantly, since installations differ, and written exactly as P21 documents them.
//!
//! | call | sends | is answered |
//! | --- | --- | --- |
//! | `POST /sessions` | [`SessionRequest`] | [`SessionCreated`] |
//! | `POST /v2/window` | [`OpenRequest`] | [`WindowOpened`] |
//! | `GET /v2/window?id=` | | [`WindowState`] |
//! | `PUT /v2/change` | [`ChangeRequest`] | [`ActionResult`] |
//! | `PUT /v2/tab` | [`TabRequest`] | [`ActionResult`] |
//! | `POST /v2/row` | [`AddRowRequest`] | [`ActionResult`] |
//! | `PUT /v2/row` | [`SelectRowRequest`] | [`ActionResult`] |
//! | `PUT /v2/data` | [`SaveRequest`], a bare JSON string | [`ActionResult`] |
//! | `GET /v2/data?id=` | | [`WindowData`] |
//! | `DELETE /v2/data?id=` | | [`ActionResult`] |
//! | `GET /v2/tools?windowId=` | | [`Tools`] |
//! | `POST /v2/tools` | [`RunToolRequest`] | [`ActionResult`] |
//!
//! HTTP 200 is not success: an [`ActionResult`] has a [`Status`]. A refusal has a body without one, an [`ErrorBody`].

mod lenient;

mod change;
mod refusal;
mod requests;
mod result;
mod said;
mod session;
mod state;
mod tools;
pub mod v1;
mod window;
#[cfg(feature = "xml")]
pub mod xml;

pub use change::{Change, ChangeRequest, ValueMeaning};
pub use refusal::ErrorBody;
pub use requests::{AddRowRequest, SaveRequest, SelectRowRequest, TabRequest};
pub use result::{ActionResult, ChangedField, Status};
pub use said::{Event, EventData, MessageType, WindowMessage};
pub use session::{PropertyGroup, SessionCreated, SessionRequest, SessionType};
pub use state::{
    Datawindow, DatawindowData, Style, TabPage, WindowData, WindowDefinition, WindowField, WindowState, WireDataType,
};
pub use tools::{RunToolRequest, Tool, Tools, ValidValue};
pub use window::{DataElement, MenuId, OpenRequest, WindowOpened};
