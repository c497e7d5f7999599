//! Checks of payloads, against the committed definitions and rules.
#![cfg(feature = "rules")]
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use crate::support;

use p21_model::check::{CheckOptions, Code, check_payload, check_payload_with};
use p21_model::payload::TransactionSet;
use p21_model::value::Date;
use serde_json::{Value, json};

/// The codes and paths found in a payload.
fn found_in(service: &str, version: &str, set: Value) -> Vec<(Code, String)> {
    let schema = support::schema(service, version);
    let set: TransactionSet = serde_json::from_value(set).unwrap();
    check_payload(&schema, &set).into_iter().map(|finding| (finding.code, finding.path)).collect()
}

fn found(service: &str, elements: Value) -> Vec<(Code, String)> {
    let set = json!({"Name": service, "Transactions": [{"Status": "New", "DataElements": elements}]});
    found_in(service, "25.2", set)
}

fn row(edits: &[(&str, &str)]) -> Value {
    let edits: Vec<Value> = edits.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
    json!({"Edits": edits})
}

fn element(name: &str, keys: &[&str], rows: &[Value]) -> Value {
    json!({"Name": name, "Keys": keys, "Rows": rows})
}

fn existing_order() -> Value {
    element("TABPAGE_1.order", &["order_no"], &[row(&[("order_no", "1013938")])])
}

fn existing_contract() -> Value {
    element(
        "FORM.d_dw_job_price_hdr",
        &[],
        &[row(&[("company_id", "ACME"), ("contract_no", "J1"), ("job_no", "7"), ("end_date", "2099-12-31")])],
    )
}

/// A contract by what may repeat: it is stored, or will be new.
fn some_contract() -> Value {
    element(
        "FORM.d_dw_job_price_hdr",
        &[],
        &[row(&[("company_id", "ACME"), ("contract_no", "J1"), ("end_date", "2099-12-31")])],
    )
}

fn new_order() -> Value {
    let edits = [
        ("customer_id", "100198"),
        ("sales_loc_id", "100"),
        ("source_loc_id", "100"),
        ("ship_to_id", "100198"),
        ("contact_id", "1001"),
        ("po_no", "P-1"),
        ("order_date", "2026-03-02"),
        ("requested_date", "2026-03-09"),
    ];
    element("TABPAGE_1.order", &[], &[row(&edits)])
}

fn line(item: &str) -> Value {
    row(&[("item_id", item), ("uom", "EA"), ("pricing_method", "Price"), ("price", "25.00")])
}

fn at(path: &str) -> String {
    format!("Transactions[0].{path}")
}

#[test]
fn a_good_update_has_no_findings() {
    assert_eq!(
        found(
            "JobContractPricing",
            json!([existing_contract(), element("JOBPRICELINE.jobpriceline", &["item_id"], &[line("A"), line("B")])])
        ),
        []
    );
}

#[test]
fn price_before_pricing_method_is_found() {
    let early = row(&[("item_id", "A"), ("uom", "EA"), ("price", "25.00"), ("pricing_method", "Price")]);
    assert_eq!(
        found(
            "JobContractPricing",
            json!([existing_contract(), element("JOBPRICELINE.jobpriceline", &["item_id"], &[early])])
        ),
        [(Code::FieldOrder, at("DataElements[1].Rows[0].Edits[2]"))]
    );
}

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
fn a_new_customer_needs_its_salesrep_and_branch_on_whichever_form() {
    let customer = |header: &[(&str, &str)], branch: &str| {
        let header = [&[("company_id", "ACME"), ("customer_name", "X")], header].concat();
        found(
            "Customer",
            json!([
                element("TABPAGE_1.tp_1_dw_1", &[], &[row(&header)]),
                element("SHIP_TO_GENERAL.ship_to_general", &[], &[row(&[("default_branch", branch)])])
            ]),
        )
    };
    let missing = |place: usize| (Code::RequiredMissing, at(&format!("DataElements[{place}].Rows[0]")));
    assert_eq!(customer(&[("salesrep_id", "1"), ("terms_id", "1")], "100"), []);
    // The company alone finds no customer.
    assert!(customer(&[("terms_id", "1")], "100").contains(&missing(0)));
    assert_eq!(customer(&[("salesrep_id", "1"), ("terms_id", "1")], " "), [missing(1)]);
    assert_eq!(customer(&[("customer_id", "7")], " "), []);
}

#[test]
fn a_record_that_is_not_numbered_needs_its_key() {
    let item = |edits: &[(&str, &str)]| found("Item", json!([element("TABPAGE_1.tp_1_dw_1", &[], &[row(edits)])]));
    assert_eq!(item(&[("item_desc", "x")]), [(Code::RequiredMissing, at("DataElements[0].Rows[0]"))]);
    assert_eq!(item(&[("item_id", "A"), ("item_desc", "x")]), []);
}

