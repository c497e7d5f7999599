//! What is not P21's says so: words of the sandbox's own, and members that it ignores.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::invented::one_order;
use crate::support::{self, *};

use p21_sandbox::UnreadMembers;
use serde_json::{Value, json};

/// Each member that P21 takes and nobody knows the meaning of.
const UNREAD: [(&str, &str); 6] = [
    ("", "TransactionSplitMethod"),
    ("", "FieldMap"),
    ("", "Parameters"),
    ("", "Query"),
    ("/Transactions/0", "Documents"),
    ("/Transactions/0/DataElements/1/Rows/0", "RelativeDateEdits"),
];

fn with_unread(parent: &str, member: &str) -> Value {
    let mut sent = one_order();
    let value = if member == "TransactionSplitMethod" { json!("NoSplit") } else { json!([{"Name": "x"}]) };
    sent.pointer_mut(parent).unwrap()[member] = value;
    sent
}

#[tokio::test]
async fn members_without_a_known_meaning_are_ignored_and_named_or_refused() {
    let p21 = p21().await;
    let plain = p21.post("/api/v2/transaction").json(&one_order()).send().await.unwrap();
    assert!(plain.headers().get("p21-sandbox").is_none());
    let refuses =
        p21_with(|builder| builder.configure(|config| config.unknowns.unread_members = UnreadMembers::Refused)).await;
    for (parent, member) in UNREAD {
        let sent = with_unread(parent, member);
        let answer = p21.post("/api/v2/transaction").json(&sent).send().await.unwrap();
        let said = marks(&answer);
        assert!(said.len() == 1 && said[0].starts_with("ignored: ") && said[0].ends_with(member), "{member}: {said:?}");
        assert_eq!(summary(&answer.json().await.unwrap()), (1, 0), "{member}");
        let (status, text) = refuses.send(&sent).await;
        assert!(status == 501 && text.contains(member), "{member}: {status} {text}");
    }
    let xml = "<TransactionSet xmlns=\"http://schemas.datacontract.org/2004/07/P21.Transactions.Model.V2\"><FieldMap>\
               <FieldMap><Name>x</Name></FieldMap></FieldMap><Name>Order</Name><Query/></TransactionSet>";
    let send = |p21: &P21| {
        let request = p21.post("/api/v2/transaction").header("content-type", "application/xml");
        request.header("accept", "application/json").body(xml).send()
    };
    assert_eq!(marks(&send(&p21).await.unwrap()), ["ignored: FieldMap"]);
    assert_eq!(send(&refuses).await.unwrap().status(), 501);
    refuses.passes(&one_order()).await;
}

#[tokio::test]
async fn words_that_are_not_p21s_are_marked() {
    let p21 = p21().await;
    let element = set("Order", [vec![order_header(), element("TP_NOWHERE.x", &[], &[&[("a", "1")]])]]);
    let list = json!({"ServiceName": "Order", "TransactionStates": [
        {"DataElementName": "TP_ITEMS.items", "Keys": [{"Name": "oe_order_item_id", "Value": "1"}]}]});
    let nowhere = json!({"ServiceName": "Order", "TransactionStates": [{"DataElementName": "X.x", "Keys": []}]});
    for (path, body) in [
        ("/api/v2/transaction", &element),
        ("/api/v2/transaction/get", &list),
        ("/api/v2/transaction/get", &nowhere),
        ("/api/v2/process/pdfreport", &one_order()),
    ] {
        let answer = p21.post(path).json(body).send().await.unwrap();
        assert_eq!(marks(&answer), ["own words"], "{path} {body}");
    }
    let job = p21.get("/api/v2/transaction/async?id=nowhere").send().await.unwrap();
    assert_eq!(marks(&job), ["own words"]);
    // P21's own words are not.
    let shut = set("Order", [vec![support::element("TABPAGE_1.order", &[], &[&[("company_id", "ACME")]])]]);
    let answer = p21.post("/api/v2/transaction").json(&shut).send().await.unwrap();
    assert!(marks(&answer).is_empty() && answer.text().await.unwrap().contains("Column is disabled"));
}

