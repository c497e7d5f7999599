//! Reading records, and the request that writes them.

use bytes::Bytes;
use p21_model::check::{CheckOptions, Findings, check_json, service_of};
use p21_model::outcome::{Outcome, Sent, TransactionSetResult};
use p21_model::payload::{self, TransactionState, TransactionStateRequest};
use p21_model::record::Record;
use p21_model::row::{RecordKey, Service as _};
use p21_model::schema::ServiceSchema;
use p21_model::xml::Root;

use super::Sending;
use super::call::Call;
use crate::client::Client;
use crate::error::{Error, Name};
use crate::resilience::{Found, found, no_form, other_record};

const TRANSACTION: &str = "/api/v2/transaction";
const GET: &str = "/api/v2/transaction/get";

impl Client {
    pub(crate) fn submit_bytes<'c>(
        &'c self,
        body: Bytes,
        sent: &'c Sent,
        schema: Option<&'c ServiceSchema>,
    ) -> Sending<'c, Outcome> {
        Box::pin(async move {
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
        })
    }

    /// Reads a record by its key: the whole window, every tab. `None` if there is no such record.
    ///
    /// P21 answers a record that does not exist with empty fields and HTTP 200, so one without its key is `None`, whatever
    /// defaults the site puts there; one with another key is an error, for a session that kept its window answers that. It
    /// answers a read by anything but the key the same, so only the key of the service's module does; a record whose key
    /// isn't known is found by a [lookup](Self::find).
    ///
    /// ```ignore
    /// let order = client.read(order::Key::new("1000001")).await?;
    /// ```
    ///
    /// # Errors
    /// See [`Error`]. A key with an empty value is none ([`Error::is_input`]); another record than was asked for is none of
    /// yours ([`Error::decode_path`]); so is an answer that doesn't show the form of the key, which says neither that the
    /// record is there nor that it isn't.
    pub fn read<K: RecordKey>(&self, key: K) -> Sending<'_, Option<Record<K::Service>>> {
        Box::pin(async move { Ok(self.read_all([key]).await?.pop().flatten()) })
    }

    /// Reads several records in one call, in the order of their keys; `None` where there is no such record.
    ///
    /// # Errors
    /// See [`Error`]. One record that can't be read fails all.
    pub fn read_all<K: RecordKey>(
        &self,
        keys: impl IntoIterator<Item = K>,
    ) -> Sending<'_, Vec<Option<Record<K::Service>>>> {
        let states: Result<Vec<_>, Error> = keys.into_iter().map(|key| state_of(&key)).collect();
        Box::pin(async move {
            let service_name = K::Service::schema().name.to_string();
            let request = TransactionStateRequest::new(service_name, states?);
            if request.transaction_states.is_empty() {
                return Ok(Vec::new());
            }
            let set = self.records(&request).await?;
            asked_for(Some(K::Service::schema()), &request, &set)?;
            are_shown(Some(K::Service::schema()), &request, &set)?;
            let is_there = |(state, record): &(&TransactionState, payload::Transaction)| {
                matches!(found(Some(K::Service::schema()), state, record), Found::Present)
            };
            let records = request.transaction_states.iter().zip(set.transactions);
            Ok(records.map(|one| Some(one).filter(is_there).map(|(_, record)| Record::new(record))).collect())
        })
    }

    /// Reads records as P21 spells them: a transaction for each state, in order.
    ///
    /// P21 answers a read by what is no key with a blank window, as if there were no such record: the keys are checked where
    /// the client was [given](crate::ClientBuilder::service) the service's definition, and nothing is sent if they are none
    /// (P21-075). Without it a blank window proves nothing.
    ///
    /// # Errors
    /// See [`Error`]. A different number of transactions is an error, since nothing then says which is which; so is another
    /// record than was asked for ([`Error::decode_path`]).
    pub async fn get_raw(&self, request: &TransactionStateRequest) -> Result<payload::TransactionSet, Error> {
        if let Some(schema) = self.known(&request.service_name) {
            self.checking(Some(schema), |options| check_read(schema, request, options)).await?;
        }
        let set = self.records(request).await?;
        asked_for(self.known(&request.service_name), request, &set)?;
        Ok(set)
    }

    /// The same, whatever the keys are.
    pub(crate) fn records<'c>(&'c self, request: &'c TransactionStateRequest) -> Sending<'c, payload::TransactionSet> {
        Box::pin(async move {
            let mut call = Call::query(GET, self.body_of_request(request)?);
            let answer = self.run_as(&mut call, Root::TransactionSet).await?;
            let set: payload::TransactionSet = self.read_json(&call, &answer)?;
            let (wanted, got) = (request.transaction_states.len(), set.transactions.len());
            if wanted == got {
                return Ok(set);
            }
            let problem = format!("{got} transactions for {wanted} states");
            Err(self.misshapen(&call, &answer, "Transactions", &problem))
        })
    }
}

impl Client {
    /// Checks a payload as P21 spells it, with the definition where the client knows it.
    pub(crate) fn check_raw(&self, body: &serde_json::Value, options: CheckOptions) -> Findings {
        check_json(service_of(body).and_then(|name| self.known(name)), body, options.only_sets())
    }

    /// What is known of a service, if the client was [given](crate::ClientBuilder::service) its definition.
    pub fn service_schema(&self, service: &str) -> Option<&'static ServiceSchema> {
        self.known(service)
    }

    pub(crate) fn known(&self, service: &str) -> Option<&'static ServiceSchema> {
        self.inner.services.iter().find(|schema| *schema.name == *service).copied()
    }
}

/// What asks for a record.
///
/// # Errors
/// The key has a part without a value: P21 answers such a read with a blank window.
pub(crate) fn state_of(key: &impl RecordKey) -> Result<TransactionState, Error> {
    let state = key.values().to_state();
    match state.keys.iter().find(|value| value.value.trim().is_empty()) {
        Some(empty) => {
            Err(Error::input(format!("the key of `{}` has no value for `{}`", state.data_element_name, empty.name)))
        }
        None => Ok(state),
    }
}

/// Refuses other records than those that were asked for.
pub(crate) fn asked_for(
    schema: Option<&ServiceSchema>,
    request: &TransactionStateRequest,
    set: &payload::TransactionSet,
) -> Result<(), Error> {
    let mut records = request.transaction_states.iter().zip(&set.transactions);
    if records.any(|(state, record)| matches!(found(schema, state, record), Found::Other)) {
        return Err(other_record().of(Call::query(GET, Bytes::new()).name()));
    }
    Ok(())
}

/// Refuses answers that don't show the form of the key: they don't say whether the record is there.
pub(crate) fn are_shown(
    schema: Option<&ServiceSchema>,
    request: &TransactionStateRequest,
    set: &payload::TransactionSet,
) -> Result<(), Error> {
    let mut records = request.transaction_states.iter().zip(&set.transactions);
    match records.find(|(state, record)| matches!(found(schema, state, record), Found::Unshown)) {
        Some((state, _)) => Err(no_form(state).of(Call::query(GET, Bytes::new()).name())),
        None => Ok(()),
    }
}

/// Refuses keys by which P21 finds nothing.
pub(crate) fn check_read(
    schema: &ServiceSchema,
    request: &TransactionStateRequest,
    options: CheckOptions,
) -> Result<(), Error> {
    let request = serde_json::to_value(request).map_err(|error| Error::input("the keys are no JSON").because(error))?;
    passed(check_json(Some(schema), &request, options))
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
