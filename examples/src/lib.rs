//! What the examples share: a server to talk to.
#![forbid(unsafe_code)]

pub mod accounting;

use anyhow::Result;
use p21_sandbox::{Sandbox, ServerVersion};
use p21_services::prelude::*;

/// A server: yours if `P21_BASE_URL` names one, else a sandbox that lives as long as this value.
pub struct Server {
    /// The client for it.
    pub client: Client,
    /// Clients of two more users, if it is a sandbox.
    pub colleagues: Vec<Client>,
    _sandbox: Option<Sandbox>,
}

/// Connects to the server that `P21_BASE_URL`, `P21_USERNAME` and `P21_PASSWORD` name, or starts a sandbox.
///
/// # Errors
/// The variables are incomplete, or the sandbox can't start.
pub async fn server() -> Result<Server> {
    server_of(ServerVersion::default()).await
}

/// The same, where an example is about one version: that of the sandbox.
///
/// # Errors
/// As [`server`].
pub async fn server_of(version: ServerVersion) -> Result<Server> {
    if std::env::var_os("P21_BASE_URL").is_some() {
        return Ok(Server { client: Client::from_env()?, colleagues: Vec::new(), _sandbox: None });
    }
    // A day of its own, so that the dates in the examples never pass.
    let builder = Sandbox::builder().sketches().p21_version(version).today(date(2026, 11, 21).date());
    let sandbox = builder.user("anna", p21_sandbox::PASSWORD).user("ben", p21_sandbox::PASSWORD).start().await?;
    let client = |user| {
        let credentials = Credentials::password(user, p21_sandbox::PASSWORD);
        Client::builder(sandbox.url()).credentials(credentials).build()
    };
    let colleagues = vec![client("anna")?, client("ben")?];
    Ok(Server { client: client(p21_sandbox::USER)?, colleagues, _sandbox: Some(sandbox) })
}
