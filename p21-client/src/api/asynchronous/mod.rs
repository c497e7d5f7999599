//! Asynchronous submission: P21 takes the transactions, answers at once, and works on them in a session of their own.

mod polling;
mod slots;
mod ticket;

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use p21_model::asynchronous::AsyncRequest;
use p21_model::outcome::{Outcome, Raw};
use p21_model::payload;
use p21_model::row::{Service, TransactionSet, Transactional};
use p21_model::schema::ServiceSchema;
use reqwest::{StatusCode, Url};

pub use polling::Polling;
pub(crate) use slots::{Job, MAX_ASYNC, Slots};
#[cfg(feature = "callback")]
pub(crate) use ticket::LONGEST_ID;
pub use ticket::Ticket;

use super::call::{Call, json};
use super::transaction::checked_json;
use crate::client::Client;
use crate::error::{Error, Kind};

pub(super) const ASYNC: &str = "/api/v2/transaction/async";

impl Client {
    /// Queues transactions: P21 takes them, answers with an id, and works on them in a session of their own, which no
    /// earlier failure has left dirty. **`Ok` does not mean that anything is stored, or will be**: P21 hands out ids for
    /// transactions that it then refuses. [`Pending::wait`] says what became of them.
    ///
    /// The set is checked first, as [`submit`](Self::submit) does. P21 runs two requests at once by default and queues
    /// the others, which may time out there; so this waits until fewer than
    /// [two](crate::ClientBuilder::max_async) of this client's requests are running, for as long as
    /// [`Polling::limit`] says; the call's own limits begin after that.
    ///
    /// Dropping the future of this call while it is on its way loses the id, and with it the only way to ask: the
    /// request may be queued and run all the same, beside those that have slots.
    ///
    /// # What P21 can't do
    /// A request can't be cancelled: there is no call for it (verified on 26.1), and dropping [`Pending`] changes
    /// nothing. It can't be listed either: keep its [`Ticket`].
    ///
    /// # Errors
    /// As [`submit`](Self::submit), and a timeout if no slot comes free ([`Error::is_timeout`]). With
    /// [`Error::is_ambiguous`] the request may be queued, under an id that is not known: read the records back.
    ///
    /// ```no_run
    /// # async fn example<S: p21_model::row::Transactional>(
    /// #     client: p21_client::Client, set: p21_model::row::TransactionSet<S>,
    /// # ) -> Result<(), Box<dyn std::error::Error>> {
    /// let pending = client.submit_async(&set).await?;
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
    pub async fn submit_async<S: Transactional>(&self, set: &TransactionSet<S>) -> Result<Pending<S>, Error> {
        let body = checked_json(set)?;
        self.queue(Call::write(ASYNC, body), &S::schema().name, set.transactions().len(), Some(S::schema())).await
    }

    /// Queues a payload as it is: for services without bindings. Nothing checks it.
    ///
    /// # Errors
    /// As [`submit_async`](Self::submit_async), but for the check.
    pub async fn submit_async_raw(&self, set: &payload::TransactionSet) -> Result<Pending, Error> {
        self.queue(Call::write(ASYNC, json(set)?), &set.name, set.transactions.len(), None).await
    }

    /// Hands transactions over, and takes a slot for them.
    pub(super) async fn queue<S>(
        &self,
        call: Call<'_>,
        service: &str,
        sent: usize,
        schema: Option<&'static ServiceSchema>,
    ) -> Result<Pending<S>, Error> {
        let mut unsent = call.name();
        unsent.written = false;
        let slot = self.async_slot().await.map_err(|error| error.of(unsent))?;
        let request = self.accepted(&call).await?;
        let ticket = Ticket::new(request.request_id.as_str(), service, sent);
        let job = self.inner.slots.register(ticket, slot);
        if request.is_done() {
            job.finish(&request);
        }
        Ok(Pending { client: self.clone(), job, schema, of: PhantomData })
    }

    /// Hands transactions over; P21's answer has an id.
    pub(super) async fn accepted(&self, call: &Call<'_>) -> Result<AsyncRequest, Error> {
        let answer = self.run(call).await?;
        let request: AsyncRequest = self.read_json(call, &answer)?;
        if request.request_id.trim().is_empty() || request.request_id.len() > ticket::LONGEST_ID {
            return Err(self.misshapen(call, &answer, "RequestId", "no id of a request"));
        }
        Ok(request)
    }

    /// Takes up a request again, of an earlier run of the program for example.
    ///
    /// # Errors
    /// The ticket is of another service ([`Error::is_input`]).
    ///
    /// ```ignore
    /// let ticket: Ticket = serde_json::from_str(&std::fs::read_to_string("pending.json")?)?;
    /// let outcome = client.resume::<JobContractPricing>(ticket)?.wait().await?;
    /// ```
    pub fn resume<S: Service>(&self, ticket: Ticket) -> Result<Pending<S>, Error> {
        let name = &S::schema().name;
        if ticket.service() != name {
            let service = ticket.service().escape_debug();
            return Err(Error::input(format!("the ticket is of service `{service}`, not of `{name}`")).keeping(ticket));
        }
        Ok(Pending { client: self.clone(), job: Job::resumed(ticket), schema: Some(S::schema()), of: PhantomData })
    }

    /// Waits for a request by its ticket, and says what became of each transaction. Elements in messages are named as
    /// P21 names them; [`resume`](Self::resume) knows the service, and names them in full.
    ///
    /// # Errors
    /// As [`Pending::wait`].
    pub async fn wait(&self, ticket: &Ticket) -> Result<Outcome, Error> {
        let job = Job::resumed(ticket.clone());
        let pending = Pending::<Raw> { client: self.clone(), job, schema: None, of: PhantomData };
        pending.wait().await
    }

