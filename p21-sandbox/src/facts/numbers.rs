//! Where numbers start that P21 gives and no rule speaks of. They lie far apart, so that a number tells what it is of.

/// Records of a service whose rules say nothing, for example of one that only a site has.
pub(crate) const RECORDS: u64 = 1_000_001;

/// Numbers of rows (`price_book_uid`): far from those of the seed.
pub(crate) const ROWS: u64 = 1_000_001;

/// Invoices: a number of its own, and no record.
pub(crate) const INVOICES: u64 = 3_000_001;

/// Pick tickets of orders.
pub(crate) const PICK_TICKETS: u64 = 5_000_001;

/// Pick tickets of production orders.
pub(crate) const PRODUCTION_TICKETS: u64 = 6_000_001;

/// Production orders that an order line asks for. Those of the window have the same, by a rule.
pub(crate) const PRODUCTION_ORDERS: u64 = 7_000_001;
