//! All tests of the generator, in one program.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod adversarial;
mod bounds;
mod compiles;
mod crates;
mod golden;
mod handles;
mod owned;
mod properties;
mod real;
mod sizes;
