//! The XML flavour: the same calls in the documents of one description.
//!
//! `spell` writes them, `read` makes of the answers what version 2 would have answered, so that everything above means the
//! same, and `dialect` knows what the description calls datawindows and tabs, and how it spells dates.

mod dialect;
mod read;
mod spell;

pub(super) use dialect::{menu_entry, window_type};
pub(super) use read::{read, said};
