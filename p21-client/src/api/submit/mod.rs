//! The call that writes.

mod payload;

use std::future::IntoFuture;

use p21_model::payload::{TransactionState, TransactionStateRequest};
use p21_model::row::Keyed;
use p21_model::schema::ServiceSchema;

pub use payload::{Many, One, Payload, RawSet, Submit, Typed};

use super::Sending;
use super::asynchronous::Pending;
use super::callback::Callback;
use super::transaction::{check_read, state_of};
use crate::client::Client;
use crate::error::Error;
use crate::resilience::{BeforeSending, Identity, Lookup, Marking, ReadBack, Run};

/// A write in the making; see [`Client::submit`].
#[must_use = "nothing is sent before it is awaited"]
#[derive(Debug)]
pub struct Submission<'c, P, M = Once> {
    client: &'c Client,
    payload: P,
    is_checked: bool,
    schema: Option<&'static ServiceSchema>,
    mode: M,
}

/// Sent once: what the answer doesn't tell stays unknown.
#[derive(Debug, Clone, Copy)]
pub struct Once;

/// Read back where the answer doesn't tell.
#[derive(Debug, Clone)]
pub struct Resolving {
    identities: Result<Vec<Identity>, Error>,
    how: ReadBack,
    before_sending: Option<BeforeSending>,
}

/// Queued: P21 works on it later.
#[derive(Debug, Clone)]
pub struct Queued {
    callback: Option<Callback>,
}

impl Client {
    /// Sends transactions: the call that writes. It is sent when it is awaited, and says first what differs from the
    /// usual:
    ///
    /// | | |
    /// | --- | --- |
    /// | `client.submit(transaction).await?` | one transaction: [`Stored`](p21_model::outcome::Stored), or an error that says why not |
    /// | `client.submit(&set).await?` | a set: an [`Outcome`](p21_model::outcome::Outcome) with a result a transaction |
    /// | `.key(key)`, `.lookup(lookup)`, of a set `.keys(..)`, `.lookups(..)` | what becomes of a write whose answer is lost is read from its record: see [`resilience`](crate::resilience) |
    /// | `.read_back(how)` | the same, in another way: watched longer, verified after a success |
    /// | `.queued()` | P21 works on it later, in a session of its own; [`Pending`] waits for it |
    /// | `.queued().callback(callback)` | the same, and P21 posts the result to an address |
    /// | `.unchecked()` | without the check |
    ///
    /// Payloads of generated bindings and payloads as P21 spells them
    /// ([`payload::TransactionSet`](p21_model::payload::TransactionSet)) are sent by the same call.
    ///
    /// **HTTP 200 is not success**: P21 stores each transaction by itself and answers 200 whatever becomes of them, so a
    /// set has a result each. What is sent is checked first; what P21 would refuse or store otherwise is not
    /// sent. A payload as P21 spells it is checked as far as is known without a definition: its shape, and whether the
    /// service is sent to this endpoint at all; [`ClientBuilder::service`](crate::ClientBuilder::service) adds
    /// definitions. Nothing is sent twice, unless no connection came to be, a read-back shows that it wasn't stored, or the
    /// token was refused: that relies on P21 looking at the token before it works on the request (a 401 has no other cause in
    /// the sources, which advise to log in and repeat once; that nothing is stored under one wasn't measured).
    ///
    /// # Errors
    /// The check found something ([`Error::findings`]); P21 refused the one transaction ([`Error::is_rejected`],
    /// [`Error::failure`] says why); or the answer is no outcome. With [`Error::is_ambiguous`] the transactions may be
    /// stored: read them back.
    ///
    /// ```no_run
    /// # async fn example(client: p21_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let set: p21_model::payload::TransactionSet = serde_json::from_str(&std::fs::read_to_string("order.json")?)?;
    /// for result in client.submit(&set).await?.transactions {
    ///     match result {
    ///         Ok(stored) => println!("order {:?}", stored.value("TABPAGE_1.order", "order_no")),
    ///         Err(failure) => println!("{failure}"),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn submit<P: Submit>(&self, payload: P) -> Submission<'_, P::Payload> {
        let payload = payload.into_payload();
        let schema = payload.schema().or_else(|| self.known(payload.size().0));
        Submission { client: self, payload, is_checked: true, schema, mode: Once }
    }
}

