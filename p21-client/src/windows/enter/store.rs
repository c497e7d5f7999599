//! A record by whichever door it goes: a transaction, a window, or a transaction and then a window.

use std::future::IntoFuture;
use std::pin::Pin;

use p21_model::check::{CheckOptions, check_json};
use p21_model::entry::{Answer, PopupField};
use p21_model::outcome::{Sent, Stored};
use p21_model::payload::{self, KeyValue, TransactionState};
use p21_model::row::{RawRow, Service, Transaction};
use p21_model::schema::{Door, ServiceSchema};

use super::call::{Said, enter, keyed_by};
use super::outcome::{Ambiguous, NotEntered, PartlyStored, Proof};
use super::{Record, Route, in_xml, read, route};
use crate::api::transaction::{passed, write_name};
use crate::client::Client;
use crate::error::Error;
use crate::resilience::{Identity, Lookup, ReadBack, Run as Resolve, Verdict};
use crate::windows::{SessionBuilder, SessionPool, TARGET};

/// A record that is stored, by the door that its service's rules name.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StoredBy {
    /// The door that it went by.
    pub route: Route,
    /// The fields of the record's key, and their values.
    pub key: Vec<(String, String)>,
    /// Whether a read shows that what is stored is what was built.
    pub proof: Proof,
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
    /// nothing speaks against it, through its window where P21 would refuse or drop a part of a transaction, or as a
    /// transaction and then through the window, which are two steps.
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
        Storing { client: self, record, said, how: ReadBack::default(), pool: None, session: None }
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
}

impl<'a, S: Service> Storing<'a, S> {
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
        let Self { client, record, said, how, pool, session } = self;
        let sent = record.to_payload();
        let session = session.unwrap_or_else(|| client.session());
        let store = Store { client, schema: S::schema(), said, sent, how, pool, session };
        Box::pin(store.run())
    }
}

struct Store<'a> {
    client: &'a Client,
    schema: &'static ServiceSchema,
    said: Said<'a>,
    sent: payload::Transaction,
    how: ReadBack,
    pool: Option<&'a SessionPool>,
    session: SessionBuilder,
}

type Key = Vec<(String, String)>;

