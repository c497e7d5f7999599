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

/// The site's rule lies on top of those that come with the generator, which call the element `header`: it is a member of
/// `Required`, and the sandbox refuses what went round that.
#[tokio::test]
async fn a_rule_of_the_site_adds_to_the_built_in_ones() -> Result<(), Box<dyn std::error::Error>> {
    let whole = header::Required {
        service_labor_id: "WELD",
        service_labor_desc: "Welding",
        estimate_rate_level: 1,
        ufc_grade: header::UfcGrade::Apprentice,
    };
    let (_sandbox, client) = server().await?;
    client.submit(labor::Transaction::new().push(header::Row::new(whole))).await?;
    let partial = header::Row::edit().service_labor_id("SAW").service_labor_desc("Sawing").estimate_rate_level(1);
    let error = client.submit(labor::Transaction::new().push(partial.clone())).await.unwrap_err().to_string();
    assert!(error.contains("This column is required"), "{error}");
    // It is the one that is missing.
    client.submit(labor::Transaction::new().push(partial.ufc_grade(header::UfcGrade::Master))).await?;
    Ok(())
}

#[tokio::test]
async fn reports_are_printed() -> Result<(), Box<dyn std::error::Error>> {
    let (_sandbox, client) = server().await?;
    let error = client.print(reprint(1)).await.unwrap_err();
    assert!(error.is_nothing_to_print(), "no purchase order is there yet: {error}");
    Ok(())
}
