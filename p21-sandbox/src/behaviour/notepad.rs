//! Notes about items, customers, suppliers, vendors: a note has to name the areas it shows in, and those can only be
//! picked, from a list of areas and with a tool.

use crate::facts::texts;
use crate::window::refusal::Stop;
use crate::window::{Behaviour, Desk, Window};

pub(super) struct Notepad;

/// Areas of the note, and areas there are.
const AREAS: &str = "tp_17_dw_17";
const AREA_LIST: &str = "tp_17_dw_dragdrop";
const AREA: &str = "area";

impl Behaviour for Notepad {
    fn runs_transactions(&self) -> bool {
        true
    }

    /// The list of areas offers those that the note does not have yet.
    fn offers(&self, window: &Window, element: u16) -> Option<Vec<String>> {
        let schema = window.service.element(element);
        if schema.datawindow() != AREA_LIST {
            return None;
        }
        let (_, field) = schema.field(AREA)?;
        let chosen = chosen(window);
        let offered = field.values.iter().filter(|area| !chosen.iter().any(|chosen| chosen == area));
        Some(offered.map(str::to_owned).collect())
    }

    fn tools(&self, window: &Window) -> &'static [&'static str] {
        if window.element_of_datawindow(AREA_LIST).is_some() { &["cb_select", "cb_selectall"] } else { &[] }
    }

    fn tool(&self, window: &mut Window, desk: &mut Desk<'_>, tool: &str, picked: Option<&str>) -> Result<bool, Stop> {
        let Some(list) = window.element_of_datawindow(AREA_LIST) else { return Ok(false) };
        let areas: Vec<String> = match tool {
            "cb_select" => picked.map(str::to_owned).into_iter().collect(),
            "cb_selectall" => self.offers(window, list).unwrap_or_default(),
            _ => return Ok(false),
        };
        let Some(element) = window.element_of_datawindow(AREAS) else { return Ok(false) };
        for area in areas {
            let row = window.append(desk, element)?;
            window.set_named(row, element, AREA, area);
        }
        Ok(true)
    }

    fn before_save(&self, window: &mut Window, _desk: &mut Desk<'_>) -> Result<(), Stop> {
        let refusal = window.service.refusal.as_deref().unwrap_or(texts::NO_OBJECT.pattern());
        if chosen(window).is_empty() { Err(Stop::refused(refusal)) } else { Ok(()) }
    }
}

/// The areas that the note has.
fn chosen(window: &Window) -> Vec<String> {
    let Some(element) = window.element_of_datawindow(AREAS) else { return Vec::new() };
    let storage = window.service.plan(element).storage;
    window.rows.below(storage, 0).iter().map(|row| window.named(*row, element, AREA).to_owned()).collect()
}
