//! Asynchronous submission: P21 takes the transactions, answers at once, and works on them in a session of their own.

mod polling;
mod slots;
mod ticket;

use std::sync::Arc;
use std::time::Duration;

use p21_model::asynchronous::AsyncRequest;
use p21_model::outcome::{Outcome, Sent};
use p21_model::row::Service;
use p21_model::schema::ServiceSchema;
use reqwest::{StatusCode, Url};

pub use polling::Polling;
pub(crate) use slots::{Job, MAX_ASYNC, Slots};
#[cfg(feature = "callback")]
pub(crate) use ticket::LONGEST_ID;
pub use ticket::Ticket;

use super::call::Call;
use crate::api::Sending;
use crate::client::Client;
use crate::error::{Error, ErrorKind};

pub(super) const ASYNC: &str = "/api/v2/transaction/async";

impl Client {
    /// Hands transactions over, and takes a slot for them.
    pub(super) async fn queue<A>(
        &self,
        call: Call<'_>,
        service: &str,
        sent: Sent,
        schema: Option<&'static ServiceSchema>,
        answer: fn(Outcome) -> Result<A, Error>,
    ) -> Result<Pending<A>, Error> {
        let mut unsent = call.name();
        unsent.written = false;
        let slot = self.async_slot().await.map_err(|error| error.of(unsent))?;
        let request = self.accepted(&call).await?;
        let ticket = Ticket::of(&request.request_id, service, sent);
        let job = self.inner.slots.register(ticket, slot);
        if request.is_done() {
            job.finish(&request);
        }
        Ok(Pending { client: self.clone(), job, schema, answer })
    }

    /// Hands transactions over; P21's answer has an id.
    pub(super) async fn accepted(&self, call: &Call<'_>) -> Result<AsyncRequest, Error> {
        let answer = self.run(call).await?;
        let request: AsyncRequest = self.read_json(call, &answer)?;
        if request.request_id.trim().is_empty() || request.request_id.len() > ticket::LONGEST_ID {
            return Err(self.misshapen(call, &answer, "RequestId", "no id of a request"));
        }
        // Tickets are stored and logged.
        if self.inner.redactor.without_secrets(&request.request_id) != request.request_id {
            return Err(self.misshapen(call, &answer, "RequestId", "it holds a secret of this client"));
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
    pub fn resume<S: Service>(&self, ticket: Ticket) -> Result<Pending<Outcome<S>>, Error> {
        let name = &S::schema().name;
        if ticket.service() != name {
            let service = ticket.service().escape_debug();
            return Err(Error::input(format!("the ticket is of service `{service}`, not of `{name}`")).keeping(ticket));
        }
        let answer = |outcome: Outcome| Ok(outcome.assume_service());
        Ok(Pending { client: self.clone(), job: Job::resumed(ticket), schema: Some(S::schema()), answer })
    }

    /// Waits for a request by its ticket, and says what became of each transaction. Elements in messages are named in full
    /// where the client [knows the service](crate::ClientBuilder::service), else as P21 names them;
    /// [`resume`](Self::resume) knows it by type.
    ///
    /// # Errors
    /// As [`Pending::wait`].
    pub async fn wait(&self, ticket: &Ticket) -> Result<Outcome, Error> {
        let schema = self.known(ticket.service());
        let pending = Pending { client: self.clone(), job: Job::resumed(ticket.clone()), schema, answer: Ok };
        pending.wait().await
    }

    /// How far a request is. P21 is asked unless it has said that the request is done.
    pub(super) fn look<'c>(&'c self, job: &'c Job) -> Sending<'c, AsyncRequest> {
        Box::pin(async move {
            match job.done() {
                Some(request) => Ok(request.clone()),
                None => self.ask(job).await,
            }
        })
    }

    /// Asks once how far a request is.
    fn ask<'c>(&'c self, job: &'c Job) -> Sending<'c, AsyncRequest> {
        Box::pin(async move {
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
        })
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
///
/// `A` is what the answer becomes, as [`Client::submit`] has it: an outcome of a set, one result of one transaction.
#[must_use = "P21 took the transactions, which says nothing about what becomes of them: wait for the outcome"]
pub struct Pending<A = Outcome> {
    client: Client,
    job: Arc<Job>,
    schema: Option<&'static ServiceSchema>,
    answer: fn(Outcome) -> Result<A, Error>,
}

impl<A> Clone for Pending<A> {
    fn clone(&self) -> Self {
        Self { client: self.client.clone(), job: Arc::clone(&self.job), ..*self }
    }
}

impl<A> Pending<A> {
    /// What finds the request again; it can be stored.
    pub fn ticket(&self) -> &Ticket {
        &self.job.ticket
    }

    /// What the outcome names elements and fields by.
    #[cfg(feature = "callback")]
    pub(crate) fn schema(&self) -> Option<&'static ServiceSchema> {
        self.schema
    }

    /// Asks once how far the request is. Of a request with a [callback](crate::Callback) the answer also says
    /// how that went, once P21 has made it.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::ticket`] keeps the id.
    pub async fn status(&self) -> Result<AsyncRequest, Error> {
        let mut request = self.client.ask(&self.job).await?;
        request.map_said(&|text| self.client.inner.redactor.without_secrets(text));
        Ok(request)
    }

    /// Waits until P21 is done, and says what became of each transaction, as [`Client::submit`] does.
    ///
    /// P21 is asked again and again, as [`Polling`] says; questions that fail in passing are repeated.
    ///
    /// # Errors
    /// [`Error::is_unfinished`] if P21 isn't done within the [limit](Polling::limit): the request goes on, and can be
    /// waited for again. [`Error::is_ambiguous`] if it is done and doesn't say what became of each transaction. Every
    /// error keeps the [ticket](Error::ticket).
    pub async fn wait(&self) -> Result<A, Error> {
        self.wait_for(self.client.inner.polling.wait_limit()).await
    }

    /// The same, with a limit of its own.
    ///
    /// # Errors
    /// As [`wait`](Self::wait).
    pub async fn wait_for(&self, limit: Duration) -> Result<A, Error> {
        let request = match tokio::time::timeout(limit, self.until_done()).await {
            Ok(request) => request?,
            Err(_) => {
                let ticket = self.ticket().clone();
                return Err(self.unclear(ErrorKind::Unfinished { ticket, waited: limit }));
            }
        };
        let redactor = &self.client.inner.redactor;
        let mut outcome = request.outcome(self.ticket().transactions(), self.schema).map_err(|unclear| {
            let problem = redactor.clean(&unclear.to_string());
            self.unclear(ErrorKind::Decode { path: "Messages".to_owned(), problem }).answered(StatusCode::OK)
        })?;
        outcome = self.ticket().compare(outcome);
        outcome.map_said(&|text| redactor.without_secrets(text));
        (self.answer)(outcome).map_err(|error| error.keeping(self.ticket().clone()))
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
    fn unclear(&self, kind: ErrorKind) -> Error {
        let mut name = Call::get(ASYNC).name();
        name.written = true;
        Error::new(kind).of(name).keeping(self.ticket().clone())
    }
}

impl<A> std::fmt::Debug for Pending<A> {
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
