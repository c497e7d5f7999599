//! Windows of any service: opening, tabs, typing, saving.

use p21_sandbox::{BurntCall, GoneWindow, ServerVersion, ToolsById, UnsavedClose};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::driver::*;
use crate::support::*;

#[tokio::test]
async fn interactive_api_check_14_a_window_opens_by_its_service_and_shows_its_first_tab() {
    for (name, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        p21.session().await;
        let opened = p21.try_open(json!({"ServiceName": "SalesPricePage"})).await;
        assert_eq!(opened.status, StatusCode::OK, "{name}: {opened:?}");
        assert!(super::sessions::uuid_like(opened.body["WindowId"].as_str().unwrap()));
        assert!(opened.body["Title"].is_string() && opened.body["DataElements"].is_array());
        let window = p21.open("SalesPricePage").await;
        assert_eq!(window.datawindows().await, ["form"], "{name}");
        let state = window.state().await.body;
        let tabs = state["Definition"]["TabPageList"].as_array().unwrap();
        assert_eq!((&tabs[0]["Name"], &tabs[0]["Text"]), (&json!("FORM"), &json!("Sales Pricing")));
        let field = &state["Definition"]["Datawindows"]["form"]["Fields"]["description"];
        let keys: Vec<&String> = field.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["DataType", "Enabled", "Label", "Name"], "no valid values, no length");
    }
}

#[tokio::test]
async fn interactive_api_check_15_a_tab_replaces_what_is_shown() {
    for (name, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        p21.session().await;
        let page = p21.open("SalesPricePage").await;
        page.types("FORM.form", &[("price_page_type_cd", "Supplier / Product Group")]).await;
        for (tab, datawindow) in [
            ("VALUES", "values"),
            ("COSTS", "costs"),
            ("PO COST MULTIPLIERS", "price_page_po_cost_calc"),
            ("FORM", "form"),
        ] {
            page.tab(tab).await.ok();
            assert_eq!(page.datawindows().await, [datawindow], "{name} {tab}");
        }
        // A tab goes by its text, too.
        page.tab("Costs").await.ok();
        assert_eq!(page.datawindows().await, ["costs"]);
    }
}

#[tokio::test]
async fn interactive_api_check_16_a_window_opens_by_its_service_and_by_nothing_else() {
    for (name, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version).sketches()).await;
        p21.session().await;
        let refused = |window: &str| {
            format!("Cannot open window {window} because is not available or user sandbox does not have permission.")
        };
        let by_name = p21.try_open(json!({"Name": "w_territory_maint"})).await;
        by_name.refused(400, &refused("w_territory_maint"));
        for nothing in
            [json!({"ServiceName": "Nowhere"}), json!({"Title": "Nowhere"}), json!({"MenuId": 77}), json!({})]
        {
            p21.try_open(nothing).await.refused(400, &refused(""));
        }
        assert_eq!(p21.try_open(json!({"ServiceName": "Territory"})).await.status, StatusCode::OK, "{name}");
        let work_center = p21.try_open(json!({"ServiceName": "WorkCenter"})).await;
        assert_eq!(work_center.status, StatusCode::INTERNAL_SERVER_ERROR);
        let unserved = p21.try_open(json!({"ServiceName": "VoucherByItem"})).await;
        assert_eq!((unserved.status, unserved.marks), (StatusCode::NOT_IMPLEMENTED, vec!["not simulated".to_owned()]));
    }
}

#[tokio::test]
async fn interactive_api_check_59_the_bin_and_its_quantity_want_two_calls() {
    for (name, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version).sketches()).await;
        p21.session().await;
        let window = p21.open("ProductionOrderProcessing").await;
        window.types("TABPAGE_1.tp_1_dw_1", &[("prod_order_number", "1")]).await;
        window.tab("TABPAGE_17").await.ok();
        window.types("TABPAGE_17.tp_17_dw_17", &[("qty_to_complete", "5")]).await;
        window.tab("TABPAGE_ASSEMBLY_BIN").await.ok();
        let both = ["bin_cd", "unit_quantity"].into_iter().zip(["BIN-1", "5"]);
        let both = both.map(|(field, value)| item(Some("TABPAGE_ASSEMBLY_BIN"), "tabpage_assembly_bin", field, value));
        window.changes(both.collect()).await.ok();
        assert_eq!(window.value("tabpage_assembly_bin", "bin_cd").await, "BIN-1", "{name}");
        assert_eq!(window.value("tabpage_assembly_bin", "unit_quantity").await, "", "{name}: nothing says so");
        window.change("TABPAGE_ASSEMBLY_BIN.tabpage_assembly_bin", "unit_quantity", "5").await.ok();
        assert_eq!(window.value("tabpage_assembly_bin", "unit_quantity").await, "5", "{name}");
    }
}

