//! Rows by the handles of generated bindings.

use p21_model::row::{Element, Field};
use p21_model::schema::{FieldSchema, ValueType};
use p21_model::value::FieldValue;
use serde_json::{Map, Value};

use crate::error::Error;

/// What [`Row::get`] reads by: a handle of generated bindings.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no handle of generated bindings",
    label = "not a field's handle",
    note = "what a column holds is read by its name with `.value(\"order_no\")`, without a type"
)]
pub trait Handle {
    /// The row of the element it is of.
    type Element: Element;
    /// The type of the field's values.
    type Value: FieldValue;

    /// The field.
    fn field(self) -> Field<Self::Element, Self::Value>;
}

#[diagnostic::do_not_recommend]
impl<E: Element, T: FieldValue> Handle for Field<E, T> {
    type Element = E;
    type Value = T;

    fn field(self) -> Self {
        self
    }
}

/// A row of a table or view, read by the handles of generated bindings: what the database holds, as the field's type.
///
/// Tables hold codes where windows show labels; a handle reads the label. A struct of your own with serde reads what the
/// column holds: [`Label::from_code`](p21_model::value::Label::from_code) makes a label of its code there.
///
/// ```ignore
/// use p21_services::client::odata::{Row, field};
///
/// let lines = client.table("job_price_line").filter(field(line::PRICE).gt(dec!(100)));
/// for row in lines.rows::<Row>().await? {
///     // The column holds 221.
///     if row.get(line::PRICING_METHOD)? == Some(line::PricingMethod::Price) {
///         println!("{:?}", row.get(line::PRICE)?);
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Row(Map<String, Value>);

impl Row {
    /// The value of the handle's column: a label of its code, `true` of `Y`, a date without its offset. `None` if the database
    /// holds none.
    ///
    /// Columns go by their names: a row doesn't know its table, and those of a view may be called otherwise.
    ///
    /// # Errors
    /// [`Error::decode_path`] names the column: it isn't in the row, no label is known for the code, or the value is of another
    /// type. Of a handle whose definition names no column it is the field's name.
    pub fn get<H: Handle>(&self, handle: H) -> Result<Option<H::Value>, Error> {
        let field = handle.field();
        let schema = H::Element::schema().fields.get(usize::from(field.index()));
        let Some(column) = field.column().map(|column| column.rsplit('.').next().unwrap_or(column)) else {
            return Err(Error::decode(field.name(), "the definition names no database column for this field"));
        };
        let Some(value) = self.value(column) else {
            return Err(Error::decode(column, "the row has no such column: select it, and ask the table it is of"));
        };
        let text = match value {
            Value::Null => return Ok(None),
            Value::String(text) => text.trim_end().to_owned(),
            Value::Bool(on) => if *on { "Y" } else { "N" }.to_owned(),
            // A whole number of a decimal column, too, is a code.
            Value::Number(number) => number.to_string().trim_end_matches(".0").to_owned(),
            Value::Array(_) | Value::Object(_) => return Err(Error::decode(column, "not a single value")),
        };
        if text.is_empty() {
            return Ok(None);
        }
        let wire = schema.map_or(Ok(text.as_str()), |schema| wire(schema, &text));
        let wire = wire.map_err(|problem| Error::decode(column, problem))?;
        H::Value::from_wire(wire).map(Some).map_err(|error| Error::decode(column, error.to_string()))
    }

    /// What the database holds in a column, whatever its case; `None` if the row has no such column.
    pub fn value(&self, column: &str) -> Option<&Value> {
        let any_case = || self.0.iter().find(|(name, _)| name.eq_ignore_ascii_case(column)).map(|(_, value)| value);
        self.0.get(column).or_else(any_case)
    }
}

/// The value as windows and transactions spell it.
fn wire<'a>(schema: &'a FieldSchema, held: &'a str) -> Result<&'a str, String> {
    match schema.value_type {
        ValueType::Label | ValueType::Switch => {
            let label = schema.label_of_code(held);
            label
                .ok_or_else(|| format!("no label of `{}` is known for the code `{}`", schema.name, held.escape_debug()))
        }
        _ => Ok(held),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schema(value_type: ValueType, codes: &'static [(&'static str, &'static str)]) -> FieldSchema {
        FieldSchema::with_labels("kind", "", value_type, Default::default(), &[], codes)
    }

    #[test]
    fn a_code_is_its_label_and_an_unknown_one_an_error() {
        let kind = schema(ValueType::Label, &[("Price", "221"), ("Source", "220")]);
        assert_eq!(wire(&kind, "221"), Ok("Price"));
        assert_eq!(wire(&kind, "9").unwrap_err(), "no label of `kind` is known for the code `9`");
        assert_eq!(wire(&schema(ValueType::Switch, &[]), "Y"), Ok("ON"));
        assert_eq!(wire(&schema(ValueType::Text, &[]), "Y"), Ok("Y"));
    }

    #[test]
    fn columns_go_by_their_names_in_any_case() {
        let row: Row = serde_json::from_value(json!({"Price": 25.0, "note": null})).unwrap();
        assert_eq!(row.value("price"), Some(&json!(25.0)));
        assert_eq!(row.value("note"), Some(&Value::Null));
        assert_eq!(row.value("uom"), None);
    }
}
