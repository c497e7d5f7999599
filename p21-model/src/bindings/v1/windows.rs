//! What is known of windows.

use super::*;
use crate::facts::schema::{Codes, Detail, Dialog, KeyEntry, Named, Opening, Place, PopupEntry, Stages};

/// Something known of a window.
pub const fn window_fact(kind: WindowFactKind, why: Reason) -> WindowFact {
    WindowFact::new(kind, why.get())
}

/// [`WindowFactKind::Opening`].
pub const fn opening(title: &'static str, class: &'static str, xml: Option<XmlNames>) -> WindowFactKind {
    WindowFactKind::Opening(Opening { title: s(title), class: s(class), xml })
}

/// Names in the XML description: datawindows and tabs, and the elements that they are.
pub const fn xml_names(menu: &'static str, service: &'static str, datawindows: Names1, tabs: Names1) -> XmlNames {
    XmlNames { menu: s(menu), service: s(service), datawindows: datawindows.get(), tabs: tabs.get() }
}

/// Names, and the index that each is of.
pub type Names1 = Named1<u16>;

/// Names, and what each is of.
#[derive(Debug, Clone, Copy)]
pub struct Named1<T: 'static> {
    names: &'static [&'static str],
    of: &'static [T],
}

/// Names, and what each is of.
pub const fn named<T>(names: &'static [&'static str], of: &'static [T]) -> Named1<T> {
    Named1 { names, of }
}

impl<T: Copy> Named1<T> {
    const fn get(self) -> Named<T> {
        Named::new(Labels::Static(self.names), List::Static(self.of))
    }
}

/// [`WindowFactKind::Place`].
pub const fn place(
    element: u16,
    page: &'static str,
    datawindows: &'static [&'static str],
    band: bool,
) -> WindowFactKind {
    WindowFactKind::Place(Place { element, page: s(page), datawindows: Labels::Static(datawindows), band })
}

/// [`WindowFactKind::KeyEntry`].
pub const fn key_entry(element: u16, fields: &'static [u16], with: &'static [u16], new: NewKey) -> WindowFactKind {
    WindowFactKind::KeyEntry(KeyEntry { element, fields: indexes(fields), with: indexes(with), new })
}

/// [`WindowFactKind::Stages`]: the elements of the parts; their fields, what they want, and what they unlock.
pub const fn stages(
    on: Occasion,
    elements: &'static [u16],
    fields: Places,
    wants: Places,
    unlocks: Places,
) -> WindowFactKind {
    WindowFactKind::Stages(Stages::new(on, List::Static(elements), fields, wants, unlocks))
}

/// [`WindowFactKind::FirstRow`].
pub const fn first_row(element: u16) -> WindowFactKind {
    WindowFactKind::FirstRow { element }
}

/// [`WindowFactKind::CursorKey`].
pub const fn cursor_key(element: u16, field: u16) -> WindowFactKind {
    WindowFactKind::CursorKey { element, field }
}

/// [`WindowFactKind::SeparateCalls`].
pub const fn separate_calls(element: u16, fields: &'static [u16]) -> WindowFactKind {
    WindowFactKind::SeparateCalls { element, fields: indexes(fields) }
}

/// [`WindowFactKind::Selector`].
pub const fn selector(element: u16, fields: &'static [u16], on: Occasion) -> WindowFactKind {
    WindowFactKind::Selector { element, fields: indexes(fields), on }
}

/// [`WindowFactKind::Detail`].
pub const fn detail(element: u16, list: u16, fields: &'static [u16], of: &'static [u16]) -> WindowFactKind {
    WindowFactKind::Detail(Detail { element, list, fields: indexes(fields), of: indexes(of) })
}

/// [`WindowFactKind::PopupEntry`], with the names of its tool, its class, its datawindow and the tool that is done.
pub const fn popup_entry(
    element: u16,
    names: [&'static str; 4],
    fields: Names1,
    more: &'static [&'static str],
    areas: &'static str,
    compare: Named1<(u16, u16)>,
    stored_only: bool,
) -> WindowFactKind {
    let [tool, class, datawindow, done] = names;
    WindowFactKind::PopupEntry(PopupEntry {
        element,
        tool: s(tool),
        class: s(class),
        datawindow: s(datawindow),
        fields: fields.get(),
        more: Labels::Static(more),
        areas: s(areas),
        done: s(done),
        compare: compare.get(),
        stored_only,
    })
}

/// [`WindowFactKind::Dialog`], with its name, its class, and what it says.
pub const fn dialog(
    names: [&'static str; 3],
    typed: Option<(u16, &'static [u16])>,
    on_save: bool,
    answers: &'static [(&'static str, &'static str)],
    always: Option<u16>,
    certain: bool,
) -> WindowFactKind {
    let [name, class, says] = names;
    let typed = match typed {
        Some((element, fields)) => Some((element, indexes(fields))),
        None => None,
    };
    WindowFactKind::Dialog(Dialog {
        name: s(name),
        typed,
        on_save,
        class: s(class),
        says: s(says),
        answers: Codes::Static(answers),
        always,
        certain,
    })
}

/// [`WindowFactKind::Proof`].
pub const fn proof(element: u16, by: Proof) -> WindowFactKind {
    WindowFactKind::Proof { element, by }
}

/// [`Proof::Table`]: the table, how its rows are found, the column with the number of the parent's row, what it shows.
pub const fn by_table(table: &'static str, join: Named1<(u16, u16)>, row: &'static str, columns: Names1) -> Proof {
    Proof::Table { table: s(table), join: join.get(), row: s(row), columns: columns.get() }
}

/// [`WindowFactKind::Door`].
pub const fn door(elements: &'static [u16], on: Occasion, door: Door) -> WindowFactKind {
    WindowFactKind::Door { elements: indexes(elements), on, door }
}

/// An answer to what a window asks.
pub const fn answer<S>(dialog: &'static str, answer: &'static str) -> Answer<S> {
    Answer::new(dialog, answer)
}

/// A field of a popup that adds rows to an element.
pub const fn popup_field<S>(element: u16, name: &'static str) -> PopupField<S> {
    PopupField::new(element, name)
}
