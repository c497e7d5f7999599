//! Values: tiers, labels, lengths, fields that exclude each other.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use super::*;

#[test]
fn broken_tiers_are_found() {
    let breaks = |edits: &[(&str, &str)]| {
        found(
            "JobContractPricing",
            json!([
                existing_contract(),
                element("JOBPRICELINE.jobpriceline", &["item_id"], &[row(&[("item_id", "A")])]),
                element("VALUES.values", &[], &[row(edits)])
            ]),
        )
    };
    let good = [
        ("calculation_method_cd", "Fixed Price"),
        ("calculation_value1", "10"),
        ("break1", "10"),
        ("calculation_value2", "8"),
        ("break2", "0"),
    ];
    assert_eq!(breaks(&good), []);
    let gap = [
        ("calculation_value1", "10"),
        ("break1", "10"),
        ("calculation_value2", "8"),
        ("break2", "0"),
        ("calculation_value3", "7"),
        ("break3", "90"),
    ];
    assert_eq!(breaks(&gap)[0].0, Code::BrokenTiers);
    let no_value = [("calculation_value1", "10"), ("break1", "10")];
    assert_eq!(breaks(&no_value), [(Code::BrokenTiers, at("DataElements[2].Rows[0].Edits[1]"))]);
    let no_break15 = [("break15", "3")];
    assert_eq!(breaks(&no_break15), [(Code::UnknownField, at("DataElements[2].Rows[0].Edits[0]"))]);
}

#[test]
fn labels_codes_and_types_are_checked() {
    let with = |edit: (&str, &str)| {
        let codes: Vec<Code> = found(
            "JobContractPricing",
            json!([
                existing_contract(),
                element("JOBPRICELINE.jobpriceline", &["item_id"], &[row(&[("item_id", "A"), edit])])
            ]),
        )
        .into_iter()
        .map(|(code, _)| code)
        .collect();
        codes
    };
    assert_eq!(with(("row_status_flag", "Active")), []);
    assert_eq!(with(("row_status_flag", "704")), [Code::CodeForLabel]);
    assert_eq!(with(("row_status_flag", "Actve")), [Code::UnknownLabel]);
    assert_eq!(with(("price", "cheap")), [Code::WrongValue]);
    assert_eq!(with(("expiration_date", "31.12.2027")), [Code::WrongValue]);
    assert_eq!(with(("cf_arrow", "x")), [Code::ComputedColumn]);
    assert_eq!(with(("copy_contract_line_flag", "Y")), []);
    assert_eq!(with(("source_price", "A site's own price")), []);
    assert_eq!(with(("ufc_color", "red")), [Code::UserField]);
    assert_eq!(with(("prise", "1")), [Code::UnknownField]);
}

#[test]
fn labor_is_of_an_item_or_of_the_whole_order() {
    let labor = |edits: &[(&str, &str)]| {
        let edits: Vec<_> = edits.iter().copied().chain([("labor_type_cd", "Rate")]).collect();
        found("TimeEntry", json!([element("TP_LABORRECORDING.prod_order_line_comp_labor", &[], &[row(&edits)])]))
    };
    let of_both = labor(&[("prod_order_number", "1"), ("item_id", "A"), ("service_labor_id", "L")]);
    assert_eq!(of_both, [(Code::EitherOr, at("DataElements[0].Rows[0].Edits[2]"))]);
    assert_eq!(labor(&[("prod_order_number", "1"), ("service_labor_id", "L"), ("item_id", "")]), []);
}

#[test]
fn texts_are_as_long_as_their_column_takes_in_characters() {
    let order = |number: &str| {
        found(
            "PurchaseOrder",
            json!([element("TABPAGE_1.tp_1_dw_1", &[], &[row(&[("po_no", "1"), ("external_po_no", number)])])]),
        )
    };
    assert_eq!(order(&"x".repeat(41)), [(Code::TooLong, at("DataElements[0].Rows[0].Edits[1]"))]);
    assert_eq!(order(&"\u{fc}".repeat(40)), []);
}
