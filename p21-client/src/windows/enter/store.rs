//! A record by whichever door it goes: a transaction, a window, a transaction and then a window, or window commands.

use std::future::IntoFuture;
use std::pin::Pin;

use p21_model::check::{CheckOptions, check_json};
use p21_model::commands::{Commands, Step};
use p21_model::entry::{Answer, PopupField};
use p21_model::outcome::{Sent, Stored};
use p21_model::payload::{self, KeyValue, TransactionState};
use p21_model::row::{RawRow, Service, Transaction};
use p21_model::schema::{Door, NewKey, ServiceSchema};

use super::call::{Said, enter, keyed_by};
use super::outcome::{Ambiguous, EntryProof, NotEntered};
use super::{NewOrStored, Route, in_xml, read, route};
use crate::api::Awaited;
use crate::api::transaction::{passed, write_name};
use crate::client::Client;
use crate::error::Error;
use crate::resilience::{Identity, Lookup, ReadBack, Run as Resolve, Verdict};
use crate::windows::{SessionBuilder, SessionPool, TARGET};

/// A record that is stored, by the door that its service's rules name.
#[derive(Debug, Clone)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct StoredBy {
    /// The door that it went by.
    pub route: Route,
    /// The fields of the record's key, and their values.
    pub key: Vec<(String, String)>,
    /// Whether a read shows that what is stored is what was built.
    pub proof: EntryProof,
    /// What was done, a line a step.
    pub done: Vec<String>,
}

impl StoredBy {
    /// The value of a field of the key.
    pub fn key(&self, field: &str) -> Option<&str> {
        self.key.iter().find(|(name, _)| name == field).map(|(_, value)| value.as_str())
    }
}

impl Client {
    /// Stores a record by the door that the rules of its service name on the server's version: as a transaction where
    /// nothing speaks against it, through its window where P21 would refuse or drop a part of a transaction, as a
    /// transaction and then through the window, which are two steps, or by window commands, which want
    /// [steps](Storing::steps) beside the record.
    ///
    /// What is stored is read back. A window takes one of the server's sessions meanwhile.
    ///
    /// ```no_run
    /// # async fn example<S: p21_model::row::Service>(
    /// #     client: p21_client::Client,
    /// #     record: p21_model::row::Transaction<S>,
    /// # ) -> Result<(), p21_client::windows::enter::NotEntered> {
    /// let stored = client.store(&record).await?;
    /// println!("{:?} by {:?}: {:?}", stored.key, stored.route.door, stored.proof);
    /// # Ok(())
    /// # }
    /// ```
    pub fn store<'a, S: Service>(&'a self, record: &'a Transaction<S>) -> Storing<'a, S> {
        let said = Said::new(record.rows(), keyed_by(record));
        Storing { client: self, record, said, how: ReadBack::default(), pool: None, session: None, steps: None }
    }
}

/// A record that is to be stored. It is when this is awaited.
#[must_use = "nothing is stored before it is awaited"]
pub struct Storing<'a, S> {
    client: &'a Client,
    record: &'a Transaction<S>,
    said: Said<'a>,
    how: ReadBack,
    pool: Option<&'a SessionPool>,
    session: Option<SessionBuilder>,
    steps: Option<Vec<Step>>,
}

impl<'a, S: Service> Storing<'a, S> {
    /// What is done between typing the values and saving, where a record goes by window commands: no transaction has it, and
    /// no rule says it. Notepads have their areas picked (verified on 26.1 for `ItemNotepad`):
    ///
    /// ```no_run
    /// # async fn example<ItemNotepad: p21_model::row::Service>(
    /// #     client: p21_client::Client,
    /// #     note: p21_model::row::Transaction<ItemNotepad>,
    /// # ) -> Result<(), p21_client::windows::enter::NotEntered> {
    /// let stored = client.store(&note).steps(|steps| steps.run_tool("cb_selectall", 1)).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A record of such a service without steps is refused before anything is sent, and so are steps of one that goes by
    /// another door. If nothing is to be done, say `.steps(|steps| steps)`.
    ///
    /// What the steps type into forms is read back with the record. What their tools do is not: no rule says what that should
    /// be, so that rows which a tool adds are for the caller to read.
    pub fn steps(mut self, steps: impl FnOnce(Commands<S>) -> Commands<S>) -> Self {
        self.steps = Some(steps(Commands::new()).steps().to_vec());
        self
    }

    /// The session that a window is opened in, where the record goes by a window: one of the client's own kind, unless
    /// something is said. It is started for the record, and ended.
    pub fn session(mut self, session: SessionBuilder) -> Self {
        self.session = Some(session);
        self
    }

    /// What is answered where a window asks; the constants are in the bindings' `window`.
    pub fn answer(mut self, answer: Answer<S>) -> Self {
        self.said.answers.retain(|(question, _)| *question != answer.dialog());
        self.said.answers.push((answer.dialog(), answer.answer()));
        self
    }

