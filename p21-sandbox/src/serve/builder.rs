//! Setting up a sandbox.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;
use tokio::net::TcpListener;

use super::compiled::{Compiled, With};
use super::sandbox::{Sandbox, serve};
use crate::facts::clock::Clock;
use crate::facts::config::{Config, ConsumerKey, ServerVersion, User};
use crate::facts::definitions::ServedDefinitions;
use crate::facts::error::StartError;
use crate::facts::master::MasterData;
use crate::facts::seed::{Display, Seed};
use crate::facts::settings::levers::{self, When};
use crate::facts::settings::prompts;
use crate::serve::engine::Engine;
use crate::serve::odata;
use crate::store::{Store, Writer, seeded};

/// Sets up a sandbox; every setting has a default (see [`Config`]).
#[derive(Debug, Clone, Default)]
pub struct SandboxBuilder {
    config: Config,
    definitions: Option<Where>,
    overlay: Option<PathBuf>,
    address: Option<SocketAddr>,
    tells_on_stderr: bool,
}

#[derive(Debug, Clone)]
enum Where {
    Directory(PathBuf),
    Loaded(Box<ServedDefinitions>),
}

impl SandboxBuilder {
    /// Serves the definitions of a directory, with the rules in its folder `rules`.
    ///
    /// It holds `25.2/*.json` (a folder a version) or plain definition files, raw or canonical. Without this, see
    /// [`ServedDefinitions::default_directory`].
    #[must_use]
    pub fn definitions(mut self, directory: impl Into<PathBuf>) -> Self {
        self.definitions = Some(Where::Directory(directory.into()));
        self
    }

    /// Serves definitions that are loaded already.
    #[must_use]
    pub fn with_definitions(mut self, definitions: ServedDefinitions) -> Self {
        self.definitions = Some(Where::Loaded(Box::new(definitions)));
        self
    }

    /// Adds what a site has changed to the definitions: `ufc_*` fields, lists of values, and [prompts](crate::Prompt),
    /// from a TOML file.
    ///
    /// ```toml
    /// [[field]]
    /// service = "Order"
    /// element = "TABPAGE_1.order"
    /// field = "ufc_oe_hdr_route"      # a new field, or one that is there
    /// label = "Route"
    /// type = "Char"
    /// column = "oe_hdr_ud.route"
    /// required = true
    /// values = ["North", "South"]     # or add_values, for a list that is there
    ///
    /// [[prompt]]
    /// service = "Order"
    /// element = "TP_ITEMS.items"
    /// field = "unit_price"            # has no value; or with `is`, has that value
    /// ```
    #[must_use]
    pub fn overlay(mut self, file: impl Into<PathBuf>) -> Self {
        self.overlay = Some(file.into());
        self
    }

    /// Changes a setting by the name that `--set` has for it.
    ///
    /// # Errors
    /// A sentence that names the setting and says what it takes.
    pub fn set(mut self, name: &str, value: &str) -> Result<Self, String> {
        levers::set(&mut self.config, name, value, When::AtStart)?;
        Ok(self)
    }

    /// Changes any setting.
    #[must_use]
    pub fn configure(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(&mut self.config);
        self
    }

    /// The P21 version to behave like; 25.2 by default.
    #[must_use]
    pub fn p21_version(self, p21_version: ServerVersion) -> Self {
        self.configure(|config| config.p21_version = p21_version)
    }

    /// Lets another user in, beside `sandbox`.
    #[must_use]
    pub fn user(self, name: impl Into<String>, password: impl Into<String>) -> Self {
        self.configure(|config| config.users.push(User::new(name, password)))
    }

    /// Adds a consumer key.
    #[must_use]
    pub fn consumer_key(self, key: ConsumerKey) -> Self {
        self.configure(|config| config.consumer_keys.push(key))
    }

    /// Keeps records in a file instead of in memory.
    #[must_use]
    pub fn data(self, file: impl Into<PathBuf>) -> Self {
        self.configure(|config| config.data = Some(file.into()))
    }

    /// Adds items, customers, units and prices of one's own to the master data, or changes what is there.
    #[must_use]
    pub fn master_data(self, data: MasterData) -> Self {
        self.configure(|config| config.master_data = data)
    }

