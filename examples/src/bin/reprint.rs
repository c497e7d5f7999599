//! A purchase order made, and printed again: the PDF is saved in a folder.
//!
//! A report is asked for with criteria, which are checked like a transaction. Bound the range: a report without one may
//! run over everything there is. The answer has a result a document, for P21 mixes successes and failures.
//!
//! `cargo run -p p21-examples --bin reprint -- FOLDER` runs it on a sandbox; with `P21_BASE_URL`, `P21_USERNAME` and
//! `P21_PASSWORD` set, on a real server. Without a folder the PDF goes to a temporary one.
#![forbid(unsafe_code)]

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use p21_services::m_reprintpurchaseorders::criteria;
use p21_services::prelude::*;
use p21_services::purchase_order::{self, header, items};

#[tokio::main]
async fn main() -> Result<()> {
    let folder = match std::env::args_os().nth(1) {
        Some(folder) => PathBuf::from(folder),
        None => tempfile::tempdir()?.keep(),
    };
    let server = p21_examples::server().await?;
    let client = &server.client;

    let stored = client.submit(new_order()).await?;
    let po_no = stored.value("TABPAGE_1.tp_1_dw_1", "po_no").context("P21 assigned no order number")?;
    println!("purchase order {po_no}");

    let po_no: Decimal = po_no.parse()?;
    let reprint = criteria::Row::new(criteria::Required { company_id: "ACME" }).beg_po_no(po_no).end_po_no(po_no);
    for document in client.print(reprint).await? {
        match document {
            Ok(document) => println!("saved {}", document.save_in(&folder)?.display()),
            Err(failure) => println!("{failure}"),
        }
    }

    // There is nothing to print in a range without orders, and P21 says so in the form of an error.
    let nothing = criteria::Row::new(criteria::Required { company_id: "ACME" }).beg_po_no(1).end_po_no(1);
    match client.print(nothing).await {
        Err(error) if error.is_nothing_to_print() => println!("nothing to print for order 1"),
        Err(error) => return Err(error.into()),
        Ok(documents) => println!("{} documents of order 1", documents.len()),
    }
    Ok(())
}

fn new_order() -> purchase_order::Transaction {
    purchase_order::Transaction::new()
        .push(
            header::Row::new(header::Required {
                location_id: 100,
                vendor_id: 5010,
                buyer_id: "1001",
                order_date: date(2027, 1, 4),
                required_date: date(2027, 1, 20),
            })
            .vendor_supplier_id(10),
        )
        .push(
            items::Row::new(items::Required {
                item_id: "WIDGET-001",
                unit_of_measure: "EA",
                unit_quantity: 4,
                pricing_unit: "EA",
            })
            .unit_price_display(dec!(12.50)),
        )
}
