//! What can be made to go wrong, and how it is written on the command line.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::family::{ErrorFamily, short};

/// What goes wrong on purpose, beside contaminated sessions ([`PoolSettings`](crate::PoolSettings)).
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct FaultSettings {
    /// What goes wrong by chance.
    pub chances: Chances,
    /// What happens to particular requests; see [`Sandbox::queue_fault`](crate::Sandbox::queue_fault).
    pub queue: Vec<QueuedFault>,
    /// How long answers take.
    pub latency: Latency,
}

/// Shares of requests, from 0 to 1, that something happens to. Logins are spared.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Chances {
    /// Each fault and its share.
    pub faults: Vec<(Fault, f64)>,
    /// The share of transactions that draw a session which somebody else has left contaminated, and of the windows that are
    /// opened, saved or cleared in one.
    pub contamination: f64,
}

/// What happens to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// This is answered, and nothing is done.
    Answer(ErrorFamily),
    /// The work is done, then this is answered: a write is stored, and its caller can't know.
    AnswerAfter(ErrorFamily),
    /// The connection is closed without an answer, and nothing is done.
    Drop,
    /// The work is done, then the connection is closed without an answer.
    DropAfter,
    /// The connection is closed without an answer, and the work is done that much later: a write lands when its caller has
    /// already looked for it.
    Late(Duration),
    /// The work is done, and the answer comes that much later.
    Slow(Duration),
    /// The session of the Interactive API is gone when the call arrives.
    SessionLost,
    /// A response window that nobody expected comes up in the windows of the session, behind the call.
    Popup,
}

/// A fault that waits for a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct QueuedFault {
    /// What happens.
    pub fault: Fault,
    /// The method of the requests that are meant; any without one.
    pub method: Option<String>,
    /// The end of the path of the requests that are meant, or with a slash behind it what they lie below; any without one.
    pub path: Option<String>,
    /// How many requests it happens to.
    pub times: u32,
}

impl QueuedFault {
    /// A fault that happens to the next request, whatever it is.
    pub fn next(fault: Fault) -> Self {
        Self { fault, method: None, path: None, times: 1 }
    }

    /// Only to requests of this method.
    #[must_use]
    pub fn method(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    /// Only to requests whose path ends so: `/transaction` is not `/transaction/get`. With a slash behind it
    /// (`/transaction/`) it means whatever lies below.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// To so many requests.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }
}

/// How long answers take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Latency {
    /// As long as the work takes.
    #[default]
    None,
    /// At least this long.
    Fixed(Duration),
    /// As documented: transactions 180 to 235 ms, contracts 0.8 s, small OData queries 100 ms, and so on.
    Documented,
}

impl fmt::Display for Latency {
    /// What [`FromStr`] reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Fixed(time) => write!(f, "{time:?}"),
            Self::Documented => f.write_str("documented"),
        }
    }
}

impl FromStr for Latency {
    type Err = String;

    /// Reads `none`, `documented` or a time such as `50ms`.
    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim() {
            "none" => Ok(Self::None),
            "documented" => Ok(Self::Documented),
            other => duration(other).map(Self::Fixed).map_err(|_| {
                format!("`{}` is no latency; use `none`, `documented`, or a time such as `50ms`", short(other))
            }),
        }
    }
}

impl FromStr for Chances {
    type Err = String;

    /// Reads `contamination=0.1,empty500=0.05,drop=0.02,commit-drop=0.01,502=0.01,slow=0.1:2s`.
    ///
    /// A name is `contamination`, or a [`Fault`]; `empty500` is `I`.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut chances = Self::default();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) = part
                .split_once('=')
                .ok_or_else(|| format!("`{}` has no share; write for example `drop=0.02`", short(part)))?;
            let (share, argument) = match value.split_once(':') {
                Some((share, argument)) => (share, Some(argument)),
                None => (value, None),
            };
            let share = share.trim().parse().ok().filter(|share: &f64| (0.0..=1.0).contains(share));
            let share = share.ok_or_else(|| format!("`{}` is no share from 0 to 1", short(value)))?;
            match (name.trim(), argument) {
                ("contamination", None) => chances.contamination = share,
                (name, None) => chances.faults.push((name.parse()?, share)),
                (name, Some(argument)) => chances.faults.push((format!("{name}:{argument}").parse()?, share)),
            }
        }
        Ok(chances)
    }
}

