//! Windows count rows from 1, or are one row behind: what is typed lands on the row that the record names, either way.

use p21_sandbox::SandboxBuilder;
use p21_services::client::odata::col;
use p21_services::client::windows::WindowProblem;
use p21_services::client::windows::enter::NotEntered;
use p21_services::job_contract_pricing::{self as contract, bins};
use p21_services::order::{self, Order, items, line_note};
use p21_services::prelude::*;
use p21_services::{item, purchase_order};
use serde_json::{Map, Value};

use super::{each, in_session, order as two_lines};

fn one_behind(builder: SandboxBuilder) -> SandboxBuilder {
    let services = ["Order", "PurchaseOrder", "Item", "JobContractPricing"];
    builder.configure(|config| config.interactive.one_behind.extend(services.map(str::to_owned)))
}

/// How a sandbox is built.
type Build = fn(SandboxBuilder) -> SandboxBuilder;

/// Both ways of counting; the second may be refused.
const COUNTING: [(Build, bool); 2] = [(|builder| builder, false), (one_behind, true)];

/// What was entered, unless it was refused before anything was typed into the wrong row.
fn landed<T>(entered: Result<T, NotEntered>, may_refuse: bool, calls: &[String]) -> bool {
    match entered {
        Ok(_) => true,
        Err(NotEntered::Refused(error)) if may_refuse => {
            assert_eq!(error.window_problem(), Some(&WindowProblem::DetailMismatch), "{error}: {calls:?}");
            false
        }
        Err(error) => panic!("{error}: {calls:?}"),
    }
}

#[tokio::test]
async fn a_note_lands_on_its_line_however_rows_are_counted() {
    for (counting, may_refuse) in COUNTING {
        each(counting, async |sandbox, client| {
            let stored = client.submit(two_lines()).await.unwrap();
            let number = stored.value("TABPAGE_1.order", "order_no").unwrap().to_owned();
            let mut due = Vec::new();
            for item in ["WIDGET-001", "WIDGET-002"] {
                let note = line_note::Row::edit().topic(item).note("Of this line");
                let noted = order::Transaction::new()
                    .push(order::header::Row::edit().order_no(number.as_str()))
                    .push(items::Row::edit().oe_order_item_id(item).with(note));
                let (entered, calls) = in_session(client, async |session| session.enter(&noted).await).await;
                let is_there = landed(entered, may_refuse, &calls);
                due.push(is_there.then_some(item).into_iter().collect::<Vec<_>>());
            }
            assert!(may_refuse || due.iter().all(|due| due.len() == 1), "{due:?}");
            sandbox.set("interactive.one_behind", "").unwrap();
            for (item, due) in ["WIDGET-001", "WIDGET-002"].into_iter().zip(due) {
                let number = number.as_str();
                let topics = client.session().run(async |session| {
                    let mut window = session.open::<Order>().await?;
                    window.type_in(order::header::ORDER_NO, number).await?;
                    window.select_where(items::OE_ORDER_ITEM_ID, item).await?;
                    let notes = window.rows::<line_note::Row>().await?;
                    let topic = |note| -> String {
                        let note: p21_services::client::windows::WindowRow<'_, line_note::Row> = note;
                        note.get(line_note::TOPIC).unwrap().unwrap_or_default().to_string()
                    };
                    let topics: Vec<String> = notes.iter().map(topic).collect();
                    window.close().await?;
                    Ok::<_, p21_services::client::Error>(topics)
                });
                assert_eq!(topics.await.unwrap(), due);
            }
        })
        .await;
    }
}

