//! Price pages created and linked at documented latencies: as the batch document does it, by `Batch` with 1, 2 and 5
//! sessions, and through the transaction door.
//!
//! `cargo bench -p p21-examples --bench batch` makes 100 pages each way, all ways at once, each with a sandbox of its own: they
//! wait most of the time, so they don't slow each other down. A number is how many pages instead: `-- 700` takes half an hour,
//! as the document's own loop does. It ends with an error if five sessions take more than a quarter of the documented loop.
#![forbid(unsafe_code)]

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use p21_sandbox::{Latency, Sandbox};
use p21_services::batch::{Batch, BatchDoor, SqliteJournal};
use p21_services::prelude::*;
use p21_services::sales_price_book as book;
use p21_services::sales_price_page::{self as page, SalesPricePage, breaks, header};
use p21_services::workflows::{NewPage, Workflow};
use reqwest::Method;
use serde_json::{Value, json};

const PAGES: usize = 100;

/// How many records a session has, as documented.
const A_SESSION: usize = 25;

/// The books that pages go into, in turn.
const BOOKS: [&str; 2] = ["WIDGETS", "COMPONENTS"];

struct Took {
    created: Duration,
    linked: Duration,
}

impl Took {
    fn all(&self) -> f64 {
        (self.created + self.linked).as_secs_f64()
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let pages = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(PAGES);
    calls().await?;
    let (documented, one, two, five, transactions) = tokio::try_join!(
        documented(pages),
        by_batch(pages, BatchDoor::Windows, 1),
        by_batch(pages, BatchDoor::Windows, 2),
        by_batch(pages, BatchDoor::Windows, 5),
        by_batch(pages, BatchDoor::Transactions, 5),
    )?;
    println!("\n{pages} pages created and linked, at documented latencies, not scaled\n");
    println!("| way | created, s | linked, s | both, s | a page, s | of the documented |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
    let ways = [
        ("(a) as documented, one session after the other", &documented),
        ("(b) `Batch`, 1 session", &one),
        ("(b) `Batch`, 2 sessions", &two),
        ("(b) `Batch`, 5 sessions", &five),
        ("(c) pages by transactions, 5 at once; links by windows", &transactions),
    ];
    for (way, took) in ways {
        let (created, linked) = (took.created.as_secs_f64(), took.linked.as_secs_f64());
        let (all, of) = (took.all(), took.all() / documented.all());
        println!("| {way} | {created:.1} | {linked:.1} | {all:.1} | {:.2} | {of:.2} |", all / pages as f64);
    }
    ensure!(five.all() * 4.0 <= documented.all(), "five sessions take more than a quarter of the documented loop");
    Ok(())
}

async fn sandbox() -> Result<Sandbox> {
    let sandbox = Sandbox::builder().today(date(2026, 11, 21).date()).configure(|config| {
        config.faults.latency = Latency::Documented;
        config.interactive.session_timeout = Duration::from_secs(3_600);
    });
    Ok(sandbox.start().await?)
}

fn client(sandbox: &Sandbox) -> Result<Client> {
    let credentials = Credentials::password(p21_sandbox::USER, p21_sandbox::PASSWORD);
    Ok(Client::builder(sandbox.url()).credentials(credentials).build()?)
}

fn new_page(number: usize) -> NewPage {
    let required = header::Required {
        price_page_type_cd: header::PricePageTypeCd::SupplierProductGroup,
        pricing_method_cd: header::PricingMethodCd::Source,
        effective_date: date(2027, 1, 1),
        expiration_date: date(2030, 12, 31),
    };
    let header = header::Row::new(required).product_group_id("FASTENERS").supplier_id(10).company_id("ACME");
    let multiplier = breaks::Row::edit().calculation_method_cd(breaks::CalculationMethodCd::Multiplier);
    NewPage::new(header.source_price_cd("Supplier List Price"), format!("Page {number}"))
        .breaks(multiplier.calculation_value1(dec!(0.9)))
}

async fn by_batch(pages: usize, door: BatchDoor, at_once: usize) -> Result<Took> {
    let (sandbox, folder) = (sandbox().await?, tempfile::tempdir()?);
    let journal = SqliteJournal::open(folder.path().join("pages.journal"))?;
    // So that each session has its share where there are few.
    let share = pages.div_ceil(at_once).min(A_SESSION);
    let setup = move |batch: Batch<SqliteJournal>| batch.door(door).at_once(at_once).session_records(share);
    let flow = Workflow::new(client(&sandbox)?, journal, "pages").with(setup);
    let start = Instant::now();
    let made = flow.create_pages((0..pages).map(new_page)).await?;
    let created = start.elapsed();
    ensure!(made.missing.is_empty(), "{:?}", made.missing);
    let links: Vec<(i64, &str)> = made.pages.values().copied().zip(BOOKS.into_iter().cycle()).collect();
    let start = Instant::now();
    let linked = flow.link_pages(links).await?;
    ensure!(linked.missing.is_empty(), "{:?}", linked.missing);
    Ok(Took { created, linked: start.elapsed() })
}

/// The loops of the batch document: a session per 25 operations, one window for the pages of a session, a window a link, a
/// field a call, nothing proven.
async fn documented(pages: usize) -> Result<Took> {
    let sandbox = sandbox().await?;
    let mut bare = Bare::login(&sandbox).await?;
    let (start, mut uids) = (Instant::now(), Vec::new());
    for numbers in (0..pages).collect::<Vec<_>>().chunks(A_SESSION) {
        bare.begin().await?;
        bare.open("SalesPricePage").await?;
        for (at, number) in numbers.iter().enumerate() {
            uids.push(bare.create(*number).await?);
            if at + 1 < numbers.len() {
                bare.call(Method::DELETE, &format!("v2/data?id={}", bare.window), &Value::Null).await?;
            }
        }
        bare.close().await?;
        bare.end().await?;
    }
    let created = start.elapsed();
    let links: Vec<(String, &str)> = uids.into_iter().zip(BOOKS.into_iter().cycle()).collect();
    let start = Instant::now();
    for links in links.chunks(A_SESSION) {
        bare.begin().await?;
        for (uid, book) in links {
            bare.open("SalesPriceBook").await?;
            bare.change("FORM", "form", "price_book_id", book).await?;
            bare.tab("LIST").await?;
            let row = json!({"WindowId": bare.window, "DatawindowName": "list_detail"});
            bare.call(Method::POST, "v2/row", &row).await?;
            bare.change("LIST", "list_detail", "price_page_uid", uid).await?;
            bare.save().await?;
            bare.close().await?;
        }
        bare.end().await?;
    }
    println!("(a) made {} calls, {:.1} a page", bare.calls, bare.calls as f64 / pages as f64);
    Ok(Took { created, linked: start.elapsed() })
}

/// Windows by hand.
struct Bare {
    client: reqwest::Client,
    token: String,
    prefix: String,
    window: String,
    calls: usize,
}

impl Bare {
    async fn login(sandbox: &Sandbox) -> Result<Self> {
        // Whoever comes second finds a provider, which is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build()?;
        let login = json!({"username": p21_sandbox::USER, "password": p21_sandbox::PASSWORD});
        let answer = client.post(format!("{}/api/security/token/v2", sandbox.url())).json(&login);
        let answer: Value = answer.header("Accept", "application/json").send().await?.json().await?;
        let token = answer["AccessToken"].as_str().context("no token")?.to_owned();
        let prefix = format!("{}/api/ui/interactive", sandbox.ui_url());
        Ok(Self { client, token, prefix, window: String::new(), calls: 0 })
    }

    async fn begin(&mut self) -> Result<()> {
        self.call(Method::POST, "sessions", &json!({"ResponseWindowHandlingEnabled": false})).await.map(drop)
    }

    async fn end(&mut self) -> Result<()> {
        self.call(Method::DELETE, "sessions", &Value::Null).await.map(drop)
    }

    async fn open(&mut self, service: &str) -> Result<()> {
        let opened = self.call(Method::POST, "v2/window", &json!({"ServiceName": service})).await?;
        self.window = opened["WindowId"].as_str().context("no window")?.to_owned();
        Ok(())
    }

    async fn close(&mut self) -> Result<()> {
        self.call(Method::DELETE, &format!("v2/window?id={}", self.window), &Value::Null).await.map(drop)
    }

    async fn tab(&mut self, name: &str) -> Result<()> {
        self.call(Method::PUT, "v2/tab", &json!({"WindowId": self.window, "PageName": name})).await.map(drop)
    }

    async fn change(&mut self, tab: &str, datawindow: &str, field: &str, value: &str) -> Result<()> {
        let change = json!({"TabName": tab, "DatawindowName": datawindow, "FieldName": field, "Value": value});
        let done = self.call(Method::PUT, "v2/change", &json!({"WindowId": self.window, "List": [change]})).await?;
        ensure!(done["Status"] == 1, "{field}: {done}");
        Ok(())
    }

    async fn save(&mut self) -> Result<Value> {
        let saved = self.call(Method::PUT, "v2/data", &json!(self.window)).await?;
        ensure!(saved["Status"] == 1, "{saved}");
        Ok(saved)
    }

    async fn create(&mut self, number: usize) -> Result<String> {
        let description = format!("Page {number}");
        let form = [
            ("price_page_type_cd", "Supplier / Product Group"),
            ("company_id", "ACME"),
            ("product_group_id", "FASTENERS"),
            ("supplier_id", "10"),
            ("description", description.as_str()),
            ("pricing_method_cd", "Source"),
            ("source_price_cd", "Supplier List Price"),
            ("effective_date", "2027-01-01"),
            ("expiration_date", "2030-12-31"),
        ];
        for (field, value) in form {
            self.change("FORM", "form", field, value).await?;
        }
        self.tab("VALUES").await?;
        self.change("VALUES", "values", "calculation_method_cd", "Multiplier").await?;
        self.change("VALUES", "values", "calculation_value1", "0.9").await?;
        let saved = self.save().await?;
        let events = saved["Events"].as_array().context("no events")?;
        let key = events.iter().find(|event| event["Name"] == "keygenerated").context("no key")?;
        let pairs = key["Data"].as_array().context("no data")?.iter().filter_map(|pair| pair["Value"].as_str());
        let uid = pairs.into_iter().find(|value| value.parse::<i64>().is_ok()).context("no number")?.to_owned();
        Ok(uid)
    }

    async fn call(&mut self, method: Method, path: &str, body: &Value) -> Result<Value> {
        self.calls += 1;
        let request = self.client.request(method, format!("{}/{path}", self.prefix));
        let request = request.bearer_auth(&self.token).header("Accept", "application/json");
        let request = if body.is_null() { request } else { request.json(body) };
        let answer = request.send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        ensure!(status.is_success(), "{path}: {status} {text}");
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }
}

/// Which calls a page costs when a session types 25 of them, and a book whose pages are added at once.
async fn calls() -> Result<()> {
    let sandbox = Sandbox::builder().today(date(2026, 11, 21).date()).start().await?;
    let client = Client::builder(sandbox.url())
        .credentials(Credentials::password(p21_sandbox::USER, p21_sandbox::PASSWORD))
        .service::<SalesPricePage>()
        .build()?;
    let folder = tempfile::tempdir()?;
    let pages = folder.path().join("pages.jsonl");
    let session = client.session().transcript(&pages).start().await?;
    let mut typist = session.typist();
    let (mut uids, nothing) = (Vec::new(), || Box::pin(async { Ok(()) }) as p21_services::client::resilience::Marking);
    for number in 0..A_SESSION {
        let page = new_page(number).transaction().to_payload();
        let entered = typist.enter_raw(page::SalesPricePage::schema(), &page, nothing).await;
        let entered = entered.map_err(|error| anyhow::anyhow!("{error}"))?;
        uids.push(entered.key("price_page_uid").context("no key")?.parse::<i64>()?);
    }
    typist.done().await;
    session.end().await?;
    listed("page, of 25 in a session", &pages, A_SESSION)?;
    let links = folder.path().join("links.jsonl");
    let session = client.session().transcript(&links).start().await?;
    let rows = uids.iter().map(|uid| book::pages::Row::new().price_page_uid(*uid));
    let link = book::Transaction::new().push(book::header::Row::edit().price_book_id("WIDGETS")).push_all(rows);
    session.enter(&link).await.map_err(|error| anyhow::anyhow!("{error}"))?;
    session.end().await?;
    listed("link, of 25 to one book", &links, A_SESSION)
}

fn listed(what: &str, transcript: &std::path::Path, of: usize) -> Result<()> {
    let text = std::fs::read_to_string(transcript)?;
    let mut kinds = std::collections::BTreeMap::new();
    for line in text.lines() {
        let call: Value = serde_json::from_str(line)?;
        let path = call["path"].as_str().unwrap_or_default().split('?').next().unwrap_or_default();
        let kind =
            format!("{} {}", call["method"].as_str().unwrap_or_default(), path.rsplit('/').next().unwrap_or_default());
        *kinds.entry(kind).or_insert(0_usize) += 1;
    }
    let all: usize = kinds.values().sum();
    let each: Vec<String> =
        kinds.iter().map(|(kind, count)| format!("{kind} {:.2}", *count as f64 / of as f64)).collect();
    println!("calls a {what}: {:.2} ({})", all as f64 / of as f64, each.join(", "));
    Ok(())
}
