//! Sessions: what one is asked for, and what P21 says of it.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::lenient;

/// Whose session it is, which decides what licence it uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub enum SessionType {
    /// A real user who logs in: P21's default. It uses a user's licence.
    #[default]
    User,
    /// An automated process.
    Auto,
    /// An automated process that P21 does not know as a non-interactive API.
    AutoInteractive,
}

/// The body of `POST /api/ui/interactive/sessions`: every member may be left out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct SessionRequest {
    /// Whose session it is: `User`, if nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_type: Option<SessionType>,
    /// After how many seconds without a call it ends: the server's own default, if nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_timeout: Option<u64>,
    /// Whether response windows are left to the caller. P21 answers them itself where it is false, unseen. Sources disagree
    /// on the default, so a client always says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_window_handling_enabled: Option<bool>,
    /// What the program is called in the server's logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_platform_app: Option<String>,
    /// What the machine is called.
    #[serde(rename = "WorkstationID", skip_serializing_if = "Option::is_none")]
    pub workstation_id: Option<String>,
}

/// The answer to it, in the shape of 25.2 (`SessionId`, `Status`) or of 26.1 (`Id`, `Properties`).
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct SessionCreated {
    /// The id, as 26.1 says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The id, as 25.2 says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// `Active` on 25.2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Versions and limits, since 26.1.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<PropertyGroup>,
}

/// A group of properties of a session: `Telemetry`, `SessionHandling`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct PropertyGroup {
    /// Its name.
    #[serde(deserialize_with = "lenient::text")]
    pub name: String,
    /// What is in it.
    #[serde(deserialize_with = "lenient::or_default")]
    pub properties: Map<String, Value>,
}

impl PropertyGroup {
    /// A group.
    pub fn new(name: impl Into<String>, properties: Map<String, Value>) -> Self {
        Self { name: name.into(), properties }
    }
}

impl SessionCreated {
    /// As 25.2 answers it (verified on 25.2).
    pub fn active(session_id: impl Into<String>) -> Self {
        Self { session_id: Some(session_id.into()), status: Some("Active".to_owned()), ..Self::default() }
    }

    /// As 26.1 answers it (verified on 26.1.5894 and later).
    pub fn with_properties(id: impl Into<String>, properties: Vec<PropertyGroup>) -> Self {
        Self { id: Some(id.into()), properties, ..Self::default() }
    }

    /// The session's id, however it is called.
    pub fn session(&self) -> Option<&str> {
        self.id.as_deref().or(self.session_id.as_deref())
    }

    /// A property by its name, whatever its case and its group. Groups nest differently, and nobody has shown how.
    pub fn property(&self, name: &str) -> Option<String> {
        self.properties.iter().find_map(|group| find(&group.properties, name))
    }

    /// The server's version: `26.1.5940.0`.
    pub fn version(&self) -> Option<String> {
        self.property("fullversion")
    }

    /// How many sessions the server's pool has.
    pub fn pool_size(&self) -> Option<usize> {
        self.property("PoolSize")?.trim().parse().ok()
    }

    /// After how long without a call a session that nobody ended is removed (`00:06:00`, measured).
    pub fn cleanup(&self) -> Option<Duration> {
        time_span(&self.property("SessionCleanupExpiration")?)
    }
}

/// Members are searched at every depth; lists of `{"Name", "Value"}` are members too.
fn find(object: &Map<String, Value>, name: &str) -> Option<String> {
    let own = object.iter().find(|(member, _)| member.eq_ignore_ascii_case(name));
    own.and_then(|(_, value)| lenient::scalar_text(value)).or_else(|| {
        object.values().find_map(|value| match value {
            Value::Object(object) => find(object, name),
            Value::Array(items) => items.iter().filter_map(Value::as_object).find_map(|item| {
                let is_it = lenient::first(item, &["Name", "Key"]).is_some_and(|own| own.eq_ignore_ascii_case(name));
                let value = || item.get("Value").and_then(lenient::scalar_text);
                if is_it { value() } else { find(item, name) }
            }),
            _ => None,
        })
    })
}

/// `hh:mm:ss`, with days and fractions or without, or seconds.
fn time_span(text: &str) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let mut parts = text.split(':');
    let (first, minutes, seconds) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (days, hours) = first.split_once('.').unwrap_or(("0", first));
    let seconds = seconds.split('.').next()?;
    let number = |text: &str| text.parse::<u64>().ok();
    let hours = number(days)?.checked_mul(24)?.checked_add(number(hours)?)?;
    let minutes = hours.checked_mul(60)?.checked_add(number(minutes)?)?;
    Some(Duration::from_secs(minutes.checked_mul(60)?.checked_add(number(seconds)?)?))
}