#[tokio::test]
async fn interactive_api_check_17_each_call_has_its_own_parameter() {
    for (name, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        p21.session().await;
        let window = p21.open("SalesPricePage").await;
        let get = async |path: String| p21.call("GET", &format!("{V2}{path}"), None).await;
        let id = &window.id;
        for path in [format!("/window?windowId={id}"), format!("/data?windowId={id}"), "/window".to_owned()] {
            get(path).await.refused(422, "Window ID was not provided");
        }
        for path in [format!("/window?windowId={id}"), format!("/data?windowId={id}")] {
            p21.call("DELETE", &format!("{V2}{path}"), None).await.refused(422, "Window ID was not provided");
        }
        let refused = get(format!("/tools?id={id}")).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{name}: {refused:?}");
        assert!(refused.text.contains("The windowId field is required."), "{refused:?}");
        assert_eq!(get(format!("/window?id={id}")).await.status, StatusCode::OK);
        assert!(get(format!("/data?id={id}")).await.body.is_array());
        assert!(get(format!("/tools?windowId={id}")).await.body.is_array(), "a bare list");
    }
    let other = |config: &mut p21_sandbox::Config| config.unknowns.tools_by_id = ToolsById::ServerError;
    let p21 = current_with(|builder| builder.configure(other)).await;
    p21.session().await;
    let window = p21.open("SalesPricePage").await;
    p21.call("GET", &format!("{V2}/tools?id={}", window.id), None).await.lost();
}

#[tokio::test]
async fn interactive_api_check_18_a_save_takes_the_bare_id() {
    for (_, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        p21.session().await;
        let window = p21.open("SalesPricePage").await;
        let save = async |body: Value| p21.call("PUT", &format!("{V2}/data"), Some(&body)).await;
        let result = save(json!(window.id)).await;
        assert!(result.result() >= 0, "{result:?}");
        for body in [json!({"WindowId": window.id}), json!([window.id]), json!(null), json!(7)] {
            save(body).await.refused(422, "Window ID was not provided");
        }
    }
}

#[tokio::test]
async fn interactive_api_check_19_a_tab_goes_by_its_page_name() {
    for name in ["26.1-early", "26.1"] {
        let p21 = p21_with(|builder| builder.p21_version(ServerVersion::parse(name).unwrap())).await;
        p21.session().await;
        let page = p21.open("SalesPricePage").await;
        page.types("FORM.form", &[("price_page_type_cd", "Supplier")]).await;
        page.tab("VALUES").await.ok();
        let alone = page.send("PUT", "/tab", json!({"TabName": "COSTS"})).await;
        alone.refused(400, "Tab with name or display text of  does not exist.");
        assert_eq!(page.datawindows().await, ["values"], "{name}");
        page.send("PUT", "/tab", json!({"PageName": "COSTS", "TabName": "COSTS"})).await.ok();
        page.send("PUT", "/tab", json!({"PageName": "FORM", "TabName": "COSTS"})).await.ok();
        assert_eq!(page.datawindows().await, ["form"], "{name}: PageName wins");
        page.tab("NOWHERE").await.refused(400, "Tab with name or display text of NOWHERE does not exist.");
    }
    let p21 = p21().await;
    p21.session().await;
    let page = p21.open("SalesPricePage").await;
    page.types("FORM.form", &[("price_page_type_cd", "Supplier")]).await;
    page.send("PUT", "/tab", json!({"TabName": "COSTS"})).await.ok();
    assert_eq!(page.datawindows().await, ["costs"]);
}

