//! One request's rows, and one request after the other.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::query::Query;
use crate::api::Sending;
use crate::api::call::{Call, Host};
use crate::error::Error;
use crate::http::RawAnswer;

/// The rows of a query, a request's at a time; see [`Query::pages`].
pub struct Pages<T> {
    asking: Asking,
    of: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Pages<T> {
    pub(super) fn of(query: Query, parts: Vec<String>) -> Self {
        Self { asking: Asking::of(query, parts), of: PhantomData }
    }

    /// The next rows; `None` after the last. After an error it begins with what failed.
    ///
    /// Dropping the future loses nothing: the next one asks for the same rows.
    ///
    /// # Errors
    /// See [`Query::rows`].
    pub async fn next(&mut self) -> Result<Option<Vec<T>>, Error> {
        while let Some(answer) = self.asking.next().await? {
            let page = answer.read::<T>()?;
            self.asking.came(&page.shape)?;
            if !page.rows.is_empty() {
                return Ok(Some(page.rows));
            }
        }
        Ok(None)
    }
}

impl<T> std::fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Asking { query, part, .. } = &self.asking;
        let taken = part.as_ref().map_or(0, |part| part.taken);
        f.debug_struct("Pages").field("query", query).field("taken", &taken).finish_non_exhaustive()
    }
}

/// The requests of a query, one after the other, whatever its rows are read as.
pub(super) struct Asking {
    query: Query,
    /// Requests that haven't begun.
    parts: VecDeque<String>,
    /// The one that has.
    part: Option<Part>,
}

#[derive(Default)]
struct Part {
    query: String,
    taken: u64,
    total: Option<u64>,
    fingerprint: Option<u64>,
}

impl Asking {
    pub(super) fn of(query: Query, parts: Vec<String>) -> Self {
        Self { query, parts: parts.into(), part: None }
    }

    /// Asks for the next page; `None` after the last. It is the same again until it [came](Self::came).
    pub(super) fn next(&mut self) -> Sending<'_, Option<Answered>> {
        Box::pin(async move {
            loop {
                if self.part.is_none() {
                    let Some(query) = self.parts.pop_front() else { return Ok(None) };
                    self.part = Some(Part { query, ..Part::default() });
                }
                let Some(part) = &self.part else { return Ok(None) };
                let left = self.query.top.map_or(u64::MAX, |top| top.saturating_sub(part.taken));
                if left == 0 {
                    self.part = None;
                    continue;
                }
                let wanted = left.min(self.query.page_size as u64);
                if part.taken > 0 && self.query.order.is_empty() && !self.query.unordered_pages {
                    return Err(self.query.unordered());
                }
                let skip = self.query.skip.saturating_add(part.taken);
                // Counting costs the server time, and says something only where there may be another page.
                let count = part.taken == 0 && left > wanted;
                return ask(&self.query, &part.query, skip, wanted, count).await.map(Some);
            }
        })
    }

    /// Goes on behind a page.
    pub(super) fn came(&mut self, page: &Shape) -> Result<(), Error> {
        let Some(part) = &mut self.part else { return Ok(()) };
        part.total = part.total.or(page.count);
        let is_full = page.rows == page.wanted;
        if is_full && self.query.shows_order() {
            let last = part.fingerprint.replace(page.fingerprint);
            if last == part.fingerprint {
                return Err(page.misread(
                    "value",
                    "the last page came again: `$skip` is ignored, or what the rows are sorted by is no unique key",
                ));
            }
        }
        part.taken += page.rows;
        let seen = self.query.skip.saturating_add(part.taken);
        if !is_full || part.total.is_some_and(|total| seen >= total) {
            self.part = None;
        }
        Ok(())
    }
}

/// A request's rows.
pub(super) struct Page<T> {
    pub(super) rows: Vec<T>,
    pub(super) shape: Shape,
}

/// What is known of a page beside its rows.
pub(super) struct Shape {
    pub(super) rows: u64,
    wanted: u64,
    count: Option<u64>,
    /// Of the rows as they came.
    fingerprint: u64,
    status: reqwest::StatusCode,
    name: crate::error::Name,
}

impl Shape {
    pub(super) fn count(&self) -> Result<u64, Error> {
        self.count.ok_or_else(|| self.misread("@odata.count", "the count that was asked for is missing"))
    }

    fn misread(&self, path: &str, problem: &str) -> Error {
        Error::decode(path, problem).answered(self.status).of(self.name.clone())
    }
}

#[derive(Deserialize)]
struct Body<T> {
    #[serde(rename = "@odata.count", default)]
    count: Option<u64>,
    value: Vec<T>,
}

/// A request's answer, not read yet.
pub(super) struct Answered {
    answer: RawAnswer,
    name: crate::error::Name,
    object: String,
    skip: u64,
    wanted: u64,
}

impl Answered {
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<Page<T>, Error> {
        let body: Result<Body<T>, Error> = self.answer.json();
        let body = body.map_err(|error| self.located(error))?;
        Ok(Page { shape: self.shape(body.value.len() as u64, body.count)?, rows: body.value })
    }

    fn shape(&self, rows: u64, count: Option<u64>) -> Result<Shape, Error> {
        let Self { answer, name, object, skip, wanted } = self;
        let fingerprint = fingerprint(&answer.body);
        let shape = Shape { rows, wanted: *wanted, count, fingerprint, status: answer.status, name: name.clone() };
        if rows > *wanted {
            let problem = format!("{rows} rows where {wanted} were asked for: something ignores `$top`");
            return Err(shape.misread("value", &problem));
        }
        tracing::debug!(object = object.as_str(), rows, skip, total = count, "page");
        Ok(shape)
    }

    fn located(&self, error: Error) -> Error {
        located(error.of(self.name.clone()), self.skip)
    }
}

/// Asks for `wanted` rows.
pub(super) fn ask<'q>(query: &'q Query, part: &str, skip: u64, wanted: u64, count: bool) -> Sending<'q, Answered> {
    let (surface, object, client) = (query.surface.name(), &query.object, &query.client);
    let skip_option = if skip > 0 { format!("&$skip={skip}") } else { String::new() };
    let count_option = if count { "&$count=true" } else { "" };
    let path = format!("/odataservice/odata/{surface}/{object}?{part}$top={wanted}{skip_option}{count_option}");
    Box::pin(async move {
        let call = Call { host: Host::Middleware, ..Call::get(path) };
        match client.run(&call).await {
            Ok(answer) => Ok(Answered { answer, name: call.name(), object: object.clone(), skip, wanted }),
            Err(error) => Err(client.explain_table(error, query)),
        }
    })
}

/// Names the row in the whole result that a page's problem is about.
fn located(error: Error, skip: u64) -> Error {
    let row = error.decode_path().and_then(|path| path.strip_prefix("value[")?.split_once(']')?.0.parse::<u64>().ok());
    match row {
        Some(row) => error.with_place(&format!("row {} of the result", skip.saturating_add(row))),
        None => error,
    }
}

/// Of everything from the rows on; what stands before them differs between pages.
fn fingerprint(body: &[u8]) -> u64 {
    let rows = body.windows(7).position(|part| part == b"\"value\"").unwrap_or_default();
    let mut hasher = DefaultHasher::new();
    body[rows..].hash(&mut hasher);
    hasher.finish()
}
