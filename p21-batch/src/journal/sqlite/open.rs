//! Opening the file: one process, one version.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::journal::JournalError;

/// What says that the file is a journal: `p21b`.
const APPLICATION: i64 = 0x7032_3162;

/// The version of its tables.
const VERSION: i64 = 1;

const SCHEMA: &str = include_str!("schema.sql");

/// The file, where it is, and what keeps others out.
pub(super) fn open(path: &Path) -> Result<(Connection, PathBuf, File), JournalError> {
    let at = |doing: &str| format!("{doing} {}", path.display());
    // Whatever it is called by, it is one file with one lock.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = folder.canonicalize().map_err(|error| JournalError::store(at("open"), error))?;
    let name = path.file_name().ok_or_else(|| JournalError::store(at("open"), "it is no file's name".to_owned()))?;
    let path = folder.join(name);
    let path = path.canonicalize().unwrap_or(path);
    let lock = lock(&path)?;
    let db = Connection::open(&path).map_err(|error| JournalError::store(at("open"), error))?;
    let db = prepare(db, &path)?;
    Ok((db, path, lock))
}

/// Keeps other processes out. The lock is the system's, beside the file, so that whoever only reads it isn't kept out.
fn lock(path: &Path) -> Result<File, JournalError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".lock");
    let beside = PathBuf::from(beside);
    let failed = |error: std::io::Error| JournalError::store(format!("lock {}", beside.display()), error);
    let file = File::options().create(true).truncate(false).write(true).open(&beside).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(JournalError::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// The file as another process may be working with it.
pub(super) fn open_to_read(path: &Path) -> Result<Connection, JournalError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).map_err(|error| failed(path, error))?;
    match is_new(&db, path)? {
        true => Err(JournalError::NotAJournal { journal: path.display().to_string() }),
        false => Ok(db),
    }
}

fn failed(path: &Path, error: rusqlite::Error) -> JournalError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => JournalError::NotAJournal { journal: path.display().to_string() },
        _ => JournalError::store(format!("open {}", path.display()), error),
    }
}

/// Whether the file has no tables yet.
///
/// # Errors
/// It is something else, or of another version.
fn is_new(db: &Connection, path: &Path) -> Result<bool, JournalError> {
    let store = |error| failed(path, error);
    // A person may be reading.
    db.busy_timeout(Duration::from_secs(10)).map_err(store)?;
    let number = |db: &Connection, of: &str| db.pragma_query_value(None, of, |row| row.get::<_, i64>(0)).map_err(store);
    let (application, version) = (number(db, "application_id")?, number(db, "user_version")?);
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(store)?;
    match (application, version) {
        (0, 0) if tables == 0 => Ok(true),
        (APPLICATION, VERSION) => Ok(false),
        (APPLICATION, found) => {
            Err(JournalError::OtherVersion { journal: path.display().to_string(), found, known: VERSION })
        }
        _ => Err(JournalError::NotAJournal { journal: path.display().to_string() }),
    }
}

fn prepare(mut db: Connection, path: &Path) -> Result<Connection, JournalError> {
    let store = |error| failed(path, error);
    let is_new = is_new(&db, path)?;
    db.pragma_update(None, "journal_mode", "WAL").map_err(store)?;
    db.pragma_update(None, "synchronous", "FULL").map_err(store)?;
    db.pragma_update(None, "foreign_keys", true).map_err(store)?;
    if is_new {
        let create = db.transaction().map_err(store)?;
        create.execute_batch(SCHEMA).map_err(store)?;
        create.pragma_update(None, "application_id", APPLICATION).map_err(store)?;
        create.pragma_update(None, "user_version", VERSION).map_err(store)?;
        create.commit().map_err(store)?;
    }
    Ok(db)
}
