//! The command line: arguments, what is printed, Ctrl-C. The binary `p21-sandbox` is nothing but this.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use anyhow::Context as _;

use crate::config::{Config, Profile};
use crate::sandbox::Sandbox;

/// Runs a local server that behaves like Prophet 21, silent failures included.
#[derive(Debug, Clone, clap::Args)]
pub struct Arguments {
    /// The port to listen on; 0 for any free one
    #[arg(long, default_value_t = 2100)]
    pub port: u16,

    /// The address to listen on; the passwords are known and there is no TLS, so keep it local
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub host: IpAddr,

    /// The definitions to serve: a directory with `25.2/*.json` and `rules/*.toml`, or with definition files
    #[arg(long, value_name = "DIRECTORY")]
    pub definitions: Option<PathBuf>,

    /// Keep records in this file; without it they are gone when the sandbox ends
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,

    /// The P21 version to behave like: 25.2, 26.1, or a build such as 26.1.5910.3
    #[arg(long, default_value = "25.2", value_parser = Profile::parse)]
    pub profile: Profile,

    /// Start without master data: no company, customers, items
    #[arg(long)]
    pub no_seed: bool,
}

/// Serves until Ctrl-C.
///
/// # Errors
/// The sandbox can't start: a broken definition, a data file that is none, a port that is taken.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let sandbox = start(&arguments).await?;
    print!("{}", welcome(&sandbox, &arguments));
    tokio::signal::ctrl_c().await.context("waiting for Ctrl-C")?;
    println!("stopping");
    sandbox.stop().await;
    Ok(())
}

/// Starts the sandbox that the arguments describe.
///
/// # Errors
/// As [`run`].
pub async fn start(arguments: &Arguments) -> anyhow::Result<Sandbox> {
    let mut builder = Sandbox::builder()
        .address(SocketAddr::new(arguments.host, arguments.port))
        .profile(arguments.profile.clone())
        .configure(|config| config.seed = !arguments.no_seed);
    if let Some(directory) = &arguments.definitions {
        builder = builder.definitions(directory);
    }
    if let Some(file) = &arguments.data {
        builder = builder.data(file);
    }
    Ok(builder.start().await?)
}

/// What a user needs to know to use it.
fn welcome(sandbox: &Sandbox, arguments: &Arguments) -> String {
    let defaults = Config::default();
    let (url, ui) = (sandbox.url(), sandbox.ui_url());
    let mut text = format!(
        "P21 sandbox, {} ({}), {} services\n\n",
        arguments.profile.version(),
        arguments.profile.build(),
        sandbox.service_count()
    );
    let records = arguments.data.as_ref().map_or_else(|| "in memory".to_owned(), |file| file.display().to_string());
    let _ = writeln!(text, "  middleware  {url}\n  UI server   {ui}\n  records     {records}\n");
    let user = defaults.users.first().map_or(("", ""), |user| (user.name.as_str(), user.password.as_str()));
    let _ = writeln!(
        text,
        "  export P21_BASE_URL={url}\n  export P21_USERNAME={}\n  export P21_PASSWORD={}\n",
        user.0, user.1
    );
    let _ = writeln!(
        text,
        "  TOKEN=$(curl -s {url}/api/security/token/v2 -H 'Content-Type: application/json' \\\n    \
         -d '{{\"username\":\"{}\",\"password\":\"{}\"}}' | sed 's/.*\"AccessToken\":\"\\([^\"]*\\)\".*/\\1/')\n  \
         curl -s {ui}/api/v2/services -H \"Authorization: Bearer $TOKEN\"\n\nCtrl-C ends it.",
        user.0, user.1
    );
    text
}
