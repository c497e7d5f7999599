//! A web service whose requests are typed into windows: a pool of sessions, bounded, lent in turn.
//!
//! P21 has few sessions, and a token has one at most. The pool has one of each user it is given; a request waits its turn,
//! and is told 503 when that takes too long. What becomes of a request that is cut is settled by P21 and the pool: a session
//! in which a call broke is ended, and never lent again.
//!
//! `cargo run -p p21-examples --bin web` runs it on a sandbox and sends it a dozen requests at once; `--bin web -- 8080`
//! serves on that port until Ctrl-C, on a real server with `P21_BASE_URL`, `P21_USERNAME` and `P21_PASSWORD` set.
#![forbid(unsafe_code)]

use std::net::Ipv4Addr;
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use p21_services::client::Error;
use p21_services::client::windows::enter::NotEntered;
use p21_services::client::windows::{SessionPool, WindowProblem};
use p21_services::prelude::*;
use p21_services::sales_price_page::{self as price_page, header};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<()> {
    let server = p21_examples::server().await?;
    // A session of each user. Who waits longer than this is told to come again.
    let users = std::iter::once(&server.client).chain(&server.colleagues).cloned();
    let pool = SessionPool::of(users)
        .wait(Duration::from_secs(20))
        .starting(|session| session.app("price page service"))
        .build();
    let service = Router::new().route("/price-pages", post(create)).with_state(pool.clone());

    let port = std::env::args().nth(1).map(|port| port.parse::<u16>().context("the port")).transpose()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.unwrap_or(0))).await?;
    let address = listener.local_addr()?;
    println!("POST http://{address}/price-pages");
    let serving = tokio::spawn(async move { axum::serve(listener, service).await });
    match port {
        Some(_) => tokio::signal::ctrl_c().await?,
        None => requests(&format!("http://{address}/price-pages")).await?,
    }
    serving.abort();
    println!("{} sessions were used", pool.status().granted - pool.status().refused);
    // No session is left behind in P21.
    pool.close().await;
    Ok(())
}

/// What a request says.
#[derive(Deserialize)]
struct NewPage {
    description: String,
    product_group: String,
    percent_off: u8,
}

async fn create(State(pool): State<SessionPool>, Json(page): Json<NewPage>) -> Result<Json<Value>, Failure> {
    let session = pool.get().await?;
    let entered = session.enter(&record(&page)).await?;
    Ok(Json(json!({"price_page_uid": entered.key("price_page_uid"), "read_back": entered.is_proven()})))
}

fn record(page: &NewPage) -> price_page::Transaction {
    let header = header::Row::new(header::Required {
        price_page_type_cd: header::PricePageTypeCd::SupplierProductGroup,
        pricing_method_cd: header::PricingMethodCd::Source,
        effective_date: date(2027, 1, 1),
        expiration_date: date(2030, 12, 31),
    });
    let header = header.company_id("ACME").supplier_id(10).source_price_cd("Supplier List Price");
    let breaks = price_page::breaks::Row::edit()
        .calculation_method_cd(price_page::breaks::CalculationMethodCd::Multiplier)
        .calculation_value1(Decimal::new(100 - i64::from(page.percent_off), 2));
    price_page::Transaction::new()
        .push(header.description(page.description.as_str()).product_group_id(page.product_group.as_str()))
        .push(breaks)
}

/// What came of a request, as HTTP says it.
struct Failure(StatusCode, String);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error.window_problem() {
            Some(WindowProblem::PoolFull) => Self(StatusCode::SERVICE_UNAVAILABLE, "come again later".to_owned()),
            _ => Self(StatusCode::BAD_GATEWAY, error.to_string()),
        }
    }
}

impl From<NotEntered> for Failure {
    fn from(failed: NotEntered) -> Self {
        match failed {
            // Nothing is stored: the request is wrong, as it stands.
            NotEntered::NotTyped(_) => Self(StatusCode::UNPROCESSABLE_ENTITY, failed.to_string()),
            NotEntered::Refused(error) if error.is_connect() || error.is_session_lost() => error.into(),
            NotEntered::Refused(error) => Self(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()),
            // Something is stored, or may be: whoever sends it again may have it twice.
            other => Self(StatusCode::INTERNAL_SERVER_ERROR, other.to_string()),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (self.0, self.1).into_response()
    }
}

/// A dozen requests at once.
async fn requests(url: &str) -> Result<()> {
    // This client wants to be told whose cryptography it is to use, for plain HTTP too.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::new();
    let request = |nth: u32| {
        let body = json!({"description": format!("Fasteners {nth}"), "product_group": "FASTENERS", "percent_off": 10});
        http.post(url).json(&body).send()
    };
    for (nth, answer) in futures_util::future::join_all((1..=12).map(request)).await.into_iter().enumerate() {
        let answer = answer?;
        println!("{}: {} {}", nth + 1, answer.status().as_u16(), answer.text().await?);
    }
    Ok(())
}
