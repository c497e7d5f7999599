//! The window engine: replays transaction sets like an operator would, edit by edit.
//!
//! It interprets definitions and rules. What neither can say is in [`behaviour`](crate::behaviour).

mod apply;
mod check;
pub(crate) mod defaults;
mod edit;
pub(crate) mod identity;
pub(crate) mod json;
pub(crate) mod read;
pub(crate) mod refusal;
pub(crate) mod request;
mod result;
mod save;
pub(crate) mod skeleton;
pub(crate) mod value;
pub(crate) mod window;

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use p21_model::schema::Endpoint;

use crate::config::Config;
use crate::plan::{Catalogue, Service};
use crate::store::{Store, StoreError};
use apply::Applied;
use refusal::{Refusal, Stop};
use request::{Transaction, TransactionSet};
use result::{EchoedElement, Outcome};
use window::Window;

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
    /// Records that this POST has added rows to.
    pub(crate) grown: HashSet<i64>,
}

impl Engine {
    pub(crate) fn new(catalogue: Catalogue, config: Config, store: Store) -> Self {
        Self { catalogue, config, store: Mutex::new(store) }
    }

    /// The records. A request that panicked leaves no half-written transaction, so its lock is taken over.
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a set: transactions in order, each on its own, each all or nothing. The answer is P21's JSON.
    pub(crate) fn run(&self, service: &Service, set: &TransactionSet, caller: &Caller) -> Result<String, StoreError> {
        let mut post = Post::default();
        let mut outcomes = Vec::with_capacity(set.transactions.0.len());
        for transaction in &set.transactions.0 {
            let outcome = match transaction {
                Some(transaction) => self.run_one(service, set, transaction, caller, &mut post),
                None => Err(Stop::refused("Object reference not set to an instance of an object.")),
            };
            outcomes.push(match outcome {
                Ok(elements) => Outcome::Passed(elements),
                Err(Stop::Refused(refusal)) => Outcome::Failed(refusal),
                Err(Stop::Store(error)) => return Err(error),
            });
        }
        Ok(result::write(service, &self.config, set, &outcomes))
    }

    fn run_one<'a>(
        &self,
        service: &Service,
        set: &TransactionSet,
        transaction: &'a Transaction,
        caller: &Caller,
        post: &mut Post,
    ) -> Result<Vec<EchoedElement<'a>>, Stop> {
        match service.endpoint() {
            Endpoint::Transaction => {}
            // A report takes its criteria, says Succeeded and prints nothing.
            Endpoint::PdfReport => return Ok(Vec::new()),
            Endpoint::Commands => return Err(Stop::Refused(needs_commands(service.name()))),
        }
        let mut store = self.store();
        let mut window = Window::new(service, &self.config, caller, &mut store, post);
        window.codes = set.use_code_values.0;
        window.ignore_disabled = set.ignore_disabled.0;
        let mut echoed = Vec::new();
        for element in transaction.elements.iter() {
            if window.element(element)? == Applied::Whole {
                echoed.push(element);
            }
        }
        window.save()?;
        Ok(result::echo(&window, &echoed))
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
