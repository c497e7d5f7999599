//! Finding the key of a record by what its caller knows of it.

use std::marker::PhantomData;

use p21_model::outcome::Raw;
use p21_model::payload::{KeyValue, TransactionState};
use p21_model::row::{Element, KeyValues, Keyed};
use serde_json::{Map, Value};

use crate::client::Client;
use crate::error::Error;
use crate::odata::{Filter, col};

/// How many keys are asked for: more than a lookup that identifies ever finds, and enough to name.
const MOST: u64 = 10;

/// A filter that its caller says identifies a record whose key isn't known: a new order by its `po_no` and customer.
///
/// It yields keys. Nothing proves that it identifies: of several records that fit none is taken for the one.
///
/// ```ignore
/// let by = field(header::PO_NO).eq("PO-88").and(field(header::CUSTOMER_ID).eq(100198));
/// let resolved = client.submit(order).lookup(Lookup::by(by)).await?;
/// ```
pub struct Lookup<S = Raw> {
    plan: Plan,
    of: PhantomData<fn() -> S>,
}

/// A lookup without its service.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plan {
    /// The form that holds the key.
    element: String,
    table: String,
    /// The key's fields, each with its column.
    keys: Vec<(String, String)>,
    filter: Filter,
    /// Why it can't be asked.
    problem: Option<String>,
}

impl<S> Lookup<S> {
    /// A lookup in the table that the key's fields show. Handles know their columns: see
    /// [`field`](crate::odata::field).
    pub fn by(filter: Filter) -> Self
    where
        S: Keyed,
    {
        let form = S::Form::schema();
        let columns: Vec<&str> = S::Form::COLUMNS.split(',').collect();
        let fields = S::schema().key.iter().flat_map(|key| key.fields.iter().copied());
        let mut plan =
            Plan { element: form.name.to_string(), table: String::new(), keys: Vec::new(), filter, problem: None };
        for field in fields.map(usize::from) {
            let name = form.fields[field].name.to_string();
            match columns.get(field).and_then(|column| column.split_once('.')) {
                Some((table, column)) if plan.table.is_empty() || plan.table == table => {
                    plan.table = table.to_owned();
                    plan.keys.push((name, column.to_owned()));
                }
                _ => plan.problem = Some(format!("no column of one table is known for the key's field `{name}`")),
            }
        }
        Self { plan, of: PhantomData }
    }
}

impl Lookup {
    /// A lookup by names, for a service without bindings: the form that holds the key, the table, the key's fields each
    /// with its column, and the filter. All of the key's fields are needed, else a read finds nothing.
    pub fn of_names<'n>(
        element: &str,
        table: &str,
        keys: impl IntoIterator<Item = (&'n str, &'n str)>,
        filter: Filter,
    ) -> Self {
        let keys: Vec<(String, String)> =
            keys.into_iter().map(|(field, column)| (field.to_owned(), column.to_owned())).collect();
        let problem = keys.is_empty().then(|| "it names no field of a key".to_owned());
        let plan = Plan { element: element.to_owned(), table: table.to_owned(), keys, filter, problem };
        Self { plan, of: PhantomData }
    }
}

impl<S> Lookup<S> {
    pub(crate) fn into_plan(self) -> Plan {
        self.plan
    }
}

impl<S> Clone for Lookup<S> {
    fn clone(&self) -> Self {
        Self { plan: self.plan.clone(), of: PhantomData }
    }
}

impl<S> std::fmt::Debug for Lookup<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Lookup({}: {})", self.plan.table, self.plan.filter)
    }
}

impl Client {
    /// The keys of the records that fit, at most ten: none, the one, or several if the lookup doesn't identify.
    ///
    /// ```ignore
    /// let by = field(header::CONTRACT_NO).eq("JOB-1001").and(field(header::COMPANY_ID).eq("ACME"));
    /// let renewals: Vec<contract::Key> = client.find(Lookup::by(by)).await?;
    /// ```
    ///
    /// # Errors
    /// As a query of a table: [`Error::table_problem`]; [`Error::is_input`] if the filter is of another table.
    pub async fn find<S: Keyed>(&self, lookup: Lookup<S>) -> Result<Vec<S::Key>, Error> {
        let states = self.states_of(&lookup.plan).await?;
        let key = |state: TransactionState| {
            let values = KeyValues::of(S::Form::schema());
            p21_model::row::RecordKey::of_values(
                state.keys.into_iter().fold(values, |values, key| values.and_wire(&key.name, key.value)),
            )
        };
        Ok(states.into_iter().map(key).collect())
    }

    /// What asks for each of the records that fit.
    pub(crate) async fn states_of(&self, plan: &Plan) -> Result<Vec<TransactionState>, Error> {
        if let Some(problem) = &plan.problem {
            return Err(Error::input(format!("the lookup in `{}` can't be made: {problem}", plan.element)));
        }
        let columns = plan.keys.iter().map(|(_, column)| col(column.as_str()));
        let query = self.table(plan.table.as_str()).filter(plan.filter.clone()).select(columns).top(MOST);
        let rows: Vec<Map<String, Value>> = query.rows().await?;
        rows.iter().map(|row| plan.state(row)).collect()
    }
}

impl Plan {
    /// The form that holds the key.
    pub(crate) fn element(&self) -> &str {
        &self.element
    }

    fn state(&self, row: &Map<String, Value>) -> Result<TransactionState, Error> {
        let key = |(field, column): &(String, String)| {
            let found = row.iter().find(|(name, _)| name.eq_ignore_ascii_case(column)).map(|(_, value)| value);
            let value = match found {
                Some(Value::String(text)) => text.trim().to_owned(),
                Some(Value::Number(number)) => whole(&number.to_string()).to_owned(),
                _ => String::new(),
            };
            if value.is_empty() {
                let problem = format!("a record without a value for the key `{column}`");
                return Err(Error::decode("value", problem));
            }
            Ok(KeyValue { name: field.clone(), value })
        };
        let keys = self.keys.iter().map(key).collect::<Result<_, _>>()?;
        Ok(TransactionState { data_element_name: self.element.clone(), keys })
    }
}

/// A number as keys are typed: `5` for `5.0000`.
fn whole(number: &str) -> &str {
    match number.split_once('.') {
        Some((whole, decimals)) if decimals.bytes().all(|digit| digit == b'0') => whole,
        _ => number,
    }
}
