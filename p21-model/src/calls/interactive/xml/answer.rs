//! What is answered: members that documents of several names have.

use super::super::{
    ActionResult, ChangedField, Datawindow, DatawindowData, Event, MessageType, Status, TabPage, Tool, Tools,
    ValidValue, WindowData, WindowDefinition, WindowMessage, WindowOpened, WindowState,
};
use super::read::{Document, XmlElement, cut};
use super::state;
use crate::wire::xml::tree::Space;
use crate::wire::xml::{Out, XmlReadError, XmlWriteError};

/// In which state a window is: `Status` of the XML flavour. What became of the call its errors say.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WindowStatus {
    /// It takes the next call.
    Ready,
    /// It is at work.
    Busy,
    /// Something is wrong.
    Error,
    /// Another word.
    Other(String),
}

impl WindowStatus {
    fn read(text: &str) -> Self {
        match text.to_ascii_lowercase().as_str() {
            "ready" => Self::Ready,
            "busy" => Self::Busy,
            "error" => Self::Error,
            _ => Self::Other(cut(text, 80)),
        }
    }

    fn as_str(&self) -> &str {
        match self {
            Self::Ready => "Ready",
            Self::Busy => "Busy",
            Self::Error => "Error",
            Self::Other(other) => other,
        }
    }
}

/// An answer, with whatever of these members it has. `OpenWindowResult`, `ChangeResult` and `Values` are in the
/// description; how the others look is a choice.
///
/// ```
/// use p21_model::interactive::Status;
/// use p21_model::interactive::xml::XmlAnswer;
///
/// let refused = "<SaveResult><Status>Ready</Status><Errors><Error>Customer is required.</Error></Errors></SaveResult>";
/// let refused = XmlAnswer::read_xml(refused.as_bytes())?.result();
/// // 200, and a failure all the same.
/// assert_eq!((refused.status, refused.texts()), (Status::Failure, vec!["Customer is required.".to_owned()]));
/// # Ok::<(), p21_model::xml::XmlReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct XmlAnswer {
    /// The window.
    pub window_id: String,
    /// Its title.
    pub title: String,
    /// Its class.
    pub name: String,
    /// Its state.
    pub status: Option<WindowStatus>,
    /// The session, of the answer to a new one.
    pub session_id: Option<String>,
    /// The key of the record that was saved: a number, or a text (`SO-0045892`).
    pub key_value: Option<String>,
    /// The row that was added, counted from 0.
    pub row: Option<i64>,
    /// Every field that a call has changed.
    pub changed_fields: Vec<ChangedField>,
    /// The names of what happened.
    pub events: Vec<String>,
    /// When it happened, of a window that was opened: events have a form of their own there, and errors no place.
    pub opened_at: Option<String>,
    /// What the window said.
    pub messages: Vec<String>,
    /// What was wrong: there is one only where the call failed.
    pub errors: Vec<String>,
    /// Its tabs.
    pub tabs: Vec<TabPage>,
    /// Its datawindows, and what is in them.
    pub datawindows: Vec<(Datawindow, DatawindowData)>,
    /// Its tools.
    pub tools: Vec<Tool>,
    /// What a field takes.
    pub values: Vec<ValidValue>,
}

impl XmlAnswer {
    /// An answer about a window that takes the next call.
    pub fn ready(window_id: impl Into<String>) -> Self {
        Self { window_id: window_id.into(), status: Some(WindowStatus::Ready), ..Self::default() }
    }

    /// An application error, which says why.
    pub fn error(message: impl Into<String>) -> Self {
        Self { status: Some(WindowStatus::Error), messages: vec![message.into()], ..Self::default() }
    }

    /// An answer about a new session.
    pub fn session(id: impl Into<String>) -> Self {
        Self { session_id: Some(id.into()), ..Self::default() }
    }

    /// Reads an answer, whatever its root element is called.
    ///
    /// # Errors
    /// It is no XML, in a namespace of something else (DataContract's, say), or nothing that answers have is in it.
    pub fn read_xml(bytes: &[u8]) -> Result<Self, XmlReadError> {
        let document = Document::read(bytes)?;
        let root = document.root();
        if !root.is_in(&[Space::None, Space::Interactive]) {
            return Err(root.misplaced());
        }
        let answer = Self::of(root)?;
        if answer.is_nothing(root) {
            let expected = "an answer of the Interactive API's XML flavour";
            return Err(XmlReadError::Root { found: cut(root.name(), 80), expected });
        }
        Ok(answer)
    }

