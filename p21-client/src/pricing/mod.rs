//! From price pages to the books and libraries that use them, and back.
//!
//! P21 finds a price through a chain of tables: `price_page`, `price_page_x_book`, `price_book`,
//! `price_book_x_library`, `price_library`. Rows stay in them when they are deleted, so each link counts only with
//! `row_status_flag` 704; most pages of a real installation are deleted ones. [`Client::pricing`] follows the chain for
//! many pages at once, 50 ids a request, and remembers what it read.
//!
//! Table and column names are those that the community documents; the columns of the link tables come from listings of
//! the database. A server that names them otherwise is reported as [`TableProblem::Column`](crate::odata::TableProblem).

mod cache;
mod pages;
mod tables;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use crate::api::Sending;
use crate::client::Client;
use crate::error::Error;
use cache::Cache;

pub use pages::PricePage;

/// How long what was read is good by default.
const TTL: Duration = Duration::from_secs(300);

/// How many entries each level remembers by default.
const CAPACITY: usize = 10_000;

/// A price book.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Book {
    /// `price_book_uid`.
    pub uid: i64,
    /// `price_book_id`, which is a name.
    pub id: String,
    /// Its description.
    pub description: Option<String>,
}

impl Book {
    /// Whether that is its id: P21 takes small and capital letters for the same.
    pub fn is_called(&self, id: &str) -> bool {
        self.id.trim().eq_ignore_ascii_case(id.trim())
    }
}

/// A price library.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Library {
    /// `price_library_uid`.
    pub uid: i64,
    /// `price_library_id`, which is a name.
    pub id: String,
    /// Its description.
    pub description: Option<String>,
}

/// A library that reaches a page, and the book through which it does.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Placement {
    /// The library.
    pub library: Library,
    /// The book in it.
    pub book: Book,
    /// The book's place among the library's books, where the table has one: P21 searches them in this order.
    pub sequence: Option<i64>,
}

/// A book's place in a library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) book: i64,
    pub(crate) library: i64,
    pub(crate) sequence: Option<i64>,
}

/// Follows prices through books and libraries; see [`Client::pricing`].
///
/// Clones share what was read. **What is remembered may be stale** for as long as [`ttl`](Self::ttl) says: a page that
/// was put into a book meanwhile doesn't show. [`clear`](Self::clear) after writing price pages, books or libraries.
#[derive(Clone)]
pub struct Pricing {
    client: Client,
    levels: Arc<Levels>,
}

struct Levels {
    books_of_page: Cache<Vec<i64>>,
    books: Cache<Option<Book>>,
    links_of_book: Cache<Vec<Link>>,
    links_of_library: Cache<Vec<Link>>,
    libraries: Cache<Option<Library>>,
}

impl Levels {
    fn new(ttl: Duration, capacity: usize) -> Self {
        Self {
            books_of_page: Cache::new(ttl, capacity),
            books: Cache::new(ttl, capacity),
            links_of_book: Cache::new(ttl, capacity),
            links_of_library: Cache::new(ttl, capacity),
            libraries: Cache::new(ttl, capacity),
        }
    }
}

impl Client {
    /// Resolves price pages to books and libraries. Keep what this returns: it remembers what it read for five minutes,
    /// up to 10,000 entries a level.
    ///
    /// ```no_run
    /// # async fn example(client: p21_client::Client) -> Result<(), p21_client::Error> {
    /// let pricing = client.pricing();
    /// for (page, placements) in pricing.libraries_of_pages([700_001, 700_002]).await? {
    ///     for placement in placements {
    ///         println!("page {page} reaches {} through {}", placement.library.id, placement.book.id);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn pricing(&self) -> Pricing {
        Pricing { client: self.clone(), levels: Arc::new(Levels::new(TTL, CAPACITY)) }
    }
}

impl Pricing {
    /// How long what was read is good: five minutes. Starts with nothing remembered. Zero remembers nothing.
    #[must_use]
    pub fn ttl(self, ttl: Duration) -> Self {
        let capacity = self.levels.books.capacity();
        Self { levels: Arc::new(Levels::new(ttl, capacity)), ..self }
    }

    /// How many entries each of the five levels remembers: 10,000; the oldest go first. Starts with nothing remembered.
    #[must_use]
    pub fn capacity(self, entries: usize) -> Self {
        let ttl = self.levels.books.ttl();
        Self { levels: Arc::new(Levels::new(ttl, entries)), ..self }
    }

    /// Forgets everything, reads that are on their way included.
    pub fn clear(&self) {
        self.levels.books_of_page.clear();
        self.levels.books.clear();
        self.levels.links_of_book.clear();
        self.levels.links_of_library.clear();
        self.levels.libraries.clear();
    }

