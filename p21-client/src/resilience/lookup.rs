//! Finding the key of a record by what its caller knows of it.

use std::marker::PhantomData;

use p21_model::outcome::Raw;
use p21_model::payload::{KeyValue, Transaction, TransactionState};
use p21_model::row::{Element, KeyValues, Keyed};
use p21_model::schema::ElementSchema;
#[cfg(feature = "windows")]
use p21_model::schema::ServiceSchema;
use serde_json::{Map, Value};

use super::compare::same;
use super::judge::same_key;
#[cfg(feature = "windows")]
use super::read::named;

use crate::api::Sending;
use crate::client::Client;
use crate::error::Error;
use crate::odata::{Filter, Literal, col};

/// How many keys are asked for: more than a lookup that identifies ever finds, and enough to name.
const MOST: u64 = 10;

/// A filter that its caller says identifies a record whose key isn't known: a new order by its `po_no` and customer.
///
/// It yields keys. Nothing proves that it identifies: of several records that fit none is taken for the one. It has to
/// ask for what the transaction sets: one that asks for another value is refused, since it would never find the record and
/// the write would be sent again; one that asks only for what the transaction doesn't set proves nothing by finding nothing.
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
    /// The form's fields that show columns of the table, each with its column; none where they aren't known.
    shown: Vec<(String, String)>,
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
        let (element, table, keys) = (form.name.to_string(), String::new(), Vec::new());
        let mut plan = Plan { element, table, keys, shown: Vec::new(), filter, problem: None };
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
        let of_table = |(at, column): (usize, &&str)| {
            let (table, column) = column.split_once('.')?;
            (table == plan.table).then(|| (form.fields[at].name.to_string(), column.to_owned()))
        };
        plan.shown = columns.iter().enumerate().take(form.fields.len()).filter_map(of_table).collect();
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
        let plan =
            Plan { element: element.to_owned(), table: table.to_owned(), keys, shown: Vec::new(), filter, problem };
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

/// What is asked: `{"table": .., "filter": .., "element": .., "keys": {"<field>": "<column>"}}`. It isn't read, as a filter
/// isn't.
#[cfg(feature = "serde")]
impl<S> serde::Serialize for Lookup<S> {
    fn serialize<Z: serde::Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        use serde::ser::SerializeStruct as _;

        let Plan { element, table, keys, filter, .. } = &self.plan;
        let keys: Map<String, Value> =
            keys.iter().map(|(field, column)| (field.clone(), column.as_str().into())).collect();
        let mut lookup = serializer.serialize_struct("Lookup", 4)?;
        lookup.serialize_field("table", table)?;
        lookup.serialize_field("filter", filter)?;
        lookup.serialize_field("element", element)?;
        lookup.serialize_field("keys", &keys)?;
        lookup.end()
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
    pub fn find<S: Keyed>(&self, lookup: Lookup<S>) -> Sending<'_, Vec<S::Key>> {
        let key = |state: TransactionState| {
            let values = KeyValues::of(S::Form::schema());
            p21_model::row::RecordKey::of_values(
                state.keys.into_iter().fold(values, |values, key| values.and_wire(&key.name, key.value)),
            )
        };
        Box::pin(async move { Ok(self.states_of(&lookup.plan).await?.into_iter().map(key).collect()) })
    }

    /// What asks for each of the records that fit.
    pub(crate) fn states_of<'c>(&'c self, plan: &'c Plan) -> Sending<'c, Vec<TransactionState>> {
        Box::pin(async move {
            if let Some(problem) = &plan.problem {
                return Err(Error::input(format!("the lookup in `{}` can't be made: {problem}", plan.element)));
            }
            let columns = plan.keys.iter().map(|(_, column)| col(column.as_str()));
            let query = self.table(plan.table.as_str()).filter(plan.filter.clone()).select(columns).top(MOST);
            let rows: Vec<Map<String, Value>> = query.rows().await?;
            rows.iter().map(|row| plan.state(row)).collect()
        })
    }
}

