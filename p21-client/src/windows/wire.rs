//! How calls are spelt: the flavours of the Interactive API.

use std::time::Duration;

use bytes::Bytes;
use p21_model::interactive::{
    AddRowRequest, Change, ChangeRequest, OpenRequest, RunToolRequest, SaveRequest, SelectRowRequest, SessionRequest,
    TabRequest, ValueMeaning, v1, xml,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Method, StatusCode};
use serde::Serialize;

use super::WindowTimeouts;
use super::problem::WindowProblem;
use crate::api::call::json;
use crate::error::Error;

/// Which Interactive API a session speaks; all say the same as far as they can.
///
/// What a flavour has no form for is refused before anything is sent
/// ([`NotInThisFlavour`](super::WindowProblem::NotInThisFlavour)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum InteractiveFlavour {
    /// Version 2 in JSON, below `/api/ui/interactive/v2`: what current servers have.
    #[default]
    V2,
    /// Version 1 in JSON, at the addresses of P21's SDK, below `/ui/interactive/v1`; a server may lack it. It has no
    /// `TabName` and no `ValueType`.
    V1,
    /// The XML that one description shows, below `/common` and the server's root. Nobody has seen a server that speaks it:
    /// where the description is silent, this client chooses, and says so. Its session wants a
    /// [company](super::SessionBuilder::company) and a user's password, its windows their
    /// [menu entry](super::SessionBuilder::menu_id). It has no response windows, no [`ValueMeaning`], no tools but a window's
    /// own, no times of day and no list of sessions; it has a call for valid values, and one for a row with its values.
    Xml,
}

impl InteractiveFlavour {
    /// All of them, those that are known to be there first: what current servers have, what older ones have, what nobody has
    /// seen.
    pub(crate) const ALL: [Self; 3] = [Self::V2, Self::V1, Self::Xml];

    /// What transcripts call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::V2 => "v2",
            Self::V1 => "v1",
            Self::Xml => "xml",
        }
    }
}

/// Whether an answer says that there is no such call.
pub(crate) fn is_no_such_call(status: StatusCode) -> bool {
    [StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED, StatusCode::NOT_IMPLEMENTED].contains(&status)
}

const SESSIONS: &str = "/api/ui/interactive/sessions";
const SESSIONS_V1: &str = "/ui/common/v1/sessions";

/// What has to be encoded in a query.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A call on a session or on one of its windows.
#[derive(Debug, Clone)]
pub(crate) enum Op {
    /// With the login that the XML flavour's session wants.
    Create(SessionRequest, Option<xml::SessionRequest>),
    End,
    Sessions,
    Open(OpenRequest),
    /// The windows' address, without a window: whether there is one.
    Probe,
    State,
    Close,
    Change(Vec<Change>),
    Tab(String),
    AddRow(String),
    /// A row with its values, in one call: the XML flavour's alone.
    AddRowWith(String, Vec<Change>),
    SelectRow(String, i64),
    Save,
    Data,
    Clear,
    Tools(Place),
    RunTool(String, Place),
    /// What a field takes: the XML flavour's alone.
    Values {
        datawindow: String,
        field: String,
    },
}

/// What a tool belongs to: the window, a datawindow, or a field in a row.
#[derive(Debug, Clone, Default)]
pub(crate) struct Place {
    pub(crate) datawindow: Option<String>,
    pub(crate) field: Option<String>,
    pub(crate) row: Option<i64>,
}

/// The request of a call.
#[derive(Clone)]
pub(crate) struct Spelt {
    pub(crate) method: Method,
    /// With its query, percent-encoded.
    pub(crate) path: String,
    pub(crate) body: Option<Bytes>,
    pub(crate) is_xml: bool,
    /// What it says is nobody's business but the server's.
    pub(crate) is_secret: bool,
}

impl std::fmt::Debug for Spelt {
    /// Without the body, which may have a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spelt").field("method", &self.method).field("path", &self.path).finish_non_exhaustive()
    }
}

impl Op {
    /// Whether it may store something.
    pub(crate) fn writes(&self) -> bool {
        matches!(self, Self::Save | Self::RunTool(..))
    }

    /// Whether it changes nothing, in the window neither.
    pub(crate) fn reads(&self) -> bool {
        matches!(self, Self::Sessions | Self::Probe | Self::State | Self::Data | Self::Tools(_) | Self::Values { .. })
    }

