//! P21's texts about sessions and windows, read.

use p21_model::sentences as said;

use super::problem::WindowProblem;

impl WindowProblem {
    /// What P21 means by a text, if that is known.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let gap = |sentence: said::Sentence, at: usize| {
            Some(sentence.gaps(text)?.get(at).map_or("", |gap| gap.trim()).to_owned())
        };
        if let Some(window) = gap(said::NOT_OPENED, 0) {
            return Some(Self::CannotOpen { window });
        }
        if let Some(window) = gap(said::WINDOW_UNAVAILABLE, 0) {
            return Some(Self::CannotOpen { window });
        }
        if let Some(title) = gap(said::UNEXPECTED_WINDOW, 0) {
            let class = gap(said::WINDOW_CLASS, 0).unwrap_or_default();
            let title = title.split(said::WINDOW_CLASS.with(&[""]).trim_end()).next().unwrap_or_default().to_owned();
            return Some(Self::UnexpectedResponseWindow { title, class });
        }
        if let Some([_, _, class, title, question]) = said::BLOCKED.gaps(text).as_deref() {
            return Some(Self::Blocked { by: format!("{class} ({title}): {question}") });
        }
        if let Some(tab) = gap(said::NO_TAB, 0).or_else(|| gap(said::NO_TAB_HERE, 0)) {
            return Some(Self::UnknownTab { tab });
        }
        if let Some(field) = gap(said::COLUMN_DISABLED, 0) {
            return Some(Self::ColumnDisabled { field });
        }
        if let Some(datawindow) = gap(said::NO_DATAWINDOW, 0) {
            return Some(Self::UnknownDatawindow { datawindow });
        }
        if let Some(field) = gap(said::NO_FIELD, 0) {
            return Some(Self::UnknownField { field });
        }
        if let Some(field) = gap(said::INVALID_VALUE_ALONE, 0) {
            return Some(Self::InvalidValue { field });
        }
        let known = [
            (said::SESSION_EXISTS, Self::SessionExists),
            (said::INVALID_SESSION, Self::InvalidSession),
            (said::NO_USER, Self::NoSuchUser),
            (said::NO_SESSION, Self::SessionLost),
            (said::WINDOW_GONE, Self::WindowLost),
            (said::WINDOW_NOT_OPEN, Self::WindowLost),
            (said::FIELD_GONE, Self::UnknownField { field: String::new() }),
            (said::TAB_DISABLED, Self::TabDisabled { tab: String::new() }),
            (said::NO_WINDOW_ID, Self::WindowIdMissing),
            (said::NO_TOOLS_WINDOW, Self::WindowIdMissing),
            (said::NO_SUCH_RECORD, Self::NoSuchRecord),
            (said::REQUIRED_ALONE, Self::RequiredMissing),
            (said::COLUMN_REQUIRED, Self::RequiredMissing),
        ];
        known.into_iter().find_map(|(sentence, problem)| sentence.is_in(text).then_some(problem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_text_is_known() {
        let field = |field: &str| field.to_owned();
        for (text, problem) in [
            ("Invalid session", WindowProblem::InvalidSession),
            ("Session already exists.", WindowProblem::SessionExists),
            ("Session not found or expired", WindowProblem::SessionLost),
            ("Session not found", WindowProblem::SessionLost),
            ("Error retrieving/validating user", WindowProblem::NoSuchUser),
            ("Window not found", WindowProblem::WindowLost),
            ("Window not open", WindowProblem::WindowLost),
            ("Field not found", WindowProblem::UnknownField { field: field("") }),
            (
                "Window <<m_x>> is not available or user does not have permission to open it.",
                WindowProblem::CannotOpen { window: field("m_x") },
            ),
            ("Column is disabled: company_id", WindowProblem::ColumnDisabled { field: field("company_id") }),
            ("General Exception: Column is disabled: a", WindowProblem::ColumnDisabled { field: field("a") }),
            ("Unable to find datawindow named dw_1", WindowProblem::UnknownDatawindow { datawindow: field("dw_1") }),
            ("Tab with name or display text of  does not exist.", WindowProblem::UnknownTab { tab: field("") }),
            ("Tab with name or display text of X does not exist.", WindowProblem::UnknownTab { tab: field("X") }),
            ("Tab with name FORM does not exist", WindowProblem::UnknownTab { tab: field("FORM") }),
            ("Tab page is disabled and cannot be selected", WindowProblem::TabDisabled { tab: field("") }),
            ("The windowId field is required.", WindowProblem::WindowIdMissing),
            ("Window ID was not provided", WindowProblem::WindowIdMissing),
            ("Invalid uom value", WindowProblem::InvalidValue { field: field("uom") }),
            ("Field 'x' not found in datawindow 'd_form'", WindowProblem::UnknownField { field: field("x") }),
            ("Enter a valid ID or leave ID blank.", WindowProblem::NoSuchRecord),
            ("Required value missing for Bin ID on row 1", WindowProblem::RequiredMissing),
            (
                "Cannot open window w_territory_maint because is not available or user U does not have permission.",
                WindowProblem::CannotOpen { window: field("w_territory_maint") },
            ),
            (
                "Cannot open window  because is not available or user U does not have permission.",
                WindowProblem::CannotOpen { window: field("") },
            ),
            (
                "Unexpected response window: Notepad Entry Window. Window class: w_notepad_response_lite",
                WindowProblem::UnexpectedResponseWindow {
                    title: field("Notepad Entry Window"),
                    class: field("w_notepad_response_lite"),
                },
            ),
            (
                "Unable to process request on window a since response window b blocks it: w_message (Prophet 21) - Sure?",
                WindowProblem::Blocked { by: field("w_message (Prophet 21): Sure?") },
            ),
        ] {
            assert_eq!(WindowProblem::read(text), Some(problem), "{text}");
        }
        assert_eq!(WindowProblem::read("To create a PO, you must have a valid Buyer ID."), None);
        assert_eq!(WindowProblem::read(""), None);
    }
}