#[test]
fn an_update_repeats_what_p21_wants_again() {
    let header = |edits: &[(&str, &str)]| element("FORM.d_dw_job_price_hdr", &[], &[row(edits)]);
    let lines = element("JOBPRICELINE.jobpriceline", &["item_id"], &[line("A")]);
    let found = |header: Value| found("JobContractPricing", json!([header, lines]));
    let saved = [("company_id", "ACME"), ("contract_no", "J1"), ("job_no", "7")];
    assert_eq!(found(header(&saved)), [(Code::RequiredMissing, at("DataElements[0].Rows[0]"))]);
    // Bins are edited with the ship-to and need no date.
    assert_eq!(found(header(&[("job_no", "7"), ("ship_to_id", "100198")])), []);
}

#[test]
fn past_dates_are_found_when_the_day_is_known() {
    let schema = support::schema("JobContractPricing", "25.2");
    let edits = [("company_id", "ACME"), ("contract_no", "J1"), ("job_no", "7"), ("end_date", "2026-03-01")];
    let set = json!({"Name": "JobContractPricing", "Transactions": [{"Status": "New",
        "DataElements": [element("FORM.d_dw_job_price_hdr", &[], &[row(&edits)])]}]});
    let set = serde_json::from_value(set).unwrap();
    let found = |options| -> Vec<Code> {
        check_payload_with(&schema, &set, options).into_iter().map(|finding| finding.code).collect()
    };
    assert_eq!(found(CheckOptions::new()), []);
    assert_eq!(found(CheckOptions::new().today(Date::constant(2026, 3, 1))), []);
    assert_eq!(found(CheckOptions::new().today(Date::constant(2026, 3, 2))), [Code::PastDate]);
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

#[test]
fn children_that_land_on_the_wrong_row_are_found() {
    let items = element(
        "TP_ITEMS.items",
        &[],
        &[
            row(&[("oe_order_item_id", "A"), ("unit_quantity", "5")]),
            row(&[("oe_order_item_id", "B"), ("unit_quantity", "5")]),
        ],
    );
    let extended = element("TP_EXTDINFO.extd_info", &[], &[row(&[("extended_desc", "for A")])]);
    assert_eq!(
        found("Order", json!([existing_order(), items, extended])),
        [(Code::ChildOfLastRow, at("DataElements[2]"))]
    );
    assert_eq!(
        found("Order", json!([existing_order(), extended])),
        [(Code::ChildWithoutParent, at("DataElements[1]"))]
    );
}

#[test]
fn children_behind_their_own_rows_are_fine() {
    let item =
        |item: &str| element("TP_ITEMS.items", &[], &[row(&[("oe_order_item_id", item), ("unit_quantity", "5")])]);
    let extended = |text: &str| element("TP_EXTDINFO.extd_info", &[], &[row(&[("extended_desc", text)])]);
    assert_eq!(found("Order", json!([existing_order(), item("A"), extended("a"), item("B"), extended("b")])), []);
}

#[test]
fn a_second_form_row_is_found() {
    let header = element("TABPAGE_1.order", &[], &[row(&[("order_no", "1")]), row(&[("order_no", "2")])]);
    assert_eq!(found("Order", json!([header])), [(Code::SecondFormRow, at("DataElements[0].Rows[1]"))]);
}

#[test]
fn a_new_order_needs_what_the_definition_does_not_say() {
    let header = element(
        "TABPAGE_1.order",
        &[],
        &[row(&[
            ("sales_loc_id", "100"),
            ("po_no", "P1"),
            ("contact_id", "1"),
            ("order_date", "2026-01-01"),
            ("requested_date", "2026-01-01"),
        ])],
    );
    let found = found("Order", json!([header]));
    let codes: Vec<Code> = found.iter().map(|(code, _)| *code).collect();
    assert!(codes.contains(&Code::RequiredMissing) && codes.contains(&Code::DateOrder), "{codes:?}");
}

#[test]
fn resent_columns_of_a_saved_order_are_found() {
    let header = element("TABPAGE_1.order", &["order_no"], &[row(&[("order_no", "1"), ("customer_id", "100198")])]);
    assert_eq!(found("Order", json!([header])), [(Code::DisabledColumn, at("DataElements[0].Rows[0].Edits[1]"))]);
}

#[test]
fn breaks_are_refused_from_26_1_and_their_flag_is_a_false_success() {
    let breaks = row(&[("calculation_method_cd", "Fixed Price"), ("calculation_value1", "10")]);
    let elements = json!([
        existing_contract(),
        element("JOBPRICELINE.jobpriceline", &["item_id"], &[row(&[("item_id", "A")])]),
        element("VALUES.values", &[], &[breaks])
    ]);
    let set = |flag: bool| json!({"Name": "JobContractPricing", "IgnoreDisabled": flag, "Transactions": [{"Status": "New", "DataElements": elements}]});
    assert_eq!(found_in("JobContractPricing", "25.2", set(false)), []);
    assert_eq!(
        found_in("JobContractPricing", "26.1", set(false)),
        [(Code::DisabledTab, at("DataElements[2].Rows[0]"))]
    );
    assert_eq!(
        found_in("JobContractPricing", "26.1", set(true)),
        [(Code::FalseSuccess, at("DataElements[2].Rows[0]"))]
    );
}

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
fn reports_and_statuses_are_checked() {
    let report = json!({"Name": "m_picktickets", "UseCodeValues": true, "Transactions": []});
    assert_eq!(found_in("m_picktickets", "25.2", report), [(Code::WrongEndpoint, "Name".to_owned())]);
    let set = json!({"Name": "Order", "Transactions": [{"Status": "Existing", "DataElements": [existing_order()]}]});
    assert_eq!(found_in("Order", "25.2", set), [(Code::BadStatus, at("Status"))]);
    let set = json!({"Name": "Order", "Transactions": [{"Status": "Passed", "DataElements": [existing_order()]}]});
    assert_eq!(found_in("Order", "25.2", set), [(Code::BadStatus, at("Status"))]);
}

#[test]
fn codes_are_unique_and_described() {
    let mut ids: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), Code::ALL.len());
    assert!(Code::ALL.iter().all(|code| code.title().ends_with('.')));
}