impl Plan {
    /// The form that holds the key.
    pub(crate) fn element(&self) -> &str {
        &self.element
    }

    /// Whether the record that a transaction makes is among what is looked for, as far as the transaction says so.
    pub(super) fn covers(&self, sent: &Transaction, form: Option<&ElementSchema>) -> Covers {
        let rows = || sent.data_elements.iter().filter(|one| one.name == self.element).flat_map(|one| &one.rows);
        let value = |name: &str| rows().filter_map(|row| row.value(name)).next_back();
        let mut covers = Covers::Unknown;
        for (column, wanted) in self.filter.demands() {
            let wanted: Option<Vec<String>> = wanted.iter().map(Literal::typed).collect();
            let Some(wanted) = wanted else { continue };
            for name in self.fields_of(column) {
                let Some(sent) = value(name).filter(|sent| !sent.is_empty()) else { continue };
                let field = form.and_then(|form| form.field(name)).map(|(_, field)| field);
                let is_it = |wanted: &String| same(field, sent, wanted) || same_key(sent, wanted);
                if !wanted.iter().any(is_it) {
                    return Covers::Other(format!("it asks for {column} `{}`", wanted.join("`, `")), name.to_owned());
                }
                covers = Covers::Sent;
            }
        }
        covers
    }

    /// The fields that show a column. Where none is known, fields are taken to be called like their columns.
    fn fields_of<'a>(&'a self, column: &'a str) -> Vec<&'a str> {
        if self.shown.is_empty() {
            return vec![column];
        }
        let shown = self.shown.iter().filter(|(_, of)| of.eq_ignore_ascii_case(column));
        shown.map(|(field, _)| field.as_str()).collect()
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
            Ok(KeyValue::new(field.clone(), value))
        };
        let keys = self.keys.iter().map(key).collect::<Result<Vec<_>, _>>()?;
        Ok(TransactionState::new(self.element.clone(), keys))
    }
}

/// What is found of a record that was written by other means than a transaction.
#[cfg(feature = "windows")]
#[derive(Debug)]
pub(crate) enum Sought {
    /// One: its key.
    One(Vec<(String, String)>),
    /// None, and the lookup asks for what was written.
    None,
    /// More than one, in words.
    Several(String),
    /// It can't be told, and why.
    Unclear(String),
}

/// Looks for a record that was written by other means than a transaction.
///
/// # Errors
/// The lookup asks for another value than is written, or the table can't be read.
#[cfg(feature = "windows")]
pub(crate) async fn seek(
    client: &Client,
    plan: &Plan,
    sent: &Transaction,
    schema: &ServiceSchema,
) -> Result<Sought, Error> {
    let covers = plan.covers(sent, schema.element(plan.element()));
    if let Covers::Other(asks, field) = covers {
        return Err(Error::input(format!(
            "the lookup would never find its record: {asks}, and the record sets another `{field}`"
        )));
    }
    let states = client.states_of(plan).await?;
    Ok(match &states[..] {
        [] if covers == Covers::Unknown => {
            Sought::Unclear("the lookup finds nothing, and asks for nothing that the record sets".to_owned())
        }
        [] => Sought::None,
        [only] => Sought::One(only.keys.iter().map(|key| (key.name.clone(), key.value.clone())).collect()),
        several => Sought::Several(named(several)),
    })
}

/// What a lookup has to do with what is sent.
#[derive(Debug, PartialEq)]
pub(super) enum Covers {
    /// It asks for a value that the transaction sets.
    Sent,
    /// It asks for nothing that the transaction is known to set: that it finds nothing proves nothing.
    Unknown,
    /// It asks for another value, in words, of this field than the transaction sets.
    Other(String, String),
}

/// A number as keys are typed: `5` for `5.0000`.
fn whole(number: &str) -> &str {
    match number.split_once('.') {
        Some((whole, decimals)) if decimals.bytes().all(|digit| digit == b'0') => whole,
        _ => number,
    }
}
