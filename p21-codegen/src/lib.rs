//! Generates Rust bindings from Prophet 21 service definitions and rules.
//!
//! [`Builder`] reads definitions and rules and returns the generated files as path and text. It writes nothing until
//! it is asked to, so that the same call serves `build.rs`, a check that files are current, and a whole crate.
//!
//! In `build.rs`:
//!
//! ```no_run
//! // [build-dependencies] p21-codegen; [dependencies] p21-model
//! let out = std::path::PathBuf::from(std::env::var_os("OUT_DIR").unwrap());
//! let bindings = p21_codegen::Builder::new()
//!     .definitions("my-definitions")
//!     .rerun_if_changed(true)
//!     .generate()?;
//! bindings.write_file(&out.join("p21.rs"))?;
//! # Ok::<(), p21_codegen::Error>(())
//! ```
//!
//! and in the crate: `pub mod p21 { include!(concat!(env!("OUT_DIR"), "/p21.rs")); }`.
//!
//! The same definitions and rules give the same bytes on every run and machine.
#![forbid(unsafe_code)]

mod builder;
mod emit;
mod format;
mod layout;
mod names;
mod size;
mod write;

pub use builder::{Bindings, Builder};
pub use layout::{CrateOptions, Source};
pub use p21_definitions::{Error, write_atomically};
pub use size::Size;
pub use write::Stale;
