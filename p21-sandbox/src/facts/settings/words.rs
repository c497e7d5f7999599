//! Settings as text: what the command line and the admin API write and read.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::tz::TimeZone;

use super::faults::{Chances, Latency};
use crate::facts::config::{ConsumerKey, User};

/// A setting that can be written as text and read from it.
pub(crate) trait Setting: Sized {
    /// What is taken, for whoever wrote something else.
    fn takes() -> String;
    /// As [`Setting::read`] takes it.
    fn written(&self) -> String;
    fn read(text: &str) -> Option<Self>;
}

/// Enums: each member has a word.
macro_rules! words {
    ($of:ty: $($member:ident = $word:literal),+ $(,)?) => {
        impl $crate::facts::settings::words::Setting for $of {
            fn takes() -> String {
                [$($word),+].join(", ")
            }

            fn written(&self) -> String {
                match self {
                    $(Self::$member => $word,)+
                }
                .to_owned()
            }

            fn read(text: &str) -> Option<Self> {
                match text {
                    $($word => Some(Self::$member),)+
                    _ => None,
                }
            }
        }
    };
}
pub(crate) use words;

/// What reads and shows itself.
macro_rules! plain {
    ($($of:ty: $takes:literal),+ $(,)?) => {
        $(impl Setting for $of {
            fn takes() -> String {
                $takes.to_owned()
            }

            fn written(&self) -> String {
                self.to_string()
            }

            fn read(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        })+
    };
}

plain! {
    bool: "true or false",
    usize: "a number from 0 on",
    u16: "a number from 0 to 65535",
    u32: "a number from 0 on",
    u64: "a number from 0 on",
    Chances: "faults and their shares such as `drop=0.02,slow=0.1:2s`",
    Latency: "none, documented or a time such as 50ms",
}

impl Setting for f64 {
    fn takes() -> String {
        "a share from 0 to 1".to_owned()
    }

    fn written(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok().filter(|share| (0.0..=1.0).contains(share))
    }
}

impl Setting for String {
    fn takes() -> String {
        "a text that is not empty".to_owned()
    }

    fn written(&self) -> String {
        self.clone()
    }

    fn read(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| text.to_owned())
    }
}

impl Setting for Duration {
    fn takes() -> String {
        "a time such as 50ms, 2s or 24h".to_owned()
    }

    fn written(&self) -> String {
        format!("{self:?}")
    }

    fn read(text: &str) -> Option<Self> {
        let span: jiff::SignedDuration = text.parse().ok()?;
        Self::try_from(span).ok()
    }
}

impl Setting for TimeZone {
    fn takes() -> String {
        "system, or a zone's name such as America/Chicago".to_owned()
    }

    fn written(&self) -> String {
        self.iana_name().unwrap_or("system").to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        if text == "system" { Some(Self::system()) } else { Self::get(text).ok() }
    }
}

impl Setting for BTreeSet<String> {
    fn takes() -> String {
        "names with commas between them, or nothing".to_owned()
    }

    fn written(&self) -> String {
        self.iter().map(String::as_str).collect::<Vec<_>>().join(",")
    }

    fn read(text: &str) -> Option<Self> {
        Some(names(text).collect())
    }
}

impl Setting for Vec<String> {
    fn takes() -> String {
        BTreeSet::<String>::takes()
    }

    fn written(&self) -> String {
        self.join(",")
    }

    fn read(text: &str) -> Option<Self> {
        Some(names(text).collect())
    }
}

fn names(text: &str) -> impl Iterator<Item = String> {
    text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned)
}

impl Setting for BTreeMap<String, BTreeSet<String>> {
    fn takes() -> String {
        "users and their tables such as `anna=po_hdr,po_line ben=supplier`, or nothing".to_owned()
    }

    fn written(&self) -> String {
        let of = |(user, tables): (&String, &BTreeSet<String>)| format!("{user}={}", tables.written());
        self.iter().map(of).collect::<Vec<_>>().join(" ")
    }

    fn read(text: &str) -> Option<Self> {
        let pair = |part: &str| {
            let (user, tables) = part.split_once('=')?;
            Some((user.to_owned(), names(tables).collect()))
        };
        text.split_whitespace().map(pair).collect()
    }
}

impl Setting for Vec<User> {
    fn takes() -> String {
        "users and their passwords such as `anna:secret ben:secret`".to_owned()
    }

    /// The passwords are known to whoever reads the settings of a sandbox, and yet not shown.
    fn written(&self) -> String {
        self.iter().map(|user| format!("{}:***", user.name)).collect::<Vec<_>>().join(" ")
    }

    fn read(text: &str) -> Option<Self> {
        let user = |part: &str| {
            let (name, password) =
                part.split_once(':').filter(|(name, password)| !name.is_empty() && !password.is_empty())?;
            Some(User::new(name, password))
        };
        text.split_whitespace().map(user).collect()
    }
}

impl Setting for Vec<ConsumerKey> {
    fn takes() -> String {
        "consumer keys and their scopes such as `1111=/api;/odata:po_hdr,po_line 2222`".to_owned()
    }

    fn written(&self) -> String {
        let of = |key: &ConsumerKey| format!("{}={}", crate::facts::config::hidden(&key.key), key.scope);
        self.iter().map(of).collect::<Vec<_>>().join(" ")
    }

    fn read(text: &str) -> Option<Self> {
        let key = |part: &str| {
            let (key, scope) = part.split_once('=').unwrap_or((part, "/api"));
            (!key.is_empty() && !scope.is_empty()).then(|| ConsumerKey::new(key).scope(scope))
        };
        text.split_whitespace().map(key).collect()
    }
}
