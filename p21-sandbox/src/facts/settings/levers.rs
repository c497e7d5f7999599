//! Every setting by its name: `--set` on the command line, `/_sandbox/settings` in the admin API.

use super::words::Setting;
use crate::facts::config::Config;

/// A setting with a name.
pub(crate) struct Lever {
    /// Its path in [`Config`].
    pub(crate) name: &'static str,
    /// What it is about.
    pub(crate) what: &'static str,
    /// Whether it can be changed while the sandbox runs.
    pub(crate) live: bool,
    pub(crate) takes: fn(&Config) -> String,
    pub(crate) written: fn(&Config) -> String,
    change: fn(&mut Config, &str) -> Result<(), String>,
}

/// When a setting can be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// Before the sandbox starts.
    AtStart,
    /// While it runs.
    Live,
}

/// Declares levers by their paths.
macro_rules! levers {
    ($($live:ident $($member:ident).+ $(from $least:literal)?: $what:literal,)+) => {
        /// All of them.
        pub(crate) const ALL: &[Lever] = &[$(Lever {
            name: dotted!($($member).+),
            what: $what,
            live: levers!(@ $live),
            takes: |config| levers!(@ takes config.$($member).+ $(, $least)?),
            written: |config| config.$($member).+.written(),
            change: |config, text| {
                $(at_least($least, text)?;)?
                change(&mut config.$($member).+, text)
            },
        }),+];
    };
    (@ takes $at:expr) => { takes(&$at) };
    (@ takes $at:expr, $least:literal) => { { let _ = &$at; from($least) } };
    (@ live) => { true };
    (@ start) => { false };
}

macro_rules! dotted {
    ($one:ident) => {
        stringify!($one)
    };
    ($one:ident . $two:ident) => {
        concat!(stringify!($one), ".", stringify!($two))
    };
}

levers! {
    live users: "who may log in with a password",
    live consumer_keys: "which consumer keys exist, and their scopes; tokens that were issued keep theirs",
    live token_lifetime: "how long a password token lives",
    live one_token_per_user: "a login ends the earlier tokens of its user",
    live xml_tokens: "token and router answer in XML, whatever was asked for",
    live undeployed: "services that are listed and whose window is not deployed",
    start sketches: "services without a published definition are served by sketches",
    live company: "the company of the session",
    live install_user: "the user that a consumer key without a user name acts as",
    live results_on_failure: "`Results` is there even if no transaction passed",
    live numeric_keys: "numeric keys compare as numbers",
    live required_flags: "a new row needs the fields that the definition requires",
    live random_seed: "what chance starts from; setting it starts it again",
    live max_states: "the most states of one read",
    start max_body: "the largest request body in bytes",
    live host_names: "names by which the sandbox may be reached",
    live missing_accept: "what a request without `Accept` gets",
    live asynchronous.capacity: "how many jobs of the queue run at once",
    live asynchronous.duration: "how long a job takes at least",
    live asynchronous.callback_timeout: "how long the receiver of a callback may take",
    live asynchronous.callbacks_anywhere: "callbacks go to other machines, too",
    live reports.unavailable: "no report can be made: an empty 500",
    live reports.transient_faults: "how many requests for reports meet an empty 500 from now on",
    live reports.error_status: "the status of a report's error envelope",
    live reports.failing: "documents that fail, by their ids",
    live pool.size from 1: "how many sessions transactions share",
    live pool.contaminated_after_failure: "a failed transaction leaves its session dirty, too",
    live pool.contamination: "the share of transactions that draw a dirty session",
    live pool.clean: "services that a dirty session never fails",
    live pool.stored_anyway: "the share of calls on a dirty session that are stored all the same",
    live faults.chances: "what goes wrong by chance",
    live faults.latency: "how long answers take",
    live odata.unknown_select: "what an unknown column in `$select` is answered with",
    live odata.error_body: "the form of OData's error bodies",
    live odata.users_without_rights: "users who may not read over OData",
    live odata.tables_of_user: "users who may read some tables only",
    live odata.time_zone: "the zone whose offset datetimes carry",
    live interactive.v2: "whether there are v2 routes of the Interactive API",
    live interactive.v1: "whether there are v1 routes of the Interactive API",
    live interactive.xml: "whether there are routes of the XML flavour of the Interactive API",
    live interactive.pool_size from 1: "how many sessions there are at a time",
    live interactive.pool_wait: "how long a new session waits for a place",
    live interactive.shares_pool: "sessions take places of the pool that transactions run on",
    live interactive.session_timeout: "how long a session may be idle unless it says so itself",
    live interactive.cleanup_expiration: "when a session that nobody can end is reaped",
    live interactive.response_windows: "response windows are handed out unless a session says otherwise",
    live interactive.max_windows: "the most windows of a session",
    live interactive.one_behind: "services whose windows are one row behind",
    live interactive.disabled_columns: "columns that a user can't write, as `user:column`",
    live interactive.buyers: "users who are buyers, and so may make purchase orders of an order",
    live unknowns.async_form: "the form of asynchronous requests",
    live unknowns.absent_record: "what a read of a record that is not there is answered with",
    live unknowns.unknown_service: "what a transaction for an unknown service is answered with",
    live unknowns.unknown_element: "what a transaction does with an unknown element",
    live unknowns.list_read: "what a read by the key of a list is answered with",
    live unknowns.created_again: "what becomes of a record that may not be created again",
    live unknowns.equal_numbers: "what a contract with the number of a stored one is",
    live unknowns.further_keys: "what a read does with a field that it names beside the key of its record",
    live unknowns.bare_keys: "what `Keys` that are a text lead to",
    live unknowns.session_slot: "who can't have a second session",
    live unknowns.idle_session: "what becomes of a session that was idle for too long",
    live unknowns.gone_session: "what a call without a session is answered with",
    live unknowns.gone_window: "what a call about a window that is not there is answered with",
    live unknowns.unsaved_close: "what becomes of a window that is closed with something unsaved in it",
    live unknowns.tools_by_id: "what `GET /tools?id=` is answered with",
    live unknowns.burnt_call: "whether the call after one about an unknown datawindow is lost",
    live unknowns.unread_members: "what becomes of members whose meaning is not known",
}

