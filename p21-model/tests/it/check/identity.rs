//! Keys and rows that fold: which row is meant.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use super::*;

#[test]
fn rows_that_fold_are_found_with_the_key_that_separates_them() {
    let rows = [
        row(&[("oe_order_item_id", "A"), ("unit_quantity", "5")]),
        row(&[("oe_order_item_id", "A"), ("unit_quantity", "10")]),
    ];
    let schema = support::schema("Order", "25.2");
    let set = json!({"Name": "Order", "Transactions": [{"Status": "New", "DataElements": [existing_order(), element("TP_ITEMS.items", &[], &rows)]}]});
    let findings = check_payload(&schema, &serde_json::from_value(set).unwrap());
    let finding = findings.iter().next().unwrap();
    assert_eq!((finding.code, finding.path.as_str()), (Code::RowsFold, at("DataElements[1].Rows[1]").as_str()));
    assert!(finding.remedy.contains("`user_line_no`"), "{}", finding.remedy);
    assert_eq!(findings.iter().count(), 1);
}

#[test]
fn other_keys_keep_equal_items_apart() {
    let rows = [
        row(&[("oe_order_item_id", "A"), ("unit_quantity", "5")]),
        row(&[("oe_order_item_id", "A"), ("unit_quantity", "10")]),
    ];
    // Keyed by what an update changes: the rows stay apart, but would be inserted.
    assert_eq!(
        found("Order", json!([existing_order(), element("TP_ITEMS.items", &["unit_quantity"], &rows)])),
        [(Code::ChangingKey, at("DataElements[1].Keys"))]
    );
    let units = [
        row(&[("oe_order_item_id", "A"), ("unit_of_measure", "EA")]),
        row(&[("oe_order_item_id", "A"), ("unit_of_measure", "CS")]),
    ];
    assert_eq!(
        found("Order", json!([existing_order(), element("TP_ITEMS.items", &["unit_of_measure"], &units)])),
        [(Code::OverKeyed, at("DataElements[1].Keys"))]
    );
    let numbered = [
        row(&[("oe_order_item_id", "A"), ("unit_quantity", "5"), ("user_line_no", "001")]),
        row(&[("oe_order_item_id", "A"), ("unit_quantity", "10"), ("user_line_no", "002")]),
    ];
    for keys in [&["user_line_no"][..], &["oe_order_item_id", "user_line_no"]] {
        assert_eq!(found("Order", json!([existing_order(), element("TP_ITEMS.items", keys, &numbered)])), []);
    }
}

#[test]
fn rows_of_a_new_record_may_be_keyed_by_what_changes_later() {
    let rows = |second: &str| {
        let rows = [
            row(&[("oe_order_item_id", "A"), ("unit_quantity", "5")]),
            row(&[("oe_order_item_id", "A"), ("unit_quantity", second)]),
        ];
        element("TP_ITEMS.items", &["unit_quantity"], &rows)
    };
    // Two lines of one item, 001 and 002 (6.2.3, and 6.2.4 with one more key): verified on 26.1.
    assert_eq!(found("Order", json!([new_order(), rows("10")])), []);
    let mut both = rows("10");
    both["Keys"] = json!(["unit_quantity", "oe_order_item_id"]);
    assert_eq!(found("Order", json!([new_order(), both])), []);
    // They fold as soon as the values are equal.
    assert_eq!(found("Order", json!([new_order(), rows("5")])), [(Code::RowsFold, at("DataElements[1].Rows[1]"))]);
    assert_eq!(
        found("Order", json!([existing_order(), rows("10")])),
        [(Code::ChangingKey, at("DataElements[1].Keys"))]
    );
    // A contract that may be new: only a stored line would be missed.
    let lines = element("JOBPRICELINE.jobpriceline", &["item_id", "price"], &[line("A")]);
    assert_eq!(
        found("JobContractPricing", json!([some_contract(), lines])),
        [(Code::OverKeyed, at("DataElements[1].Keys"))]
    );
}

