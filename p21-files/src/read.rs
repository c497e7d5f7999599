//! Reading with bounds.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;

/// Reads a regular file of at most `max` bytes; a link to one is one.
///
/// # Errors
/// There is none; it is a folder, a pipe, a socket or a device ([`ErrorKind::InvalidInput`]); it is larger
/// ([`ErrorKind::FileTooLarge`]); the file system refuses.
pub fn read(path: &Path, max: usize) -> io::Result<Vec<u8>> {
    // Before it is opened: opening a pipe waits for its other end.
    refuse_irregular(&fs::metadata(path)?)?;
    let mut file = File::open(path)?;
    let found = file.metadata()?;
    refuse_irregular(&found)?;
    let mut bytes = Vec::with_capacity(found.len().min(max as u64) as usize);
    // One byte more than allowed, so that a file of any size is told apart without being read whole.
    file.by_ref().take((max as u64).saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() > max {
        return Err(io::Error::new(ErrorKind::FileTooLarge, format!("the file is larger than {}", size(max))));
    }
    Ok(bytes)
}

fn refuse_irregular(found: &fs::Metadata) -> io::Result<()> {
    if found.is_file() {
        return Ok(());
    }
    let what = if found.is_dir() { "a folder" } else { "a pipe, a socket or a device" };
    Err(io::Error::new(ErrorKind::InvalidInput, format!("it is {what}, not a file")))
}

fn size(bytes: usize) -> String {
    const MB: usize = 1024 * 1024;
    if bytes >= MB { format!("{} MB", bytes / MB) } else { format!("{bytes} bytes") }
}
