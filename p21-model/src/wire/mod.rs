//! What goes over the wire, spelt as P21 spells it: payloads without types, in JSON and in XML, and P21's sentences.
//!
//! It knows no service and no schema; typed rows are written to it and records are read from it.

pub(crate) mod action;
#[cfg_attr(not(feature = "xml"), allow(dead_code, reason = "JSON has fewer of the classes"))]
pub(crate) mod contract;
pub mod payload;
pub mod sentences;

#[cfg(feature = "xml")]
pub mod xml;
