//! What the examples share: a server to talk to.
#![forbid(unsafe_code)]

pub mod accounting;

use anyhow::Result;
use p21_sandbox::Sandbox;
use p21_services::prelude::*;

/// A server: yours if `P21_BASE_URL` names one, else a sandbox that lives as long as this value.
pub struct Server {
    /// The client for it.
    pub client: Client,
    _sandbox: Option<Sandbox>,
}

/// Connects to the server that `P21_BASE_URL`, `P21_USERNAME` and `P21_PASSWORD` name, or starts a sandbox.
///
/// # Errors
/// The variables are incomplete, or the sandbox can't start.
pub async fn server() -> Result<Server> {
    if std::env::var_os("P21_BASE_URL").is_some() {
        return Ok(Server { client: Client::from_env()?, _sandbox: None });
    }
    // A day of its own, so that the dates in the examples never pass.
    let sandbox = Sandbox::builder().sketches().today(date(2026, 11, 21).date()).start().await?;
    let credentials = Credentials::password(p21_sandbox::USER, p21_sandbox::PASSWORD);
    let client = Client::builder(sandbox.url()).credentials(credentials).build()?;
    Ok(Server { client, _sandbox: Some(sandbox) })
}