#[tokio::test]
async fn interactive_api_check_20_the_path_of_v1_is_none_on_v2() {
    for (_, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        p21.session().await;
        let page = p21.open("SalesPricePage").await;
        page.types("FORM.form", &[("price_page_type_cd", "Supplier")]).await;
        let body = json!({"WindowId": page.id, "PagePath": {"PageName": "COSTS"}});
        p21.call("PUT", &format!("{V2}/tab"), Some(&body)).await.lost();
        assert_eq!(page.datawindows().await, ["form"]);
        p21.call("PUT", &format!("{API}/v1/tab"), Some(&body)).await.ok();
        assert_eq!(page.datawindows().await, ["costs"]);
        p21.sandbox.set("interactive.v1", "false").unwrap();
        let gone = p21.call("PUT", &format!("{API}/v1/tab"), Some(&body)).await;
        assert_eq!((gone.status, gone.text.as_str()), (StatusCode::NOT_FOUND, ""));
    }
}

/// A stored purchase order; its number.
pub(super) async fn purchase_order(p21: &P21) -> String {
    let header = element(PO, &[], &[&PO_HEADER]);
    let line = [
        ("item_id", "WIDGET-001"),
        ("unit_quantity", "10"),
        ("unit_of_measure", "EA"),
        ("pricing_unit", "EA"),
        ("unit_price_display", "12.5"),
    ];
    let echo = p21.passes(&set("PurchaseOrder", [vec![header, element(PO_LINES, &[], &[&line])]])).await;
    value(&echo, PO, "po_no")
}

/// The header of a purchase order.
const PO_HEADER: [(&str, &str); 5] = [
    ("location_id", "100"),
    ("vendor_id", "5010"),
    ("buyer_id", "1001"),
    ("order_date", "2026-03-02"),
    ("required_date", "2026-03-09"),
];

pub(super) const PO: &str = "TABPAGE_1.tp_1_dw_1";
const PO_LINES: &str = "TABPAGE_17.tp_17_dw_17";

#[tokio::test]
async fn interactive_api_check_21_a_key_loads_its_record_or_says_that_there_is_none() {
    for name in ["26.1-early", "26.1"] {
        let p21 = p21_with(|builder| builder.p21_version(ServerVersion::parse(name).unwrap())).await;
        let number = purchase_order(&p21).await;
        p21.session().await;
        let order = p21.open("PurchaseOrder").await;
        let loaded = order.change(PO, "po_no", &number).await.ok();
        assert_eq!(loaded.body["Messages"], json!([]));
        assert!(loaded.has_event("dwcontentchanged"));
        assert_eq!(order.value("tp_1_dw_1", "po_no").await, number);
        let absent = order.change(PO, "po_no", "9999999").await;
        assert_eq!((absent.status, absent.result()), (StatusCode::OK, 2), "{name}: {absent:?}");
        let said = json!([{"Text": "Enter a valid ID or leave ID blank.", "Type": 2}]);
        assert_eq!(absent.body["Messages"], said);
        assert!(absent.has_event("dwcontentchanged"));
        let rows = order.rows("tp_1_dw_1").await;
        assert_eq!((rows.len(), rows[0]["po_no"].as_str(), rows[0]["vendor_id"].as_str()), (1, "", ""));
        order.change(PO, "external_po_no", "X-1").await.ok();
    }
}

#[tokio::test]
async fn interactive_api_check_22_on_25_2_a_missing_record_is_no_status() {
    let p21 = p21().await;
    p21.session().await;
    let order = p21.open("PurchaseOrder").await;
    let absent = order.change(PO, "po_no", "9999999").await;
    assert_eq!((absent.status, absent.result()), (StatusCode::OK, 0), "{absent:?}");
}

#[tokio::test]
async fn interactive_api_check_23_the_first_refusal_ends_a_batch_and_what_came_before_stays() {
    for (name, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        let number = purchase_order(&p21).await;
        p21.session().await;
        let order = p21.open("PurchaseOrder").await;
        order.types(PO, &[("po_no", &number), ("external_po_no", "before")]).await;
        let [open, shut] = [("external_po_no", "after"), ("company_id", "OTHER")]
            .map(|(field, value)| item(Some("TABPAGE_1"), "tp_1_dw_1", field, value));
        let refused = order.changes(vec![shut.clone(), open.clone()]).await;
        let refused = refused.refused(400, "Column is disabled: company_id");
        assert_eq!(refused.body["ErrorType"], Value::Null);
        assert_eq!(order.value("tp_1_dw_1", "external_po_no").await, "before", "{name}");
        order.changes(vec![open, shut]).await.refused(400, "Column is disabled: company_id");
        assert_eq!(order.value("tp_1_dw_1", "external_po_no").await, "after", "{name}");
    }
}

