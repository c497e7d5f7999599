//! Folders of Prophet 21 service definitions, and the rules that go with them.
//!
//! The generator, the payload checks, the sandbox and the fetcher read and write through this crate; none has a reader
//! of its own.
//!
//! | | |
//! | --- | --- |
//! | [`Definitions`] | a directory of definitions, a folder a version or a plain one, and its rules |
//! | [`Folder`] | one folder: `<Service>.json` each, raw or canonical |
//! | [`Rulebook`] | the rules inside this crate, and a site's own on top |
//! | [`diff`] | what differs between two versions, and whom it breaks |
//! | [`Manifest`], [`ManifestWriter`] | what a folder holds, and what the server refused |
//! | [`read_bounded`], [`write_atomically`] | files that nobody vouches for, and files that appear whole or not at all |
//!
//! ```no_run
//! let definitions = p21_definitions::Definitions::open("my-definitions", None)?;
//! for service in definitions.services() {
//!     let compiled = definitions.source(service)?.compile(definitions.any())?;
//!     println!("{service}: {} elements, {} rules don't fit", compiled.schema.elements.len(), compiled.misfits.len());
//! }
//! # Ok::<(), p21_definitions::Error>(())
//! ```
#![forbid(unsafe_code)]

mod bounds;
mod builtin;
mod definitions;
pub mod diff;
mod error;
mod files;
mod folder;
mod manifest;
#[cfg(feature = "published")]
mod published;
mod rulebook;

pub use bounds::read_bounded;
pub use builtin::builtin_rules;
pub use definitions::{Definitions, Source};
pub use error::Error;
pub use files::write_atomically;
pub use folder::Folder;
pub use manifest::{Entry, Manifest, ManifestWriter, Refusal, hash};
pub use rulebook::Rulebook;
