//! `p21.toml`: what a project says once, so that nobody types it. Never a secret.

use std::path::{Path, PathBuf};

use anyhow::Result;
use p21_model::{InputError, Version};
use serde::Deserialize;

use crate::advice::Next as _;
use crate::toml_error;

/// The file's name.
const NAME: &str = "p21.toml";

/// The largest one that is read, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// Stands for every service that the server lists, or that the folder has.
const EVERY: &str = "*";

/// Words in the name of a key that would hold a secret.
const SECRET: [&str; 6] = ["password", "passwd", "token", "secret", "consumer_key", "api_key"];

/// The project's settings; none of them has to be there.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The server's address.
    pub(crate) server: Option<String>,
    /// The folder of definitions.
    pub(crate) folder: Option<PathBuf>,
    /// The folder of rules on top of the built-in ones.
    pub(crate) rules: Option<PathBuf>,
    /// The P21 version of the definitions.
    pub(crate) version: Option<Version>,
    /// The services; `*` is every one that is listed.
    #[serde(default)]
    services: Vec<String>,
    /// Where bindings go.
    #[serde(default)]
    pub(crate) output: Output,
    /// The folder that the file is in, from which its paths are meant.
    #[serde(skip)]
    pub(crate) beside: PathBuf,
}

/// Where bindings go.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Output {
    /// The folder of a module tree.
    pub(crate) folder: Option<PathBuf>,
    /// The folder of a crate.
    #[serde(rename = "crate")]
    pub(crate) crate_dir: Option<PathBuf>,
    /// The crate's name.
    pub(crate) name: Option<String>,
    /// Where the crate has the crates from that it depends on: a version, or a folder.
    pub(crate) sources: Option<String>,
}

impl Config {
    /// Reads a file, by default the nearest `p21.toml` in or above the working directory; nothing is set without any.
    pub(crate) fn find(named: Option<&Path>) -> Result<Self> {
        match named {
            Some(path) => Self::load(path),
            None => {
                let here = std::env::current_dir().unwrap_or_default();
                let found = here.ancestors().map(|folder| folder.join(NAME)).find(|path| path.is_file());
                found.map_or_else(|| Ok(Self::default()), |path| Self::load(&path))
            }
        }
    }

    fn load(path: &Path) -> Result<Self> {
        let file = crate::shown(path);
        let fix = || format!("put line and problem right in {file}; `cargo p21 help generate` shows a whole file");
        let bytes = p21_definitions::read_bounded(path, MAX_BYTES).next(fix)?;
        let text = String::from_utf8(bytes).map_err(|_| InputError::new(&file, "not UTF-8 text")).next(fix)?;
        let mut config = Self::read(&file, &text).next(fix)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let paths = [&mut config.folder, &mut config.rules, &mut config.output.folder, &mut config.output.crate_dir];
        // Paths are meant from where the file is, wherever the command is called.
        for path in paths.into_iter().flatten() {
            *path = folder.join(&*path);
        }
        config.beside = folder.to_owned();
        Ok(config)
    }

    fn read(file: &str, text: &str) -> Result<Self, InputError> {
        let config: Self = toml::from_str(text).map_err(|error| wrong(file, text, &error))?;
        let line = |key: &str| text.lines().position(|line| line.trim_start().starts_with(key)).map_or(1, |at| at + 1);
        let problem = |key: &str, problem: &str| InputError::new(file, problem).at_line(line(key));
        if config.server.as_deref().is_some_and(|server| server.contains('@')) {
            return Err(problem("server", "the address holds a user or a password")
                .help("leave them out here: they come from P21_USERNAME and P21_PASSWORD"));
        }
        if config.output.folder.is_some() && config.output.crate_dir.is_some() {
            return Err(problem("[output]", "bindings go to a `folder` or to a `crate`, not to both"));
        }
        if config.output.crate_dir.is_some() != config.output.name.is_some() {
            return Err(problem("[output]", "`crate` and `name` go together: the folder of the crate, and its name"));
        }
        Ok(config)
    }

    /// The services that are named.
    pub(crate) fn services(&self) -> Vec<String> {
        self.services.iter().filter(|service| *service != EVERY).cloned().collect()
    }

    /// Whether every service is meant that is listed.
    pub(crate) fn wants_every_service(&self) -> bool {
        self.services.iter().any(|service| service == EVERY)
    }
}

/// A text that is no `p21.toml`, with its line. Values are not repeated: one that should not be there may be a secret.
fn wrong(file: &str, text: &str, error: &toml::de::Error) -> InputError {
    let problem = toml_error::input(file, text, error);
    let is_secret = |key: &str| SECRET.iter().any(|word| key.to_lowercase().contains(word));
    match toml_error::unknown(error).filter(|(key, _)| is_secret(key)) {
        Some((key, _)) => {
            let secret = format!("`{}`: secrets don't belong into this file", key.escape_debug());
            InputError::new(file, secret)
                .at_line(problem.line.unwrap_or(1))
                .help("remove it, and set P21_USERNAME and P21_PASSWORD (or P21_CONSUMER_KEY) in the environment")
        }
        None => problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        Config::read("p21.toml", text).unwrap_err().to_string()
    }

    #[test]
    fn everything_that_may_be_said() {
        let config = Config::read(
            "p21.toml",
            "server = \"https://p21.example.com\"\nfolder = \"definitions\"\nrules = \"rules\"\nversion = \"26.1.5940\"\n\
             services = [\"*\", \"m_picktickets\"]\n[output]\ncrate = \"acme-p21\"\nname = \"acme-p21\"\n",
        )
        .unwrap();
        assert_eq!(config.version.unwrap().to_string(), "26.1.5940.0");
        assert_eq!((config.services(), config.wants_every_service()), (vec!["m_picktickets".to_owned()], true));
        assert_eq!(config.output.name.as_deref(), Some("acme-p21"));
    }

    #[test]
    fn mistakes_name_their_line() {
        for (text, expected) in [
            ("\nservr = \"x\"\n", "p21.toml:2: there is no setting `servr`; expected one of `server`, `folder`"),
            ("[output]\n\nout = \"x\"", "p21.toml:3: there is no setting `out`; expected one of `folder`, `crate`"),
            ("folder = 4", "p21.toml:1: invalid type: integer `4`"),
            ("# x\nversion = \"banana\"", "p21.toml:2: `banana` is no P21 version"),
            ("a b", "p21.toml:1: "),
            ("[output]\ncrate = \"x\"", "p21.toml:1: `crate` and `name` go together"),
            ("\n[output]\nfolder = \"y\"\ncrate = \"x\"\nname = \"x\"", "p21.toml:2: bindings go to a `folder` or"),
        ] {
            assert!(problem(text).starts_with(expected), "{text:?}: {}", problem(text));
        }
    }

    #[test]
    fn a_secret_is_refused_and_never_repeated() {
        for key in
            ["password", "P21_PASSWORD", "token", "access_token", "consumer_key", "client-secret", "output.token"]
        {
            let said = problem(&format!("folder = \"x\"\n{key} = \"hunter2-hunter2\"\n"));
            assert!(said.starts_with("p21.toml:2: `") && said.contains("in the environment"), "{key}: {said}");
            assert!(!said.contains("hunter2"), "{said}");
        }
        let said = problem("server = \"https://anna:hunter2@p21.example.com\"");
        assert!(said.contains("P21_PASSWORD") && !said.contains("hunter2"), "{said}");
    }
}
