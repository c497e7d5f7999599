//! Price books by their names, and by library.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use p21_client::pricing::{Placement, Pricing};
use p21_client::{Client, Error};

/// Finds price books: installations name them inconsistently. What was found is remembered as long as this is kept.
///
/// ```no_run
/// # use p21_services::prelude::*;
/// use p21_services::workflows::Books;
///
/// # async fn example(client: Client) -> Result<(), Box<dyn std::error::Error>> {
/// let books = Books::of(&client);
/// let found = books.by_name(["FASTENERS RETAIL", "FASTENERS"]).await?;
/// println!("{:?}", found.map(|found| found.ids));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Books {
    pricing: Pricing,
    by_term: Arc<Mutex<HashMap<String, Vec<String>>>>,
}

/// The books whose names contain a term.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct NamedBooks {
    /// The term: the first that any book has.
    pub term: String,
    /// Their ids. Several are a question for a person: which is meant?
    pub ids: Vec<String>,
}

impl Books {
    /// The books of a server.
    pub fn of(client: &Client) -> Self {
        Self { pricing: client.pricing(), by_term: Arc::default() }
    }

    /// The active books whose id contains the first term that any has; nothing where none has any.
    ///
    /// # Errors
    /// P21 can't be asked.
    pub async fn by_name<T: Into<String>>(
        &self,
        terms: impl IntoIterator<Item = T>,
    ) -> Result<Option<NamedBooks>, Error> {
        for term in terms.into_iter().map(Into::into) {
            let ids = self.of_term(&term).await?;
            if !ids.is_empty() {
                return Ok(Some(NamedBooks { term, ids }));
            }
        }
        Ok(None)
    }

    /// The active books of a library, by `price_library_uid`, in the order in which P21 searches them.
    ///
    /// # Errors
    /// P21 can't be asked.
    pub async fn by_library(&self, library: i64) -> Result<Vec<Placement>, Error> {
        Ok(self.pricing.books_of_libraries([library]).await?.remove(&library).unwrap_or_default())
    }

    /// Forgets what was found: after books were written.
    pub fn clear(&self) {
        self.pricing.clear();
        self.by_term.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    async fn of_term(&self, term: &str) -> Result<Vec<String>, Error> {
        let known = self.by_term.lock().unwrap_or_else(PoisonError::into_inner).get(term).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let found = self.pricing.books_containing(term).await?;
        let ids: Vec<String> = found.into_iter().map(|book| book.id).collect();
        self.by_term.lock().unwrap_or_else(PoisonError::into_inner).insert(term.to_owned(), ids.clone());
        Ok(ids)
    }
}

impl std::fmt::Debug for Books {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Books").finish_non_exhaustive()
    }
}
