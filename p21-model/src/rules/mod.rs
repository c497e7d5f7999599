//! Rules: what a definition does not say. The format is described in `definitions/rules/README.md`.

mod load;
mod overlay;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::facts::error::InputError;
use crate::facts::schema::Quirk;
use crate::facts::version::Version;
pub use crate::facts::version::Versions;
pub use crate::kinds::*;
use crate::kinds::{Spelled, every_kind};

macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $variant:ident $kind:ident $rule:ident)+) => {
        /// The rules of one service, or those of every service (`any.toml`).
        ///
        /// Loading checks the shape; that every name exists is checked when rules meet a definition
        /// ([`ServiceSchema::compile`](crate::schema::ServiceSchema::compile)).
        #[derive(Debug, Clone, Default)]
        #[non_exhaustive]
        pub struct Rules {
            /// The file, for errors; of several layers the topmost.
            pub file: String,
            /// The service; `None` for `any.toml`.
            pub service: Option<String>,
            /// Alias to element name.
            pub aliases: BTreeMap<String, Located<String>>,
            $($(#[doc = $doc])+ pub $kind: Vec<Located<$rule>>,)+
            /// What is to be switched off and is not there.
            pub unused: Vec<InputError>,
        }

        impl Rules {
            /// Every rule, in the order of their lines.
            pub fn all(&self) -> Vec<Any<'_>> {
                let mut all = Vec::new();
                $(all.extend(self.$kind.iter().map(|rule| Any { kind: Kind::$variant, line: rule.line, rule: &rule.rule }));)+
                all.sort_by_key(|rule| rule.line);
                all
            }

            /// A rule that can't stand in the file it stands in.
            fn misplaced(&self) -> Option<InputError> {
                let of_service = self.service.is_some();
                $(for rule in &self.$kind {
                    if let Some(problem) = rule.rule.misplaced(of_service) {
                        return Some(rule.wrong(problem));
                    }
                })+
                None
            }
        }
    };
}

every_kind!(rules);

impl Rules {
    /// Whether the servers of a version have a quirk, as `any.toml` says.
    pub fn has(&self, quirk: Quirk, version: Version) -> bool {
        self.quirk.iter().any(|located| located.rule.name == quirk && located.rule.versions.include(version))
    }
}

/// A rule of any kind.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Any<'a> {
    /// Its kind.
    pub kind: Kind,
    /// The line it stands on, 1-based.
    pub line: usize,
    /// The rule.
    pub rule: &'a dyn Rule,
}

impl std::fmt::Debug for Any<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[[{}]] in line {}: {}", self.kind.name(), self.line, self.rule.says())
    }
}

/// A rule and the line it stands on.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Located<T> {
    /// The file.
    pub file: Arc<str>,
    /// 1-based.
    pub line: usize,
    /// The rule.
    pub rule: T,
}

impl<T> Located<T> {
    /// Something is wrong with it.
    pub(crate) fn wrong(&self, problem: impl Into<String>) -> InputError {
        InputError::new(&*self.file, problem).at_line(self.line)
    }
}
