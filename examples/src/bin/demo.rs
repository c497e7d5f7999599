//! The typed half of `cargo xtask demo`: a contract and an order, built, sent, read back and printed.
#![forbid(unsafe_code)]

use anyhow::{Context as _, Result};
use p21_services::job_contract_pricing::{self as contract, breaks, header, line};
use p21_services::order::{self, extended_info, items};
use p21_services::prelude::*;

#[tokio::main]
async fn main() -> Result<()> {
    let server = p21_examples::server().await?;
    contract(&server.client).await?;
    order(&server.client).await
}

async fn contract(client: &Client) -> Result<()> {
    let contract = contract::Transaction::new()
        .push(
            header::Row::new(header::Required {
                company_id: "ACME",
                contract_no: "JOB-1001",
                end_date: date(2027, 12, 31),
            })
            .customer_id(100198)
            .approved(true),
        )
        .push(
            line::Row::new(line::Required {
                item_id: "WIDGET-001",
                uom: "EA",
                pricing_method: line::PricingMethod::Price,
            })
            .price(dec!(25.00)),
        )
        .push(
            line::Row::new(line::Required {
                item_id: "WIDGET-002",
                uom: "EA",
                pricing_method: line::PricingMethod::Source,
            })
            .source_price("Supplier List Price")
            .multiplier(1)
            .with(
                breaks::Row::edit()
                    .calculation_method_cd(breaks::CalculationMethodCd::FixedPrice)
                    .calculation_value1(dec!(10.00))
                    .break1(10)
                    .calculation_value2(dec!(8.50))
                    .break2(50)
                    .calculation_value3(dec!(7.00))
                    .break3(0),
            ),
        );
    let stored = client.submit(contract).await?;
    let job_no = stored.value("FORM.d_dw_job_price_hdr", "job_no").context("P21 assigned no record number")?.to_owned();
    println!("  contract JOB-1001 stored as record {job_no}");

    let record = client.read(contract::Key::new(job_no)).await?.context("the contract is not there")?;
    let mut table =
        vec![["line", "item", "method", "price", "from 1", "from 10", "from 50"].map(str::to_owned).to_vec()];
    let tiers: Vec<_> = record.rows::<breaks::Row>().collect();
    for line in record.rows::<line::Row>() {
        let mut cells = vec![
            line.get(line::LINE_NO)?.map_or(String::new(), |number| number.to_string()),
            line.get(line::ITEM_ID)?.unwrap_or_default().to_string(),
            line.get(line::PRICING_METHOD)?.map_or(String::new(), |method| method.as_label().to_owned()),
            line.get(line::PRICE)?.map_or(String::new(), |price| price.to_string()),
        ];
        // P21 answers a row of breaks for every line, in the order of the lines.
        if let Some(tiers) = tiers.iter().find(|tiers| tiers.index() == line.index()) {
            for tier in [breaks::CALCULATION_VALUE1, breaks::CALCULATION_VALUE2, breaks::CALCULATION_VALUE3] {
                cells.push(tiers.get(tier)?.map_or(String::new(), |value| value.to_string()));
            }
        }
        table.push(cells);
    }
    print_table(&table);
    Ok(())
}

async fn order(client: &Client) -> Result<()> {
    let order = order::Transaction::new()
        .push(
            order::header::Row::new(order::header::Required {
                customer_id: 100198,
                sales_loc_id: 100,
                source_loc_id: 100,
                ship_to_id: 100198,
                contact_id: "1",
                po_no: "PO-7001",
                order_date: date(2027, 1, 4),
                requested_date: date(2027, 1, 11),
            })
            .taker("sandbox"),
        )
        .push(
            items::Row::new(items::Required { oe_order_item_id: "WIDGET-001", unit_quantity: 5 })
                .with(extended_info::Row::edit().extended_desc("Deliver to the back door")),
        )
        .push(items::Row::new(items::Required { oe_order_item_id: "WIDGET-002", unit_quantity: 12 }));
    let stored = client.submit(order).await?;
    let order_no = stored.value("TABPAGE_1.order", "order_no").context("P21 assigned no order number")?.to_owned();
    println!("\n  order {order_no} stored");

    let record = client.read(order::Key::new(order_no)).await?.context("the order is not there")?;
    let mut table = vec![["line", "item", "quantity", "extended description"].map(str::to_owned).to_vec()];
    for item in record.rows::<items::Row>() {
        table.push(vec![
            item.get(items::USER_LINE_NO)?.unwrap_or_default().to_string(),
            item.get(items::OE_ORDER_ITEM_ID)?.unwrap_or_default().to_string(),
            item.get(items::UNIT_QUANTITY)?.map_or(String::new(), |quantity| quantity.to_string()),
            item.get(items::EXTENDED_DESC)?.unwrap_or_default().to_string(),
        ]);
    }
    print_table(&table);
    Ok(())
}

/// Prints rows in columns, the first row being their names.
fn print_table(rows: &[Vec<String>]) {
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(String::len).max().unwrap_or(0);
    for row in rows {
        let cells: Vec<String> =
            row.iter().enumerate().map(|(column, cell)| format!("{cell:<width$}", width = width(column))).collect();
        println!("    {}", cells.join("  ").trim_end());
    }
}
