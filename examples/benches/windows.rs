//! What windows cost: calls of a documented workflow, a call of the client against bare reqwest, calls per second of the
//! sandbox, memory of open windows, and thousands of entries under each fault.
//!
//! `cargo bench -p p21-examples --bench windows` prints it all and fails if an account doesn't balance or a window takes more
//! than 100 kB. Arguments are names of parts (`calls`, `cost`, `rate`, `memory`, `faults`), and a number is how many entries
//! are made under each fault, instead of 10,000. Linux only, for the memory.
#![forbid(unsafe_code)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use futures_util::StreamExt as _;
use p21_examples::accounting::{Plan, account_entries, in_doubt, records_for};
use p21_sandbox::{Latency, Sandbox};
use p21_services::client::windows::{Session, Window};
use p21_services::order::Order;
use p21_services::prelude::*;
use p21_services::sales_price_book as book;
use p21_services::sales_price_page::{self as price_page, SalesPricePage, breaks, header};
use serde_json::{Value, json};

const ENTRIES: usize = 10_000;

/// Windows that are open at once, and how many of them a session has.
const WINDOWS: usize = 1_000;
const A_SESSION: usize = 100;

/// What a window may take of the sandbox's memory.
const MOST: u64 = 100 * 1_024;

/// Set in the process that is nothing but a sandbox.
const SERVE: &str = "P21_BENCH_SERVE";

#[tokio::main]
async fn main() -> Result<()> {
    if std::env::var_os(SERVE).is_some() {
        return serve().await;
    }
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let entries = arguments.iter().find_map(|argument| argument.parse().ok());
    let names: Vec<&String> = arguments.iter().filter(|argument| argument.parse::<usize>().is_err()).collect();
    let wants = |part: &str| names.is_empty() || names.iter().any(|name| *name == part);
    if wants("calls") {
        calls().await?;
    }
    if wants("cost") {
        cost().await?;
    }
    if wants("rate") {
        rate().await?;
    }
    if wants("memory") {
        memory().await?;
    }
    if wants("faults") {
        faults(entries.unwrap_or(ENTRIES)).await?;
    }
    Ok(())
}

fn client_of(url: &str) -> Result<Client> {
    let credentials = Credentials::password(p21_sandbox::USER, p21_sandbox::PASSWORD);
    Ok(Client::builder(url).credentials(credentials).max_concurrent(64).build()?)
}

/// A sandbox with places for many sessions.
async fn sandbox(latency: Latency) -> Result<Sandbox> {
    let sandbox = Sandbox::builder().today(date(2026, 11, 21).date()).configure(|config| {
        config.faults.latency = latency;
        config.interactive.pool_size = 64;
        config.interactive.session_timeout = Duration::from_secs(3_600);
    });
    Ok(sandbox.start().await?)
}

/// The documented workflow of a price page: created, linked to a book, expired, each in a session of its own.
async fn calls() -> Result<()> {
    println!(
        "| record | calls documented | calls made | seconds at documented latencies |\n| --- | ---: | ---: | ---: |"
    );
    let sandbox = sandbox(Latency::Documented).await?;
    let client = client_of(sandbox.url())?;
    client.p21_version().await.context("the sandbox tells no version")?;
    let (uid, made, took) = recorded(&client, async |session| {
        let entered = session.enter(&page()).await?;
        Ok(entered.key("price_page_uid").context("no key")?.parse::<i64>()?)
    })
    .await?;
    row_of_calls("price page, created", "price_page_create", made, took)?;
    let link = book::Transaction::new()
        .push(book::header::Row::edit().price_book_id("WIDGETS"))
        .push(book::pages::Row::edit().price_page_uid(uid));
    let (_, made, took) = recorded(&client, async |session| Ok(session.enter(&link).await?)).await?;
    row_of_calls("linked to its book", "price_page_link", made, took)?;
    let expire = header::Row::edit().price_page_uid(uid).expiration_date(date(2027, 6, 30));
    let expire = price_page::Transaction::new().push(expire);
    let (_, made, took) = recorded(&client, async |session| Ok(session.enter(&expire).await?)).await?;
    row_of_calls("expired", "price_page_expire", made, took)
}

fn row_of_calls(what: &str, list: &str, made: usize, took: Duration) -> Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../p21-client/tests/calls/{list}.txt"));
    let text = std::fs::read_to_string(path)?;
    let documented = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()).count();
    println!("| {what} | {documented} | {made} | {:.2} |", took.as_secs_f64());
    Ok(())
}

/// What is done in a session, how many calls were made at its windows, and how long it took with the session.
async fn recorded<T>(client: &Client, work: impl AsyncFnOnce(&Session) -> Result<T>) -> Result<(T, usize, Duration)> {
    let folder = tempfile::tempdir()?;
    let transcript = folder.path().join("session.jsonl");
    let start = Instant::now();
    let session = client.session().transcript(&transcript).start().await?;
    let done = work(&session).await;
    session.end().await?;
    let took = start.elapsed();
    let text = std::fs::read_to_string(&transcript)?;
    let calls: Vec<Value> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let made = calls.iter().filter(|call| call["path"].as_str().is_some_and(|path| path.contains("/v2/"))).count();
    Ok((done?, made, took))
}

