//! Records that go into their windows: what is sent is what is documented, and what is stored is what was built.

mod counting;
mod cut;
mod dropped;
mod faults;
mod flavours;
mod looks;
mod notepads;
mod notes;
mod replay;
mod restart;
mod settled;
mod xml;

use std::path::Path;

use p21_sandbox::{Sandbox, SandboxBuilder};
use p21_services::client::windows::Session;
use p21_services::client::windows::enter::{EntryProof, NotEntered};
use p21_services::model::schema::Door;
use p21_services::prelude::*;
use p21_services::sales_price_page::{self as price_page, breaks, header};
use p21_services::{item, job_contract_pricing as contract, order, sales_price_book as book};
use serde_json::Value;

use super::{both_versions, client, sandbox};

/// What a window does, in the words of the committed call lists, as a transcript has it.
fn calls(transcript: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(transcript).unwrap();
    let lines = text.lines().skip(1).map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.flat_map(|line| spelt(&line)).collect()
}

fn spelt(call: &Value) -> Vec<String> {
    let path = call["path"].as_str().unwrap_or_default();
    let what = path.split('?').next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
    let body = &call["body"];
    let of = |member: &str| body[member].as_str().unwrap_or("-").to_owned();
    match (call["method"].as_str().unwrap_or_default(), what) {
        ("POST", "window") => vec![format!("open {}", of("ServiceName"))],
        ("DELETE", "window") => vec!["close".to_owned()],
        ("PUT", "tab") => vec![format!("tab {}", of("PageName"))],
        ("POST", "row") => vec![format!("add {}", of("DatawindowName"))],
        ("PUT", "row") => vec![format!("row {} {}", of("DatawindowName"), body["Row"])],
        ("PUT", "data") => vec!["save".to_owned()],
        ("POST", "tools") => vec![format!("tool {}", of("ToolName"))],
        ("PUT", "change") => {
            let change = |change: &Value| {
                let of = |member: &str| change[member].as_str().unwrap_or("-").to_owned();
                format!("change {} {} {}", of("TabName"), of("DatawindowName"), of("FieldName"))
            };
            body["List"].as_array().into_iter().flatten().map(change).collect()
        }
        _ => Vec::new(),
    }
}