/// Refusals whose words nobody has seen: by rule, by value, by behaviour.
fn in_own_words() -> Vec<(&'static str, Value)> {
    let order = |customer: &str, item: &str, unit: &str| {
        let header = order_header_with(&["customer_id"], &[("customer_id", customer)]);
        let line = [("oe_order_item_id", item), ("unit_quantity", "1"), ("unit_of_measure", unit)];
        set("Order", [vec![header, items(&[], &[&line])]])
    };
    let contract = |edits: &[(&str, &str)]| set("JobContractPricing", [vec![contract_header("JOB-1"), line(edits)]]);
    let page = |edits: &[(&str, &str)]| set("SalesPricePage", [vec![element("FORM.form", &[], &[edits])]]);
    let task = [("target_date", "2026-01-02"), ("start_date", "2026-03-02")];
    let bin = [("company_id", "ACME"), ("location_id", "100"), ("bin_id", "B-1"), ("putaway_zone_id", "NONE")];
    vec![
        ("Invalid customer_id value: 7", order("7", "WIDGET-001", "EA")),
        ("Invalid unit_of_measure value: ZZ", order("100198", "WIDGET-001", "ZZ")),
        ("item ID does not exist", order("100198", "NOTHING", "EA")),
        ("Invalid item_id value: NOTHING", contract(&[("item_id", "NOTHING")])),
        ("price_page_type_cd must be set before", page(&[("company_id", "ACME"), ("product_group_id", "WIDGETS")])),
        ("The start date must be", set("Task", [vec![element("Form.form", &[], &[&task])]])),
        (
            "Invalid putaway_zone_id value: NONE",
            ignoring(set("BinLocation", [vec![element("FORM.form", &[], &[&bin])]])),
        ),
        (
            "Enter a valid ID",
            set("Shipping", [vec![element("TABPAGE_1.tp_1_dw_1", &[], &[&[("pick_ticket_no", "1")]])]]),
        ),
        ("Invalid unit_quantity value: many", {
            let line = [("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "many")];
            set("Order", [vec![order_header(), items(&[], &[&line])]])
        }),
    ]
}

/// Refusals that have been seen, word by word.
fn in_p21s_words() -> Vec<(&'static str, Value)> {
    let header = |without: &[&str]| {
        let line: &[(&str, &str)] = &[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "1")];
        set("Order", [vec![order_header_with(without, &[]), items(&[], &[line])]])
    };
    let page = [("price_page_type_cd", "Supplier / Product Group"), ("product_group_id", "WIDGETS")];
    let typo = [("price_page_type_cd", "Nothing")];
    vec![
        ("This column is required.", header(&["ship_to_id"])),
        ("Jurisdiction ID for Order Header Tax", header(&["source_loc_id"])),
        (
            "Column is disabled: company_id",
            set("Order", [vec![element("TABPAGE_1.order", &[], &[&[("company_id", "A")]])]]),
        ),
        (
            "company_id must be set before product_group_id",
            set("SalesPricePage", [vec![element("FORM.form", &[], &[&page])]]),
        ),
        (
            "Invalid price_page_type_cd value: Nothing",
            set("SalesPricePage", [vec![element("FORM.form", &[], &[&typo])]]),
        ),
        ("Required value missing for Contract No", {
            set("JobContractPricing", [vec![element("FORM.d_dw_job_price_hdr", &[], &[&[("company_id", "ACME")]])]])
        }),
    ]
}

#[tokio::test]
async fn each_rule_says_whether_its_words_are_p21s() {
    let p21 = p21_with(|builder| builder.sketches()).await;
    for (is_own, cases) in [(true, in_own_words()), (false, in_p21s_words())] {
        for (text, sent) in cases {
            let answer = p21.post("/api/v2/transaction").json(&sent).send().await.unwrap();
            let marked = marks(&answer).contains(&"own words".to_owned());
            let said = answer.text().await.unwrap();
            assert!(said.contains(text), "{text}: {said}");
            assert_eq!(marked, is_own, "{text}");
        }
    }
}

/// A job bears the mark of its answer when it is done.
#[tokio::test]
async fn the_answer_of_a_job_is_marked_too() {
    let p21 = p21().await;
    let (text, sent) = in_own_words().remove(0);
    let queued: Value = p21.post("/api/v2/transaction/async").json(&sent).send().await.unwrap().json().await.unwrap();
    let path = format!("/api/v2/transaction/async?id={}", queued["RequestId"].as_str().unwrap());
    loop {
        let answer = p21.get(&path).send().await.unwrap();
        let marked = marks(&answer);
        let said = answer.text().await.unwrap();
        if said.contains(text) {
            return assert_eq!(marked, ["own words"], "{said}");
        }
        assert!(marked.is_empty(), "it is not done: {said}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}