#[tokio::test]
async fn interactive_api_check_24_a_disabled_column_burns_nothing() {
    for (_, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        let number = purchase_order(&p21).await;
        p21.session().await;
        let order = p21.open("PurchaseOrder").await;
        order.types(PO, &[("po_no", &number)]).await;
        order.change(PO, "company_id", "OTHER").await.refused(400, "Column is disabled: company_id");
        order.change(PO, "external_po_no", "X").await.ok();
    }
}

#[tokio::test]
async fn interactive_api_check_25_an_unknown_datawindow_burns_the_next_call() {
    let p21 = current().await;
    p21.session().await;
    let order = p21.open("PurchaseOrder").await;
    let unknown = async || {
        let answer = order.changes(vec![item(Some("TABPAGE_1"), "dw_1", "external_po_no", "X")]).await;
        answer.refused(400, "Unable to find datawindow named dw_1");
    };
    unknown().await;
    order.change(PO, "external_po_no", "lost").await.lost();
    assert_eq!(order.value("tp_1_dw_1", "external_po_no").await, "");
    order.change(PO, "external_po_no", "kept").await.ok();
    unknown().await;
    order.data().await.lost();
    assert_eq!(order.value("tp_1_dw_1", "external_po_no").await, "kept");
    unknown().await;
    order.tab("SHIP_TO").await.lost();
    assert_eq!(order.value("tp_1_dw_1", "external_po_no").await, "kept", "the tab is another one");
    order.tab("SHIP_TO").await.ok();
    // A name that the definition has, and no window.
    let defined =
        order.changes(vec![item(Some("TABPAGE_1"), "d_po_purchase_order_sheet", "external_po_no", "X")]).await;
    defined.refused(400, "Unable to find datawindow named d_po_purchase_order_sheet");
    order.state().await.lost();
}

#[tokio::test]
async fn which_versions_burn_a_call_can_be_chosen() {
    for (choice, version, burns) in [
        (BurntCall::From26, ServerVersion::v25_2(), false),
        (BurntCall::From26, ServerVersion::parse("26.1-early").unwrap(), true),
        (BurntCall::Always, ServerVersion::v25_2(), true),
        (BurntCall::Never, ServerVersion::v26_1(), false),
    ] {
        let set = |config: &mut p21_sandbox::Config| config.unknowns.burnt_call = choice;
        let p21 = p21_with(|builder| builder.p21_version(version.clone()).configure(set)).await;
        p21.session().await;
        let order = p21.open("PurchaseOrder").await;
        order.changes(vec![item(None, "dw_1", "external_po_no", "X")]).await;
        assert_eq!(order.data().await.status == StatusCode::OK, !burns, "{choice:?} {version:?}");
    }
}

#[tokio::test]
async fn interactive_api_check_26_a_datawindow_may_be_left_out_from_26_1_on() {
    for name in ["26.1-early", "26.1"] {
        let p21 = p21_with(|builder| builder.p21_version(ServerVersion::parse(name).unwrap())).await;
        p21.session().await;
        let order = p21.open("PurchaseOrder").await;
        for (value, datawindow) in [("one", None), ("two", Some(json!(""))), ("three", Some(Value::Null))] {
            let mut change = json!({"TabName": "TABPAGE_1", "FieldName": "external_po_no", "Value": value});
            if let Some(datawindow) = datawindow {
                change["DatawindowName"] = datawindow;
            }
            order.changes(vec![change]).await.ok();
            assert_eq!(order.value("tp_1_dw_1", "external_po_no").await, value, "{name}");
        }
    }
    let p21 = p21().await;
    p21.session().await;
    let order = p21.open("PurchaseOrder").await;
    let three = json!({"TabName": "TABPAGE_1", "FieldName": "external_po_no", "Value": "X"});
    let refused = order.changes(vec![three]).await;
    assert_eq!((refused.status, refused.result(), &refused.body["Messages"]), (StatusCode::OK, 2, &json!([])));
    assert_eq!(order.value("tp_1_dw_1", "external_po_no").await, "");
}

