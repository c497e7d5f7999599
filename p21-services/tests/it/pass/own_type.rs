use p21_services::job_contract_pricing::line;
use p21_services::model::value::ValueError;
use p21_services::prelude::*;

struct ItemId(String);

impl FieldType<Text> for ItemId {
    fn to_field(&self) -> Text {
        self.0.as_str().into()
    }

    fn from_field(value: Text) -> Result<Self, ValueError> {
        Ok(Self(value.into()))
    }
}

/// A price in cents, for fields of decimals and of text alike.
struct Cents(i64);

impl FieldType<Decimal> for Cents {
    fn to_field(&self) -> Decimal {
        Decimal::new(self.0, 2)
    }

    fn from_field(value: Decimal) -> Result<Self, ValueError> {
        i64::from_field(value * Decimal::from(100)).map(Self)
    }
}

impl FieldType<Text> for Cents {
    fn to_field(&self) -> Text {
        self.0.to_string().into()
    }

    fn from_field(value: Text) -> Result<Self, ValueError> {
        value.parse().map(Self).map_err(|_| ValueError::new(&value, "cents"))
    }
}

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    item_id: ItemId,
    price: Option<Cents>,
    customer_part_no: Cents,
}
