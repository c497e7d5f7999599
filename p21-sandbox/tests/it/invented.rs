//! Nothing is invented: what the facts say is answered, and of what they don't say the answer is that it is not simulated.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use reqwest::Method;
use serde_json::{Value, json};
use support::*;

const UI: &str = "/uiserver0";

/// What an endpoint of the facts is answered with.
enum Answer {
    /// A status, and a part of the body.
    Known(u16, &'static str),
    /// A status and no body.
    Empty(u16),
    /// 501, with what is missing.
    NotSimulated(&'static str),
}
use Answer::*;

/// Every endpoint that the facts name, below the base address.
fn endpoints() -> Vec<(&'static str, String, Value, Answer)> {
    let ui = |path: &str| format!("{UI}{path}");
    let base = |path: &str| path.to_owned();
    let nothing = Value::Null;
    let order = json!({"Name": "Order", "Transactions": []});
    let invoices = json!({"Name": "m_invoices", "Transactions": [{"Status": 0, "DataElements": []}]});
    let task = json!({"Name": "VoucherByItem", "Transactions": []});
    let shipment = json!({"Name": "DirectShipConfirmation", "Transactions": []});
    let note = json!({"Requests": [{"Action": 0, "Args": {"ServiceName": "ContainerBuilding"}}]});
    vec![
        ("POST", base("/api/security/token/v2"), json!({"username": "x"}), Known(401, "invalid_grant")),
        ("POST", base("/api/security/token"), nothing.clone(), Known(401, "invalid_grant")),
        ("GET", base("/api/ui/router/v1/?urlType=external"), nothing.clone(), Known(200, "Url")),
        ("GET", base("/api/ui/router/v1?urlType=external"), nothing.clone(), Known(307, "Object Moved")),
        ("GET", ui("/ui/common/v1/serverinfo"), nothing.clone(), Known(200, "Version/Application Version")),
        ("GET", base("/api/version"), nothing.clone(), Empty(404)),
        ("GET", base("/api/v2/version"), nothing.clone(), Empty(404)),
        ("GET", base("/api/ui/version"), nothing.clone(), Empty(404)),
        ("GET", base("/version"), nothing.clone(), Empty(404)),
        // The Transaction API.
        ("GET", ui("/api/v2/services"), nothing.clone(), Known(200, "Order")),
        ("GET", ui("/api/v2/services?type=report"), nothing.clone(), Known(200, "[]")),
        ("GET", ui("/api/v2/services?type=x"), nothing.clone(), Known(400, "Service Type is invalid.")),
        ("GET", ui("/api/v2/definition/Order"), nothing.clone(), Known(200, "TransactionDefinition")),
        ("GET", ui("/api/v2/definition/Nowhere"), nothing.clone(), Empty(500)),
        ("GET", ui("/api/v2/definition/VoucherByItem"), nothing.clone(), NotSimulated("VoucherByItem")),
        ("GET", ui("/api/v2/defaults/VoucherByItem"), nothing.clone(), NotSimulated("VoucherByItem")),
        ("GET", ui("/api/v2/basics/VoucherByItem"), nothing.clone(), NotSimulated("VoucherByItem")),
        ("GET", ui("/api/v2/defaults/Order"), nothing.clone(), Known(200, "DataElements")),
        ("GET", ui("/api/v2/defaults/Nowhere"), nothing.clone(), Empty(500)),
        ("GET", ui("/api/v2/basics/Order"), nothing.clone(), Known(200, "DataElements")),
        ("GET", ui("/api/v2/basics/Nowhere"), nothing.clone(), Empty(500)),
        ("POST", ui("/api/v2/transaction"), order.clone(), Known(200, "Summary")),
        ("POST", ui("/api/v2/transaction"), task.clone(), NotSimulated("VoucherByItem")),
        ("POST", ui("/api/v2/transaction"), shipment, NotSimulated("DirectShipConfirmation")),
        ("POST", ui("/api/v2/transaction/get"), json!({"ServiceName": "Order"}), Known(200, "DataElements")),
        ("POST", ui("/api/v2/transaction/get"), json!({"ServiceName": "VoucherByItem"}), NotSimulated("VoucherByItem")),
        ("GET", ui("/api/v2/transaction/get"), nothing.clone(), Empty(405)),
        ("POST", ui("/api/v2/transaction/async"), order.clone(), Known(202, "RequestId")),
        ("POST", ui("/api/v2/transaction/async"), task, NotSimulated("VoucherByItem")),
        ("DELETE", ui("/api/v2/transaction/async/1"), nothing.clone(), Empty(404)),
        ("DELETE", ui("/api/v2/transaction/1"), nothing.clone(), Empty(404)),
        ("POST", ui("/api/v2/transaction/async/cancel"), json!({}), Empty(404)),
        ("DELETE", ui("/api/v2/transaction/async"), nothing.clone(), Empty(405)),
        ("POST", ui("/api/v2/transaction/async/callback"), json!({"Content": order}), Known(400, "Callback")),
        ("POST", ui("/api/v2/commands"), json!({"Requests": []}), Known(200, "Results")),
        ("POST", ui("/api/v2/commands"), json!({"Requests": [{"Action": 7}]}), Empty(500)),
        ("POST", ui("/api/v2/commands"), json!({"Requests": [{"Action": 3}]}), Empty(204)),
        ("POST", ui("/api/v2/commands"), note, NotSimulated("ContainerBuilding")),
        ("POST", ui("/api/v2/process/pdfreport"), invoices, NotSimulated("m_invoices")),
        // OData.
        ("GET", base("/odataservice/odata/table/supplier?$top=1"), nothing.clone(), Known(200, "@odata.context")),
        ("GET", base("/odataservice/odata/view/p21_view_oe_hdr?$top=1"), nothing.clone(), Known(200, "@odata.context")),
        ("GET", base("/odataservice/odata/table/"), nothing.clone(), Known(200, "value")),
        ("GET", base("/odataservice/odata/view/"), nothing.clone(), Known(200, "value")),
        ("GET", base("/odataservice/odata/table/$metadata"), nothing.clone(), Known(200, "$EntityContainer")),
        ("GET", base("/odataservice/odata/view/$metadata"), nothing.clone(), Known(200, "$EntityContainer")),
        ("GET", base("/odataservice/odata/$metadata"), nothing.clone(), Empty(404)),
        ("GET", base("/odataservice/odata/table/nowhere"), nothing.clone(), Empty(404)),
        (
            "GET",
            base("/odataservice/odata/table/bin"),
            nothing.clone(),
            Known(404, "404 - File or directory not found"),
        ),
        ("GET", base("/odataservice/odata/view/p21_view_es_item"), nothing.clone(), NotSimulated("search views")),
        ("GET", base("/data/erp/views/v1"), nothing.clone(), NotSimulated("OData v3")),
        ("GET", base("/data/erp/views/v1/p21_view_oe_hdr('1')"), nothing.clone(), NotSimulated("OData v3")),
        ("GET", base("/data/erp"), nothing.clone(), NotSimulated("OData v3")),
        // The other families.
        ("GET", base("/api/entity"), nothing.clone(), NotSimulated("Entity")),
        ("GET", base("/api/entity/"), nothing.clone(), NotSimulated("Entity")),
        ("GET", base("/api/entity/customers/"), nothing.clone(), NotSimulated("Entity")),
        ("GET", base("/api/entity/addresses/new"), nothing.clone(), Empty(500)),
        ("PUT", base("/api/entity/addresses/1"), json!({}), Empty(405)),
        ("GET", base("/api/entity/addresses/1"), nothing.clone(), NotSimulated("Entity")),
        ("POST", base("/api/entity/addresses/new"), json!({}), NotSimulated("Entity")),
        ("GET", base("/api/inventory"), nothing.clone(), NotSimulated("Inventory")),
        ("POST", base("/api/inventory/parts"), json!({}), NotSimulated("Inventory")),
        ("GET", base("/api/sales"), nothing.clone(), NotSimulated("Sales")),
        ("GET", base("/api/sales/orders/1"), nothing.clone(), NotSimulated("Sales")),
        ("GET", base("/api/purchasing"), nothing.clone(), NotSimulated("Purchasing")),
        ("GET", base("/api/purchasing/orders"), nothing.clone(), NotSimulated("Purchasing")),
        ("GET", base("/api/contacts"), nothing.clone(), NotSimulated("Contacts")),
        ("GET", base("/api/contacts/"), nothing.clone(), NotSimulated("Contacts")),
        ("PUT", base("/udtservice/api/udtdata/updateudtdata"), json!({}), NotSimulated("UDT")),
        ("DELETE", base("/udtservice/api/udtdata/deleteudtdata"), json!({}), NotSimulated("UDT")),
        ("GET", base("/udtservice"), nothing.clone(), NotSimulated("UDT")),
        ("GET", base("/api/admin"), nothing.clone(), NotSimulated("administration")),
        ("GET", base("/api/admin/consumers"), nothing.clone(), NotSimulated("administration")),
        ("GET", base("/api/.configuration"), nothing.clone(), NotSimulated("configuration")),
        ("GET", base("/p21sdk/x"), nothing.clone(), NotSimulated("SDK")),
        // The Interactive API.
        ("GET", ui("/api/ui/interactive/v2/data?id=w"), nothing.clone(), Known(401, "Session not found or expired")),
        ("POST", ui("/api/ui/interactive/sessions"), json!({}), Known(200, "SessionId")),
        ("GET", ui("/api/ui/interactive/sessions"), nothing.clone(), Known(200, "UserName")),
        ("GET", ui("/api/ui/interactive/v2/data?id=w"), nothing.clone(), Known(404, "Window not found")),
        ("PUT", ui("/api/ui/interactive/v2/change"), json!({}), Known(422, "Window ID was not provided")),
        ("PUT", ui("/api/ui/interactive/v2/rows/limits"), json!({}), NotSimulated("row limits")),
        ("POST", ui("/api/ui/interactive/v2/rows/selected"), json!({}), NotSimulated("several rows")),
        ("POST", ui("/ui/full/v1/window/"), json!("m_suppliergroupmaintenance"), NotSimulated("ui/full")),
        ("GET", ui("/ui/full/v2/data/data?id=w"), nothing.clone(), NotSimulated("ui/full")),
        ("POST", ui("/common/session"), json!({}), Known(415, "application/xml")),
        ("POST", ui("/window"), json!({}), Known(415, "application/xml")),
        ("GET", ui("/values"), nothing.clone(), Known(400, "Window ID was not provided")),
        ("PUT", ui("/rows/limits"), json!({}), NotSimulated("row limits in XML")),
        ("PUT", ui("/rows/selected"), json!({}), NotSimulated("several rows in XML")),
        ("GET", ui("/api/ui/interactive/sessions/help"), nothing.clone(), NotSimulated("help")),
        ("PUT", ui("/api/ui/interactive/v2/responsewindow"), json!({}), Empty(404)),
        ("DELETE", ui("/api/ui/interactive/sessions"), nothing.clone(), Empty(200)),
    ]
}

#[tokio::test]
async fn every_endpoint_of_the_facts_is_answered_as_they_say_or_not_simulated() {
    let p21 = p21().await;
    for (method, path, body, expected) in endpoints() {
        let url = format!("{}{path}", p21.sandbox.url());
        let method: Method = method.parse().unwrap();
        let mut request = p21.client.request(method.clone(), url).header("accept", "application/json");
        if !path.starts_with("/api/security") {
            request = request.bearer_auth(&p21.token);
        }
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let marks = marks(&answer);
        let (status, text) = text_of(answer).await;
        let shown = format!("{method} {path}: {status} {text}");
        match expected {
            Known(wanted, part) => assert!(status == wanted && text.contains(part), "{shown}"),
            Empty(wanted) => assert!(status == wanted && text.is_empty(), "{shown}"),
            NotSimulated(part) => {
                let said = text.contains("This local P21 does not simulate") && text.contains(part);
                assert!(status == 501 && said && marks == ["not simulated"], "{shown}");
            }
        }
    }
}

/// An order, as it is stored.
pub(crate) fn one_order() -> Value {
    set("Order", [vec![order_header(), items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "5")]])]])
}

#[tokio::test]
async fn an_unknown_word_for_an_enum_is_a_400() {
    let p21 = p21().await;
    for (pointer, value, of) in [
        ("/TransactionSplitMethod", json!("Sideways"), "TransactionSplitMethod"),
        ("/Transactions/0/DataElements/0/Type", json!("Grid"), "Transactions[0].DataElements[0].Type"),
    ] {
        let mut sent = one_order();
        sent["TransactionSplitMethod"] = json!(0);
        *sent.pointer_mut(pointer).unwrap() = value.clone();
        let (status, text) = p21.send(&sent).await;
        let said =
            text.contains("Error converting value") && text.contains(value.as_str().unwrap()) && text.contains(of);
        assert!(status == 400 && said, "{text}");
    }
    for known in [json!(0), json!("Standard"), json!("standard"), json!("List"), json!("Form")] {
        let mut sent = one_order();
        let member = if known.as_str().is_some_and(|word| word.len() == 4) { "Type" } else { "" };
        match member {
            "Type" => sent["Transactions"][0]["DataElements"][0]["Type"] = known,
            _ => sent["TransactionSplitMethod"] = known,
        }
        p21.passes(&sent).await;
    }
}
