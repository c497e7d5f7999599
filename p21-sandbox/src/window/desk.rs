//! What a window is lent for the time of a call.

use std::collections::HashSet;

use jiff::civil::Date;

use super::dialog::Policy;
use super::refusal::Stop;
use crate::facts::config::Config;
use crate::facts::plan::Catalogue;
use crate::facts::seed::KEY_SEPARATOR;
use crate::facts::services::{self, FIRST_NUMBER};
use crate::store::{Data, Store};

/// Who is calling.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The P21 user that the call runs as.
    pub(crate) user: String,
}

/// What one POST remembers from transaction to transaction.
#[derive(Debug, Default)]
pub(crate) struct Post {
    /// Records and their lists that this POST has added rows to.
    pub(crate) grown: HashSet<(i64, u16)>,
}

/// Everything that a window works with and that is not its own. It is lent for a call; windows outlive it.
pub(crate) struct Desk<'a> {
    pub(crate) store: &'a mut Store,
    /// Every service: a window may write records of another.
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) config: &'a Config,
    pub(crate) caller: &'a Caller,
    /// What earlier transactions of the same POST did.
    pub(crate) post: &'a mut Post,
    /// Who answers what the window asks.
    pub(crate) policy: Policy,
}

/// An item's row at a location: where its stock is counted.
pub(crate) struct Stock {
    pub(crate) row: i64,
    pub(crate) columns: Data,
}

impl Desk<'_> {
    /// The server's day.
    pub(crate) fn today(&self) -> Date {
        self.config.today()
    }

    /// The stock of an item at a location; `None` if the location does not carry the item.
    pub(crate) fn stock(&self, item: &str, location: &str) -> Result<Option<Stock>, Stop> {
        Ok(self.store.stock(item, location)?.map(|row| Stock { row: row.id, columns: row.data }))
    }

    /// The next number of what no window numbers, for good: a save that is refused later leaves a gap.
    pub(crate) fn take_number(&mut self, table: &str) -> Result<u64, Stop> {
        Ok(self.store.take_number(table, services::first_number(table).unwrap_or(FIRST_NUMBER))?)
    }

    /// Whether there is such a row of master data; `keys` are the parts of its key.
    pub(crate) fn exists(&self, table: &str, keys: &[&str]) -> Result<bool, Stop> {
        Ok(self.store.master(table, &keys.join(KEY_SEPARATOR))?.is_some())
    }
}
