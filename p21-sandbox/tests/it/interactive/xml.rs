//! The XML flavour: ten checks of its own, 61 to 70, written from the one description that has it. Bodies are that
//! description's own wherever it shows one.

use p21_sandbox::ServerVersion;
use reqwest::StatusCode;
use serde_json::json;

use super::driver::{answer, current_with, profiles};
use super::xml_driver::*;
use crate::support::*;

#[tokio::test]
async fn interactive_api_check_61_a_session_comes_from_the_common_services() {
    for (name, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        let nowhere = p21.xml("GET", "/window?id=w", "").await;
        refused(&nowhere, 401, "Session not found or expired");
        assert_eq!(p21.xml_session("wrong", "ACME").await.status, StatusCode::UNAUTHORIZED, "{name}");
        assert_eq!(p21.xml_session("sandbox", "NONE").await.status, StatusCode::BAD_REQUEST);
        let made = p21.xml_session("sandbox", "ACME").await;
        assert_eq!((made.status, made.marks), (StatusCode::OK, vec!["own form".to_owned()]));
        assert!(super::sessions::uuid_like(said(&made.text, "SessionId")), "{}", made.text);
        // It is one of the sessions that JSON has: of this token, and no second one.
        assert_eq!(p21.sessions().await, 1);
        refused(&p21.xml_session("sandbox", "ACME").await, 409, "Session already exists.");
        assert_eq!(p21.xml("DELETE", "/common/session", "").await.status, StatusCode::OK);
        assert_eq!(p21.sessions().await, 0);
    }
    let p21 = current_with(|builder| builder.configure(|config| config.interactive.xml = false)).await;
    assert_eq!(p21.xml_session("sandbox", "ACME").await.status, StatusCode::NOT_FOUND, "a server without it");
}

#[tokio::test]
async fn interactive_api_check_62_a_window_opens_by_its_menu_entry() {
    for (name, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        let order = p21.xml_order().await;
        assert!(super::sessions::uuid_like(&order.id), "{name}");
        let opened = &order.opened.text;
        assert!(opened.starts_with("<OpenWindowResult><WindowId>"), "{opened}");
        assert!(order.opened.marks.is_empty(), "{:?}", order.opened.marks);
        assert!(opened.contains("<Event><Name>WindowOpened</Name><Timestamp>20"), "{opened}");
        assert!(opened.contains("<Messages></Messages><DataWindows><DataWindow name=\"d_oe_hdr\""), "{opened}");
        let open = async |members: &str| {
            p21.xml("POST", "/window", &format!("<WindowType {SPACE}>{members}</WindowType>")).await
        };
        // The title is cosmetic.
        done(open("<MenuId>OE-I-1</MenuId><Title>Anything</Title>").await);
        let lacking = open("<ServiceName>oe_entry</ServiceName>").await;
        refused(&lacking, 400, "`WindowType` has no `MenuId`");
        refused(&open("<MenuId>OE-I-9</MenuId>").await, 500, "Cannot open window  because is not available");
        refused(&open("<MenuId>OE-I-1</MenuId><ServiceName>po_entry</ServiceName>").await, 500, "Cannot open window");
        // Windows that the description doesn't have open by their service, whatever their menu entry is called.
        let page = open("<MenuId>SP-1</MenuId><ServiceName>SalesPricePage</ServiceName>").await;
        assert_eq!((page.status, page.marks.as_slice()), (StatusCode::OK, &["ignored: MenuId".to_owned()][..]));
    }
}

#[tokio::test]
async fn interactive_api_check_63_a_window_shows_what_it_is_made_of_until_it_is_closed() {
    for (name, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        let order = p21.xml_order().await;
        let state = done(order.get("/window").await).text;
        for part in [
            "<Title>Order Entry</Title>",
            "<Tab name=\"tab_line_items\"",
            "<DataWindow name=\"d_oe_hdr\"",
            "<Field name=\"customer_id\" label=\"",
            "<Rows><Row><Field name=",
        ] {
            assert!(state.contains(part), "{name}: no {part}: {state}");
        }
        let closed = p21.xml("DELETE", &format!("/window?id={}", order.id), "").await;
        done(closed);
        refused(&order.get("/window").await, 404, "Window not found");
        refused(&order.changes(&[("d_oe_hdr", "po_no", "1", None)]).await, 404, "Window not found");
        refused(&p21.xml("DELETE", "/window", "").await, 400, "Window ID was not provided");
    }
}

