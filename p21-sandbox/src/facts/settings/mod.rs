//! What can be switched, a part each; [`Config`](super::config::Config) holds them all.

pub(crate) mod accept;
pub(crate) mod family;
pub(crate) mod faults;
pub(crate) mod interactive;
pub(crate) mod jobs;
pub(crate) mod levers;
pub(crate) mod odata;
pub(crate) mod pool;
pub(crate) mod prompts;
pub(crate) mod report;
pub(crate) mod words;
