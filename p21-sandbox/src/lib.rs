//! A local server that behaves like Prophet 21 (P21) on the wire, silent failures included: nobody can test against an
//! ERP.
//!
//! ```no_run
//! # async fn f() -> Result<(), Box<dyn std::error::Error>> {
//! use p21_sandbox::{Profile, Sandbox};
//!
//! let sandbox = Sandbox::builder().profile(Profile::v26_1()).start().await?;
//! let base_url = sandbox.url(); // user `sandbox`, password `sandbox`
//! // ... talk to it ...
//! sandbox.stop().await;
//! # Ok(()) }
//! ```
//!
//! It interprets service definitions and rules, whichever it is given: a window is replayed edit by edit, as P21 does
//! it. What neither can say about a service is a small file of its own in the source (`behaviour`).
//!
//! # What is simulated
//!
//! * Tokens, v1 and v2, by password and by consumer key, as JSON or XML; the router and its redirect; the server info;
//!   401 in both forms. The UI server's paths are below `/uiserver0`.
//! * The list of services, definitions, defaults, basics; undeployed windows and unknown names.
//! * `POST /api/v2/transaction`: sets of independent transactions, each of them atomic; the current row and what lands
//!   on it; keys, folding and upserts; cascades; required, shut, computed and numbered columns; labels and codes;
//!   `IgnoreDisabled` in all its outcomes; empty values; the grammar of messages; the echo.
//! * `POST /api/v2/transaction/get`: whole windows, every element and field; blank ones for what is not there.
//! * Binding as Json.NET does it: names by letter and case, its error texts with path and position, the status that is
//!   a 500 on older builds and a 400 on newer ones.
//! * The profiles 25.2 and 26.1; a build number selects what changed between builds.
//!
//! # What is not simulated
//!
//! Asynchronous transactions, commands, PDF reports, the Interactive API, OData, the Entity, Inventory and UDT
//! services, and XML bodies are answered with 501 and a text that says so. The session pool never gets dirty, response
//! windows never open. Field lengths are not known and not enforced. DynaChange rules, prices, stock, taxes and
//! documents that P21 would produce on its own do not exist. Scopes of consumer keys ride in the token and are not
//! enforced.
//!
//! # Choices
//!
//! Where the facts about P21 are silent, the sandbox does this. What has a name in [`Config`] can be switched.
//!
//! | question | choice |
//! | --- | --- |
//! | `Results` when no transaction passed | null ([`Config::results_on_failure`]) |
//! | a set without `Transactions` | 200, nothing succeeded, nothing failed |
//! | an unknown service | an empty 500, as on `definition` |
//! | an unknown element | fails with `General Exception: Invalid data element name: ...` |
//! | a body that is neither JSON nor XML | 415 |
//! | the body of a 401 for a bad token | the members of the documented body, `Error` is `invalid_token` |
//! | problem documents | `type`, `title`, `status`, `errors` |
//! | a read keyed on a list element | 500 with an error envelope |
//! | a read without states, or of a record that is not there | the blank window: one empty row an element |
//! | children in a read | one row a parent row, in the order of the parents; a form is blank where a parent has none |
//! | the order of fields in a read | looked-up columns first, then the definition's order: a read that is sent back fails at `customer_name` before it reaches `company_id`, as on P21 |
//! | keys that compare | numbers as numbers ([`Config::numeric_keys`]), texts letter by letter |
//! | which record a header means | the number P21 gives, if it leads the keys (`job_no`); else all other keys together; the company is the session's if it is not sent |
//! | a number that no record has | a new record with that number |
//! | a key that the definition does not require, and no rule numbers | is numbered from 1000001 |
//! | fields that the definition requires and no rule corrects | are wanted on create: `Required value missing for ...` ([`Config::required_flags`]) |
//! | a key edited in a form that shows the current line | selects nothing and is not written |
//! | a date that a prompt objects to (`requested_date` on `order_date`) | the prompt is answered No: the edit is dropped in silence |
//! | labels of a list that was emptied for publication | those that the rules know; without any, everything is taken |
//! | `Y` and `N` while labels are wanted | taken for switches |
//! | a value a number, date or list does not take | `Invalid {field} value: {value}` |
//! | rows in which every edit is empty and ignored | are skipped, tab and all |
//! | a tab that is shut, under `IgnoreDisabled`, with false success | nothing of the transaction is written, the header is echoed |
//! | a column that is shut, under `IgnoreDisabled`, with false success | the value is dropped, the rest is written, the element is missing from the echo |
//! | a transaction that edits nothing | `Save is not enabled.` |
//! | services that want `/commands` | the notes' known text; for others `Object reference not set to an instance of an object.` |
//! | a profile newer than the definitions | rules of the profile, or of the definitions' version where they do not fit |
//!
//! # Storage
//!
//! Records are kept in SQLite, in memory or in a file. A row belongs to the database table that most of its columns are
//! in (`DbColumnName`), and is a JSON object keyed by column; a form of the same table as the row it belongs to is a
//! view of that row. Values are what the database has: `Y`, `N` and codes where they are known. Master data (company,
//! customer, items, prices) comes from `seed.toml`, in the same form.
#![forbid(unsafe_code)]

mod behaviour;
pub mod cli;
mod config;
mod definitions;
mod engine;
mod error;
mod http;
mod plan;
mod sandbox;
mod seed;
mod store;

pub use config::{Config, ConsumerKey, PASSWORD, Profile, USER, UnknownProfile, User};
pub use definitions::Definitions;
pub use error::StartError;
pub use sandbox::{Builder, Sandbox};
