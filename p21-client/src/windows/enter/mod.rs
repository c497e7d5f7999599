//! One record, two doors: a typed transaction that goes into its window.

mod both;
mod call;
mod commands;
mod door;
mod in_xml;
mod opened;
mod outcome;
mod plan;
mod popup;
mod proof;
mod raw;
mod read;
mod rows;
mod run;
mod settle;
mod store;
mod typist;

pub use call::Entering;
pub use door::{Route, route};
pub use outcome::{Ambiguous, Entered, EntryProof, NotEntered, PartlyStored};
pub use plan::{Gap, NewOrStored, NotTyped, Plan, PlanQuestion, PlanStep, Popup, Value, Wanted};
pub use store::{StoredBy, Storing};
pub use typist::Typist;
