//! Calls, spelt.

use bytes::Bytes;
use p21_model::interactive::xml::{
    Body, Change, ChangeRequest, RowDataRequest, RowRequest, SaveRequest, TabRequest, ToolRequest, WindowType,
};
use p21_model::interactive::{self as v2, MenuId, OpenRequest, ValueMeaning};
use reqwest::Method;

use crate::error::Error;
use crate::windows::problem::WindowProblem;
use crate::windows::wire::{Op, Place, Spelt, no_form, query};

/// Where its session comes from, and, by choice, goes to.
const SESSION: &str = "/common/session";

impl Op {
    /// The call in XML, on a window.
    ///
    /// # Errors
    /// The description has no form for it, or a value has a character that XML can't hold.
    pub(in crate::windows) fn spell_xml(&self, window: &str) -> Result<Spelt, Error> {
        let by_id = |method: Method, path: &str| Ok(spelt(method, path.to_owned() + &query("id", window)));
        match self {
            Self::Create(_, Some(login)) => {
                let mut spelt = with(Method::POST, SESSION, login)?;
                spelt.is_secret = true;
                Ok(spelt)
            }
            Self::Create(_, None) => Err(no_form("a session without a user, a password and a company")),
            Self::End => Ok(spelt(Method::DELETE, SESSION.to_owned())),
            Self::Sessions => Err(no_form("the list of sessions")),
            Self::Open(request) => with(Method::POST, "/window", &open(request)?),
            Self::Probe => Ok(spelt(Method::GET, "/window".to_owned())),
            Self::State => by_id(Method::GET, "/window"),
            Self::Close => by_id(Method::DELETE, "/window"),
            Self::Data => by_id(Method::GET, "/data"),
            Self::Clear => by_id(Method::DELETE, "/data"),
            Self::Change(list) => {
                let changes: Result<Vec<Change>, Error> = list.iter().map(change).collect();
                with(Method::PUT, "/change", &ChangeRequest::new(window, changes?))
            }
            Self::Tab(tab) => with(Method::PUT, "/tab", &TabRequest::new(window, tab)),
            Self::AddRow(datawindow) => with(Method::POST, "/row", &RowRequest::new(window, datawindow)),
            Self::AddRowWith(datawindow, list) => {
                list.iter().try_for_each(|item| change(item).map(drop))?;
                let fields = list.iter().map(|change| (change.field_name.clone(), change.value.clone()));
                with(Method::POST, "/row/data", &RowDataRequest::new(window, datawindow, fields))
            }
            // Counted from 0 there.
            Self::SelectRow(_, row) if *row < 1 => Err(Error::of_window(WindowProblem::NoSuchRow, None)),
            Self::SelectRow(datawindow, row) => {
                with(Method::PUT, "/row", &RowRequest::select(window, datawindow, row - 1))
            }
            Self::Save => with(Method::PUT, "/data", &SaveRequest::new(window)),
            Self::Tools(place) => {
                of_window_alone(place)?;
                by_id(Method::GET, "/tools")
            }
            Self::RunTool(tool, place) => {
                of_window_alone(place)?;
                with(Method::POST, "/tools", &ToolRequest::new(window, tool))
            }
            Self::Values { datawindow, field } => {
                let more = query("dataWindowName", datawindow) + &query("fieldName", field);
                Ok(spelt(Method::GET, "/values".to_owned() + &query("id", window) + &more.replace('?', "&")))
            }
        }
    }
}

fn of_window_alone(place: &Place) -> Result<(), Error> {
    if place.datawindow.is_none() { Ok(()) } else { Err(no_form("a tool of a datawindow or of a field")) }
}

/// Windows open by their menu entry; the service is wanted by those of several.
fn open(request: &OpenRequest) -> Result<WindowType, Error> {
    let menu = match &request.menu_id {
        Some(MenuId::Text(entry)) => entry.clone(),
        Some(MenuId::Number(number)) => number.to_string(),
        _ => return Err(no_form("opening a window without its menu entry (`MenuId`)")),
    };
    let mut window = WindowType::new(menu);
    window.service_name.clone_from(&request.service_name);
    Ok(window)
}

/// There are no tabs in changes: a field is found by its datawindow alone.
fn change(change: &v2::Change) -> Result<Change, Error> {
    if change.value_type == Some(ValueMeaning::Data) {
        return Err(no_form("values as they are stored (`ValueType`)"));
    }
    let datawindow = change.datawindow_name.as_deref().filter(|name| !name.is_empty());
    let Some(datawindow) = datawindow else { return Err(no_form("a value for a field without its datawindow")) };
    Ok(Change::new(datawindow, change.field_name.as_str(), change.value.as_str()))
}

fn spelt(method: Method, path: String) -> Spelt {
    Spelt { method, path, body: None, is_xml: true, is_secret: false }
}

fn with(method: Method, path: &str, body: &impl Body) -> Result<Spelt, Error> {
    let xml = body.to_xml();
    let xml = xml.map_err(|error| Error::input(format!("the call can't be XML: {error}")).because(error))?;
    Ok(Spelt { body: Some(Bytes::from(xml)), ..spelt(method, path.to_owned()) })
}
