//! Checks of the sheet on price pages, as far as the Transaction API goes.

use serde_json::Value;

use crate::support::*;

const HEADER: &str = "FORM.form";

const PAGE: [(&str, &str); 9] = [
    ("price_page_type_cd", "Supplier / Product Group"),
    ("company_id", "ACME"),
    ("product_group_id", "FASTENERS"),
    ("supplier_id", "10"),
    ("description", "Fasteners"),
    ("pricing_method_cd", "Source"),
    ("source_price_cd", "Supplier List Price"),
    ("effective_date", "2026-01-01"),
    ("expiration_date", "2027-12-31"),
];

fn header() -> Value {
    element(HEADER, &[], &[&PAGE])
}

/// The header with one value in place of its own.
fn header_with(field: &str, value: &str) -> Value {
    let edits = PAGE.map(|(name, own)| (name, if name == field { value } else { own }));
    element(HEADER, &[], &[&edits])
}

fn values(edits: &[(&str, &str)]) -> Value {
    element(BREAKS, &[], &[edits])
}

async fn create(p21: &P21, elements: Vec<Value>) -> String {
    value(&p21.passes(&set("SalesPricePage", [elements])).await, HEADER, "price_page_uid")
}

async fn read(p21: &P21, uid: &str) -> Value {
    p21.read("SalesPricePage", HEADER, &[("price_page_uid", uid)]).await
}

#[tokio::test]
async fn sales_price_page_check_1_the_type_and_the_company_come_before_the_group_and_the_header_before_its_values() {
    let p21 = p21().await;
    let tiers = || values(&[("calculation_method_cd", "Multiplier"), ("calculation_value1", "0.9"), ("break1", "0")]);
    let uid = create(&p21, vec![header(), tiers()]).await;
    assert_eq!(value(&read(&p21, &uid).await, BREAKS, "calculation_method_cd"), "Multiplier");
    let fails = async |order: [usize; 9]| {
        let edits = order.map(|index| PAGE[index]);
        p21.fails(&set("SalesPricePage", [vec![element(HEADER, &[], &[&edits])]])).await
    };
    let before_company = fails([0, 2, 1, 3, 4, 5, 6, 7, 8]).await;
    assert_eq!(before_company, ["Transaction 1:: company_id must be set before product_group_id"]);
    let before_type = fails([1, 2, 0, 3, 4, 5, 6, 7, 8]).await;
    assert_eq!(before_type, ["Transaction 1:: price_page_type_cd must be set before product_group_id"]);
    let values_first = p21.fails(&set("SalesPricePage", [vec![tiers(), header()]])).await;
    let tab = "Tab page is disabled and cannot be selected";
    let trailer = format!("Transaction 1: VALUES.values: Error processing data element: values : {tab}");
    assert_eq!(values_first, [format!("Transaction 1:: General Exception: {tab}"), trailer]);
}

#[tokio::test]
async fn sales_price_page_check_1_the_type_decides_which_group_is_open() {
    let p21 = p21().await;
    let page = |kind, group, id| {
        let edits = PAGE.map(|(name, own)| match name {
            "price_page_type_cd" => (name, kind),
            "product_group_id" => (group, id),
            _ => (name, own),
        });
        set("SalesPricePage", [vec![element(HEADER, &[], &[&edits])]])
    };
    let shut = p21.fails(&page("Supplier / Discount Group", "product_group_id", "FASTENERS")).await;
    assert_eq!(shut, ["Transaction 1:: General Exception: Column is disabled: product_group_id"]);
    let shut = p21.fails(&page("Supplier / Product Group", "discount_group_id", "D1")).await;
    assert_eq!(shut, ["Transaction 1:: General Exception: Column is disabled: discount_group_id"]);
    p21.passes(&page("Supplier / Discount Group", "discount_group_id", "D1")).await;
}