fn takes<T: Setting>(_: &T) -> String {
    T::takes()
}

fn from(least: usize) -> String {
    format!("a number from {least} on")
}

/// What there has to be some of.
fn at_least(least: usize, text: &str) -> Result<(), String> {
    match text.trim().parse::<usize>() {
        Ok(number) if number >= least => Ok(()),
        _ => Err(from(least)),
    }
}

fn change<T: Setting>(setting: &mut T, text: &str) -> Result<(), String> {
    *setting = T::read(text.trim()).ok_or_else(T::takes)?;
    Ok(())
}

/// Changes the setting of a name.
pub(crate) fn set(config: &mut Config, name: &str, value: &str, when: When) -> Result<(), String> {
    let Some(lever) = ALL.iter().find(|lever| lever.name == name) else {
        let near = ALL.iter().filter(|lever| is_near(lever.name, name)).map(|lever| lever.name).collect::<Vec<_>>();
        let near = if near.is_empty() {
            "--list-settings and GET /_sandbox/settings show all".to_owned()
        } else {
            format!("did you mean {}?", near.join(", "))
        };
        return Err(format!("there is no setting `{}`; {near}", shortened(name)));
    };
    if when == When::Live && !lever.live {
        return Err(format!("`{name}` can only be set when the sandbox starts"));
    }
    (lever.change)(config, value).map_err(|takes| format!("`{name}` can't be `{}`; it takes {takes}", shortened(value)))
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect::<String>().escape_debug().to_string()
}

