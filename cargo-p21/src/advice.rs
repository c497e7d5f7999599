//! Every error ends in a next step: a command that works as it stands, or what to do by hand.

use std::fmt;
use std::path::Path;

use p21_model::InputError;
use p21_model::name::service_of_file;

use crate::printable::spelt;

/// An error and the next step.
#[derive(Debug)]
struct Advised {
    error: anyhow::Error,
    next: String,
}

impl fmt::Display for Advised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&line(&self.error))
    }
}

// Its line says why already, so that a chain of causes doesn't say it twice.
impl std::error::Error for Advised {}

/// Says what to do next about an error.
pub(crate) trait Next<T> {
    /// With the next step; commands stand in backticks.
    fn next(self, step: impl FnOnce() -> String) -> anyhow::Result<T>;
}

impl<T, E: Into<anyhow::Error>> Next<T> for Result<T, E> {
    fn next(self, step: impl FnOnce() -> String) -> anyhow::Result<T> {
        self.map_err(|error| {
            let error = error.into();
            // Whoever was nearer to the mistake knows better.
            if error.is::<Advised>() { error } else { Advised { error, next: step() }.into() }
        })
    }
}

/// An error with its causes, each said once: most lines say their cause themselves.
pub(crate) fn line(error: &anyhow::Error) -> String {
    error
        .chain()
        .skip(1)
        .map(ToString::to_string)
        .fold(error.to_string(), |line, cause| if line.contains(&cause) { line } else { format!("{line}: {cause}") })
}

/// Prints an error of a command, and the next step.
pub(crate) fn print(error: &anyhow::Error, command: &str) {
    eprintln!("error: {}", spelt(&line(error)));
    eprintln!("next: {}", spelt(&step(error, command)));
}

fn step(error: &anyhow::Error, command: &str) -> String {
    if let Some(advised) = error.chain().find_map(|error| error.downcast_ref::<Advised>()) {
        return advised.next.clone();
    }
    // What is wrong with what was said, such as an address, no server tells.
    let is_the_servers = |error: &p21_client::Error| !error.is_input();
    if error.chain().any(|error| error.downcast_ref().is_some_and(is_the_servers)) {
        return "`cargo p21 doctor`, with the same --url, tries the server call by call and says in words what is wrong"
            .to_owned();
    }
    of_file(error).unwrap_or_else(|| format!("`cargo p21 help {command}` has examples"))
}

/// With the step that the wrong file wants, else with this one.
pub(crate) fn of_file_or<T>(
    result: Result<T, impl Into<anyhow::Error>>,
    step: impl FnOnce() -> String,
) -> anyhow::Result<T> {
    result.map_err(Into::into).map_err(|error| match of_file(&error) {
        Some(next) => Advised { error, next }.into(),
        None => Advised { error, next: step() }.into(),
    })
}

/// A definition that can't be read is fetched again; what people write is put right.
fn of_file(error: &anyhow::Error) -> Option<String> {
    let wrong = error.chain().find_map(|error| match error.downcast_ref::<p21_definitions::Error>() {
        Some(p21_definitions::Error::Input(wrong)) => Some(wrong),
        _ => error.downcast_ref::<InputError>(),
    })?;
    let path = Path::new(&wrong.file);
    let stem = path.file_stem()?.to_str().filter(|stem| *stem != "manifest")?;
    if path.extension().is_some_and(|extension| extension == "toml") {
        return Some(format!("put right what the line names in {}", quoted(&wrong.file)));
    }
    let folder = path.parent().filter(|_| path.extension().is_some_and(|extension| extension == "json"))?;
    let named = service_of_file(stem);
    if let Some(of) = wrong.service.as_deref().filter(|of| *of != named) {
        return Some(format!("rename the file as the line says, or remove it: it is the definition of {of}"));
    }
    let (service, folder) = (quoted(named), quoted(&folder.display().to_string()));
    Some(format!("`cargo p21 fetch --service {service} --refresh --into {folder}` fetches it again"))
}

/// An argument as a shell takes it.
pub(crate) fn quoted(argument: &str) -> String {
    let is_plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':' | '=' | ',' | '@' | '+');
    if !argument.is_empty() && argument.chars().all(is_plain) {
        return argument.to_owned();
    }
    format!("'{}'", argument.replace('\'', "'\\''"))
}
