//! A client for Epicor Prophet 21's (P21's) Transaction API.
//!
//! Two doors lead everywhere. The **typed** door takes what generated bindings build
//! ([`submit`](Client::submit), [`read`](Client::read)); the **raw** one takes payloads as P21 spells them
//! ([`submit_raw`](Client::submit_raw), [`get_raw`](Client::get_raw)), or any request at all
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
//! - A write is never sent twice unless the first try can't have been stored. Where that isn't known, the error says
//!   so: [`Error::is_ambiguous`]. See [`Retry`].
//! - Every call ends: [`Timeouts`] has real defaults, and answers are bounded in size.
//! - Passwords, consumer keys and tokens appear in no `Debug`, error, log or address.
//! - Redirects are never followed silently.
#![forbid(unsafe_code)]

mod api;
mod auth;
mod builder;
mod client;
mod credentials;
mod error;
mod http;
mod limits;
mod redact;
mod retry;
mod single_flight;
mod xml;

pub use api::discovery::ServiceInfo;
pub use api::key::Key;
pub use api::raw::{Host, Request};
pub use builder::ClientBuilder;
pub use client::Client;
pub use credentials::{ConsumerKey, Credentials, TokenApi};
pub use error::{Error, ServerError};
pub use http::Answer;
pub use limits::Timeouts;
pub use reqwest::{Method, StatusCode};
pub use retry::Retry;
pub use secrecy::SecretString;
