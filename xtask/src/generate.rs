//! `cargo xtask generate`: definitions -> bindings.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use p21_codegen::{Bindings, Builder, CrateOptions, Stale, write_atomically};
use p21_model::Version;

use crate::{elsewhere, repository, rules_page, shared};

/// Generates bindings. Without options: the committed bindings of this repository.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder of definitions, raw or canonical, `<Service>.json` each.
    #[arg(long, value_name = "DIR")]
    definitions: Option<PathBuf>,
    /// The folder of rules that lies on top of those of this repository [default: `rules` in the definitions' folder].
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
    /// The P21 version of the definitions: `26.1`, `26.1.5910`, `26.1-early` [default: what their manifest says, else
    /// the folder's name].
    #[arg(long, value_name = "VERSION")]
    p21_version: Option<Version>,
    /// Only this service; may be given more than once.
    #[arg(long = "service", value_name = "NAME")]
    services: Vec<String>,
    /// Write the module tree into this folder.
    #[arg(long, value_name = "DIR", conflicts_with = "crate_dir")]
    out: Option<PathBuf>,
    /// Write a complete crate into this folder.
    #[arg(long = "crate", value_name = "DIR", requires = "name")]
    crate_dir: Option<PathBuf>,
    /// The name of that crate.
    #[arg(long, value_name = "NAME", requires = "crate_dir")]
    name: Option<String>,
    /// Change nothing; list what is stale and exit with 1 if anything is.
    #[arg(long, conflicts_with = "crate_dir")]
    check: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let bindings = generate(arguments)?;
    if let Some(folder) = &arguments.crate_dir {
        return write_crate(&bindings, folder, arguments.name.as_deref().unwrap_or_default());
    }
    let own = arguments.out.is_none();
    if own && (arguments.definitions.is_some() || !arguments.services.is_empty()) {
        bail!("say where the bindings go: --out DIR, or --crate DIR --name NAME");
    }
    let folder = arguments.out.clone().unwrap_or_else(repository::bindings);
    if arguments.check { check(&bindings, &folder, own) } else { write(&bindings, &folder, own) }
}

fn generate(arguments: &Arguments) -> Result<Bindings> {
    let mut builder = match &arguments.definitions {
        Some(folder) => Builder::new().definitions(folder),
        None => committed(repository::definitions(repository::VERSION)),
    };
    if let Some(folder) = &arguments.rules {
        builder = builder.rules(folder);
    }
    if let Some(version) = arguments.p21_version {
        builder = builder.version(version);
    }
    for service in &arguments.services {
        builder = builder.service(service);
    }
    let bindings = builder.generate()?;
    warn(&bindings);
    Ok(bindings)
}

/// What the committed bindings are made with: the repository's own rules from where they are edited, all of which fit.
fn committed(definitions: PathBuf) -> Builder {
    Builder::new().definitions(definitions).builtin_rules(false).rules(repository::rules()).strict(true)
}

/// Lists the rules that do not fit the definitions.
fn warn(bindings: &Bindings) {
    for warning in bindings.warnings() {
        eprintln!("warning: {warning}");
    }
}

fn write(bindings: &Bindings, folder: &Path, own: bool) -> Result<ExitCode> {
    let changed = bindings.write(folder)?;
    if own {
        write_features(bindings)?;
        for (path, text) in pages()? {
            write_atomically(&path, &text)?;
        }
    }
    report(&changed);
    println!(
        "{} services of P21 {} in {}: {}, {}",
        bindings.services().count(),
        bindings.version(),
        repository::shown(folder),
        bindings.size(),
        if changed.is_empty() { "current".to_owned() } else { format!("{} files written", changed.len()) }
    );
    Ok(ExitCode::SUCCESS)
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

fn check(bindings: &Bindings, folder: &Path, own: bool) -> Result<ExitCode> {
    let mut stale = bindings.stale(folder)?;
    if own && manifest(bindings)?.is_some() {
        stale.push(Stale::Changed(manifest_path()));
    }
    for (path, text) in if own { pages()? } else { Vec::new() } {
        if std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n") != text {
            stale.push(Stale::Changed(path));
        }
    }
    report(&stale);
    if stale.is_empty() {
        println!("bindings in {} are current", repository::shown(folder));
        return Ok(ExitCode::SUCCESS);
    }
    println!("{} files are stale; run `cargo xtask generate`", stale.len());
    Ok(ExitCode::FAILURE)
}

/// The files of the committed bindings that are stale against definitions in a folder.
pub(crate) fn stale_bindings(definitions: &Path) -> Result<Vec<Stale>> {
    Ok(committed(definitions.to_owned()).version(repository::VERSION).generate()?.stale(&repository::bindings())?)
}

fn write_crate(bindings: &Bindings, folder: &Path, name: &str) -> Result<ExitCode> {
    if !is_crate_name(name) {
        bail!("`{}` can't be the name of a crate; use letters, digits, `-` and `_`", name.escape_debug());
    }
    let model = repository::root().join("p21-model");
    let options = CrateOptions::new(name, format!("{{ path = {:?} }}", model.display().to_string()));
    let changed = bindings.write_crate(folder, &options)?;
    println!(
        "crate `{name}` in {}: {} services of P21 {}, {} files written",
        repository::shown(folder),
        bindings.services().count(),
        bindings.version(),
        changed.len()
    );
    Ok(ExitCode::SUCCESS)
}

/// Cargo or rustc would refuse the others, or take them for a crate that the bindings use themselves.
fn is_crate_name(name: &str) -> bool {
    const TAKEN: [&str; 7] = ["alloc", "core", "p21_files", "p21_model", "proc_macro", "std", "test"];
    !TAKEN.contains(&name.replace('-', "_").as_str())
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        && !p21_model::name::is_keyword(name)
}

fn report(stale: &[Stale]) {
    for file in stale.iter().take(20) {
        println!("  {}: {}", file.what(), repository::shown(file.path()));
    }
    if stale.len() > 20 {
        println!("  and {} more", stale.len() - 20);
    }
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
    const START: &str = "# <services>\n";
    const END: &str = "# </services>\n";
    let path = manifest_path();
    let text = std::fs::read_to_string(&path).with_context(|| format!("can't read {}", path.display()))?;
    let text = text.replace("\r\n", "\n");
    let (before, rest) = text.split_once(START).context("p21-services/Cargo.toml has lost its `# <services>` line")?;
    let (_, after) = rest.split_once(END).context("p21-services/Cargo.toml has lost its `# </services>` line")?;
    let modules = bindings.modules();
    let all: String = modules.iter().map(|module| format!("    \"{module}\",\n")).collect();
    let each: String = modules.iter().map(|module| format!("{module} = []\n")).collect();
    let wanted = format!("{before}{START}full = [\n{all}]\n{each}{END}{after}");
    Ok((wanted != text).then_some(wanted))
}

#[cfg(test)]
mod tests {
    #[test]
    fn crates_have_names_that_cargo_takes() {
        for name in ["p21-own", "own_bindings", "Own", "a1"] {
            assert!(super::is_crate_name(name), "{name}");
        }
        for name in ["", "1a", "a b", "fn", "std", "core", "proc-macro", "p21-model", "p21_model", "../x", "a\n"] {
            assert!(!super::is_crate_name(name), "{name:?}");
        }
    }
}
