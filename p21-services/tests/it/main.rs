//! All tests of the bindings, in one program.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[cfg(feature = "full")]
mod checks;
#[cfg(feature = "job_contract_pricing")]
mod columns;
#[cfg(feature = "full")]
mod derives;
#[cfg(feature = "full")]
mod emission;
#[cfg(feature = "full")]
mod fields;
mod no_http;
#[cfg(feature = "job_contract_pricing")]
mod outcomes;
/// Cases that compile are modules of this test: linking a program for each would take minutes.
#[cfg(feature = "full")]
#[allow(dead_code, unreachable_pub, reason = "a case is there to compile")]
mod pass;
#[cfg(all(feature = "m_picktickets", feature = "m_reprintpicktickets", feature = "m_reprintpurchaseorders"))]
mod reports;
#[cfg(feature = "job_contract_pricing")]
mod setters;
#[cfg(all(feature = "full", feature = "serde"))]
mod written;