#[tokio::test]
async fn a_note_of_a_purchase_orders_line_lands_on_it_however_rows_are_counted() {
    for (counting, may_refuse) in COUNTING {
        each(counting, async |sandbox, client| {
            let stored = client.submit(super::notes::purchase_order(&["WIDGET-001", "WIDGET-002"])).await.unwrap();
            let number: i64 = stored.value("TABPAGE_1.tp_1_dw_1", "po_no").unwrap().parse().unwrap();
            let note = purchase_order::line_note::Row::edit().topic("Line two").note("Of this line");
            let line = purchase_order::items::Row::edit().item_id("WIDGET-002").line_no(2).with(note);
            let noted =
                purchase_order::Transaction::new().push(purchase_order::header::Row::edit().po_no(number)).push(line);
            let (entered, calls) = in_session(client, async |session| session.enter(&noted).await).await;
            let is_there = landed(entered, may_refuse, &calls);
            sandbox.set("interactive.one_behind", "").unwrap();
            let of_line = async |item: &str| {
                let topics = client.session().run(async |session| {
                    let mut window = session.open::<purchase_order::PurchaseOrder>().await?;
                    window.type_in(purchase_order::header::PO_NO, number).await?;
                    window.select_where(purchase_order::items::ITEM_ID, item).await?;
                    let notes = window.rows::<purchase_order::line_note::Row>().await?.len();
                    window.close().await?;
                    Ok::<_, p21_services::client::Error>(notes)
                });
                topics.await.unwrap()
            };
            assert_eq!((of_line("WIDGET-001").await, of_line("WIDGET-002").await), (0, usize::from(is_there)));
        })
        .await;
    }
}

/// The locations of an item, as the database has them.
pub(super) async fn locations(client: &Client, inv_mast_uid: i64) -> Vec<Map<String, Value>> {
    let of = col("inv_mast_uid").eq(inv_mast_uid);
    let mut rows: Vec<Map<String, Value>> =
        client.table("inv_loc").filter(of).allow_unordered_pages().rows().await.unwrap();
    rows.sort_by_key(|row| row["location_id"].to_string());
    rows
}

#[tokio::test]
async fn the_detail_of_one_location_is_changed_however_rows_are_counted() {
    for (counting, may_refuse) in COUNTING {
        each(counting, async |_, client| {
            let before = locations(client, 2).await;
            assert!(before.len() > 1, "an item of several locations: {before:?}");
            for location in &before {
                let id: i64 = location["location_id"].to_string().parse().unwrap();
                let detail = item::location_detail::Row::edit().track_bins(true);
                let location = item::locations::Row::edit().company_id("ACME").location_id(id).with(detail);
                let record =
                    item::Transaction::new().push(item::header::Row::edit().item_id("WIDGET-002")).push(location);
                let (entered, calls) = in_session(client, async |session| session.enter(&record).await).await;
                assert!(landed(entered, false, &calls), "{may_refuse}");
                let tracked: Vec<String> = locations(client, 2)
                    .await
                    .iter()
                    .filter(|row| row["track_bins"] == "Y")
                    .map(|row| row["location_id"].to_string())
                    .collect();
                assert!(tracked.contains(&id.to_string()), "{tracked:?}");
                assert_eq!(tracked.len(), before.iter().filter(|row| row["location_id"].as_i64() <= Some(id)).count());
            }
        })
        .await;
    }
}

#[tokio::test]
async fn the_bins_of_one_line_are_changed_however_rows_are_counted() {
    for (counting, may_refuse) in COUNTING {
        each(counting, async |_, client| {
            // A contract of two items, each with bins for its ship-to.
            let (entered, calls) =
                in_session(client, async |session| session.enter(&super::cut::contract("C-BINS")).await).await;
            let entered = entered.unwrap_or_else(|error| panic!("{error}: {calls:?}"));
            let job_no = entered.key("job_no").unwrap().to_owned();
            let bin = bins::Row::edit().contract_bin_id("B-1").customer_id(100_198).ship_to_id(100_198);
            let bin = bin.min_qty(5).max_qty(10);
            let line = contract::line::Row::edit().item_id("WIDGET-001").line_no(1).with(bin);
            let header = contract::header::Row::edit().job_no(job_no.as_str()).customer_id(100_198).ship_to_id(100_198);
            let record = contract::Transaction::new()
                .push(header)
                .push(contract::ship_to::Row::edit().customer_id(100_198).ship_to_id(100_198))
                .push(line);
            let (entered, calls) = in_session(client, async |session| session.enter(&record).await).await;
            assert!(landed(entered, false, &calls), "{may_refuse}");
            assert!(calls.contains(&"row customer_ship_to 1".to_owned()), "it is selected, as documented: {calls:?}");
            let record = client.read(contract::Key::new(job_no)).await.unwrap().unwrap();
            let shown: Vec<_> = record.rows::<bins::Row>().map(|row| row.get(bins::MIN_QTY).unwrap()).collect();
            assert!(shown.contains(&Some(dec!(5))), "{shown:?}");
        })
        .await;
    }
}
