//! A question as it is shown.

use p21_model::schema::Dialog;

use super::{Answer, Kind, Question};
use crate::facts::config::Config;
use crate::facts::texts;
use crate::window::Window;
use crate::window::refusal::Stop;

/// A question as it is shown: a window of its own.
#[derive(Debug, Clone)]
pub(crate) struct Face {
    pub(crate) class: String,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) tools: Vec<Tool>,
    /// The answer where nobody wants to be asked; without one the call is refused.
    pub(crate) unseen: Option<Answer>,
    /// The answer that rules know to be right whoever asks.
    pub(crate) always: Option<Answer>,
}

/// A button that answers.
#[derive(Debug, Clone)]
pub(crate) struct Tool {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) answer: Answer,
}

/// The class of a message box, and of what a site's business rules open.
const MESSAGE: &str = "w_message";
const RULE: &str = texts::RULE_WINDOW.pattern();

/// The button of Yes.
const YES: &str = "cb_1";

/// The wizard that makes purchase orders, and its buttons. Its class is not known.
pub(super) const WIZARD: &str = "PO/RFQ wizard";
const WIZARD_TOOLS: [&str; 4] = ["cb_back", "cb_next", "cb_finish", "cb_cancel"];

/// The title of message boxes.
const PRODUCT: &str = "Epicor Prophet 21";

/// A dialog's title; what tells it from others where no title is known.
pub(super) fn title_of(dialog: &Dialog) -> String {
    if dialog.class == MESSAGE || dialog.says.is_empty() { PRODUCT.to_owned() } else { dialog.says.to_string() }
}

impl Tool {
    fn new(name: &str, text: &str, answer: Answer) -> Self {
        Self { name: name.to_owned(), text: text.to_owned(), answer }
    }
}

impl Face {
    /// A message box that is answered with Yes or No.
    pub(crate) fn message(text: &str) -> Self {
        Self {
            class: MESSAGE.to_owned(),
            title: PRODUCT.to_owned(),
            text: text.to_owned(),
            tools: vec![Tool::new(YES, "&Yes", Answer::Yes), Tool::new("cb_2", "&No", Answer::No)],
            unseen: Some(Answer::Yes),
            always: None,
        }
    }

    /// What P21 says where nobody is to be asked.
    pub(crate) fn unexpected(&self) -> String {
        let class = texts::WINDOW_CLASS.with(&[&self.class]);
        format!("{}{class}", texts::unexpected_window(Some(&self.title)))
    }
}

impl Question {
    /// The question as it is shown.
    fn face(&self, service: &str, config: &Config) -> Face {
        let title = self.title.clone();
        match self.kind {
            // Prompts of a site are answered with No where nobody looks.
            Kind::Prompt => Face { unseen: Some(Answer::No), ..Face::message("") },
            Kind::ResponseWindow => Face {
                class: RULE.to_owned(),
                title,
                tools: vec![
                    Tool::new("cb_1", "Yes, Proceed Anyway", Answer::Yes),
                    Tool::new("cb_2", "No, Cancel", Answer::No),
                ],
                unseen: None,
                ..Face::message("")
            },
            Kind::Wizard => Face {
                class: String::new(),
                title,
                text: String::new(),
                tools: WIZARD_TOOLS.map(|name| Tool::new(name, "", Answer::No)).into(),
                unseen: None,
                always: None,
            },
            Kind::AfterSave | Kind::Known(_) => {
                let known = config.pool.dialogs.iter().find(|dialog| dialog.service == service);
                Face {
                    class: known.map(|dialog| dialog.class.clone()).unwrap_or_default(),
                    title,
                    tools: vec![Tool::new("cb_ok", "OK", Answer::Yes), Tool::new("cb_cancel", "Cancel", Answer::No)],
                    unseen: None,
                    ..Face::message("")
                }
            }
        }
    }

    /// What P21 says where nobody answers.
    pub(super) fn unexpected(&self) -> Stop {
        Stop::refused(texts::unexpected_window(Some(&self.title)))
    }
}

impl Window {
    /// The question that is up, as it is shown.
    pub(crate) fn asked_with(&self, config: &Config) -> Option<Face> {
        let question = self.asked()?;
        match question.kind {
            Kind::Known(dialog) => self.known_face(dialog),
            _ => Some(question.face(self.service.name(), config)),
        }
    }

    /// A dialog that rules know, as it is shown.
    fn known_face(&self, dialog: usize) -> Option<Face> {
        let of = self.dialogs_known().nth(dialog)?;
        let answers = of.answers.iter().enumerate();
        let tools = answers.map(|(index, (name, tool))| Tool::new(tool, name, Answer::Other(index))).collect();
        // A message box is answered with Yes where nobody looks; anything else is unexpected.
        let yes = of.answers.iter().position(|(_, tool)| tool == YES);
        let unseen = yes.filter(|_| of.class == MESSAGE).map(Answer::Other);
        let always = of.always.map(|answer| Answer::Other(usize::from(answer)));
        Some(Face {
            class: of.class.to_string(),
            title: title_of(of),
            text: of.says.to_string(),
            tools,
            unseen,
            always,
        })
    }
}
