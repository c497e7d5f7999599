//! Window commands: `POST /api/v2/commands`, steps on the windows of services.

use serde_json::{Map, Value};

use super::path::Path;
use super::shape::{Need, Object, check_names, kind_of, objects};
use super::{CheckOptions, Code, Finding, Findings, values};
use crate::facts::name::{nearest, split_element};
use crate::facts::schema::{ElementSchema, ServiceSchema};
use crate::rows::value::Date;
use crate::wire::action::Action;
use crate::wire::contract::{self, arguments as argument, change, command, commands};

const REQUEST: [&str; 3] = contract::COMMAND.members();
const CHANGE: [&str; 3] = contract::CHANGE.members();

/// The service whose window is opened first.
pub(super) fn service(body: &Map<String, Value>) -> Option<&str> {
    let requests = body.get(commands::REQUESTS)?.as_array()?;
    let opens = requests
        .iter()
        .find(|request| request.get(command::ACTION).and_then(Value::as_i64) == Some(Action::Open.number().into()))?;
    opens.get(command::ARGS)?.get(argument::SERVICE_NAME)?.as_str().filter(|name| !name.is_empty())
}

/// Checks the steps, against the service's schema where there is one.
pub(super) fn check<'s>(
    schema: Option<&'s ServiceSchema>,
    body: &'s Map<String, Value>,
    options: CheckOptions,
    findings: &mut Findings,
) {
    let root = Path::Root;
    check_names(&root, body, &contract::COMMANDS.members::<1>(), findings);
    let object = Object { members: body, path: &root, missing: Code::MemberMissing };
    let items = object.list(commands::REQUESTS, Need::Must, "There is nothing to do.", findings);
    let list = root.member(commands::REQUESTS);
    let known = service(body);
    let today = options.today;
    let mut walk = Walk { schema, known, today, open: false, is_known: false, unsaved: None, findings };
    for (index, request) in objects(&list, items, walk.findings).into_iter().enumerate() {
        let path = list.item(index);
        if let Some(members) = request {
            walk.request(&Object { members, path: &path, missing: Code::MemberMissing });
        }
    }
    walk.closed();
}

/// One window after the other.
struct Walk<'s, 'f> {
    schema: Option<&'s ServiceSchema>,
    /// The service that the schema is of.
    known: Option<&'s str>,
    /// The day it is at the server, if the caller knows.
    today: Option<Date>,
    /// A window is open.
    open: bool,
    /// It is one of the service that the schema is of.
    is_known: bool,
    /// The first change that nothing has saved.
    unsaved: Option<String>,
    findings: &'f mut Findings,
}

