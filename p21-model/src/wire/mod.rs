//! What goes over the wire, spelt as P21 spells it: payloads without types, in JSON and in XML.
//!
//! It knows no service and no schema; typed rows are written to it and records are read from it.

pub mod payload;

#[cfg(feature = "xml")]
pub mod xml;
