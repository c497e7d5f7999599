//! Files as the p21 crates write and read them.
//!
//! [`write()`] makes a file that appears whole or not at all: a [`Temporary`] one beside it, then a rename. What a killed
//! program leaves of that is recognised by its name and by a lock that nobody holds any more, and removed when the next
//! one writes into the same folder. [`read`] takes regular files up to a size: a pipe would hang it, a device never end.
//!
//! ```
//! # let folder = tempfile::tempdir()?;
//! let path = folder.path().join("Order.json");
//! p21_files::write(&path, "{}")?;
//! assert_eq!(p21_files::read(&path, 1024)?, b"{}");
//! # Ok::<(), std::io::Error>(())
//! ```
#![forbid(unsafe_code)]

mod read;
mod stale;
mod temporary;

pub use read::read;
pub use temporary::{Temporary, write};