fn release(date: &str) -> Value {
    row(&[("release_date", date), ("unit_release_qty", "5")])
}

fn releases(rows: &[Value]) -> Value {
    element("TABPAGE_RELEASE.tabpage_release", &[], rows)
}

fn item(id: &str) -> Value {
    element("TP_ITEMS.items", &[], &[row(&[("oe_order_item_id", id)])])
}

#[test]
fn releases_that_are_not_later_than_the_last_are_found_a_line_at_a_time() {
    let found = found(
        "Order",
        json!([
            existing_order(),
            item("A"),
            releases(&[release("2026-03-02"), release("2026-03-09")]),
            item("B"),
            releases(&[release("2026-03-02"), release("2026-03-01")]),
            releases(&[release("2026-03-03"), release("2026-03-04T08:00:00")])
        ]),
    );
    assert_eq!(found, [(Code::NotAscending, at("DataElements[4].Rows[1].Edits[0]"))]);
}

#[test]
fn a_primary_salesrep_may_be_replaced_but_not_taken_away() {
    let salesrep = |id: &str, flag: &str| row(&[("salesrep_id", id), ("primary_salesrep_flag", flag)]);
    let customer = |rows: &[Value]| {
        found(
            "Customer",
            json!([
                element("TABPAGE_1.tp_1_dw_1", &[], &[row(&[("customer_id", "100198")])]),
                element("CUSTOMERSALESREP.customersalesrep", &[], rows)
            ]),
        )
    };
    assert_eq!(customer(&[salesrep("7", "OFF")]), [(Code::PrimaryMissing, at("DataElements[1].Rows[0].Edits[1]"))]);
    assert_eq!(customer(&[salesrep("7", "N"), salesrep("8", "Y")]), []);
    assert_eq!(customer(&[salesrep("8", "ON")]), []);
}

#[test]
fn new_lines_of_one_contract_in_several_transactions_are_found() {
    let add = |item: &str| {
        json!({"Status": "New", "DataElements": [
            existing_contract(), element("JOBPRICELINE.jobpriceline", &["item_id"], &[line(item)])
        ]})
    };
    let edit = json!({"Status": "New", "DataElements": [
        existing_contract(),
        element("JOBPRICELINE.jobpriceline", &["item_id"], &[row(&[("item_id", "A"), ("price", "26")])])
    ]});
    let set = |transactions: &[&Value]| {
        found_in("JobContractPricing", "25.2", json!({"Name": "JobContractPricing", "Transactions": transactions}))
    };
    assert_eq!(
        set(&[&add("A"), &edit, &add("C")]),
        [(Code::InsertsCollide, "Transactions[2].DataElements[1].Rows[0]".to_owned())]
    );
    assert_eq!(set(&[&edit, &edit, &add("C")]), []);
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

#[test]
fn a_report_that_wants_codes_says_so() {
    let set = json!({"Name": "m_picktickets", "Transactions": []});
    let codes: Vec<Code> = found_in("m_picktickets", "25.2", set).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, [Code::WrongEndpoint, Code::CodesWanted]);
}