#[tokio::test]
async fn sales_price_page_check_2_labels_are_taken_and_codes_refused() {
    let p21 = p21().await;
    let cases = [
        ("price_page_type_cd", "214"),
        ("pricing_method_cd", "220"),
        ("source_price_cd", "200"),
        ("source_price_cd", "list"),
    ];
    for (field, code) in cases {
        let messages = p21.fails(&set("SalesPricePage", [vec![header_with(field, code)]])).await;
        assert_eq!(messages, [format!("Transaction 1:: Invalid {field} value: {code}")]);
    }
    for wrong in ["229", "Mark Up", "mark up"] {
        let elements = vec![header(), values(&[("calculation_method_cd", wrong), ("calculation_value1", "1")])];
        let messages = p21.fails(&set("SalesPricePage", [elements])).await;
        assert_eq!(messages, [format!("Transaction 1:: Invalid calculation_method_cd value: {wrong}")]);
    }
    create(&p21, vec![header(), values(&[("calculation_method_cd", "Mark up"), ("calculation_value1", "1")])]).await;
    let mut coded = set("SalesPricePage", [vec![header_with("price_page_type_cd", "214")]]);
    coded["UseCodeValues"] = Value::Bool(true);
    let edits = coded["Transactions"][0]["DataElements"][0]["Rows"][0]["Edits"].as_array_mut().unwrap();
    for (field, code) in [("pricing_method_cd", "220"), ("source_price_cd", "200")] {
        edits.iter_mut().find(|edit| edit["Name"] == field).unwrap()["Value"] = code.into();
    }
    p21.passes(&coded).await;
}

#[tokio::test]
async fn sales_price_page_check_3_the_definition_lists_exactly_the_labels_that_are_taken() {
    let p21 = p21().await;
    let definition: Value = p21.get("/api/v2/definition/SalesPricePage").send().await.unwrap().json().await.unwrap();
    let elements = definition["TransactionDefinition"]["DataElementDefinitions"].as_array().unwrap();
    let labels = |name: &str, field: &str| -> Vec<String> {
        let element = elements.iter().find(|element| element["Name"] == name).unwrap();
        let fields = element["FieldDefinitions"].as_array().unwrap();
        let field = fields.iter().find(|of| of["Name"] == field).unwrap();
        field["ValidValues"].as_array().unwrap().iter().map(|label| label.as_str().unwrap().to_owned()).collect()
    };
    for (field, count) in [("price_page_type_cd", 10), ("pricing_method_cd", 3), ("source_price_cd", 19)] {
        let labels = labels(HEADER, field);
        assert_eq!(labels.len(), count, "{field}");
        for label in &labels {
            // The header alone, so that no type shuts what the others want.
            let edits = [("price_page_type_cd", "Item"), (field, label.as_str())];
            let answer = p21.transact(&set("SalesPricePage", [vec![element(HEADER, &[], &[&edits])]])).await;
            assert!(!messages(&answer)[0].contains("Invalid"), "{field} {label}: {answer}");
        }
        let edits = [("price_page_type_cd", "Item"), (field, "No Such Label")];
        let messages = p21.fails(&set("SalesPricePage", [vec![element(HEADER, &[], &[&edits])]])).await;
        assert_eq!(messages, [format!("Transaction 1:: Invalid {field} value: No Such Label")]);
    }
    let methods = labels(BREAKS, "calculation_method_cd");
    assert_eq!(methods, ["Difference", "Multiplier", "Mark up", "Percentage", "Fixed Price"]);
    for method in &methods {
        create(&p21, vec![header(), values(&[("calculation_method_cd", method), ("calculation_value1", "1")])]).await;
    }
}

