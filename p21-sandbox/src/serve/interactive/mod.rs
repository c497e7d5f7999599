//! The Interactive API: sessions, and windows that live in them from one request to the next.
//!
//! | | |
//! | --- | --- |
//! | `sessions`, `session` | who has one, for how long, and the windows in it |
//! | `form` | a window: the engine's, and what of it is in view |
//! | `change`, `rows`, `save`, `tools` | what is done in one |
//! | `popup`, `entry` | what a window asks, and what is entered in a popup, as windows of their own |
//! | `state` | what is shown |
//! | `request`, `answer` | bodies |
//! | `accept` | JSON, XML, or an empty 500 |
//! | `routes` | paths |
//! | `xml` | the XML flavour: the same windows by names and documents of their own |
//!
//! Every window is the engine's own ([`crate::window`]), on the same records as transactions and OData. Which version does
//! what is in `facts/habits.toml`, what nobody has seen in the [`Unknowns`](crate::Unknowns).

mod accept;
mod answer;
mod change;
mod entry;
mod form;
mod popup;
mod request;
mod routes;
mod rows;
mod save;
mod session;
mod sessions;
mod state;
mod tools;
mod wizard;
mod xml;

pub(crate) use routes::routes;
pub(crate) use sessions::Sessions;
