//! All tests of the sandbox, in one program. Modules bear the name of what they try over HTTP.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod admin;
mod agreement;
mod auth;
mod check_agrees;
mod checks;
mod choices;
mod cli;
mod commands;
mod data_file;
mod discovery;
mod documented;
mod faults;
mod guarded;
mod interactive;
mod invented;
mod keep_alive;
mod kill;
mod layers;
mod levers;
mod master_data;
mod names;
mod odata;
mod odata_chains;
mod odata_rights;
mod overlay;
mod prompts;
mod references;
mod reports;
mod robustness;
mod rule_kinds;
mod ruled;
mod sentences;
mod services;
mod session_pool;
mod sketches;
mod support;
mod transaction_async;
mod transaction_get;
mod transaction_keys;
mod transaction_rules;
mod transaction_sets;
mod transaction_xml;
mod transaction_xml_random;
mod unknowns;
