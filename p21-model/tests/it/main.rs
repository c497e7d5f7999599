//! All tests of the model, in one program.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod bindings_v1;
mod check;
mod check_bodies;
mod check_doors;
mod check_pages;
mod check_props;
mod check_shape;
mod check_xml;
mod copy;
mod definitions;
mod layers;
mod outcome_props;
mod places;
mod refused;
mod rules_matter;
mod rules_props;
mod schemas;
mod support;
mod window_rules;
mod xml;