    /// Whether its answer is a result with a status.
    pub(crate) fn has_result(&self) -> bool {
        use Op::{AddRow, AddRowWith, Change, Clear, RunTool, Save, SelectRow, Tab};
        matches!(self, Change(_) | Tab(_) | AddRow(_) | AddRowWith(..) | SelectRow(..) | Save | Clear | RunTool(..))
    }

    /// How long it may take.
    pub(crate) fn limit(&self, limits: &WindowTimeouts) -> Duration {
        match self {
            Self::Save => limits.save,
            Self::Change(_) | Self::AddRow(_) | Self::AddRowWith(..) | Self::SelectRow(..) => limits.change,
            Self::Create(..) => limits.create,
            _ => limits.other,
        }
    }

    /// What errors, logs and transcripts call it. No values.
    pub(crate) fn name(&self) -> String {
        let on = |place: &Place| match (&place.datawindow, &place.field, place.row) {
            (None, ..) => String::new(),
            (Some(datawindow), None, _) => format!(" of `{datawindow}`"),
            (Some(datawindow), Some(field), None) => format!(" of `{datawindow}` `{field}`"),
            (Some(datawindow), Some(field), Some(row)) => format!(" of `{datawindow}` `{field}`, row {row}"),
        };
        match self {
            Self::Create(..) => "start the session".to_owned(),
            Self::End => "end the session".to_owned(),
            Self::Sessions => "list the sessions".to_owned(),
            Self::Open(_) => "open the window".to_owned(),
            Self::Probe => "ask which Interactive API it is".to_owned(),
            Self::State => "read the window".to_owned(),
            Self::Close => "close the window".to_owned(),
            Self::Change(list) => {
                let fields: Vec<String> = list.iter().map(named).collect();
                format!("type {}", fields.join(", "))
            }
            Self::Tab(tab) => format!("select the tab `{tab}`"),
            Self::AddRow(datawindow) => format!("add a row to `{datawindow}`"),
            Self::AddRowWith(datawindow, list) => {
                let fields: Vec<String> = list.iter().map(|change| format!("`{}`", change.field_name)).collect();
                format!("add a row to `{datawindow}` with {}", fields.join(", "))
            }
            Self::SelectRow(datawindow, row) => format!("select row {row} of `{datawindow}`"),
            Self::Save => "save".to_owned(),
            Self::Data => "read the data".to_owned(),
            Self::Clear => "clear the window".to_owned(),
            Self::Tools(place) => format!("list the tools{}", on(place)),
            Self::RunTool(tool, place) => format!("run `{tool}`{}", on(place)),
            Self::Values { datawindow, field } => format!("list the values of `{datawindow}` `{field}`"),
        }
    }

    /// The call as a flavour spells it, on a window.
    ///
    /// # Errors
    /// The flavour has no form for it.
    pub(crate) fn spell(&self, flavour: InteractiveFlavour, window: &str) -> Result<Spelt, Error> {
        match flavour {
            InteractiveFlavour::V2 => self.version_2(window),
            InteractiveFlavour::V1 => self.version_1(window),
            InteractiveFlavour::Xml => self.spell_xml(window),
        }
    }

    fn version_2(&self, window: &str) -> Result<Spelt, Error> {
        let at = |path: &str| format!("/api/ui/interactive/v2/{path}");
        let by_id = |method: Method, path: &str| Ok(spelt(method, at(path) + &query("id", window)));
        match self {
            Self::Create(request, _) => with(Method::POST, SESSIONS.to_owned(), request),
            Self::End => Ok(spelt(Method::DELETE, SESSIONS.to_owned())),
            Self::Sessions => Ok(spelt(Method::GET, SESSIONS.to_owned())),
            Self::Open(request) => with(Method::POST, at("window"), request),
            Self::Probe => Ok(spelt(Method::GET, at("window"))),
            Self::State => by_id(Method::GET, "window"),
            Self::Close => by_id(Method::DELETE, "window"),
            Self::Data => by_id(Method::GET, "data"),
            Self::Clear => by_id(Method::DELETE, "data"),
            Self::Change(list) => with(Method::PUT, at("change"), &ChangeRequest::new(window, list.clone())),
            Self::Tab(tab) => with(Method::PUT, at("tab"), &TabRequest::new(window, tab)),
            Self::AddRow(datawindow) => with(Method::POST, at("row"), &AddRowRequest::new(window, datawindow)),
            Self::SelectRow(datawindow, row) => {
                with(Method::PUT, at("row"), &SelectRowRequest::new(window, datawindow, *row))
            }
            Self::Save => with(Method::PUT, at("data"), &SaveRequest::new(window)),
            Self::Tools(place) => Ok(spelt(Method::GET, at("tools") + &tools_query(window, place))),
            Self::RunTool(tool, place) => with(Method::POST, at("tools"), &run_tool(window, tool, place)),
            Self::AddRowWith(..) | Self::Values { .. } => Err(no_form(XML_ALONE)),
        }
    }