#[tokio::test]
async fn interactive_api_check_27_a_field_of_another_tab_is_taken() {
    for (name, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        p21.session().await;
        let order = p21.open("PurchaseOrder").await;
        order.change("SHIP_TO.ship_to", "ship2_name", "Elsewhere").await.ok();
        order.tab("SHIP_TO").await.ok();
        assert_eq!(order.value("ship_to", "ship2_name").await, "Elsewhere", "{name}");
    }
}

#[tokio::test]
async fn interactive_api_check_28_data_follows_the_tab_that_was_worked_on() {
    for (name, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        let number = purchase_order(&p21).await;
        p21.session().await;
        let order = p21.open("PurchaseOrder").await;
        order.types(PO, &[("po_no", &number)]).await;
        assert_eq!(order.shown().await, ["TABPAGE_1.tp_1_dw_1", "TABPAGE_17.tp_17_dw_17"], "{name}");
        order.change("SHIP_TO.ship_to", "ship2_name", "Elsewhere").await.ok();
        assert_eq!(order.shown().await, ["SHIP_TO.ship_to", "TABPAGE_17.tp_17_dw_17"], "{name}");
    }
}

#[tokio::test]
async fn interactive_api_check_29_a_value_that_is_too_long_is_refused_as_it_is_typed() {
    for (name, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        p21.session().await;
        let order = p21.open("PurchaseOrder").await;
        order.change(PO, "external_po_no", &"x".repeat(40)).await.ok();
        let refused = order.change(PO, "external_po_no", &"y".repeat(41)).await;
        assert_ne!(refused.result(), 1, "{name}: {refused:?}");
        assert_eq!(order.value("tp_1_dw_1", "external_po_no").await, "x".repeat(40));
    }
}

/// A price page in the documented order.
pub(super) const PAGE: [(&str, &str); 9] = [
    ("price_page_type_cd", "Supplier / Product Group"),
    ("company_id", "ACME"),
    ("product_group_id", "FASTENERS"),
    ("supplier_id", "10"),
    ("description", "Typed at a window"),
    ("pricing_method_cd", "Source"),
    ("source_price_cd", "Supplier List Price"),
    ("effective_date", "2026-03-02"),
    ("expiration_date", "2030-12-31"),
];

/// Types and saves a page; its number.
pub(super) async fn price_page(p21: &P21) -> String {
    let page = p21.open("SalesPricePage").await;
    page.types("FORM.form", &PAGE).await;
    page.tab("VALUES").await.ok();
    page.types("VALUES.values", &[("calculation_method_cd", "Multiplier"), ("calculation_value1", "0.9")]).await;
    let saved = page.save().await.ok();
    assert_eq!(saved.events("savesucceeded")[0].1, "form");
    let number = saved.events("keygenerated").swap_remove(0).1;
    number.parse::<u64>().unwrap();
    page.close().await.ok();
    number
}

#[tokio::test]
async fn interactive_api_check_31_the_group_of_a_page_comes_after_its_type() {
    for (name, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        p21.session().await;
        let page = p21.open("SalesPricePage").await;
        let refused = page.change("FORM.form", "product_group_id", "FASTENERS").await;
        assert_eq!((refused.status, refused.result()), (StatusCode::OK, 2), "{name}: {refused:?}");
        assert_eq!(refused.message(), "price_page_type_cd must be set before product_group_id");
        page.types("FORM.form", &PAGE).await;
    }
}

#[tokio::test]
async fn interactive_api_check_32_a_page_is_saved_under_a_number_and_found_by_it() {
    for (name, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        p21.session().await;
        let number = price_page(&p21).await;
        let page = p21.open("SalesPricePage").await;
        page.change("FORM.form", "price_page_uid", &number).await.ok();
        assert_eq!(page.value("form", "description").await, "Typed at a window", "{name}");
        // The other doors see it.
        let read = p21.read("SalesPricePage", "FORM.form", &[("price_page_uid", &number)]).await;
        assert_eq!(value(&read, "FORM.form", "supplier_id"), "10");
        assert_eq!(value(&read, "VALUES.values", "calculation_method_cd"), "Multiplier");
    }
}

