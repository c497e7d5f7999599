//! What P21 tells of what happened in a window, whoever drove it.

use serde_json::{Value, json};

use crate::window::Event;

/// An event as P21 tells it; of some it tells nothing.
pub(crate) fn shown(event: Event) -> Option<Value> {
    match event {
        Event::Retrieved | Event::Changed => Some(json!({"Name": "dwcontentchanged", "Data": []})),
        Event::KeyGenerated(field, key) => Some(with_data("keygenerated", &field, &key)),
        Event::Saved(Some(datawindow)) => Some(with_data("savesucceeded", "datawindowname", &datawindow)),
        Event::Saved(None) => Some(json!({"Name": "savesucceeded", "Data": []})),
        Event::Begun | Event::Tab(_) | Event::Asked(_) | Event::Answered | Event::Reloaded | Event::Closed => None,
    }
}

fn with_data(name: &str, key: &str, value: &str) -> Value {
    json!({"Name": name, "Data": [{"Key": key, "Value": value}]})
}
