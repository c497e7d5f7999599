//! What became of a call on a window.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::lenient;
use super::said::{Event, WindowMessage};

/// P21's `ResultStatus`, an integer on the wire; texts occur and are read too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Status {
    /// 0: no action was needed, or what became of it couldn't be determined. Neither success nor failure.
    #[default]
    None,
    /// 1: the action is done.
    Success,
    /// 2: it failed; messages say why, if anything does.
    Failure,
    /// 3: a response window opened, and blocks the session's window until it is answered.
    Blocked,
}

impl Status {
    const ALL: [(Self, &'static str); 4] =
        [(Self::None, "None"), (Self::Success, "Success"), (Self::Failure, "Failure"), (Self::Blocked, "Blocked")];

    /// Its number on the wire.
    pub fn code(self) -> u8 {
        self as u8
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(Self::ALL[usize::from(self.code())].1)
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.code())
    }
}

impl<'de> Deserialize<'de> for Status {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = lenient::text(deserializer)?;
        let known = Self::ALL
            .iter()
            .find(|(status, name)| name.eq_ignore_ascii_case(text.trim()) || text.trim() == status.code().to_string());
        let unknown = || format!("no status is `{}`: 0 to 3, or None, Success, Failure, Blocked", text.escape_debug());
        known.map(|(status, _)| *status).ok_or_else(|| serde::de::Error::custom(unknown()))
    }
}

/// What became of a call on a window. HTTP 200 says nothing; the status does.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ActionResult {
    /// What became of it.
    pub status: Status,
    /// What the window said.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub messages: Vec<WindowMessage>,
    /// What happened on it.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub events: Vec<Event>,
    /// Empty on real answers, of a call that a response window blocks too (verified on 26.1): its id is in the event
    /// `windowopened`.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub response_window_id: String,
    /// Every field that the call has changed, those that P21 filled in too: the XML flavour says it, the others don't.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed_fields: Vec<ChangedField>,
}

/// A field that a call has changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct ChangedField {
    /// Its datawindow.
    pub datawindow: String,
    /// Its name.
    pub name: String,
    /// What it holds now.
    pub value: String,
}

impl ChangedField {
    /// A field, and what it holds now.
    pub fn new(datawindow: impl Into<String>, name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { datawindow: datawindow.into(), name: name.into(), value: value.into() }
    }
}

impl ActionResult {
    /// A result with a status and nothing else.
    pub fn new(status: Status) -> Self {
        Self { status, ..Self::default() }
    }

    /// The result of several calls, of which only the events matter.
    pub fn of_events(events: Vec<Event>) -> Self {
        Self { events, ..Self::default() }
    }

    /// The response windows that opened, in order.
    pub fn windows_opened(&self) -> Vec<String> {
        let opened = self.events_named("windowopened").filter_map(|event| event.text("windowid"));
        let mut ids: Vec<String> = opened.filter(|id| !id.is_empty()).collect();
        if ids.is_empty() && self.status == Status::Blocked && !self.response_window_id.is_empty() {
            ids.push(self.response_window_id.clone());
        }
        ids
    }

    /// The tabs that became enabled.
    pub fn tabs_enabled(&self) -> Vec<String> {
        self.events_named("tabpageenabled").flat_map(|event| event.texts("pagename")).collect()
    }

    /// The key that a save gave: of the event `keygenerated`, the value named `generatedkey`, else the first whole number,
    /// else the only value. `None` if there is no such event, or several values and no way to tell.
    pub fn generated_key(&self) -> Option<String> {
        self.events_named("keygenerated").find_map(Event::generated_key)
    }

    /// Whether a save says that it went through. It speaks of the window's primary datawindow only: a row that got lost
    /// leaves the answer the same (verified on 25.2 and 26.1).
    pub fn has_saved(&self) -> bool {
        self.events_named("savesucceeded").next().is_some()
    }

    /// Whether a window closed.
    pub fn has_closed(&self) -> bool {
        self.events_named("close").next().is_some()
    }

    /// The events of a name, whatever its case.
    pub fn events_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Event> {
        self.events.iter().filter(move |event| event.name.eq_ignore_ascii_case(name))
    }

