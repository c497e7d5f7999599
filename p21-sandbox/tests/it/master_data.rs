//! A tester's own items, customers, units and prices, and what becomes of names that are none.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use std::path::PathBuf;

use clap::Parser;
use p21_sandbox::MasterData;
use p21_sandbox::cli::{self, Arguments};
use serde_json::{Value, json};
use support::*;

const TOML: &str = r#"
[[item]]
item = "BOLT-10"
description = "Bolt M10"
locations = ["100"]
quantity = 500

[[unit]]
item = "BOLT-10"
unit = "BX"
size = 50

[[price]]
item = "BOLT-10"
price = 0.80
cost = "0.35"

[[customer]]
customer = 200100
name = "North Shipyard"
"#;

fn write(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

async fn with(data: MasterData) -> P21 {
    p21_with(|builder| builder.master_data(data)).await
}

/// An order of the customer for the item, in a unit.
fn order(customer: &str, item: &str, unit: &str) -> Value {
    let header = [
        ("customer_id", customer),
        ("sales_loc_id", "100"),
        ("source_loc_id", "100"),
        ("ship_to_id", customer),
        ("order_date", "2026-03-02"),
        ("requested_date", "2026-03-09"),
        ("po_no", "PO-1"),
        ("taker", "sandbox"),
        ("contact_id", "1001"),
    ];
    let line = [("oe_order_item_id", item), ("unit_quantity", "5"), ("unit_of_measure", unit)];
    set("Order", [vec![element("TABPAGE_1.order", &[], &[&header]), items(&[], &[&line])]])
}

/// The same data in every form.
async fn every_form() -> Vec<P21> {
    let (_folder, toml) = write("own.toml", TOML);
    let (_a, bolts) = write("bolts.csv", "item,description,locations,quantity\r\nBOLT-10,\"Bolt M10\",100,500\r\n");
    let (_b, boxes) = write("boxes.csv", "item,unit,size\nBOLT-10,BX,50\n");
    let (_c, prices) = write("prices.csv", "item,price,cost\nBOLT-10,0.80,0.35\n");
    let (_d, yards) = write("yards.csv", "\u{feff}customer,name\n200100,North Shipyard\n");
    let csv = [bolts, boxes, prices, yards].into_iter().try_fold(MasterData::new(), MasterData::file).unwrap();
    let built = MasterData::new()
        .item("BOLT-10", "Bolt M10", "EA")
        .stock("BOLT-10", 100, 500)
        .unit("BOLT-10", "BX", 50)
        .price("BOLT-10", "0.80", "0.35")
        .customer(200_100, "North Shipyard");
    vec![with(MasterData::new().file(toml).unwrap()).await, with(csv).await, with(built).await]
}

#[tokio::test]
async fn orders_are_taken_for_ones_own_items_and_customers_in_their_units() {
    for p21 in every_form().await {
        for unit in ["EA", "BX"] {
            p21.passes(&order("200100", "BOLT-10", unit)).await;
        }
        p21.passes(&order("100198", "WIDGET-001", "EA")).await;
        let item = p21.odata_rows("inv_mast", "item_id eq 'BOLT-10'").await;
        assert_eq!(item[0]["item_desc"], "Bolt M10");
        let uid = &item[0]["inv_mast_uid"];
        let price = p21.odata_rows("inventory_supplier", &format!("inv_mast_uid eq {uid}")).await;
        assert_eq!((&price[0]["list_price"], &price[0]["cost"]), (&json!(0.8), &json!(0.35)));
        let stock = p21.odata_rows("inv_loc", &format!("inv_mast_uid eq {uid} and location_id eq 100")).await;
        assert_eq!(stock[0]["qty_on_hand"], 500);
        let units = p21.odata_rows("item_uom", &format!("inv_mast_uid eq {uid}")).await;
        assert_eq!(units.len(), 2);
    }
}

#[tokio::test]
async fn names_that_are_none_and_swapped_ones_are_refused() {
    let p21 = every_form().await.remove(0);
    for (customer, item, unit, part) in [
        ("200101", "BOLT-10", "EA", "Invalid customer_id value: 200101"),
        ("200100", "BOLT-11", "EA", "item ID does not exist at your source location."),
        ("200100", "BOLT-10", "CS", "Invalid unit_of_measure value: CS"),
        ("100198", "WIDGET-001", "BX", "Invalid unit_of_measure value: BX"),
        ("200100", "200100", "EA", "item ID does not exist at your source location."),
    ] {
        let said = p21.fails(&order(customer, item, unit)).await;
        assert!(said[0].contains(part), "{customer} {item} {unit}: {said:?}");
    }
    let contract = |customer: &str, item: &str, unit: &str| {
        let header = contract_header("JOB-1");
        let mut set = set(
            "JobContractPricing",
            [vec![header, line(&[("item_id", item), ("uom", unit), ("pricing_method", "Price"), ("price", "1")])]],
        );
        let edits = set["Transactions"][0]["DataElements"][0]["Rows"][0]["Edits"].as_array_mut().unwrap();
        edits.iter_mut().filter(|edit| edit["Name"] == "customer_id").for_each(|edit| edit["Value"] = json!(customer));
        set
    };
    p21.passes(&contract("200100", "BOLT-10", "BX")).await;
    for (customer, item, unit, part) in [
        ("200101", "BOLT-10", "EA", "Invalid customer_id value: 200101"),
        ("200100", "BOLT-11", "EA", "Invalid item_id value: BOLT-11"),
        ("200100", "BOLT-10", "CS", "Invalid uom value: CS"),
    ] {
        let said = p21.fails(&contract(customer, item, unit)).await;
        assert!(said[0].contains(part), "{customer} {item} {unit}: {said:?}");
    }
}

#[tokio::test]
async fn a_reset_brings_ones_own_data_back() {
    let data = MasterData::new().item("BOLT-10", "Bolt", "EA").customer(200_100, "Yard");
    let p21 = p21_with(|builder| builder.master_data(data).configure(|config| config.admin = true)).await;
    let url = format!("{}/_sandbox/reset", p21.sandbox.url());
    assert_eq!(p21.client.post(url).send().await.unwrap().status(), 200);
    p21.passes(&order("200100", "BOLT-10", "EA")).await;
}

#[tokio::test]
async fn every_mistake_is_one_error_with_file_line_and_column() {
    for (name, text, parts) in [
        ("a.csv", "item,unit,size\nBOLT-10,BX,50\n", &["a.csv:2", "column 1 (`item`)", "no item `BOLT-10`"][..]),
        ("a.csv", "item,unit,size\nWIDGET-001,BX,many\n", &["a.csv:2", "column 3 (`size`)", "`many` is no number"]),
        ("a.csv", "item,unit,size\nWIDGET-001,BX\n", &["a.csv:2", "column 3", "2 cells"]),
        (
            "a.csv",
            "item,unit,size\nWIDGET-001\n",
            &["a.csv:2", "column 2", "the row has 1 cell, and the first line names 3"],
        ),
        (
            "a.csv",
            "item,unit,size\nWIDGET-001,BX,5\n\"WIDGET-002,BX,5\nWIDGET-003,BX,5\n",
            &["a.csv:3", "a quote is not closed"],
        ),
        ("a.csv", "item,description\nX,\"Bolt\nY,Nut\n", &["a.csv:2", "a quote is not closed"]),
        ("a.csv", "item,unit,size\nWIDGET-001,,5\n", &["a.csv:2", "column 2 (`unit`)", "is missing"]),
        ("a.csv", "item,colour\nX,red\n", &["a.csv:2", "column 2 (`colour`)", "no such column"]),
        ("a.csv", "colour\nred\n", &["a.csv:1", "first line names the columns"]),
        ("a.csv", "", &["a.csv:1", "first line names the columns"]),
        ("a.csv", "customer,name\nNorth,200100\n", &["a.csv:2", "column 1 (`customer`)", "no customer's number"]),
        ("a.csv", "item,locations\nX,100;900\n", &["a.csv:2", "column 2 (`locations`)", "no location `900`"]),
        ("a.csv", "item,price,supplier\nWIDGET-001,1,77\n", &["a.csv:2", "column 3 (`supplier`)", "no supplier `77`"]),
        (
            "a.toml",
            "[[item]]\nitem = \"X\"\n\n[[unit]]\nitem = \"Y\"\nunit = \"BX\"\nsize = 5\n",
            &["a.toml:5", "column 8 (`item`)", "no item `Y`"],
        ),
        ("a.toml", "[[item]]\nitem = true\n", &["a.toml:2", "column 8 (`item`)", "neither a text"]),
        (
            "a.toml",
            "[[item]]\nitem = \"X\"\nquantity = \"many\"\n",
            &["a.toml:3", "column 12 (`quantity`)", "`many` is no number"],
        ),
        ("a.toml", "[[unit]]\nunit = \"BX\"\nsize = 5\n", &["a.toml:1", "column `item`: is missing"]),
        ("a.csv", "item,unit,size\nWIDGET-001,BX,0.0\n", &["a.csv:2", "column 3 (`size`)", "more than nothing"]),
        ("a.csv", "item,quantity,quantity\nX,5,6\n", &["a.csv:1", "column 3 (`quantity`)", "is there twice"]),
        ("a.toml", "[[items]]\n", &["a.toml:1", "unknown field `items`"]),
        ("a.toml", "[[item]]\nitem = \n", &["a.toml:2", "column "]),
        ("a.txt", "", &["a.txt", "neither with .toml nor with .csv"]),
    ] {
        let (_folder, path) = write(name, text);
        let started = match MasterData::new().file(&path) {
            Ok(data) => p21_sandbox::Sandbox::builder()
                .master_data(data)
                .start()
                .await
                .map(drop)
                .map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let said = started.unwrap_err();
        assert!(parts.iter().all(|part| said.contains(part)) && said.lines().count() == 1, "{text}: {said}");
    }
    let problem = p21_sandbox::Sandbox::builder().master_data(MasterData::new().unit("NOTHING", "BX", 5)).start().await;
    assert!(problem.unwrap_err().to_string().contains("no item `NOTHING`"));
}

/// Whoever lists files need not know that items come first.
#[tokio::test]
async fn files_may_come_in_any_order() {
    let (_a, boxes) = write("boxes.csv", "item,unit,size\nBOLT-10,BX,50\n");
    let (_b, bolts) = write("bolts.csv", "item,description\nBOLT-10,Bolt M10\n");
    let p21 = with([boxes, bolts].into_iter().try_fold(MasterData::new(), MasterData::file).unwrap()).await;
    p21.passes(&order("100198", "BOLT-10", "BX")).await;
}

#[derive(Debug, Parser)]
struct Command {
    #[command(flatten)]
    arguments: Arguments,
}

#[tokio::test]
async fn the_command_line_takes_files() {
    let (_folder, path) = write("own.toml", TOML);
    let command = Command::parse_from(["p21-sandbox", "--seed", path.to_str().unwrap()]);
    cli::start(&command.arguments).await.unwrap().stop().await;
    let (_folder, wrong) = write("own.csv", "item,unit,size\nX,BX,5\n");
    let command = Command::parse_from(["p21-sandbox", "--seed", wrong.to_str().unwrap()]);
    let error = format!("{:#}", cli::start(&command.arguments).await.unwrap_err());
    assert!(error.contains("own.csv:2") && error.contains("column 1"), "{error}");
}

/// Master data is stored when a data file is made. Another seed for the same file would do nothing, and says so.
#[tokio::test]
async fn a_data_file_that_was_made_with_another_seed_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("p21.sqlite");
    let start = async |file: &std::path::Path| {
        let (data, file) = (data.to_str().unwrap(), file.to_str().unwrap());
        let command = Command::parse_from(["p21-sandbox", "--data", data, "--seed", file]);
        cli::start(&command.arguments).await.map_err(|error| format!("{error:#}"))
    };
    let (_one, own) = write("own.toml", TOML);
    start(&own).await.unwrap().stop().await;
    // The same seed again, wherever it lies: that is how a sandbox is started again.
    let (_other, again) = write("again.toml", TOML);
    start(&again).await.unwrap().stop().await;
    let (_changed, changed) = write("own.csv", "customer,name\n200200,South Shipyard\n");
    let error = start(&changed).await.map(drop).unwrap_err();
    assert!(
        error.contains("p21.sqlite") && error.contains("name another data file") && error.contains("--seed"),
        "{error}"
    );
    // Nor is what is there left out when it is there.
    let bare = Command::parse_from(["p21-sandbox", "--data", data.to_str().unwrap(), "--no-seed"]);
    let error = format!("{:#}", cli::start(&bare.arguments).await.map(drop).unwrap_err());
    assert!(error.contains("p21.sqlite") && error.contains("leave --no-seed out"), "{error}");
    // Without a seed it goes on with what it has, and one that was made without takes none later.
    let command = Command::parse_from(["p21-sandbox", "--data", data.to_str().unwrap()]);
    cli::start(&command.arguments).await.unwrap().stop().await;
    std::fs::remove_file(&data).unwrap();
    cli::start(&command.arguments).await.unwrap().stop().await;
    assert!(start(&own).await.is_err());
    std::fs::remove_file(&data).unwrap();
    for _ in 0..2 {
        cli::start(&bare.arguments).await.unwrap().stop().await;
    }
}
