//! Which versions a rule holds for.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

use super::{NEWEST, Version};

/// The versions a rule holds for: `>=26.1`, `>=26.1.5940`, `<26.1`, `>=25.2, <26.1`, `25.2`. Absent means all.
///
/// A release stands for all of its builds.
///
/// ```
/// use p21_model::{Version, Versions};
/// let versions: Versions = ">=25.2, <26.1".parse().unwrap();
/// assert!(versions.include(Version::new(25, 2)) && !versions.include(Version::new(26, 1)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Versions {
    /// The first that is meant.
    from: Version,
    /// The first that is not.
    below: Version,
}

/// Before every version.
const FIRST: Version = Version::from_parts(0, 0, 0, 0);
/// After every version.
const LAST: Version = Version::from_parts(u16::MAX, u16::MAX, NEWEST, NEWEST);

impl Versions {
    /// All of them.
    pub const ALL: Self = Self { from: FIRST, below: LAST };

    /// Whether the rule holds for `version`.
    pub fn include(&self, version: Version) -> bool {
        self.from <= version && version < self.below
    }

    /// Whether they are all there are.
    pub fn are_all(&self) -> bool {
        *self == Self::ALL
    }

    /// The versions from one on, up to another that is not meant any more.
    pub const fn between(from: Version, below: Version) -> Self {
        Self { from, below }
    }

    /// The first that is meant, and the first that is not.
    pub const fn ends(self) -> (Version, Version) {
        (self.from, self.below)
    }
}

impl Default for Versions {
    fn default() -> Self {
        Self::ALL
    }
}

/// The first version after all that `bound` stands for.
fn after(bound: Version) -> Version {
    let (year, number, build, revision) = bound.parts();
    match (build, revision) {
        (0, _) => Version::from_parts(year, number + 1, 0, 0),
        (_, 0) => Version::from_parts(year, number, build + 1, 0),
        _ => Version::from_parts(year, number, build, revision + 1),
    }
}

impl fmt::Display for Versions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.are_all() {
            return f.write_str("all");
        }
        if self.below == after(self.from) {
            return write!(f, "{}", Bound(self.from));
        }
        if self.from != FIRST {
            write!(f, ">={}", Bound(self.from))?;
        }
        if self.below != LAST {
            let separator = if self.from == FIRST { "" } else { ", " };
            write!(f, "{separator}<{}", Bound(self.below))?;
        }
        Ok(())
    }
}

/// A version as a bound: a release is its first build, and a build all of its revisions.
struct Bound(Version);

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, number, build, revision) = self.0.parts();
        write!(f, "{year}.{number}")?;
        if build > 0 {
            write!(f, ".{build}")?;
        }
        if revision > 0 {
            write!(f, ".{revision}")?;
        }
        Ok(())
    }
}

impl FromStr for Versions {
    type Err = BadVersions;

    fn from_str(text: &str) -> Result<Self, BadVersions> {
        let wrong = || BadVersions(text.chars().take(80).collect());
        let mut versions = Self::ALL;
        for part in text.split(',') {
            let part = part.trim();
            let signs = [">=", "<=", ">", "<", "="];
            let sign = signs.into_iter().find(|sign| part.starts_with(sign)).unwrap_or_default();
            let bound: Version = part[sign.len()..].parse().map_err(|_| wrong())?;
            let bound = bound.floor();
            let (from, below) = match sign {
                ">=" => (bound, LAST),
                ">" => (after(bound), LAST),
                "<" => (FIRST, bound),
                "<=" => (FIRST, after(bound)),
                _ => (bound, after(bound)),
            };
            versions = Self { from: versions.from.max(from), below: versions.below.min(below) };
        }
        if versions.from < versions.below { Ok(versions) } else { Err(wrong()) }
    }
}

impl TryFrom<String> for Versions {
    type Error = BadVersions;

    fn try_from(text: String) -> Result<Self, BadVersions> {
        text.parse()
    }
}

/// A `versions` that can't be read, or that no version fits.
#[derive(Clone, PartialEq, Eq)]
pub struct BadVersions(String);

crate::debug_is_its_line!(BadVersions);

impl fmt::Display for BadVersions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "versions `{}` can't be read; write for example `>=26.1` or `>=25.2, <26.1`", self.0.escape_debug())
    }
}

impl std::error::Error for BadVersions {}

#[cfg(test)]
mod tests {
    use super::*;

    fn include(versions: &str, version: &str) -> bool {
        versions.parse::<Versions>().unwrap().include(version.parse().unwrap())
    }

    #[test]
    fn builds_belong_to_their_version() {
        assert!(include(">=26.1", "26.1.5940.0") && include(">=26.1", "26.1-early") && include(">=26.1", "26.1"));
        assert!(include("26.1", "26.1.5940.0") && include("26.1", "26.1") && include("26.1", "26.1-early"));
        assert!(include(">=26.1.5940", "26.1.5950.0") && include(">=26.1.5940", "26.1"));
        assert!(!include(">=26.1.5940", "26.1.5910.3") && !include(">=26.1.5940", "26.1-early"));
        assert!(include("<26.1.5940", "26.1-early") && !include("<26.1.5940", "26.1"));
        assert!(include("26.1.5894", "26.1.5894.1") && !include("26.1.5894", "26.1"));
        assert!(!include("<26.1", "26.1.5873.1") && !include("<26.1", "26.1-early"));
        assert!(include("<26.1", "2025.2.5776.1") && include("<=25.2", "25.2"));
        assert!(!include(">25.2", "25.2.5855.0") && include(">25.2", "26.1-early"));
        assert!(Versions::ALL.include("25.2".parse().unwrap()));
    }

    #[test]
    fn they_are_shown_as_they_are_written() {
        for text in [">=26.1", "<26.1", ">=25.2, <26.1.5940", "26.1", "26.1.5894", "26.1.5894.1", ">=26.1.5940"] {
            assert_eq!(text.parse::<Versions>().unwrap().to_string(), text);
        }
        assert_eq!("<=25.2".parse::<Versions>().unwrap(), "<25.3".parse().unwrap());
        assert_eq!(Versions::ALL.to_string(), "all");
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", ">=", "~1", "26.x", ">= 26.1 <27", ">=26.1, <25.2", ">=banana"] {
            assert!(text.parse::<Versions>().is_err(), "{text:?}");
        }
    }
}
