//! Transactions over loopback, one client, one request after the other; and whether stored records slow them down.
//!
//! `cargo bench -p p21-sandbox`: arguments are numbers of stored records. What is flat over them does not depend on how
//! many there are; `odata_row_by_whole_table` is there to show what does.

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

/// Orders of two lines each.
const ORDERS: [usize; 3] = [1_000, 10_000, 100_000];

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

    /// A sandbox with orders in it, numbered from 1000001.
    fn with_orders(stored: usize) -> Self {
        let p21 = Self::with(0);
        for _ in (0..stored).step_by(1_000) {
            let orders = (0..1_000).map(|_| order()).collect();
            assert_eq!(p21.transact("Order", orders)["Summary"]["Succeeded"], 1_000);
        }
        p21
    }

    /// An OData query that finds one row.
    fn find_one(&self, table: &str, options: &str) -> Value {
        let url = format!("{}/odataservice/odata/table/{table}?{options}", self.sandbox.url());
        let answer: Value = self.runtime.block_on(async {
            self.client.get(&url).bearer_auth(&self.token).send().await.expect("an answer").json().await.expect("JSON")
        });
        assert_eq!(answer["value"].as_array().map(Vec::len), Some(1), "{answer}");
        answer
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

/// Five clients at once, as many as P21 has sessions; an iteration is five transactions.
#[divan::bench]
fn five_small_records_at_once(bencher: Bencher<'_, '_>) {
    let p21 = P21::with(0);
    let mut number = 0;
    bencher.bench_local(|| {
        let requests: Vec<_> = (0..5)
            .map(|_| {
                number += 1;
                let set = json!({"Name": "SalesPriceBook", "Transactions": [book(&format!("FIVE-{number}"))]});
                let url = format!("{}/api/v2/transaction", p21.sandbox.ui_url());
                p21.runtime.spawn(p21.client.post(url).bearer_auth(&p21.token).json(&set).send())
            })
            .collect();
        p21.runtime.block_on(async {
            for request in requests {
                let answer = request.await.expect("it runs").expect("an answer");
                let answer: Value = answer.json().await.expect("JSON");
                assert_eq!(answer["Summary"]["Succeeded"], 1, "{answer}");
            }
        });
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

#[divan::bench(args = ORDERS)]
fn order_beside_stored_ones(bencher: Bencher<'_, '_>, stored: usize) {
    let p21 = P21::with_orders(stored);
    // An index for OData is kept up to date from its first query on.
    p21.find_one("oe_hdr", "$filter=order_no%20eq%20%271000001%27");
    bencher.bench_local(|| p21.transact("Order", vec![order()]));
}

#[divan::bench(args = ORDERS)]
fn order_read_by_number(bencher: Bencher<'_, '_>, stored: usize) {
    let p21 = P21::with_orders(stored);
    let keys = json!([{"Name": "order_no", "Value": (1_000_000 + stored / 2).to_string()}]);
    let state = json!({"DataElementName": "TABPAGE_1.order", "Keys": keys});
    let body = json!({"ServiceName": "Order", "TransactionStates": [state]});
    let url = format!("{}/api/v2/transaction/get", p21.sandbox.ui_url());
    bencher.bench_local(|| p21.send(&url, &body));
}

#[divan::bench(args = ORDERS)]
fn odata_row_by_key(bencher: Bencher<'_, '_>, stored: usize) {
    let p21 = P21::with_orders(stored);
    let options = format!("$filter=order_no%20eq%20%27{}%27&$select=order_no,customer_id", 1_000_000 + stored / 2);
    bencher.bench_local(|| p21.find_one("oe_hdr", &options));
}

#[divan::bench(args = ORDERS, sample_count = 10)]
fn odata_row_by_whole_table(bencher: Bencher<'_, '_>, stored: usize) {
    let p21 = P21::with_orders(stored);
    let options = "$filter=po_no%20eq%20%27PO-1%27&$top=1&$orderby=order_no%20desc&$select=order_no";
    bencher.bench_local(|| p21.find_one("oe_hdr", options));
}
