//! Everything that is logged by this process, at any level, by anyone.
//!
//! One log for all tests of a file: what a thread's own subscriber sees depends on which thread came first to a call.

use std::io::Write;
use std::sync::{Mutex, Once};

static TEXT: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Log;

/// Starts to log.
pub(crate) fn start() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
            .with_writer(|| Log)
            .init();
    });
}

/// What was logged so far.
pub(crate) fn text() -> String {
    String::from_utf8(TEXT.lock().unwrap().clone()).unwrap()
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        TEXT.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
