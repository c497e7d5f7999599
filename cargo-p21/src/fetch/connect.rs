//! Which server, and as whom.

use anyhow::{Result, anyhow};
use p21_client::{Client, ClientBuilder, Credentials, Retry};
use p21_sandbox::{Sandbox, ServedDefinitions, ServerVersion};

use crate::advice::Next as _;
use crate::config::Config;

/// The server, as every command that talks to one takes it.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Server {
    /// The server [default: P21_BASE_URL, else that of p21.toml].
    #[arg(long, value_name = "URL", conflicts_with = "sandbox")]
    pub(crate) url: Option<String>,
    /// A sandbox that runs as long as the command.
    #[arg(long)]
    pub(crate) sandbox: bool,
    /// Accept any TLS certificate; for test tenants with self-signed ones.
    #[arg(long)]
    pub(crate) danger_accept_invalid_certs: bool,
}

/// The user that every sandbox knows.
pub fn sandbox_credentials() -> Credentials {
    Credentials::password(p21_sandbox::USER, p21_sandbox::PASSWORD)
}

/// The sandbox of commands that ask a server what it has, if one is meant. It serves the published definitions: those of the
/// folder that is fetched into are what it is asked for.
pub(crate) async fn published_sandbox(server: &Server) -> Result<Option<Sandbox>> {
    if !server.sandbox {
        return Ok(None);
    }
    let definitions = ServedDefinitions::published(ServerVersion::default().version())?;
    Ok(Some(Sandbox::builder().with_definitions(definitions).start().await?))
}

/// A client of the server that is meant, to find out what is wrong with it: each call is made once, for the next one would
/// hide it by drawing another session of the pool.
pub(crate) fn trying(server: &Server, config: &Config, sandbox: Option<&Sandbox>) -> Result<Client> {
    client_with(server, config, sandbox, |client| client.retry(Retry::never()))
}

/// One for definitions: each is asked for once, so that the pace hears of every failure.
pub(crate) fn fetching(server: &Server, config: &Config, sandbox: Option<&Sandbox>) -> Result<Client> {
    client_with(server, config, sandbox, |client| client.retry(Retry::default().attempts(1)))
}

/// One with limits of its own, which says what it warns of.
pub(crate) fn client_with(
    server: &Server,
    config: &Config,
    sandbox: Option<&Sandbox>,
    limited: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> Result<Client> {
    let client = limited(builder(server, config, sandbox)?).build()?;
    client.warnings().iter().for_each(|warning| eprintln!("warning: {warning}"));
    Ok(client)
}

fn builder(server: &Server, config: &Config, sandbox: Option<&Sandbox>) -> Result<ClientBuilder> {
    let named = std::env::var("P21_BASE_URL").ok().filter(|url| !url.trim().is_empty());
    let url = server.url.clone().or(named).or_else(|| config.server.clone());
    let builder = match (sandbox, url) {
        (Some(sandbox), _) => Client::builder(sandbox.url()).credentials(sandbox_credentials()),
        (None, Some(url)) => Client::builder(url).credentials(Credentials::from_env().next(|| {
            "set P21_USERNAME and P21_PASSWORD, or P21_CONSUMER_KEY; in p21.toml they have no place".to_owned()
        })?),
        (None, None) => {
            return Err(anyhow!("name the server with --url, P21_BASE_URL, or `server` in p21.toml"))
                .next(|| "without one, `--sandbox` starts a server for as long as the command runs".to_owned());
        }
    };
    Ok(builder.danger_accept_invalid_certs(server.danger_accept_invalid_certs))
}
