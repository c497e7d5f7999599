//! What columns of an input are in a service, checked before anything is sent.

mod compile;
mod file;
mod value;

use std::path::Path;

use anyhow::{Result, anyhow};
use p21_definitions::read_bounded;
use p21_model::InputError;
use p21_model::definition::ServiceDefinition;
use p21_model::schema::{ElementSchema, ServiceSchema};

pub(crate) use file::Column;
pub(crate) use file::DoorName;
pub(super) use value::wire;

use crate::advice::Next as _;
use crate::{shown, toml_error};

/// The largest map that is read, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// A map that fits the service and the input.
#[derive(Debug)]
pub(super) struct Map {
    pub(super) schema: &'static ServiceSchema,
    pub(super) door: DoorName,
    /// In the order in which they leave.
    pub(super) elements: Vec<Mapped>,
    pub(super) settle: Settle,
    /// The columns that tell a row from every other one; without any it is what is sent.
    pub(super) idempotency: Vec<String>,
    /// Every column that the map names.
    pub(super) columns: Vec<String>,
    /// Those of them that an input may lack.
    pub(super) optional: Vec<String>,
    /// The columns that nothing reads.
    pub(super) ignored: Vec<String>,
}

/// An element, of which each record has a row.
#[derive(Debug)]
pub(super) struct Mapped {
    pub(super) element: &'static ElementSchema,
    /// What tells its rows apart, where the map says it.
    pub(super) keys: Vec<String>,
    pub(super) fields: Vec<Field>,
    /// Its row is left out where all of its columns are empty.
    pub(super) may_be_left_out: bool,
}

#[derive(Debug)]
pub(super) struct Field {
    pub(super) index: u16,
    pub(super) from: Origin,
    pub(super) is_required: bool,
}

#[derive(Debug)]
pub(super) enum Origin {
    Column(Column),
    /// As it is sent.
    Value(String),
}

#[derive(Debug)]
pub(super) enum Settle {
    /// The form and the fields of the key.
    Key {
        element: String,
        fields: Vec<String>,
    },
    /// The form, the table, the key's fields with their columns, and what is asked for: field, column, whether it is a
    /// number.
    Find {
        element: String,
        table: String,
        keys: Vec<(String, String)>,
        wanted: Vec<(String, String, bool)>,
    },
    Nothing,
}

/// What is wrong with a map, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mistake {
    /// In the file of the map, or of the input.
    file: String,
    line: usize,
    column: String,
    problem: String,
}

/// A map as it was read, to be fitted.
pub(super) struct Read {
    name: String,
    text: String,
    file: file::File,
    /// It comes with the program.
    is_built_in: bool,
}

/// The map of a workflow.
pub(super) fn built_in(workflow: &str, text: &str) -> Result<Read> {
    let name = format!("the workflow {workflow}");
    Ok(Read { name, text: text.to_owned(), file: toml::from_str(text)?, is_built_in: true })
}

/// Reads a map.
pub(super) fn read(path: &Path) -> Result<Read> {
    let name = shown(path);
    let fix = || format!("put {name} right; `cargo p21 help batch` shows a whole map");
    let bytes = read_bounded(path, MAX_BYTES).next(fix)?;
    let text = String::from_utf8(bytes).map_err(|_| InputError::new(&name, "not UTF-8 text")).next(fix)?;
    let file = toml::from_str(&text).map_err(|error| {
        let (line, column) = position(&text, error.span().map_or(0, |span| span.start));
        let said = toml_error::input(&name, &text, &error);
        anyhow!("{name}:{line}:{column}: {}", said.to_string().trim_start_matches(&format!("{name}:{line}: ")))
    });
    Ok(Read { file: file.next(fix)?, name, text, is_built_in: false })
}

/// Line and character, from 1.
fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    (toml_error::line(text, at), before[start..].chars().count() + 1)
}

impl Read {
    /// The columns that it reads, and whether an input may lack each.
    pub(super) fn columns(&self) -> Vec<(&str, bool)> {
        let columns =
            self.file.element.values().flat_map(|fields| fields.values()).filter_map(|from| match from.get_ref() {
                file::From::Column(column) => Some((from.span().start, column.name.as_str(), column.optional)),
                file::From::Value(_) => None,
            });
        let mut columns: Vec<_> = columns.collect();
        // As they stand in the file.
        columns.sort_unstable();
        columns.into_iter().map(|(_, name, optional)| (name, optional)).collect()
    }

    /// The service: that of the map, or of the argument.
    pub(super) fn service(&self, said: Option<&str>) -> Result<String> {
        match (said, &self.file.service) {
            (Some(said), Some(mapped)) if said != mapped.get_ref() => {
                let (line, column) = position(&self.text, mapped.span().start);
                let mapped = mapped.get_ref().escape_debug();
                Err(anyhow!(
                    "{}:{line}:{column}: the map is for `{mapped}`, and `--service` says `{}`",
                    self.name,
                    said.escape_debug()
                ))
                .next(|| "leave out `--service`, or name the map of that service".to_owned())
            }
            (Some(said), _) => Ok(said.to_owned()),
            (None, Some(mapped)) => Ok(mapped.get_ref().clone()),
            (None, None) => Err(anyhow!("{}: the map says no service", self.name))
                .next(|| "give `--service`, or write `service = \"..\"` into the map".to_owned()),
        }
    }

    /// The map as it fits service and input.
    ///
    /// # Errors
    /// Every mistake, one a line.
    pub(super) fn fit(
        self,
        schema: &'static ServiceSchema,
        definition: &ServiceDefinition,
        header: Option<(&str, &[String])>,
    ) -> Result<Map> {
        let fix = || match self.is_built_in {
            true => "give the input the columns that `cargo p21 help batch run` lists, or write a map".to_owned(),
            false => format!("put {} right; `cargo p21 help batch` shows a whole map", self.name),
        };
        compile::compile(&self, schema, definition, header).map_err(|mistakes| all(&mistakes)).next(fix)
    }
}

fn all(mistakes: &[Mistake]) -> anyhow::Error {
    let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    anyhow!(lines.join("\nerror: "))
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.line == 0 {
            return write!(f, "{}: {}", self.file, self.problem);
        }
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.problem)
    }
}
