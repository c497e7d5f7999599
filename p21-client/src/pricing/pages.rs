//! Price pages: which there are, and until when they are in force.

use std::collections::{BTreeMap, BTreeSet};

use p21_model::value::DateTime;

use super::Pricing;
use super::tables::{active, pages};
use crate::api::Sending;
use crate::error::Error;
use crate::odata::col;

/// How many values a filter has at once.
const AT_ONCE: usize = 50;

/// A price page as its table has it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PricePage {
    /// `price_page_uid`.
    pub uid: i64,
    /// Its description.
    pub description: String,
    /// Until when it is in force.
    pub until: Option<DateTime>,
    /// Whether it is active, and not deleted.
    pub is_active: bool,
}

impl PricePage {
    /// Whether it is in force behind a day. One that isn't is not to be ended on that day: that would bring it back.
    pub fn is_open_after(&self, day: DateTime) -> bool {
        self.is_active && self.until.is_none_or(|until| until > day)
    }
}

/// Pages are read anew each time: who asks for them is about to write them.
impl Pricing {
    /// These pages, deleted ones included, by `price_page_uid`; one that isn't there is missing.
    ///
    /// # Errors
    /// See [`Query::rows`](crate::odata::Query::rows).
    pub fn pages(&self, uids: impl IntoIterator<Item = i64>) -> Sending<'_, BTreeMap<i64, PricePage>> {
        let all: BTreeSet<i64> = uids.into_iter().collect();
        let all: Vec<i64> = all.into_iter().collect();
        Box::pin(async move {
            let mut found = BTreeMap::new();
            for some in all.chunks(AT_ONCE) {
                let found_now = pages(&self.client, col("price_page_uid").eq_any(some.iter().copied())).await?;
                found.extend(found_now.into_iter().map(|page| (page.uid, page)));
            }
            Ok(found)
        })
    }

    /// The active pages of a supplier, by their numbers.
    ///
    /// # Errors
    /// See [`Query::rows`](crate::odata::Query::rows).
    pub async fn pages_of_supplier(&self, supplier: i64) -> Result<Vec<PricePage>, Error> {
        pages(&self.client, col("supplier_id").eq(supplier).and(active())).await
    }

    /// The active pages that have one of these descriptions, by their numbers.
    ///
    /// # Errors
    /// See [`Query::rows`](crate::odata::Query::rows).
    pub fn pages_described(
        &self,
        descriptions: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Sending<'_, Vec<PricePage>> {
        let all: Vec<String> = descriptions.into_iter().map(|text| text.as_ref().to_owned()).collect();
        Box::pin(async move {
            let mut found = Vec::new();
            for some in all.chunks(AT_ONCE) {
                let filter = col("description").eq_any(some.iter().map(String::as_str)).and(active());
                found.extend(pages(&self.client, filter).await?);
            }
            found.sort_by_key(|page| page.uid);
            Ok(found)
        })
    }
}
