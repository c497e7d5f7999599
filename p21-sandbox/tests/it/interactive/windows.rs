//! Windows of any service: opening, tabs, closing, and what each call takes.

use p21_sandbox::{GoneWindow, ToolsById};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::driver::*;
use crate::support::*;

#[tokio::test]
async fn interactive_api_check_14_a_window_opens_by_its_service_and_shows_its_first_tab() {
    for (name, p21) in in_session().await {
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
    for (name, p21) in in_session().await {
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
async fn interactive_api_check_17_each_call_has_its_own_parameter() {
    for (name, p21) in in_session().await {
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
    for (_, p21) in in_session().await {
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
    for (name, p21) in in_session_on(&["26.1-early", "26.1"]).await {
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
    for (_, p21) in in_session().await {
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

#[tokio::test]
async fn interactive_api_check_57_dead_routes_are_not_there() {
    for (_, p21) in in_session().await {
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
async fn interactive_api_check_60_v1_has_bodies_of_its_own() {
    for prefix in [API, "/ui/interactive"] {
        for (name, p21) in in_session().await {
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