impl fmt::Display for Chances {
    /// What [`FromStr`] reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if self.contamination > 0.0 {
            parts.push(format!("contamination={}", self.contamination));
        }
        for (fault, share) in &self.faults {
            parts.push(match fault.to_string().split_once(':') {
                Some((name, argument)) => format!("{name}={share}:{argument}"),
                None => format!("{fault}={share}"),
            });
        }
        f.write_str(&parts.join(","))
    }
}

impl fmt::Display for Fault {
    /// What [`FromStr`] reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer(family) => write!(f, "{family}"),
            Self::AnswerAfter(family) => write!(f, "commit-{family}"),
            Self::Drop => f.write_str("drop"),
            Self::DropAfter => f.write_str("commit-drop"),
            Self::Late(time) => write!(f, "late:{}ms", time.as_millis()),
            Self::Slow(time) => write!(f, "slow:{}ms", time.as_millis()),
            Self::SessionLost => f.write_str("session-lost"),
            Self::Popup => f.write_str("popup"),
        }
    }
}

impl FromStr for Fault {
    type Err = String;

    /// Reads an [`ErrorFamily`], `empty500`, `drop`, `late:2s`, `slow:2s`, `session-lost` or `popup`; `commit-` before one
    /// of the first three does the work first.
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (is_after, name) = match text.strip_prefix("commit-") {
            Some(name) => (true, name),
            None => (false, text),
        };
        match (name.split_once(':'), is_after) {
            (Some(("slow", time)), false) => return duration(time).map(Self::Slow),
            (Some(("late", time)), false) => return duration(time).map(Self::Late),
            (None, _) => {}
            _ => return Err(format!("there is no fault `{}`", short(text))),
        }
        match (name, is_after) {
            ("slow" | "late", _) => Err(format!("how {name}? write for example `{name}=0.1:2s`")),
            ("drop", false) => Ok(Self::Drop),
            ("drop", true) => Ok(Self::DropAfter),
            ("session-lost", false) => Ok(Self::SessionLost),
            ("popup", false) => Ok(Self::Popup),
            (name, is_after) => {
                let family = if name == "empty500" {
                    ErrorFamily::Empty
                } else {
                    // Whoever mistypes a name may have meant one that is no family.
                    let others = "; other names are contamination, drop, late, slow, empty500, session-lost, popup";
                    name.parse().map_err(|problem: String| format!("{problem}{others}"))?
                };
                Ok(if is_after { Self::AnswerAfter(family) } else { Self::Answer(family) })
            }
        }
    }
}

/// The longest time that anything is made to take.
const MAX_TIME: Duration = Duration::from_secs(3_600);

fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{}` is no time up to an hour; write for example `50ms` or `2s`", short(text));
    let span: jiff::SignedDuration = text.trim().parse().map_err(|_| wrong())?;
    Duration::try_from(span).ok().filter(|time| *time <= MAX_TIME).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_are_read_from_one_line() {
        let chances: Chances =
            "contamination=0.1, empty500=0.05,drop=0.02,commit-drop=0.01,503=1,slow=0.5:1500ms,late=0.1:2s"
                .parse()
                .unwrap();
        assert_eq!(chances.contamination, 0.1);
        assert_eq!(
            chances.faults,
            [
                (Fault::Answer(ErrorFamily::Empty), 0.05),
                (Fault::Drop, 0.02),
                (Fault::DropAfter, 0.01),
                (Fault::Answer(ErrorFamily::Unavailable), 1.0),
                (Fault::Slow(Duration::from_millis(1_500)), 0.5),
                (Fault::Late(Duration::from_secs(2)), 0.1),
            ]
        );
        for wrong in
            ["drop", "drop=2", "drop=-0.1", "drop=NaN", "slow=0.1", "slow=0.1:soon", "flood=0.1", "drop=0.1:2s"]
        {
            assert!(wrong.parse::<Chances>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn latencies_are_times_or_documented() {
        assert_eq!("50ms".parse(), Ok(Latency::Fixed(Duration::from_millis(50))));
        assert_eq!("documented".parse(), Ok(Latency::Documented));
        for wrong in ["", "50", "-50ms", "2h", "fast"] {
            assert!(wrong.parse::<Latency>().is_err(), "{wrong}");
        }
    }
}
