//! Reading tables and views.
//!
//! P21's OData surface is read-only, answers what the database holds, and is quick: about 100 ms for a small query. It
//! has traps, which is why filters are built and not written:
//!
//! | what one would write | what P21 does (verified on 26.1) | here |
//! | --- | --- | --- |
//! | `id in (1,2,3)` | answers the **whole table** | [`Column::eq_any`]: chains of `or`, 50 ids a request |
//! | `name_a eq name_b` | takes the right side for a text: **no rows** | doesn't compile: compare on your own side |
//! | `supplier_id eq '10050'` | 404, the column is a number | numbers are bare, texts are quoted |
//! | `now()` | 404 | doesn't exist: pass a date |
//! | no `$top` | all of 806,503 rows in one answer | every request has a `$top` |
//! | a view asked for as a table | 404 without a word | [`Error::table_problem`](crate::Error::table_problem) |
//!
//! ```no_run
//! use p21_client::odata::col;
//!
//! #[derive(serde::Deserialize)]
//! struct Page {
//!     price_page_uid: i64,
//!     description: Option<String>,
//! }
//!
//! # async fn example(client: p21_client::Client) -> Result<(), p21_client::Error> {
//! let pages: Vec<Page> = client
//!     .table("price_page")
//!     .filter(col("supplier_id").eq(10050).and(col("row_status_flag").eq(704)))
//!     .select(["price_page_uid", "description"])
//!     .order_by("price_page_uid")
//!     .rows()
//!     .await?;
//! # Ok(())
//! # }
//! ```
//!
//! Soft-deleted rows stay in P21's tables: filter for `row_status_flag` 704, or `delete_flag` `'N'`, whichever of the
//! two the table has.

mod column;
mod field;
mod filter;
mod literal;
mod page;
mod problem;
mod query;
mod row;
mod scope;
mod split;

pub use column::{Column, IntoColumn, IntoOrder, Order, col};
pub use field::{FieldColumn, field};
pub use filter::Filter;
pub use literal::{IntoLiteral, Literal};
pub use page::Pages;
pub use problem::{TableError, TableProblem};
pub use query::Query;
pub(crate) use query::Surface;
pub use row::{Handle, Row};
pub(crate) use split::MAX_IDS;

use crate::client::Client;

impl Client {
    /// A query of a base table: `price_page`, `oe_hdr`, `customer_ud`. Nothing is sent before a method of the query
    /// that reads.
    ///
    /// A name is a table **or** a view, and P21 answers the wrong one of the two with an empty 404. Names are taken in
    /// any case.
    pub fn table(&self, name: impl Into<String>) -> Query {
        Query::new(self.clone(), Surface::Table, name.into())
    }

    /// A query of a view: `p21_view_oe_hdr`. See [`table`](Self::table).
    pub fn view(&self, name: impl Into<String>) -> Query {
        Query::new(self.clone(), Surface::View, name.into())
    }
}
