//! Whatever happens to writes: nothing is stored twice, and what is said about them is true.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use crate::support;

use std::time::Duration;

use p21_client::resilience::{ReadBack, Resolved};
use p21_client::{Client, Error};
use p21_model::payload::{KeyValue, TransactionState};
use p21_model::row::{Element as _, Transaction, TransactionSet};
use proptest::prelude::*;
use support::job::{BIN, Bin, COMMENT, Fault, Job, NOTE, Note, P21, When, header, job, key, line};

/// What may happen to one try. P21 is done when it answers itself, so only what breaks or a proxy answers may be late:
/// within the time that a record is watched, or after.
fn fault() -> impl Strategy<Value = Option<(When, Fault)>> {
    let at_once = prop_oneof![Just(When::Before), Just(When::After)];
    let p21 = (at_once, prop_oneof![Just(Fault::Contaminated500), Just(Fault::Contaminated200)]);
    let any_time = prop_oneof![Just(When::Before), Just(When::After), (2_usize..6).prop_map(When::Late)];
    let others = prop::sample::select(vec![
        Fault::Drop,
        Fault::Status(502),
        Fault::Status(500),
        Fault::Page(500),
        Fault::Page(524),
        Fault::Plain(500),
    ]);
    let refused = Just((When::Before, Fault::Refused));
    prop_oneof![
        1 => Just(None),
        4 => p21.prop_map(Some),
        4 => (any_time, others).prop_map(Some),
        1 => refused.prop_map(Some)
    ]
}

/// What is sent: it adds a note, changes values, adds a bin below a line, or any of these together.
#[derive(Debug, Clone)]
struct Write {
    note: bool,
    comment: bool,
    /// The line's price, which may be what it is already, and whether the line gets a bin.
    line: Option<(&'static str, i64, bool)>,
    /// Without the schema; and whether the lines then have `Keys`.
    raw: Option<bool>,
}

fn write() -> impl Strategy<Value = Write> {
    let line = (prop::sample::select(vec!["A-1", "A-2"]), 6_i64..8, any::<bool>());
    let any_parts = (any::<bool>(), any::<bool>(), prop::option::of(line));
    // A bin is all that this adds to a record that is there, and a read shows the other line's.
    let bin_alone = Just((false, false, Some(("A-2", 6, true))));
    let parts = prop_oneof![2 => any_parts, 1 => bin_alone];
    let raw = prop::option::weighted(0.7, any::<bool>());
    (parts, raw).prop_map(|((note, comment, line), raw)| Write { note, comment, line, raw })
}

impl Write {
    fn transaction(&self) -> Transaction<Job> {
        let header = header("J-1");
        let header = if self.comment { header.set(COMMENT, "new") } else { header };
        let transaction = Transaction::new().push(header);
        let notes = self.note.then(|| Note::edit().set(NOTE, "called"));
        let transaction = match self.line {
            Some((item, price, true)) => transaction.push(line(item, price).with(Bin::edit().set(BIN, "B-1"))),
            Some((item, price, false)) => transaction.push(line(item, price)),
            None => transaction,
        };
        transaction.push_all(notes)
    }

    async fn submit(&self, client: &Client, how: &ReadBack) -> Result<Resolved<Job>, Error> {
        let Some(keyed) = self.raw else {
            return client.submit(self.transaction()).key(key("J-1")).read_back(how.clone()).await;
        };
        let mut set = TransactionSet::from(self.transaction()).to_payload();
        let lines = set.transactions[0].data_elements.iter_mut().filter(|element| element.name == "LINES.line");
        lines.filter(|_| keyed).for_each(|lines| lines.keys = vec!["item_id".to_owned()]);
        let key = KeyValue::new("job_no", "J-1");
        let state = TransactionState::new("FORM.header", [key]);
        client.submit(&set).states(vec![state]).read_back(how.clone()).await?.remove(0).map(Resolved::assume_service)
    }
}

/// What is stored of the job.
#[derive(Debug, Clone, PartialEq)]
struct Stored {
    notes: usize,
    bins: usize,
    comment: Vec<String>,
    lines: Vec<(String, String)>,
}

impl Stored {
    fn of(p21: &P21) -> Self {
        let values = |element, field| p21.values("J-1", element, field);
        let mut lines: Vec<_> =
            values("LINES.line", "item_id").into_iter().zip(values("LINES.line", "price")).collect();
        lines.sort();
        let (notes, bins) = (values("NOTES.note", "note").len(), values("BINS.bin", "bin").len());
        Self { notes, bins, comment: values("FORM.header", "comment"), lines }
    }

    /// What is there once a write is stored.
    fn with(&self, write: &Write) -> Self {
        let mut with = self.clone();
        with.notes += usize::from(write.note);
        if write.comment || with.comment.is_empty() {
            with.comment = vec![if write.comment { "new".to_owned() } else { String::new() }];
        }
        if let Some((item, price, bin)) = write.line {
            with.bins += usize::from(bin);
            with.lines.retain(|(other, _)| other != item);
            with.lines.push((item.to_owned(), price.to_string()));
            with.lines.sort();
        }
        with
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_stored_twice_and_what_is_said_is_true(
        faults in prop::collection::vec(fault(), 0..5),
        write in write(),
        is_there in prop::bool::weighted(0.7),
        reads_before in prop::bool::weighted(0.7),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let p21 = P21::start(faults).await;
            if is_there {
                let lines = [line("A-1", 6), line("A-2", 6)];
                p21.store(&job("J-1").push_all(lines).push(Note::edit().set(NOTE, "called")));
            }
            let before = Stored::of(&p21);
            let after = before.with(&write);
            // Two looks: at once, and when the time is over.
            let how = ReadBack::default().settle(Duration::from_millis(2));
            let how = if reads_before { how } else { how.only_after() };
            let result = write.submit(&p21.client(), &how).await;
            match &result {
                Ok(_) => prop_assert_eq!(&Stored::of(&p21), &after),
                Err(error) if error.is_ambiguous() => {}
                Err(error) => prop_assert_eq!(&Stored::of(&p21), &before, "{}", error),
            }
            // Whatever P21 was still at work on comes through, and still nothing is there twice.
            p21.finish();
            let end = Stored::of(&p21);
            prop_assert!(end == before || end == after, "{:?}: {:?}", end, result);
            Ok(())
        })?;
    }
}
