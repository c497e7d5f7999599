//! What servers of some versions do of their own in the Interactive API, read from `habits.toml`.

use std::sync::LazyLock;

use p21_model::{Version, Versions};
use serde::Deserialize;

/// The file, as it was when the sandbox was built.
const EMBEDDED: &str = include_str!("habits.toml");

/// A habit; the file says of each what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Habit {
    JsonOrNothing,
    SessionId,
    TabName,
    AbsentIsNone,
    DatawindowWanted,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Of {
    name: Habit,
    versions: Versions,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    habit: Vec<Of>,
}

static HABITS: LazyLock<File> = LazyLock::new(|| toml::from_str(EMBEDDED).expect("a test reads habits.toml"));

/// Whether servers of a version have a habit.
pub(crate) fn has(version: Version, habit: Habit) -> bool {
    HABITS.habit.iter().any(|of| of.name == habit && of.versions.include(version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_habit_is_there_once_and_none_is_the_newest_builds() {
        let all =
            [Habit::JsonOrNothing, Habit::SessionId, Habit::TabName, Habit::AbsentIsNone, Habit::DatawindowWanted];
        let newest = Version::BUILDS.last().copied().unwrap();
        for habit in all {
            assert_eq!(HABITS.habit.iter().filter(|of| of.name == habit).count(), 1, "{habit:?}");
            assert!(!has(newest, habit), "{habit:?}");
        }
        assert_eq!(HABITS.habit.len(), all.len());
        let early = Version::new(26, 1).early();
        assert!(has(early, Habit::JsonOrNothing) && !has(Version::new(25, 2), Habit::JsonOrNothing));
        assert!(has(Version::new(25, 2), Habit::SessionId) && !has(early, Habit::SessionId));
    }
}
