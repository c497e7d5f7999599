//! `cargo p21 generate`: definitions -> bindings.

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use p21_codegen::{Bindings, Builder, CrateOptions, Source, Stale};
use p21_model::Version;
use serde_json::json;

use crate::advice::{Next as _, of_file_or, quoted};
use crate::config::Config;
use crate::exit::Done;
use crate::format::Format;
use crate::{paths, printable, progress, shown};

/// Generates bindings from a folder of definitions, and the built-in rules with those of the folder on top.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  cargo p21 generate --crate acme-p21 --name acme-p21    # a crate, a feature a service
  cargo p21 generate --out src/p21                       # a module tree of your own crate
  cargo p21 generate --out src/p21 --check               # for CI: exits with 1 if anything is stale
  cargo p21 generate --out src/p21 --format json         # what was written, for programs

What a project always says stands in p21.toml, in its folder or above:
  server = \"https://p21.example.com\"
  folder = \"definitions\"                # fetched into, and generated from
  version = \"26.1\"                      # where neither manifest nor folder says it
  services = [\"*\", \"m_picktickets\"]     # all that are listed, and reports, which never are
  rules = \"rules\"                       # your own, on top of the built-in ones

  [output]                              # or `folder = \"src/p21\"`
  crate = \"acme-p21\"
  name = \"acme-p21\"")]
pub(crate) struct Arguments {
    /// The folder of definitions, raw or canonical, `<Service>.json` each [default: that of p21.toml, else `definitions`].
    #[arg(long, value_name = "DIR")]
    definitions: Option<PathBuf>,
    /// The folder of rules that lies on top of the built-in ones [default: that of p21.toml, else `rules` in the
    /// definitions' folder].
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
    /// The P21 version of the definitions: `26.1`, `26.1.5910`, `26.1-early` [default: what p21.toml says, else their
    /// manifest, else the folder's name].
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
    /// Where that crate has p21-model, p21-macros, p21-client and p21-batch from: a version, or the folder of their
    /// sources [default: the sources that this program was built from if they are there, else its version].
    #[arg(long, value_name = "VERSION|DIR", requires = "crate_dir")]
    sources: Option<String>,
    /// Change nothing; list what is stale and exit with 1 if anything is.
    #[arg(long)]
    check: bool,
    /// What is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Where bindings go.
enum Target {
    Tree(PathBuf),
    Crate(PathBuf, CrateOptions),
}

pub(crate) fn run(arguments: &Arguments, config: &Config) -> Result<Done> {
    let target = target(arguments, config)?;
    let bindings = generate(arguments, config)?;
    if let (Target::Crate(..), Some(warning)) = (&target, bindings.too_many_for_a_registry()) {
        eprintln!("warning: {warning}");
    }
    if arguments.check { check(&bindings, &target, arguments) } else { write(&bindings, &target, arguments.format) }
}

/// What was generated, for programs.
fn print_json(bindings: &Bindings, folder: &Path, changed: &[Stale]) -> Result<()> {
    let files: Vec<_> =
        changed.iter().map(|file| json!({"file": file.path().display().to_string(), "was": file.what()})).collect();
    let value = json!({
        "folder": folder.display().to_string(),
        "p21_version": bindings.version().to_string(),
        "services": bindings.services().map(|(service, module)| json!({"service": service, "module": module}))
            .collect::<Vec<_>>(),
        "warnings": bindings.warnings().iter().map(ToString::to_string).collect::<Vec<_>>(),
        "files": files,
    });
    printable::print(&(printable::escaped(&serde_json::to_string_pretty(&value)?) + "\n"))
}

fn target(arguments: &Arguments, config: &Config) -> Result<Target> {
    let output = &config.output;
    let crate_of = |folder: &Path, name: &str| {
        if !is_crate_name(name) {
            let error = anyhow!("`{}` can't be the name of a crate", name.escape_debug());
            return Err(error).next(|| "use letters, digits, `-` and `_`, and no word of Rust's own".to_owned());
        }
        let source = match (&arguments.sources, &output.sources) {
            (Some(named), _) => named_source(named, Path::new(""), folder)?,
            (None, Some(named)) => named_source(named, &config.beside, folder)?,
            (None, None) => built_from(),
        };
        Ok(Target::Crate(folder.to_owned(), CrateOptions::new(name, source)))
    };
    match (&arguments.out, &arguments.crate_dir, &output.folder, &output.crate_dir) {
        (Some(folder), ..) => Ok(Target::Tree(folder.clone())),
        (_, Some(folder), ..) => crate_of(folder, arguments.name.as_deref().unwrap_or_default()),
        (_, _, Some(folder), _) => Ok(Target::Tree(folder.clone())),
        (.., Some(folder)) => crate_of(folder, output.name.as_deref().unwrap_or_default()),
        _ => Err(anyhow!("say where the bindings go: --out DIR, or --crate DIR --name NAME, or [output] in p21.toml"))
            .next(|| "`cargo p21 generate --out src/p21` writes modules for a crate of yours".to_owned()),
    }
}

/// What somebody named: a version, or a folder, meant from another one. A crate names it from where the crate is.
fn named_source(named: &str, from: &Path, crate_dir: &Path) -> Result<Source> {
    if named.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())) {
        return Ok(Source::Version(named.to_owned()));
    }
    let folder = from.join(named);
    if !folder.join("p21-model/Cargo.toml").is_file() {
        let error =
            anyhow!("`{}` is neither a version such as `0.1` nor a folder with `p21-model` in it", shown(&folder));
        return Err(error).next(|| "leave `--sources` out, or name the folder that the sources lie in".to_owned());
    }
    Ok(Source::Folder(paths::between(crate_dir, &folder)))
}

