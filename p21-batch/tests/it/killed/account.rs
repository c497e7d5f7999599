//! What the journal says of each row, beside what is there.

use std::collections::HashMap;

use p21_client::Client;
use p21_client::odata::col;
use p21_services::model::payload::{KeyValue, Row, TransactionState, TransactionStateRequest};

use super::kept::{Kept, Line};
use super::worker::{Kind, name};
use crate::support::client;

/// What became of the rows of a run.
#[derive(Debug, Default)]
pub(super) struct Account {
    pub(super) rows: usize,
    pub(super) stored: usize,
    pub(super) refused: usize,
    pub(super) ambiguous: usize,
    /// In the journal as stored, and not there.
    lost: Vec<String>,
    /// There more than once.
    doubled: Vec<String>,
    /// In the journal as refused, and there.
    unreported: Vec<String>,
    /// In the journal as none of these.
    open: Vec<String>,
    /// Ambiguous though nothing of it had left the process.
    groundless: Vec<String>,
    /// Refused though nothing is wrong with it.
    wrongly_refused: Vec<String>,
}

impl Account {
    pub(super) async fn of(kept: &Kept, url: &str, run: usize) -> Self {
        let client = client(url);
        let start = name(run, 0);
        let start = start.split_once('-').unwrap().0.to_owned() + "-";
        let mut there = HashMap::new();
        let named = [
            ("price_book", "price_book_id"),
            ("price_page", "description"),
            ("oe_hdr", "po_no"),
            ("job_price_hdr", "contract_no"),
        ];
        for (table, column) in named {
            count(&client, table, column, &start, &mut there).await;
        }
        let libraries = libraries(&client, run, &there).await;
        let mut account = Self::default();
        for Line { seq, state, sends, reason } in kept.lines(&format!("run {run}")).await {
            let number = usize::try_from(seq).unwrap() - 1;
            let name = name(run, number);
            if libraries.get(&name).is_some_and(|rows| *rows > 1) {
                account.doubled.push(format!("{name} has its row twice"));
            }
            account.take(number, &name, &state, sends, &reason, &there);
        }
        account
    }

    fn take(
        &mut self,
        number: usize,
        name: &str,
        state: &str,
        sends: i64,
        reason: &str,
        there: &HashMap<String, usize>,
    ) {
        let found: usize = there.iter().filter(|(id, _)| id.starts_with(name)).map(|(_, count)| count).sum();
        let said = || format!("{name} {state} {sends} sends, {found} there: {reason}");
        self.rows += 1;
        if found > 1 {
            self.doubled.push(said());
        }
        match state {
            "stored" => {
                self.stored += 1;
                if found == 0 {
                    self.lost.push(said());
                }
            }
            "refused" => {
                self.refused += 1;
                if found > 0 {
                    self.unreported.push(said());
                }
                if Kind::of(number) != Kind::Refused {
                    self.wrongly_refused.push(said());
                }
            }
            "ambiguous" => {
                self.ambiguous += 1;
                if sends == 0 {
                    self.groundless.push(said());
                }
            }
            _ => self.open.push(said()),
        }
    }

    pub(super) fn is_balanced(&self) -> bool {
        let wrong = [&self.lost, &self.doubled, &self.unreported, &self.open, &self.groundless, &self.wrongly_refused];
        wrong.iter().all(|wrong| wrong.is_empty())
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.stored += other.stored;
        self.refused += other.refused;
        self.ambiguous += other.ambiguous;
    }
}

/// How many rows without a key each book has.
async fn libraries(client: &Client, run: usize, there: &HashMap<String, usize>) -> HashMap<String, usize> {
    let mut found = HashMap::new();
    let is_book = |number: &usize| Kind::of(*number) == Kind::Book;
    for number in (0..super::ROWS).filter(is_book) {
        let name = name(run, number);
        if !there.contains_key(&name) {
            continue;
        }
        let state = TransactionState::new("FORM.form", [KeyValue::new("price_book_id", name.as_str())]);
        let request = TransactionStateRequest::new("SalesPriceBook", vec![state]);
        let mut tries = 0;
        let record = loop {
            match client.get_raw(&request).await {
                Ok(mut read) => break read.transactions.remove(0),
                Err(error) => assert!(tries < 50, "{error}"),
            }
            tries += 1;
        };
        let rows = record.data_elements.iter().find(|element| element.name == "USED BY.price_library_x_book").unwrap();
        let is_row = |row: &&Row| row.value("price_library_id").is_some_and(|id| !id.is_empty());
        found.insert(name, rows.rows.iter().filter(is_row).count());
    }
    found
}

/// How often each is there; read until it is answered, because the faults are on.
async fn count(client: &Client, table: &str, column: &str, start: &str, there: &mut HashMap<String, usize>) {
    for _ in 0..50 {
        let query = client.table(table).filter(col(column).starts_with(start)).select([column]).page_size(25_000);
        let Ok(rows) = query.rows::<HashMap<String, String>>().await else { continue };
        for row in rows {
            *there.entry(row[column].clone()).or_default() += 1;
        }
        return;
    }
    panic!("{table} can't be read");
}
