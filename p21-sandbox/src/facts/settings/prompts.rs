//! Windows that open and that nobody is there to answer: those a site has configured, while rows are typed, and those
//! that rules know of, while the record is saved.
//!
//! P21 answers a prompt with its default, which is mostly No: the row is discarded, and nothing says so. A response
//! window has no default: P21 gives up with `Unexpected response window: ...`, every time. Which there are differs per
//! site, so they are settings.

use p21_model::InputError;
use p21_model::schema::RuleKind;

use crate::facts::plan::{Catalogue, Service};
use crate::facts::value;
use crate::serve::pool::Dialogs;
use crate::serve::transaction::request::Transaction;
use crate::window::Window;

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

impl Service {
    /// Whether the transaction has a value that opens a dialog while it is saved.
    pub(crate) fn dialogs(&self, transaction: &Transaction, codes: bool) -> Dialogs {
        let mut found = Dialogs::None;
        for (element, schema) in (0..).zip(self.schema.elements.iter()) {
            for rule in schema.rules.iter() {
                let RuleKind::Prompt { field, value: opening } = &rule.kind else { continue };
                let field_schema = &schema.fields[*field as usize];
                let opening = value::typed(field_schema, opening, false).unwrap_or_else(|_| opening.to_string());
                let mut edits = transaction
                    .elements
                    .iter()
                    .filter(|sent| self.element_index(sent.name.as_str()) == Some(element))
                    .flat_map(|sent| sent.rows.iter())
                    .flat_map(|row| row.edits.iter())
                    .filter(|edit| edit.name() == &*field_schema.name);
                if edits.any(|edit| value::typed(field_schema, edit.value.as_str(), codes).as_deref() == Ok(&*opening))
                {
                    return Dialogs::Opened;
                }
                found = Dialogs::Possible;
            }
        }
        found
    }
}

impl Window<'_> {
    /// Whether any prompt is about rows of the element.
    pub(crate) fn has_prompts(&self, element: u16) -> bool {
        let name = &*self.service.element(element).name;
        self.config.prompts.iter().any(|prompt| prompt.service == self.service.name() && prompt.element == name)
    }

    /// What opens over the row.
    pub(crate) fn prompt_over(&self, element: u16, row: usize) -> Option<&Prompt> {
        let schema = self.service.element(element);
        self.config.prompts.iter().find(|prompt| {
            if prompt.service != self.service.name() || prompt.element != schema.name {
                return false;
            }
            let Some(field) = self.service.plan(element).field(&prompt.field) else { return false };
            let stored = self.value(row, element, field);
            match &prompt.when {
                PromptWhen::Missing => stored.is_empty(),
                PromptWhen::Is(wanted) => {
                    stored == wanted || value::shown(&schema.fields[field as usize], stored) == *wanted
                }
            }
        })
    }
}
