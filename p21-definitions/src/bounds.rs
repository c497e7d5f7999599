//! Reading files that nobody vouches for.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use p21_model::InputError;

use crate::Error;

/// More files than any folder of definitions has: P21 has some 240 services.
const MAX_FILES: usize = 20_000;

/// Reads a file of at most `max` bytes.
///
/// # Errors
/// It can't be read, is larger, or is no regular file: a folder, a device, a pipe that would never end.
pub fn read_bounded(path: &Path, max: usize) -> Result<Vec<u8>, Error> {
    p21_files::read(path, max).map_err(|error| match error.kind() {
        ErrorKind::FileTooLarge | ErrorKind::InvalidInput => {
            InputError::new(path.display().to_string(), error.to_string()).into()
        }
        _ => Error::io(path, "read", error),
    })
}

/// The same, of text.
pub(crate) fn read_text(path: &Path, max: usize) -> Result<String, Error> {
    String::from_utf8(read_bounded(path, max)?).map_err(|error| {
        InputError::new(path.display().to_string(), format!("not UTF-8 text: {}", error.utf8_error())).into()
    })
}

/// What a folder holds, sorted by name.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let read = |error| Error::io(folder, "read", error);
    if folder.is_file() {
        let error = InputError::new(folder.display().to_string(), "it is a file; name the folder it lies in");
        return Err(error.into());
    }
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(read)? {
        if paths.len() == MAX_FILES {
            let problem = format!("the folder holds more than {MAX_FILES} files");
            return Err(InputError::new(folder.display().to_string(), problem).into());
        }
        paths.push(entry.map_err(read)?.path());
    }
    paths.sort();
    Ok(paths)
}
