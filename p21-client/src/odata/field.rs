//! Columns by the handles of generated bindings.

use std::marker::PhantomData;

use p21_model::row::{Element, Field};
use p21_model::schema::{FieldSchema, ValueType};
use p21_model::value::{DateTime, Decimal, FieldValue, IntoValue};

use super::column::{Column, Order, col};
use super::filter::{Filter, Node};
use super::literal::{IntoLiteral as _, Literal};

/// The database column of a field of generated bindings, so that neither its name nor the type of what it is compared
/// with can be wrong.
///
/// The definition names the column. Values are spelt as the database holds them: a label by its code, `true` as `'Y'`.
/// A field without a known column, a label without a known code, and a column of another table than the one that is
/// asked are refused when the query is sent.
///
/// ```ignore
/// let expensive = field(line::PRICE).gt(dec!(100)).and(field(line::PRICING_METHOD).eq(line::PricingMethod::Price));
/// let lines = client.table("job_price_line").filter(expensive).order_by(field(line::LINE_NO).asc());
/// ```
pub fn field<E: Element, T: FieldValue>(field: Field<E, T>) -> FieldColumn<T> {
    let schema = E::schema();
    FieldColumn {
        name: field.name(),
        column: field.column(),
        schema: schema.fields.get(usize::from(field.index())),
        of: PhantomData,
    }
}

/// A column with the type of its values; see [`field`].
///
/// A date field's value has no zone, and the filter's literal takes it as UTC, though P21 answers local time: compare
/// [`column()`](Self::column) with a `jiff::Timestamp` where hours matter; see [`IntoLiteral`](super::IntoLiteral).
pub struct FieldColumn<T> {
    name: &'static str,
    column: Option<&'static str>,
    schema: Option<&'static FieldSchema>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for FieldColumn<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for FieldColumn<T> {}

impl<T> std::fmt::Debug for FieldColumn<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("FieldColumn").field(&self.column.unwrap_or(self.name)).finish()
    }
}

impl<T: FieldValue> FieldColumn<T> {
    /// The column equals the value.
    pub fn eq(self, value: impl IntoValue<T>) -> Filter {
        self.compare(value, Column::eq)
    }

    /// The column has another value.
    pub fn ne(self, value: impl IntoValue<T>) -> Filter {
        self.compare(value, Column::ne)
    }

    /// The column is greater.
    pub fn gt(self, value: impl IntoValue<T>) -> Filter {
        self.compare(value, Column::gt)
    }

    /// The column is greater or equal.
    pub fn ge(self, value: impl IntoValue<T>) -> Filter {
        self.compare(value, Column::ge)
    }

    /// The column is less.
    pub fn lt(self, value: impl IntoValue<T>) -> Filter {
        self.compare(value, Column::lt)
    }

    /// The column is less or equal.
    pub fn le(self, value: impl IntoValue<T>) -> Filter {
        self.compare(value, Column::le)
    }

    /// The column equals any of the values; see [`Column::eq_any`].
    pub fn eq_any<V: IntoValue<T>>(self, values: impl IntoIterator<Item = V>) -> Filter {
        let literals: Result<Vec<Literal>, String> =
            values.into_iter().map(|value| self.literal(value.into_value())).collect();
        match literals {
            Ok(literals) => self.column().eq_any(literals),
            Err(problem) => Filter(Node::Invalid(problem)),
        }
    }

    /// The column has no value.
    pub fn is_null(self) -> Filter {
        self.column().is_null()
    }

    /// The column has a value.
    pub fn is_not_null(self) -> Filter {
        self.column().is_not_null()
    }

    /// Smallest first.
    pub fn asc(self) -> Order {
        self.column().asc()
    }

    /// Largest first.
    pub fn desc(self) -> Order {
        self.column().desc()
    }

    /// The column alone: to select it, or to compare it with what its field can't hold.
    pub fn column(self) -> Column {
        match self.column.map(|column| column.split_once('.').unwrap_or(("", column))) {
            Some(("", name)) => col(name),
            Some((table, name)) => Column { table: Some(table), ..col(name) },
            // No name at all: refused when the query is sent.
            None => Column { name: format!("{} (no database column is known)", self.name), table: None },
        }
    }

    fn compare(self, value: impl IntoValue<T>, how: fn(Column, Literal) -> Filter) -> Filter {
        match self.literal(value.into_value()) {
            Ok(literal) => how(self.column(), literal),
            Err(problem) => Filter(Node::Invalid(problem)),
        }
    }

    /// The value as the database holds it.
    fn literal(self, value: T) -> Result<Literal, String> {
        let wire = value.into_wire();
        let number = || Decimal::from_wire(&wire).map(Literal::number);
        let wrong = |what: &str| format!("`{}` of the field `{}` {what}", wire.escape_debug(), self.name);
        match self.schema.map_or(ValueType::Text, |schema| schema.value_type) {
            ValueType::Text | ValueType::Time => Ok(wire.as_str().into_literal()),
            ValueType::Decimal | ValueType::Integer => number().map_err(|_| wrong("is no number")),
            ValueType::DateTime => DateTime::from_wire(&wire).map(Literal::date_time).map_err(|_| wrong("is no date")),
            ValueType::Switch | ValueType::Label => {
                let code = self.schema.and_then(|schema| schema.code(&wire));
                let code =
                    code.ok_or_else(|| wrong("has no known code: compare `column()` with what the database holds"))?;
                Ok(Decimal::from_wire(code).map_or_else(|_| code.into_literal(), Literal::number))
            }
        }
    }
}
