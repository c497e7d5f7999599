//! A sandbox with a data file is killed in the middle of its work, again and again: what it has acknowledged is there,
//! whole, and nothing is there by half.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};
use support::*;

/// The program itself, in a process of its own.
struct Running {
    child: Child,
    url: String,
    client: Client,
    token: String,
}

const LINES_OF_AN_ORDER: u64 = 3;

impl Running {
    async fn start(data: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_p21-sandbox"));
        command.args(["--port", "0", "--data"]).arg(data);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = lines.find_map(|line| Some(line.unwrap().trim().strip_prefix("middleware")?.trim().to_owned()));
        let (url, client) = (url.expect("the address it listens on"), client());
        let login = json!({"username": "sandbox", "password": "sandbox"});
        let login = client.post(format!("{url}/api/security/token/v2")).json(&login).send().await.unwrap();
        let answer: Value = login.json().await.unwrap();
        let token = answer["AccessToken"].as_str().unwrap().to_owned();
        // The rest of what it prints is read so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url, client, token }
    }

    /// Ends it the hard way.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    async fn rows(&self, table: &str, filter: Option<&str>) -> Vec<Value> {
        let url = format!("{}/odataservice/odata/table/{table}", self.url);
        let filter: Vec<(&str, &str)> = filter.map(|filter| ("$filter", filter)).into_iter().collect();
        let url = reqwest::Url::parse_with_params(&url, filter).unwrap();
        let answer: Value = self.client.get(url).bearer_auth(&self.token).send().await.unwrap().json().await.unwrap();
        answer["value"].as_array().unwrap().clone()
    }
}

fn order(po_no: &str) -> Value {
    let header = order_header_with(&["po_no"], &[("po_no", po_no)]);
    let lines: [&[(&str, &str)]; LINES_OF_AN_ORDER as usize] = [
        &[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "1")],
        &[("oe_order_item_id", "WIDGET-002"), ("unit_quantity", "2")],
        &[("oe_order_item_id", "COMPONENT-A"), ("unit_quantity", "3")],
    ];
    set("Order", [vec![header, items(&[], &lines)]])
}

/// Writes orders until the connection breaks; notes each that is acknowledged.
async fn write(client: Client, url: String, token: String, name: String, acknowledged: Arc<Mutex<Vec<String>>>) {
    for number in 0.. {
        let po_no = format!("{name}-{number}");
        let request = client.post(format!("{url}/uiserver0/api/v2/transaction")).bearer_auth(&token);
        let Ok(answer) = request.json(&order(&po_no)).send().await else { return };
        let Ok(answer) = answer.json::<Value>().await else { return };
        assert_eq!(summary(&answer), (1, 0), "{answer}");
        acknowledged.lock().unwrap().push(po_no);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_write_survives_and_none_is_half_there() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("p21.sqlite");
    let acknowledged = Arc::new(Mutex::new(Vec::new()));
    let mut random = fastrand::Rng::with_seed(21);
    let count =
        |name: &str, default: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    let (rounds, longest) = (count("P21_KILLS", 6), count("P21_KILL_WITHIN_MS", 250));
    let mut unacknowledged = 0;
    for round in 0..rounds {
        let running = Running::start(&data).await;
        let writers: Vec<_> = (0..3)
            .map(|writer| {
                let name = format!("R{round}W{writer}");
                let (client, url, token) = (running.client.clone(), running.url.clone(), running.token.clone());
                tokio::spawn(write(client, url, token, name, Arc::clone(&acknowledged)))
            })
            .collect();
        tokio::time::sleep(Duration::from_micros(random.u64(20_000..longest * 1_000))).await;
        running.kill();
        for writer in writers {
            writer.await.unwrap();
        }

        let running = Running::start(&data).await;
        let orders = running.rows("oe_hdr", None).await;
        let lines = running.rows("oe_line", None).await;
        assert_eq!(lines.len() as u64, orders.len() as u64 * LINES_OF_AN_ORDER, "no order is there by half");
        let acknowledged = acknowledged.lock().unwrap().clone();
        let stored: BTreeSet<&str> = orders.iter().map(|order| order["po_no"].as_str().unwrap()).collect();
        assert_eq!(stored.len(), orders.len(), "round {round}: none is there twice");
        for po_no in &acknowledged {
            assert!(stored.contains(po_no.as_str()), "round {round}: {po_no} was acknowledged and is lost");
        }
        // Each writer had one on its way.
        unacknowledged = stored.len() - acknowledged.len();
        assert!(unacknowledged as u64 <= 3 * (round + 1), "{unacknowledged} were not acknowledged");
        running.kill();
    }
    let acknowledged = acknowledged.lock().unwrap().len();
    assert!(acknowledged > 0, "nothing was written");
    println!("{acknowledged} writes were acknowledged in {rounds} lives; {unacknowledged} more are stored");
}

/// How many rows each table of the data has, master data and records alike.
fn contents(data: &Path) -> Vec<(String, i64)> {
    let connection = rusqlite::Connection::open(data).unwrap();
    let mut statement = connection.prepare("select tbl, count(*) from row group by tbl order by tbl").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

fn start_of(data: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_p21-sandbox"));
    command.args(["--port", "0", "--data"]).arg(data).stdout(Stdio::piped()).spawn().unwrap()
}

/// Waits until it says where it listens.
fn until_ready(child: &mut Child) {
    let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line.trim().starts_with("middleware")));
}

fn end(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// A first start that is killed at any moment leaves nothing or all of the seed: the next one finds a whole store.
#[test]
fn a_first_start_that_is_killed_leaves_no_half_of_the_seed() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole.sqlite");
    let started = std::time::Instant::now();
    let mut child = start_of(&whole);
    until_ready(&mut child);
    let took = started.elapsed();
    end(child);
    let whole = contents(&whole);
    assert!(whole.len() > 10, "{whole:?}");

    const KILLS: u32 = 12;
    let mut interrupted = 0;
    for kill in 0..KILLS {
        let data = folder.path().join(format!("{kill}.sqlite"));
        let child = start_of(&data);
        // Somewhere in the start, later ones nearer to its end, where the store is filled.
        std::thread::sleep(took * (KILLS / 2 + kill) / KILLS * 2 / 3);
        end(child);
        let laid_out = |data: &Path| {
            rusqlite::Connection::open(data)
                .unwrap()
                .query_row("select count(*) from sqlite_master", [], |row| row.get(0))
                .unwrap()
        };
        let tables: i64 = if data.exists() { laid_out(&data) } else { 0 };
        if tables == 0 {
            interrupted += 1;
        } else {
            assert_eq!(contents(&data), whole, "killed at {kill}: there are tables, so there is the whole seed");
        }
        let mut again = start_of(&data);
        until_ready(&mut again);
        end(again);
        assert_eq!(contents(&data), whole, "killed at {kill}");
    }
    println!("{interrupted} of {KILLS} kills came before the store was there");
}
