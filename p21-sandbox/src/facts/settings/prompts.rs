//! Windows that open and that nobody is there to answer: those a site has configured, while rows are typed, and those
//! that rules know of, while the record is saved.
//!
//! P21 answers a prompt with its default, which is mostly No: the row is discarded, and nothing says so. A response
//! window has no default: P21 gives up with `Unexpected response window: ...`, every time. Which there are differs per
//! site, so they are settings.

use p21_model::InputError;

use crate::facts::plan::Catalogue;

/// A window that opens over a row which fulfils its condition: a prompt, whose answer No discards the row in silence, or
/// a response window, which stops the transaction.
///
/// ```
/// use p21_sandbox::{Prompt, PromptWhen};
///
/// // "This item has no cost. Proceed? [No]"
/// let prompt = Prompt::new("PurchaseOrder", "TABPAGE_17.tp_17_dw_17", "unit_price_display", PromptWhen::Missing);
/// # let _ = prompt;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Prompt {
    /// The service.
    pub service: String,
    /// The element whose rows are looked at.
    pub element: String,
    /// The field that decides.
    pub field: String,
    /// The condition.
    pub when: PromptWhen,
    /// The title of a response window; `None` for a prompt.
    pub response_window: Option<String>,
}

/// When a prompt is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PromptWhen {
    /// The field has no value once the row is typed.
    Missing,
    /// The field has this value, as a label or as the database has it: `Active` or `704`.
    Is(String),
}

impl Prompt {
    /// A prompt.
    pub fn new(
        service: impl Into<String>,
        element: impl Into<String>,
        field: impl Into<String>,
        when: PromptWhen,
    ) -> Self {
        Self { service: service.into(), element: element.into(), field: field.into(), when, response_window: None }
    }

    /// Makes it a response window of that title.
    #[must_use]
    pub fn response_window(mut self, title: impl Into<String>) -> Self {
        self.response_window = Some(title.into());
        self
    }
}

/// Refuses prompts about what is not there.
pub(crate) fn check(prompts: &[Prompt], catalogue: &Catalogue) -> Result<(), InputError> {
    for prompt in prompts {
        let wrong = |problem: &str| {
            InputError::new("Config::prompts", problem)
                .in_service(&prompt.service)
                .in_element(&prompt.element)
                .in_field(&prompt.field)
        };
        let service = catalogue.get(&prompt.service).ok_or_else(|| wrong("there is no such service"))?;
        let element = service.element_index(&prompt.element).ok_or_else(|| wrong("there is no such element"))?;
        service.plan(element).field(&prompt.field).ok_or_else(|| wrong("there is no such field"))?;
    }
    Ok(())
}