impl<'c, P: Payload, M> Submission<'c, P, M> {
    /// Doesn't check what is sent: for servers that differ from the definition the bindings are of, and for finding out
    /// what they do.
    pub fn unchecked(mut self) -> Self {
        self.is_checked = false;
        self
    }

    /// Checks what would be sent, as awaiting it does first, and sends nothing.
    ///
    /// # Errors
    /// What the check found ([`Error::findings`]).
    pub async fn check(&self) -> Result<(), Error> {
        if !self.is_checked {
            return Ok(());
        }
        self.client.checking(self.schema, |options| self.payload.check(self.client, self.schema, options)).await
    }

    fn with<N>(self, mode: N) -> Submission<'c, P, N> {
        let Self { client, payload, is_checked, schema, .. } = self;
        Submission { client, payload, is_checked, schema, mode }
    }
}

impl<'c, P: Payload> Submission<'c, P, Once> {
    /// Queues it: P21 takes the transactions, answers with an id, and works on them in a session of their own, which no
    /// earlier failure has contaminated. **A [`Pending`] does not mean that anything is stored, or will be**: P21 hands out
    /// ids for transactions that it then refuses. [`Pending::wait`] says what became of them.
    ///
    /// P21 runs two requests at once by default and queues the others, which may time out there; so this waits until
    /// fewer than [two](crate::ClientBuilder::max_async) of this client's requests are running, for as long as
    /// [`Polling::limit`](crate::Polling::limit) says; the call's own limits begin after that.
    ///
    /// Dropping the future of this call while it is on its way loses the id, and with it the only way to ask: the
    /// request may be queued and run all the same, beside those that have slots.
    ///
    /// # What P21 can't do
    /// A request can't be cancelled: there is no call for it (verified on 26.1), and dropping [`Pending`] changes
    /// nothing. It can't be listed either: keep its [`Ticket`](crate::Ticket).
    ///
    /// # Errors
    /// As [`Client::submit`], and a timeout if no slot comes free ([`Error::is_timeout`]). With
    /// [`Error::is_ambiguous`] the request may be queued, under an id that is not known: read the records back.
    ///
    /// ```no_run
    /// # async fn example<S: p21_model::row::Transactional>(
    /// #     client: p21_client::Client, set: p21_model::row::TransactionSet<S>,
    /// # ) -> Result<(), Box<dyn std::error::Error>> {
    /// let pending = client.submit(&set).queued().await?;
    /// std::fs::write("pending.json", serde_json::to_string(pending.ticket())?)?;
    /// for result in pending.wait().await?.transactions {
    ///     match result {
    ///         Ok(stored) => println!("stored {:?}", stored.echo),
    ///         Err(failure) => println!("{failure}"),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn queued(self) -> Submission<'c, P, Queued> {
        self.with(Queued { callback: None })
    }
}

impl<'c, P: One> Submission<'c, P, Once> {
    /// The key of the record: if the answer doesn't tell, its record is read and says what became of the write; see
    /// [`resilience`](crate::resilience). `Ok` then means that it is stored, and
    /// [`Resolved::how`](crate::resilience::Resolved::how) how that is known.
    ///
    /// # Errors
    /// [`Error::is_input`] if the transaction doesn't set the key; whatever [`Client::submit`] answers;
    /// [`Error::is_ambiguous`] if the record doesn't tell either: [`Error::unresolved`] then has the differences.
    ///
    /// ```ignore
    /// let resolved = client.submit(update).key(order::Key::new("1000001")).await?;
    /// println!("stored, known by {:?} after {} tries", resolved.how, resolved.sent);
    /// ```
    pub fn key(self, key: <P::Service as Keyed>::Key) -> Submission<'c, P, Resolving>
    where
        P::Service: Keyed,
    {
        let identity = state_of(&key).map(Identity::Key);
        self.with(Resolving::of(identity.map(|one| vec![one])))
    }

