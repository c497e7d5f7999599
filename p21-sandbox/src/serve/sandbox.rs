//! Starting and stopping.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::facts::clock::Clock;
use crate::facts::config::{Config, ConsumerKey, ServerVersion, User};
use crate::facts::definitions::Definitions;
use crate::facts::error::StartError;
use crate::facts::master::MasterData;
use crate::facts::overlay;
use crate::facts::plan::Catalogue;
use crate::facts::seed::Seed;
use crate::facts::settings::faults::QueuedFault;
use crate::facts::settings::levers::{self, When};
use crate::facts::settings::prompts;
use crate::facts::sketches;
use crate::serve::engine::Engine;
use crate::serve::faults::{CuttableListener, Faults, Peer};
use crate::serve::http::{self, Tokens, UI_SERVER};
use crate::serve::jobs::Jobs;
use crate::serve::odata::{self, CreateTableError, NewTable};
use crate::serve::pool::Pool;
use crate::store::{Store, Writer, seeded};

/// How long a sandbox that stops waits for what it has begun.
const GRACE: Duration = Duration::from_secs(5);

/// A running sandbox. It stops when it is dropped.
#[derive(Debug)]
pub struct Sandbox {
    url: String,
    services: usize,
    control: Control,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
}

/// Levers on a running sandbox.
#[derive(Clone)]
struct Control {
    state: http::Live,
    clock: Clock,
}

impl std::fmt::Debug for Control {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Control").finish_non_exhaustive()
    }
}

/// Sets up a sandbox; every setting has a default (see [`Config`]).
#[derive(Debug, Clone, Default)]
pub struct Builder {
    config: Config,
    definitions: Option<Where>,
    overlay: Option<PathBuf>,
    address: Option<SocketAddr>,
}

#[derive(Debug, Clone)]
enum Where {
    Directory(PathBuf),
    Loaded(Box<Definitions>),
}

impl Sandbox {
    /// Sets up a sandbox.
    ///
    /// ```no_run
    /// # async fn f() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = p21_sandbox::Sandbox::builder().start().await?;
    /// println!("{}", sandbox.url());
    /// sandbox.stop().await;
    /// # Ok(()) }
    /// ```
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The base address, without a trailing slash: what `P21_BASE_URL` wants.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address of the UI server, which a client learns from the router.
    pub fn ui_url(&self) -> String {
        format!("{}{UI_SERVER}", self.url)
    }

    /// How many services it serves.
    pub fn service_count(&self) -> usize {
        self.services
    }

    /// Makes every token that was issued so far expire.
    pub fn expire_tokens(&self) {
        self.control.state.now().tokens.expire_all();
    }

    /// Gives a consumer key another scope. Tokens that were issued before keep theirs, as on P21.
    pub fn change_scope(&self, key: &str, scope: &str) {
        let change = |config: &mut Config| {
            config
                .consumer_keys
                .iter_mut()
                .filter(|known| known.key == key)
                .for_each(|known| scope.clone_into(&mut known.scope));
            Ok(())
        };
        // Nothing in this can be refused.
        let _ = self.control.state.change(change);
    }

    /// Creates a database table with rows. As on P21, OData does not know it before [`Sandbox::refresh_odata`].
    ///
    /// # Errors
    /// A name that is none, a row that does not fit, a table that is there already.
    pub fn create_table(&self, table: NewTable) -> Result<(), CreateTableError> {
        let state = self.control.state.now();
        state.odata.create(&state.engine, table)
    }

    /// What *Refresh OData API service* does on P21's administration page; how many tables are new.
    pub fn refresh_odata(&self) -> usize {
        self.control.state.now().odata.refresh()
    }

    /// The clock it goes by, to be read and moved.
    pub fn clock(&self) -> &Clock {
        &self.control.clock
    }

    /// Changes a setting while it runs, by the name that `--set` and `/_sandbox/settings` have for it. Requests that have
    /// begun go on under the settings that they began with.
    ///
    /// ```no_run
    /// # fn f(sandbox: &p21_sandbox::Sandbox) -> Result<(), String> {
    /// sandbox.set("unknowns.absent_record", "refused")?;
    /// sandbox.set("asynchronous.duration", "2s")?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// A sentence that names the setting and says what it takes, or that it can only be set at the start.
    pub fn set(&self, name: &str, value: &str) -> Result<(), String> {
        self.control.state.set([(name, value)])
    }

    /// Lets something happen to the next request that the fault means. Faults that wait are tried in their order.
    ///
    /// ```no_run
    /// # use p21_sandbox::{Fault, QueuedFault, Sandbox};
    /// # fn f(sandbox: &Sandbox) {
    /// // The next transaction is stored, and its caller gets no answer.
    /// sandbox.queue_fault(QueuedFault::next(Fault::DropAfter).path("/api/v2/transaction"));
    /// # }
    /// ```
    pub fn queue_fault(&self, fault: QueuedFault) {
        self.control.state.now().faults.queue(fault);
    }

