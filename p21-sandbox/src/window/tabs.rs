//! Tabs: which of them are open to work on. Edits are held to it, and whoever shows a window's state asks the same.

use p21_model::definition::ElementKind;
use p21_model::schema::IgnoreDisabled;

use super::Window;
use super::log::Event;
use super::refusal::Stop;
use crate::facts::texts::TAB_DISABLED;

/// A tab that can't be selected.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Shut {
    /// P21's text.
    pub(crate) message: String,
    /// What `IgnoreDisabled` makes of it.
    ignore_disabled: IgnoreDisabled,
}

impl Shut {
    fn always(message: &str) -> Self {
        Self { message: message.to_owned(), ignore_disabled: IgnoreDisabled::Refused }
    }
}

/// What became of the wish to open a tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Selected {
    /// It is in front.
    Open,
    /// `IgnoreDisabled` makes whatever is typed there vanish.
    Vanished,
}

/// Whether the tab of an element is enabled.
pub(crate) fn enabled(window: &Window, element: u16) -> Result<(), Shut> {
    let service = &window.service;
    let plan = service.plan(element);
    let parent = service.storages[plan.storage as usize].parent.unwrap_or(0);
    let is_new = window.current(parent).is_none_or(|row| window.rows[row].is_new());
    let staged = window.stage_allows(element);
    if staged == Some(false) {
        return Err(Shut::always(TAB_DISABLED.pattern()));
    }
    let by_rule = plan.shut_tab.iter().find(|shut| {
        let is_written = window.ignore_disabled && shut.ignore_disabled == IgnoreDisabled::Writes;
        shut.when.includes(is_new) && !is_written && staged.is_none()
    });
    if let Some(shut) = by_rule {
        return Err(Shut { message: shut.message.clone(), ignore_disabled: shut.ignore_disabled });
    }
    if service.header == Some(element) {
        return Ok(());
    }
    // Some elements are the last ones: after them no other tab opens.
    let is_over = service.schema.sequences.iter().any(|sequence| {
        !sequence.last.contains(&element) && sequence.last.iter().any(|last| window.edited.contains(last))
    });
    if is_over || window.behaviour.shuts_tab(window, element) {
        Err(Shut::always(TAB_DISABLED.pattern()))
    } else {
        Ok(())
    }
}

impl Window {
    /// Opens the tab of an element.
    ///
    /// # Errors
    /// It is disabled.
    pub(crate) fn select_tab(&mut self, element: u16) -> Result<Selected, Stop> {
        self.is_free()?;
        match enabled(self, element) {
            Ok(()) => {
                if self.tab.replace(element) != Some(element) {
                    self.log(Event::Tab(element));
                }
                Ok(Selected::Open)
            }
            Err(shut) if self.ignore_disabled && shut.ignore_disabled == IgnoreDisabled::Nothing => {
                self.phantom = true;
                Ok(Selected::Vanished)
            }
            Err(shut) => {
                let schema = self.service.element(element);
                Err(Stop::tab(&schema.name, schema.datawindow(), &shut.message))
            }
        }
    }
}

impl Window {
    /// Opens the tab that elements stand on, and selects the first row of each grid there.
    ///
    /// # Errors
    /// All of it is disabled.
    pub(crate) fn select_page(&mut self, elements: &[u16]) -> Result<(), Stop> {
        let open = elements.iter().copied().find(|element| enabled(self, *element).is_ok());
        let Some(element) = open.or(elements.first().copied()) else { return Ok(()) };
        self.select_tab(element)?;
        for element in elements {
            if self.service.element(*element).kind == ElementKind::List {
                self.select_first(*element);
            }
        }
        Ok(())
    }
}