#[tokio::test]
async fn interactive_api_check_64_changes_run_in_order_and_say_all_that_they_changed() {
    for (name, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        let order = p21.xml_order().await;
        let changed = done(order.changes(&[("d_oe_hdr", "customer_id", "100198", Some(0))]).await);
        assert!(changed.text.starts_with("<ChangeResult><WindowId>"), "{}", changed.text);
        assert!(changed.marks.is_empty());
        let fields = said(&changed.text, "ChangedFields");
        assert!(
            fields.contains("<Field datawindow=\"d_oe_hdr\" name=\"customer_id\">100198</Field>"),
            "{name}: {fields}"
        );
        // In one call, in their order; the first that isn't taken ends it, and those before it stay.
        order.tab("tab_line_items").await;
        let both = [("d_oe_line", "oe_order_item_id", "WIDGET-001", None), ("d_oe_line", "unit_quantity", "10", None)];
        let cascade = done(order.changes(&both).await);
        let fields = said(&cascade.text, "ChangedFields");
        for part in ["oe_order_item_id", "unit_quantity", "unit_of_measure"] {
            assert!(
                fields.contains(&format!("<Field datawindow=\"d_oe_line\" name=\"{part}\">")),
                "{name}: no {part}: {fields}"
            );
        }
        let second = [("d_oe_line", "unit_quantity", "7", None), ("d_oe_line", "unit_quantity", "many", None)];
        let stopped = order.changes(&second).await;
        failed(&stopped, "Invalid unit_quantity value: many");
        assert!(said(&stopped.text, "ChangedFields").contains(">7"), "{stopped:?}");
        // The program that the description shows says POST.
        let body = format!(
            "<ChangeRequest {SPACE}><WindowId>{}</WindowId><Changes><Change><DataWindowName>d_oe_hdr</DataWindowName>\
             <FieldName>po_no</FieldName><Value>A-7</Value></Change></Changes></ChangeRequest>",
            order.id
        );
        done(p21.xml("POST", "/change", &body).await);
    }
}

#[tokio::test]
async fn interactive_api_check_65_rows_are_counted_from_0_and_the_current_one_is_meant() {
    for (name, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        let order = p21.xml_order().await;
        order.types("d_oe_hdr", &HEADER).await;
        done(order.tab("tab_line_items").await);
        order.types("d_oe_line", &[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "1")]).await;
        let added = order.send("POST", "/row", "RowRequest", "<DataWindowName>d_oe_line</DataWindowName>").await;
        assert_eq!(said(&done(added).text, "Row"), "1", "{name}: the second one");
        order.types("d_oe_line", &[("oe_order_item_id", "WIDGET-002"), ("unit_quantity", "2")]).await;
        let quantities = async || order.rows("d_oe_line", "unit_quantity").await;
        assert_eq!(quantities().await, ["1", "2"], "{name}");
        done(order.changes(&[("d_oe_line", "unit_quantity", "3", Some(0))]).await);
        assert_eq!(quantities().await, ["3", "2"], "{name}");
        done(order.row("d_oe_line", 1).await);
        done(order.changes(&[("d_oe_line", "unit_quantity", "4", None)]).await);
        assert_eq!(quantities().await, ["3", "4"], "{name}");
        for row in [-1, 2] {
            failed(
                &order.row("d_oe_line", row).await,
                &format!("`d_oe_line` has no row {row}: rows are counted from 0"),
            );
            let typed = order.changes(&[("d_oe_line", "unit_quantity", "5", Some(row))]).await;
            assert!(errors(&typed).contains("has no row"), "{typed:?}");
        }
        assert_eq!(quantities().await, ["3", "4"], "{name}");
    }
}

#[tokio::test]
async fn interactive_api_check_66_a_row_comes_with_its_values_in_one_call() {
    for (name, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        let order = p21.xml_order().await;
        order.types("d_oe_hdr", &HEADER).await;
        done(order.tab("tab_line_items").await);
        let row = "<DataWindowName>d_oe_line</DataWindowName>\n<Fields>\n<Field name=\"oe_order_item_id\">WIDGET-001</Field>\n\
                   <Field name=\"unit_quantity\">10</Field>\n</Fields>";
        let added = done(order.send("POST", "/row/data", "RowDataRequest", row).await);
        // The events of each field fire before the next is typed.
        assert!(said(&added.text, "ChangedFields").contains("name=\"unit_of_measure\">EA<"), "{name}: {}", added.text);
        assert_eq!(order.rows("d_oe_line", "unit_quantity").await.last().unwrap(), "10");
        let bad = row.replace("WIDGET-001", "NO-SUCH-ITEM");
        let refused = order.send("POST", "/row/data", "RowDataRequest", &bad).await;
        assert_eq!(refused.status, StatusCode::OK);
        assert!(errors(&refused).contains("item ID does not exist"), "{refused:?}");
    }
}