    /// Stops, after requests that are being answered, and those whose connections have gone ([`Fault::Late`]): for five
    /// seconds. Nothing is written afterwards, and a data file is closed.
    ///
    /// [`Fault::Late`]: crate::Fault::Late
    pub async fn stop(mut self) {
        self.stop.take();
        let state = self.control.state.now();
        state.jobs.stop();
        let mut server = self.server.take();
        let ended = async {
            if let Some(server) = &mut server {
                // Its own failure is logged where it runs.
                let _ = server.await;
            }
            let mut late = state.faults.take_late();
            while late.join_next().await.is_some() {}
        };
        // What isn't done by then is ended.
        if tokio::time::timeout(GRACE, ended).await.is_err()
            && let Some(server) = server
        {
            server.abort();
        }
        // Someone who hung up may have left a transaction at work.
        let engine = Arc::clone(&state.engine);
        if tokio::task::spawn_blocking(move || engine.close()).await.is_err() {
            tracing::error!("the records can't be let go");
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // The server sees that its sender is gone, closes idle connections and ends.
        self.stop.take();
        self.control.state.now().jobs.stop();
    }
}

impl Builder {
    /// Serves the definitions of a directory, with the rules in its folder `rules`.
    ///
    /// It holds `25.2/*.json` (a folder a version) or plain definition files, raw or canonical. Without this, see
    /// [`Definitions::default_directory`].
    #[must_use]
    pub fn definitions(mut self, directory: impl Into<PathBuf>) -> Self {
        self.definitions = Some(Where::Directory(directory.into()));
        self
    }

    /// Serves definitions that are loaded already.
    #[must_use]
    pub fn with_definitions(mut self, definitions: Definitions) -> Self {
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

    /// Starts serving, on the runtime of the caller.
    ///
    /// # Errors
    /// A broken definition or rules file, a data file that can't be used, an address that is taken.
    pub async fn start(mut self) -> Result<Sandbox, StartError> {
        let seed = Seed::of(&self.config)?;
        if let Some(day) = self.config.today {
            self.config.clock.set_day(day);
        }
        let version = self.config.p21_version.version();
        let mut definitions = match self.definitions {
            Some(Where::Loaded(definitions)) => *definitions,
            Some(Where::Directory(directory)) => Definitions::load(directory, version)?,
            None => match Definitions::default_directory() {
                Some(directory) => Definitions::load(directory, version)?,
                None => Definitions::published(version)?,
            },
        };
        self.config.p21_version.learn(&definitions.any);
        if self.config.sketches {
            sketches::add(&mut definitions)?;
        }
        if let Some(file) = &self.overlay {
            self.config.prompts.append(&mut overlay::apply(file, &mut definitions)?);
        }
        let catalogue = Catalogue::compile(definitions, version, &seed.displays)?;
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
        let odata = odata::Service::new(&engine)?;
        Ok(serve(listener, bound, engine, odata, services))
    }
}

fn serve(listener: TcpListener, bound: SocketAddr, engine: Engine, odata: odata::Service, services: usize) -> Sandbox {
    let any_address = bound.ip().is_unspecified();
    let url = if any_address { format!("http://127.0.0.1:{}", bound.port()) } else { format!("http://{bound}") };
    let (faults, seed) = (engine.config.faults.clone(), engine.config.random_seed);
    let mut pool = engine.config.pool.clone();
    pool.contamination = pool.contamination.max(faults.chances.contamination);
    let jobs = Arc::new(Jobs::new(&engine.config.asynchronous));
    let report_faults = Arc::new(engine.config.reports.transient_faults.into());
    let clock = engine.config.clock.clone();
    let state = http::Live::new(http::State {
        engine: Arc::new(engine),
        tokens: Arc::new(Tokens::default()),
        jobs,
        faults: Arc::new(Faults::new(faults, seed)),
        pool: Arc::new(Pool::new(pool, seed)),
        sessions: Arc::default(),
        odata: Arc::new(odata),
        report_faults,
        url: url.as_str().into(),
        any_address,
    });
    let app = http::app(state.clone()).into_make_service_with_connect_info::<Peer>();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(async move {
        let until_told = async {
            // Dropping the sender is the sign, too.
            let _ = stopped.await;
        };
        if let Err(error) = axum::serve(CuttableListener(listener), app).with_graceful_shutdown(until_told).await {
            tracing::error!("the sandbox stopped: {error}");
        }
    });
    Sandbox { url, services, control: Control { state, clock }, stop: Some(stop), server: Some(server) }
}
