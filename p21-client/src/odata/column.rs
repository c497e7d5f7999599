//! Columns, and what is asked of them.

use std::borrow::Cow;

use super::filter::{Filter, Node};
use super::literal::{IntoLiteral, Literal};
use crate::error::Error;
use crate::redact::bounded;

/// A column of a table or view, by its name in the database: `supplier_id`.
///
/// The name is checked when the query is sent. A time without a zone is taken as UTC, though P21 answers local time: see
/// [`IntoLiteral`] before you ask for what changed since a time that P21 answered.
///
/// ```
/// use p21_client::odata::col;
///
/// let filter = col("supplier_id").eq(10050).and(col("row_status_flag").eq(704));
/// assert_eq!(filter.to_string(), "supplier_id eq 10050 and row_status_flag eq 704");
/// ```
pub fn col(name: impl IntoColumn) -> Column {
    name.into_column()
}

/// What names a column: its name, or a [`Column`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` names no column",
    label = "neither a column's name nor a `Column`",
    note = "a column's name is text; of a handle of generated bindings `field(items::UNIT_QUANTITY)` compares and sorts, and \
            `field(items::UNIT_QUANTITY).column()` is the column"
)]
pub trait IntoColumn {
    /// The column.
    fn into_column(self) -> Column;
}

#[diagnostic::do_not_recommend]
impl<C: Into<Column>> IntoColumn for C {
    fn into_column(self) -> Column {
        self.into()
    }
}

/// What rows are sorted by: a column's name, a [`Column`] or an [`Order`].
#[diagnostic::on_unimplemented(
    message = "rows can't be sorted by `{Self}`",
    label = "neither a column's name nor an order",
    note = "write a column's name, or `col(..).asc()` and `.desc()`; of a handle of generated bindings \
            `field(items::UNIT_QUANTITY).asc()`"
)]
pub trait IntoOrder {
    /// The order.
    fn into_order(self) -> Order;
}

#[diagnostic::do_not_recommend]
impl<O: Into<Order>> IntoOrder for O {
    fn into_order(self) -> Order {
        self.into()
    }
}

/// A column; see [`col`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Column {
    pub(super) name: String,
    /// The table it is known to be of.
    pub(super) table: Option<&'static str>,
}

/// What the rows are sorted by: a column's name, or [`Column::asc`] and [`Column::desc`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Order {
    pub(crate) column: Column,
    pub(crate) descending: bool,
}

impl From<Column> for Order {
    fn from(column: Column) -> Self {
        Self { column, descending: false }
    }
}

impl From<&str> for Order {
    fn from(name: &str) -> Self {
        col(name).into()
    }
}

impl From<&str> for Column {
    fn from(name: &str) -> Self {
        name.to_owned().into()
    }
}

impl From<&String> for Column {
    fn from(name: &String) -> Self {
        name.clone().into()
    }
}

impl From<Cow<'_, str>> for Column {
    fn from(name: Cow<'_, str>) -> Self {
        name.into_owned().into()
    }
}

impl From<String> for Column {
    fn from(name: String) -> Self {
        Self { name, table: None }
    }
}

impl Column {
    /// The column equals the value.
    ///
    /// Texts are compared as the database's collation has it. Whether that ignores case and blanks at the end isn't
    /// documented and may differ from installation to installation; don't count on either.
    pub fn eq(self, value: impl IntoLiteral) -> Filter {
        self.compare("eq", value)
    }

    /// The column has another value.
    pub fn ne(self, value: impl IntoLiteral) -> Filter {
        self.compare("ne", value)
    }

    /// The column is greater.
    pub fn gt(self, value: impl IntoLiteral) -> Filter {
        self.compare("gt", value)
    }

    /// The column is greater or equal.
    pub fn ge(self, value: impl IntoLiteral) -> Filter {
        self.compare("ge", value)
    }

    /// The column is less.
    pub fn lt(self, value: impl IntoLiteral) -> Filter {
        self.compare("lt", value)
    }

    /// The column is less or equal.
    pub fn le(self, value: impl IntoLiteral) -> Filter {
        self.compare("le", value)
    }

    fn compare(self, operator: &'static str, value: impl IntoLiteral) -> Filter {
        Filter(Node::Compare(self, operator, value.into_literal()))
    }

    /// The column equals any of the values: a chain of `or`, since P21 discards `in` and answers the whole table
    /// (verified on 26.1).
    ///
    /// More than 50 values are spread over several requests, which takes an `eq_any` that stands alone or is joined by
    /// `and`. No values match nothing, and nothing is sent.
    ///
    /// ```
    /// use p21_client::odata::col;
    ///
    /// let filter = col("price_page_uid").eq_any([1, 2]).and(col("row_status_flag").eq(704));
    /// assert_eq!(filter.to_string(), "(price_page_uid eq 1 or price_page_uid eq 2) and row_status_flag eq 704");
    /// ```
    pub fn eq_any<T: IntoLiteral>(self, values: impl IntoIterator<Item = T>) -> Filter {
        Filter(Node::AnyOf(self, values.into_iter().map(T::into_literal).collect()))
    }

    /// The text starts with this one.
    pub fn starts_with(self, text: impl Into<String>) -> Filter {
        Filter(Node::Call("startswith", self, Literal::text(text)))
    }

    /// The text ends with this one.
    pub fn ends_with(self, text: impl Into<String>) -> Filter {
        Filter(Node::Call("endswith", self, Literal::text(text)))
    }

    /// The text contains this one.
    pub fn contains(self, text: impl Into<String>) -> Filter {
        Filter(Node::Call("contains", self, Literal::text(text)))
    }

    /// The column has no value.
    pub fn is_null(self) -> Filter {
        Filter(Node::IsNull(self, true))
    }

    /// The column has a value.
    pub fn is_not_null(self) -> Filter {
        Filter(Node::IsNull(self, false))
    }

    /// Smallest first.
    pub fn asc(self) -> Order {
        self.into()
    }

    /// Largest first.
    pub fn desc(self) -> Order {
        Order { column: self, descending: true }
    }

    /// The name, if it is one: letters, digits and underscores. Everything else would become part of the query.
    /// `table` is the one that is asked, if it is a table.
    pub(crate) fn checked(&self, table: Option<&str>) -> Result<&str, Error> {
        let name = identifier(&self.name, "a column's name")?;
        match (self.table, table) {
            (Some(own), Some(asked)) if !own.eq_ignore_ascii_case(asked) => {
                Err(Error::input(format!("`{name}` is a column of `{own}`, and `{asked}` was asked for")))
            }
            _ => Ok(name),
        }
    }
}

/// A name that can't be anything else.
pub(crate) fn identifier<'a>(name: &'a str, what: &str) -> Result<&'a str, Error> {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let first = name.bytes().next().is_some_and(|byte| inner(byte) && !byte.is_ascii_digit());
    if first && name.len() <= 128 && name.bytes().all(inner) {
        return Ok(name);
    }
    let shown = bounded(name, 60);
    Err(Error::input(format!("`{}` can't be {what}: letters, digits and underscores are", shown.escape_debug())))
}
