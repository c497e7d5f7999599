//! The command line: arguments, what is printed, Ctrl-C. The binary `p21-sandbox` is nothing but this.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr as _;

use anyhow::Context as _;

use crate::facts::config::{Config, ConsumerKey, ServerVersion, User};
use crate::facts::error::StartError;
use crate::facts::master::MasterData;
use crate::facts::settings::faults::{Chances, Latency};
use crate::facts::settings::levers;
use crate::facts::settings::words::Setting as _;
use crate::facts::sketches;
use crate::serve::sandbox::Sandbox;

/// Runs a local server that behaves like Prophet 21, silent failures included.
#[derive(Debug, Clone, clap::Args)]
#[non_exhaustive]
pub struct Arguments {
    /// The port to listen on; any free one by default
    #[arg(long, default_value_t = 0)]
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
    #[arg(long, default_value = "25.2", value_parser = ServerVersion::parse)]
    pub p21_version: ServerVersion,

    /// Start without master data: no company, customers, items
    #[arg(long)]
    pub no_seed: bool,

    /// Add items, customers, units and prices of your own to the master data: a TOML or CSV file; may be given more than
    /// once. With a data file they are stored when it is made; one that was made with others is an error
    #[arg(long = "seed", value_name = "FILE")]
    pub seeds: Vec<PathBuf>,

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

    /// A failed purchase order leaves its session contaminated, as one that opens a dialog does in any case
    #[arg(long)]
    pub contaminated_after_failure: bool,

    /// Answer to this name, too, beside localhost and IP addresses; may be given more than once
    #[arg(long = "allow-host", value_name = "NAME")]
    pub allow_hosts: Vec<String>,

    /// Make callbacks to other machines, too, and not only to this one
    #[arg(long)]
    pub callbacks_anywhere: bool,

    /// Let this user in, too, as NAME:PASSWORD; may be given more than once
    #[arg(long = "user", value_name = "NAME:PASSWORD", value_parser = user)]
    pub users: Vec<User>,

    /// Take this consumer key, too, with its scope (`/api` without one), as KEY=SCOPE; may be given more than once
    #[arg(long = "consumer-key", value_name = "KEY=SCOPE", value_parser = consumer_key)]
    pub consumer_keys: Vec<ConsumerKey>,

    /// List this service, though its window is not deployed; may be given more than once
    #[arg(long = "undeployed", value_name = "SERVICE")]
    pub undeployed: Vec<String>,

    /// Serve sketches of services that nobody has published a definition of (notepads, ProductionOrder, RMA, Task, ...):
    /// what is known of them, and no server's definition; answers about them are marked
    #[arg(long)]
    pub sketches: bool,

    /// Token and router answer in XML, whatever was asked for, as some middleware does
    #[arg(long)]
    pub xml_tokens: bool,

    /// Change a setting by its name, as NAME=VALUE, for example `unknowns.absent_record=refused`; `--list-settings` shows
    /// them all; may be given more than once
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    pub settings: Vec<(String, String)>,

    /// Show every setting with its value and what it takes, and end
    #[arg(long)]
    pub list_settings: bool,

    /// Offer `/_sandbox/...` to programs on this machine: state, rows, reset, faults, expired tokens, clean sessions
    #[arg(long)]
    pub admin: bool,
}

/// Serves until Ctrl-C.
///
/// # Errors
/// The sandbox can't start: a broken definition, a data file that is none, a port that is taken.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    if arguments.list_settings {
        print!("{}", settings());
        return Ok(());
    }
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
        .telling_on_stderr()
        .address(SocketAddr::new(arguments.host, arguments.port))
        .p21_version(arguments.p21_version.clone())
        .configure(|config| {
            config.seed = !arguments.no_seed;
            config.random_seed = arguments.random_seed;
            config.faults.latency = arguments.latency;
            config.faults.chances = arguments.fault.clone().unwrap_or_default();
            config.pool.size = arguments.pool;
            config.pool.contaminated_after_failure = arguments.contaminated_after_failure;
            config.admin = arguments.admin;
            config.host_names.clone_from(&arguments.allow_hosts);
            config.asynchronous.callbacks_anywhere = arguments.callbacks_anywhere;
            config.xml_tokens = arguments.xml_tokens;
            config.sketches = arguments.sketches;
            config.users.extend(arguments.users.iter().cloned());
            config.consumer_keys.extend(arguments.consumer_keys.iter().cloned());
            config.undeployed.extend(arguments.undeployed.iter().cloned());
        });
    let seeds = arguments.seeds.iter().try_fold(MasterData::new(), MasterData::file);
    builder = builder.master_data(seeds.map_err(StartError::from)?);
    for (name, value) in &arguments.settings {
        builder = builder.set(name, value).map_err(|problem| anyhow::anyhow!("--set: {problem}"))?;
    }
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
            Err(anyhow::Error::new(error).context("name another --port, or none for any free one"))
        }
        started => Ok(started?),
    }
}

/// Every setting, a line each.
fn settings() -> String {
    let config = Config::default();
    let mut text = String::new();
    for lever in levers::ALL {
        let at = if lever.live { "" } else { " (only at the start)" };
        let _ = writeln!(text, "{}={}{at}", lever.name, (lever.written)(&config));
        let _ = writeln!(text, "    {}; takes {}", lever.what, (lever.takes)(&config));
    }
    text
}

fn user(text: &str) -> Result<User, String> {
    match Vec::<User>::read(text).as_deref() {
        Some([user]) => Ok(user.clone()),
        _ => Err("a user is written NAME:PASSWORD".to_owned()),
    }
}

fn consumer_key(text: &str) -> Result<ConsumerKey, String> {
    match Vec::<ConsumerKey>::read(text).as_deref() {
        Some([key]) => Ok(key.clone()),
        _ => Err("a consumer key is written KEY or KEY=SCOPE".to_owned()),
    }
}

fn setting(text: &str) -> Result<(String, String), String> {
    let setting = text.split_once('=').map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
    setting.ok_or_else(|| "a setting is written NAME=VALUE; --list-settings shows them all".to_owned())
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
        arguments.p21_version.version().release(),
        arguments.p21_version.build(),
        sandbox.service_count()
    );
    let records = arguments.data.as_ref().map_or_else(|| "in memory".to_owned(), |file| file.display().to_string());
    let _ = writeln!(text, "  middleware  {url}\n  UI server   {ui}\n  records     {records}");
    if arguments.sketches {
        let sketches: Vec<&str> = sketches::names().collect();
        let _ = writeln!(text, "  sketches    {}, where no definition is served", sketches.join(", "));
    }
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
         curl -s {ui}/api/v2/services -H \"Authorization: Bearer $TOKEN\"\n",
        user.0, user.1
    );
    for line in window_by_hand(url).lines() {
        let _ = writeln!(text, "  {line}");
    }
    text.push_str("\nCtrl-C ends it.\n");
    text
}

/// A window opened, typed into and saved with `curl`, as lines of a shell.
pub fn window_by_hand(url: &str) -> String {
    include_str!("window.sh").replace("__URL__", url)
}
