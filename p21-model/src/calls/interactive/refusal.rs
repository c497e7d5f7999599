//! The body of a refusal.

use serde::{Deserialize, Serialize};

use super::lenient;

/// What stands in the place of an [`ActionResult`](super::ActionResult) where P21 refuses a call: a text, and no status.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct ErrorBody {
    /// What is wrong: `Column is disabled: company_id`.
    #[serde(deserialize_with = "lenient::text")]
    pub error_message: String,
    /// The type of the error: null, or the name of a .NET class.
    pub error_type: Option<String>,
    /// The host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_name: Option<String>,
    /// What is behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inner_exception: Option<String>,
}

impl ErrorBody {
    /// A text, and nothing else.
    pub fn new(message: impl Into<String>) -> Self {
        Self { error_message: message.into(), ..Self::default() }
    }
}
