//! Reading records, and the request that writes them.

use bytes::Bytes;
use p21_model::check::{CheckOptions, Findings, check_json, service_of};
use p21_model::outcome::{Outcome, Sent, TransactionSetResult};
use p21_model::payload::{self, TransactionStateRequest};
use p21_model::record::Record;
use p21_model::row::{Element, Service as _};
use p21_model::schema::ServiceSchema;
use p21_model::xml::Root;

use super::call::Call;
use super::key::Key;
use crate::client::Client;
use crate::error::{Error, Name};

const TRANSACTION: &str = "/api/v2/transaction";
const GET: &str = "/api/v2/transaction/get";

impl Client {
    pub(crate) async fn submit_bytes(
        &self,
        body: impl Into<Bytes>,
        sent: &Sent,
        schema: Option<&ServiceSchema>,
    ) -> Result<Outcome, Error> {
        let mut call = Call::write(TRANSACTION, body);
        let answer = self.run_as(&mut call, Root::TransactionSetResult).await?;
        let result: TransactionSetResult = self.read_json(&call, &answer)?;
        if result == TransactionSetResult::default() {
            // Every member is optional, so that any object reads as a result: this one isn't any.
            return Err(self.misshapen(&call, &answer, ".", "none of `Messages`, `Results` and `Summary`"));
        }
        let mut outcome = result.into_outcome(sent.transactions(), schema).compared_with(sent);
        outcome.map_said(&|text| self.inner.redactor.without_secrets(text));
        Ok(outcome)
    }

    /// Reads a record by its key: the whole window, every tab. `None` if there is no such record.
    ///
    /// P21 answers a record that does not exist with empty fields and HTTP 200, so a record without any value is `None`.
    ///
    /// ```ignore
    /// let contract = client.read(Key::of(header::CONTRACT_NO, "JOB-1001")).await?;
    /// ```
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn read<E: Element>(&self, key: Key<E>) -> Result<Option<Record<E::Service>>, Error> {
        Ok(self.read_all([key]).await?.pop().flatten())
    }

    /// Reads several records in one call, in the order of their keys; `None` where there is no such record.
    ///
    /// # Errors
    /// See [`Error`]. One record that can't be read fails all.
    pub async fn read_all<E: Element>(
        &self,
        keys: impl IntoIterator<Item = Key<E>>,
    ) -> Result<Vec<Option<Record<E::Service>>>, Error> {
        let request = TransactionStateRequest {
            service_name: E::Service::schema().name.to_string(),
            transaction_states: keys.into_iter().map(Key::into_state).collect(),
        };
        if request.transaction_states.is_empty() {
            return Ok(Vec::new());
        }
        let set = self.get_raw(&request).await?;
        let record = |transaction| Some(Record::new(transaction)).filter(|record| !record.is_blank());
        Ok(set.transactions.into_iter().map(record).collect())
    }

    /// Reads records as P21 spells them: a transaction for each state, in order.
    ///
    /// # Errors
    /// See [`Error`]. A different number of transactions is an error, since nothing then says which is which.
    pub async fn get_raw(&self, request: &TransactionStateRequest) -> Result<payload::TransactionSet, Error> {
        let mut call = Call::query(GET, self.body_of_request(request)?);
        let answer = self.run_as(&mut call, Root::TransactionSet).await?;
        let set: payload::TransactionSet = self.read_json(&call, &answer)?;
        let (wanted, got) = (request.transaction_states.len(), set.transactions.len());
        if wanted == got {
            return Ok(set);
        }
        let problem = format!("{got} transactions for {wanted} states");
        Err(self.misshapen(&call, &answer, "Transactions", &problem))
    }
}

impl Client {
    /// Checks a payload as P21 spells it, with the definition where the client knows it.
    pub(crate) fn check_raw(&self, body: &serde_json::Value, options: CheckOptions) -> Findings {
        check_json(service_of(body).and_then(|name| self.known(name)), body, options)
    }

    /// The definition of a service, if the client was given it.
    pub(crate) fn known(&self, service: &str) -> Option<&'static ServiceSchema> {
        self.inner.services.iter().find(|schema| *schema.name == *service).copied()
    }
}

/// What errors call a write.
pub(crate) fn write_name() -> Name {
    Call::write(TRANSACTION, Bytes::new()).name()
}

/// Refuses errors, and logs what is less.
pub(crate) fn passed(findings: Findings) -> Result<(), Error> {
    if findings.has_errors() {
        return Err(Error::found(findings));
    }
    for finding in findings.iter() {
        tracing::warn!(code = finding.code.as_str(), path = finding.path, "{}", finding.problem);
    }
    Ok(())
}
