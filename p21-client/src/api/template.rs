//! `defaults` and `basics` as records.

use p21_model::payload;
use p21_model::record::Record;
use p21_model::row::Service;
use serde_json::Value;

use crate::api::Sending;
use crate::client::Client;
use crate::error::Error;

impl Client {
    /// The values that a new record of a service starts with, typed. P21 fills them in by itself on a create.
    ///
    /// ```ignore
    /// let defaults = client.defaults_of::<Customer>().await?;
    /// let terms = defaults.first::<header::Row>().map(|header| header.get(header::TERMS_ID));
    /// ```
    ///
    /// # Errors
    /// As [`definition`](Self::definition).
    pub fn defaults_of<S: Service>(&self) -> Sending<'_, Record<S>> {
        let service = S::schema();
        Box::pin(async move { self.template(self.defaults(&service.name).await?).map(Record::new) })
    }

    /// A service's keys and required fields, element by element, all empty.
    ///
    /// # Errors
    /// As [`definition`](Self::definition).
    pub fn basics_of<S: Service>(&self) -> Sending<'_, payload::Transaction> {
        let service = S::schema();
        Box::pin(async move { self.template(self.basics(&service.name).await?) })
    }

    /// The one transaction of a template. What it is wrapped in is not documented for `defaults`; definitions wrap theirs
    /// in `Template` and `TransactionSet`.
    fn template(&self, mut value: Value) -> Result<payload::Transaction, Error> {
        let wrong = |path: &str, problem: &str| Err(Error::decode(path, self.inner.redactor.clean(problem)));
        for wrapper in ["Template", "TransactionSet"] {
            if let Some(inner) = value.get_mut(wrapper) {
                value = inner.take();
            }
        }
        match serde_json::from_value::<payload::TransactionSet>(value) {
            Ok(mut set) if !set.transactions.is_empty() => Ok(set.transactions.swap_remove(0)),
            Ok(_) => wrong("Transactions", "no transaction in the template"),
            Err(error) => wrong(".", &error.to_string()),
        }
    }
}
