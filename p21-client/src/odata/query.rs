//! Queries of one table or view.

use std::sync::{Mutex, PoisonError};

use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::{DeserializeOwned, IgnoredAny};

use super::column::{Column, IntoColumn, IntoOrder, Order, identifier};
use super::filter::{Filter, Node};
use super::page::{Answered, Asking, Pages, Shape, ask};
use super::split::split;
use crate::api::Sending;
use crate::client::Client;
use crate::error::Error;

/// How many rows a request asks for: what is documented for results of unknown size.
const PAGE: usize = 5_000;

/// The most that is asked for at once: what is known to work.
const LARGEST_PAGE: usize = 25_000;

/// How many rows [`Query::rows`] gathers at most.
const MOST_ROWS: usize = 100_000;

/// How many requests of a split query are on their way at once, as long as the client's own limit allows.
const ABREAST: usize = 5;

/// Everything but letters, digits and `-._~` is encoded, so that no value can end a filter.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Reads a page of the part of that number.
type Read<'r> = dyn Fn(usize, &Answered) -> Result<Shape, Error> + Send + Sync + 'r;

/// Which of the two surfaces a name is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Surface {
    Table,
    View,
}

impl Surface {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::View => "view",
        }
    }
}

/// A query of a table or view; see [`Client::table`].
///
/// Queries are cheap to clone. Nothing fails while one is built: a bad name is refused when it is sent
/// ([`Error::is_input`]).
#[derive(Debug, Clone)]
#[must_use = "a query does nothing until it is read: call `rows`, `stream`, `pages`, `first` or `count`"]
pub struct Query {
    pub(super) client: Client,
    pub(super) surface: Surface,
    pub(super) object: String,
    filter: Option<Filter>,
    pub(super) select: Vec<Column>,
    pub(super) order: Vec<Order>,
    pub(super) top: Option<u64>,
    pub(super) skip: u64,
    pub(super) page_size: usize,
    pub(super) unordered_pages: bool,
}

impl Query {
    pub(super) fn new(client: Client, surface: Surface, object: String) -> Self {
        Self {
            client,
            surface,
            object,
            filter: None,
            select: Vec::new(),
            order: Vec::new(),
            top: None,
            skip: 0,
            page_size: PAGE,
            unordered_pages: false,
        }
    }

