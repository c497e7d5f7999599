//! JSON and XML, each in and out.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use p21_sandbox::MissingAccept;
use reqwest::{Method, StatusCode};
use serde_json::json;
use support::xml::*;
use support::*;

#[tokio::test]
async fn transaction_api_check_41_a_body_without_the_namespace_binds_to_nothing() {
    let p21 = p21().await;
    let body = xml_order().replace(&format!(" xmlns=\"{NAMESPACE}\""), "");
    for (accept, media_type) in [(JSON, "application/problem+json"), (XML, "application/problem+xml")] {
        let answer = p21.send_xml(accept, body.clone()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.media_type.starts_with(media_type), "{}", answer.media_type);
        assert!(answer.text.contains("The content field is required."), "{}", answer.text);
    }
}

#[tokio::test]
async fn transaction_api_check_42_order_at_the_top_is_a_500_and_deeper_a_lost_child() {
    let p21 = p21().await;
    let whole = xml_order();
    let misordered =
        whole.replace("<Name>Order</Name>", "").replace("</Transactions>", "</Transactions><Name>Order</Name>");
    assert_eq!(p21.send_xml(JSON, misordered).await.status, StatusCode::INTERNAL_SERVER_ERROR);
    let late_name = whole.replace("<Name>po_no</Name><Value>PO-1</Value>", "<Value>PO-1</Value><Name>po_no</Name>");
    let late_rows =
        whole.replace("<Name>TABPAGE_1.order</Name>", "").replacen("</Rows>", "</Rows><Name>TABPAGE_1.order</Name>", 1);
    let late_elements = format!("<Status>New</Status>{}", "<DataElements/>");
    let late_elements = format!(
        "<TransactionSet xmlns=\"{NAMESPACE}\"><Name>Order</Name><Transactions><Transaction>{late_elements}</Transaction>\
         </Transactions></TransactionSet>"
    );
    let late_edits = whole.replacen("<Row><Edits>", "<Row><RelativeDateEdits/><Edits>", 1);
    for late in [late_name, late_rows, late_elements, late_edits] {
        let answer = p21.send_xml(JSON, late.clone()).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(summary(&answer.json()), (0, 1), "{late}");
        assert_eq!(messages(&answer.json()), ["Transaction 1:: Object reference not set to an instance of an object."]);
    }
    // Absent children are fine.
    let answer = p21.send_xml(JSON, whole.replace("<RelativeDateEdits/>", "").replace("<Type>Form</Type>", "")).await;
    assert_eq!(summary(&answer.json()), (1, 0), "{}", answer.text);
}

