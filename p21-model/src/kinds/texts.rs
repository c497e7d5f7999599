//! What P21 says where a rule gives no text of its own, each sentence once. Names in braces are filled in.

/// A column that is disabled.
pub const COLUMN_DISABLED: &str = "Column is disabled: {field}";

/// A tab that is disabled.
pub const TAB_DISABLED: &str = "Tab page is disabled and cannot be selected";

/// A field that a rule wants.
pub const COLUMN_REQUIRED: &str = "This column is required.";

/// A field that the definition flags as required.
pub const REQUIRED: &str = "Required value missing for {label} (for {page}) on row {row}.";
