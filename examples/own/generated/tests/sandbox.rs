//! The sandbox serves the site's own definitions, with the site's own rules.

use own_generated::{Code, reprint, store};
use p21_sandbox::{PASSWORD, Sandbox, USER};
use p21_services::labor::{self, header};
use p21_services::prelude::*;

async fn server() -> Result<(Sandbox, Client), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::builder().definitions("definitions").start().await?;
    let client = Client::builder(sandbox.url()).credentials(Credentials::password(USER, PASSWORD)).build()?;
    Ok((sandbox, client))
}

#[tokio::test]
async fn columns_and_labels_of_the_site_are_typed_stored_and_read_back() -> Result<(), Box<dyn std::error::Error>> {
    let (_sandbox, client) = server().await?;
    let code = Code {
        id: "WELD".to_owned(),
        description: "Welding".to_owned(),
        estimate_rate_level: 1,
        labor_type_cd: header::LaborTypeCd::Subcontracted,
        grade: header::UfcGrade::Master,
    };
    assert_eq!(store(&client, &code).await?.as_ref(), Some(&code));
    Ok(())
}

#[tokio::test]
async fn a_rule_of_the_site_is_checked_before_anything_is_sent() -> Result<(), Box<dyn std::error::Error>> {
    let row = header::Row::edit().service_labor_id("WELD").service_labor_desc("Welding").estimate_rate_level(1);
    let found = labor::TransactionSet::from(labor::Transaction::new().push(row)).check().to_string();
    assert!(found.contains("ufc_grade") && found.contains("the shop floor's screens leave it out"), "{found}");
    Ok(())
}

#[tokio::test]
async fn reports_are_printed() -> Result<(), Box<dyn std::error::Error>> {
    let (_sandbox, client) = server().await?;
    let error = client.print(reprint(1)).await.unwrap_err();
    assert!(error.is_nothing_to_print(), "no purchase order is there yet: {error}");
    Ok(())
}