#[tokio::test]
async fn interactive_api_check_33_a_page_is_linked_to_a_book() {
    for (name, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        p21.session().await;
        let number = price_page(&p21).await;
        let book = p21.open("SalesPriceBook").await;
        book.types("FORM.form", &[("price_book_id", "WIDGETS")]).await;
        book.tab("LIST").await.ok();
        book.add_row("list_detail").await.ok();
        book.change("LIST.list_detail", "price_page_uid", &number).await.ok();
        book.save().await.ok();
        book.close().await.ok();
        let book = p21.open("SalesPriceBook").await;
        book.types("FORM.form", &[("price_book_id", "WIDGETS")]).await;
        book.tab("LIST").await.ok();
        let pages: Vec<String> =
            book.rows("list_detail").await.iter().map(|row| row["price_page_uid"].clone()).collect();
        assert!(pages.contains(&number), "{name}: {pages:?}");
    }
}

#[tokio::test]
async fn interactive_api_check_34_a_cleared_window_is_empty_and_goes_on() {
    for (name, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        p21.session().await;
        let before = p21.sandbox_rows("price_page").await;
        let page = p21.open("SalesPricePage").await;
        page.types("FORM.form", &PAGE).await;
        page.clear().await.ok();
        for (field, value) in PAGE.iter().filter(|(field, _)| *field != "company_id") {
            assert_ne!(page.value("form", field).await, *value, "{name} {field}");
        }
        assert_eq!(p21.sandbox_rows("price_page").await, before);
        page.types("FORM.form", &PAGE).await;
        page.save().await.ok();
        assert_eq!(p21.sandbox_rows("price_page").await, before + 1);
    }
}

impl P21 {
    /// How many rows a table has.
    pub(super) async fn sandbox_rows(&self, table: &str) -> usize {
        let url = format!("{}/odataservice/odata/table/{table}", self.sandbox.url());
        let answer = answer(self.client.get(url).bearer_auth(&self.token).send().await.unwrap()).await;
        answer.body["value"].as_array().unwrap_or_else(|| panic!("{answer:?}")).len()
    }
}

#[tokio::test]
async fn interactive_api_check_35_an_incomplete_row_is_named_and_the_next_one_is_there() {
    for (name, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        p21.session().await;
        let order = p21.open("Order").await;
        order.types("TABPAGE_1.order", &[("customer_id", "100198")]).await;
        order.tab("TP_ITEMS").await.ok();
        order.add_row("items").await;
        let before = order.rows("items").await.len();
        let added = order.add_row("items").await;
        assert_eq!((added.status, added.result()), (StatusCode::OK, 2), "{name}: {added:?}");
        assert!(added.message().starts_with("Required value missing for "), "{added:?}");
        assert_eq!(order.rows("items").await.len(), before + 1);
        order.change("TP_ITEMS.items", "oe_order_item_id", "WIDGET-001").await.ok();
    }
}

#[tokio::test]
async fn interactive_api_check_36_the_first_row_is_selected_with_its_tab() {
    for (_, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        let number = purchase_order(&p21).await;
        p21.session().await;
        let order = p21.open("PurchaseOrder").await;
        order.types(PO, &[("po_no", &number)]).await;
        order.tab("TABPAGE_17").await.ok();
        assert_eq!(order.row("tp_17_dw_17", 0).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        order.row("tp_17_dw_17", 1).await.ok();
        // Not with the tab any more: it is taken. So is a row that is not there.
        order.row("tp_17_dw_17", 0).await.ok();
        order.row("tp_17_dw_17", 99).await.ok();
    }
}

#[tokio::test]
async fn interactive_api_check_57_dead_routes_are_not_there() {
    for (_, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        p21.session().await;
        let window = p21.open("Order").await;
        for (method, path) in
            [("PUT", "/responsewindow"), ("PUT", "/responsewindows"), ("PUT", "/tool"), ("POST", "/button")]
        {
            let answer = window.send(method, path, json!({})).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}");
        }
        let button = format!("{V2}/window?id={}&button=No", window.id);
        assert_eq!(p21.call("DELETE", &button, None).await.status, StatusCode::BAD_REQUEST);
        window.close().await.ok();
    }
}