    /// Which rows. A second filter is joined to the first with `and`.
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = Some(match self.filter.take() {
            Some(first) => first.and(filter),
            None => filter,
        });
        self
    }

    /// Which columns; all, unless this is called. Wide tables are several times quicker with few columns.
    pub fn select<C: IntoColumn>(mut self, columns: impl IntoIterator<Item = C>) -> Self {
        self.select.extend(columns.into_iter().map(C::into_column));
        self
    }

    /// Sorts the rows by a column; a second call sorts those that are equal by the first.
    ///
    /// Paging wants an order that ends in a **unique key**: without it the server may answer a row on two pages and
    /// another on none.
    pub fn order_by(mut self, order: impl IntoOrder) -> Self {
        self.order.push(order.into_order());
        self
    }

    /// At most so many rows.
    pub fn top(mut self, rows: u64) -> Self {
        self.top = Some(rows);
        self
    }

    /// Leaves out the first rows.
    pub fn skip(mut self, rows: u64) -> Self {
        self.skip = rows;
        self
    }

    /// How many rows a request asks for: 5,000, at most 25,000. 0 counts as 1.
    pub fn page_size(mut self, rows: usize) -> Self {
        self.page_size = rows.clamp(1, LARGEST_PAGE);
        self
    }

    /// Pages without an order. **Rows may come twice or not at all**: the database promises no order of its own.
    pub fn allow_unordered_pages(mut self) -> Self {
        self.unordered_pages = true;
        self
    }

    /// The rows.
    ///
    /// A row is anything that reads JSON, most usefully a struct of the columns that are wanted. Nulls are common:
    /// make members `Option`s. Times carry the server's offset (`2026-07-24T11:22:14.747-04:00`).
    ///
    /// Up to a page of rows takes one request. More than that takes an [`order_by`](Self::order_by), and more than
    /// 100,000 a [`top`](Self::top) or a [`stream`](Self::stream). A filter that was spread over several requests
    /// (see [`eq_any`](super::Column::eq_any)) gives its rows request by request, each ordered in itself.
    ///
    /// # Errors
    /// [`Error::table_problem`] says which part of the query P21 didn't like; [`Error::is_input`] if it was refused
    /// here; [`Error::decode_path`] if a row has another shape.
    pub fn rows<'q, T: DeserializeOwned + Send + 'q>(&'q self) -> Sending<'q, Vec<T>> {
        Box::pin(async move {
            let parts = Mutex::new(Vec::new());
            let read = |at: usize, answer: &Answered| {
                let page = answer.read::<T>()?;
                let mut parts = parts.lock().unwrap_or_else(PoisonError::into_inner);
                if parts.len() <= at {
                    parts.resize_with(at + 1, Vec::new);
                }
                parts[at].extend(page.rows);
                Ok(page.shape)
            };
            self.gather(&read).await?;
            let parts = parts.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter();
            Ok(parts
                .reduce(|mut all, mut rows| {
                    all.append(&mut rows);
                    all
                })
                .unwrap_or_default())
        })
    }

    /// Asks for all pages, of several parts at once; `read` is given the number of a page's part.
    fn gather<'q>(&'q self, read: &'q Read<'_>) -> Sending<'q, ()> {
        Box::pin(async move {
            let most = self.top.map_or(MOST_ROWS, |top| usize::try_from(top).unwrap_or(usize::MAX));
            let parts = self.parts()?.into_iter().enumerate().map(|(at, part)| async move {
                let mut asking = Asking::of(self.clone(), vec![part]);
                let mut rows = 0;
                while let Some(answer) = asking.next().await? {
                    let page = read(at, &answer)?;
                    asking.came(&page)?;
                    rows += page.rows as usize;
                    self.bound(rows, most)?;
                }
                Ok::<_, Error>(rows)
            });
            let mut parts = futures_util::stream::iter(parts).buffered(ABREAST);
            let mut all = 0;
            while let Some(rows) = parts.try_next().await? {
                all += rows;
                self.bound(all, most)?;
            }
            Ok(())
        })
    }

    fn bound(&self, rows: usize, most: usize) -> Result<(), Error> {
        if rows <= most {
            return Ok(());
        }
        Err(Error::input(format!("`{}` has more than {most} such rows: use `top`, or `stream` them", self.object)))
    }

    /// The rows, a request's at a time; for programs without streams, and for large results in little memory.
    ///
    /// # Errors
    /// More than one page, and no order: see [`order_by`](Self::order_by).
    pub fn pages<T: DeserializeOwned>(&self) -> Result<Pages<T>, Error> {
        if self.order.is_empty() && !self.unordered_pages && self.top.is_none_or(|top| top > self.page_size as u64) {
            return Err(self.unordered());
        }
        Ok(Pages::of(self.clone(), self.parts()?))
    }

    pub(super) fn unordered(&self) -> Error {
        Error::input(format!(
            "reading `{}` in pages of {} takes an `order_by` that ends in a unique key, else rows come twice or not at \
             all; `allow_unordered_pages` does without",
            self.object, self.page_size
        ))
    }

    /// The rows as a stream, with no more than a page in memory. It stops at the first error.
    ///
    /// ```no_run
    /// use futures_util::TryStreamExt as _;
    /// use p21_client::odata::col;
    ///
    /// # async fn example(client: p21_client::Client) -> Result<(), p21_client::Error> {
    /// let lines = client.view("p21_view_invoice_line").filter(col("company_id").eq("ACME"));
    /// let mut rows = std::pin::pin!(lines.order_by("invoice_line_uid").stream::<serde_json::Value>());
    /// while let Some(row) = rows.try_next().await? {
    ///     println!("{row}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`rows`](Self::rows) and [`pages`](Self::pages), as items.
    pub fn stream<T: DeserializeOwned>(&self) -> impl Stream<Item = Result<T, Error>> + use<T> {
        futures_util::stream::try_unfold(self.pages::<T>(), |pages| async move {
            let mut pages = pages?;
            Ok::<_, Error>(pages.next().await?.map(|page| (page, Ok(pages))))
        })
        .map_ok(|page| futures_util::stream::iter(page.into_iter().map(Ok)))
        .try_flatten()
    }

    /// The first row in the query's order, any row without one; `None` if there is none.
    ///
    /// # Errors
    /// As [`rows`](Self::rows). An order, and a filter that takes several requests (see
    /// [`eq_any`](super::Column::eq_any)), are refused together: each request has a first row of its own.
    pub fn first<'q, T: DeserializeOwned + 'q>(&'q self) -> Sending<'q, Option<T>> {
        Box::pin(async move {
            let parts = self.parts()?;
            if parts.len() > 1 && !self.order.is_empty() {
                return Err(several("`order_by` would give the first row of each: compare `rows` on your own side"));
            }
            for part in parts {
                let answer = ask(self, &part, self.skip, 1, false).await?;
                if let Some(row) = answer.read::<T>()?.rows.into_iter().next() {
                    return Ok(Some(row));
                }
            }
            Ok(None)
        })
    }

    /// How many rows there are, whatever `top` and `skip` say.
    ///
    /// # Errors
    /// As [`rows`](Self::rows).
    pub async fn count(&self) -> Result<u64, Error> {
        self.counted().await
    }

    fn counted(&self) -> Sending<'_, u64> {
        Box::pin(async move {
            let query = Self { order: Vec::new(), skip: 0, top: None, ..self.clone() };
            let mut total = 0;
            for part in query.parts()? {
                let page = ask(&query, &part, 0, 1, true).await?.read::<IgnoredAny>()?;
                total += page.shape.count()?;
            }
            Ok(total)
        })
    }

    /// The queries of the requests that answer this one together, but for paging; none, if no row can match.
    pub(super) fn parts(&self) -> Result<Vec<String>, Error> {
        identifier(&self.object, "a table's or view's name")?;
        let filters = match self.filter.clone().map(|filter| filter.0.simplified()) {
            None | Some(Node::Always(true)) => vec![None],
            Some(Node::Always(false)) => return Ok(Vec::new()),
            Some(node) => {
                node.check(self.table())?;
                split(node)?.into_iter().map(Some).collect()
            }
        };
        if filters.len() > 1 && (self.top.is_some() || self.skip > 0) {
            return Err(several("`top` and `skip` would count in each: leave them out"));
        }
        let rest = self.rest()?;
        let filters = filters.into_iter().map(|filter| {
            let spelt = filter.map(|node| format!("$filter={}&", encoded(&node.spelt())));
            spelt.unwrap_or_default() + &rest
        });
        Ok(filters.collect())
    }

    /// What is asked, if its columns are those of a table. A view's are its own.
    fn table(&self) -> Option<&str> {
        (self.surface == Surface::Table).then_some(self.object.as_str())
    }

    /// Columns and order.
    fn rest(&self) -> Result<String, Error> {
        let mut out = String::new();
        for (index, column) in self.select.iter().enumerate() {
            out += if index == 0 { "$select=" } else { "," };
            out += column.checked(self.table())?;
        }
        for (index, order) in self.order.iter().enumerate() {
            let separator = if index > 0 { "," } else { "$orderby=" };
            let open = if index == 0 && !out.is_empty() { "&" } else { "" };
            let direction = if order.descending { "%20desc" } else { "" };
            out += &format!("{open}{separator}{}{direction}", order.column.checked(self.table())?);
        }
        if !out.is_empty() {
            out.push('&');
        }
        Ok(out)
    }

    /// Whether two pages that are alike are a mistake: only rows that hold what they are sorted by must differ.
    pub(super) fn shows_order(&self) -> bool {
        let shown =
            |order: &Order| self.select.is_empty() || self.select.iter().any(|column| column.name == order.column.name);
        !self.order.is_empty() && self.order.iter().all(shown)
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// What can't be asked of a query in parts.
fn several(problem: &str) -> Error {
    let ids = super::MAX_IDS;
    Error::input(format!("this filter takes several requests, being long or of more than {ids} ids, and {problem}"))
}