    /// A field of the popup that adds a row, which the row itself does not have. `nth` is which of the record's rows of that
    /// element, counted from 0.
    pub fn popup(mut self, field: PopupField<S>, nth: usize, value: impl Into<String>) -> Self {
        self.said.beside.push((field.element(), nth, field.name(), value.into()));
        self
    }

    /// What the caller knows of a new record whose key P21 gives: if no answer tells what became of it, by whichever door it
    /// went, the record that fits is looked up and read. It is looked for before, too: what fits already is refused.
    pub fn lookup(mut self, lookup: Lookup<S>) -> Self {
        self.said.lookup = Some(lookup.into_plan());
        self
    }

    /// How it is found out what became of a transaction.
    pub fn read_back(mut self, how: ReadBack) -> Self {
        self.how = how;
        self
    }

    /// Borrows the session that a window takes from a pool, instead of starting one.
    pub fn through(mut self, pool: &'a SessionPool) -> Self {
        self.pool = Some(pool);
        self
    }
}

impl<'a, S: Service> IntoFuture for Storing<'a, S> {
    type Output = Result<StoredBy, NotEntered>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { client, record, said, how, pool, session, steps } = self;
        let sent = record.to_payload();
        let session = session.unwrap_or_else(|| client.session());
        let store = Store { client, schema: S::schema(), said, sent, how, pool, session, steps };
        store.run()
    }
}

pub(super) struct Store<'a> {
    pub(super) client: &'a Client,
    pub(super) schema: &'static ServiceSchema,
    pub(super) said: Said<'a>,
    pub(super) sent: payload::Transaction,
    how: ReadBack,
    pool: Option<&'a SessionPool>,
    session: SessionBuilder,
    /// What is done before the save of commands.
    pub(super) steps: Option<Vec<Step>>,
}

pub(super) type Key = Vec<(String, String)>;