    /// What the caller knows of a new record whose key P21 gives: if the answer doesn't tell what became of it, the record
    /// that fits is looked up, read, and judged as one whose key is known. It is looked for before the write too: what fits
    /// already is refused, since it would be taken for the new one.
    ///
    /// Several that fit are [ambiguous](Error::is_ambiguous), and named. Without a key and a lookup a write whose answer is
    /// lost is ambiguous too, and never sent again.
    ///
    /// ```ignore
    /// let by = field(header::PO_NO).eq("PO-88").and(field(header::CUSTOMER_ID).eq(100198));
    /// let resolved = client.submit(order).lookup(Lookup::by(by)).await?;
    /// let order_no = resolved.stored.get(header::ORDER_NO)?;
    /// ```
    ///
    /// # Errors
    /// As [`key`](Self::key); [`Error::is_input`] if the lookup finds a record already.
    pub fn lookup(self, lookup: Lookup<P::Service>) -> Submission<'c, P, Resolving> {
        self.with(Resolving::by([Identity::Lookup(lookup.into_plan())]))
    }
}

impl<'c, P: Many> Submission<'c, P, Once> {
    /// The key of each record, in the order of the transactions. Those whose outcome the answer doesn't tell are read
    /// back together, and only those that weren't stored are sent again.
    ///
    /// Each transaction has its own result. Two transactions for one record are refused: nothing would tell which of
    /// them a record shows.
    ///
    /// # Errors
    /// Nothing was sent: the check found something, keys are missing, or the records couldn't be read before.
    pub fn keys(self, keys: impl IntoIterator<Item = <P::Service as Keyed>::Key>) -> Submission<'c, P, Resolving>
    where
        P::Service: Keyed,
    {
        self.with(Resolving::of(keys.into_iter().map(|key| state_of(&key).map(Identity::Key)).collect()))
    }

    /// A [lookup](Submission::lookup) for each transaction, in their order.
    pub fn lookups(self, lookups: impl IntoIterator<Item = Lookup<P::Service>>) -> Submission<'c, P, Resolving> {
        self.with(Resolving::by(lookups.into_iter().map(|lookup| Identity::Lookup(lookup.into_plan()))))
    }
}

impl<'c, P: RawSet> Submission<'c, P, Once> {
    /// What is known of the service, where the client wasn't [given](crate::ClientBuilder::service) its definition: the
    /// schema of its bindings. The payload is checked by it, and records are judged by it.
    pub fn known_by(mut self, schema: &'static ServiceSchema) -> Self {
        self.schema = Some(schema);
        self
    }

    /// The key of each record, by names, in the order of the transactions; see [`resilience`](crate::resilience).
    ///
    /// Without a schema ([`ClientBuilder::service`](crate::ClientBuilder::service)) less is known, and more stays
    /// ambiguous. Any element but the key's own may belong to one row of
    /// another, of which a read may show nothing, so only a difference in the key's own element proves that an update
    /// wasn't stored; a new record speaks for all of it. Rows of lists without explicit `Keys` count as rows that are
    /// added. Values are compared as texts, but for zeros at the end of decimals, dates, and `ON` and `OFF`.
    ///
    /// # Errors
    /// Nothing was sent: keys are missing, or the records couldn't be read before.
    pub fn states(self, states: impl IntoIterator<Item = TransactionState>) -> Submission<'c, P, Resolving> {
        self.with(Resolving::by(states.into_iter().map(Identity::Key)))
    }

    /// A lookup for each record, by names, in the order of the transactions.
    pub fn lookups_of_names(self, lookups: impl IntoIterator<Item = Lookup>) -> Submission<'c, P, Resolving> {
        self.with(Resolving::by(lookups.into_iter().map(|lookup| Identity::Lookup(lookup.into_plan()))))
    }
}

impl Resolving {
    fn by(identities: impl IntoIterator<Item = Identity>) -> Self {
        Self::of(Ok(identities.into_iter().collect()))
    }

    fn of(identities: Result<Vec<Identity>, Error>) -> Self {
        Self { identities, how: ReadBack::default(), before_sending: None }
    }
}

