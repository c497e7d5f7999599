//! One record, two doors: a typed transaction that goes into its window.

mod door;
mod plan;

pub use door::{Route, route};
pub use plan::{Gap, NotTyped, Plan, Popup, Question, Record, Step, Value, Wanted};
