//! Opening, saving, clearing, closing.

use axum::http::StatusCode;
use uuid::Uuid;

use super::answer::{Done, Failure, Status};
use super::form::{Call, Form};
use super::popup::Popup;
use super::request::OpenWanted;
use super::session::OpenWindows;
use crate::facts::settings::interactive::UnsavedClose;
use crate::facts::{elsewhere, texts};
use crate::window::refusal::Stop;

/// Opens a window; its id.
pub(super) fn open(call: &Call<'_>, windows: &mut OpenWindows, wanted: &OpenWanted) -> Result<String, Failure> {
    let name = wanted.service.as_str();
    let refused = |window: &str| Failure::bad(texts::NOT_OPENED.with(&[window, &call.session.caller.user]));
    if name.is_empty() {
        // By title or class a window is found, and does not open all the same.
        let found = call.engine.catalogue.services().find(|service| {
            let opening = service.opening();
            let is_it = |wanted: &str, known: &str| !wanted.is_empty() && wanted == known;
            is_it(wanted.name.as_str(), opening.class) || is_it(wanted.title.as_str(), opening.title)
        });
        return Err(refused(found.map_or("", |service| service.opening().class)));
    }
    if call.engine.is_undeployed(name) {
        return Err(refused(call.engine.catalogue.get(name).map_or("", |service| service.opening().class)));
    }
    let Some(service) = call.engine.catalogue.get(name) else {
        return Err(match elsewhere::may_exist(name) {
            true if elsewhere::opens_no_window(name) => Failure::Silent,
            true => Failure::Unknown(format!(
                "the window of {name}: no definition of it is served here (name a folder that has one with --definitions)"
            )),
            false => refused(""),
        });
    };
    let most = call.config().interactive.max_windows;
    if windows.forms.len() >= most {
        let text =
            format!("the session has {most} windows, and this local P21 keeps no more (interactive.max_windows)");
        return Err(Failure::own(StatusCode::BAD_REQUEST, text));
    }
    // What was left up in the session meets whoever opens the window next, and is gone then.
    if let Some(spoilt) = call.spoilt(service.name()) {
        return Err(Failure::Contaminated(spoilt.text));
    }
    let id = Uuid::new_v4().to_string();
    let form = Form::open(call, id.clone(), call.engine.window(service))?;
    windows.forms.insert(id.clone(), form);
    Ok(id)
}

/// Saves what is typed.
pub(super) fn save(call: &Call<'_>, windows: &mut OpenWindows, id: &str) -> Result<Done, Failure> {
    if windows.popups.contains_key(id) {
        return Err(Failure::bad(texts::NOTHING_TO_SAVE));
    }
    let form = windows.form(call, id)?;
    let spoilt = call.spoilt(form.window.service.name());
    if let Some(spoilt) = spoilt.as_ref().filter(|spoilt| !spoilt.is_stored) {
        return Err(Failure::Contaminated(spoilt.text.clone()));
    }
    let mut done = Done::success();
    let is_due = form.has_unsaved;
    form.is_fresh = false;
    form.drive(call, &mut done, |window, desk| match is_due {
        true => window.save_and_stay(desk),
        false => Err(Stop::refused(texts::NOTHING_TO_SAVE)),
    })?;
    let done = windows.settle(call, id, done)?;
    match spoilt {
        Some(spoilt) if done.status == Status::Success => Err(Failure::Contaminated(spoilt.text)),
        _ => Ok(done),
    }
}

/// Empties a window: what is not saved is gone.
pub(super) fn clear(call: &Call<'_>, windows: &mut OpenWindows, id: &str) -> Result<Done, Failure> {
    let form = windows.form(call, id)?;
    if let Some(spoilt) = call.spoilt(form.window.service.name()) {
        return Err(Failure::Contaminated(spoilt.text));
    }
    form.empty(call)?;
    Ok(Done::success())
}

/// Closes a window, and whatever it asks.
pub(super) fn close(call: &Call<'_>, windows: &mut OpenWindows, id: &str) -> Result<Done, Failure> {
    if let Some(popup) = windows.popups.get(id) {
        return Err(popup.stays());
    }
    let Some(form) = windows.forms.get_mut(id) else {
        return Err(if id.is_empty() { Failure::no_window_id() } else { call.gone() });
    };
    let asks = call.config().unknowns.unsaved_close == UnsavedClose::Asks && call.hands_out();
    if asks && form.has_unsaved && form.popup.is_none() {
        let mut done = Done::success();
        windows.put_up(id, Popup::unsaved(id), &mut done);
        return Ok(done);
    }
    windows.remove(id);
    Ok(Done::success())
}

impl OpenWindows {
    /// Takes a window away, and what it asks.
    pub(super) fn remove(&mut self, id: &str) {
        if let Some(form) = self.forms.remove(id) {
            self.popups.retain(|_, popup| popup.parent != form.id);
            form.window.close();
        }
    }
}