impl<'s> Walk<'s, '_> {
    fn request(&mut self, request: &Object<'_, '_>) {
        check_names(request.path, request.members, &REQUEST, self.findings);
        let Some(action) = self.action(request) else { return };
        let nothing = Map::new();
        let wanted = action.arguments();
        let arguments = match request.members.get(command::ARGS) {
            None | Some(Value::Null) if wanted.is_empty() => &nothing,
            _ => match request.object(command::ARGS, "The step has no arguments.", self.findings) {
                Some(arguments) => arguments,
                None => return,
            },
        };
        let path = request.path.member(command::ARGS);
        check_names(&path, arguments, wanted, self.findings);
        let arguments = Object { members: arguments, path: &path, missing: Code::MemberMissing };
        if action != Action::Open && !self.open {
            // Once is enough: the steps that follow are taken for those of the same window.
            self.open = true;
            self.report(step(
                request.path,
                "the step has no window: none is open".to_owned(),
                "A step outside of a window does nothing (inferred).",
                "open the window of the service first, with `Action` 0",
            ));
        }
        self.step(action, request.path, &arguments);
    }

    fn action(&mut self, request: &Object<'_, '_>) -> Option<Action> {
        let path = request.path.member(command::ACTION);
        let number = match request.members.get(command::ACTION) {
            None | Some(Value::Null) => {
                request.report_missing(command::ACTION, "is missing", "P21 does not know what to do.", self.findings);
                return None;
            }
            Some(Value::Number(number)) => number.as_i64(),
            Some(other) => {
                let problem = format!("`Action` is {}, not a number", kind_of(other));
                self.report(step(&path, problem, "Nobody has seen P21 take it.", KNOWN));
                return None;
            }
        };
        let action = number.and_then(Action::of);
        if action.is_none() {
            let effect = match number {
                Some(3) => "P21 answers 204 without a body, which voids the results of every step (verified on 26.1).",
                Some(4) => {
                    "Nobody knows what it is for: it fails, or voids the results of every step (verified on 26.1)."
                }
                _ => "P21 answers an empty HTTP 500; steps before it may have been done (verified on 26.1).",
            };
            let shown = request.members.get(command::ACTION).map_or_else(String::new, Value::to_string);
            self.report(step(&path, format!("there is no action {shown}"), effect, KNOWN));
        }
        action
    }

    fn step(&mut self, action: Action, path: &Path<'_>, arguments: &Object<'_, '_>) {
        match action {
            Action::Open => {
                self.closed();
                let name =
                    arguments.name(argument::SERVICE_NAME, "P21 does not know which window is meant.", self.findings);
                self.open = true;
                self.is_known = name.is_some() && name == self.known;
            }
            Action::Close => {
                self.closed();
                self.open = false;
            }
            Action::Save => self.unsaved = None,
            Action::Change => {
                self.unsaved.get_or_insert_with(|| path.to_string());
                let list = arguments.path.member(argument::LIST);
                let items = arguments.list(argument::LIST, Need::Must, "Nothing is typed.", self.findings);
                for (index, change) in objects(&list, items, self.findings).into_iter().enumerate() {
                    if let Some(members) = change {
                        let path = list.item(index);
                        self.change(&Object { members, path: &path, missing: Code::MemberMissing });
                    }
                }
            }
            Action::SelectRow => {
                self.datawindow(arguments);
                self.row(arguments);
            }
            Action::RunTool => {
                self.unsaved.get_or_insert_with(|| path.to_string());
                arguments.name(argument::TOOL_NAME, "P21 does not know which tool is meant.", self.findings);
                self.row(arguments);
            }
        }
    }

    fn change(&mut self, change: &Object<'_, '_>) {
        check_names(change.path, change.members, &CHANGE, self.findings);
        let elements = self.datawindow(change);
        let field = change.name(change::FIELD_NAME, "P21 does not know which field is meant.", self.findings);
        match change.members.get(change::VALUE) {
            None => {
                change.report_missing(change::VALUE, "is missing", "P21 does not know what to type.", self.findings)
            }
            Some(Value::String(_)) => {}
            Some(other) => self.report(Finding {
                row: None,
                code: Code::ValueNotText,
                path: change.path.member(change::VALUE).to_string(),
                element: None,
                field: field.map(str::to_owned),
                problem: format!("the value is {}, not a string", kind_of(other)),
                consequence: "Every verified step types text; what P21 makes of anything else is not known.".to_owned(),
                remedy: "write it as a string".to_owned(),
            }),
        }
        let (Some(elements), Some(name)) = (elements, field) else { return };
        if elements.iter().all(|element| element.field(name).is_none()) {
            self.unknown_field(&change.path.member(change::FIELD_NAME), &elements, name);
        } else if let Some(value) = change.members.get(change::VALUE).and_then(Value::as_str) {
            self.value(&change.path.member(change::VALUE), &elements, name, value);
        }
    }

    /// What is wrong with a value in every element that has the field. Windows take labels (verified for the Interactive
    /// API, on the same windows).
    fn value(&mut self, path: &Path<'_>, elements: &[&ElementSchema], name: &str, value: &str) {
        let today = self.today;
        let problem = |element: &ElementSchema| {
            let (index, field) = element.field(name)?;
            let by_rule = |rule| values::by_rule(field, index, value, rule, today);
            values::check(field, value, false, false).or_else(|| element.rules.iter().find_map(by_rule))
        };
        let with_field = || elements.iter().filter(|element| element.field(name).is_some());
        if with_field().any(|element| problem(element).is_none()) {
            return;
        }
        let Some((element, found)) = with_field().find_map(|element| Some((element, problem(element)?))) else {
            return;
        };
        self.report(Finding {
            code: found.code,
            path: path.to_string(),
            element: Some(element.name.to_string()),
            field: Some(name.to_owned()),
            row: None,
            problem: found.problem,
            consequence: found.consequence,
            remedy: found.remedy,
        });
    }

    /// The elements that show a datawindow; `None` where nothing is known of it, or it was reported.
    fn datawindow(&mut self, object: &Object<'_, '_>) -> Option<Vec<&'s ElementSchema>> {
        let name = object.name(
            argument::DATAWINDOW_NAME,
            "P21 does not know which part of the window is meant.",
            self.findings,
        )?;
        let schema = self.schema.filter(|schema| self.is_known && !schema.elements.is_empty())?;
        let shows = |element: &&ElementSchema| element.datawindow() == name;
        let elements: Vec<&ElementSchema> = schema.elements.iter().filter(shows).collect();
        if !elements.is_empty() {
            return Some(elements);
        }
        // The part of an element's name after the dot; a whole name is a likely mistake.
        let meant = split_element(name).1;
        let near = nearest(meant, schema.elements.iter().map(|element| element.datawindow()));
        self.report(Finding {
            row: None,
            code: Code::UnknownElement,
            path: object.path.member(argument::DATAWINDOW_NAME).to_string(),
            element: Some(name.to_owned()),
            field: None,
            problem: format!("`{}` has no datawindow `{}`", schema.name, name.escape_debug()),
            consequence: "The step fails, and the steps after it are played all the same (inferred).".to_owned(),
            remedy: near.map_or_else(
                || "write the part of an element's name after the dot".to_owned(),
                |near| format!("did you mean `{near}`?"),
            ),
        });
        None
    }

    fn unknown_field(&mut self, path: &Path<'_>, elements: &[&ElementSchema], name: &str) {
        let near = nearest(name, elements.iter().flat_map(|element| element.fields.iter().map(|field| &*field.name)));
        self.report(Finding {
            row: None,
            code: Code::UnknownField,
            path: path.to_string(),
            element: elements.first().map(|element| element.name.to_string()),
            field: Some(name.to_owned()),
            problem: format!(
                "`{}` has no field `{}`",
                elements.first().map_or("", |element| element.datawindow()),
                name.escape_debug()
            ),
            consequence: "The step fails, and the steps after it are played all the same (inferred).".to_owned(),
            remedy: near.map_or_else(
                || "look the field up in the definition".to_owned(),
                |near| format!("did you mean `{near}`?"),
            ),
        });
    }

    fn row(&mut self, arguments: &Object<'_, '_>) {
        match arguments.members.get(argument::ROW) {
            None | Some(Value::Null) => {
                arguments.report_missing(
                    argument::ROW,
                    "is missing",
                    "P21 does not know which row is meant.",
                    self.findings,
                );
            }
            Some(row) if row.as_u64().is_some_and(|row| row > 0) => {}
            Some(row) => self.report(step(
                &arguments.path.member(argument::ROW),
                format!(
                    "`Row` is {}, not the number of a row",
                    if row.is_number() { row.to_string() } else { kind_of(row).to_owned() }
                ),
                "P21 has no such row (inferred).",
                "write a number; rows count from 1",
            )),
        }
    }

    /// The window that is open is left.
    fn closed(&mut self) {
        let Some(path) = self.unsaved.take() else { return };
        self.report(Finding {
            row: None,
            code: Code::NeverSaved,
            path,
            element: None,
            field: None,
            problem: "the window is left without a save after this step".to_owned(),
            consequence: "What was typed is gone with the window (inferred).".to_owned(),
            remedy: "save with `Action` 6 before the window is closed".to_owned(),
        });
    }

    fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }
}

const KNOWN: &str = "0 opens a window, 1 closes it, 2 changes fields, 5 selects a row, 6 saves, 9 runs a tool";

fn step(path: &Path<'_>, problem: String, consequence: &str, remedy: &str) -> Finding {
    Finding {
        row: None,
        code: Code::UnplayableStep,
        path: path.to_string(),
        element: None,
        field: None,
        problem,
        consequence: consequence.to_owned(),
        remedy: remedy.to_owned(),
    }
}