#[tokio::test]
async fn sales_price_page_check_5_there_are_fifteen_values_and_fourteen_breaks() {
    let p21 = p21().await;
    let names: Vec<(String, String)> = (1..=15)
        .map(|n| (format!("calculation_value{n}"), n.to_string()))
        .chain((1..=14).map(|n| (format!("break{n}"), (n * 10).to_string())))
        .collect();
    let mut tiers = vec![("calculation_method_cd", "Fixed Price"), ("uom14", "EA")];
    tiers.extend(names.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let uid = create(&p21, vec![header(), values(&tiers)]).await;
    let page = read(&p21, &uid).await;
    for (name, wanted) in &names {
        assert_eq!(value(&page, BREAKS, name), *wanted, "{name}");
    }
    for name in ["break15", "uom15", "calculation_value16", "calculation_value"] {
        let messages = p21.fails(&set("SalesPricePage", [vec![header(), values(&[(name, "1")])]])).await;
        assert_eq!(messages, [format!("Transaction 1:: General Exception: Invalid column name: {name}")]);
    }
}

#[tokio::test]
async fn sales_price_page_check_6_a_row_with_the_key_of_a_page_changes_that_page() {
    let p21 = p21().await;
    let tiers = values(&[("calculation_method_cd", "Multiplier"), ("calculation_value1", "0.9")]);
    let uid = create(&p21, vec![header(), tiers]).await;
    for keys in [&["price_page_uid"][..], &[]] {
        let change = element(HEADER, keys, &[&[("price_page_uid", &uid), ("description", "Renamed")]]);
        let echo = p21.passes(&set("SalesPricePage", [vec![change, values(&[("calculation_value1", "0.8")])]])).await;
        assert_eq!(value(&echo, HEADER, "price_page_uid"), uid);
    }
    let page = read(&p21, &uid).await;
    assert_eq!(
        (value(&page, HEADER, "description"), value(&page, BREAKS, "calculation_value1")),
        ("Renamed".into(), "0.8".into())
    );
    assert_eq!(value(&page, HEADER, "source_price_cd"), "Supplier List Price", "the rest is as it was");
    let next = create(&p21, vec![header()]).await;
    assert_eq!(next.parse::<u64>().unwrap(), uid.parse::<u64>().unwrap() + 1, "no page was inserted");
}

#[tokio::test]
async fn sales_price_page_check_7_a_deleted_page_is_still_there() {
    let p21 = p21().await;
    let uid = create(&p21, vec![header()]).await;
    let delete = element(HEADER, &["price_page_uid"], &[&[("price_page_uid", &uid), ("row_status_flag", "Delete")]]);
    p21.passes(&set("SalesPricePage", [vec![delete]])).await;
    for uid in [uid.as_str(), "2"] {
        let page = read(&p21, uid).await;
        assert_eq!(value(&page, HEADER, "row_status_flag"), "Delete", "{uid}");
        assert!(!value(&page, HEADER, "description").is_empty());
    }
}

#[tokio::test]
async fn price_books_take_pages_and_let_them_go() {
    let p21 = p21().await;
    let uid = create(&p21, vec![header()]).await;
    let pages = "LIST.list_detail";
    let link = |edits: &[(&str, &str)]| element(pages, &["price_page_uid"], &[edits]);
    let book = element(
        HEADER,
        &[],
        &[&[("price_book_id", "SCREWS"), ("price_book_description", "Screws"), ("row_status_flag", "Active")]],
    );
    p21.passes(&set("SalesPriceBook", [vec![book.clone(), link(&[("price_page_uid", &uid)])]])).await;
    let key = [("price_book_id", "SCREWS")];
    assert_eq!(column(&p21.read("SalesPriceBook", HEADER, &key).await, pages, "row_status_flag"), ["Active"]);
    let away = link(&[("price_page_uid", &uid), ("row_status_flag", "Delete")]);
    p21.passes(&set("SalesPriceBook", [vec![element(HEADER, &[], &[&key]), away]])).await;
    let read = p21.read("SalesPriceBook", HEADER, &key).await;
    assert_eq!(column(&read, pages, "row_status_flag"), ["Delete"], "one link, which still counts as a row");
}

#[tokio::test]
async fn sales_price_page_section_4_every_pair_of_method_and_source_is_taken_and_nothing_is_said() {
    let p21 = p21().await;
    for source in ["Supplier List Price", "Primary Supplier Cost"] {
        for method in ["Difference", "Multiplier", "Mark up", "Percentage", "Fixed Price"] {
            let tiers = values(&[("calculation_method_cd", method), ("calculation_value1", "0.9")]);
            let uid = create(&p21, vec![header_with("source_price_cd", source), tiers]).await;
            let stored = read(&p21, &uid).await;
            let pair = (value(&stored, HEADER, "source_price_cd"), value(&stored, BREAKS, "calculation_method_cd"));
            assert_eq!(pair, (source.to_owned(), method.to_owned()));
        }
    }
}
