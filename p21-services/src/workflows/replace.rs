//! A supplier's pages, replaced.

use p21_batch::Journal;
use p21_batch::workflow::{Replaced, Replacement, Successor};
use p21_model::value::DateTime;

use super::link::joins;
use super::pages::ends;
use super::{NewPage, Workflow, WorkflowError};

impl<J: Journal + Clone> Workflow<J> {
    /// Replaces a supplier's price pages: the old ones end on a day, and when P21 shows that they do, the new ones are created
    /// and put into books. Two pages in force for one supplier and group are applied unpredictably, so a page that replaces
    /// one which is still in force is held back, and one that names none is held back as long as any old one is.
    ///
    /// `old` are the pages to end; without them, all of the supplier's that are in force behind that day. A new page that is there
    /// and in force behind that day, by its description, isn't sent.
    ///
    /// # Errors
    /// Two new pages have one description or replace one page; what one replaces isn't there or is called as a new one; a book
    /// isn't there: nothing is sent. A step doesn't come to its end: nothing that depends on it was begun, and called again it
    /// goes on.
    pub async fn replace_pages(
        &self,
        supplier: i64,
        old: Option<Vec<i64>>,
        new: impl IntoIterator<Item = NewPage>,
        books: &[&str],
        day: DateTime,
    ) -> Result<Replaced, WorkflowError> {
        let mut wanted = Replacement::on(day);
        match old {
            Some(old) => wanted.old = old,
            None => wanted.supplier = Some(supplier),
        }
        let successor = |page: NewPage| {
            let (replaces, description) = (page.replaces, page.description.clone());
            let mut successor = Successor::new(description, page.record());
            successor.replaces = replaces;
            successor.books = books.iter().map(|book| (*book).to_owned()).collect();
            successor
        };
        wanted.new = new.into_iter().map(successor).collect();
        self.steps.replace_pages(wanted, |uid| Ok(ends(uid, day)), |book, uids| Ok(joins(book, uids))).await
    }
}
