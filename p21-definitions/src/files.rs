//! Files appear whole or not at all.

use std::path::Path;

use crate::Error;

/// Writes a file through a temporary one beside it.
///
/// # Errors
/// The folder can't be made or the file can't be written; then nothing of it is there.
pub fn write_atomically(path: &Path, text: &str) -> Result<(), Error> {
    p21_files::write(path, text).map_err(|error| Error::io(path, "write", error))
}