/// The sources beside those of this program, where they are still there.
fn built_from() -> Source {
    match Path::new(env!("CARGO_MANIFEST_DIR")).parent() {
        Some(folder) if folder.join("p21-model/Cargo.toml").is_file() => Source::Folder(folder.to_owned()),
        _ => Source::Version(env!("CARGO_PKG_VERSION").to_owned()),
    }
}

fn generate(arguments: &Arguments, config: &Config) -> Result<Bindings> {
    let folder = paths::definitions(arguments.definitions.as_deref(), config);
    let mut builder = Builder::new().definitions(&folder).command("cargo p21 generate");
    if let Some(folder) = arguments.rules.as_ref().or(config.rules.as_ref()) {
        builder = builder.rules(folder);
    }
    if let Some(version) = arguments.p21_version.or(config.version) {
        builder = builder.version(version);
    }
    for service in if arguments.services.is_empty() { wanted(config) } else { arguments.services.clone() } {
        builder = builder.service(service);
    }
    let step = || match folder.is_dir() {
        false => format!("`cargo p21 fetch --all --into {}` fetches them", quoted(&shown(&folder))),
        true => "mend what the line names, or fetch it again: `cargo p21 help fetch`".to_owned(),
    };
    let bindings = of_file_or(progress::busy("generating", || builder.generate()), step)?;
    for warning in bindings.warnings() {
        eprintln!("warning: {warning}");
    }
    Ok(bindings)
}

/// The services of `p21.toml`; none for all of the folder.
fn wanted(config: &Config) -> Vec<String> {
    if config.wants_every_service() { Vec::new() } else { config.services() }
}

fn write(bindings: &Bindings, target: &Target, format: Format) -> Result<Done> {
    let (changed, folder) = match target {
        Target::Tree(folder) => (bindings.write(folder), folder),
        Target::Crate(folder, options) => (bindings.write_crate(folder, options), folder),
    };
    let changed =
        changed.next(|| "mend what the line names, or name another folder: `cargo p21 help generate`".to_owned())?;
    if format == Format::Json {
        print_json(bindings, folder, &changed)?;
        return Ok(Done::Clean);
    }
    // What is new needs no list: there are hundreds at first.
    let replaced: Vec<Stale> = changed.iter().filter(|file| !matches!(file, Stale::Missing(_))).cloned().collect();
    report(&replaced);
    let written = if changed.is_empty() { "current".to_owned() } else { format!("{} files written", changed.len()) };
    let (count, version, size) = (bindings.services().count(), bindings.version(), bindings.size());
    match target {
        Target::Tree(folder) => {
            println!("{count} services of P21 {version} in {}: {size}, {written}", shown(folder));
        }
        Target::Crate(folder, options) => println!(
            "crate `{}` in {}: {count} services of P21 {version}, {size}, {written}",
            options.name,
            shown(folder)
        ),
    }
    Ok(Done::Clean)
}

fn check(bindings: &Bindings, target: &Target, arguments: &Arguments) -> Result<Done> {
    let (stale, folder) = match target {
        Target::Tree(folder) => (bindings.stale(folder)?, folder),
        Target::Crate(folder, options) => (bindings.stale_crate(folder, options)?, folder),
    };
    if arguments.format == Format::Json {
        print_json(bindings, folder, &stale)?;
        return Ok(if stale.is_empty() { Done::Clean } else { Done::Findings });
    }
    report(&stale);
    if stale.is_empty() {
        println!("bindings in {} are current", shown(folder));
        return Ok(Done::Clean);
    }
    println!("{} files are stale; run `{}`", stale.len(), again(arguments));
    Ok(Done::Findings)
}

/// The same command without `--check`.
fn again(arguments: &Arguments) -> String {
    let mut command = "cargo p21 generate".to_owned();
    let mut add = |option: &str, value: Option<String>| {
        if let Some(value) = value {
            command += &format!(" {option} {}", quoted(&value));
        }
    };
    let path = |path: &Option<PathBuf>| path.as_deref().map(|path| path.display().to_string());
    add("--definitions", path(&arguments.definitions));
    add("--rules", path(&arguments.rules));
    add("--p21-version", arguments.p21_version.map(|version| version.to_string()));
    arguments.services.iter().for_each(|service| add("--service", Some(service.clone())));
    add("--out", path(&arguments.out));
    add("--crate", path(&arguments.crate_dir));
    add("--name", arguments.name.clone());
    add("--sources", arguments.sources.clone());
    command
}

/// Cargo or rustc would refuse the others, or take them for a crate that the bindings use themselves.
fn is_crate_name(name: &str) -> bool {
    const TAKEN: [&str; 7] = ["alloc", "core", "p21_files", "p21_model", "proc_macro", "std", "test"];
    !TAKEN.contains(&name.replace('-', "_").as_str())
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        && !p21_model::name::is_keyword(name)
}

/// Lists files that are stale, or were.
pub fn report(stale: &[Stale]) {
    for file in stale.iter().take(20) {
        println!("  {}: {}", file.what(), shown(file.path()));
    }
    if stale.len() > 20 {
        println!("  and {} more", stale.len() - 20);
    }
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
