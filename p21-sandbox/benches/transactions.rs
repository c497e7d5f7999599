//! Transactions over loopback, one client, one request after the other; and whether stored records slow them down.
//!
//! `cargo bench -p p21-sandbox`: the two columns of arguments are numbers of stored records.

use divan::Bencher;
use p21_sandbox::Sandbox;
use reqwest::Client;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

fn main() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    divan::main();
}

const STORED: [usize; 2] = [0, 100_000];

struct P21 {
    runtime: Runtime,
    sandbox: Sandbox,
    client: Client,
    token: String,
}

impl P21 {
    /// A sandbox with price books in it.
    fn with(stored: usize) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let sandbox = runtime.block_on(Sandbox::builder().start()).expect("the repository's definitions");
        let client = Client::builder().no_proxy().build().expect("a client");
        let mut p21 = Self { runtime, sandbox, client, token: String::new() };
        let login = json!({"username": "sandbox", "password": "sandbox"});
        let answer = p21.send(&format!("{}/api/security/token/v2", p21.sandbox.url()), &login);
        p21.token = answer["AccessToken"].as_str().unwrap_or_default().to_owned();
        for from in (0..stored).step_by(1_000) {
            let books = (from..from + 1_000).map(|number| book(&format!("STORED-{number}"))).collect();
            assert_eq!(p21.transact("SalesPriceBook", books)["Summary"]["Succeeded"], 1_000);
        }
        p21
    }

    fn transact(&self, service: &str, transactions: Vec<Value>) -> Value {
        let set = json!({"Name": service, "UseCodeValues": false, "Transactions": transactions});
        self.send(&format!("{}/api/v2/transaction", self.sandbox.ui_url()), &set)
    }

    fn send(&self, url: &str, body: &Value) -> Value {
        self.runtime.block_on(async {
            let request = self.client.post(url).bearer_auth(&self.token).json(body);
            request.send().await.expect("an answer").json().await.expect("JSON")
        })
    }
}

fn element(name: &str, edits: &[(&str, &str)]) -> Value {
    let edits: Vec<Value> = edits.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
    json!({"Name": name, "Type": "Form", "Keys": [], "Rows": [{"Edits": edits, "RelativeDateEdits": []}]})
}

fn book(id: &str) -> Value {
    let header = [("price_book_id", id), ("price_book_description", "A book"), ("row_status_flag", "Active")];
    json!({"Status": "New", "DataElements": [element("FORM.form", &header)]})
}

fn order() -> Value {
    let header = [
        ("customer_id", "100198"),
        ("sales_loc_id", "100"),
        ("source_loc_id", "100"),
        ("ship_to_id", "100198"),
        ("contact_id", "1001"),
        ("po_no", "PO-1"),
        ("order_date", "2026-03-02"),
        ("requested_date", "2026-03-20"),
    ];
    let item = |id| element("TP_ITEMS.items", &[("oe_order_item_id", id), ("unit_quantity", "5")]);
    json!({"Status": "New", "DataElements": [element("TABPAGE_1.order", &header), item("WIDGET-001"), item("WIDGET-002")]})
}

#[divan::bench(args = STORED)]
fn small_record(bencher: Bencher<'_, '_>, stored: usize) {
    let p21 = P21::with(stored);
    let mut number = 0_u64;
    bencher.bench_local(|| {
        number += 1;
        p21.transact("SalesPriceBook", vec![book(&format!("NEW-{number}"))])
    });
}

#[divan::bench(args = STORED)]
fn hundred_small_records_in_one_post(bencher: Bencher<'_, '_>, stored: usize) {
    let p21 = P21::with(stored);
    let mut number = 0_u64;
    bencher.counter(divan::counter::ItemsCount::new(100_u32)).bench_local(|| {
        number += 100;
        let books = (number..number + 100).map(|number| book(&format!("NEW-{number}"))).collect();
        p21.transact("SalesPriceBook", books)
    });
}

#[divan::bench]
fn order_with_two_lines(bencher: Bencher<'_, '_>) {
    let p21 = P21::with(0);
    bencher.bench_local(|| p21.transact("Order", vec![order()]));
}

#[divan::bench(args = STORED)]
fn keyed_read(bencher: Bencher<'_, '_>, stored: usize) {
    let p21 = P21::with(stored);
    p21.transact("SalesPriceBook", vec![book("WANTED")]);
    let keys = json!([{"Name": "price_book_id", "Value": "WANTED"}]);
    let body =
        json!({"ServiceName": "SalesPriceBook", "TransactionStates": [{"DataElementName": "FORM.form", "Keys": keys}]});
    let url = format!("{}/api/v2/transaction/get", p21.sandbox.ui_url());
    bencher.bench_local(|| p21.send(&url, &body));
}
