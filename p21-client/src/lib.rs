//! A client for Epicor Prophet 21's (P21's) Transaction API.
//!
//! Two doors lead everywhere. The **typed** door takes what generated bindings build
//! ([`submit`](Client::submit), [`read`](Client::read)); the **raw** one takes payloads as P21 spells them
//! ([`submit`](Client::submit) too, [`get_raw`](Client::get_raw)), or any request at all
//! ([`request`](Client::request)), with authentication, limits, retries and errors kept.
//!
//! ```no_run
//! use p21_client::{Client, Credentials};
//!
//! # async fn example() -> Result<(), p21_client::Error> {
//! let client = Client::builder("https://p21.example.com")
//!     .credentials(Credentials::password("svc_demo", "s3cret"))
//!     .build()?;
//! for service in client.services().await? {
//!     println!("{}", service.name);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! | what | typed | raw |
//! | --- | --- | --- |
//! | write, and know at once | [`submit`](Client::submit) | the same |
//! | write, and find out whatever happens | `submit(..)`[`.key(..)`](Submission::key) | `submit(..)`[`.states(..)`](Submission::states) |
//! | write, and ask later | `submit(..)`[`.queued()`](Submission::queued) | the same |
//! | write, and be told | `submit(..).queued()`[`.callback(..)`](Submission::callback) | the same |
//! | read | [`read`](Client::read) | [`get_raw`](Client::get_raw) |
//! | copy a record under another key | [`copy_record`](Client::copy_record) | |
//! | print | [`print`](Client::print) | [`print_raw`](Client::print_raw) |
//! | drive a window, in one call | [`run_commands`](Client::run_commands) | the same, by names |
//! | drive a window, step by step | [`session`](Client::session), see [`windows`] | the same, by names |
//!
//! Beside transactions, [`odata`] reads tables and views, [`pricing`] follows price pages to their libraries, and
//! [`resilience`] finds out what became of a write whose answer was lost.
//!
//! # Two hosts
//!
//! P21 has a middleware host, whose address the client is given, and a UI server that runs the transactions, whose
//! address the middleware hands out. **The bearer token is sent to both**, because that is how P21 works, even where
//! the UI server is another host. The address that is handed out is untrusted: it must be plain `http` or `https`,
//! and a middleware reached over `https` can't send the client to `http`. To pin the UI server, name it with
//! [`ClientBuilder::ui_url`].
//!
//! # What the client promises
//!
//! - HTTP 200 is not success: an [`Outcome`](p21_model::outcome::Outcome) holds a result a transaction.
//! - What takes long, or meets contaminated sessions, can be [queued](Submission::queued) and waited for, by a ticket that
//!   outlives the program.
//! - A write is never sent twice unless the first try can't have been stored. Where that isn't known, the error says
//!   so: [`Error::is_ambiguous`]. See [`Retry`]; with a [key](Submission::key) the client finds out by reading the record back.
//!   This relies on P21 looking at the token before anything else: after a 401 the client logs in and sends once more, as the
//!   sources advise. All causes of a 401 that they name are in the token; that nothing is ever stored under one wasn't measured.
//! - Every call ends: [`Timeouts`] has real defaults, and answers are bounded in size.
//! - Passwords, consumer keys and tokens appear in no `Debug`, error, log or address.
//! - Redirects are never followed silently.
//!
//! # Features
//!
//! | feature | |
//! | --- | --- |
//! | `windows`, on by default | sessions and windows of the Interactive API: [`Client::session`], [`Client::store`], [`windows`] |
//! | `callback` | a receiver of callbacks |
//! | `serde` | `Serialize`, and `Deserialize` where it makes sense, for what calls answer and the errors of it, for transactions and settings (a built row is written with its transaction) |
//!
//! # Types of other crates
//!
//! What may grow is `#[non_exhaustive]`. Few types of other crates stand in signatures, each on purpose and under a name of
//! this crate, so that a program needs no version of its own that fits:
//!
//! | type | of | why |
//! | --- | --- | --- |
//! | [`Method`], [`StatusCode`], [`Bytes`] | `http` and `bytes`, 1.x | what every HTTP crate has |
//! | [`Timestamp`] and the values of [`p21_model::value`] | `jiff`, 0.2 | moments and civil dates, which `std` lacks; a new major version of it is one of this crate |
//! | [`SecretString`] | `secrecy`, 0.10 | a secret that no `Debug` shows; `From<String>` and `From<&str>` are all that is needed |
//! | `callback::Router` (feature `callback`) | `axum`, 0.8 | what a program mounts |
#![forbid(unsafe_code)]

mod api;
mod auth;
mod builder;
#[cfg(feature = "callback")]
pub mod callback;
mod client;
mod clock;
mod credentials;
mod document;
mod error;
mod http;
mod limits;
pub mod odata;
pub mod pricing;
mod redact;
pub mod resilience;
mod retry;
mod single_flight;
#[cfg(feature = "windows")]
pub mod windows;
mod xml;

pub use api::asynchronous::{Pending, Polling, Ticket};
pub use api::callback::{Callback, SECRET_HEADER};
pub use api::copy::{Copied, Copier};
pub use api::discovery::ServiceInfo;
pub use api::flavour::Flavour;
pub use api::raw::{Host, Request};
pub use api::stored_procedure::{Argument, StoredProcedure};
pub use api::submit::{Many, Once, One, Payload, Queued, RawSet, Resolving, Submission, Submit, Typed};
pub use builder::ClientBuilder;
pub use bytes::Bytes;
pub use client::Client;
pub use clock::Clock;
pub use credentials::{ConsumerKey, Credentials, TokenApi};
pub use document::{Document, DocumentFailure, SaveError};
pub use error::{
    Contamination, Error, ErrorKind, FailedTransaction, ReportSilence, ServerError, TimeLimit, UnexpectedBody,
};
#[cfg(feature = "windows")]
pub use error::{FieldsSoFar, WindowContext};
pub use http::RawAnswer;
pub use jiff::Timestamp;
pub use limits::Timeouts;
pub use reqwest::{Method, StatusCode};
pub use resilience::Lookup;
pub use retry::Retry;
pub use secrecy::SecretString;