    fn of(root: XmlElement<'_>) -> Result<Self, XmlReadError> {
        let text = |name: &str| root.said(name).unwrap_or_default().to_owned();
        // A list, in an element of its own or alone in the document.
        let list = |name: &str| if root.name() == name { Some(root) } else { root.child(name) };
        let each = |name: &'static str, item: &'static str| list(name).into_iter().flat_map(move |of| of.all(item));
        let said = |name: &'static str| -> Vec<String> {
            let items = root.child(name).into_iter().flat_map(XmlElement::children).map(words);
            items.filter(|text| !text.is_empty()).collect()
        };
        let window_id = text("WindowId");
        let attribute = |of: XmlElement<'_>, name: &str| of.attribute(name).unwrap_or_default().to_owned();
        Ok(Self {
            title: text("Title"),
            name: text("Name"),
            status: root.said("Status").map(WindowStatus::read),
            session_id: ["SessionId", "Id"].iter().find_map(|name| root.said(name)).map(str::to_owned),
            key_value: root.said("KeyValue").map(str::to_owned),
            row: root.number("Row")?,
            changed_fields: each("ChangedFields", "Field")
                .map(|of| ChangedField::new(attribute(of, "datawindow"), attribute(of, "name"), of.text()))
                .collect(),
            events: each("Events", "Event")
                .filter_map(|of| of.attribute("name").or(of.said("Name")))
                .map(str::to_owned)
                .collect(),
            opened_at: each("Events", "Event").find_map(|of| of.said("Timestamp")).map(str::to_owned),
            messages: said("Messages"),
            errors: said("Errors"),
            tabs: each("Tabs", "Tab").map(state::tab).collect(),
            datawindows: each("DataWindows", "DataWindow").map(state::datawindow).collect::<Result<_, _>>()?,
            tools: each("Tools", "Tool")
                .filter_map(|of| Some((of.attribute("name").or(of.said("ToolName"))?, of)))
                .map(|(name, of)| {
                    let text = of.attribute("text").map(str::to_owned);
                    Tool { text, ..Tool::new(window_id.clone(), name) }
                })
                .collect(),
            values: each("Values", "Value")
                .map(|of| ValidValue::new(attribute(of, "code"), attribute(of, "description")))
                .collect(),
            window_id,
        })
    }

    /// Whether nothing in the document is what answers have.
    fn is_nothing(&self, root: XmlElement<'_>) -> bool {
        const KNOWN: [&str; 16] = [
            "WindowId",
            "Title",
            "Status",
            "SessionId",
            "Id",
            "KeyValue",
            "Row",
            "ChangedFields",
            "Events",
            "Messages",
            "Errors",
            "Tabs",
            "DataWindows",
            "Tools",
            "Values",
            "Name",
        ];
        let lists = ["Tools", "Values", "DataWindows"];
        !lists.contains(&root.name()) && !KNOWN.iter().any(|name| root.child(name).is_some())
    }

    /// The document. Members that say nothing are left out, but for those that every result is shown with.
    ///
    /// # Errors
    /// A text has a character that XML can't hold.
    pub fn to_xml(&self, root: &str) -> Result<Vec<u8>, XmlWriteError> {
        let mut out = Out::new(1_024);
        let text = |text: &str| if text.is_empty() { None } else { Some(text.to_owned()) };
        out.document(root, None, |out| {
            out.optional("SessionId", self.session_id.as_deref())?;
            out.optional("WindowId", text(&self.window_id).as_deref())?;
            out.optional("Name", text(&self.name).as_deref())?;
            out.optional("Title", text(&self.title).as_deref())?;
            out.optional("Status", self.status.as_ref().map(WindowStatus::as_str))?;
            out.optional("KeyValue", self.key_value.as_deref())?;
            out.optional("Row", self.row.map(|row| row.to_string()).as_deref())?;
            self.write_result(out)?;
            state::write(out, &self.tabs, &self.datawindows)?;
            list(out, "Tools", &self.tools, |out, tool| {
                let attributes = [("name", Some(tool.tool_name.as_str())), ("text", tool.text.as_deref())];
                out.with_attributes("Tool", &attributes, |_| Ok(()))
            })
        })?;
        Ok(out.finish())
    }

    /// The document of `GET /values`.
    ///
    /// # Errors
    /// A text has a character that XML can't hold.
    pub fn values_to_xml(values: &[ValidValue]) -> Result<Vec<u8>, XmlWriteError> {
        let mut out = Out::new(256);
        out.document("Values", None, |out| {
            values.iter().try_for_each(|value| {
                let attributes =
                    [("code", Some(value.code.as_str())), ("description", Some(value.description.as_str()))];
                out.with_attributes("Value", &attributes, |_| Ok(()))
            })
        })?;
        Ok(out.finish())
    }

    fn write_result(&self, out: &mut Out) -> Result<(), XmlWriteError> {
        list(out, "ChangedFields", &self.changed_fields, |out, field| {
            let attributes = [("datawindow", Some(field.datawindow.as_str())), ("name", Some(field.name.as_str()))];
            out.with_attributes("Field", &attributes, |out| out.text(&field.value))
        })?;
        if self.status.is_none() {
            return Ok(());
        }
        out.wrap("Events", |out| {
            self.events.iter().try_for_each(|name| match &self.opened_at {
                None => out.with_attributes("Event", &[("name", Some(name))], |_| Ok(())),
                Some(at) => out.wrap("Event", |out| {
                    out.leaf("Name", name)?;
                    out.leaf("Timestamp", at)
                }),
            })
        })?;
        out.wrap("Messages", |out| self.messages.iter().try_for_each(|text| out.leaf("Message", text)))?;
        if self.opened_at.is_some() && self.errors.is_empty() {
            return Ok(());
        }
        out.wrap("Errors", |out| self.errors.iter().try_for_each(|text| out.leaf("Error", text)))
    }

    /// The same as version 2 would answer it: what became of the call. Errors are a failure whatever the status says; a
    /// window that isn't ready has neither failed nor succeeded.
    pub fn result(&self) -> ActionResult {
        let says_something = !self.window_id.is_empty() || self.key_value.is_some() || self.row.is_some();
        let status = match &self.status {
            _ if !self.errors.is_empty() => Status::Failure,
            Some(WindowStatus::Error) => Status::Failure,
            Some(WindowStatus::Ready) => Status::Success,
            None if says_something => Status::Success,
            _ => Status::None,
        };
        let kind = if status == Status::Failure && self.errors.is_empty() {
            MessageType::Error
        } else {
            MessageType::Information
        };
        let errors = self.errors.iter().map(WindowMessage::error);
        let said = self.messages.iter().map(|text| WindowMessage { text: text.clone(), kind: Some(kind) });
        let mut events: Vec<Event> = self.events.iter().map(|name| Event::new(name, [] as [(_, String); 0])).collect();
        if let Some(key) = &self.key_value {
            // The key is the description's word for a record that is saved.
            if !events.iter().any(|event| event.name.eq_ignore_ascii_case("savesucceeded")) {
                events.push(Event::new("savesucceeded", [] as [(_, String); 0]));
            }
            events.retain(|event| !event.name.eq_ignore_ascii_case("keygenerated"));
            events.push(Event::new("keygenerated", [("generatedkey", key.as_str())]));
        }
        ActionResult {
            messages: errors.chain(said).collect(),
            events,
            changed_fields: self.changed_fields.clone(),
            ..ActionResult::new(status)
        }
    }

    /// The same as version 2 would answer it: a window that is open.
    pub fn opened(&self) -> WindowOpened {
        let result = (!self.errors.is_empty() || self.status == Some(WindowStatus::Error)).then(|| self.result());
        WindowOpened { result, ..WindowOpened::new(&*self.window_id, &*self.title, Vec::new()) }
    }

    /// The same as version 2 would answer it: what a window is made of.
    pub fn state(&self) -> WindowState {
        let definition = WindowDefinition {
            id: self.window_id.clone(),
            name: self.name.clone(),
            title: self.title.clone(),
            tab_page_list: self.tabs.clone(),
            datawindows: self.datawindows.iter().map(|(of, _)| of.clone()).collect(),
        };
        WindowState::new(definition, self.data())
    }

    /// The same as version 2 would answer it: what is in a window.
    pub fn data(&self) -> WindowData {
        WindowData(self.datawindows.iter().map(|(_, data)| data.clone()).collect())
    }

    /// The same as version 2 would answer it: the tools of a window.
    pub fn tools(&self) -> Tools {
        Tools(self.tools.clone())
    }
}

/// A list that isn't empty.
fn list<T>(
    out: &mut Out,
    name: &str,
    items: &[T],
    write: impl Fn(&mut Out, &T) -> Result<(), XmlWriteError>,
) -> Result<(), XmlWriteError> {
    if items.is_empty() {
        return Ok(());
    }
    out.wrap(name, |out| items.iter().try_for_each(|item| write(out, item)))
}

/// What a message or an error says: nobody has shown what is in one.
fn words(of: XmlElement<'_>) -> String {
    let named = ["Text", "Message", "ErrorMessage"].iter().find_map(|name| of.said(name));
    let attributes = ["text", "message"].iter().find_map(|name| of.attribute(name));
    named.or(attributes).map_or_else(|| of.whole_text(), str::to_owned)
}

#[cfg(test)]
mod tests;
