//! What the description calls the parts of a window. It names those of a few windows; the others, and what it leaves out of
//! those, have the names that they have in JSON.

use p21_model::schema::XmlNames;

use crate::facts::plan::Service;
use crate::serve::interactive::form::Form;

/// The names of a service's window, if the description has it.
pub(super) fn of(service: &Service) -> Option<&XmlNames> {
    service.window().opening()?.0.xml.as_ref()
}

fn own_name(service: &Service, element: u16) -> Option<&str> {
    of(service)?.datawindows.iter().find(|(_, of)| *of == element).map(|(name, _)| name)
}

/// What an element's datawindow is called.
pub(super) fn datawindow(service: &Service, element: u16) -> &str {
    own_name(service, element).unwrap_or_else(|| service.element(element).datawindow())
}

/// The element of a datawindow, that of the tab in front before others. One that the description names has no other name.
pub(super) fn element(form: &Form, name: &str) -> Option<u16> {
    let service = &form.window.service;
    let is_called = |element: &u16| match own_name(service, *element) {
        Some(own) => own == name,
        None => service.is_shown_as(*element, name),
    };
    let known = || (0..service.elements.len() as u16).filter(is_called);
    known().find(|element| service.page(*element) == form.page).or_else(|| known().next())
}

/// What a tab is called.
pub(super) fn tab<'s>(service: &'s Service, page: &'s str) -> &'s str {
    let own = of(service).and_then(|names| names.tabs.iter().find(|(_, element)| service.page(*element) == page));
    own.map_or(page, |(name, _)| name)
}

/// The tab that a name means.
pub(super) fn page(form: &Form, name: &str) -> Option<String> {
    let service = &form.window.service;
    let own = of(service).and_then(|names| names.tabs.iter().find(|(own, _)| *own == name));
    match own {
        Some((_, element)) => Some(service.page(element).to_owned()),
        None => form.page_of(name).filter(|page| tab(service, page) == page),
    }
}
