//! The window engine: replays transaction sets like an operator would, edit by edit.
//!
//! It interprets definitions and rules. What neither can say is in [`behaviour`](crate::behaviour).

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use p21_model::schema::Endpoint;

use super::transaction::request::{Transaction, TransactionSet};
use super::transaction::result::{Echo, Outcome};
use crate::facts::config::Config;
use crate::facts::plan::{Catalogue, Service};
use crate::facts::seed::Seed;
use crate::serve::pool::Session;
use crate::serve::report;
use crate::store::{Store, StoreError, seeded};
use crate::window::Window;
use crate::window::apply::Applied;
use crate::window::refusal::{Refusal, Stop};

/// Services, records and settings: everything a request needs.
pub(crate) struct Engine {
    pub(crate) catalogue: Catalogue,
    pub(crate) config: Config,
    store: Mutex<Store>,
}

/// Who is calling.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The P21 user that the call runs as.
    pub(crate) user: String,
}

/// What one POST remembers from transaction to transaction.
#[derive(Debug, Default)]
pub(crate) struct Post {
    /// Records and their lists that this POST has added rows to.
    pub(crate) grown: HashSet<(i64, u16)>,
}

impl Engine {
    pub(crate) fn new(catalogue: Catalogue, config: Config, store: Store) -> Self {
        Self { catalogue, config, store: Mutex::new(store) }
    }

    /// The records. A request that panicked leaves no half-written transaction, so its lock is taken over.
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every record goes, and the seed comes back, if there was one.
    pub(crate) fn reset(&self) -> Result<(), StoreError> {
        let seed = if self.config.seed { Seed::embedded().ok() } else { None };
        match seed {
            Some(seed) => {
                self.store().reset(Some(&|writer| seeded::fill(&seed, &self.catalogue, &self.config, writer)))
            }
            None => self.store().reset(None),
        }
    }

    /// Runs a set: transactions in order, each on its own, each all or nothing. The answer is P21's JSON.
    ///
    /// A session of the pool may be spoilt and gets spoilt; what is not to be touched by that runs on
    /// [`Session::dedicated`].
    pub(crate) fn run(
        &self,
        service: &Service,
        set: &TransactionSet,
        caller: &Caller,
        session: &mut Session,
    ) -> Result<String, StoreError> {
        let mut post = Post::default();
        let mut outcomes = Vec::with_capacity(set.transactions.0.len());
        for transaction in &set.transactions.0 {
            let outcome = match transaction {
                Some(transaction) => self.run_on(session, service, set, transaction, caller, &mut post),
                None => Err(Stop::refused("Object reference not set to an instance of an object.")),
            };
            outcomes.push(match outcome {
                Ok(echo) => Outcome::Passed(echo),
                Err(Stop::Refused(refusal)) => Outcome::Failed(refusal),
                Err(Stop::Store(error)) => return Err(error),
            });
        }
        Ok(super::transaction::result::write(service, &self.config, set, &outcomes))
    }

    /// Runs a transaction on a session, which a dialog of an earlier call may stand in the way of.
    fn run_on<'a>(
        &self,
        session: &mut Session,
        service: &Service,
        set: &TransactionSet,
        transaction: &'a Transaction,
        caller: &Caller,
        post: &mut Post,
    ) -> Result<Echo<'a>, Stop> {
        let spoilt = session.clear_window(service.name());
        if let Some(spoilt) = spoilt.as_ref().filter(|spoilt| !spoilt.is_stored) {
            return Err(Stop::refused(&*spoilt.text));
        }
        let outcome = self.run_one(service, set, transaction, caller, post);
        let dialogs = service.dialogs(transaction, set.use_code_values.0);
        session.ran(service.name(), outcome.is_ok(), dialogs);
        match spoilt {
            Some(spoilt) if outcome.is_ok() => Err(Stop::refused(spoilt.text)),
            _ => outcome,
        }
    }

    fn run_one<'a>(
        &self,
        service: &Service,
        set: &TransactionSet,
        transaction: &'a Transaction,
        caller: &Caller,
        post: &mut Post,
    ) -> Result<Echo<'a>, Stop> {
        match service.endpoint() {
            Endpoint::Transaction => {}
            // A report takes its criteria, says Succeeded and prints nothing.
            Endpoint::PdfReport => return Ok(Echo::default()),
            Endpoint::Commands if service.behaviour.runs_transactions() => {}
            Endpoint::Commands => return Err(Stop::Refused(needs_commands(service.name()))),
        }
        let mut store = self.store();
        let mut window = Window::new(service, (&self.catalogue, &self.config), caller, &mut store, post);
        window.codes = set.use_code_values.0;
        window.ignore_disabled = set.ignore_disabled.0;
        let mut echoed = Vec::new();
        for element in transaction.elements.iter() {
            if window.element(element)? == Applied::Whole {
                echoed.push(element);
            }
        }
        window.save()?;
        let documents = report::saved(&window)?;
        Ok(super::transaction::result::echo(&window, &echoed).with(documents))
    }
}

/// What a service that has to be driven through `/commands` answers here. Only the notes' text is known.
fn needs_commands(service: &str) -> Refusal {
    let text = if service.contains("Note") {
        "You must select at least one area where this note will display."
    } else {
        "Object reference not set to an instance of an object."
    };
    Refusal { text: text.to_owned(), trailer: None }
}
