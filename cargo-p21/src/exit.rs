//! How commands end: one number each, the same for every command.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

/// Clean, or done.
pub const CLEAN: u8 = 0;
/// The work was done, and found something: in a payload, in bindings that are stale, in a difference that breaks or is
/// silent.
pub const FINDINGS: u8 = 1;
/// Something kept the command from its work: wrong arguments, files, a server; or a mistake of this program.
pub const UNDONE: u8 = 2;

/// What a command that did its work found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// Nothing, or there was nothing to find.
    Clean,
    /// Something: exits with [`FINDINGS`].
    Findings,
}

impl From<Done> for ExitCode {
    fn from(done: Done) -> Self {
        match done {
            Done::Clean => Self::from(CLEAN),
            Done::Findings => Self::from(FINDINGS),
        }
    }
}

/// Runs a command. A panic is a mistake of this program, and no finding: it ends with [`UNDONE`] like everything else that
/// kept the command from its work.
pub fn guarded(command: impl FnOnce() -> ExitCode) -> ExitCode {
    catch_unwind(AssertUnwindSafe(command)).unwrap_or_else(|_| {
        eprintln!("error: this is a mistake of cargo-p21 itself, and says nothing about what was asked");
        eprintln!("next: report the lines above, and what was run, to {}/issues", env!("CARGO_PKG_REPOSITORY"));
        ExitCode::from(UNDONE)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_no_finding() {
        let code = guarded(|| panic!("this one is meant"));
        assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::from(UNDONE)));
        assert_eq!(format!("{:?}", guarded(|| Done::Findings.into())), format!("{:?}", ExitCode::from(FINDINGS)));
    }
}
