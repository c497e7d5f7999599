//! A file that is not there until it is whole.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::stale;

/// What the names of temporary files begin and end with.
pub(crate) const PREFIX: &str = ".p21-";
pub(crate) const SUFFIX: &str = ".tmp";
/// The random part between them.
pub(crate) const RANDOM: usize = 8;

/// Writes a file through a temporary one beside it, making its folder.
///
/// # Errors
/// The folder can't be made or the file can't be written; then nothing of it is there.
pub fn write(path: &Path, content: impl AsRef<[u8]>) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = Temporary::in_folder(folder)?;
    file.write_all(content.as_ref())?;
    file.persist(path)
}

/// A temporary file, which goes unless it is given its name.
///
/// It is locked as long as it is written, so that what a killed program left is told from what another is writing.
#[derive(Debug)]
pub struct Temporary(NamedTempFile);

impl Temporary {
    /// A new one, with the rights that new files have. The first one in a folder removes what killed programs left there.
    ///
    /// # Errors
    /// The folder is missing or can't be written to.
    pub fn in_folder(folder: &Path) -> io::Result<Self> {
        stale::remove_once(folder);
        loop {
            let file = builder().tempfile_in(folder)?;
            // File systems without locks keep what is left over; nothing else is lost.
            if file.as_file().lock().is_err() || file.path().exists() {
                return Ok(Self(file));
            }
            // Somebody took it for a left-over one in the instant before the lock.
        }
    }

    /// The open file.
    pub fn as_file(&self) -> &File {
        self.0.as_file()
    }

    /// Gives the file its name, in place of whatever has it.
    ///
    /// # Errors
    /// The file system refuses; the file is gone.
    pub fn persist(self, path: &Path) -> io::Result<()> {
        self.0.persist(path).map(drop).map_err(|error| error.error)
    }

    /// Gives the file its name, if nothing has it: one step, so that two programs never take the same name.
    ///
    /// # Errors
    /// The file, and why: [`io::ErrorKind::AlreadyExists`] where the name is taken.
    pub fn persist_new(self, path: &Path) -> Result<(), (Self, io::Error)> {
        self.0.persist_noclobber(path).map(drop).map_err(|error| (Self(error.file), error.error))
    }
}

impl Write for Temporary {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Files made by a plain `create` get the umask's rights; temporary ones are private unless told.
fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(OsStr::new(SUFFIX)).rand_bytes(RANDOM);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
}