#[tokio::test]
async fn interactive_api_check_67_a_save_says_the_key_or_what_is_wrong() {
    for (name, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        let order = p21.xml_order().await;
        order.types("d_oe_hdr", &[("customer_id", "100198")]).await;
        // A validation that fails is a 200.
        let lacking = order.save().await;
        assert_eq!((lacking.status, said(&lacking.text, "KeyValue")), (StatusCode::OK, ""), "{name}");
        assert!(errors(&lacking).starts_with("<Error>"), "{name}: {lacking:?}");
        order.types("d_oe_hdr", &HEADER).await;
        order.types("d_oe_hdr", &[("order_date", "03/02/2026"), ("requested_date", "03/20/2026")]).await;
        done(order.tab("tab_line_items").await);
        order.types("d_oe_line", &[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "2")]).await;
        let saved = done(order.save().await);
        let number = said(&saved.text, "KeyValue").to_owned();
        assert!(!number.is_empty(), "{name}: {}", saved.text);
        // The other doors see it, and so does another window.
        let read = p21.read("Order", "TABPAGE_1.order", &[("order_no", &number)]).await;
        assert_eq!(value(&read, "TABPAGE_1.order", "customer_id"), "100198", "{name}");
        assert_eq!(value(&read, "TABPAGE_1.order", "requested_date"), "2026-03-20", "{name}");
        assert_eq!(value(&read, "TP_ITEMS.items", "oe_order_item_id"), "WIDGET-001", "{name}");
        done(p21.xml("DELETE", &format!("/data?id={}", order.id), "").await);
        assert_eq!(order.rows("d_oe_hdr", "order_no").await, [""], "{name}");
        order.types("d_oe_hdr", &[("order_no", &number)]).await;
        assert_eq!(order.rows("d_oe_hdr", "customer_id").await, ["100198"], "{name}");
        failed(
            &order.changes(&[("d_oe_hdr", "order_no", "999999", None)]).await,
            "Enter a valid ID or leave ID blank.",
        );
    }
}

#[tokio::test]
async fn interactive_api_check_68_tabs_and_tools_go_by_their_names() {
    for (name, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        let order = p21.xml_order().await;
        done(order.tab("tab_line_items").await);
        let state = done(order.get("/window").await).text;
        assert!(
            state.contains("<DataWindow name=\"d_oe_line\" tab=\"tab_line_items\" style=\"List\""),
            "{name}: {state}"
        );
        // By its other name it isn't there.
        for tab in ["tab_none", "TP_ITEMS"] {
            refused(&order.tab(tab).await, 500, &format!("Tab with name or display text of {tab} does not exist."));
        }
        let tools = done(order.get("/tools").await).text;
        assert!(tools.contains("<Tool name=\"Quick.Clear\" text=\"Clear\"></Tool>"), "{name}: {tools}");
        let run = async |tool: &str| {
            order.send("POST", "/tools", "ToolRequest", &format!("<ToolName>{tool}</ToolName>")).await
        };
        order.types("d_oe_hdr", &[("po_no", "PO-1")]).await;
        done(run("Quick.Clear").await);
        assert_eq!(order.rows("d_oe_hdr", "po_no").await, [""], "{name}");
        refused(&run("post").await, 500, "there is no tool `post`");
    }
}

#[tokio::test]
async fn interactive_api_check_69_values_have_codes_dates_and_points_have_one_form() {
    for (name, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version)).await;
        let page = p21.xml_page().await;
        let values = page.get("/values?dataWindowName=form&fieldName=price_page_type_cd").await;
        assert_eq!(values.status, StatusCode::OK);
        let code = "<Value code=\"214\" description=\"Supplier / Product Group\"></Value>";
        assert!(
            values.text.starts_with("<Values><Value code=") && values.text.contains(code),
            "{name}: {}",
            values.text
        );
        // What is listed is taken: the code, and what is shown of it.
        for kind in ["214", "Supplier / Product Group"] {
            page.types("form", &[("price_page_type_cd", kind)]).await;
            assert_eq!(page.rows("form", "price_page_type_cd").await, ["Supplier / Product Group"], "{name}");
        }
        page.types("form", &[("company_id", "ACME"), ("expiration_date", "12/31/2030")]).await;
        assert_eq!(page.rows("form", "expiration_date").await, ["12/31/2030"], "{name}");
        for date in ["2030-12-31", "31/12/2030", "12/31/30"] {
            let refused = page.changes(&[("form", "expiration_date", date, None)]).await;
            failed(&refused, &format!("Invalid expiration_date value: {date}"));
        }
        done(page.tab("VALUES").await);
        page.types("values", &[("calculation_method_cd", "Multiplier"), ("calculation_value1", "0.9")]).await;
        let comma = page.changes(&[("values", "calculation_value1", "0,9", None)]).await;
        failed(&comma, "Invalid calculation_value1 value: 0,9");
        let none = page.get("/values?dataWindowName=form&fieldName=description").await;
        assert_eq!(none.text, "<Values></Values>");
        refused(&page.get("/values?dataWindowName=form&fieldName=nothing").await, 500, "nothing");
    }
}

