//! The one error for input files: it says where and what to do.

use std::fmt;
use std::ops::Deref;

use super::unseen::spelt;

/// `Debug` as `Display` has it: `main` prints the `Debug` of an error that it returns, and `unwrap`, too.
///
/// `xtask/tests/it/errors.rs` holds every public error to it.
#[doc(hidden)]
#[macro_export]
macro_rules! debug_is_its_line {
    (impl<$of:ident> $error:ty) => {
        $crate::debug_is_its_line!(@ [<$of>] $error);
    };
    (@ [$($generics:tt)*] $error:ty) => {
        impl $($generics)* ::core::fmt::Debug for $error {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(self, f)
            }
        }
    };
    ($error:ty) => {
        $crate::debug_is_its_line!(@ [] $error);
    };
}

/// Errors that no program takes apart, or that hold one of the system, are serialised as their line.
#[doc(hidden)]
#[macro_export]
macro_rules! written_as_its_line {
    ($error:ty) => {
        impl ::serde::Serialize for $error {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    };
}

/// Something is wrong with an input file, and where.
///
/// Displayed as one line:
/// `definitions/25.2/Order.json: service `Order`, element `TP_ITEMS.items`, field `unit_price`: what is wrong; what to do`.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct InputError(Box<Problem>);

crate::debug_is_its_line!(InputError);

/// The parts of an [`InputError`], which reads as one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Problem {
    /// The file, as the caller named it.
    pub file: String,
    /// 1-based line, where one is known.
    pub line: Option<usize>,
    /// The service the problem is in.
    pub service: Option<String>,
    /// The element (`PAGE.datawindow`) the problem is in.
    pub element: Option<String>,
    /// The field the problem is in.
    pub field: Option<String>,
    /// What is wrong.
    pub problem: String,
    /// What to do about it; empty if the problem says it all.
    pub help: String,
}

impl InputError {
    /// A problem with a whole file.
    pub fn new(file: impl Into<String>, problem: impl Into<String>) -> Self {
        Self(Box::new(Problem { file: file.into(), problem: problem.into(), ..Problem::default() }))
    }

    /// Names another file.
    #[must_use]
    pub fn in_file(mut self, file: impl Into<String>) -> Self {
        self.0.file = file.into();
        self
    }

    /// Adds the 1-based line.
    #[must_use]
    pub fn at_line(mut self, line: usize) -> Self {
        self.0.line = Some(line);
        self
    }

    /// Adds the service.
    #[must_use]
    pub fn in_service(mut self, service: impl Into<String>) -> Self {
        self.0.service = Some(service.into());
        self
    }

    /// Adds the element.
    #[must_use]
    pub fn in_element(mut self, element: impl Into<String>) -> Self {
        self.0.element = Some(element.into());
        self
    }

    /// Adds the field.
    #[must_use]
    pub fn in_field(mut self, field: impl Into<String>) -> Self {
        self.0.field = Some(field.into());
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = help.into();
        self
    }
}

impl Deref for InputError {
    type Target = Problem;

    fn deref(&self) -> &Problem {
        &self.0
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", spelt(&self.file))?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        let places = [("service", &self.service), ("element", &self.element), ("field", &self.field)];
        let mut separator = ": ";
        for (what, name) in places {
            if let Some(name) = name {
                write!(f, "{separator}{what} `{}`", name.escape_debug())?;
                separator = ", ";
            }
        }
        write!(f, ": {}", spelt(&self.problem))?;
        if !self.help.is_empty() {
            write!(f, "; {}", spelt(&self.help))?;
        }
        Ok(())
    }
}

impl std::error::Error for InputError {}