    /// How far a request is. P21 is asked unless it has said that the request is done.
    pub(super) async fn look(&self, job: &Job) -> Result<AsyncRequest, Error> {
        match job.done() {
            Some(request) => Ok(request.clone()),
            None => self.ask(job).await,
        }
    }

    /// Asks once how far a request is.
    async fn ask(&self, job: &Job) -> Result<AsyncRequest, Error> {
        let call = Call::get(question(job.ticket.request_id()));
        let keep = |error: Error| error.keeping(job.ticket.clone());
        let answer = self.run(&call).await.map_err(keep)?;
        let request: AsyncRequest = self.read_json(&call, &answer).map_err(keep)?;
        let other = !request.request_id.eq_ignore_ascii_case(job.ticket.request_id());
        if other {
            return Err(keep(self.misshapen(&call, &answer, "RequestId", "not the request that was asked for")));
        }
        if request.is_done() {
            job.finish(&request);
        }
        Ok(request)
    }
}

/// The path that asks for a request. Ids come from servers and from files, and never change the path.
fn question(request_id: &str) -> String {
    let query = Url::parse_with_params("http://p21/", [("id", request_id)]);
    let query = query.as_ref().ok().and_then(Url::query).unwrap_or_default();
    format!("{ASYNC}?{query}")
}

/// An asynchronous request that P21 took.
///
/// Dropping it changes nothing: P21 goes on, and its slot stays taken until P21 is done.
#[must_use = "P21 took the transactions, which says nothing about what becomes of them: wait for the outcome"]
pub struct Pending<S = Raw> {
    client: Client,
    job: Arc<Job>,
    schema: Option<&'static ServiceSchema>,
    of: PhantomData<fn() -> S>,
}

impl<S> Clone for Pending<S> {
    fn clone(&self) -> Self {
        Self { client: self.client.clone(), job: Arc::clone(&self.job), ..*self }
    }
}

impl<S> Pending<S> {
    /// What finds the request again; it can be stored.
    pub fn ticket(&self) -> &Ticket {
        &self.job.ticket
    }

    /// What the outcome names elements and fields by.
    #[cfg(feature = "callback")]
    pub(crate) fn schema(&self) -> Option<&'static ServiceSchema> {
        self.schema
    }

    /// Asks once how far the request is. Of a request with a [callback](Client::submit_with_callback) the answer also says
    /// how that went, once P21 has made it.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::ticket`] keeps the id.
    pub async fn status(&self) -> Result<AsyncRequest, Error> {
        self.client.ask(&self.job).await
    }

    /// Waits until P21 is done, and says what became of each transaction, as [`Client::submit`] does.
    ///
    /// P21 is asked again and again, as [`Polling`] says; questions that fail in passing are repeated.
    ///
    /// # Errors
    /// [`Error::is_unfinished`] if P21 isn't done within the [limit](Polling::limit): the request goes on, and can be
    /// waited for again. [`Error::is_ambiguous`] if it is done and doesn't say what became of each transaction. Every
    /// error keeps the [ticket](Error::ticket).
    pub async fn wait(&self) -> Result<Outcome<S>, Error> {
        self.wait_for(self.client.inner.polling.wait_limit()).await
    }

    /// The same, with a limit of its own.
    ///
    /// # Errors
    /// As [`wait`](Self::wait).
    pub async fn wait_for(&self, limit: Duration) -> Result<Outcome<S>, Error> {
        let request = match tokio::time::timeout(limit, self.until_done()).await {
            Ok(request) => request?,
            Err(_) => return Err(self.unclear(Kind::Unfinished(limit))),
        };
        let outcome = request.outcome(self.ticket().transactions(), self.schema);
        outcome.map(Outcome::assume_service).map_err(|unclear| {
            let problem = self.client.inner.redactor.clean(&unclear.to_string());
            self.unclear(Kind::Decode { path: "Messages".to_owned(), problem }).answered(StatusCode::OK, None)
        })
    }

    async fn until_done(&self) -> Result<AsyncRequest, Error> {
        let mut pauses = self.client.inner.polling.pauses();
        loop {
            match self.client.look(&self.job).await {
                Ok(request) if request.is_done() => return Ok(request),
                Ok(request) => tracing::debug!(status = ?request.status, "not done yet"),
                Err(error) if error.is_retryable() => tracing::warn!(%error, "asking again"),
                Err(error) => return Err(error),
            }
            tokio::time::sleep(pauses.next().unwrap_or_default()).await;
        }
    }

    /// An error after which the transactions may be stored.
    fn unclear(&self, kind: Kind) -> Error {
        let mut name = Call::get(ASYNC).name();
        name.written = true;
        Error::new(kind).of(name).keeping(self.ticket().clone())
    }
}

impl<S> std::fmt::Debug for Pending<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Pending").field(self.ticket()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_never_change_the_path() {
        let base = Url::parse("https://p21.example.com/uiserver0").unwrap();
        for id in ["0f0e-1", "a&b=c", "a b", "#x", "../../x", "ä\0", "%2e", "a+b"] {
            let call = Call::get(question(id));
            let url = call.address(&base).unwrap();
            assert_eq!(url.path(), "/uiserver0/api/v2/transaction/async");
            let pairs: Vec<_> = url.query_pairs().collect();
            assert_eq!(pairs, [("id".into(), id.into())]);
        }
    }
}
