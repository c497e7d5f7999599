//! A sandbox of one side: what it has, and what it stores.

use anyhow::{Context as _, Result, anyhow};
use p21_client::{Client, Host, Method};
use p21_model::Version;
use p21_model::payload::{KeyValue, Row, TransactionSet, TransactionState, TransactionStateRequest};
use p21_model::schema::ServiceSchema;
use p21_sandbox::{Sandbox, ServerVersion};
use serde_json::{Map, Value};

use crate::diff::side::Input;
use crate::fetch::sandbox_credentials;

/// A payload, and the rows of an element that are stored of it.
pub(super) type Stored = (TransactionSet, Vec<Map<String, Value>>);

/// More rows than any table of a new sandbox has.
const ALL: usize = 10_000;

/// A sandbox of one side, and the service there.
pub(super) struct Server {
    client: Client,
    pub(super) schema: ServiceSchema,
    _sandbox: Sandbox,
}

impl Server {
    /// Starts one of a version, with the definitions of a side; or of the other side, where that alone has the service.
    pub(super) async fn start(input: &Input, other: &Input, version: Version, service: &str) -> Result<Option<Self>> {
        let has = |input: &&Input| input.definitions.has(service);
        let Some(input) = [input, other].into_iter().find(has) else { return Ok(None) };
        let profile = ServerVersion::parse(&version.to_string()).map_err(|error| anyhow!("{error}"))?;
        let source = input.definitions.source(service)?;
        let schema = source.compile(input.definitions.any())?.schema.at(version).into_owned();
        let definitions = p21_sandbox::ServedDefinitions::of(&input.definitions)?;
        let sandbox = Sandbox::builder()
            .with_definitions(definitions)
            .p21_version(profile)
            .configure(|config| config.admin = true)
            .start()
            .await?;
        let client = Client::builder(sandbox.url()).credentials(sandbox_credentials()).build()?;
        Ok(Some(Self { client, schema, _sandbox: sandbox }))
    }

    /// Sends a payload, unchecked: what the check would say of it is what is to be shown. The rows of an element that are
    /// new then, or why it was refused.
    pub(super) async fn store(&self, set: TransactionSet, element: &str) -> Result<Result<Stored, String>> {
        let before = self.tables().await?;
        let outcome = match self.client.submit(&set).unchecked().await {
            Ok(outcome) => outcome,
            Err(error) => return Ok(Err(error.to_string())),
        };
        if let Some(refused) = outcome.transactions.into_iter().find_map(Result::err) {
            return Ok(Err(refused.to_string()));
        }
        let mut rows = Vec::new();
        for (table, count) in self.tables().await? {
            let known = before.iter().find(|(name, _)| *name == table).map_or(0, |(_, count)| *count);
            if count > known {
                rows.extend(self.rows(&table).await?.into_iter().skip(known));
            }
        }
        let of_element = rows.into_iter().filter(|row| row["element"] == *element);
        Ok(Ok((set, of_element.filter_map(|row| row["values"].as_object().cloned()).collect())))
    }

    /// The rows of an element of the record that a read by some fields finds: none, where the window comes back blank.
    pub(super) async fn read(&self, element: &str, by: &[KeyValue]) -> Result<Vec<Map<String, Value>>> {
        let state = TransactionState::new(element, by.to_vec());
        // Past the client's own reads, which refuse another record than they asked for.
        let request = TransactionStateRequest::new(self.schema.name.to_string(), vec![state]);
        let call = self.client.request(Method::POST, "/api/v2/transaction/get").json(&request).reads();
        let answer: TransactionSet = call.send().await?.json()?;
        let elements = answer.transactions.iter().flat_map(|transaction| &transaction.data_elements);
        let rows = elements.filter(|found| found.name == element).flat_map(|found| &found.rows);
        // A blank window has defaults, and no key.
        let rows = rows.filter(|row| by.iter().any(|key| row.value(&key.name).is_some_and(|value| !value.is_empty())));
        let row = |row: &Row| -> Map<String, Value> {
            let edits = row.edits.iter().filter(|edit| !edit.value.is_empty());
            edits.map(|edit| (edit.name.clone(), Value::from(edit.value.as_str()))).collect()
        };
        Ok(rows.map(row).collect())
    }

    /// The first row of a table.
    pub(super) async fn first(&self, table: &str) -> Result<Option<Map<String, Value>>> {
        let rows = self.ask(&format!("/_sandbox/tables/{}?top=1", table.to_lowercase())).await?;
        Ok(rows["rows"][0]["values"].as_object().cloned())
    }

    async fn rows(&self, table: &str) -> Result<Vec<Value>> {
        let rows = self.ask(&format!("/_sandbox/tables/{table}?top={ALL}")).await?;
        Ok(rows["rows"].as_array().cloned().unwrap_or_default())
    }

    async fn tables(&self) -> Result<Vec<(String, usize)>> {
        let state = self.ask("/_sandbox/state").await?;
        let tables = state["tables"].as_object().context("the sandbox tells no tables")?;
        Ok(tables.iter().map(|(table, rows)| (table.clone(), rows.as_u64().unwrap_or_default() as usize)).collect())
    }

    async fn ask(&self, path: &str) -> Result<Value> {
        Ok(self.client.request(Method::GET, path).host(Host::Middleware).send().await?.json()?)
    }
}
