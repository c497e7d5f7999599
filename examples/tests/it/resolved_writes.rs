//! Writes through a connection that breaks, with bindings, client and sandbox: what is stored is stored once.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use p21_sandbox::Sandbox;
use p21_services::client::odata::field;
use p21_services::client::resilience::{ReadBack, Resolved, ResolvedHow};
use p21_services::client::{Error, Lookup};
use p21_services::job_contract_pricing::{self as contract, JobContractPricing, header, line};
use p21_services::prelude::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Where a connection breaks that carries a write.
#[derive(Clone, Copy, PartialEq)]
enum Cut {
    /// Before the server sees the request.
    Before,
    /// When the server has answered, before the client sees it.
    After,
}

/// Passes bytes on to `server`, and cuts the first connections that carry a write, as many as `cuts` has.
async fn proxy(server: String, cuts: &'static [Cut]) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let writes = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&writes);
    tokio::spawn(async move {
        loop {
            let (client, _) = listener.accept().await.unwrap();
            let server = TcpStream::connect(&server).await.unwrap();
            tokio::spawn(pass(client, server, Arc::clone(&seen), cuts));
        }
    });
    (url, writes)
}

async fn pass(mut client: TcpStream, mut server: TcpStream, writes: Arc<AtomicUsize>, cuts: &[Cut]) -> Option<()> {
    let (mut up, mut down) = (vec![0; 65_536], vec![0; 65_536]);
    let mut cut = None;
    loop {
        tokio::select! {
            read = client.read(&mut up) => {
                let request = &up[..read.ok().filter(|read| *read > 0)?];
                if request.starts_with(b"POST /uiserver0/api/v2/transaction HTTP") {
                    cut = cuts.get(writes.fetch_add(1, Ordering::SeqCst));
                }
                if cut == Some(&Cut::Before) {
                    return None;
                }
                server.write_all(request).await.ok()?;
            }
            read = server.read(&mut down) => {
                let answer = &down[..read.ok().filter(|read| *read > 0)?];
                if cut == Some(&Cut::After) {
                    return None;
                }
                client.write_all(answer).await.ok()?;
            }
        }
    }
}

fn contract(price: Decimal) -> contract::Transaction {
    contract::Transaction::new()
        .push(header::Row::new(header::Required {
            company_id: "ACME",
            contract_no: "JOB-1001",
            end_date: date(2027, 12, 31),
        }))
        .push(
            line::Row::new(line::Required {
                item_id: "WIDGET-001",
                uom: "EA",
                pricing_method: line::PricingMethod::Price,
            })
            .price(price),
        )
}

fn lookup() -> Lookup<JobContractPricing> {
    Lookup::by(field(header::CONTRACT_NO).eq("JOB-1001").and(field(header::COMPANY_ID).eq("ACME")))
}

/// Writes through a broken connection; the outcome, the number of writes, and the prices that are stored then.
async fn written(cuts: &'static [Cut]) -> (Result<Resolved<contract::JobContractPricing>, Error>, usize, Vec<Decimal>) {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let address = sandbox.url().trim_start_matches("http://").trim_end_matches('/').to_owned();
    let (url, writes) = proxy(address, cuts).await;
    let client = Client::builder(&url).credentials(Credentials::password("sandbox", "sandbox"));
    let client = client.ui_url(format!("{url}/uiserver0")).build().unwrap();
    let how = ReadBack::default().settle(Duration::from_millis(50)).lands_within(Duration::from_millis(40));
    let result = client.submit(contract(dec!(25))).lookup(lookup()).read_back(how).await;
    let keys = client.find(lookup()).await.unwrap();
    let record = client.read_all(keys).await.unwrap().into_iter().flatten().next();
    let prices = record.iter().flat_map(|record| record.rows::<line::Row>());
    let prices = prices.filter_map(|line| line.get(line::PRICE).unwrap()).collect();
    (result, writes.load(Ordering::SeqCst), prices)
}

#[tokio::test]
async fn what_was_stored_before_the_connection_broke_is_found() {
    let (resolved, writes, prices) = written(&[Cut::After]).await;
    assert_eq!((resolved.unwrap().how, writes), (ResolvedHow::ReadBack, 1));
    assert_eq!(prices, [dec!(25)]);
}

#[tokio::test]
async fn what_was_not_is_sent_again() {
    let (resolved, writes, prices) = written(&[Cut::Before]).await;
    assert_eq!((resolved.unwrap().how, writes), (ResolvedHow::Repeated, 2));
    assert_eq!(prices, [dec!(25)]);
    let (resolved, writes, prices) = written(&[Cut::Before, Cut::After]).await;
    assert_eq!((resolved.unwrap().how, writes), (ResolvedHow::ReadBack, 2));
    assert_eq!(prices, [dec!(25)]);
}
