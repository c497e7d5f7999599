//! A sandbox, a client that is logged in, and short ways to write payloads.
#![allow(dead_code, unreachable_pub)] // every test binary uses its own part of this

pub mod definitions;
mod odata;
pub mod pdf;
pub mod sources;
pub mod xml;

use std::collections::BTreeMap;
use std::sync::Once;

use p21_sandbox::{Sandbox, SandboxBuilder, ServerVersion};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

/// The day the server believes it is.
pub const TODAY: jiff::civil::Date = jiff::civil::date(2026, 3, 2);

pub type Row = BTreeMap<String, String>;

pub struct P21 {
    pub sandbox: Sandbox,
    pub client: Client,
    pub token: String,
}

/// A client that follows no redirects.
pub fn client() -> Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap()
}

pub async fn p21() -> P21 {
    p21_with(|builder| builder).await
}

pub async fn p21_26() -> P21 {
    p21_with(|builder| builder.p21_version(ServerVersion::v26_1())).await
}

pub async fn p21_with(change: impl FnOnce(SandboxBuilder) -> SandboxBuilder) -> P21 {
    let sandbox = change(Sandbox::builder().today(TODAY)).start().await.unwrap();
    let client = client();
    let login = json!({"username": "sandbox", "password": "sandbox"});
    let url = format!("{}/api/security/token/v2", sandbox.url());
    let (_, text) = text_of(client.post(url).json(&login).send().await.unwrap()).await;
    let answer: Value = serde_json::from_str(&text).unwrap_or_default();
    let token = answer["AccessToken"].as_str().unwrap_or_default().to_owned();
    P21 { sandbox, client, token }
}

