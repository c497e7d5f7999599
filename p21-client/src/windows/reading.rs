//! P21's texts about sessions and windows, read.

use super::problem::WindowProblem;

impl WindowProblem {
    /// What P21 means by a text, if that is known.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let after = |start: &str| find(text, start).map(|at| text[at + start.len()..].trim());
        let has = |part: &str| find(text, part).is_some();
        if let Some(rest) = after("Cannot open window ") {
            let window = rest.split(" because").next().unwrap_or_default().trim();
            let window = if rest.starts_with("because") { "" } else { window };
            return Some(Self::CannotOpen { window: window.to_owned() });
        }
        if let Some(rest) = after("Unexpected response window") {
            let rest = rest.trim_start_matches(':').trim();
            let (title, class) = rest.split_once("Window class:").unwrap_or((rest, ""));
            let title = title.trim().trim_end_matches('.').to_owned();
            return Some(Self::UnexpectedResponseWindow { title, class: class.trim().to_owned() });
        }
        if has("since response window") {
            let by = after("blocks it:").unwrap_or(text);
            return Some(Self::Blocked { by: by.to_owned() });
        }
        if let Some(field) = after("Column is disabled:") {
            return Some(Self::ColumnDisabled { field: word(field) });
        }
        if let Some(name) = after("Unable to find datawindow named") {
            return Some(Self::UnknownDatawindow { datawindow: word(name) });
        }
        if let Some(rest) = after("Tab with name or display text of").or_else(|| after("Tab with name")) {
            let tab = rest.split("does not exist").next().unwrap_or_default().trim();
            return Some(Self::UnknownTab { tab: tab.to_owned() });
        }
        if has("Field ") && (has("not found in datawindow") || text.eq_ignore_ascii_case("Field not found")) {
            return Some(Self::UnknownField { field: quoted(text) });
        }
        if let Some(rest) = text.strip_prefix("Invalid ")
            && let Some(field) = rest.split(" value").next().filter(|field| rest.len() > field.len())
        {
            return Some(Self::InvalidValue { field: field.trim().to_owned() });
        }
        let known = [
            ("Session already exists", Self::SessionExists),
            ("Invalid session", Self::InvalidSession),
            ("Error retrieving/validating user", Self::NoSuchUser),
            ("Session not found", Self::SessionLost),
            ("Window not found", Self::WindowLost),
            ("Window not open", Self::WindowLost),
            ("Tab page is disabled", Self::TabDisabled { tab: String::new() }),
            ("Window ID was not provided", Self::WindowIdMissing),
            ("windowId field is required", Self::WindowIdMissing),
            ("Enter a valid ID or leave ID blank", Self::NoSuchRecord),
            ("Required value missing", Self::RequiredMissing),
            ("This column is required", Self::RequiredMissing),
        ];
        known.into_iter().find_map(|(start, problem)| has(start).then_some(problem))
    }
}

fn find(text: &str, part: &str) -> Option<usize> {
    // Lengths stay the same: only ASCII letters change.
    text.to_ascii_lowercase().find(&part.to_ascii_lowercase())
}

/// The first word, without the marks around it.
fn word(text: &str) -> String {
    text.trim().trim_end_matches('.').trim_matches(['\'', '"', '`']).to_owned()
}

fn quoted(text: &str) -> String {
    text.split(['\'', '"', '`']).nth(1).unwrap_or_default().to_owned()
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
            ("Error retrieving/validating user", WindowProblem::NoSuchUser),
            ("Window not found", WindowProblem::WindowLost),
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
                WindowProblem::Blocked { by: field("w_message (Prophet 21) - Sure?") },
            ),
        ] {
            assert_eq!(WindowProblem::read(text), Some(problem), "{text}");
        }
        assert_eq!(WindowProblem::read("To create a PO, you must have a valid Buyer ID."), None);
        assert_eq!(WindowProblem::read(""), None);
    }
}
