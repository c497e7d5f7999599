//! `cargo p21 check`: what P21 would refuse in a payload, or silently store otherwise.

mod document;
mod json;
mod locate;
mod report;
mod schema;

use std::io::Read as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow};
use p21_model::Version;
use p21_model::check::{CheckOptions, Findings};

use crate::advice::Next as _;
use crate::config::Config;
use crate::exit::Done;
use crate::format::Format;
use crate::{printable, shown};
use document::Document;
pub use schema::schema;
pub(crate) use schema::{Origin, known, warn};

/// Finds what P21 would refuse in a payload, or silently store otherwise.
///
/// Takes what is sent to `/api/v2/transaction` (`/async` and `/async/callback` too), `/api/v2/transaction/get` or
/// `/api/v2/process/pdfreport`, in JSON or XML, and to `/api/v2/commands`, in JSON. Every finding has a code, which
/// `cargo p21 explain` explains. Exits with 0 if there is nothing worse than a warning, with 1 if there is an error, and
/// with 2 if the check could not be made.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  cargo p21 check payload.json                       # or XML
  curl -s https://.. | cargo p21 check -             # standard input
  cargo p21 check payload.json --p21-version 26.1    # with the rules of another version
  cargo p21 check payload.json --format json         # for other programs
  cargo p21 explain P21-020                          # what a code means")]
pub(crate) struct Arguments {
    /// The payload; `-` is standard input.
    file: PathBuf,
    /// The folder of definitions [default: that of p21.toml, else the published ones of this program].
    #[arg(long, value_name = "DIR")]
    definitions: Option<PathBuf>,
    /// The P21 version whose rules hold: `25.2`, `26.1`, `26.1.5910`, `26.1-early` [default: the version of the
    /// definitions].
    #[arg(long, value_name = "VERSION")]
    p21_version: Option<Version>,
    /// What is printed: the findings, each pointing into the payload, or one list of objects and nothing else.
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

pub(crate) fn run(arguments: &Arguments, config: &Config) -> Result<Done> {
    let (name, text) = read(arguments)?;
    if text.trim().is_empty() {
        return Err(anyhow!("{name} is empty")).next(|| "name a file with a payload in JSON or XML".to_owned());
    }
    // An end of line is one, whoever wrote it; where it stands is counted in lines.
    let text = text.replace("\r\n", "\n");
    let document = Document::read(&text);
    let version = arguments.p21_version.or(config.version);
    let from = match arguments.definitions.as_ref().or(config.folder.as_ref()) {
        Some(folder) => Origin::Folder(folder.clone()),
        None => Origin::Published,
    };
    let found = match document.service() {
        Some(service) => schema::find(&from, service, version).map(Some),
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
    Ok(if has_errors { Done::Findings } else { Done::Clean })
}

fn read(arguments: &Arguments) -> Result<(String, String)> {
    if arguments.file.as_os_str() == "-" {
        let name = "<stdin>".to_owned();
        return bounded(std::io::stdin()).with_context(|| format!("can't read {name}")).map(|text| (name, text));
    }
    let name = shown(&arguments.file);
    let text = std::fs::File::open(&arguments.file).and_then(bounded).with_context(|| format!("can't read {name}"));
    Ok((name, text.next(|| "name a file with a payload in JSON or XML, or `-` for standard input".to_owned())?))
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
    printable::print(&printed)?;
    let more = located.len().saturating_sub(limit);
    if more > 0 && arguments.format == Format::Json {
        eprintln!("note: {more} more findings; `--limit 0` prints all");
    }
    Ok(())
}