impl<P: Payload> Submission<'_, P, Resolving> {
    /// How it is found out what became of the write.
    pub fn read_back(mut self, how: ReadBack) -> Self {
        self.mode.how = how;
        self
    }

    /// Does something each time before transactions leave, later tries included: a journal notes that they are sent. It is
    /// told which of the set's transactions leave, counted from 0. Records were read before that, as far as they are;
    /// after it nothing is waited for but the call itself, whose time limit is the client's own.
    ///
    /// If it fails nothing is sent: the error is one of input, and what an earlier try came to stays what it is.
    pub fn before_sending(mut self, mark: impl Fn(&[usize]) -> Marking + Send + Sync + 'static) -> Self {
        self.mode.before_sending = Some(BeforeSending::new(mark));
        self
    }
}

impl<P: Payload> Submission<'_, P, Queued> {
    /// P21 posts the result to an address as well. With the feature `callback` there is a receiver to mount there.
    ///
    /// The callback is documented and was never seen at work by those who documented it, and nothing says that P21
    /// repeats one that fails: keep the ticket, and [wait](Pending::wait) for what doesn't come in.
    /// [`AsyncRequest::callback_result`](p21_model::asynchronous::AsyncRequest::callback_result) says how it went.
    ///
    /// # Errors
    /// An address or header that can't be used ([`Error::is_input`]).
    ///
    /// ```no_run
    /// # async fn example<S: p21_model::row::Transactional>(
    /// #     client: p21_client::Client, set: p21_model::row::TransactionSet<S>,
    /// # ) -> Result<(), p21_client::Error> {
    /// use p21_client::Callback;
    /// let callback = Callback::to("https://erp-events.example.com/p21").secret("a long random text");
    /// let pending = client.submit(&set).queued().callback(&callback).await?;
    /// println!("{}", pending.ticket().request_id());
    /// # Ok(())
    /// # }
    /// ```
    pub fn callback(mut self, callback: &Callback) -> Self {
        self.mode.callback = Some(callback.clone());
        self
    }
}

#[diagnostic::do_not_recommend]
impl<'c, P: Payload + 'c> IntoFuture for Submission<'c, P, Once> {
    type Output = Result<P::Answer, Error>;
    type IntoFuture = Sending<'c, P::Answer>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            self.check().await?;
            let body = self.payload.body(self.client)?;
            P::answer(self.client.submit_bytes(body, &self.payload.sent(), self.schema).await?)
        })
    }
}

#[diagnostic::do_not_recommend]
impl<'c, P: Payload + 'c> IntoFuture for Submission<'c, P, Resolving> {
    type Output = Result<P::Resolved, Error>;
    type IntoFuture = Sending<'c, P::Resolved>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            self.check().await?;
            let body = self.payload.body(self.client)?;
            let Resolving { identities, how, before_sending } = self.mode;
            let identities = identities?;
            if let Some(schema) = self.schema.filter(|_| self.is_checked) {
                check_keys(self.client, schema, &identities).await?;
            }
            let run = Run::new(self.client, self.payload.to_set(), identities, self.schema, &how).await?;
            P::resolved(run.before_sending(before_sending).finish(body).await?)
        })
    }
}

#[diagnostic::do_not_recommend]
impl<'c, P: Payload + 'c> IntoFuture for Submission<'c, P, Queued> {
    type Output = Result<Pending<P::Answer>, Error>;
    type IntoFuture = Sending<'c, Pending<P::Answer>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            self.check().await?;
            let content = self.payload.json()?;
            let call = self.client.queue_call(content, self.mode.callback.as_ref())?;
            let (service, sent) = (self.payload.size().0, self.payload.sent());
            self.client.queue(call, service, sent, self.schema, P::answer).await
        })
    }
}

/// Refuses keys by which P21 finds nothing.
async fn check_keys(client: &Client, schema: &ServiceSchema, identities: &[Identity]) -> Result<(), Error> {
    let state = |identity: &Identity| match identity {
        Identity::Key(state) => Some(state.clone()),
        Identity::Lookup(_) => None,
    };
    let transaction_states: Vec<TransactionState> = identities.iter().filter_map(state).collect();
    if transaction_states.is_empty() {
        return Ok(());
    }
    let request = TransactionStateRequest::new(schema.name.to_string(), transaction_states);
    client.checking(Some(schema), |options| check_read(schema, &request, options)).await
}
