//! What is shown of a window.

use axum::extract::RawQuery;
use axum::response::Response;
use p21_model::interactive::xml::XmlAnswer;
use p21_model::interactive::{Datawindow, DatawindowData, Tools, ValidValue, WindowState};

use super::answer::{self, in_the_dialect};
use super::names;
use crate::facts::plan::Service;
use crate::facts::texts;
use crate::serve::http;
use crate::serve::interactive::answer::Failure;
use crate::serve::interactive::form::{Call, Form};
use crate::serve::interactive::routes::{self, Work};
use crate::serve::interactive::session::OpenWindows;
use crate::serve::interactive::{state as shown, tools as tooling};

/// Looks at a window.
async fn look(
    mut work: Work,
    query: Option<String>,
    look: impl FnOnce(&Call<'_>, &mut OpenWindows, &str, Option<&str>) -> Result<Response, Failure> + Send + 'static,
) -> Response {
    work.is_xml = true;
    work.run(move |call, windows| {
        let id = routes::id_of(query.as_deref()).map_err(answer::refusal)?;
        look(call, windows, &id, query.as_deref()).map_err(answer::refusal)
    })
    .await
}

pub(super) async fn state(work: Work, RawQuery(query): RawQuery) -> Response {
    look(work, query, |call, windows, id, _| {
        let form = windows.form(call, id)?;
        Ok(answer::document("WindowResult", &state_of(form)?))
    })
    .await
}

pub(super) async fn data(work: Work, RawQuery(query): RawQuery) -> Response {
    look(work, query, |call, windows, id, _| {
        let form = windows.form(call, id)?;
        let mut answer = XmlAnswer::ready(id);
        answer.datawindows = touched(form)?;
        Ok(answer::document("DataResult", &answer))
    })
    .await
}

/// The answer to a window that was opened: what is in it, and no more.
pub(super) fn opened(call: &Call<'_>, form: &Form) -> Response {
    let datawindows = match touched(form) {
        Ok(datawindows) => datawindows,
        Err(failure) => return failure.into_response(),
    };
    let now = call.config().clock.now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let mut answer = XmlAnswer::ready(form.id.as_str());
    answer.events.push("WindowOpened".to_owned());
    (answer.opened_at, answer.datawindows) = (Some(now), datawindows);
    answer::document("OpenWindowResult", &answer)
}

/// The state, as JSON has it, by the names of the flavour.
fn state_of(form: &Form) -> Result<XmlAnswer, Failure> {
    let service = &form.window.service;
    let state: WindowState = read(shown::state(form))?;
    let mut data = state.data.0;
    let datawindows = state.definition.datawindows.into_iter().map(|of| {
        let at = data.iter().position(|data| data.name == of.name);
        let of_it = at.map(|at| data.remove(at)).unwrap_or_default();
        renamed(service, of, of_it)
    });
    let datawindows = datawindows.collect();
    let tabs = state.definition.tab_page_list.into_iter().map(|mut tab| {
        tab.name = names::tab(service, &tab.name).to_owned();
        tab
    });
    let mut answer = XmlAnswer::ready(form.id.as_str());
    (answer.name, answer.title) = (state.definition.name, state.definition.title);
    (answer.tabs, answer.datawindows) = (tabs.collect(), datawindows);
    Ok(answer)
}

/// What `GET /data` shows in JSON.
fn touched(form: &Form) -> Result<Vec<(Datawindow, DatawindowData)>, Failure> {
    let service = &form.window.service;
    let data: Vec<DatawindowData> = read(shown::data(form))?;
    let with_name = data.into_iter().map(|data| {
        let page = data.full_name.rsplit_once('.').map_or("", |(page, _)| page).to_owned();
        let mut of = Datawindow::default();
        (of.name, of.parent_page) = (data.name.clone(), page);
        renamed(service, of, data)
    });
    Ok(with_name.collect())
}

fn read<T: serde::de::DeserializeOwned>(shown: serde_json::Value) -> Result<T, Failure> {
    let problem = |error: serde_json::Error| Failure::Unknown(format!("this window in XML ({error})"));
    serde_json::from_value(shown).map_err(problem)
}

/// A datawindow by the names of the flavour, with its dates.
fn renamed(service: &Service, mut of: Datawindow, mut data: DatawindowData) -> (Datawindow, DatawindowData) {
    let mut elements = 0..service.elements.len() as u16;
    let element = elements
        .find(|element| service.page(*element) == of.parent_page && service.element(*element).datawindow() == of.name);
    let Some(element) = element else { return (of, data) };
    let schema = service.element(element);
    of.parent_page = names::tab(service, &of.parent_page).to_owned();
    of.name = names::datawindow(service, element).to_owned();
    data.name.clone_from(&of.name);
    for (at, column) in data.columns.iter().enumerate() {
        let Some((_, field)) = schema.field(column) else { continue };
        for cell in data.data.iter_mut().filter_map(|row| row.get_mut(at)?.as_mut()) {
            *cell = in_the_dialect(field, cell);
        }
    }
    (of, data)
}

pub(super) async fn tools(work: Work, RawQuery(query): RawQuery) -> Response {
    look(work, query, |call, windows, id, _| {
        let tools: Tools = read(tooling::list(call, windows, id, &tooling::Level::default())?)?;
        let mut answer = XmlAnswer::ready(id);
        answer.tools = tools.0;
        Ok(answer::document("ToolsResult", &answer))
    })
    .await
}

/// What a field takes: the codes that are known, and what is shown of them.
pub(super) async fn values(work: Work, RawQuery(query): RawQuery) -> Response {
    look(work, query, |call, windows, id, query| {
        let of = |name: &str| http::query(query, name).unwrap_or_default();
        let (datawindow, field) = (of("dataWindowName"), of("fieldName"));
        let form = windows.form(call, id)?;
        let Some(element) = names::element(form, &datawindow) else {
            return Err(form.no_datawindow(call, &datawindow));
        };
        let service = &form.window.service;
        let Some((_, schema)) = service.element(element).field(&field) else {
            return Err(Failure::bad(texts::NO_FIELD.with(&[&field, &datawindow])));
        };
        let values: Vec<ValidValue> =
            schema.values.iter().map(|label| ValidValue::new(schema.code(label).unwrap_or(label), label)).collect();
        match XmlAnswer::values_to_xml(&values) {
            Ok(xml) => Ok(answer::text(xml)),
            Err(error) => Err(Failure::Unknown(format!("these values in XML ({error})"))),
        }
    })
    .await
}
