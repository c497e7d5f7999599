//! What can be switched about reports.

use std::collections::BTreeSet;

/// How reports behave.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReportSettings {
    /// No report can be made here: every request is an empty 500, as seen on one tenant.
    pub unavailable: bool,
    /// How many requests, from the first one on, meet a transient fault: an empty 500 that a repetition does not meet.
    pub transient_faults: u32,
    /// The status of the error envelope, which P21 answers with 200 too.
    pub error_status: u16,
    /// Documents that fail, by their `DocumentId`, for example `PO4000001 PURCHASE_ORDER`: they are in the answer with
    /// `Failure`, beside those that succeed.
    pub failing: BTreeSet<String>,
}

impl Default for ReportSettings {
    /// Reports are available, there are no faults, no document fails, errors have status 500.
    fn default() -> Self {
        Self { unavailable: false, transient_faults: 0, error_status: 500, failing: BTreeSet::new() }
    }
}
