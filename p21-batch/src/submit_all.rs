//! A stream of records in, an outcome each out.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::stream::{self, BoxStream, Fuse, FuturesUnordered, Stream, StreamExt as _};
use p21_client::resilience::ReadBack;
use p21_client::{Client, Error};

use crate::place::FilePlace;
use crate::record::BatchRecord;
use crate::send::{Written, check, send};

/// How many records stand in a set, unless something is said.
const CHUNK: usize = 10;
/// How many sets are on their way at once.
const AT_ONCE: usize = 4;
/// How far behind the first unfinished record input is read, in rounds of sets.
const AHEAD: usize = 4;

/// [`Client`] for many records at once.
pub trait SubmitAll {
    /// Sends records and says what became of each, in the order of the input: `client.submit` for a stream of them. There
    /// is no journal: what a program that ends has not been told is lost. Runs that matter are a batch's.
    ///
    /// - Each is checked by itself: a bad one fails alone, and is not sent.
    /// - They go in [sets](Submitting::chunk), [several at once](Submitting::at_once). P21 stores each transaction by itself.
    /// - What becomes of one with a [key](BatchRecord::key) or a [find](BatchRecord::find) is found out as for a
    ///   [single write](Client::submit); without either, one whose answer is lost is [ambiguous](Error::is_ambiguous), and
    ///   so are those of its set.
    /// - **Two that write to one record never share a set, and never run at once**: the second waits. Which record that is
    ///   says the key, or what the definition calls the key; for a service without a known definition and a record without
    ///   a key name it ([`BatchRecord::one_record`]), or they run one by one.
    ///
    /// Input is read as it is needed, a bounded number of records ahead.
    ///
    /// ```no_run
    /// # use p21_services::{sales_price_book as book, prelude::*};
    /// use futures_util::StreamExt as _;
    /// use p21_batch::{BatchRecord, SubmitAll as _};
    ///
    /// # async fn example(client: Client, books: Vec<(String, book::Transaction)>) {
    /// let records = books.into_iter().map(|(id, book)| BatchRecord::from(book).key(book::Key::new(id.as_str())));
    /// let mut outcomes = client.submit_all(records).at_once(3);
    /// while let Some(came) = outcomes.next().await {
    ///     match came.result {
    ///         Ok(written) => println!("{} is stored, known by {:?}", came.index, written.how),
    ///         Err(error) => println!("{} is not: {error}", came.index),
    ///     }
    /// }
    /// # }
    /// ```
    fn submit_all<'c, I>(&'c self, records: I) -> Submitting<'c>
    where
        I: IntoIterator<Item: Into<BatchRecord> + 'c, IntoIter: Send + 'c>;

    /// The same for records that come by and by.
    fn submit_stream<'c, R: Into<BatchRecord> + 'c>(
        &'c self,
        records: impl Stream<Item = R> + Send + 'c,
    ) -> Submitting<'c>;
}

impl SubmitAll for Client {
    fn submit_all<'c, I>(&'c self, records: I) -> Submitting<'c>
    where
        I: IntoIterator<Item: Into<BatchRecord> + 'c, IntoIter: Send + 'c>,
    {
        self.submit_stream(stream::iter(records))
    }

    fn submit_stream<'c, R: Into<BatchRecord> + 'c>(
        &'c self,
        records: impl Stream<Item = R> + Send + 'c,
    ) -> Submitting<'c> {
        Submitting {
            client: self,
            input: records.map(Into::into).boxed().fuse(),
            chunk: CHUNK,
            at_once: AT_ONCE,
            how: Arc::default(),
            progress: None,
            has_ended: false,
            waiting: VecDeque::new(),
            busy: HashSet::new(),
            flying: FuturesUnordered::new(),
            ready: BTreeMap::new(),
            read: 0,
            given: 0,
            counts: Counts::default(),
        }
    }
}

/// What became of a record.
#[derive(Debug)]
#[non_exhaustive]
pub struct Came {
    /// Which of the input it is, from 0.
    pub index: usize,
    /// Where it stands in a file, if it was read from one.
    pub place: Option<FilePlace>,
    /// What it came to. With [`Error::is_ambiguous`] nobody knows.
    pub result: Result<Written, Error>,
}

/// How far a submission is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Counts {
    /// Stored.
    pub stored: usize,
    /// Not stored: refused by the check or by P21, or shown by a read not to be there.
    pub failed: usize,
    /// Nobody knows.
    pub ambiguous: usize,
}

type Flight<'c> = Pin<Box<dyn Future<Output = Vec<(Numbered, Result<Written, Error>)>> + Send + 'c>>;

/// A record, which of the input it is, and what it writes to.
struct Numbered {
    index: usize,
    record: BatchRecord,
    target: Option<String>,
}

/// Records on their way; see [`SubmitAll::submit_all`]. Nothing is sent before it is polled. Dropped, it sends nothing
/// more, and what is on its way may be stored.
#[must_use = "nothing is sent before it is polled"]
pub struct Submitting<'c> {
    client: &'c Client,
    input: Fuse<BoxStream<'c, BatchRecord>>,
    chunk: usize,
    at_once: usize,
    how: Arc<ReadBack>,
    progress: Option<Box<dyn FnMut(Counts) + Send + 'c>>,
    has_ended: bool,
    waiting: VecDeque<Numbered>,
    /// What is being written to.
    busy: HashSet<String>,
    flying: FuturesUnordered<Flight<'c>>,
    ready: BTreeMap<usize, Came>,
    read: usize,
    given: usize,
    counts: Counts,
}