impl<'a> Store<'a> {
    fn run(self) -> Awaited<'a, Result<StoredBy, NotEntered>> {
        Box::pin(async move {
            let key = self.key_in(&self.sent);
            let before = match &key {
                Some(key) => read::record(self.client, self.schema, key).await.map_err(NotEntered::Refused)?,
                None => None,
            };
            let record = if before.is_some() { NewOrStored::Stored } else { NewOrStored::New };
            let version = self.client.p21_version().await.unwrap_or(self.schema.version);
            let facts = self.schema.window(version);
            let is_assigned = facts.key_entry().is_some_and(|(entry, _)| entry.new != NewKey::Given);
            if is_assigned && key.is_some() && before.is_none() {
                return Err(NotEntered::Refused(Error::input(
                    "there is no record of that key, and P21 gives new ones theirs: it would become another record, or a part of one",
                )));
            }
            let route = route(facts, &elements(self.said.rows), record);
            if !self.session.is_settled() && matches!(route.door, Door::Window | Door::TransactionThenWindow) {
                // Nothing is stored before it is known what the window's flavour has no form for.
                self.session
                    .clone()
                    .start()
                    .await
                    .map_err(NotEntered::Refused)?
                    .end()
                    .await
                    .map_err(NotEntered::Refused)?;
            }
            if let Some(knows_menu) = self.session.xml_menu(&self.schema.name)
                && route.door != Door::Transaction
            {
                // Before the transaction that may come first.
                in_xml::check(knows_menu, self.schema, facts, &self.said).map_err(NotEntered::Refused)?;
            }
            if self.steps.is_some() && route.door != Door::Commands {
                return Err(NotEntered::Refused(Error::input(format!(
                    "steps were said, and this record of `{}` doesn't go by window commands",
                    self.schema.name
                ))));
            }
            match route.door {
                Door::Transaction => self.by_transaction(self.sent.clone(), before, route).await,
                Door::Window => self.by_window(route).await,
                Door::TransactionThenWindow => self.by_both(before, route).await,
                Door::Commands => self.by_commands(before, route).await,
                _ => Err(NotEntered::Refused(Error::input(format!(
                    "this client has no call for the door that the rules of `{}` name",
                    self.schema.name
                )))),
            }
        })
    }

    /// The key that a transaction has, all of it.
    pub(super) fn key_in(&self, transaction: &payload::Transaction) -> Option<Key> {
        let (element, fields) = self.schema.record_key()?;
        let rows = transaction.data_elements.iter().find(|of| of.name == *element.name)?;
        let value = |field: &&str| rows.value(field).map(str::trim).filter(|value| !value.is_empty());
        fields.iter().map(|field| Some(((*field).to_owned(), value(field)?.to_owned()))).collect()
    }

    pub(super) async fn by_transaction(
        &self,
        sent: payload::Transaction,
        before: Option<payload::Transaction>,
        route: Route,
    ) -> Result<StoredBy, NotEntered> {
        let stored = match self.submit(&sent).await {
            Ok(stored) => stored,
            Err(error) if error.is_ambiguous() => {
                let (key, done) = (self.key_in(&sent).unwrap_or_default(), Vec::new());
                let look = error.unresolved().map(ToString::to_string);
                let ambiguous = Ambiguous { key, done, stored: Vec::new(), look, error };
                return Err(NotEntered::Ambiguous(Box::new(ambiguous)));
            }
            Err(error) => return Err(NotEntered::Refused(error)),
        };
        let done = vec!["transaction".to_owned()];
        let Some(key) = self.key_in(&stored.echo).or_else(|| self.key_in(&sent)) else {
            let unread = "P21's answer has no key by which the record is read".to_owned();
            return Ok(StoredBy { route, key: Vec::new(), proof: EntryProof::NotProven(vec![unread]), done });
        };
        let proof = self.proof_by_read(&key, &sent, before.as_ref()).await;
        Ok(StoredBy { route, key, proof, done })
    }

    /// Whether a read shows what was stored.
    pub(super) async fn proof_by_read(
        &self,
        key: &Key,
        sent: &payload::Transaction,
        before: Option<&payload::Transaction>,
    ) -> EntryProof {
        let unproven = match read::record(self.client, self.schema, key).await {
            Err(error) => format!("it can't be read: {error}"),
            Ok(now) => match read::shows(self.schema, sent, before, now.as_ref()) {
                Verdict::Stored => return EntryProof::Proven,
                Verdict::NotStored => "a read shows nothing of it".to_owned(),
                Verdict::Unknown(unresolved) => unresolved.to_string(),
            },
        };
        EntryProof::NotProven(vec![unproven])
    }

    /// Sends a transaction. If its answer doesn't tell what became of it, its record does, where that can be found.
    async fn submit(&self, sent: &payload::Transaction) -> Result<Stored, Error> {
        let mut set = payload::TransactionSet::default();
        set.name = self.schema.name.to_string();
        set.transactions = vec![sent.clone()];
        let body = serde_json::json!(set);
        let check = |options: CheckOptions| passed(check_json(Some(self.schema), &body, options.only_sets()));
        self.client.checking(Some(self.schema), check).await?;
        let identity = match (self.state_in(sent), &self.said.lookup) {
            (Some(state), _) => Identity::Key(state),
            (None, Some(lookup)) => Identity::Lookup(lookup.clone()),
            (None, None) => {
                let (body, of) = (self.client.body_of_raw(&set)?, Sent::of(&set));
                let mut outcome = self.client.submit_bytes(body, &of, Some(self.schema)).await?;
                return match outcome.transactions.pop() {
                    Some(Ok(stored)) => Ok(stored),
                    Some(Err(failure)) => Err(Error::failed(failure, Some(&*self.schema.name), 0).of(write_name())),
                    None => {
                        Err(Error::decode("Results", "no result for the transaction that was sent").of(write_name()))
                    }
                };
            }
        };
        let body = self.client.body_of_raw(&set)?;
        let run = Resolve::new(self.client, set, vec![identity], Some(self.schema), &self.how).await?;
        match run.finish(body).await?.pop() {
            Some(resolved) => resolved.map(|resolved| resolved.stored),
            None => Err(Error::decode("Results", "no result for the transaction that was sent").of(write_name())),
        }
    }

    /// What asks for the record of a transaction that sets its key, all of it.
    fn state_in(&self, transaction: &payload::Transaction) -> Option<TransactionState> {
        let (element, _) = self.schema.record_key()?;
        let keys = self.key_in(transaction)?.into_iter().map(|(field, value)| KeyValue::new(field, value));
        Some(TransactionState::new(element.name.to_string(), keys.collect::<Vec<_>>()))
    }

    async fn by_window(self, route: Route) -> Result<StoredBy, NotEntered> {
        let entered = self.in_window(self.said.clone()).await?;
        Ok(StoredBy { route, key: entered.key, proof: entered.proof, done: entered.done })
    }

    /// Types it in a session of its own, or of the pool.
    pub(super) async fn in_window(&self, said: Said<'_>) -> Result<super::Entered, NotEntered> {
        if let Some(pool) = self.pool {
            let session = pool.get().await.map_err(NotEntered::Refused)?;
            return enter(&session, self.schema, said).await;
        }
        let session = self.session.clone().start().await.map_err(NotEntered::Refused)?;
        let entered = enter(&session, self.schema, said).await;
        if let Err(error) = session.end().await {
            tracing::warn!(
                target: TARGET, %error,
                "the session of a record that was typed can't be ended; the server ends it"
            );
        }
        entered
    }
}

/// The elements that rows are of, with those of their children.
fn elements(rows: &[RawRow]) -> Vec<u16> {
    let mut all: Vec<u16> = Vec::new();
    for row in rows {
        all.push(row.element().index);
        all.extend(elements(row.children()));
    }
    all.sort_unstable();
    all.dedup();
    all
}
