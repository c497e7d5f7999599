//! `cargo xtask generate`: the committed bindings, and what is made from the rules.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use cargo_p21::exit::Done;
use cargo_p21::{report, shown};
use p21_codegen::{Bindings, Builder, Stale, write_atomically};

use crate::{elsewhere, repository, rules_page, shared};

/// Generates the committed bindings, and the pages and lists that are made from the rules.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Change nothing; list what is stale and exit with 1 if anything is.
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Done> {
    let bindings = committed(repository::definitions(repository::VERSION)).generate()?;
    let folder = repository::bindings();
    if arguments.check { check(&bindings, &folder) } else { write(&bindings, &folder) }
}

/// What the committed bindings are made with: the repository's own rules from where they are edited, all of which fit.
fn committed(definitions: PathBuf) -> Builder {
    Builder::new().definitions(definitions).builtin_rules(false).rules(repository::rules()).strict(true)
}

fn write(bindings: &Bindings, folder: &Path) -> Result<Done> {
    let changed = bindings.write(folder)?;
    write_features(bindings)?;
    for (path, text) in pages()? {
        write_atomically(&path, &text)?;
    }
    report(&changed);
    println!(
        "{} services of P21 {} in {}: {}, {}",
        bindings.services().count(),
        bindings.version(),
        shown(folder),
        bindings.size(),
        if changed.is_empty() { "current".to_owned() } else { format!("{} files written", changed.len()) }
    );
    Ok(Done::Clean)
}

/// What is generated beside the bindings.
fn pages() -> Result<Vec<(PathBuf, String)>> {
    Ok(vec![
        (rules_page::path(), rules_page::text()?),
        (rules_page::format_path(), rules_page::format_text()?),
        (elsewhere::path(), elsewhere::text()?),
        (shared::path(), shared::text()?),
    ])
}

fn check(bindings: &Bindings, folder: &Path) -> Result<Done> {
    let mut stale = bindings.stale(folder)?;
    if manifest(bindings)?.is_some() {
        stale.push(Stale::Changed(manifest_path()));
    }
    for (path, text) in pages()? {
        if std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n") != text {
            stale.push(Stale::Changed(path));
        }
    }
    report(&stale);
    if stale.is_empty() {
        println!("bindings in {} are current", shown(folder));
        return Ok(Done::Clean);
    }
    println!("{} files are stale; run `cargo xtask generate`", stale.len());
    Ok(Done::Findings)
}

/// The files of the committed bindings that are stale against definitions in a folder.
pub(crate) fn stale_bindings(definitions: &Path) -> Result<Vec<Stale>> {
    Ok(committed(definitions.to_owned()).version(repository::VERSION).generate()?.stale(&repository::bindings())?)
}

fn manifest_path() -> PathBuf {
    repository::root().join("p21-services").join("Cargo.toml")
}

fn write_features(bindings: &Bindings) -> Result<()> {
    if let Some(text) = manifest(bindings)? {
        write_atomically(&manifest_path(), &text)?;
    }
    Ok(())
}

/// The manifest of `p21-services` with a feature a service, if it has others.
fn manifest(bindings: &Bindings) -> Result<Option<String>> {
    let path = manifest_path();
    let text = std::fs::read_to_string(&path).with_context(|| format!("can't read {}", path.display()))?;
    let lost = "p21-services/Cargo.toml has lost its lines `# <services>` and `# </services>`";
    let wanted = bindings.with_features(&text).context(lost)?;
    Ok((wanted != text.replace("\r\n", "\n")).then_some(wanted))
}