#[tokio::test]
async fn interactive_api_check_70_statuses_are_those_of_the_description() {
    let p21 = p21_with(|builder| builder.p21_version(ServerVersion::v26_1())).await;
    let order = p21.xml_order().await;
    let change = |space: &str, members: &str| format!("<ChangeRequest {space}>{members}</ChangeRequest>");
    let deep = "<a>".repeat(50) + &"</a>".repeat(50);
    let entity = "<!DOCTYPE a [<!ENTITY b \"c\">]>".to_owned() + &change(SPACE, "<WindowId>&b;</WindowId>");
    for (body, part) in [
        (change(SPACE, "<WindowId>"), "ill-formed"),
        (change(SPACE, "<Changes/>"), "`ChangeRequest` has no `WindowId`"),
        (change("xmlns=\"urn:other\"", "<WindowId>w</WindowId>"), "in the namespace `urn:other`"),
        (change("", "<WindowId>w</WindowId>"), "in the namespace ``"),
        (change(SPACE, &deep), "deeper ones"),
        (entity, "a document type"),
        (change(SPACE, "<WindowId>&lol;</WindowId>"), "is not known"),
        (format!("<SaveRequest {SPACE}/>"), "not `ChangeRequest`"),
        (String::new(), "ends too early"),
        ("{}".to_owned(), "text outside"),
    ] {
        let answer = p21.xml("PUT", "/change", &body).await;
        refused(&answer, 400, part);
        assert!(answer.text.len() < 1_000 && answer.marks.contains(&"own words".to_owned()), "{answer:?}");
    }
    // A value that isn't taken is a 200; what P21 itself can't do is a 500 whose messages say why.
    failed(&order.changes(&[("d_oe_hdr", "order_no", "999999", None)]).await, "Enter a valid ID or leave ID blank.");
    refused(&order.changes(&[("order", "po_no", "1", None)]).await, 500, "Unable to find datawindow named order");
    // The call after that is lost, as in JSON.
    assert_eq!(order.changes(&[("d_oe_hdr", "po_no", "1", None)]).await.text, "");
    done(order.changes(&[("d_oe_hdr", "po_no", "1", None)]).await);
    // Nobody can be asked: what has one right answer gets it, and says so; all else fails.
    let dates = done(order.changes(&[("d_oe_hdr", "requested_date", "03/20/2026", None)]).await);
    assert!(said(&dates.text, "Messages").contains("(w_response_common)"), "{dates:?}");
    let item = format!("<WindowType {SPACE}><MenuId>IM-1</MenuId><ServiceName>Item</ServiceName></WindowType>");
    let item = p21.xml_open(&item).await;
    item.types("tp_1_dw_1", &[("item_id", "WIDGET-001")]).await;
    done(item.tab("TABPAGE_17").await);
    done(item.row("invloclist", 0).await);
    done(item.tab("TABPAGE_18").await);
    let accounts = item.changes(&[("inv_loc_detail", "product_group_id", "FASTENERS", None)]).await;
    refused(&accounts, 500, "Unexpected response window: ");
    done(item.row("invloclist", 0).await);
    let json = p21.client.put(format!("{}/change", p21.sandbox.ui_url())).bearer_auth(&p21.token).json(&json!({}));
    assert_eq!(answer(json.send().await.unwrap()).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    for path in ["/rows/limits", "/rows/selected"] {
        assert_eq!(p21.xml("PUT", path, "").await.status, StatusCode::NOT_IMPLEMENTED, "{path}");
    }
    assert_eq!(p21.call("DELETE", super::driver::SESSIONS, None).await.status, StatusCode::OK);
    refused(&order.get("/data").await, 401, "Session not found or expired");
    let nobody = p21.client.get(format!("{}/window?id=w", p21.sandbox.ui_url())).send().await.unwrap();
    assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED);
}
