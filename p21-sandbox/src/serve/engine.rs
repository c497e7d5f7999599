//! Services, records and settings, and how a set of transactions runs: each one drives a window, edit by edit, as an
//! operator would.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use p21_model::schema::Endpoint;

use super::transaction::replay;
use super::transaction::request::{Transaction, TransactionSet};
use super::transaction::result::{self, Echo, Outcome};
use crate::behaviour;
use crate::facts::config::Config;
use crate::facts::plan::{Catalogue, Service};
use crate::facts::seed::Seed;
use crate::facts::texts;
use crate::serve::pool::{Dialogs, Session};
use crate::serve::report;
use crate::store::{Store, StoreError, seeded};
use crate::window::refusal::{Refusal, Stop};
use crate::window::{Applied, Caller, Desk, Post, Window, dialog};

/// Services, records and settings: everything a request needs.
pub(crate) struct Engine {
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) config: Config,
    store: Arc<Mutex<Store>>,
}

/// The answer to a set.
pub(crate) struct Answer {
    /// P21's JSON.
    pub(crate) json: String,
    /// Some of its words are not P21's.
    pub(crate) has_own_words: bool,
}

impl Engine {
    pub(crate) fn new(catalogue: Arc<Catalogue>, config: Config, store: Store) -> Self {
        Self { catalogue, config, store: Arc::new(Mutex::new(store)) }
    }

    /// The same services and records under other settings.
    pub(crate) fn with(&self, config: Config) -> Self {
        Self { catalogue: Arc::clone(&self.catalogue), config, store: Arc::clone(&self.store) }
    }

    /// Whether the service is listed, but its window is not deployed.
    pub(crate) fn is_undeployed(&self, name: &str) -> bool {
        self.config.undeployed.contains(name)
    }

    /// The records. A request that panicked leaves no half-written transaction, so its lock is taken over.
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the transaction that is at work, and lets no other write.
    pub(crate) fn close(&self) {
        if let Err(error) = self.store().close() {
            tracing::error!("the records can't be let go: {error}");
        }
    }

    /// Every record goes, and the seed comes back, if there was one.
    pub(crate) fn reset(&self) -> Result<(), StoreError> {
        match Seed::of(&self.config).ok().filter(|seed| !seed.is_empty()) {
            Some(seed) => {
                self.store().reset(Some(&|writer| seeded::fill(&seed, &self.catalogue, &self.config, writer)))
            }
            None => self.store().reset(None),
        }
    }

    /// Runs a set: transactions in order, each on its own, each all or nothing. The answer is P21's JSON.
    ///
    /// A session of the pool may be contaminated and gets contaminated; what is not to be touched by that runs on
    /// [`Session::dedicated`].
    pub(crate) fn run(
        &self,
        service: &Arc<Service>,
        set: &TransactionSet,
        caller: &Caller,
        session: &mut Session,
    ) -> Result<Answer, StoreError> {
        let mut post = Post::default();
        let mut outcomes = Vec::with_capacity(set.transactions.0.len());
        for transaction in &set.transactions.0 {
            let outcome = match transaction {
                Some(transaction) => self.run_on(session, service, set, transaction, caller, &mut post),
                None => Err(Stop::refused(texts::NO_OBJECT)),
            };
            outcomes.push(match outcome {
                Ok(echo) => Outcome::Passed(echo),
                Err(stop) => Outcome::Failed(stop.into_refusal()?),
            });
        }
        let has_own_words = outcomes.iter().any(|outcome| matches!(outcome, Outcome::Failed(why) if why.is_own));
        Ok(Answer { json: result::write(service, &self.config, set, &outcomes), has_own_words })
    }

    /// A window of a service, with the service's own behaviour.
    pub(crate) fn window(&self, service: &Arc<Service>) -> Window {
        Window::open(Arc::clone(service), behaviour::of(service.name()))
    }

    /// Runs a transaction on a session, which a dialog of an earlier call may stand in the way of.
    fn run_on<'a>(
        &self,
        session: &mut Session,
        service: &Arc<Service>,
        set: &TransactionSet,
        transaction: &'a Transaction,
        caller: &Caller,
        post: &mut Post,
    ) -> Result<Echo<'a>, Stop> {
        let spoilt = session.clear_window(service.name());
        if let Some(spoilt) = spoilt.as_ref().filter(|spoilt| !spoilt.is_stored) {
            return Err(Stop::refused(&*spoilt.text));
        }
        let mut window = self.window(service);
        let outcome = self.run_one(&mut window, set, transaction, caller, post);
        let dialogs = match window.asked() {
            Some(_) => Dialogs::Opened,
            None if dialog::has_dialogs(service) => Dialogs::Possible,
            None => Dialogs::None,
        };
        session.ran(service.name(), outcome.is_ok(), dialogs);
        match spoilt {
            Some(spoilt) if outcome.is_ok() => Err(Stop::refused(spoilt.text)),
            _ => outcome,
        }
    }

    fn run_one<'a>(
        &self,
        window: &mut Window,
        set: &TransactionSet,
        transaction: &'a Transaction,
        caller: &Caller,
        post: &mut Post,
    ) -> Result<Echo<'a>, Stop> {
        match window.service.endpoint() {
            Endpoint::Transaction => {}
            // A report takes its criteria, says Succeeded and prints nothing.
            Endpoint::PdfReport => return Ok(Echo::default()),
            Endpoint::Commands if window.behaviour.runs_transactions() => {}
            _ => return Err(Stop::Refused(needs_commands(&window.service))),
        }
        let mut store = self.store();
        let desk = &mut self.desk(&mut store, caller, post);
        window.codes = set.use_code_values.0;
        window.ignore_disabled = set.ignore_disabled.0;
        let mut echoed = Vec::new();
        for element in transaction.elements.iter() {
            if replay::element(window, desk, element)? == Applied::Whole {
                echoed.push(element);
            }
        }
        window.save(desk)?;
        let documents = report::saved(window, desk)?;
        Ok(result::echo(window, &echoed).with(documents))
    }

    /// What a window is lent for a call. Nobody is there to answer what it asks.
    pub(crate) fn desk<'a>(&'a self, store: &'a mut Store, caller: &'a Caller, post: &'a mut Post) -> Desk<'a> {
        Desk { store, catalogue: &self.catalogue, config: &self.config, caller, post, policy: dialog::as_documented }
    }
}

/// What a service that has to be driven through `/commands` answers here.
fn needs_commands(service: &Service) -> Refusal {
    let text = service.refusal.as_deref();
    Refusal::in_words(text.map_or_else(|| texts::NO_OBJECT.into(), str::to_owned), text.is_none())
}