    /// The active books that hold each of these pages, by `price_page_uid`. Every page that was asked for is there; one
    /// that doesn't exist, isn't active, or is in no active book has none.
    ///
    /// # Errors
    /// See [`Query::rows`](crate::odata::Query::rows).
    pub fn books_of_pages(&self, pages: impl IntoIterator<Item = i64>) -> Sending<'_, BTreeMap<i64, Vec<Book>>> {
        self.books_of(pages.into_iter().collect())
    }

    fn books_of(&self, pages: BTreeSet<i64>) -> Sending<'_, BTreeMap<i64, Vec<Book>>> {
        Box::pin(async move {
            let levels = &self.levels;
            let links = levels.books_of_page.many(pages, |pages| tables::books_of_pages(&self.client, pages)).await?;
            let books = self.books(links.values().flatten().copied().collect()).await?;
            let known = |uids: Vec<i64>| uids.iter().filter_map(|uid| books.get(uid).cloned()).collect();
            Ok(links.into_iter().map(|(page, uids)| (page, known(uids))).collect())
        })
    }

    /// The active libraries that reach each of these pages, and through which book; sorted by library and the book's
    /// place in it. Pages are as in [`books_of_pages`](Self::books_of_pages).
    ///
    /// # Errors
    /// See [`Query::rows`](crate::odata::Query::rows).
    pub fn libraries_of_pages(
        &self,
        pages: impl IntoIterator<Item = i64>,
    ) -> Sending<'_, BTreeMap<i64, Vec<Placement>>> {
        self.libraries_that_reach(pages.into_iter().collect())
    }

    fn libraries_that_reach(&self, pages: BTreeSet<i64>) -> Sending<'_, BTreeMap<i64, Vec<Placement>>> {
        Box::pin(async move {
            let books = self.books_of(pages).await?;
            let all: BTreeSet<i64> = books.values().flatten().map(|book| book.uid).collect();
            let placements = self.libraries_of(all).await?;
            let of_books = |books: Vec<Book>| {
                let mut found: Vec<Placement> =
                    books.iter().filter_map(|book| placements.get(&book.uid)).flatten().cloned().collect();
                sort(&mut found);
                found
            };
            Ok(books.into_iter().map(|(page, books)| (page, of_books(books))).collect())
        })
    }

    /// The active libraries that hold each of these books, by `price_book_uid`.
    ///
    /// # Errors
    /// See [`Query::rows`](crate::odata::Query::rows).
    pub fn libraries_of_books(
        &self,
        books: impl IntoIterator<Item = i64>,
    ) -> Sending<'_, BTreeMap<i64, Vec<Placement>>> {
        self.libraries_of(books.into_iter().collect())
    }

    fn libraries_of(&self, books: BTreeSet<i64>) -> Sending<'_, BTreeMap<i64, Vec<Placement>>> {
        Box::pin(async move {
            let levels = &self.levels;
            let links = levels.links_of_book.many(books, |books| tables::links_of_books(&self.client, books)).await?;
            self.placements(links).await
        })
    }

    /// The active books of each of these libraries, by `price_library_uid`, in the order in which P21 searches them.
    ///
    /// # Errors
    /// See [`Query::rows`](crate::odata::Query::rows).
    pub fn books_of_libraries(
        &self,
        libraries: impl IntoIterator<Item = i64>,
    ) -> Sending<'_, BTreeMap<i64, Vec<Placement>>> {
        self.books_in(libraries.into_iter().collect())
    }

    fn books_in(&self, libraries: BTreeSet<i64>) -> Sending<'_, BTreeMap<i64, Vec<Placement>>> {
        Box::pin(async move {
            let levels = &self.levels;
            let fetch = |libraries| tables::links_of_libraries(&self.client, libraries);
            let links = levels.links_of_library.many(libraries, fetch).await?;
            self.placements(links).await
        })
    }

    /// The active library of that name, if there is one.
    ///
    /// # Errors
    /// See [`Query::rows`](crate::odata::Query::rows).
    pub async fn library(&self, id: &str) -> Result<Option<Library>, Error> {
        tables::library_of_name(&self.client, id).await
    }

    /// The active books whose ids contain a text, in the order of their ids. Nothing of it is remembered.
    ///
    /// # Errors
    /// See [`Query::rows`](crate::odata::Query::rows).
    pub async fn books_containing(&self, term: &str) -> Result<Vec<Book>, Error> {
        tables::books_containing(&self.client, term).await
    }

    fn placements(&self, links: BTreeMap<i64, Vec<Link>>) -> Sending<'_, BTreeMap<i64, Vec<Placement>>> {
        Box::pin(async move {
            let books = self.books(links.values().flatten().map(|link| link.book).collect()).await?;
            let uids = links.values().flatten().map(|link| link.library).collect();
            let libraries = self.levels.libraries.many(uids, |uids| tables::libraries(&self.client, uids)).await?;
            let placement = |link: Link| {
                let library = libraries.get(&link.library)?.clone()?;
                Some(Placement { library, book: books.get(&link.book)?.clone(), sequence: link.sequence })
            };
            let known = |links: Vec<Link>| {
                let mut found: Vec<Placement> = links.into_iter().filter_map(placement).collect();
                sort(&mut found);
                found
            };
            Ok(links.into_iter().map(|(of, links)| (of, known(links))).collect())
        })
    }

    /// Those of the books that are active.
    async fn books(&self, uids: BTreeSet<i64>) -> Result<BTreeMap<i64, Book>, Error> {
        let books = self.levels.books.many(uids, |uids| tables::books(&self.client, uids)).await?;
        Ok(books.into_iter().filter_map(|(uid, book)| Some((uid, book?))).collect())
    }
}

impl std::fmt::Debug for Pricing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pricing").field("client", &self.client).finish_non_exhaustive()
    }
}

fn sort(placements: &mut [Placement]) {
    placements.sort_by_key(|placement| (placement.library.uid, placement.sequence, placement.book.uid));
}
