//! A sandbox that runs.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::builder::SandboxBuilder;
use crate::facts::clock::Clock;
use crate::facts::config::Config;
use crate::facts::settings::faults::QueuedFault;
use crate::serve::engine::Engine;
use crate::serve::faults::{CuttableListener, Faults, Peer};
use crate::serve::http::{self, Tokens, UI_SERVER};
use crate::serve::jobs::Jobs;
use crate::serve::odata::{self, CreateTableError, NewTable};
use crate::serve::pool::Pool;

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
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
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

/// Serves what is set up.
pub(super) fn serve(
    listener: TcpListener,
    bound: SocketAddr,
    engine: Engine,
    odata: odata::Service,
    services: usize,
) -> Sandbox {
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
