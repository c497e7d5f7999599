//! What a finding advises, and that one mistake is one finding.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use super::*;

fn remedies(service: &str, version: &str, elements: Value) -> Vec<(Code, String)> {
    let findings = findings(service, version, elements, CheckOptions::new());
    findings.into_iter().map(|finding| (finding.code, finding.remedy)).collect()
}

#[test]
fn breaks_of_two_lines_are_moved_and_not_merged() {
    let of = |value: &str| breaks(&[("calculation_method_cd", "Fixed Price"), ("calculation_value1", value)]);
    let (one, two) = (line(&[("item_id", "A")]), line(&[("item_id", "B")]));
    let apart = remedies("JobContractPricing", "25.2", json!([contract(), one, two, of("1"), of("2")]));
    assert_eq!(apart.len(), 1, "{apart:?}");
    assert_eq!(apart[0].0, Code::SecondFormRow);
    assert!(apart[0].1.starts_with("move each `VALUES.values` right behind the row"), "{apart:?}");
    let lines =
        element("JOBPRICELINE.jobpriceline", "List", &[], &[row(&[("item_id", "A")]), row(&[("item_id", "B")])]);
    let together = remedies("JobContractPricing", "25.2", json!([contract(), lines, of("1"), of("2")]));
    let codes: Vec<Code> = together.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, [Code::ChildOfLastRow, Code::ChildOfLastRow], "{together:?}");
    assert!(together.iter().all(|(_, remedy)| remedy.contains("followed by its children")), "{together:?}");
    let alone = remedies("JobContractPricing", "25.2", json!([contract(), of("1"), of("2")]));
    assert!(alone.iter().all(|(code, _)| *code == Code::ChildWithoutParent), "{alone:?}");
    let one_line = json!([contract(), line(&[("item_id", "A")]), of("1"), of("2")]);
    let merged = remedies("JobContractPricing", "25.2", one_line);
    assert_eq!(merged, [(Code::SecondFormRow, "merge the rows".to_owned())]);
}

#[test]
fn what_follows_from_another_mistake_is_not_listed() {
    // A new contract whose line is misspelt: neither is the line missing, nor do its breaks stand alone.
    let new = element(
        "FORM.d_dw_job_price_hdr",
        "Form",
        &[],
        &[row(&[("company_id", "ACME"), ("contract_no", "J1"), ("end_date", "2099-12-31")])],
    );
    let misspelt = element("JOBPRICELINE.jobpricelines", "List", &[], &[row(&[("item_id", "A")])]);
    let found = codes("JobContractPricing", "25.2", json!([new, misspelt, breaks(&[("calculation_value1", "1")])]));
    assert_eq!(found, [(Code::UnknownElement, "Transactions[0].DataElements[1]".to_owned())]);
    // A field that is misspelt is not missing as well.
    let edits = [("item_id", "A"), ("uom", "EA"), ("pricing_method", "Price"), ("prise", "5")];
    let found = codes("JobContractPricing", "25.2", json!([new, line(&edits)]));
    assert_eq!(found, [(Code::UnknownField, format!("{}.Edits[3]", at(1)))]);
    // On a tab that is disabled nothing else matters.
    let shut = json!([contract(), line(&[("item_id", "A")]), breaks(&[("calculation_value1", "x"), ("break1", "0")])]);
    let found = codes("JobContractPricing", "26.1", shut);
    assert_eq!(found, [(Code::DisabledTab, at(2))]);
}

#[test]
fn of_equally_near_names_the_first_is_suggested() {
    let values = breaks(&[("calculation_value", "1")]);
    let found = remedies("JobContractPricing", "25.2", json!([contract(), line(&[("item_id", "A")]), values]));
    assert_eq!(found, [(Code::UnknownField, "did you mean `calculation_value1`?".to_owned())]);
}

#[test]
fn one_element_in_the_wrong_place_is_one_finding() {
    let order = element("TABPAGE_1.order", "Form", &["order_no"], &[row(&[("order_no", "1")])]);
    let item = |id| element("TP_ITEMS.items", "List", &[], &[row(&[("oe_order_item_id", id), ("unit_quantity", "5")])]);
    let paid = element("TP_REMITTANCES.remittances", "Form", &[], &[row(&[("payment_amount", "5")])]);
    let ship_to = element("TP_SHIPTO.shipto", "Form", &[], &[row(&[("ship_to_name", "x")])]);
    let found = |elements: &[&Value]| -> Vec<(Code, String, String)> {
        let found = findings("Order", "25.2", json!(elements), CheckOptions::new());
        found.into_iter().map(|finding| (finding.code, finding.path, finding.remedy)).collect()
    };
    let (a, b, c) = (item("A"), item("B"), item("C"));
    let wrong = |place: usize, remedy: &str| {
        vec![(Code::ElementOrder, format!("Transactions[0].DataElements[{place}]"), remedy.to_owned())]
    };
    let early = "send `TP_REMITTANCES.remittances` after every `TP_ITEMS.items`";
    assert_eq!(found(&[&order, &paid, &a, &b, &c, &ship_to]), wrong(1, early));
    let late = "send `TABPAGE_1.order` before `TP_ITEMS.items`";
    assert_eq!(found(&[&a, &b, &c, &order]), wrong(3, late));
    assert_eq!(found(&[&order, &a, &b, &c, &ship_to, &paid]), []);
}
