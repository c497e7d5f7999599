//! The command line: arguments, what is printed, Ctrl-C. The binary `p21-sandbox` is nothing but this.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr as _;

use anyhow::Context as _;

use crate::facts::config::{Config, Profile};
use crate::facts::error::StartError;
use crate::facts::settings::faults::{Chances, Latency};
use crate::serve::sandbox::Sandbox;

/// Runs a local server that behaves like Prophet 21, silent failures included.
#[derive(Debug, Clone, clap::Args)]
pub struct Arguments {
    /// The port to listen on; 0 for any free one
    #[arg(long, default_value_t = 2100)]
    pub port: u16,

    /// The address to listen on; the passwords are known and there is no TLS, so keep it local
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub host: IpAddr,

    /// The definitions to serve: a directory with `25.2/*.json`, or with definition files; its `rules/*.toml` lie on top of the built-in ones
    #[arg(long, value_name = "DIRECTORY")]
    pub definitions: Option<PathBuf>,

    /// Add a site's own fields, lists of values and prompts: a TOML file with `[[field]]` and `[[prompt]]` tables
    #[arg(long, value_name = "FILE")]
    pub overlay: Option<PathBuf>,

    /// Keep records in this file, which is made if it is not there; without it they are gone when the sandbox ends
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,

    /// The P21 version to behave like: 25.2, 26.1, 26.1-early, or a build such as 26.1.5910.3
    #[arg(long, default_value = "25.2", value_parser = Profile::parse)]
    pub profile: Profile,

    /// Start without master data: no company, customers, items
    #[arg(long)]
    pub no_seed: bool,

    /// Let things go wrong by chance, for example `contamination=0.1,empty500=0.05,drop=0.02,slow=0.1:2s`; also
    /// `502`, `503`, `504` and the error families A to K; `commit-` before a name stores the write first
    #[arg(long, value_name = "FAULTS", value_parser = Chances::from_str)]
    pub fault: Option<Chances>,

    /// What chance starts from: the same number, the same faults and sessions
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub random_seed: u64,

    /// How long answers take: `none`, `documented`, or at least a time such as `50ms`
    #[arg(long, default_value = "none", value_parser = Latency::from_str)]
    pub latency: Latency,

    /// How many sessions transactions and reads share, and so how many run at once; at least 1
    #[arg(long, value_name = "COUNT", default_value_t = 5, value_parser = at_least_one)]
    pub pool: usize,

    /// A failed purchase order leaves its session dirty, as one that opens a dialog does in any case
    #[arg(long)]
    pub dirty_after_failure: bool,

    /// Answer to this name, too, beside localhost and IP addresses; may be given more than once
    #[arg(long = "allow-host", value_name = "NAME")]
    pub allow_hosts: Vec<String>,

    /// Make callbacks to other machines, too, and not only to this one
    #[arg(long)]
    pub callbacks_anywhere: bool,

    /// Offer `/_sandbox/...` to programs on this machine: state, rows, reset, faults, expired tokens, clean sessions
    #[arg(long)]
    pub admin: bool,
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
        .configure(|config| {
            config.seed = !arguments.no_seed;
            config.random_seed = arguments.random_seed;
            config.faults.latency = arguments.latency;
            config.faults.chances = arguments.fault.clone().unwrap_or_default();
            config.pool.size = arguments.pool;
            config.pool.dirty_after_failure = arguments.dirty_after_failure;
            config.admin = arguments.admin;
            config.host_names.clone_from(&arguments.allow_hosts);
            config.asynchronous.callbacks_anywhere = arguments.callbacks_anywhere;
        });
    if let Some(directory) = &arguments.definitions {
        builder = builder.definitions(directory);
    }
    if let Some(file) = &arguments.overlay {
        builder = builder.overlay(file);
    }
    if let Some(file) = &arguments.data {
        builder = builder.data(file);
    }
    match builder.start().await {
        Err(error @ StartError::Listen { .. }) => {
            Err(anyhow::Error::new(error).context("name another --port, or 0 for any free one"))
        }
        started => Ok(started?),
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.trim().parse() {
        Ok(0) | Err(_) => Err(format!("`{text}` is no number from 1 on")),
        Ok(number) => Ok(number),
    }
}

/// What a user needs to know to use it.
fn welcome(sandbox: &Sandbox, arguments: &Arguments) -> String {
    let defaults = Config::default();
    let (url, ui) = (sandbox.url(), sandbox.ui_url());
    let mut text = format!(
        "P21 sandbox, {} ({}), {} services\n\n",
        arguments.profile.version().release(),
        arguments.profile.build(),
        sandbox.service_count()
    );
    let records = arguments.data.as_ref().map_or_else(|| "in memory".to_owned(), |file| file.display().to_string());
    let _ = writeln!(text, "  middleware  {url}\n  UI server   {ui}\n  records     {records}");
    if let Some(file) = &arguments.overlay {
        let _ = writeln!(text, "  overlay     {}", file.display());
    }
    text.push('\n');
    if arguments.admin {
        let _ = writeln!(text, "  levers      {url}/_sandbox/state\n");
    }
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