    /// Everything that the window said: its messages, and, of servers of old, events called `message`.
    pub fn texts(&self) -> Vec<String> {
        let messages = self.messages.iter().map(|message| message.text.clone());
        messages.chain(self.events_named("message").filter_map(|event| event.text("message"))).collect()
    }

    /// Rewrites every text that P21 says: messages, names of events and what is in them.
    pub fn map_said(&mut self, map: &dyn Fn(&str) -> String) {
        self.messages.iter_mut().for_each(|message| message.text = map(&message.text));
        self.events.iter_mut().for_each(|event| event.map_said(map));
        self.response_window_id = map(&self.response_window_id);
        self.changed_fields.iter_mut().for_each(|field| field.value = map(&field.value));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]
mod tests {
    use super::*;

    fn read(json: &str) -> ActionResult {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_status_is_a_number_or_a_text() {
        for (json, status) in [
            ("0", Status::None),
            ("1", Status::Success),
            ("\"Failure\"", Status::Failure),
            ("\"3\"", Status::Blocked),
            ("\"blocked\"", Status::Blocked),
        ] {
            assert_eq!(read(&format!("{{\"Status\":{json}}}")).status, status);
        }
        for bad in ["4", "-1", "\"Done\"", "[]", "{}", "1.5"] {
            assert!(serde_json::from_str::<ActionResult>(&format!("{{\"Status\":{bad}}}")).is_err(), "{bad}");
        }
        assert!(serde_json::from_str::<ActionResult>("{\"Messages\":[]}").is_err(), "an answer without a status");
        assert_eq!(serde_json::to_string(&Status::Blocked).unwrap(), "3");
    }

    #[test]
    fn an_answer_is_written_as_p21_writes_it() {
        let written = serde_json::to_string(&ActionResult::new(Status::Success)).unwrap();
        assert_eq!(written, r#"{"Status":1,"Messages":[],"Events":[],"ResponseWindowId":""}"#);
    }

    #[test]
    fn the_response_window_is_found_in_every_documented_shape() {
        for events in [
            r#"[{"Name":"windowopened","Data":[{"Key":"windowid","Value":"w-42"}]}]"#,
            r#"[{"Name":"windowopened","Data":[{"Key":"WindowId","Value":"w-42"}]}]"#,
            r#"[{"Name":"WindowOpened","Data":{"WindowId":"w-42"}}]"#,
            r#"[{"Name":"windowopened","Data":"w-42"}]"#,
        ] {
            let result = read(&format!(r#"{{"Status":3,"Events":{events},"Messages":null}}"#));
            assert_eq!(result.windows_opened(), ["w-42"], "{events}");
        }
        assert_eq!(read(r#"{"Status":3,"ResponseWindowId":"w-1"}"#).windows_opened(), ["w-1"]);
        assert!(read(r#"{"Status":3,"ResponseWindowId":""}"#).windows_opened().is_empty());
    }

    #[test]
    fn tabs_and_keys_are_read_from_events() {
        let result = read(
            r#"{"Status":1,"Events":[{"Name":"tabpageenabled","Data":[{"Key":"pagename","Value":"VALUES"},
            {"Key":"pagename","Value":"BINS"}]},{"Name":"tabpageenabled","Data":[{"Key":"pagename","Value":"COSTS"}]}]}"#,
        );
        assert_eq!(result.tabs_enabled(), ["VALUES", "BINS", "COSTS"]);
        let key = |data: &str| {
            read(&format!(r#"{{"Status":1,"Events":[{{"Name":"keygenerated","Data":{data}}}]}}"#)).generated_key()
        };
        assert_eq!(
            key(r#"[{"Key":"name","Value":"price_page_uid"},{"Key":"x","Value":"1001"}]"#).as_deref(),
            Some("1001")
        );
        assert_eq!(
            key(r#"[{"Key":"generatedkey","Value":"SO-0045892"},{"Key":"x","Value":"1"}]"#).as_deref(),
            Some("SO-0045892")
        );
        assert_eq!(key(r#"[{"Key":"price_page_uid","Value":1001}]"#).as_deref(), Some("1001"));
        assert_eq!(key(r#"[{"Key":"order_no","Value":"SO-1"}]"#).as_deref(), Some("SO-1"));
        assert_eq!(key(r#"[{"Key":"a","Value":"x"},{"Key":"b","Value":"y"}]"#), None);
        assert_eq!(key("[]"), None);
    }
}
