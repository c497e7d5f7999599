//! By which door a record goes: what the rules of its service say, by version.

use p21_model::schema::{Door, Endpoint, WindowFacts};

use super::NewOrStored;

/// The door of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Route {
    /// The door.
    pub door: Door,
    /// The elements that are left for the window behind a transaction.
    pub behind: Vec<u16>,
    /// Why, as the rules say it; empty where none speaks of such a record.
    pub why: Vec<String>,
}

/// The door of a record that has these elements.
///
/// A rule that names elements counts before one that speaks of every record: what a transaction can't carry has to go
/// through a window, whatever the others would rather do. Without a rule a record goes as a transaction.
pub fn route(facts: WindowFacts<'_>, elements: &[u16], record: NewOrStored) -> Route {
    let rules: Vec<_> = facts.doors(elements, record == NewOrStored::New).collect();
    let special = rules.iter().any(|(_, of, _)| !of.is_empty());
    let mut route = Route { door: usual(facts), behind: Vec::new(), why: Vec::new() };
    for (door, of, why) in rules {
        if special && of.is_empty() {
            continue;
        }
        route.why.push(why.consequence.to_string());
        match (route.door, door) {
            // A window takes everything, so two steps are not needed beside it.
            (Door::Window, Door::TransactionThenWindow) => {}
            (_, Door::TransactionThenWindow) => {
                route.door = door;
                route.behind.extend(of.iter().filter(|element| elements.contains(element)));
            }
            (_, Door::Window) => {
                route.door = door;
                route.behind.clear();
            }
            (Door::Transaction, _) => route.door = door,
            _ => {}
        }
    }
    route.behind.sort_unstable();
    route.behind.dedup();
    route
}

fn usual(facts: WindowFacts<'_>) -> Door {
    match facts.schema().endpoint {
        Endpoint::Commands => Door::Commands,
        _ => Door::Transaction,
    }
}
