//! Namespaces.

/// P21's own types.
pub(crate) const CONTRACT: &str = "http://schemas.datacontract.org/2004/07/P21.Transactions.Model.V2";

/// What stands before the names of P21's types in its namespaces.
pub(crate) const CONTRACTS: &str = "http://schemas.datacontract.org/2004/07/";

/// The items of lists of strings.
pub(crate) const ARRAYS: &str = "http://schemas.microsoft.com/2003/10/Serialization/Arrays";

/// `nil`: there is no value.
pub(crate) const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";
