//! The order in which a struct declares its fields changes nothing that is sent.

use p21_services::job_contract_pricing::{self as contract, line};
use p21_services::model::value::Date;
use p21_services::prelude::*;
use proptest::prelude::*;

/// The fields of a line, declared in the definition's order, backwards as far as rules let them, and at random.
macro_rules! orders {
    ($($name:ident { $($field:ident: $type:ty),+ })+) => {$(
        #[derive(DataElement, Debug, Clone)]
        #[p21(line, edit)]
        struct $name {
            $($field: $type),+
        }

        impl From<&First> for $name {
            fn from(line: &First) -> Self {
                Self { $($field: line.$field.clone()),+ }
            }
        }
    )+};
}

orders! {
    First {
        item_id: String, uom: String, pricing_method: line::PricingMethod, price: Option<Decimal>,
        customer_part_no: Option<String>, line_start_date: Option<Date>, copy_contract_line_flag: bool, line_no: Option<i64>
    }
    Backwards {
        line_no: Option<i64>, copy_contract_line_flag: bool, line_start_date: Option<Date>,
        customer_part_no: Option<String>, item_id: String, uom: String, pricing_method: line::PricingMethod,
        price: Option<Decimal>
    }
    Mixed {
        item_id: String, line_start_date: Option<Date>, uom: String, line_no: Option<i64>,
        pricing_method: line::PricingMethod, customer_part_no: Option<String>, price: Option<Decimal>,
        copy_contract_line_flag: bool
    }
}

fn lines() -> impl Strategy<Value = First> {
    let label = prop_oneof![
        Just(line::PricingMethod::Price),
        Just(line::PricingMethod::Source),
        "[A-Za-z ]{1,12}".prop_map(|label| line::PricingMethod::from_label(&label)),
    ];
    let day = proptest::option::of((1990_i16..2100, 1_i8..=12, 1_i8..=28));
    let price = proptest::option::of((any::<i32>(), 0_u32..9).prop_map(|(n, scale)| Decimal::new(n.into(), scale)));
    let texts = (".{1,40}", ".{1,40}", proptest::option::of(".{1,40}"));
    (texts, label, price, day, any::<bool>(), proptest::option::of(any::<i64>())).prop_map(
        |((item_id, uom, customer_part_no), pricing_method, price, day, copy_contract_line_flag, line_no)| First {
            item_id,
            uom,
            pricing_method,
            price,
            customer_part_no,
            line_start_date: day.map(|(year, month, day)| Date::constant(year, month, day)),
            copy_contract_line_flag,
            line_no,
        },
    )
}

proptest! {
    #[test]
    fn the_order_of_declaration_changes_nothing_that_is_sent(line in lines()) {
        let first = line.to_row().as_raw().to_payload();
        prop_assert_eq!(&Backwards::from(&line).to_row().as_raw().to_payload(), &first);
        prop_assert_eq!(&Mixed::from(&line).to_row().as_raw().to_payload(), &first);
    }

    #[test]
    fn what_is_sent_is_read_back_unchanged(line in lines()) {
        let stored = contract::Transaction::new().push(line.to_row()).to_payload();
        let read = First::all_from(&contract::Record::new(stored)).unwrap();
        prop_assert_eq!(format!("{read:?}"), format!("{:?}", [&line]));
    }
}