    /// Lists a service whose window is not deployed.
    #[must_use]
    pub fn undeployed(self, service: impl Into<String>) -> Self {
        self.configure(|config| {
            config.undeployed.insert(service.into());
        })
    }

    /// Serves sketches of services that nobody has published a definition of (`ItemNotepad`, `ProductionOrder`, `RMA`,
    /// `Task` and others): small definitions, made of what is known. Answers about them bear a mark. Definitions that are
    /// there go before them.
    #[must_use]
    pub fn sketches(self) -> Self {
        self.configure(|config| config.sketches = true)
    }

    /// The day it is when the sandbox starts, at noon, so that tests with dates say the same for ever.
    #[must_use]
    pub fn today(self, day: Date) -> Self {
        self.configure(|config| config.today = Some(day))
    }

    /// The clock it goes by: one that is kept can be moved while the sandbox runs.
    #[must_use]
    pub fn clock(self, clock: Clock) -> Self {
        self.configure(|config| config.clock = clock)
    }

    /// Listens on a port of the loopback address; 0, the default, is any free one.
    #[must_use]
    pub fn port(self, port: u16) -> Self {
        self.address(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port))
    }

    /// Listens on an address. There is no TLS and the passwords are known: keep it off networks you don't trust.
    #[must_use]
    pub fn address(mut self, address: SocketAddr) -> Self {
        self.address = Some(address);
        self
    }

    /// Says on the standard error what programs log: for command lines.
    pub(crate) fn telling_on_stderr(mut self) -> Self {
        self.tells_on_stderr = true;
        self
    }

    /// Starts serving, on the runtime of the caller.
    ///
    /// # Errors
    /// A broken definition or rules file, a data file that can't be used, an address that is taken.
    pub async fn start(mut self) -> Result<Sandbox, StartError> {
        let seed = Seed::of(&self.config)?;
        if let Some(day) = self.config.today {
            self.config.clock.set_day(day);
        }
        let compiled = self.compiled(&seed.displays)?;
        self.config.p21_version.learn(&compiled.any);
        self.config.prompts.extend(compiled.prompts.iter().cloned());
        let catalogue = Arc::clone(&compiled.catalogue);
        // A rule that does not fit does nothing, and its author has to know.
        for misfit in catalogue.misfits() {
            match self.tells_on_stderr {
                true => eprintln!("warning: {misfit}"),
                false => tracing::warn!("a rule does not fit: {misfit}"),
            }
        }
        prompts::check(&self.config.prompts, &catalogue)?;
        let fill = |writer: &mut Writer<'_>| seeded::fill(&seed, &catalogue, &self.config, writer);
        let store = Store::open(self.config.data.as_deref().map(Path::new), (!seed.is_empty()).then_some(&fill))?;
        if let Some(file) = &self.config.data {
            let wrong = |problem: String| StartError::Data { path: file.display().to_string(), problem };
            if let Some(problem) =
                seeded::contradiction(&store, &self.config).map_err(|error| wrong(error.to_string()))?
            {
                return Err(wrong(problem.to_owned()));
            }
        }
        let address = self.address.unwrap_or(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0));
        let listen = |source| StartError::Listen { address: address.to_string(), source };
        let listener = TcpListener::bind(address).await.map_err(listen)?;
        let bound = listener.local_addr().map_err(listen)?;
        let services = catalogue.len();
        let engine = Engine::new(catalogue, self.config, store);
        let odata = odata::Service::new(&compiled.exposed);
        Ok(serve(listener, bound, engine, odata, services))
    }

    /// The services, compiled: those of a directory once in a process.
    fn compiled(&mut self, displays: &[Display]) -> Result<Arc<Compiled>, StartError> {
        let with = With {
            version: self.config.p21_version.version(),
            sketches: self.config.sketches,
            overlay: self.overlay.clone(),
            displays: displays.to_vec(),
        };
        Ok(match self.definitions.take() {
            Some(Where::Loaded(definitions)) => Arc::new(Compiled::new(*definitions, &with)?),
            Some(Where::Directory(directory)) => Compiled::of_directory(Some(directory), &with)?,
            None => Compiled::of_directory(ServedDefinitions::default_directory(), &with)?,
        })
    }
}