#[tokio::test]
async fn transaction_api_check_43_transactions_in_all_four_pairings() {
    let p21 = p21().await;
    let line = items(&["unit_quantity"], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "5")]]);
    let json_body = set("Order", [vec![order_header(), line]]).to_string();
    for (content_type, body) in [(JSON, json_body), (XML, xml_order())] {
        let answer = p21.say(Method::POST, TRANSACTION, content_type, JSON, body.clone()).await;
        assert_eq!((answer.status, summary(&answer.json())), (StatusCode::OK, (1, 0)));
        assert!(answer.media_type.starts_with(JSON), "{}", answer.media_type);
        let order = value(&answer.json()["Results"]["Transactions"][0], "TABPAGE_1.order", "order_no");
        assert_eq!(column(&p21.read_order(&order).await, ITEMS, "unit_quantity"), ["5"]);

        let answer = p21.say(Method::POST, TRANSACTION, content_type, XML, body).await;
        assert!(answer.media_type.starts_with(XML), "{}", answer.media_type);
        assert_eq!((answer.status, answer.root()), (StatusCode::OK, "TransactionSetResult"));
        for part in [
            "<Succeeded>1</Succeeded>",
            "<Status>Passed</Status>",
            "<Name>order_no</Name>",
            "<a:string>unit_quantity</a:string>",
        ] {
            assert!(answer.text.contains(part), "{part}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn transaction_api_check_43_reads_in_all_four_pairings() {
    let p21 = p21().await;
    let order = p21.order(vec![order_header()]).await;
    let json_body =
        json!({"ServiceName": "Order", "TransactionStates": [state("TABPAGE_1.order", &[("order_no", &order)])]});
    let xml_body = format!(
        "<TransactionStateRequest xmlns=\"{NAMESPACE}\"><ServiceName>Order</ServiceName><TransactionStates>\
         <TransactionState><DataElementName>TABPAGE_1.order</DataElementName><Keys><Key><Name>order_no</Name>\
         <Value>{order}</Value></Key></Keys></TransactionState></TransactionStates></TransactionStateRequest>"
    );
    for (content_type, body) in [(JSON, json_body.to_string()), (XML, xml_body)] {
        let answer = p21.say(Method::POST, GET, content_type, JSON, body.clone()).await;
        assert!(answer.media_type.starts_with(JSON), "{}", answer.media_type);
        let read = answer.json()["Transactions"][0].clone();
        assert_eq!(value(&read, "TABPAGE_1.order", "order_no"), order);

        let answer = p21.say(Method::POST, GET, content_type, XML, body).await;
        assert!(answer.media_type.starts_with(XML));
        assert_eq!((answer.status, answer.root()), (StatusCode::OK, "TransactionSet"));
        assert!(answer.text.contains(&format!("<Name>order_no</Name><Value>{order}</Value>")));
    }
}

#[tokio::test]
async fn transaction_api_check_43_definitions_and_services_in_both_formats() {
    let p21 = p21().await;
    for (path, root) in [
        ("/api/v2/definition/Order", "ServiceDefinition"),
        ("/api/v2/services", "ArrayOfServiceInfo"),
        ("/api/v2/defaults/Order", "TransactionSet"),
        ("/api/v2/basics/Order", "TransactionSet"),
    ] {
        let answer = p21.say(Method::GET, path, JSON, XML, String::new()).await;
        assert_eq!((answer.status, answer.root()), (StatusCode::OK, root), "{path}");
        assert!(answer.media_type.starts_with(XML));
        let answer = p21.say(Method::GET, path, JSON, JSON, String::new()).await;
        assert!(!answer.json().is_null() && answer.status == 200, "{path}");
        assert!(answer.media_type.starts_with(JSON), "{path}: {}", answer.media_type);
    }
    let services = p21.say(Method::GET, "/api/v2/services", JSON, XML, String::new()).await;
    assert!(services.text.contains("<ServiceInfo><Name>Order</Name></ServiceInfo>"), "{}", services.text);
    let definition = p21.say(Method::GET, "/api/v2/definition/Order", JSON, XML, String::new()).await;
    assert!(definition.text.contains("<KeyDefinitions><KeyDefinition><Location>order</Location><Name>order_no</Name>"));
}

/// The template of a definition as a document of its own.
fn template(definition: &str) -> String {
    let start = definition.find("<Template><TransactionSet>").unwrap() + "<Template><TransactionSet>".len();
    let end = definition.find("</TransactionSet></Template>").unwrap();
    format!(
        "<TransactionSet xmlns=\"{NAMESPACE}\" xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\">{}</TransactionSet>",
        &definition[start..end]
    )
}

#[tokio::test]
async fn definitions_check_2_a_template_in_xml_is_a_payload_once_it_is_filled_in() {
    let p21 = p21().await;
    let definition = p21.say(Method::GET, "/api/v2/definition/JobContractPricing", JSON, XML, String::new()).await;
    let mut payload = template(&definition.text);
    // Nothing is filled in yet, so there is nothing to save; but every name and every child is where it has to be.
    let answer = p21.send_xml(JSON, payload.clone()).await;
    assert_eq!(messages(&answer.json()), ["Transaction 1:: Save is not enabled."]);
    let fills = [
        ("contract_no", "X-1"),
        ("end_date", "2027-12-31"),
        ("item_id", "WIDGET-001"),
        ("uom", "EA"),
        ("pricing_method", "Price"),
        ("price", "12.50"),
    ];
    for (name, value) in fills {
        let empty = format!("<Name>{name}</Name><Value/>");
        let header_or_line = if name == "contract_no" || name == "end_date" {
            0
        } else {
            payload.find(&format!("<Name>{LINES}</Name>")).unwrap()
        };
        let at = header_or_line + payload[header_or_line..].find(&empty).unwrap();
        payload.replace_range(at..at + empty.len(), &format!("<Name>{name}</Name><Value>{value}</Value>"));
    }
    let answer = p21.send_xml(JSON, payload).await;
    assert_eq!(summary(&answer.json()), (1, 0), "{}", answer.text);
    assert_eq!(column(&p21.read_contract("X-1").await, LINES, "price"), ["12.50"]);
}

#[tokio::test]
async fn definitions_check_2_a_template_in_json_is_one_as_well() {
    let p21 = p21().await;
    let definition = p21.say(Method::GET, "/api/v2/definition/JobContractPricing", JSON, JSON, String::new()).await;
    let mut payload = definition.json()["Template"]["TransactionSet"].clone();
    assert_eq!(p21.fails(&payload).await, ["Transaction 1:: Save is not enabled."], "nothing is filled in yet");
    for (element, edits) in [
        (CONTRACT, &[("contract_no", "X-2"), ("end_date", "2027-12-31")][..]),
        (LINES, &[("item_id", "WIDGET-001"), ("uom", "EA"), ("pricing_method", "Price"), ("price", "12.50")]),
    ] {
        let elements = payload["Transactions"][0]["DataElements"].as_array_mut().unwrap();
        let of_it = elements.iter_mut().find(|found| found["Name"] == element).unwrap();
        for edit in of_it["Rows"][0]["Edits"].as_array_mut().unwrap() {
            if let Some((_, value)) = edits.iter().find(|(name, _)| edit["Name"] == *name) {
                edit["Value"] = json!(value);
            }
        }
    }
    p21.passes(&payload).await;
    assert_eq!(column(&p21.read_contract("X-2").await, LINES, "price"), ["12.50"]);
}

#[tokio::test]
async fn statuses_are_refused_as_in_json() {
    let existing = xml_order().replace("<Status>New", "<Status>Existing");
    assert_eq!(p21().await.send_xml(JSON, existing.clone()).await.status, StatusCode::INTERNAL_SERVER_ERROR);
    let answer = p21_26().await.send_xml(XML, existing).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.text.contains("to type 'P21.Transactions.Model.V2.TransactionStatus'"), "{}", answer.text);
}

#[tokio::test]
async fn keys_outside_of_the_arrays_namespace_are_not_read() {
    let p21 = p21().await;
    let line = |quantity: &str| {
        let row = edits(&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", quantity)]);
        xml_element(ITEMS, &["unit_quantity"], &row)
    };
    let header = xml_element("TABPAGE_1.order", &[], &edits(&ORDER_HEADER));
    let body = xml_set(&format!("{header}{}{}", line("5"), line("10")));
    for (body, quantities) in [(body.clone(), vec!["5", "10"]), (body.replace("a:string", "string"), vec!["10"])] {
        let answer = p21.send_xml(JSON, body).await.json();
        let order = value(&answer["Results"]["Transactions"][0], "TABPAGE_1.order", "order_no");
        assert_eq!(column(&p21.read_order(&order).await, ITEMS, "unit_quantity"), quantities);
    }
}

#[tokio::test]
async fn what_a_missing_accept_gets_can_be_chosen() {
    // An HTTP client that adds no header of its own.
    let ask = async |p21: &P21, path: &str| {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let address = p21.sandbox.url().strip_prefix("http://").unwrap();
        let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
        let request = format!(
            "GET /uiserver0{path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\r\n",
            p21.token
        );
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut text = String::new();
        socket.read_to_string(&mut text).await.unwrap();
        text
    };
    let with = async |choice| p21_with(|builder| builder.configure(|config| config.missing_accept = choice)).await;
    let xml = p21().await;
    assert!(ask(&xml, "/api/v2/services").await.contains("<ArrayOfServiceInfo"), "XML is the default");
    assert!(ask(&xml, "/ui/common/v1/serverinfo").await.contains("<ServerInfo"), "XML unless JSON is named");
    assert!(ask(&with(MissingAccept::Json).await, "/api/v2/services").await.contains("[{\"Name\""));
    let refused = ask(&with(MissingAccept::Refused).await, "/api/v2/services").await;
    assert!(refused.starts_with("HTTP/1.1 500") && refused.ends_with("\r\n\r\n"), "{refused}");
}

#[tokio::test]
async fn xml_where_its_form_is_not_known_is_refused_with_a_text() {
    let p21 = p21().await;
    for path in ["/api/v2/commands", "/api/v2/process/pdfreport", "/api/v2/transaction/async/callback"] {
        let answer = p21.say(Method::POST, path, XML, JSON, xml_order()).await;
        assert_eq!(answer.status, StatusCode::NOT_IMPLEMENTED, "{path}");
        assert!(answer.text.contains("does not simulate"), "{}", answer.text);
    }
    let answer = p21.say(Method::POST, TRANSACTION, "text/plain", JSON, xml_order()).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn bombs_and_endless_nesting_are_refused() {
    let p21 = p21().await;
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><TransactionSet>&b;</TransactionSet>";
    let external = "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><TransactionSet/>";
    let deep = format!("<TransactionSet xmlns=\"{NAMESPACE}\">{}</TransactionSet>", "<Description>".repeat(200_000));
    for body in [bomb.to_owned(), external.to_owned(), deep] {
        let answer = p21.send_xml(XML, body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.text.contains("deserializing") && answer.text.len() < 1_000, "{}", answer.text);
    }
}

#[tokio::test]
async fn a_content_type_without_a_body_says_nothing() {
    let p21 = p21().await;
    for path in ["/api/v2/services", "/api/v2/definition/Order", "/api/v2/defaults/Order", "/api/v2/basics/Order"] {
        let answer = p21.get(path).header("Content-Type", "application/xml").header("Accept", "application/xml");
        let (status, text) = text_of(answer.send().await.unwrap()).await;
        assert!(status == 200 && text.starts_with('<'), "{path}: {status} {text}");
    }
}
