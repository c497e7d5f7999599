//! What is stored is what was sent.

use own_services::{Code, store};
use p21_sandbox::{PASSWORD, Sandbox, USER};
use p21_services::prelude::*;

#[tokio::test]
async fn a_labor_code_is_stored_and_read_back() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::builder().start().await?;
    let client = Client::builder(sandbox.url()).credentials(Credentials::password(USER, PASSWORD)).build()?;
    let code = Code {
        id: "WELD".to_owned(),
        description: "Welding".to_owned(),
        estimate_rate_level: 1,
        estimated_hours: Some(dec!(1.5)),
    };
    assert_eq!(store(&client, &code).await?.as_ref(), Some(&code));
    Ok(())
}