impl<'de> Deserialize<'de> for SessionCreated {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize, Default)]
        #[serde(rename_all = "PascalCase", default)]
        struct Wire {
            #[serde(deserialize_with = "lenient::some_text")]
            id: Option<String>,
            #[serde(deserialize_with = "lenient::some_text")]
            session_id: Option<String>,
            #[serde(deserialize_with = "lenient::some_text")]
            status: Option<String>,
            properties: Value,
        }
        let wire = Wire::deserialize(deserializer)?;
        let groups = match wire.properties {
            Value::Array(groups) => groups.into_iter().filter_map(|group| serde_json::from_value(group).ok()).collect(),
            Value::Object(properties) => vec![PropertyGroup { name: String::new(), properties }],
            _ => Vec::new(),
        };
        let said = |text: Option<String>| text.filter(|text| !text.is_empty());
        Ok(Self { id: said(wire.id), session_id: said(wire.session_id), status: wire.status, properties: groups })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]
mod tests {
    use super::*;

    fn read(json: &str) -> SessionCreated {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn both_shapes_are_read_and_written() {
        let old = r#"{"SessionId":"abc","Status":"Active"}"#;
        assert_eq!(read(old).session(), Some("abc"));
        assert_eq!(serde_json::to_string(&SessionCreated::active("abc")).unwrap(), old);
        let new = r#"{"Id":"abc","Properties":[{"Name":"Telemetry","Properties":{"fullversion":"26.1.5940.0"}}]}"#;
        assert_eq!(read(new).session(), Some("abc"));
        assert_eq!(read(new).version().as_deref(), Some("26.1.5940.0"));
        assert_eq!(serde_json::to_string(&read(new)).unwrap(), new);
        assert_eq!(read("{}").session(), None);
        assert_eq!(read(r#"{"Id":"","SessionId":"x"}"#).session(), Some("x"));
    }

    #[test]
    fn limits_are_found_wherever_they_stand() {
        let limits = r#""SessionCleanupExpiration":"00:06:00","PoolSize":"5""#;
        for properties in [
            format!(r#"[{{"Name":"SessionHandling","Properties":{{{limits}}}}}]"#),
            format!(r#"[{{"Name":"a","Properties":{{"SessionHandling":{{{limits}}}}}}}]"#),
            format!(r#"{{"SessionHandling":{{{limits}}}}}"#),
            r#"[{"Name":"SessionHandling","Properties":{"x":[{"Name":"PoolSize","Value":5},
                {"Name":"SessionCleanupExpiration","Value":"00:06:00"}]}}]"#
                .to_owned(),
        ] {
            let session = read(&format!(r#"{{"Id":"a","Properties":{properties}}}"#));
            assert_eq!(session.pool_size(), Some(5), "{properties}");
            assert_eq!(session.cleanup(), Some(Duration::from_secs(360)), "{properties}");
        }
    }

    #[test]
    fn spans_of_time_are_read_as_dot_net_writes_them() {
        let seconds = |text| time_span(text).map(|span| span.as_secs());
        assert_eq!(seconds("00:06:00"), Some(360));
        assert_eq!(seconds("1.00:00:01"), Some(86_401));
        assert_eq!(seconds("00:00:01.5000000"), Some(1));
        assert_eq!(seconds("90"), Some(90));
        for bad in ["", "a", "1:2", "1:2:3:4", "-1:00:00", "99999999999999999999:0:0"] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_request_says_what_was_chosen_and_no_more() {
        let all = SessionRequest {
            session_type: Some(SessionType::AutoInteractive),
            session_timeout: Some(120),
            response_window_handling_enabled: Some(true),
            client_platform_app: Some("Pages".to_owned()),
            workstation_id: Some("W-1".to_owned()),
        };
        let written = serde_json::to_string(&all).unwrap();
        assert_eq!(
            written,
            r#"{"SessionType":"AutoInteractive","SessionTimeout":120,"ResponseWindowHandlingEnabled":true,"ClientPlatformApp":"Pages","WorkstationID":"W-1"}"#
        );
        assert_eq!(serde_json::from_str::<SessionRequest>(&written).unwrap(), all);
        assert_eq!(serde_json::to_string(&SessionRequest::default()).unwrap(), "{}");
    }
}
