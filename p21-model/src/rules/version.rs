//! P21 versions, and which ones a rule holds for.

use std::cmp::Ordering;
use std::fmt;

use serde::Deserialize;

/// The versions a rule holds for: `>=26.1`, `<26.1`, `>=25.2, <26.1`, `25.2`. Absent means all.
///
/// ```
/// use p21_model::rules::Versions;
/// let versions: Versions = ">=25.2, <26.1".parse().unwrap();
/// assert!(versions.include("25.2") && !versions.include("26.1"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Versions(Vec<(Comparison, Vec<u32>)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    AtLeast,
    Above,
    AtMost,
    Below,
    Exactly,
}

impl Versions {
    /// Whether the rule holds for `version`. A version that is not a number (a folder named `test`) is taken as the
    /// newest.
    pub fn include(&self, version: &str) -> bool {
        let Some(version) = parse(version) else {
            return self.0.iter().all(|(comparison, _)| matches!(comparison, Comparison::AtLeast | Comparison::Above));
        };
        self.0.iter().all(|(comparison, bound)| {
            // `26.1` stands for every build of 26.1, so only as many parts count as the bound has.
            let order = (0..bound.len())
                .map(|i| version.get(i).copied().unwrap_or(0).cmp(&bound[i]))
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal);
            match comparison {
                Comparison::AtLeast => order.is_ge(),
                Comparison::Above => order.is_gt(),
                Comparison::AtMost => order.is_le(),
                Comparison::Below => order.is_lt(),
                Comparison::Exactly => order.is_eq(),
            }
        })
    }
}

impl fmt::Display for Versions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("all");
        }
        for (index, (comparison, version)) in self.0.iter().enumerate() {
            let separator = if index > 0 { ", " } else { "" };
            let sign = match comparison {
                Comparison::AtLeast => ">=",
                Comparison::Above => ">",
                Comparison::AtMost => "<=",
                Comparison::Below => "<",
                Comparison::Exactly => "",
            };
            let version: Vec<String> = version.iter().map(u32::to_string).collect();
            write!(f, "{separator}{sign}{}", version.join("."))?;
        }
        Ok(())
    }
}

fn parse(version: &str) -> Option<Vec<u32>> {
    version.trim().split('.').map(|part| part.parse().ok()).collect()
}

impl std::str::FromStr for Versions {
    type Err = BadVersions;

    fn from_str(text: &str) -> Result<Self, BadVersions> {
        text.split(',')
            .map(|part| {
                let part = part.trim();
                let (comparison, version) = [
                    (">=", Comparison::AtLeast),
                    ("<=", Comparison::AtMost),
                    (">", Comparison::Above),
                    ("<", Comparison::Below),
                    ("=", Comparison::Exactly),
                    ("", Comparison::Exactly),
                ]
                .iter()
                .find_map(|(sign, comparison)| Some((*comparison, part.strip_prefix(sign)?)))
                .ok_or_else(|| BadVersions(text.to_owned()))?;
                let version = parse(version).ok_or_else(|| BadVersions(text.to_owned()))?;
                Ok((comparison, version))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl TryFrom<String> for Versions {
    type Error = BadVersions;

    fn try_from(text: String) -> Result<Self, BadVersions> {
        text.parse()
    }
}

/// A `versions` that can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadVersions(String);

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
        versions.parse::<Versions>().unwrap().include(version)
    }

    #[test]
    fn builds_belong_to_their_version() {
        assert!(include(">=26.1", "26.1.5940.0"));
        assert!(include("26.1", "26.1.5940.0"));
        assert!(include(">=26.1.5940", "26.1.5950.0"));
        assert!(!include(">=26.1.5940", "26.1.5910.3"));
        assert!(!include("<26.1", "26.1.5873.1"));
        assert!(include("<26.1", "25.2.5776.1"));
        assert!(Versions::default().include("anything"));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", ">=", "~1", "26.x", ">= 26.1 <27"] {
            assert!(text.parse::<Versions>().is_err(), "{text:?}");
        }
    }
}
