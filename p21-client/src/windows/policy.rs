//! How response windows are answered, by rule.

use super::asked::Question;

/// How response windows are answered where nobody is asked: rules in order, the first that fits. What no rule fits is an
/// error that stops the call ([`Asked`](super::WindowProblem::Asked)); nothing is ever answered by default. Each answer is
/// logged, and part of what the call returns.
///
/// ```
/// use p21_client::windows::{Policy, PolicyRule};
///
/// let policy = Policy::new()
///     .with(PolicyRule::class("w_message").saying("GL accounts").answer("cb_2"))
///     .with(PolicyRule::class("w_rule_callback_response").answer("cb_1"));
/// assert_eq!(policy.rules().len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Policy {
    rules: Vec<PolicyRule>,
}

/// A response window, and the tool that answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PolicyRule {
    class: Option<String>,
    title: Option<String>,
    saying: Vec<String>,
    types: Vec<(String, String, String)>,
    tool: String,
}

impl Policy {
    /// No rules: every response window stops the call.
    pub const fn new() -> Self {
        Self { rules: Vec::new() }
    }

    /// A rule more, after the others.
    #[must_use]
    pub fn with(mut self, rule: PolicyRule) -> Self {
        self.rules.push(rule);
        self
    }

    /// The rules, in order.
    pub fn rules(&self) -> &[PolicyRule] {
        &self.rules
    }

    /// The first rule that fits.
    pub(crate) fn rule_for(&self, question: &Question) -> Option<&PolicyRule> {
        self.rules.iter().find(|rule| rule.fits(question))
    }
}

/// A rule for a kind of response window, before it says how that is answered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use = "a rule needs an answer"]
pub struct RuleFor {
    class: Option<String>,
    title: Option<String>,
    saying: Vec<String>,
    types: Vec<(String, String, String)>,
}

impl PolicyRule {
    /// For response windows of a class: `w_message`.
    pub fn class(class: impl Into<String>) -> RuleFor {
        RuleFor { class: Some(class.into()), ..RuleFor::default() }
    }

    /// For response windows of a title, whatever their class.
    pub fn title(title: impl Into<String>) -> RuleFor {
        RuleFor { title: Some(title.into()), ..RuleFor::default() }
    }

    fn fits(&self, question: &Question) -> bool {
        let has = |part: &String| {
            let part = part.to_ascii_lowercase();
            let texts = [Some(question.title()), question.text()];
            texts.into_iter().flatten().any(|text| text.to_ascii_lowercase().contains(&part))
        };
        self.class.as_ref().is_none_or(|class| class.eq_ignore_ascii_case(question.class()))
            && self.title.as_ref().is_none_or(|title| title.eq_ignore_ascii_case(question.title()))
            && self.saying.iter().all(has)
    }

    /// The tool that answers.
    pub fn tool(&self) -> &str {
        &self.tool
    }

    /// What is typed first: datawindow, field and value.
    pub(crate) fn types(&self) -> &[(String, String, String)] {
        &self.types
    }
}

impl RuleFor {
    /// Only if the title is this one.
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Only if title or text have this in them, whatever its case. A message box is told from others by it.
    pub fn saying(mut self, part: impl Into<String>) -> Self {
        self.saying.push(part.into());
        self
    }

    /// Types a value into a field of the response window first.
    pub fn typing(mut self, datawindow: impl Into<String>, field: impl Into<String>, value: impl Into<String>) -> Self {
        self.types.push((datawindow.into(), field.into(), value.into()));
        self
    }

    /// Answers with a tool: `cb_1`, `cb_ok`.
    pub fn answer(self, tool: impl Into<String>) -> PolicyRule {
        let Self { class, title, saying, types } = self;
        PolicyRule { class, title, saying, types, tool: tool.into() }
    }
}
