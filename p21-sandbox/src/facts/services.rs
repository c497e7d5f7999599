//! What is known of services beside definitions and rules, read from `services.toml`, which describes its own format.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::settings::pool::PoolDialog;

/// The file, as it was when the sandbox was built.
const EMBEDDED: &str = include_str!("services.toml");

/// Where numbers start of which nothing is known: of records, for example of a service that only a site has, and of rows
/// (`price_book_uid`). They are far from those of the seed.
pub(crate) const FIRST_NUMBER: u64 = 1_000_001;

/// What is known of a service.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ServiceFacts {
    name: String,
    /// The service under whose name its records are kept.
    pub(crate) records_of: Option<String>,
    /// What new records have in columns that no field shows.
    pub(crate) columns: BTreeMap<String, String>,
    codes: BTreeMap<String, String>,
    /// How long a transaction takes.
    pub(crate) milliseconds: Option<u32>,
    /// Its windows never have dialogs.
    clean: bool,
    dialog: Option<Titled>,
    /// What prints it.
    pub(crate) report: Option<ReportKind>,
}

/// The reports that are simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReportKind {
    PurchaseOrders,
    PickTickets,
    PickTicketsAgain,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Titled {
    title: String,
    class: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Number {
    table: String,
    start: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    service: Vec<ServiceFacts>,
    number: Vec<Number>,
}

impl ServiceFacts {
    /// The code of a label that no list of the service has; without one the label itself.
    pub(crate) fn code<'a>(&'a self, label: &'a str) -> &'a str {
        self.codes.get(label).map_or(label, String::as_str)
    }
}

static FACTS: LazyLock<File> = LazyLock::new(|| toml::from_str(EMBEDDED).expect("a test reads services.toml"));

/// What is known of a service; mostly nothing.
pub(crate) fn of(service: &str) -> &'static ServiceFacts {
    static NOTHING: LazyLock<ServiceFacts> = LazyLock::new(ServiceFacts::default);
    FACTS.service.iter().find(|facts| facts.name == service).unwrap_or(&NOTHING)
}

/// The first number of what P21 adds to a table on its own, where no window numbers it.
pub(crate) fn first_number(table: &str) -> Option<u64> {
    FACTS.number.iter().find(|number| number.table == table).map(|number| number.start)
}

/// The services whose windows never have dialogs.
pub(crate) fn clean() -> impl Iterator<Item = &'static str> {
    FACTS.service.iter().filter(|facts| facts.clean).map(|facts| facts.name.as_str())
}

/// The dialogs that open behind a save.
pub(crate) fn dialogs() -> impl Iterator<Item = PoolDialog> {
    FACTS.service.iter().filter_map(|facts| {
        let Titled { title, class } = facts.dialog.as_ref()?;
        Some(PoolDialog { service: facts.name.clone(), title: title.clone(), class: class.clone() })
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_service_and_table_is_there_once() {
        let services: BTreeSet<&str> = FACTS.service.iter().map(|facts| facts.name.as_str()).collect();
        let tables: BTreeSet<&str> = FACTS.number.iter().map(|number| number.table.as_str()).collect();
        assert_eq!((services.len(), tables.len()), (FACTS.service.len(), FACTS.number.len()));
        assert!(services.iter().chain(&tables).all(|name| !name.is_empty()));
    }

    #[test]
    fn numbers_lie_apart() {
        let millions: BTreeSet<u64> = FACTS.number.iter().map(|number| number.start / 1_000_000).collect();
        assert_eq!(millions.len(), FACTS.number.len());
    }
}
