//! What a program says and reads: values with types, rows, transactions, and records read back.

pub mod value;

pub mod row;

pub mod record;

pub mod entry;
