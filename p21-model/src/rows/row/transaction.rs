//! Transactions and sets of them.

use std::marker::PhantomData;

use super::{Element, ElementOf, Keys, RawRow, Service, TopLevel, json};
use crate::facts::schema::ElementKind;
use crate::wire::payload;

/// One record's worth of rows: P21 stores all of it or nothing.
///
/// Rows leave in the order they were pushed. A row with children becomes an element of its own, followed by its
/// children; runs of childless rows of one list share an element.
pub struct Transaction<S> {
    raw: RawTransaction,
    of: PhantomData<fn() -> S>,
}

/// A transaction without its type, so that what walks it is compiled once and not once a service.
#[derive(Clone)]
pub(crate) struct RawTransaction {
    rows: Vec<RawRow>,
    keys: Vec<(u16, Vec<u16>)>,
}

impl<S: Service> Transaction<S> {
    /// An empty transaction.
    pub const fn new() -> Self {
        Self { raw: RawTransaction { rows: Vec::new(), keys: Vec::new() }, of: PhantomData }
    }

    /// Appends a row of an element that stands alone.
    #[must_use]
    pub fn push<E: TopLevel<S>>(mut self, row: E) -> Self {
        self.raw.rows.push(row.into_raw());
        self
    }

    /// Appends any number of rows: a `Vec`, an `Option`, an iterator.
    #[must_use]
    pub fn push_all<E: TopLevel<S>>(mut self, rows: impl IntoIterator<Item = E>) -> Self {
        self.raw.rows.extend(rows.into_iter().map(Element::into_raw));
        self
    }

    /// Tells the rows of an element apart by these fields instead of the definition's own keys.
    ///
    /// A row whose key values match a stored row updates it, any other is added. Every row must set every key:
    /// P21 refuses the transaction otherwise (`Sequence contains no matching element`, verified on 26.1).
    #[must_use]
    pub fn keyed_by<E: ElementOf<S>>(mut self, keys: impl Keys<E>) -> Self {
        let element = E::schema().index;
        self.raw.keys.retain(|(other, _)| *other != element);
        self.raw.keys.push((element, keys.indexes()));
        self
    }

    /// The rows, in the order they were pushed.
    pub fn rows(&self) -> &[RawRow] {
        &self.raw.rows
    }

    /// The fields that tell the rows of an element apart, if [`keyed_by`](Self::keyed_by) was called for it.
    pub fn keys_of(&self, element: u16) -> &[u16] {
        self.raw.keys_of(element)
    }

    /// The transaction as P21 spells it.
    pub fn to_payload(&self) -> payload::Transaction {
        self.raw.to_payload()
    }

    /// A transaction of rows that the caller vouches for.
    pub(crate) fn of_rows(rows: Vec<RawRow>) -> Self {
        Self { raw: RawTransaction { rows, keys: Vec::new() }, of: PhantomData }
    }

    pub(crate) fn as_raw(&self) -> &RawTransaction {
        &self.raw
    }
}

impl RawTransaction {
    pub(crate) fn keys_of(&self, element: u16) -> &[u16] {
        self.keys.iter().find(|(index, _)| *index == element).map_or(&[], |(_, keys)| keys)
    }

    fn to_payload(&self) -> payload::Transaction {
        let mut elements: Vec<payload::DataElement> = Vec::new();
        self.each_element(&mut |rows| {
            let element = rows[0].element();
            let keys = self.keys_of(element.index).iter();
            elements.push(payload::DataElement {
                name: element.name.to_string(),
                kind: element.kind.as_str().to_owned(),
                keys: keys.map(|key| element.fields[*key as usize].name.to_string()).collect(),
                rows: rows.iter().map(RawRow::to_payload).collect(),
                ..payload::DataElement::default()
            });
        });
        payload::Transaction { status: "New".to_owned(), data_elements: elements, ..payload::Transaction::default() }
    }

    /// Calls `emit` with the rows of each element that leaves, in order. There is always at least one row.
    pub(crate) fn each_element(&self, emit: &mut dyn FnMut(&[RawRow])) {
        each_element(&self.rows, emit);
    }
}

fn each_element(rows: &[RawRow], emit: &mut dyn FnMut(&[RawRow])) {
    let mut rest = rows;
    while let Some(first) = rest.first() {
        let shares = |row: &&RawRow| std::ptr::eq(row.element(), first.element()) && row.children().is_empty();
        let run = match first.element().kind {
            ElementKind::List if first.children().is_empty() => rest.iter().take_while(shares).count(),
            _ => 1,
        };
        let (element, others) = rest.split_at(run);
        emit(element);
        each_element(first.children(), emit);
        rest = others;
    }
}

