//! All tests of the client against a server of their own, in one program.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod answers;
mod answers_props;
mod asynchronous;
mod before_call;
#[cfg(feature = "callback")]
mod callbacks;
mod commands;
mod copies;
mod echoes;
mod enter;
mod flavour;
mod kinds;
mod limits;
mod login;
mod observability;
mod odata;
mod odata_errors;
mod odata_fields;
mod odata_pages;
mod odata_values;
mod pricing;
mod public_names;
mod raw;
mod records;
mod reports;
mod resilience;
mod resilience_props;
mod resilience_raw;
mod retries;
mod router;
mod secrets;
#[cfg(feature = "serde")]
mod serde_types;
mod services;
mod support;
mod surface;
mod tls;
mod transactions;
mod unauthorized;
mod versions;
mod windows;
