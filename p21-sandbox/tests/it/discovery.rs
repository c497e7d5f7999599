//! Services, definitions, defaults, basics.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use reqwest::StatusCode;
use serde_json::Value;
use support::*;

impl P21 {
    async fn fetch(&self, path: &str) -> Value {
        self.get(path).send().await.unwrap().json().await.unwrap()
    }

    async fn refused(&self, path: &str) -> (StatusCode, String) {
        text_of(self.get(path).send().await.unwrap()).await
    }
}

fn names(services: &Value) -> Vec<&str> {
    services.as_array().unwrap().iter().map(|service| service["Name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn transaction_api_check_46_the_list_of_services_hides_reports() {
    let p21 = p21().await;
    let services = p21.fetch("/api/v2/services").await;
    assert!(names(&services).contains(&"Order") && !names(&services).iter().any(|name| name.starts_with("m_")));
    assert_eq!(p21.fetch("/api/v2/services?type=window").await, services);
    assert_eq!(p21.fetch("/api/v2/services?type=report").await, Value::Array(Vec::new()));
    let (status, text) = p21.refused("/api/v2/services?type=x").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(text.contains("Service Type is invalid."));
    assert_eq!(p21.fetch("/api/v2/definition/m_picktickets").await["Name"], "m_picktickets");
}

#[tokio::test]
async fn transaction_api_check_47_unknown_names_and_undeployed_windows() {
    let p21 = p21_with(|builder| builder.undeployed("VendorInvoice").undeployed("Supplier")).await;
    let services = p21.fetch("/api/v2/services").await;
    assert!(names(&services).contains(&"VendorInvoice") && names(&services).contains(&"Supplier"));
    for kind in ["definition", "defaults", "basics"] {
        for name in ["NoSuchService", "order", "..%2F..%2Fetc%2Fpasswd", "%00", "a%20b"] {
            let answer = p21.refused(&format!("/api/v2/{kind}/{name}")).await;
            assert_eq!(answer, (StatusCode::INTERNAL_SERVER_ERROR, String::new()), "{kind}/{name}");
        }
        let (status, text) = p21.refused(&format!("/api/v2/{kind}/VendorInvoice")).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        let wanted = "Window <<VendorInvoice>> is not available or user does not have permission to open it";
        assert!(text.contains(wanted), "{text}");
    }
}

#[tokio::test]
async fn transaction_api_check_48_basics_are_keys_and_required_fields() {
    let p21 = p21().await;
    for service in ["Order", "JobContractPricing", "Customer", "PurchaseOrder"] {
        let basics = p21.fetch(&format!("/api/v2/basics/{service}")).await;
        let definition = p21.fetch(&format!("/api/v2/definition/{service}")).await;
        let defined = definition["TransactionDefinition"]["DataElementDefinitions"].as_array().unwrap();
        let given = basics["Transactions"][0]["DataElements"].as_array().unwrap();
        assert_eq!((given.len(), &basics["Transactions"][0]["Status"]), (defined.len(), &Value::from("New")));
        for (given, defined) in given.iter().zip(defined) {
            assert_eq!((&given["Name"], &given["Keys"]), (&defined["Name"], &defined["KeyFields"]));
            let keys = defined["KeyFields"].as_array().unwrap();
            let fields = defined["FieldDefinitions"].as_array().unwrap().iter();
            let wanted = fields.filter(|field| field["Required"] == true || keys.contains(&field["Name"]));
            let wanted: Vec<&Value> = wanted.map(|field| &field["Name"]).collect();
            let edits = given["Rows"][0]["Edits"].as_array().unwrap();
            assert_eq!(edits.iter().map(|edit| &edit["Name"]).collect::<Vec<_>>(), wanted, "{}", given["Name"]);
            assert!(edits.iter().all(|edit| edit["IgnoreIfEmpty"] == true && edit["Value"] == ""));
        }
    }
    let order = p21.fetch("/api/v2/basics/Order").await;
    let header = &order["Transactions"][0]["DataElements"][0]["Rows"][0]["Edits"];
    let header: Vec<&str> = header.as_array().unwrap().iter().map(|edit| edit["Name"].as_str().unwrap()).collect();
    let documented =
        ["order_no", "sales_loc_id", "contact_id", "po_no", "order_date", "company_id", "taker", "requested_date"];
    assert_eq!(header, documented);
}

#[tokio::test]
async fn defaults_have_every_field_and_what_p21_fills_in() {
    let p21 = p21().await;
    let defaults = p21.fetch("/api/v2/defaults/JobContractPricing").await;
    let transaction = &defaults["Transactions"][0];
    assert_eq!(value(transaction, LINES, "row_status_flag"), "Active");
    assert_eq!(value(transaction, CONTRACT, "taker"), "sandbox");
    assert_eq!(value(transaction, CONTRACT, "contract_no"), "");
    let defaults = p21.fetch("/api/v2/defaults/Customer").await;
    let transaction = &defaults["Transactions"][0];
    let ship_to = "SHIP_TO_GENERAL.ship_to_general";
    for (element, field, filled) in [
        ("TABPAGE_1.tp_1_dw_1", "company_id", "ACME"),
        ("TABPAGE_1.tp_1_dw_1", "terms_id", "To Be Determined"),
        ("TABPAGE_1.tp_1_dw_1", "customer_type_cd", "Customer"),
        (ship_to, "packing_basis", "Partial"),
        (ship_to, "default_branch", ""),
    ] {
        assert_eq!(value(transaction, element, field), filled, "{field}");
    }
    for field in ["freight_cd", "fob"] {
        assert_ne!(value(transaction, ship_to, field), "", "{field} is filled in, with what is not known");
    }
}

#[tokio::test]
async fn definitions_look_like_a_servers() {
    let p21 = p21().await;
    let (_, text) = p21.refused("/api/v2/definition/SalesPricePage").await;
    assert!(!text.contains("ValidValuesRedacted"));
    let definition: Value = serde_json::from_str(&text).unwrap();
    let fields = &definition["TransactionDefinition"]["DataElementDefinitions"][0]["FieldDefinitions"];
    let source = fields.as_array().unwrap().iter().find(|field| field["Name"] == "source_price_cd").unwrap();
    let labels = source["ValidValues"].as_array().unwrap();
    assert!(labels.contains(&Value::from("Supplier List Price")), "emptied lists show what the sandbox takes");
    let template = &definition["Template"]["TransactionSet"];
    assert_eq!(template["Transactions"][0]["DataElements"][0]["Rows"][0]["Edits"][0]["IgnoreIfEmpty"], true);
}

#[tokio::test]
async fn a_filled_in_skeleton_is_a_payload() {
    let p21 = p21().await;
    let mut basics = p21.fetch("/api/v2/basics/Order").await;
    let header = order_header();
    for edit in header["Rows"][0]["Edits"].as_array().unwrap() {
        let edits = basics["Transactions"][0]["DataElements"][0]["Rows"][0]["Edits"].as_array_mut().unwrap();
        match edits.iter_mut().find(|given| given["Name"] == edit["Name"]) {
            Some(given) => given["Value"] = edit["Value"].clone(),
            None => edits.push(edit.clone()),
        }
    }
    assert_eq!(element_names(&p21.passes(&basics).await)[0], "TABPAGE_1.order");
}

#[tokio::test]
async fn any_directory_of_definitions_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let definition = r#"{"Name":"Gadget","TransactionDefinition":{"KeyDefinitions":[{"Location":"form","Name":"gadget_id"}],
        "DataElementDefinitions":[{"Name":"FORM.form","Type":"Form","KeyFields":["gadget_id"],"BusinessObjectName":"gadget",
        "FieldDefinitions":[{"Name":"gadget_id","DataType":"Char","DbColumnName":"gadget.gadget_id","Required":true},
        {"Name":"ufc_gadget_colour","DataType":"Char","DbColumnName":"gadget_ud.colour"}]}]}}"#;
    std::fs::write(folder.path().join("Gadget.json"), definition).unwrap();
    std::fs::write(folder.path().join("_manifest.json"), "{}").unwrap();
    let p21 = p21_with(|builder| builder.definitions(folder.path())).await;
    let gadget = element("FORM.form", &[], &[&[("gadget_id", "G1"), ("ufc_gadget_colour", "red")]]);
    p21.passes(&set("Gadget", [vec![gadget]])).await;
    let read = p21.read("Gadget", "FORM.form", &[("gadget_id", "G1")]).await;
    assert_eq!(value(&read, "FORM.form", "ufc_gadget_colour"), "red");
}

#[tokio::test]
async fn a_broken_definition_is_one_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("Broken.json"), "{\"Name\": \"Broken\"}").unwrap();
    let error = p21_sandbox::Sandbox::builder().definitions(folder.path()).start().await.unwrap_err().to_string();
    assert!(error.contains("Broken.json") && error.contains("TransactionDefinition"), "{error}");
    let empty = tempfile::tempdir().unwrap();
    let error = p21_sandbox::Sandbox::builder().definitions(empty.path()).start().await.unwrap_err().to_string();
    assert!(error.contains("the folder holds no definition"), "{error}");
}