fn page() -> price_page::Transaction {
    let required = header::Required {
        price_page_type_cd: header::PricePageTypeCd::SupplierProductGroup,
        pricing_method_cd: header::PricingMethodCd::Source,
        effective_date: date(2027, 1, 1),
        expiration_date: date(2030, 12, 31),
    };
    let header = header::Row::new(required).description("Fasteners").product_group_id("FASTENERS").supplier_id(10);
    let breaks = breaks::Row::edit().calculation_method_cd(breaks::CalculationMethodCd::Multiplier);
    price_page::Transaction::new()
        .push(header.company_id("ACME").source_price_cd("Supplier List Price"))
        .push(breaks.calculation_value1(dec!(0.90)))
}

/// A value that is typed, by the client and by bare reqwest, taking turns.
async fn cost() -> Result<()> {
    const PAIRS: usize = 2_000;
    let sandbox = sandbox(Latency::None).await?;
    let p21 = client_of(sandbox.url())?;
    let session = p21.session().start().await?;
    let mut window = session.open::<SalesPricePage>().await?;
    let bare = Bare::open(&sandbox).await?;
    let (mut by_client, mut by_bare) = (Vec::new(), Vec::new());
    for pair in 0..PAIRS {
        let text = format!("Page {pair}");
        let start = Instant::now();
        window.type_in(header::DESCRIPTION, text.as_str()).await?;
        by_client.push(start.elapsed());
        let start = Instant::now();
        bare.change("description", &text).await?;
        by_bare.push(start.elapsed());
    }
    let (by_client, by_bare) = (median(by_client), median(by_bare));
    let more = 100.0 * (by_client.as_secs_f64() / by_bare.as_secs_f64() - 1.0);
    let [bare, client] = [by_bare, by_client].map(|time| time.as_micros());
    println!("\na value that is typed: {bare} µs by bare reqwest, {client} µs by the client, {more:+.1} %");
    session.end().await?;
    Ok(())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// A window by hand.
struct Bare {
    client: reqwest::Client,
    token: String,
    prefix: String,
    window: String,
}

impl Bare {
    async fn open(sandbox: &Sandbox) -> Result<Self> {
        // Whoever comes second finds a provider, which is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build()?;
        let login = json!({"username": p21_sandbox::USER, "password": p21_sandbox::PASSWORD});
        let answer = client.post(format!("{}/api/security/token/v2", sandbox.url())).json(&login);
        let answer: Value = answer.header("Accept", "application/json").send().await?.json().await?;
        let token = answer["AccessToken"].as_str().context("no token")?.to_owned();
        let prefix = format!("{}/api/ui/interactive", sandbox.ui_url());
        let mut bare = Self { client, token, prefix, window: String::new() };
        bare.call(reqwest::Method::POST, "sessions", &json!({"ResponseWindowHandlingEnabled": true})).await?;
        let opened = bare.call(reqwest::Method::POST, "v2/window", &json!({"ServiceName": "SalesPricePage"})).await?;
        bare.window = opened["WindowId"].as_str().context("no window")?.to_owned();
        Ok(bare)
    }

    async fn change(&self, field: &str, value: &str) -> Result<()> {
        let change = json!({"TabName": "FORM", "DatawindowName": "form", "FieldName": field, "Value": value});
        let done =
            self.call(reqwest::Method::PUT, "v2/change", &json!({"WindowId": self.window, "List": [change]})).await?;
        anyhow::ensure!(done["Status"] == 1 || done["Status"] == "Success", "{done}");
        Ok(())
    }

    async fn call(&self, method: reqwest::Method, path: &str, body: &Value) -> Result<Value> {
        let call = self.client.request(method, format!("{}/{path}", self.prefix)).bearer_auth(&self.token);
        let answer = call.header("Accept", "application/json").json(body).send().await?.error_for_status()?;
        Ok(serde_json::from_slice(&answer.bytes().await?)?)
    }
}

/// Values that are typed in so many sessions at once.
async fn rate() -> Result<()> {
    const CALLS: usize = 10_000;
    println!("\n| sessions | calls/s |\n| ---: | ---: |");
    for sessions in [1, 50] {
        let sandbox = sandbox(Latency::None).await?;
        let opened = futures_util::stream::iter(0..sessions).then(|_| Bare::open(&sandbox));
        let opened: Vec<Bare> = opened.collect::<Vec<_>>().await.into_iter().collect::<Result<_>>()?;
        let each = CALLS / sessions;
        let start = Instant::now();
        let typed = futures_util::stream::iter(&opened).map(async |bare| {
            for number in 0..each {
                bare.change("description", &format!("Page {number}")).await?;
            }
            anyhow::Ok(())
        });
        typed.buffer_unordered(sessions).collect::<Vec<_>>().await.into_iter().collect::<Result<Vec<_>>>()?;
        println!("| {sessions} | {:.0} |", (each * sessions) as f64 / start.elapsed().as_secs_f64());
    }
    Ok(())
}

/// The memory of a sandbox in a process of its own, before and after windows are opened and typed into.
async fn memory() -> Result<()> {
    println!(
        "\n| {WINDOWS} windows of | RSS before | RSS with them | peak | a window |\n| --- | ---: | ---: | ---: | ---: |"
    );
    let page = memory_of("SalesPricePage", async |session| {
        let mut window = session.open::<SalesPricePage>().await?;
        window.type_in(header::DESCRIPTION, "Fasteners").await?;
        Ok(window)
    })
    .await?;
    let order = memory_of("Order", async |session| Ok(session.open::<Order>().await?)).await?;
    anyhow::ensure!(page.max(order) <= MOST, "a window takes more than {MOST} bytes");
    Ok(())
}

async fn memory_of<S>(name: &str, open: impl AsyncFn(&Session) -> Result<Window<S>>) -> Result<u64> {
    let server = Server::start()?;
    let client = client_of(&server.url)?;
    let mut sessions = Vec::new();
    for _ in 0..WINDOWS / A_SESSION {
        sessions.push(client.session().own_login().idle_limit(Duration::from_secs(3_600)).start().await?);
    }
    // What the first window of a kind costs is not the windows'.
    let mut windows = vec![open(&sessions[0]).await?];
    let before = server.memory("VmRSS")?;
    while windows.len() < WINDOWS {
        windows.push(open(&sessions[windows.len() / A_SESSION]).await?);
    }
    let (after, peak) = (server.memory("VmRSS")?, server.memory("VmHWM")?);
    let each = after.saturating_sub(before) / (windows.len() as u64 - 1);
    let megabytes = |bytes: u64| bytes as f64 / 1_048_576.0;
    println!(
        "| {name} | {:.1} MB | {:.1} MB | {:.1} MB | {:.1} kB |",
        megabytes(before),
        megabytes(after),
        megabytes(peak),
        each as f64 / 1_024.0
    );
    Ok(each)
}

/// A sandbox in a process of its own.
struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn start() -> Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .env(SERVE, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut url = String::new();
        let said = process.stdout.take().context("the process says nothing")?;
        BufReader::new(said).read_line(&mut url)?;
        Ok(Self { process, url: url.trim().to_owned() })
    }

    /// Bytes, as the system counts them.
    fn memory(&self, what: &str) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(what)).context("the system tells no memory")?;
        let kilobytes: u64 = line.trim_matches([':', ' ', '\t', 'k', 'B']).parse()?;
        Ok(1_024 * kilobytes)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It ends when nobody holds its input any more.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