#[tokio::test]
async fn interactive_api_check_58_labels_are_shown_and_keys_are_data() {
    for (name, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        p21.session().await;
        for (value, value_type) in [("Supplier / Product Group", None), ("214", Some("Data"))] {
            let page = p21.open("SalesPricePage").await;
            let mut change = item(Some("FORM"), "form", "price_page_type_cd", value);
            if let Some(value_type) = value_type {
                change["ValueType"] = json!(value_type);
            }
            page.changes(vec![change]).await.ok();
            assert_eq!(page.value("form", "price_page_type_cd").await, "Supplier / Product Group", "{name}");
        }
        let page = p21.open("SalesPricePage").await;
        let refused = page.change("FORM.form", "price_page_type_cd", "214").await;
        refused.refused(422, "Invalid price_page_type_cd value: 214");
    }
}

#[tokio::test]
async fn interactive_api_check_60_v1_has_bodies_of_its_own() {
    for prefix in [API, "/ui/interactive"] {
        for (name, version) in profiles() {
            let p21 = p21_with(|builder| builder.p21_version(version)).await;
            p21.session().await;
            let book = p21.open("SalesPriceBook").await;
            let v1 = async |method: &str, path: &str, mut body: Value| {
                body["WindowId"] = json!(book.id);
                p21.call(method, &format!("{prefix}/v1{path}"), Some(&body)).await
            };
            let change = |datawindow: &str, field: &str, value: &str| json!({"ChangeRequests": [{"DataWindowName": datawindow, "FieldName": field, "Value": value}]});
            v1("PUT", "/change", change("form", "price_book_id", "COMPONENTS")).await.ok();
            v1("PUT", "/tab", json!({"PagePath": {"PageName": "LIST"}})).await.ok();
            v1("POST", "/row", json!({"DataWindowName": "list_detail"})).await.ok();
            v1("PUT", "/change", change("list_detail", "price_page_uid", "4")).await.ok();
            v1("PUT", "/row", json!({"DataWindowName": "list_detail", "RowNumber": 1})).await.ok();
            v1("PUT", "/data", json!({})).await.ok();
            let read = p21.read("SalesPriceBook", "FORM.form", &[("price_book_id", "COMPONENTS")]).await;
            assert_eq!(column(&read, "LIST.list_detail", "price_page_uid"), ["4"], "{prefix} {name}");
            let tools = p21.call("GET", &format!("{prefix}/v1/tools?windowId={}", book.id), None).await;
            assert!(tools.body.is_array(), "{tools:?}");
            p21.sandbox.set("interactive.v1", "false").unwrap();
            for (method, path) in [("PUT", "/change"), ("PUT", "/tab"), ("POST", "/row"), ("PUT", "/data")] {
                assert_eq!(v1(method, path, json!({})).await.status, StatusCode::NOT_FOUND, "{prefix} {path}");
            }
        }
    }
}

#[tokio::test]
async fn a_window_that_is_not_there_is_a_404_or_a_400() {
    for (choice, status) in [(GoneWindow::NotFound, 404), (GoneWindow::BadRequest, 400)] {
        let p21 = current_with(|builder| builder.configure(|config| config.unknowns.gone_window = choice)).await;
        p21.session().await;
        let window = p21.open("Order").await;
        window.close().await.ok();
        for answer in [window.data().await, window.state().await, window.close().await, window.save().await] {
            answer.refused(status, "Window not found");
        }
    }
}

#[tokio::test]
async fn a_window_with_something_unsaved_closes_or_asks() {
    let p21 = current().await;
    p21.session().await;
    let page = p21.open("SalesPricePage").await;
    page.types("FORM.form", &PAGE).await;
    page.close().await.ok();
    let asks = |config: &mut p21_sandbox::Config| config.unknowns.unsaved_close = UnsavedClose::Asks;
    let p21 = current_with(|builder| builder.configure(asks)).await;
    p21.session().await;
    for (tool, added) in [("cb_2", 0), ("cb_1", 1)] {
        let before = p21.sandbox_rows("price_page").await;
        let page = p21.open("SalesPricePage").await;
        page.types("FORM.form", &PAGE).await;
        let popup = page.other(&page.close().await.popup());
        assert!(popup.press(tool).await.ok().has_event("close"));
        assert_eq!(page.data().await.status, StatusCode::NOT_FOUND);
        assert_eq!(p21.sandbox_rows("price_page").await, before + added);
    }
}