    fn version_1(&self, window: &str) -> Result<Spelt, Error> {
        let at = |path: &str| format!("/ui/interactive/v1/{path}");
        let by_id = |method: Method, path: &str| Ok(spelt(method, at(path) + &query("id", window)));
        match self {
            Self::Create(request, _) => with(Method::POST, SESSIONS_V1.to_owned(), request),
            Self::End => Ok(spelt(Method::DELETE, SESSIONS_V1.to_owned())),
            Self::Sessions => Ok(spelt(Method::GET, SESSIONS_V1.to_owned())),
            Self::Open(request) => with(Method::POST, at("window"), request),
            Self::Probe => Ok(spelt(Method::GET, at("window"))),
            Self::State => by_id(Method::GET, "window"),
            Self::Close => by_id(Method::DELETE, "window"),
            Self::Data => by_id(Method::GET, "data"),
            Self::Clear => by_id(Method::DELETE, "data"),
            Self::Change(list) => {
                let changes: Result<Vec<v1::Change>, Error> = list.iter().map(version_1_change).collect();
                with(Method::PUT, at("change"), &v1::ChangeRequest::new(window, changes?))
            }
            Self::Tab(tab) => with(Method::PUT, at("tab"), &v1::TabRequest::new(window, tab)),
            Self::AddRow(datawindow) => with(Method::POST, at("row"), &v1::AddRowRequest::new(window, datawindow)),
            Self::SelectRow(datawindow, row) => {
                with(Method::PUT, at("row"), &v1::SelectRowRequest::new(window, datawindow, *row))
            }
            Self::Save => with(Method::PUT, at("data"), &v1::SaveRequest::new(window)),
            Self::Tools(place) => Ok(spelt(Method::GET, at("tools") + &tools_query(window, place))),
            Self::RunTool(tool, place) if place.datawindow.is_none() => {
                with(Method::POST, at("tools"), &run_tool(window, tool, place))
            }
            Self::RunTool(..) => Err(no_form("a tool of a datawindow or of a field")),
            Self::AddRowWith(..) | Self::Values { .. } => Err(no_form(XML_ALONE)),
        }
    }
}

/// Version 1 has no tabs in changes: a field is found by its datawindow alone.
fn version_1_change(change: &Change) -> Result<v1::Change, Error> {
    if change.value_type == Some(ValueMeaning::Data) {
        return Err(no_form("values as they are stored (`ValueType`)"));
    }
    Ok(v1::Change::new(change.datawindow_name.clone(), change.field_name.as_str(), change.value.as_str()))
}

/// What no version in JSON has a call for.
const XML_ALONE: &str = "a row with its values in one call, or the values that a field takes";

pub(super) fn no_form(what: &str) -> Error {
    Error::of_window(WindowProblem::NotInThisFlavour { what: what.to_owned() }, None)
}

fn named(change: &Change) -> String {
    match &change.datawindow_name {
        Some(datawindow) => format!("`{datawindow}` `{}`", change.field_name),
        None => format!("`{}`", change.field_name),
    }
}

fn run_tool(window: &str, tool: &str, place: &Place) -> RunToolRequest {
    let mut run = RunToolRequest::new(window, tool);
    (run.datawindow_name, run.field_name, run.row) = (place.datawindow.clone(), place.field.clone(), place.row);
    run
}

fn spelt(method: Method, path: String) -> Spelt {
    Spelt { method, path, body: None, is_xml: false, is_secret: false }
}

fn with(method: Method, path: String, body: &impl Serialize) -> Result<Spelt, Error> {
    Ok(Spelt { body: Some(json(body)?), ..spelt(method, path) })
}

pub(super) fn query(name: &str, value: &str) -> String {
    format!("?{name}={}", utf8_percent_encode(value, QUERY))
}

fn tools_query(window: &str, place: &Place) -> String {
    let mut query = query("windowId", window);
    let mut and = |name: &str, value: &str| {
        query.push_str(&format!("&{name}={}", utf8_percent_encode(value, QUERY)));
    };
    if let Some(datawindow) = &place.datawindow {
        and("dwName", datawindow);
    }
    if let Some(field) = &place.field {
        and("fieldName", field);
    }
    if let Some(row) = place.row {
        and("row", &row.to_string());
    }
    query
}
