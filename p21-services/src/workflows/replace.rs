//! A supplier's pages, replaced.

use std::collections::BTreeSet;

use p21_batch::Journal;
use p21_model::value::DateTime;

use super::{Created, Expired, Linked, NewPage, Workflow, WorkflowError};

/// What replacing came to.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Replaced {
    /// The old ones.
    pub expired: Expired,
    /// The new ones.
    pub created: Created,
    /// The new ones in their books.
    pub linked: Linked,
    /// New pages that were not created, because what they replace is still in force.
    pub held_back: Vec<String>,
    /// **Old pages that have ended, and whose successor is not there**: nobody prices what they priced.
    pub without_successor: Vec<i64>,
}

impl<J: Journal + Clone> Workflow<J> {
    /// Replaces a supplier's price pages: the old ones end on a day, and when P21 shows that they do, the new ones are created
    /// and put into books. Two pages in force for one supplier and group are applied unpredictably, so a page that replaces
    /// one which is still in force is held back, and one that names none is held back as long as any old one is.
    ///
    /// `old` are the pages to end; without them, all of the supplier's that are in force behind that day.
    ///
    /// # Errors
    /// A step doesn't come to its end: nothing that depends on it was begun, and called again it goes on.
    pub async fn replace_pages(
        &self,
        supplier: i64,
        old: Option<Vec<i64>>,
        new: impl IntoIterator<Item = NewPage>,
        books: &[&str],
        day: DateTime,
    ) -> Result<Replaced, WorkflowError> {
        let new: Vec<NewPage> = new.into_iter().collect();
        let old = match old {
            Some(old) => old,
            None => {
                let created: BTreeSet<&str> = new.iter().map(|page| page.description.as_str()).collect();
                let found = self.pages_of_supplier(supplier, day).await?;
                // What an earlier call of this one created isn't to be ended by the next.
                found
                    .into_iter()
                    .filter(|page| !created.contains(page.description.as_str()))
                    .map(|page| page.uid)
                    .collect()
            }
        };
        let expired = self.expire_pages(old, day).await?;
        let replaced: BTreeSet<i64> = new.iter().filter_map(|page| page.replaces).collect();
        let shown = self.client.pricing().pages(replaced).await?;
        let has_ended = |uid: i64| shown.get(&uid).is_some_and(|page| !page.is_open_after(day));
        let may_begin = |page: &NewPage| match page.replaces {
            Some(uid) => has_ended(uid),
            None => expired.open.is_empty(),
        };
        let successors: Vec<(i64, String)> =
            new.iter().filter_map(|page| Some((page.replaces?, page.description.clone()))).collect();
        let (begin, held): (Vec<NewPage>, Vec<NewPage>) = new.into_iter().partition(may_begin);
        let created = self.create_pages(begin).await?;
        let links = created.pages.values().flat_map(|uid| books.iter().map(|book| (*uid, *book)));
        let linked = self.link_pages(links.collect::<Vec<_>>()).await?;
        let is_alone = |(uid, name): &(i64, String)| has_ended(*uid) && !created.pages.contains_key(name);
        Ok(Replaced {
            without_successor: successors.iter().filter(|one| is_alone(one)).map(|(uid, _)| *uid).collect(),
            held_back: held.into_iter().map(|page| page.description).collect(),
            expired,
            created,
            linked,
        })
    }
}
