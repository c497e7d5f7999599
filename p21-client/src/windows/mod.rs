//! The Interactive API: P21's windows, driven by the same types.

pub mod enter;