impl<S: Service> Default for Transaction<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Clone for Transaction<S> {
    fn clone(&self) -> Self {
        Self { raw: self.raw.clone(), of: PhantomData }
    }
}

impl<S> std::fmt::Debug for Transaction<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.raw.rows).finish()
    }
}

/// Transactions of one service, the body of `POST /api/v2/transaction`.
///
/// P21 stores each transaction by itself: one may fail while the others stay.
pub struct TransactionSet<S> {
    transactions: Vec<Transaction<S>>,
    use_code_values: bool,
    ignore_disabled: bool,
}

impl<S: Service> TransactionSet<S> {
    /// An empty set.
    pub const fn new() -> Self {
        Self { transactions: Vec::new(), use_code_values: false, ignore_disabled: false }
    }

    /// Appends a transaction.
    #[must_use]
    pub fn push(mut self, transaction: Transaction<S>) -> Self {
        self.transactions.push(transaction);
        self
    }

    /// Sends codes (`Y`, `221`) instead of labels (`ON`, `Price`). Labels with known codes are translated;
    /// [`check`](crate::check) finds those without.
    #[must_use]
    pub fn use_code_values(mut self, on: bool) -> Self {
        self.use_code_values = on;
        self
    }

    /// Writes to disabled columns. **A trap:** for some columns P21 then answers `Succeeded` and writes nothing
    /// (verified on 26.1), so read back whatever was written under this flag.
    #[must_use]
    pub fn ignore_disabled(mut self, on: bool) -> Self {
        self.ignore_disabled = on;
        self
    }

    /// The transactions.
    pub fn transactions(&self) -> &[Transaction<S>] {
        &self.transactions
    }

    /// Whether codes are sent.
    pub fn uses_code_values(&self) -> bool {
        self.use_code_values
    }

    /// Whether disabled columns are written to.
    pub fn ignores_disabled(&self) -> bool {
        self.ignore_disabled
    }

    /// The set as JSON bytes, written straight from the rows.
    pub fn to_json(&self) -> Vec<u8> {
        json::write(
            S::schema(),
            self.transactions.iter().map(Transaction::as_raw),
            self.use_code_values,
            self.ignore_disabled,
        )
    }

    /// The set as P21 spells it.
    pub fn to_payload(&self) -> payload::TransactionSet {
        let mut set = payload::TransactionSet {
            name: S::schema().name.to_string(),
            use_code_values: self.use_code_values,
            ignore_disabled: self.ignore_disabled,
            transactions: self.transactions.iter().map(Transaction::to_payload).collect(),
            ..payload::TransactionSet::default()
        };
        if self.use_code_values {
            translate_to_codes(S::schema(), &mut set);
        }
        set
    }
}

fn translate_to_codes(schema: &crate::facts::schema::ServiceSchema, set: &mut payload::TransactionSet) {
    for element in set.transactions.iter_mut().flat_map(|transaction| &mut transaction.data_elements) {
        let Some(known) = schema.element(&element.name) else { continue };
        for edit in element.rows.iter_mut().flat_map(|row| &mut row.edits) {
            if let Some(code) = known.field(&edit.name).and_then(|(_, field)| field.code(&edit.value)) {
                edit.value = code.to_owned();
            }
        }
    }
}

impl<S: Service> Default for TransactionSet<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Clone for TransactionSet<S> {
    fn clone(&self) -> Self {
        Self { transactions: self.transactions.clone(), ..*self }
    }
}

impl<S> std::fmt::Debug for TransactionSet<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TransactionSet")
            .field("transactions", &self.transactions)
            .field("use_code_values", &self.use_code_values)
            .field("ignore_disabled", &self.ignore_disabled)
            .finish()
    }
}

impl<S: Service> From<Transaction<S>> for TransactionSet<S> {
    fn from(transaction: Transaction<S>) -> Self {
        Self::new().push(transaction)
    }
}

impl<S: Service> FromIterator<Transaction<S>> for TransactionSet<S> {
    fn from_iter<I: IntoIterator<Item = Transaction<S>>>(transactions: I) -> Self {
        Self { transactions: transactions.into_iter().collect(), ..Self::new() }
    }
}
