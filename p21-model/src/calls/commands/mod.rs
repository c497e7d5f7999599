//! Window commands: steps on one window, for services that the transaction endpoint can't serve.
//!
//! `POST /api/v2/commands` opens a window, plays the steps on it, and closes it, in one call (verified on 26.1).

mod outcome;

use std::marker::PhantomData;

use serde_json::{Value, json};

pub use outcome::{CommandResult, CommandsOutcome, CommandsResult, NotSaved, StepOutcome, WindowEvent, WindowResult};

use crate::check::{CheckOptions, Findings, check_json};
use crate::facts::name::split_element;
use crate::facts::schema::ServiceSchema;
use crate::rows::row::{ElementOf, Field, Service};
use crate::rows::value::{FieldValue, IntoValue, Text};
use crate::wire::action::Action;
use crate::wire::contract::{arguments, change, command, commands};

/// Steps on a window of a service, in order. The window is opened before the first and closed after the last.
///
/// The steps work on what the window shows, as a person would: a field has to be on a tab that is open, a row has to be
/// there. Fields and elements are those of the bindings; the steps ending in `_named` take names as P21 spells them.
///
/// ```
/// use p21_model::commands::Commands;
///
/// let note = Commands::of("ItemNotepad")
///     .set_named("tp_1_dw_1", "item_id", "WIDGET-001")
///     .set_named("tp_1_dw_1", "topic", "Fragile")
///     .select_row_named("tp_17_dw_dragdrop", 1)
///     .run_tool("cb_select", 1)
///     .save();
/// assert_eq!(note.steps().len(), 5);
/// ```
///
/// With bindings:
///
/// ```ignore
/// let note = Commands::<ItemNotepad>::new()
///     .set(note::TOPIC, "Fragile")
///     .select_row::<areas::Row>(1)
///     .run_tool("cb_select", 1)
///     .save();
/// ```
pub struct Commands<S = Unbound> {
    service: Text,
    /// The service's schema, where bindings know it.
    schema: Option<&'static ServiceSchema>,
    steps: Vec<Step>,
    of: PhantomData<fn() -> S>,
}

/// A service without bindings.
#[derive(Debug, Clone, Copy)]
pub struct Unbound;

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum Step {
    /// The window is opened.
    Open,
    /// A value is typed into a field of the current row.
    Set {
        /// The datawindow.
        datawindow: Text,
        /// The field.
        field: Text,
        /// The value, as it is spelt on the wire.
        value: Text,
    },
    /// A row becomes the current one.
    SelectRow {
        /// The datawindow.
        datawindow: Text,
        /// The row, counted from 1.
        row: u32,
    },
    /// A tool of the window is run: what a button or menu entry does.
    RunTool {
        /// The tool.
        tool: Text,
        /// The row it is run on, counted from 1.
        row: u32,
    },
    /// The window is saved.
    Save,
    /// The window is closed.
    Close,
}

impl<S: Service> Commands<S> {
    /// A window of the service, with no steps yet.
    pub fn new() -> Self {
        let schema = S::schema();
        Self { service: (&*schema.name).into(), schema: Some(schema), steps: Vec::new(), of: PhantomData }
    }

    /// Types a value into a field, on the current row of the field's element.
    #[must_use]
    pub fn set<E: ElementOf<S>, T: FieldValue>(self, field: Field<E, T>, value: impl IntoValue<T>) -> Self {
        self.set_named(E::schema().datawindow(), field.name(), value.into_value().into_wire())
    }

    /// Makes a row of an element the current one. Rows are counted from 1, as P21's windows do (inferred from the
    /// Interactive API).
    #[must_use]
    pub fn select_row<E: ElementOf<S>>(self, row: u32) -> Self {
        self.select_row_named(E::schema().datawindow(), row)
    }
}

impl Commands<Unbound> {
    /// A window of a service that has no bindings, with no steps yet.
    pub fn of(service: impl Into<Text>) -> Self {
        Self { service: service.into(), schema: None, steps: Vec::new(), of: PhantomData }
    }
}

impl<S> Commands<S> {
    /// Types a value, spelt as on the wire, into a field. The datawindow is the part of an element's name after the dot;
    /// a whole name does as well.
    #[must_use]
    pub fn set_named(self, datawindow: impl AsRef<str>, field: impl Into<Text>, value: impl Into<Text>) -> Self {
        let datawindow = datawindow_of(datawindow.as_ref());
        self.then(Step::Set { datawindow, field: field.into(), value: value.into() })
    }

