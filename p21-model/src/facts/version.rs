//! P21 versions, in the one spelling and order that rules, definitions, bindings, client and sandbox share.

mod range;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use range::{BadVersions, Versions};

/// A P21 version: a release, and where it is known the build.
///
/// Understood are `26.1`, a release; `26.1.5910` or `26.1.5910.3`, a build; and `26.1-early`, the builds of a release
/// before any that is told apart by name (of 26.1: those before 5940). The year may be written in full: `2025.2.5855.0`
/// is a build of 25.2.
///
/// A release without a build stands for its newest one, so that it comes after all of them:
///
/// ```
/// use p21_model::Version;
/// let [old, early, build, release] =
///     ["2025.2.5855.0", "26.1-early", "26.1.5910", "26.1"].map(|text| text.parse::<Version>().unwrap());
/// assert!(old < early && early < build && build < release);
/// assert_eq!(old.to_string(), "25.2.5855.0");
/// assert_eq!(build.release(), release);
/// assert!("banana".parse::<Version>().is_err());
/// ```
///
/// That builds of one release differ is verified: the keys of `TimeEntry` changed with 26.1.5940.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Version {
    year: u16,
    number: u16,
    /// 0 is early, `NEWEST` the release as such.
    build: u32,
    revision: u32,
}

/// The build that stands for the newest one of a release.
const NEWEST: u32 = u32::MAX;

impl Version {
    /// The releases whose behaviour is known, oldest first.
    pub const KNOWN: [Self; 2] = [Self::new(25, 2), Self::new(26, 1)];

    /// The builds that facts speak of, oldest first.
    pub const BUILDS: [Self; 8] = {
        let (old, new) = (Self::new(25, 2), Self::new(26, 1));
        [
            old.with_build(5776, 1),
            old.with_build(5855, 0),
            new.with_build(5873, 1),
            new.with_build(5894, 1),
            new.with_build(5910, 3),
            new.with_build(5930, 1),
            new.with_build(5940, 0),
            new.with_build(5950, 0),
        ]
    };

    /// A release: `Version::new(26, 1)` is 26.1.
    pub const fn new(year: u16, number: u16) -> Self {
        Self { year, number, build: NEWEST, revision: NEWEST }
    }

    /// A build of it: `Version::new(26, 1).with_build(5910, 3)` is 26.1.5910.3.
    #[must_use]
    pub const fn with_build(self, build: u32, revision: u32) -> Self {
        Self { build, revision, ..self }
    }

    /// Its earliest builds.
    #[must_use]
    pub const fn early(self) -> Self {
        self.with_build(0, 0)
    }

    /// The release, without the build.
    #[must_use]
    pub const fn release(self) -> Self {
        Self::new(self.year, self.number)
    }

    /// Whether it says more than the release.
    pub const fn has_build(self) -> bool {
        self.build != NEWEST
    }

    /// The first build that the version may mean: for a release the first of all.
    #[must_use]
    pub const fn floor(self) -> Self {
        if self.has_build() { self } else { self.early() }
    }

    /// The parts for generated code, of which `from_parts` makes the version again.
    #[doc(hidden)]
    pub const fn parts(self) -> (u16, u16, u32, u32) {
        (self.year, self.number, self.build, self.revision)
    }

    /// See [`parts`](Self::parts).
    #[doc(hidden)]
    pub const fn from_parts(year: u16, number: u16, build: u32, revision: u32) -> Self {
        Self { year, number, build, revision }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.year, self.number)?;
        match self.build {
            NEWEST => Ok(()),
            0 => f.write_str("-early"),
            build => write!(f, ".{build}.{}", self.revision),
        }
    }
}

impl FromStr for Version {
    type Err = BadVersion;

    fn from_str(text: &str) -> Result<Self, BadVersion> {
        let wrong = || BadVersion(text.chars().take(40).collect());
        let trimmed = text.trim();
        let (numbers, early) = trimmed.strip_suffix("-early").map_or((trimmed, false), |numbers| (numbers, true));
        let parts: Vec<u32> = numbers.split('.').map(number).collect::<Option<_>>().ok_or_else(wrong)?;
        let (release, build) = match parts[..] {
            [year, number] if early => (release(year, number), Some((0, 0))),
            [year, number] => (release(year, number), None),
            [year, number, build] if !early => (release(year, number), Some((build, 0))),
            [year, number, build, revision] if !early => (release(year, number), Some((build, revision))),
            _ => return Err(wrong()),
        };
        let release = release.ok_or_else(wrong)?;
        match build {
            None => Ok(release),
            Some((0, _)) if !early => Err(wrong()),
            Some((build, revision)) => Ok(release.with_build(build, revision)),
        }
    }
}

/// A part of a version: digits only, and none of the numbers that mean something else here.
fn number(part: &str) -> Option<u32> {
    let is_plain = !part.is_empty() && part.len() <= 9 && part.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain { part.parse().ok() } else { None }
}

/// A release of this century, two a year or so: `26.1`, `2026.1`.
fn release(year: u32, number: u32) -> Option<Version> {
    let year = if year >= 2000 { year - 2000 } else { year };
    ((10..100).contains(&year) && (1..10).contains(&number)).then(|| Version::new(year as u16, number as u16))
}

impl TryFrom<String> for Version {
    type Error = BadVersion;

    fn try_from(text: String) -> Result<Self, BadVersion> {
        text.parse()
    }
}

impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.to_string()
    }
}

/// A text that is no P21 version. It says which ones are.
#[derive(Clone, PartialEq, Eq)]
pub struct BadVersion(String);

crate::debug_is_its_line!(BadVersion);

impl fmt::Display for BadVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no P21 version; understood are releases (`25.2`, `26.1`, `2026.1`), builds (`26.1.5910`, \
             `2025.2.5855.0`) and the early builds of a release (`26.1-early`)",
            self.0.escape_debug()
        )
    }
}

impl std::error::Error for BadVersion {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_one_version() {
        for (text, shown) in [
            ("25.2", "25.2"),
            (" 2026.1 ", "26.1"),
            ("26.1-early", "26.1-early"),
            ("26.1.5910", "26.1.5910.0"),
            ("26.1.5910.3", "26.1.5910.3"),
            ("2025.2.5855.0", "25.2.5855.0"),
        ] {
            let version: Version = text.parse().unwrap();
            assert_eq!(version.to_string(), shown, "{text}");
            assert_eq!(shown.parse::<Version>().unwrap(), version, "{shown} reads back");
        }
    }

    #[test]
    fn nonsense_is_refused_with_what_is_understood() {
        for text in
            ["", "banana", "26", "26.", ".1", "26.1.", "26.1.x", "26.x", "26.10", "9.1", "26.1.5910.3.1", "26.1-late"]
                .into_iter()
                .chain(["26.1.5910-early", "-26.1", "+26.1", "26.1.0.0", "26.1.99999999999", "25,2", "v26.1"])
        {
            let error = text.parse::<Version>().unwrap_err().to_string();
            assert!(error.contains("`26.1-early`") && error.contains("`25.2`"), "{text:?}: {error}");
        }
    }

    #[test]
    fn builds_have_an_order() {
        let mut versions: Vec<Version> = ["26.1", "26.1.5950.0", "25.2", "26.1-early", "26.1.5910.3", "2025.2.5855.0"]
            .map(|text| text.parse().unwrap())
            .into();
        versions.sort();
        let shown: Vec<String> = versions.iter().map(Version::to_string).collect();
        assert_eq!(shown, ["25.2.5855.0", "25.2", "26.1-early", "26.1.5910.3", "26.1.5950.0", "26.1"]);
    }
}
