//! One request's rows, and one request after the other.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::query::Query;
use crate::api::call::{Call, Host};
use crate::error::Error;

/// The rows of a query, a request's at a time; see [`Query::pages`].
pub struct Pages<T> {
    query: Query,
    /// Requests that haven't begun.
    parts: VecDeque<String>,
    /// The one that has.
    part: Option<Part>,
    of: PhantomData<fn() -> T>,
}

#[derive(Default)]
struct Part {
    query: String,
    taken: u64,
    total: Option<u64>,
    fingerprint: Option<u64>,
}

impl<T: DeserializeOwned> Pages<T> {
    pub(super) fn of(query: Query, parts: Vec<String>) -> Self {
        Self { query, parts: parts.into(), part: None, of: PhantomData }
    }

    /// The next rows; `None` after the last. After an error it begins with what failed.
    ///
    /// Dropping the future loses nothing: the next one asks for the same rows.
    ///
    /// # Errors
    /// See [`Query::rows`].
    pub async fn next(&mut self) -> Result<Option<Vec<T>>, Error> {
        loop {
            if self.part.is_none() {
                let Some(query) = self.parts.pop_front() else { return Ok(None) };
                self.part = Some(Part { query, ..Part::default() });
            }
            let Some(part) = &mut self.part else { return Ok(None) };
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
            let page = fetch::<T>(&self.query, &part.query, skip, wanted, count).await?;
            let rows = page.rows.len() as u64;
            part.total = part.total.or(page.count);
            let is_full = rows == wanted;
            if is_full && self.query.shows_order() {
                let last = part.fingerprint.replace(page.fingerprint);
                if last == part.fingerprint {
                    return Err(page.misread(
                        "value",
                        "the last page came again: `$skip` is ignored, or what the rows are sorted by is no unique key",
                    ));
                }
            }
            part.taken += rows;
            let seen = self.query.skip.saturating_add(part.taken);
            if !is_full || part.total.is_some_and(|total| seen >= total) {
                self.part = None;
            }
            if !page.rows.is_empty() {
                return Ok(Some(page.rows));
            }
        }
    }
}

impl<T> std::fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let taken = self.part.as_ref().map_or(0, |part| part.taken);
        f.debug_struct("Pages").field("query", &self.query).field("taken", &taken).finish_non_exhaustive()
    }
}

/// A request's rows.
pub(super) struct Page<T> {
    pub(super) rows: Vec<T>,
    count: Option<u64>,
    /// Of the rows as they came.
    fingerprint: u64,
    status: reqwest::StatusCode,
    name: crate::error::Name,
}

impl<T> Page<T> {
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

/// Asks for `wanted` rows.
pub(super) async fn fetch<T: DeserializeOwned>(
    query: &Query,
    part: &str,
    skip: u64,
    wanted: u64,
    count: bool,
) -> Result<Page<T>, Error> {
    let (surface, object, client) = (query.surface.name(), &query.object, &query.client);
    let skip_option = if skip > 0 { format!("&$skip={skip}") } else { String::new() };
    let count_option = if count { "&$count=true" } else { "" };
    let path = format!("/odataservice/odata/{surface}/{object}?{part}$top={wanted}{skip_option}{count_option}");
    let call = Call { host: Host::Middleware, ..Call::get(path) };
    let answer = match client.run(&call).await {
        Ok(answer) => answer,
        Err(error) => return Err(client.explain_table(error, query)),
    };
    let body: Body<T> = match client.read_json(&call, &answer) {
        Ok(body) => body,
        Err(error) => return Err(located(error, skip)),
    };
    let page = Page {
        fingerprint: fingerprint(&answer.body),
        status: answer.status,
        name: call.name(),
        count: body.count,
        rows: body.value,
    };
    if page.rows.len() as u64 > wanted {
        let problem = format!("{} rows where {wanted} were asked for: something ignores `$top`", page.rows.len());
        return Err(page.misread("value", &problem));
    }
    tracing::debug!(object = object.as_str(), rows = page.rows.len(), skip, total = page.count, "page");
    Ok(page)
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