#[test]
fn a_contract_without_its_number_may_be_new_or_stored() {
    let contracts = |header: Value, lines: &[Value]| {
        found("JobContractPricing", json!([header, element("JOBPRICELINE.jobpriceline", &["item_id"], lines)]))
    };
    // All that a new one needs, or a stored one: neither can be wrong.
    assert_eq!(contracts(some_contract(), &[line("A")]), []);
    // An update of a line, which a new contract would not take: said once, and refused by nobody.
    let partial = [row(&[("item_id", "A"), ("price", "9")]), row(&[("item_id", "B"), ("price", "8")])];
    let ambiguous = (Code::NewOrStored, at("DataElements[0].Rows[0]"));
    assert_eq!(contracts(some_contract(), &partial), std::slice::from_ref(&ambiguous));
    assert_eq!(found("JobContractPricing", json!([some_contract()])), std::slice::from_ref(&ambiguous));
    // With its number it is stored, and with nothing that finds it new.
    assert_eq!(contracts(existing_contract(), &partial), []);
    let nameless =
        element("FORM.d_dw_job_price_hdr", &[], &[row(&[("company_id", "ACME"), ("end_date", "2099-12-31")])]);
    let missing = (Code::RequiredMissing, at("DataElements[0].Rows[0]"));
    assert!(contracts(nameless, &[line("A")]).contains(&missing));
    // What both need is missing for certain; bins alone need no date where the contract is stored.
    let edits = [("company_id", "ACME"), ("contract_no", "J1")];
    let header = |more: &[(&str, &str)]| element("FORM.d_dw_job_price_hdr", &[], &[row(&[&edits, more].concat())]);
    assert_eq!(contracts(header(&[]), &[line("A")]), [missing]);
    assert_eq!(contracts(header(&[("ship_to_id", "100198")]), &[line("A")]), [ambiguous]);
}

#[test]
fn rows_fold_across_elements_whatever_keys_each_of_them_names() {
    let of = |keys: &[&str], item: &str, unit: &str| {
        let edits = [("oe_order_item_id", item), ("unit_quantity", "5"), ("unit_of_measure", unit)];
        element("TP_ITEMS.items", keys, &[row(&edits)])
    };
    let folds = |elements: &[Value]| {
        let all: Vec<Value> = [new_order()].into_iter().chain(elements.iter().cloned()).collect();
        found("Order", json!(all))
    };
    let unit = ["unit_of_measure"];
    // Searched by its unit, the second line is the first one.
    assert_eq!(folds(&[of(&[], "A", "EA"), of(&unit, "B", "EA")]), [(Code::RowsFold, at("DataElements[2].Rows[0]"))]);
    assert_eq!(folds(&[of(&unit, "A", "EA"), of(&[], "A", "CS")]), [(Code::RowsFold, at("DataElements[2].Rows[0]"))]);
    assert_eq!(folds(&[of(&[], "A", "EA"), of(&unit, "B", "CS"), of(&[], "C", "EA")]), []);
}

#[test]
fn blanks_say_nothing() {
    let header = |number: &str| {
        element(
            "FORM.d_dw_job_price_hdr",
            &[],
            &[row(&[("company_id", "ACME"), ("contract_no", number), ("end_date", "2099-12-31")])],
        )
    };
    let lines = element("JOBPRICELINE.jobpriceline", &["item_id"], &[line("A")]);
    for nothing in ["", " ", "\t"] {
        let missing = (Code::RequiredMissing, at("DataElements[0].Rows[0]"));
        assert_eq!(found("JobContractPricing", json!([header(nothing), lines])), [missing], "{nothing:?}");
    }
}

#[test]
fn a_key_that_a_row_does_not_set_is_found() {
    let rows = [row(&[("oe_order_item_id", "A"), ("unit_quantity", "5")])];
    assert_eq!(
        found("Order", json!([existing_order(), element("TP_ITEMS.items", &["user_line_no"], &rows)])),
        [(Code::KeyNotInRow, at("DataElements[1].Rows[0]"))]
    );
    assert_eq!(
        found("Order", json!([existing_order(), element("TP_ITEMS.items", &["line_nr"], &rows)])),
        [(Code::UnknownKey, at("DataElements[1].Keys[0]"))]
    );
}