async fn serve() -> Result<()> {
    let sandbox = sandbox(Latency::None).await?;
    println!("{}", sandbox.url());
    std::io::stdout().flush()?;
    tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink())).await??;
    sandbox.stop().await;
    Ok(())
}

/// Entries under each fault in turn.
async fn faults(entries: usize) -> Result<()> {
    let records = records_for(entries);
    println!(
        "\n| fault | entries | stored | by a later entry | unproven | refused | given up | ambiguous | of them stored | lost | \
         doubled | reported wrongly | sessions left | seconds |"
    );
    println!("| --- |{}", " ---: |".repeat(13));
    let others = ["", "503=0.01", "slow=0.005:900ms", "session-lost=0.005", "popup=0.005"].map(str::to_owned);
    let mut balanced = true;
    for faults in others.into_iter().chain(in_doubt(0.005)) {
        let mut plan = Plan::new(&faults, records);
        if faults.starts_with("slow") {
            // Answers that take longer than the client waits for them.
            plan.operation = Duration::from_millis(600);
        }
        let (entries, took) = account_entries(&plan).await?;
        balanced &= entries.is_balanced();
        let account = &entries.account;
        print!("| {} |", if faults.is_empty() { "none" } else { &faults });
        for number in [
            account.writes,
            account.answered,
            account.repeated,
            entries.unproven,
            account.refused,
            account.given_up,
            account.ambiguous,
            account.ambiguous_stored,
            account.lost,
            account.doubled,
            account.unreported,
            entries.sessions_left,
        ] {
            print!(" {number} |");
        }
        println!(" {:.1} |", took.as_secs_f64());
        std::io::stdout().flush()?;
        if !entries.is_balanced() {
            println!("unbalanced: {entries:?}");
        }
    }
    anyhow::ensure!(balanced, "an entry was lost, doubled, or reported wrongly, or a session is left");
    Ok(())
}
