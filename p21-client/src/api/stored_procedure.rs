//! Definitions of the stored procedure executor.

use p21_model::payload::{self, KeyValue, TransactionState, TransactionStateRequest};
use p21_model::value::{FieldValue as _, ValueError};

use crate::api::transaction::{are_shown, asked_for};
use crate::client::Client;
use crate::error::Error;

/// The executor's service. It is named like a report, but is read like a record.
const SERVICE: &str = "m_storedprocedureexecutor";
const DEFINITION: &str = "DEFINITION.stored_procedure_def";
const ARGUMENTS: &str = "DEFINITION.argument_list";

/// A definition of the stored procedure executor: which procedure, with which arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct StoredProcedure {
    /// Its number, which differs from one environment to the next.
    pub uid: i64,
    /// The procedure.
    pub procedure: String,
    /// What it is for.
    pub description: Option<String>,
    /// The executor's time limit, as P21 has it. Its documenters say seconds, the window's label says minutes.
    pub default_timeout: Option<i64>,
    /// Whether the definition is active.
    pub is_active: bool,
    /// The arguments, in the procedure's order.
    pub arguments: Vec<Argument>,
}

/// An argument of a stored procedure.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Argument {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// An example of a value.
    pub example: Option<String>,
}

impl Client {
    /// Reads a definition of the stored procedure executor; `None` if there is none of that number.
    ///
    /// Reading executes nothing, and no call of the Transaction API does: that probably needs the Interactive API
    /// (reported).
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// ```no_run
    /// # async fn example(client: p21_client::Client) -> Result<(), p21_client::Error> {
    /// if let Some(definition) = client.stored_procedure(12).await? {
    ///     println!("{} with {} arguments", definition.procedure, definition.arguments.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn stored_procedure(&self, uid: i64) -> Result<Option<StoredProcedure>, Error> {
        let key = KeyValue::new("stored_procedure_def_uid", uid.to_string());
        let state = TransactionState::new(DEFINITION, [key]);
        let request = TransactionStateRequest::new(SERVICE, vec![state]);
        let mut set = self.records(&request).await?;
        asked_for(None, &request, &set)?;
        are_shown(None, &request, &set)?;
        let record = set.transactions.pop().unwrap_or_default();
        let definition = rows(&record, DEFINITION).next();
        // A record that isn't there reads as an empty one, perhaps with its defaults.
        let Some((definition, procedure)) = definition.and_then(|row| Some((row, text(row, "stored_procedure")?)))
        else {
            return Ok(None);
        };
        let whole = |field| number(definition, field).map_err(|error| self.unreadable(field, &error));
        Ok(Some(StoredProcedure {
            uid: whole("stored_procedure_def_uid")?.unwrap_or(uid),
            procedure,
            description: text(definition, "stored_procedure_description"),
            default_timeout: whole("stored_procedure_default_timeout")?,
            is_active: text(definition, "row_status_flag").is_none_or(|status| status == "Active"),
            arguments: rows(&record, ARGUMENTS).filter_map(argument).collect(),
        }))
    }

    fn unreadable(&self, field: &str, error: &ValueError) -> Error {
        Error::decode(format!("{DEFINITION}.{field}"), self.inner.redactor.clean(&error.to_string()))
    }
}

fn rows<'r>(record: &'r payload::Transaction, element: &'r str) -> impl Iterator<Item = &'r payload::Row> {
    record.data_elements.iter().filter(move |data| data.name == element).flat_map(|data| &data.rows)
}

fn argument(row: &payload::Row) -> Option<Argument> {
    Some(Argument {
        name: text(row, "parametername")?,
        value: text(row, "parametervalue"),
        description: text(row, "spe_parameter_description"),
        example: text(row, "spe_parameter_example"),
    })
}

fn text(row: &payload::Row, field: &str) -> Option<String> {
    row.value(field).filter(|value| !value.is_empty()).map(str::to_owned)
}

fn number(row: &payload::Row, field: &str) -> Result<Option<i64>, ValueError> {
    text(row, field).map(|value| i64::from_wire(&value)).transpose()
}