    /// Makes a row of a datawindow the current one; see [`select_row`](Self::select_row).
    #[must_use]
    pub fn select_row_named(self, datawindow: impl AsRef<str>, row: u32) -> Self {
        let datawindow = datawindow_of(datawindow.as_ref());
        self.then(Step::SelectRow { datawindow, row })
    }

    /// Runs a tool of the window on a row: `cb_select`.
    #[must_use]
    pub fn run_tool(self, tool: impl Into<Text>, row: u32) -> Self {
        self.then(Step::RunTool { tool: tool.into(), row })
    }

    /// Saves the window.
    #[must_use]
    pub fn save(self) -> Self {
        self.then(Step::Save)
    }

    fn then(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// The service.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// The schema of the service, if bindings know it.
    pub const fn schema(&self) -> Option<&'static ServiceSchema> {
        self.schema
    }

    /// The steps, without the opening and the closing.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The steps that are sent: with the opening and the closing.
    pub fn all_steps(&self) -> impl Iterator<Item = &Step> {
        [&Step::Open].into_iter().chain(&self.steps).chain([&Step::Close])
    }

    /// The body of the call.
    pub fn to_json(&self) -> Vec<u8> {
        self.body().to_string().into_bytes()
    }

    fn body(&self) -> Value {
        let requests: Vec<Value> = self.all_steps().map(|step| self.request(step)).collect();
        json!({(commands::REQUESTS): requests})
    }

    /// What P21 would do with steps that can't be played, or that nothing saves. `schema` is that of a service without
    /// bindings, where its definition is known.
    ///
    /// ```
    /// use p21_model::check::{CheckOptions, Code};
    /// use p21_model::commands::Commands;
    ///
    /// let steps = Commands::of("ItemNotepad").select_row_named("tp_17_dw_dragdrop", 0).save();
    /// let findings = steps.check(None, CheckOptions::new());
    /// assert_eq!(findings.iter().next().unwrap().code, Code::UnplayableStep, "rows count from 1");
    /// ```
    pub fn check(&self, schema: Option<&ServiceSchema>, options: CheckOptions) -> Findings {
        check_json(self.schema.or(schema), &self.body(), options)
    }

    fn request(&self, step: &Step) -> Value {
        let with = |action: Action, args: Value| json!({(command::ACTION): action.number(), (command::DETAIL_LEVEL): 0, (command::ARGS): args});
        let alone = |action: Action| json!({(command::ACTION): action.number(), (command::DETAIL_LEVEL): 0});
        match step {
            Step::Open => with(Action::Open, json!({(arguments::SERVICE_NAME): self.service.as_str()})),
            Step::Close => alone(Action::Close),
            Step::Set { datawindow, field, value } => {
                let change = json!({(change::DATAWINDOW_NAME): datawindow.as_str(),
                    (change::FIELD_NAME): field.as_str(), (change::VALUE): value.as_str()});
                with(Action::Change, json!({(arguments::LIST): [change]}))
            }
            Step::SelectRow { datawindow, row } => {
                let row = json!({(arguments::DATAWINDOW_NAME): datawindow.as_str(), (arguments::ROW): row});
                with(Action::SelectRow, row)
            }
            Step::Save => alone(Action::Save),
            Step::RunTool { tool, row } => {
                with(Action::RunTool, json!({(arguments::TOOL_NAME): tool.as_str(), (arguments::ROW): row}))
            }
        }
    }
}

fn datawindow_of(name: &str) -> Text {
    split_element(name).1.into()
}

impl<S: Service> Default for Commands<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Clone for Commands<S> {
    fn clone(&self) -> Self {
        Self { service: self.service.clone(), schema: self.schema, steps: self.steps.clone(), of: PhantomData }
    }
}

impl<S> std::fmt::Debug for Commands<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Commands").field("service", &self.service).field("steps", &self.steps).finish()
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Open => f.write_str("open the window"),
            Self::Set { datawindow, field, .. } => write!(f, "set `{datawindow}` `{field}`"),
            Self::SelectRow { datawindow, row } => write!(f, "select row {row} of `{datawindow}`"),
            Self::RunTool { tool, row } => write!(f, "run `{tool}` on row {row}"),
            Self::Save => f.write_str("save"),
            Self::Close => f.write_str("close the window"),
        }
    }
}
