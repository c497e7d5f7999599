//! `cargo xtask check`: what P21 would refuse in a payload, or silently store otherwise.

mod document;
mod json;
mod locate;
mod printable;
mod report;
mod schema;

use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use p21_model::Version;
use p21_model::check::{CheckOptions, Findings};

use crate::repository;
use document::Document;
pub(crate) use schema::schema;

/// Finds what P21 would refuse in a payload, or silently store otherwise.
///
/// Takes what is sent to `/api/v2/transaction` (`/async` and `/async/callback` too), `/api/v2/transaction/get` or
/// `/api/v2/process/pdfreport`, in JSON or XML, and to `/api/v2/commands`, in JSON. Every finding has a page in `docs/findings`. Exits with 0 if there is nothing worse than a warning, with 1 if
/// there is an error, and with 2 if the check could not be made.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The payload; `-` is standard input.
    file: PathBuf,
    /// The folder of definitions [default: the repository's].
    #[arg(long, value_name = "DIR")]
    definitions: Option<PathBuf>,
    /// The P21 version whose rules hold: `25.2`, `26.1`, `26.1.5910`, `26.1-early` [default: the version of the
    /// definitions].
    #[arg(long, value_name = "VERSION")]
    p21_version: Option<Version>,
    /// What is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// How many findings are printed at most; 0 for all [default: 100 as text, all as JSON].
    #[arg(long, value_name = "NUMBER")]
    limit: Option<usize>,
}

/// How many findings are printed as text: nobody reads more.
const READABLE: usize = 100;

/// The largest payload that is read.
const MOST_BYTES: u64 = 256 << 20;

/// What is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// The findings, each pointing into the payload.
    Text,
    /// One list of objects, and nothing else.
    Json,
}

/// The exit code for a check that could not be made.
const UNUSABLE: u8 = 2;

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    match check(arguments) {
        Ok(code) => Ok(code),
        Err(error) => {
            eprintln!("error: {}", printable::spelt(&format!("{error:#}")));
            Ok(ExitCode::from(UNUSABLE))
        }
    }
}

fn check(arguments: &Arguments) -> Result<ExitCode> {
    let (name, text) = read(arguments)?;
    if text.trim().is_empty() {
        bail!("{name} is empty");
    }
    let document = Document::read(&text);
    let folder = match (&arguments.definitions, arguments.p21_version) {
        (Some(folder), _) => folder.clone(),
        // The definitions of later versions lie over those of earlier ones.
        (None, Some(_)) => repository::all_definitions(),
        (None, None) => repository::definitions(repository::VERSION),
    };
    let found = match document.service() {
        Some(service) => schema::find(&folder, service, arguments.p21_version).map(Some),
        None => Ok(None),
    };
    let options = CheckOptions::new().today(jiff::Zoned::now().date());
    let findings = document.check(found.as_ref().ok().and_then(Option::as_ref), options);
    let has_errors = findings.has_errors();
    // The shape was checked and is printed even where the service is not known; that nothing was found would be no news.
    if found.is_ok() || !findings.is_empty() {
        print(arguments, &name, &document, findings)?;
    }
    if let Some(schema) = found?.filter(|schema| schema.elements.is_empty()) {
        let name = printable::spelt(&schema.name);
        eprintln!("note: there is no definition of `{name}`, so that only the shape was checked");
    }
    Ok(if has_errors { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn read(arguments: &Arguments) -> Result<(String, String)> {
    if arguments.file.as_os_str() == "-" {
        let name = "<stdin>".to_owned();
        return bounded(std::io::stdin()).with_context(|| format!("can't read {name}")).map(|text| (name, text));
    }
    let name = repository::shown(&arguments.file);
    let text = std::fs::File::open(&arguments.file).and_then(bounded);
    Ok((name.clone(), text.with_context(|| format!("can't read {name}"))?))
}

/// Reads a payload. Pipes are fine, as shells write `<(…)`; what never ends is not.
fn bounded(source: impl std::io::Read) -> std::io::Result<String> {
    let mut text = String::new();
    source.take(MOST_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MOST_BYTES {
        let problem = format!("it is larger than {} MB, which is no payload that P21 takes", MOST_BYTES >> 20);
        return Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, problem));
    }
    Ok(text)
}

fn print(arguments: &Arguments, name: &str, document: &Document<'_>, findings: Findings) -> Result<()> {
    let located = document.locate(findings);
    let limit = match (arguments.limit, arguments.format) {
        (Some(0), _) | (None, Format::Json) => usize::MAX,
        (Some(limit), _) => limit,
        (None, Format::Text) => READABLE,
    };
    let printed = match arguments.format {
        Format::Text => report::render(name, document.text(), &located, limit),
        Format::Json => json::render(document.text(), &located[..located.len().min(limit)])?,
    };
    // A closed pipe is the reader's choice, not an error.
    match std::io::stdout().lock().write_all(printed.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => return Err(error).context("can't print"),
        _ => {}
    }
    let more = located.len().saturating_sub(limit);
    if more > 0 && arguments.format == Format::Json {
        eprintln!("note: {more} more findings; `--limit 0` prints all");
    }
    Ok(())
}