impl P21 {
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.sandbox.ui_url())).bearer_auth(&self.token)
    }

    pub fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.sandbox.ui_url())).bearer_auth(&self.token)
    }

    /// Posts a set; whatever comes back.
    pub async fn send(&self, set: &Value) -> (StatusCode, String) {
        text_of(self.post("/api/v2/transaction").json(set).send().await.unwrap()).await
    }

    /// Posts a set that is answered with 200.
    pub async fn transact(&self, set: &Value) -> Value {
        let (status, text) = self.send(set).await;
        assert_eq!(status, StatusCode::OK, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Posts one transaction that passes; its echo.
    pub async fn passes(&self, set: &Value) -> Value {
        let answer = self.transact(set).await;
        assert_eq!(summary(&answer), (1, 0), "{answer}");
        assert_eq!(answer["Results"]["Transactions"][0]["Status"], "Passed");
        answer["Results"]["Transactions"][0].clone()
    }

    /// Posts one transaction that fails; its messages.
    pub async fn fails(&self, set: &Value) -> Vec<String> {
        let answer = self.transact(set).await;
        assert_eq!(summary(&answer), (0, 1), "{answer}");
        messages(&answer)
    }

    /// Reads one record.
    pub async fn read(&self, service: &str, element: &str, keys: &[(&str, &str)]) -> Value {
        let answer =
            self.read_states(&json!({"ServiceName": service, "TransactionStates": [state(element, keys)]})).await;
        assert_eq!(answer["Transactions"].as_array().unwrap().len(), 1);
        answer["Transactions"][0].clone()
    }

    pub async fn read_states(&self, request: &Value) -> Value {
        let answer = self.post("/api/v2/transaction/get").json(request).send().await.unwrap();
        let (status, text) = text_of(answer).await;
        assert_eq!(status, StatusCode::OK, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Submits a set to the queue of 25.2 and waits for its end; whether it passed.
    pub async fn run_async(&self, set: &Value) -> bool {
        const ASYNC: &str = "/api/v2/transaction/async";
        let (status, text) = text_of(self.post(ASYNC).json(set).send().await.unwrap()).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{text}");
        let receipt: Value = serde_json::from_str(&text).unwrap();
        let status = format!("{ASYNC}?id={}", receipt["RequestId"].as_str().unwrap());
        for _ in 0..500 {
            let (_, text) = text_of(self.get(&status).send().await.unwrap()).await;
            let job: Value = serde_json::from_str(&text).unwrap();
            match job["Status"].as_str().unwrap() {
                "Complete" => return true,
                "Failed" => return false,
                _ => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
            }
        }
        panic!("the job never ended");
    }

    pub async fn read_order(&self, order_no: &str) -> Value {
        self.read("Order", "TABPAGE_1.order", &[("order_no", order_no)]).await
    }

    pub async fn read_contract(&self, contract_no: &str) -> Value {
        self.read("JobContractPricing", CONTRACT, &[("company_id", "ACME"), ("contract_no", contract_no)]).await
    }

    /// Creates an order; its number.
    pub async fn order(&self, elements: Vec<Value>) -> String {
        let echo = self.passes(&set("Order", [elements])).await;
        value(&echo, "TABPAGE_1.order", "order_no")
    }
}

pub async fn text_of(response: Response) -> (StatusCode, String) {
    (response.status(), response.text().await.unwrap())
}

/// The marks of an answer: what a real server would not say.
pub fn marks(answer: &reqwest::Response) -> Vec<String> {
    answer.headers().get_all("p21-sandbox").iter().map(|value| value.to_str().unwrap().to_owned()).collect()
}

pub fn summary(answer: &Value) -> (u64, u64) {
    let count = |name: &str| answer["Summary"][name].as_u64().unwrap();
    (count("Succeeded"), count("Failed"))
}

pub fn messages(answer: &Value) -> Vec<String> {
    answer["Messages"].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

pub fn set<const N: usize>(service: &str, transactions: [Vec<Value>; N]) -> Value {
    let transactions: Vec<Value> =
        transactions.into_iter().map(|elements| json!({"Status": "New", "DataElements": elements})).collect();
    json!({"Name": service, "UseCodeValues": false, "IgnoreDisabled": false, "Transactions": transactions})
}

/// The same set with `IgnoreDisabled` at its root.
pub fn ignoring(mut set: Value) -> Value {
    set["IgnoreDisabled"] = json!(true);
    set
}

pub fn row(edits: &[(&str, &str)]) -> Value {
    let edits: Vec<Value> = edits.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
    json!({"Edits": edits, "RelativeDateEdits": []})
}

pub fn element(name: &str, keys: &[&str], rows: &[&[(&str, &str)]]) -> Value {
    let rows: Vec<Value> = rows.iter().map(|edits| row(edits)).collect();
    json!({"Name": name, "Type": "Form", "Keys": keys, "Rows": rows})
}

/// An element that the definition has as a list, and says so: a check looks at that.
pub fn list(name: &str, keys: &[&str], rows: &[&[(&str, &str)]]) -> Value {
    let mut list = element(name, keys, rows);
    list["Type"] = json!("List");
    list
}

pub fn state(element: &str, keys: &[(&str, &str)]) -> Value {
    let keys: Vec<Value> = keys.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
    json!({"DataElementName": element, "Keys": keys})
}

/// The rows of an element, field by field.
pub fn rows(transaction: &Value, name: &str) -> Vec<Row> {
    let elements = transaction["DataElements"].as_array().unwrap();
    let element = elements.iter().find(|element| element["Name"] == name);
    let element = element.unwrap_or_else(|| panic!("no element {name}"));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let edits = |row: &Value| {
        row["Edits"].as_array().unwrap().iter().map(|edit| (text(&edit["Name"]), text(&edit["Value"]))).collect()
    };
    element["Rows"].as_array().unwrap().iter().map(edits).collect()
}

/// One field of every row.
pub fn column(transaction: &Value, name: &str, field: &str) -> Vec<String> {
    rows(transaction, name).into_iter().map(|mut row| row.remove(field).unwrap()).collect()
}

/// A field of an element's first row.
pub fn value(transaction: &Value, name: &str, field: &str) -> String {
    rows(transaction, name).first().and_then(|row| row.get(field)).cloned().unwrap_or_default()
}

pub fn element_names(transaction: &Value) -> Vec<String> {
    let elements = transaction["DataElements"].as_array().unwrap();
    elements.iter().map(|element| element["Name"].as_str().unwrap().to_owned()).collect()
}

pub const ITEMS: &str = "TP_ITEMS.items";
pub const EXTENDED: &str = "TP_EXTDINFO.extd_info";
pub const CONTRACT: &str = "FORM.d_dw_job_price_hdr";
pub const LINES: &str = "JOBPRICELINE.jobpriceline";
pub const BREAKS: &str = "VALUES.values";

pub const ORDER_HEADER: [(&str, &str); 9] = [
    ("customer_id", "100198"),
    ("sales_loc_id", "100"),
    ("source_loc_id", "100"),
    ("ship_to_id", "100198"),
    ("contact_id", "1001"),
    ("po_no", "PO-1"),
    ("taker", "sandbox"),
    ("order_date", "2026-03-02"),
    ("requested_date", "2026-03-20"),
];

pub fn order_header() -> Value {
    element("TABPAGE_1.order", &[], &[&ORDER_HEADER])
}

/// The header of an order without some fields, and with others.
pub fn order_header_with(without: &[&str], with: &[(&str, &str)]) -> Value {
    let mut edits: Vec<(&str, &str)> = ORDER_HEADER.into_iter().filter(|(name, _)| !without.contains(name)).collect();
    edits.extend(with);
    element("TABPAGE_1.order", &[], &[&edits])
}

/// The header of an update: the number and nothing else.
pub fn order_key(order_no: &str) -> Value {
    element("TABPAGE_1.order", &["order_no"], &[&[("order_no", order_no)]])
}

pub fn items(keys: &[&str], rows: &[&[(&str, &str)]]) -> Value {
    element(ITEMS, keys, rows)
}

pub fn extended(text: &str) -> Value {
    element(EXTENDED, &[], &[&[("extended_desc", text)]])
}

pub fn contract_header(contract_no: &str) -> Value {
    element(
        CONTRACT,
        &[],
        &[&[
            ("company_id", "ACME"),
            ("contract_no", contract_no),
            ("customer_id", "100198"),
            ("start_date", "2026-03-02"),
            ("end_date", "2027-12-31"),
            ("approved", "ON"),
        ]],
    )
}

/// The header of an update.
pub fn contract_key(contract_no: &str, with: &[(&str, &str)]) -> Value {
    let mut edits = vec![("company_id", "ACME"), ("contract_no", contract_no)];
    edits.extend(with);
    element(CONTRACT, &[], &[&edits])
}

pub fn line(edits: &[(&str, &str)]) -> Value {
    element(LINES, &[], &[edits])
}

pub const FIXED: [(&str, &str); 4] =
    [("item_id", "WIDGET-001"), ("uom", "EA"), ("pricing_method", "Price"), ("price", "25.00")];

pub const SOURCE: [(&str, &str); 5] = [
    ("item_id", "WIDGET-002"),
    ("uom", "EA"),
    ("pricing_method", "Source"),
    ("source_price", "Supplier List Price"),
    ("multiplier", "1"),
];