/// The same last part, or a part of it.
fn is_near(name: &str, wanted: &str) -> bool {
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().replace('-', "_");
    let (name, wanted) = (last(name), last(wanted));
    wanted.len() > 2 && (name.contains(&wanted) || wanted.contains(&name))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// What is set otherwise, and how.
    const OTHERWISE: [(&str, &str); 12] = [
        ("master_data", "--seed"),
        ("p21_version", "--p21-version: definitions are compiled for it"),
        ("data", "--data"),
        ("seed", "--no-seed"),
        ("today", "the clock, /_sandbox/clock"),
        ("clock", "/_sandbox/clock"),
        ("admin", "--admin"),
        ("prompts", "--overlay"),
        ("faults.queue", "/_sandbox/faults"),
        ("pool.dialogs", "the rules of the service say which there are"),
        ("host_names.0", "never"),
        ("p21_version.version", "--p21-version"),
    ];

    /// The paths of the members of `Config`, as its `Debug` has them.
    fn members() -> BTreeSet<String> {
        let shown = format!("{:#?}", Config { host_names: Vec::new(), ..Config::default() });
        let mut path: Vec<String> = Vec::new();
        let mut found = BTreeSet::new();
        for line in shown.lines() {
            let depth = line.chars().take_while(|c| *c == ' ').count() / 4;
            let Some((member, _)) = line.trim().split_once(": ") else { continue };
            if member.is_empty() || !member.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit()) {
                continue;
            }
            path.truncate(depth.saturating_sub(1));
            path.push(member.to_owned());
            if depth <= 2 {
                found.insert(path.join("."));
            }
        }
        found
    }

    /// The parts of the settings that have members of their own.
    const PARTS: [&str; 7] = ["asynchronous", "reports", "pool", "faults", "odata", "interactive", "unknowns"];

    #[test]
    fn every_setting_has_a_lever_or_another_way() {
        let known =
            |path: &str| ALL.iter().any(|lever| lever.name == path) || OTHERWISE.iter().any(|(name, _)| *name == path);
        let members = members();
        assert!(members.len() > 50, "{members:?}");
        for path in &members {
            let (part, is_inner) = path.split_once('.').map_or((path.as_str(), false), |(part, _)| (part, true));
            let counts = if is_inner { PARTS.contains(&part) } else { !PARTS.contains(&part) };
            assert!(!counts || known(path), "no lever for `{path}`");
        }
        for lever in ALL {
            assert!(members.contains(lever.name), "`{}` is no member", lever.name);
        }
    }

    #[test]
    fn what_a_lever_writes_it_reads() {
        for lever in ALL {
            let mut config = Config::default();
            if ["users", "consumer_keys"].contains(&lever.name) {
                continue; // secrets are not shown
            }
            let written = (lever.written)(&config);
            set(&mut config, lever.name, &written, When::AtStart).unwrap();
            assert_eq!((lever.written)(&config), written, "{}", lever.name);
            assert!(!(lever.takes)(&config).is_empty() && !lever.what.is_empty());
        }
    }

    #[test]
    fn every_word_of_a_choice_can_be_set() {
        for lever in ALL.iter().filter(|lever| lever.name.starts_with("unknowns.")) {
            let mut config = Config::default();
            for word in (lever.takes)(&config).split(", ") {
                set(&mut config, lever.name, word, When::Live).unwrap();
                assert_eq!((lever.written)(&config), word, "{}", lever.name);
            }
        }
    }

    #[test]
    fn mistakes_name_the_setting_and_what_it_takes() {
        let config = &mut Config::default();
        for (name, value, part) in [
            ("duration", "2s", "did you mean asynchronous.duration?"),
            ("nothing_like_it", "2s", "there is no setting `nothing_like_it`"),
            ("asynchronous.duration", "soon", "`asynchronous.duration` can't be `soon`; it takes a time"),
            ("users", "anna", "anna:secret"),
            ("xml_tokens", "maybe", "true or false"),
            ("unknowns.list_read", "loud", "takes envelope, silent, bad-request"),
            ("pool.contamination", "7", "a share from 0 to 1"),
        ] {
            let problem = set(config, name, value, When::AtStart).unwrap_err();
            assert!(problem.contains(part), "{problem}");
        }
        assert!(set(config, "max_body", "9", When::Live).unwrap_err().contains("when the sandbox starts"));
        set(config, "consumer_keys", "k1=/api;/odata:po_hdr,po_line k2", When::Live).unwrap();
        assert_eq!(config.consumer_keys[0].scope, "/api;/odata:po_hdr,po_line");
        assert_eq!(config.consumer_keys[1].scope, "/api");
    }
}
