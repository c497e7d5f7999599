//! Tabs and datawindows in answers. The description shows a `DataWindow` with a name and not what is in it: the rest is a
//! choice, made of the names that it has elsewhere.

use super::super::{Datawindow, DatawindowData, Style, TabPage, WindowField, WireDataType};
use super::read::{XmlElement, cut};
use crate::wire::xml::{Out, XmlReadError, XmlWriteError};

pub(super) fn tab(of: XmlElement<'_>) -> TabPage {
    let text = |name: &str| of.attribute(name).unwrap_or_default().to_owned();
    TabPage { name: text("name"), text: text("text"), enabled: of.attribute("enabled").and_then(flag) }
}

pub(super) fn datawindow(of: XmlElement<'_>) -> Result<(Datawindow, DatawindowData), XmlReadError> {
    let text = |of: XmlElement<'_>, name: &str| of.attribute(name).unwrap_or_default().to_owned();
    let (name, tab) = (text(of, "name"), text(of, "tab"));
    let fields = of.child("Fields").into_iter().flat_map(|of| of.all("Field")).map(|field| WindowField {
        name: text(field, "name"),
        label: text(field, "label"),
        enabled: field.attribute("enabled").and_then(flag),
        data_type: field.attribute("type").map(|kind| WireDataType::Name(kind.to_owned())),
    });
    let style = match of.attribute("style") {
        Some("List") => Some(Style::List),
        Some("Form") => Some(Style::Form),
        _ => None,
    };
    let fields: Vec<WindowField> = fields.collect();
    let data = data(of, &name, &tab)?;
    Ok((Datawindow { name, parent_page: tab, style, fields }, data))
}

/// The most cells of a datawindow; one that has its last column filled in every row counts them all.
const MAX_CELLS: usize = 2_000_000;

/// The rows: the names of the first one's fields, and those of later ones that it lacks, are the columns.
fn data(of: XmlElement<'_>, name: &str, tab: &str) -> Result<DatawindowData, XmlReadError> {
    let rows: Vec<XmlElement<'_>> = of.child("Rows").into_iter().flat_map(|of| of.all("Row")).collect();
    let mut columns: Vec<String> = Vec::new();
    let mut known = std::collections::HashMap::new();
    let mut table: Vec<Vec<Option<String>>> = Vec::new();
    let mut all = 0;
    for row in &rows {
        let mut cells: Vec<Option<String>> = Vec::new();
        for field in row.all("Field") {
            let name = field.attribute("name").unwrap_or_default();
            let at = *known.entry(name.to_ascii_lowercase()).or_insert_with(|| {
                columns.push(name.to_owned());
                columns.len() - 1
            });
            if cells.len() <= at {
                cells.resize(at + 1, None);
            }
            cells[at] = Some(field.text().to_owned());
        }
        all += cells.len();
        if all > MAX_CELLS {
            let expected = "at most 2,000,000 values a datawindow";
            return Err(XmlReadError::Value { member: "Rows", found: format!("{all} and more"), expected });
        }
        table.push(cells);
    }
    let active = of.attribute("activeRow").map(str::trim);
    let active = active.map(|text| {
        let number = text.parse::<i64>();
        let wrong = || XmlReadError::Value { member: "activeRow", found: cut(text, 80), expected: "a whole number" };
        number.map_err(|_| wrong())
    });
    let mut data = DatawindowData::new(name, columns, table);
    data.full_name = if tab.is_empty() { name.to_owned() } else { format!("{tab}.{name}") };
    data.active_row = active.transpose()?.unwrap_or(if rows.is_empty() { -1 } else { 0 });
    Ok(data)
}

fn flag(text: &str) -> Option<bool> {
    match text.trim() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

pub(super) fn write(
    out: &mut Out,
    tabs: &[TabPage],
    datawindows: &[(Datawindow, DatawindowData)],
) -> Result<(), XmlWriteError> {
    let spelt = |is: Option<bool>| is.map(|is| if is { "true" } else { "false" });
    if !tabs.is_empty() {
        out.wrap("Tabs", |out| {
            tabs.iter().try_for_each(|tab| {
                let attributes =
                    [("name", Some(&*tab.name)), ("text", Some(&*tab.text)), ("enabled", spelt(tab.enabled))];
                out.with_attributes("Tab", &attributes, |_| Ok(()))
            })
        })?;
    }
    if datawindows.is_empty() {
        return Ok(());
    }
    out.wrap("DataWindows", |out| datawindows.iter().try_for_each(|(of, data)| write_datawindow(out, of, data)))
}

fn write_datawindow(out: &mut Out, of: &Datawindow, data: &DatawindowData) -> Result<(), XmlWriteError> {
    let style = of.style.map(|style| if style == Style::List { "List" } else { "Form" });
    let active = data.active_row.to_string();
    let attributes = [
        ("name", Some(of.name.as_str())),
        ("tab", Some(of.parent_page.as_str()).filter(|tab| !tab.is_empty())),
        ("style", style),
        ("activeRow", Some(active.as_str())),
    ];
    out.with_attributes("DataWindow", &attributes, |out| {
        if !of.fields.is_empty() {
            out.wrap("Fields", |out| of.fields.iter().try_for_each(|field| write_field(out, field)))?;
        }
        out.wrap("Rows", |out| {
            data.data.iter().try_for_each(|row| {
                out.wrap("Row", |out| {
                    data.columns.iter().zip(row).try_for_each(|(name, value)| match value {
                        Some(value) => out.with_attributes("Field", &[("name", Some(name))], |out| out.text(value)),
                        None => Ok(()),
                    })
                })
            })
        })
    })
}

fn write_field(out: &mut Out, field: &WindowField) -> Result<(), XmlWriteError> {
    let kind = match &field.data_type {
        Some(WireDataType::Name(name)) => Some(name.as_str()),
        _ => None,
    };
    let enabled = field.enabled.map(|is| if is { "true" } else { "false" });
    let attributes = [
        ("name", Some(field.name.as_str())),
        ("label", Some(field.label.as_str()).filter(|label| !label.is_empty())),
        ("enabled", enabled),
        ("type", kind),
    ];
    out.with_attributes("Field", &attributes, |_| Ok(()))
}