impl Store<'_> {
    async fn run(self) -> Result<StoredBy, NotEntered> {
        let key = self.key_in(&self.sent);
        let before = match &key {
            Some(key) => read::record(self.client, self.schema, key).await.map_err(NotEntered::Refused)?,
            None => None,
        };
        let record = if before.is_some() { Record::Stored } else { Record::New };
        let version = self.client.p21_version().await.unwrap_or(self.schema.version);
        let facts = self.schema.window(version);
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
        match route.door {
            Door::Transaction => self.by_transaction(self.sent.clone(), before, route).await,
            Door::Window => self.by_window(route).await,
            Door::TransactionThenWindow => self.by_both(before, route).await,
            _ => Err(NotEntered::Refused(Error::input(format!(
                "a record of `{}` goes through the commands endpoint: build its steps with `Commands::of` and send them \
                 with `run_commands`",
                self.schema.name
            )))),
        }
    }

    /// The key that a transaction has, all of it.
    fn key_in(&self, transaction: &payload::Transaction) -> Option<Key> {
        let (element, fields) = self.schema.record_key()?;
        let rows = transaction.data_elements.iter().find(|of| of.name == *element.name)?;
        let value = |field: &&str| rows.value(field).map(str::trim).filter(|value| !value.is_empty());
        fields.iter().map(|field| Some(((*field).to_owned(), value(field)?.to_owned()))).collect()
    }

    async fn by_transaction(
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
            return Ok(StoredBy { route, key: Vec::new(), proof: Proof::NotProven(vec![unread]), done });
        };
        let unproven = match read::record(self.client, self.schema, &key).await {
            Err(error) => vec![format!("it can't be read: {error}")],
            Ok(now) => match read::shows(self.schema, &sent, before.as_ref(), now.as_ref()) {
                Verdict::Stored => Vec::new(),
                Verdict::NotStored => vec!["a read shows nothing of it".to_owned()],
                Verdict::Unknown(unresolved) => vec![unresolved.to_string()],
            },
        };
        let proof = if unproven.is_empty() { Proof::Proven } else { Proof::NotProven(unproven) };
        Ok(StoredBy { route, key, proof, done })
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

    /// The rest of the record as a transaction, and then what is left through the window of the record that is stored.
    async fn by_both(self, before: Option<payload::Transaction>, route: Route) -> Result<StoredBy, NotEntered> {
        let mut rest = self.sent.clone();
        let is_behind = |name: &str| {
            let element = self.schema.element(name);
            element.is_some_and(|element| route.behind.contains(&element.index))
        };
        rest.data_elements.retain(|element| !is_behind(&element.name));
        let stored = match before.is_some() && self.says_nothing(&rest) {
            true => None,
            false => Some(self.by_transaction(rest.clone(), before, route.clone()).await?),
        };
        let key = stored.as_ref().map(|stored| stored.key.clone()).or_else(|| self.key_in(&rest)).unwrap_or_default();
        let rows = self.left(&key, &route);
        // It is stored: what a lookup was to find is there.
        let mut said = Said { lookup: None, ..self.said.clone() };
        said.rows = &rows;
        let entered = match (self.in_window(said).await, stored) {
            (Ok(entered), None) => {
                return Ok(StoredBy { route, key: entered.key, proof: entered.proof, done: entered.done });
            }
            (Err(failed), None) => return Err(failed),
            (Ok(entered), Some(stored)) => (entered, stored),
            (Err(failed), Some(stored)) => return Err(behind_a_stored_one(failed, stored)),
        };
        let (entered, stored) = entered;
        let proof = match (stored.proof, entered.proof) {
            (Proof::Proven, proof) | (proof, Proof::Proven) => proof,
            (Proof::NotProven(mut one), Proof::NotProven(other)) => {
                one.extend(other);
                Proof::NotProven(one)
            }
        };
        Ok(StoredBy { route, key: stored.key, proof, done: [stored.done, entered.done].concat() })
    }

    /// Types it in a session of its own, or of the pool.
    async fn in_window(&self, said: Said<'_>) -> Result<super::Entered, NotEntered> {
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

    /// Whether a transaction only names rows that are there.
    fn says_nothing(&self, rest: &payload::Transaction) -> bool {
        rest.data_elements.iter().all(|element| {
            let known = self.schema.element(&element.name);
            let keys: Vec<&str> = known.map(|known| known.key_names().collect()).unwrap_or_default();
            let is_key = |name: &str| keys.contains(&name) || element.keys.iter().any(|key| key == name);
            element.rows.iter().all(|row| row.edits.iter().all(|edit| is_key(&edit.name)))
        })
    }

    /// The rows that are left for the window: the key of the record, and the rows around them by what tells them apart.
    fn left(&self, key: &Key, route: &Route) -> Vec<RawRow> {
        let mut rows = Vec::new();
        if let Some((form, _)) = self.schema.record_key() {
            let known = key.iter().filter_map(|(name, value)| Some((form.field(name)?.0, value.clone())));
            rows.push(known.fold(RawRow::new(form), |row, (field, value)| row.text(field, value)));
        }
        rows.extend(self.said.rows.iter().filter_map(|row| self.left_of(row, route)));
        rows
    }

    fn left_of(&self, row: &RawRow, route: &Route) -> Option<RawRow> {
        if route.behind.contains(&row.element().index) {
            return Some(row.clone());
        }
        let children: Vec<RawRow> = row.children().iter().filter_map(|child| self.left_of(child, route)).collect();
        if children.is_empty() {
            return None;
        }
        let element = row.element();
        let explicit = self.said.keyed_by.iter().find(|(of, _)| *of == element.index).map(|(_, keys)| &**keys);
        let keys = explicit.unwrap_or(&element.keys);
        let named = keys.iter().filter_map(|key| Some((*key, row.value(*key)?.to_owned())));
        let mut anchor = named.fold(RawRow::new(element), |row, (field, value)| row.text(field, value));
        children.into_iter().for_each(|child| anchor.push_child(child));
        Some(anchor)
    }
}

/// That the second of two steps failed.
fn behind_a_stored_one(failed: NotEntered, stored: StoredBy) -> NotEntered {
    let (key, done) = (stored.key, stored.done);
    match failed {
        NotEntered::PartlyStored(mut partly) => {
            partly.stored = [done, std::mem::take(&mut partly.stored)].concat();
            NotEntered::PartlyStored(partly)
        }
        NotEntered::Ambiguous(mut ambiguous) => {
            ambiguous.stored = [done.clone(), std::mem::take(&mut ambiguous.stored)].concat();
            ambiguous.done = [done, std::mem::take(&mut ambiguous.done)].concat();
            NotEntered::Ambiguous(ambiguous)
        }
        NotEntered::Refused(error) => {
            let left = vec!["what the window adds".to_owned()];
            NotEntered::PartlyStored(Box::new(PartlyStored { key, stored: done, left, error }))
        }
        NotEntered::NotTyped(not_typed) => {
            let error = Error::input(not_typed.to_string()).because(not_typed);
            let left = vec!["what the window adds".to_owned()];
            NotEntered::PartlyStored(Box::new(PartlyStored { key, stored: done, left, error }))
        }
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
