//! The assembly of an item: its components and what P21 does with an order of it.
//!
//! `cargo run -p p21-examples --bin assembly` runs it on a sandbox; with `P21_BASE_URL`, `P21_USERNAME` and
//! `P21_PASSWORD` set, on a real server.
#![forbid(unsafe_code)]

use anyhow::{Context as _, Result};
use p21_services::assembly::{self, components, header};

#[tokio::main]
async fn main() -> Result<()> {
    let server = p21_examples::server().await?;
    let client = &server.client;

    let parts = [("COMPONENT-A", 2), ("COMPONENT-B", 1)];
    let assembly = assembly::Transaction::new()
        .push(
            header::Row::new(header::Required { inv_mast_item_id: "WIDGET-001" })
                .production_order_processing(true)
                .allow_disassembly(false),
        )
        .push_all(parts.map(|(item, quantity)| {
            components::Row::new(components::Required { item_id_service_labor_id: item })
                .quantity(quantity)
                .unit_of_measure("EA")
        }));
    client.submit(assembly).await?;

    let record = client.read(assembly::Key::new("WIDGET-001")).await?.context("no assembly")?;
    println!("WIDGET-001 is made of");
    for part in record.rows::<components::Row>() {
        println!(
            "  {} x {}",
            part.get(components::QUANTITY)?.unwrap_or_default(),
            part.get(components::ITEM_ID_SERVICE_LABOR_ID)?.unwrap_or_default()
        );
    }

    // An item has to exist before its assembly: the window never creates one.
    let unknown = assembly::Transaction::new()
        .push(header::Row::new(header::Required { inv_mast_item_id: "NO-SUCH-ITEM" }))
        .push(components::Row::new(components::Required { item_id_service_labor_id: "COMPONENT-A" }).quantity(1));
    match client.submit(unknown).await {
        Ok(_) => anyhow::bail!("an assembly of an item that does not exist was stored"),
        Err(error) => println!("{error}"),
    }
    Ok(())
}
