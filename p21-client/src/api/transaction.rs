//! Writing and reading records.

use bytes::Bytes;
use p21_model::check::Findings;
use p21_model::outcome::{Outcome, Stored, TransactionSetResult};
use p21_model::payload::{self, TransactionStateRequest};
use p21_model::record::Record;
use p21_model::row::{Element, Service, Transaction, TransactionSet, Transactional};
use p21_model::schema::ServiceSchema;
use p21_model::xml::Root;

use super::call::Call;
use super::key::Key;
use crate::client::Client;
use crate::error::{Error, Kind, Name};

const TRANSACTION: &str = "/api/v2/transaction";
const GET: &str = "/api/v2/transaction/get";

impl Client {
    /// Sends transactions. **`Ok` does not mean that they are stored**: the outcome holds a result each, since P21 stores
    /// each by itself and answers HTTP 200 whatever becomes of them.
    ///
    /// The set is checked first; one that P21 would refuse or store otherwise is not sent. Never sent twice, unless no
    /// connection came to be.
    ///
    /// # Errors
    /// The check found something ([`Error::findings`]), or the answer is no outcome. With [`Error::is_ambiguous`] the transactions may be stored: read them back.
    pub async fn submit<S: Transactional>(&self, set: &TransactionSet<S>) -> Result<Outcome<S>, Error> {
        passed(set.check())?;
        let outcome = self.submit_bytes(self.body_of(set)?, set.transactions().len(), Some(S::schema())).await?;
        Ok(outcome.assume_service())
    }

    /// Sends transactions without checking them: for servers that differ from the definition the bindings are of, and
    /// for finding out what they do.
    ///
    /// # Errors
    /// As [`submit`](Self::submit), but for the check.
    pub async fn submit_unchecked<S: Transactional>(&self, set: &TransactionSet<S>) -> Result<Outcome<S>, Error> {
        let outcome = self.submit_bytes(self.body_of(set)?, set.transactions().len(), Some(S::schema())).await?;
        Ok(outcome.assume_service())
    }

    /// Sends one transaction. `Ok` means that P21 says it is stored.
    ///
    /// # Errors
    /// [`Error::is_rejected`] if P21 refused it; [`Error::failure`] says why. See [`submit`](Self::submit) for others.
    pub async fn submit_one<S: Transactional>(&self, transaction: Transaction<S>) -> Result<Stored<S>, Error> {
        let outcome = self.submit(&TransactionSet::from(transaction)).await?;
        let name = write_name();
        match outcome.transactions.into_iter().next() {
            Some(Ok(stored)) => Ok(stored),
            Some(Err(failure)) => Err(Error::failed(failure, Some(&*S::schema().name)).of(name)),
            None => {
                let problem = "no result for the transaction".to_owned();
                Err(Error::new(Kind::Decode { path: "Results".to_owned(), problem }).of(name))
            }
        }
    }

    /// Sends a payload as it is: for services without bindings. Nothing checks it.
    ///
    /// # Errors
    /// As [`submit`](Self::submit).
    ///
    /// ```no_run
    /// # async fn example(client: p21_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let set = serde_json::from_str(&std::fs::read_to_string("order.json")?)?;
    /// for result in client.submit_raw(&set).await?.transactions {
    ///     match result {
    ///         Ok(stored) => println!("order {:?}", stored.value("TABPAGE_1.order", "order_no")),
    ///         Err(failure) => println!("{failure}"),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn submit_raw(&self, set: &payload::TransactionSet) -> Result<Outcome, Error> {
        self.submit_bytes(self.body_of_raw(set)?, set.transactions.len(), None).await
    }

    pub(crate) async fn submit_bytes(
        &self,
        body: impl Into<Bytes>,
        sent: usize,
        schema: Option<&ServiceSchema>,
    ) -> Result<Outcome, Error> {
        let mut call = Call::write(TRANSACTION, body);
        let answer = self.run_as(&mut call, Root::TransactionSetResult).await?;
        let result: TransactionSetResult = self.read_json(&call, &answer)?;
        if result == TransactionSetResult::default() {
            // Every member is optional, so that any object reads as a result: this one isn't any.
            return Err(self.misshapen(&call, &answer, ".", "none of `Messages`, `Results` and `Summary`"));
        }
        Ok(result.into_outcome(sent, schema))
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

/// What errors call a write.
pub(crate) fn write_name() -> Name {
    Call::write(TRANSACTION, Bytes::new()).name()
}

/// The bytes of a set that P21 would store as it is.
pub(crate) fn checked_json<S: Service>(set: &TransactionSet<S>) -> Result<Vec<u8>, Error> {
    passed(set.check())?;
    Ok(set.to_json())
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