/// The committed list of a documented workflow.
fn documented(name: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../p21-client/tests/calls/{name}.txt"));
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// What is done in a session, and its transcript.
async fn in_session<T>(client: &Client, work: impl AsyncFnOnce(&Session) -> T) -> (T, Vec<String>) {
    let (session, folder) = recorded(client).await;
    let done = work(&session).await;
    (done, ended(session, &folder).await)
}

async fn recorded(client: &Client) -> (Session, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (client.session().transcript(folder.path().join(TRANSCRIPT)).start().await.unwrap(), folder)
}

async fn ended(session: Session, folder: &tempfile::TempDir) -> Vec<String> {
    session.end().await.unwrap();
    calls(&folder.path().join(TRANSCRIPT))
}

const TRANSCRIPT: &str = "session.jsonl";

fn page() -> price_page::Transaction {
    price_page::Transaction::new()
        .push(
            header::Row::new(header::Required {
                price_page_type_cd: header::PricePageTypeCd::SupplierProductGroup,
                pricing_method_cd: header::PricingMethodCd::Source,
                effective_date: date(2027, 1, 1),
                expiration_date: date(2030, 12, 31),
            })
            .description("Fasteners of Example Supply")
            .product_group_id("FASTENERS")
            .supplier_id(10)
            .company_id("ACME")
            .source_price_cd("Supplier List Price"),
        )
        .push(
            breaks::Row::edit()
                .calculation_method_cd(breaks::CalculationMethodCd::Multiplier)
                .calculation_value1(dec!(0.90)),
        )
}

async fn each(change: impl Fn(SandboxBuilder) -> SandboxBuilder, work: impl AsyncFn(&Sandbox, &Client)) {
    for version in both_versions() {
        let sandbox = sandbox(|builder| change(builder.p21_version(version))).await;
        work(&sandbox, &client(&sandbox)).await;
    }
}

#[tokio::test]
async fn a_price_page_is_created_linked_and_expired_by_the_documented_calls() {
    each(
        |builder| builder,
        async |_, client| {
            let (entered, calls) = in_session(client, async |session| session.enter(&page()).await.unwrap()).await;
            assert_eq!(calls, documented("price_page_create"));
            assert_eq!(entered.proof, EntryProof::Proven);
            let uid: i64 = entered.key("price_page_uid").unwrap().parse().unwrap();
            let record = client.read(price_page::Key::new(uid)).await.unwrap().unwrap();
            let stored = record.first::<header::Row>().unwrap();
            assert_eq!(stored.text(header::DESCRIPTION), Some("Fasteners of Example Supply"));

            let link = book::Transaction::new()
                .push(book::header::Row::edit().price_book_id("WIDGETS"))
                .push(book::pages::Row::edit().price_page_uid(uid));
            let (linked, calls) = in_session(client, async |session| session.enter(&link).await).await;
            let linked = linked.unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(calls, documented("price_page_link"));
            assert_eq!(linked.proof, EntryProof::Proven);
            // Linked again it is found, and nothing is typed.
            let (_, calls) = in_session(client, async |session| session.enter(&link).await.unwrap()).await;
            assert!(!calls.iter().any(|call| call.starts_with("add") || call.contains("price_page_uid")), "{calls:?}");

            let expire = price_page::Transaction::new()
                .push(header::Row::edit().price_page_uid(uid).expiration_date(date(2027, 6, 30)));
            let (expired, calls) = in_session(client, async |session| session.enter(&expire).await.unwrap()).await;
            assert_eq!(calls, documented("price_page_expire"));
            assert_eq!(expired.proof, EntryProof::Proven);
            // What is so already is not typed again.
            let (_, calls) = in_session(client, async |session| session.enter(&expire).await.unwrap()).await;
            assert!(!calls.iter().any(|call| call.contains("expiration_date")), "{calls:?}");
        },
    )
    .await;
}

#[tokio::test]
async fn a_record_that_is_not_there_is_not_loaded_and_one_that_is_there_not_created() {
    each(
        |builder| builder,
        async |_, client| {
            let nowhere = price_page::Transaction::new()
                .push(header::Row::edit().price_page_uid(999_999).expiration_date(date(2027, 6, 30)));
            let (refused, calls) = in_session(client, async |session| session.enter(&nowhere).await.unwrap_err()).await;
            assert!(matches!(refused, NotEntered::Refused(_)), "{refused}");
            assert!(calls.is_empty(), "no window was opened: {calls:?}");
            // Nor is it taken for a new one by another door.
            let before = client.table("price_page").count().await.unwrap();
            let refused = client.store(&nowhere).await.unwrap_err();
            assert!(refused.is_nothing_stored() && refused.to_string().contains("no record of that key"), "{refused}");
            assert_eq!(client.table("price_page").count().await.unwrap(), before);
            let there = book::Transaction::new().push(book::header::Row::edit().price_book_id("WIDGETS"));
            let (refused, calls) =
                in_session(client, async |session| session.enter(&there).only_new().await.unwrap_err()).await;
            assert!(matches!(refused, NotEntered::Refused(_)), "{refused}");
            assert!(calls.is_empty(), "no window was opened: {calls:?}");
        },
    )
    .await;
}

fn order() -> order::Transaction {
    order::Transaction::new()
        .push(order::header::Row::new(order::header::Required {
            customer_id: 100_198,
            sales_loc_id: 100,
            source_loc_id: 100,
            ship_to_id: 100_198,
            contact_id: "1001",
            po_no: "PO-7001",
            order_date: date(2027, 1, 4),
            requested_date: date(2027, 1, 5),
        }))
        .push(order::items::Row::new(order::items::Required { oe_order_item_id: "WIDGET-001", unit_quantity: 2 }))
        .push(order::items::Row::new(order::items::Required { oe_order_item_id: "WIDGET-002", unit_quantity: 3 }))
}

#[tokio::test]
async fn an_order_is_typed_with_its_lines() {
    each(
        |builder| builder,
        async |_, client| {
            let order = order();
            let (entered, calls) = in_session(client, async |session| session.enter(&order).await).await;
            let entered = entered.unwrap_or_else(|error| panic!("{error}: {calls:?}"));
            assert_eq!(entered.proof, EntryProof::Proven);
            // The first line is in the blank row that the grid opens with; where there is none it is added.
            assert!(calls.iter().filter(|call| *call == "add items").count() <= 2, "{calls:?}");
            let number = entered.key("order_no").unwrap();
            let record = client.read(order::Key::new(number)).await.unwrap().unwrap();
            let lines = record.rows::<order::items::Row>();
            let stored: Vec<_> =
                lines.map(|line| line.text(order::items::OE_ORDER_ITEM_ID).map(str::to_owned)).collect();
            assert_eq!(stored, [Some("WIDGET-001".to_owned()), Some("WIDGET-002".to_owned())]);
        },
    )
    .await;
}

#[tokio::test]
async fn a_record_goes_by_the_door_that_its_rules_name() {
    each(
        |builder| builder,
        async |_, client| {
            let new = client.store(&page()).await.unwrap();
            assert_eq!((new.route.door, &new.proof), (Door::Window, &EntryProof::Proven), "{:?}", new.done);
            let uid: i64 = new.key("price_page_uid").unwrap().parse().unwrap();
            let expire = price_page::Transaction::new()
                .push(header::Row::edit().price_page_uid(uid).expiration_date(date(2027, 6, 30)));
            let changed = client.store(&expire).await.unwrap();
            assert_eq!((changed.route.door, &changed.proof), (Door::Transaction, &EntryProof::Proven), "{changed:?}");
            let order = client.store(&order()).await.unwrap();
            assert_eq!((order.route.door, &order.proof), (Door::Transaction, &EntryProof::Proven), "{order:?}");
            assert!(client.session().start().await.unwrap().end().await.is_ok(), "no session is left behind");
        },
    )
    .await;
}

#[tokio::test]
async fn a_record_that_lacks_what_its_window_wants_opens_none() {
    each(
        |builder| builder,
        async |_, client| {
            let breaks = contract::breaks::Row::edit().calculation_value1(dec!(0.9));
            let line = contract::line::Row::new(contract::line::Required {
                item_id: "WIDGET-001",
                uom: "EA",
                pricing_method: contract::line::PricingMethod::Source,
            });
            let header = contract::header::Row::new(contract::header::Required {
                company_id: "ACME",
                contract_no: "C-1",
                end_date: date(2027, 12, 31),
            });
            let record = contract::Transaction::new().push(header).push(line.with(breaks));
            let (refused, calls) = in_session(client, async |session| session.enter(&record).await.unwrap_err()).await;
            let NotEntered::NotTyped(refused) = refused else { panic!("{refused}") };
            let said = refused.to_string();
            assert!(said.contains("`SHIP_TO_ITEM.ship_to_item`") && said.contains("CUSTOMER_SHIP_TO"), "{said}");
            assert!(calls.is_empty(), "{calls:?}");

            let detail = item::location_detail::Row::edit().product_group_id("FASTENERS");
            let location = item::locations::Row::edit().company_id("ACME").location_id(100).with(detail);
            let record = item::Transaction::new().push(item::header::Row::edit().item_id("WIDGET-001")).push(location);
            let (refused, calls) = in_session(client, async |session| session.enter(&record).await.unwrap_err()).await;
            assert!(
                matches!(&refused, NotEntered::NotTyped(_)) && refused.to_string().contains("`accounts`"),
                "{refused}"
            );
            assert!(calls.is_empty(), "{calls:?}");
            let said = client.store(&record).await.unwrap_err().to_string();
            assert!(said.contains("`accounts`"), "{said}");
        },
    )
    .await;
}

#[tokio::test]
async fn the_detail_of_a_location_is_changed_and_its_accounts_are_what_the_program_says() {
    each(
        |builder| builder,
        async |_, client| {
            let detail = item::location_detail::Row::edit().track_bins(true);
            let location = item::locations::Row::edit().company_id("ACME").location_id(200).with(detail);
            let record = item::Transaction::new().push(item::header::Row::edit().item_id("WIDGET-002")).push(location);
            let (entered, calls) = in_session(client, async |session| session.enter(&record).await).await;
            entered.unwrap_or_else(|error| panic!("{error}: {calls:?}"));
            assert!(calls.contains(&"change TABPAGE_18 inv_loc_detail track_bins".to_owned()), "{calls:?}");
            assert!(!calls.iter().any(|call| call.contains("change") && call.contains("location_id")), "{calls:?}");
            let shown = async |column: &'static str| {
                let all = counting::locations(client, 2).await;
                all.iter().map(|row| row[column].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
            };
            assert_eq!(shown("track_bins").await.iter().filter(|flag| *flag == "Y").count(), 1);
            let accounts = ["gl_account_no", "revenue_account_no", "cos_account_no"];
            let mut before = Vec::new();
            for column in accounts {
                before.push(shown(column).await);
            }
            // The group is what the record says either way; whether the accounts follow is what the program says.
            for (group, answer, set) in [
                ("MACHINES", item::window::ACCOUNTS_KEEP, None),
                ("FASTENERS", item::window::ACCOUNTS_SET, Some(["1200", "4000", "5000"])),
                ("MACHINES", item::window::ACCOUNTS_SET, Some(["1300", "4100", "5100"])),
            ] {
                let detail = item::location_detail::Row::edit().product_group_id(group);
                let location = item::locations::Row::edit().company_id("ACME").location_id(100).with(detail);
                let record =
                    item::Transaction::new().push(item::header::Row::edit().item_id("WIDGET-002")).push(location);
                let entering = async |session: &Session| session.enter(&record).answer(answer).await;
                let (entered, calls) = in_session(client, entering).await;
                let entered = entered.unwrap_or_else(|error| panic!("{group} {error}: {calls:?}"));
                let tools: Vec<&str> = entered.answered.iter().map(|answered| answered.tool.as_str()).collect();
                assert_eq!(tools, [if set.is_some() { "cb_1" } else { "cb_2" }], "asked once, answered as it was said");
                assert_eq!(shown("product_group_id").await[0], group);
                for (at, column) in accounts.into_iter().enumerate() {
                    let mut due = before[at].clone();
                    if let Some(set) = set {
                        due[0] = set[at].to_owned();
                    }
                    assert_eq!(shown(column).await, due, "{group} {column}: of this location and no other");
                }
            }
        },
    )
    .await;
}

#[tokio::test]
async fn breaks_of_a_new_contract_are_typed_behind_what_unlocks_them() {
    each(
        |builder| builder,
        async |_, client| {
            let line = contract::line::Row::new(contract::line::Required {
                item_id: "WIDGET-001",
                uom: "EA",
                pricing_method: contract::line::PricingMethod::Source,
            });
            let breaks = contract::breaks::Row::edit()
                .calculation_method_cd(contract::breaks::CalculationMethodCd::Multiplier)
                .calculation_value1(dec!(0.9));
            let header = contract::header::Row::new(contract::header::Required {
                company_id: "ACME",
                contract_no: "C-BREAKS",
                end_date: date(2027, 12, 31),
            });
            let record = contract::Transaction::new()
                .push(header.customer_id(100_198).ship_to_id(100_198))
                .push(contract::ship_to::Row::edit().customer_id(100_198).ship_to_id(100_198))
                .push(line.source_price("Supplier List Price").with(breaks))
                .push(contract::ship_to_item::Row::edit().item_id("WIDGET-001"));
            let (entered, calls) = in_session(client, async |session| session.enter(&record).await).await;
            let entered = entered.unwrap_or_else(|error| panic!("{error}: {calls:?}"));
            assert!(entered.key("job_no").is_some(), "{entered:?}");
            let typed =
                |call: &str| calls.iter().position(|of| of == call).unwrap_or_else(|| panic!("{call}: {calls:?}"));
            let (item, value) = ("change SHIP_TO_ITEM ship_to_item item_id", "change VALUES values calculation_value1");
            assert!(typed(item) < typed("tab VALUES") && typed("tab VALUES") < typed(value), "{calls:?}");
        },
    )
    .await;
}