impl<'c> Submitting<'c> {
    /// How many records stand in a set at most: 10.
    pub fn chunk(mut self, records: usize) -> Self {
        self.chunk = records.max(1);
        self
    }

    /// How many sets are on their way at once: 4. P21's pool of sessions serves everybody.
    pub fn at_once(mut self, sets: usize) -> Self {
        self.at_once = sets.max(1);
        self
    }

    /// How it is found out what became of writes.
    pub fn read_back(mut self, how: ReadBack) -> Self {
        self.how = Arc::new(how);
        self
    }

    /// Is told whenever a record is done, in the order in which they are.
    pub fn on_progress(mut self, progress: impl FnMut(Counts) + Send + 'c) -> Self {
        self.progress = Some(Box::new(progress));
        self
    }

    /// Reads as much input as there is, and as may wait.
    fn fill(&mut self, cx: &mut Context<'_>) -> bool {
        let most = self.chunk.saturating_mul(self.at_once).saturating_mul(AHEAD);
        let mut moved = false;
        while !self.has_ended && self.read - self.given < most {
            match self.input.poll_next_unpin(cx) {
                Poll::Ready(Some(record)) => {
                    let target = record.payload.target(record.schema);
                    self.waiting.push_back(Numbered { index: self.read, record, target });
                    self.read += 1;
                }
                Poll::Ready(None) => self.has_ended = true,
                Poll::Pending => return moved,
            }
            moved = true;
        }
        moved
    }

    /// The next records that may share a set and run now. Of those that write to one record the first goes first.
    fn next_set(&mut self) -> Vec<Numbered> {
        let mut set: Vec<Numbered> = Vec::new();
        let mut passed: HashSet<String> = HashSet::new();
        let mut at = 0;
        while at < self.waiting.len() && set.len() < self.chunk {
            let next = &self.waiting[at];
            let is_free = next.target.as_ref().is_none_or(|of| !self.busy.contains(of) && !passed.contains(of));
            let goes = set.first().is_none_or(|first| {
                let same = first.record.schema.map(std::ptr::from_ref) == next.record.schema.map(std::ptr::from_ref);
                same && first.record.payload.goes_with(&next.record.payload)
            });
            if !is_free || !goes {
                passed.extend(next.target.clone());
                at += 1;
                continue;
            }
            if let Some(next) = self.waiting.remove(at) {
                self.busy.extend(next.target.clone());
                set.push(next);
            }
        }
        set
    }

    fn take(&mut self, came: Vec<(Numbered, Result<Written, Error>)>) {
        let mut told = Vec::with_capacity(came.len());
        for (one, result) in came {
            if let Some(target) = &one.target {
                self.busy.remove(target);
            }
            match &result {
                Ok(_) => self.counts.stored += 1,
                Err(error) if error.is_ambiguous() => self.counts.ambiguous += 1,
                Err(_) => self.counts.failed += 1,
            }
            told.push(self.counts);
            let Numbered { index, record, .. } = one;
            self.ready.insert(index, Came { index, place: record.place, result });
        }
        // Last: what panics here loses no outcome.
        if let Some(progress) = &mut self.progress {
            told.into_iter().for_each(progress);
        }
    }
}

impl Stream for Submitting<'_> {
    type Item = Came;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Came>> {
        let this = &mut *self;
        loop {
            if let Some(came) = this.ready.remove(&this.given) {
                this.given += 1;
                return Poll::Ready(Some(came));
            }
            let mut moved = this.fill(cx);
            while this.flying.len() < this.at_once {
                let set = this.next_set();
                if set.is_empty() {
                    break;
                }
                this.flying.push(Box::pin(fly(this.client, set, Arc::clone(&this.how))));
                moved = true;
            }
            match this.flying.poll_next_unpin(cx) {
                Poll::Ready(Some(came)) => this.take(came),
                Poll::Ready(None) if this.has_ended && this.waiting.is_empty() => return Poll::Ready(None),
                _ if !moved => return Poll::Pending,
                _ => {}
            }
        }
    }
}

impl std::fmt::Debug for Submitting<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Submitting").field("read", &self.read).field("given", &self.given).finish()
    }
}

/// Checks each, and sends what passes in one set; where the set as a whole can't be sent, one by one.
async fn fly(client: &Client, set: Vec<Numbered>, how: Arc<ReadBack>) -> Vec<(Numbered, Result<Written, Error>)> {
    let (mut came, mut good) = (Vec::new(), Vec::new());
    for one in set {
        match check(client, &one.record.payload, one.record.schema).await {
            Ok(()) => good.push(one),
            Err(error) => came.push((one, Err(error))),
        }
    }
    let schema = good.first().and_then(|one| one.record.schema);
    let payloads: Vec<_> = good.iter().map(|one| &one.record.payload).collect();
    match send(client, &payloads, schema, &how, None).await {
        Ok(results) => came.extend(good.into_iter().zip(results)),
        // Something about one of them kept all from being sent: a lookup that finds a record, a key that is none.
        Err(error) if good.len() > 1 && error.is_input() => {
            for one in good {
                let result = send(client, &[&one.record.payload], schema, &how, None).await;
                let result = result.and_then(|mut results| results.pop().unwrap_or(Err(error.clone())));
                came.push((one, result));
            }
        }
        Err(error) => came.extend(good.into_iter().map(|one| (one, Err(error.clone())))),
    }
    came
}
