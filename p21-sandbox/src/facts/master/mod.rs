//! A tester's own master data, beside or instead of the built-in: items, customers, units, prices.

mod read;
mod rows;

use std::fmt::Display;
use std::path::Path;

use p21_model::InputError;

use super::seed::Seed;
use read::Cell;
pub(crate) use read::Row;

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Item,
    Customer,
    Unit,
    Price,
}

impl Kind {
    /// The columns that a row may have; the first ones, as many as the number says, it has to have.
    fn columns(self) -> (&'static [&'static str], usize) {
        match self {
            Self::Item => (&["item", "description", "unit", "locations", "quantity"], 1),
            Self::Customer => (&["customer", "name"], 2),
            Self::Unit => (&["item", "unit", "size"], 3),
            Self::Price => (&["item", "price", "cost", "supplier"], 2),
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Item => "item",
            Self::Customer => "customer",
            Self::Unit => "unit",
            Self::Price => "price",
        }
    }
}

/// Items, customers, units and prices of one's own. What they name has to exist: an item that is priced, a location that
/// has stock. A row about something that is there already changes it.
///
/// ```
/// use p21_sandbox::{MasterData, Sandbox};
///
/// let own = MasterData::new()
///     .item("BOLT-10", "Bolt M10", "EA")
///     .unit("BOLT-10", "BX", 50)
///     .price("BOLT-10", "0.80", "0.35")
///     .customer(200_100, "North Shipyard");
/// let builder = Sandbox::builder().master_data(own);
/// # let _ = builder;
/// ```
#[derive(Debug, Clone, Default)]
pub struct MasterData {
    parts: Vec<Part>,
}

/// Rows, and where they are from.
#[derive(Debug, Clone)]
struct Part {
    from: String,
    rows: Vec<(Kind, Row)>,
}

/// Where rows are from that a program has made.
const PROGRAM: &str = "MasterData";

impl MasterData {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a file, TOML or CSV by its name's end.
    ///
    /// ```toml
    /// [[item]]
    /// item = "BOLT-10"
    /// description = "Bolt M10"
    /// unit = "EA"                  # what it is kept and sold in; EA without one
    /// locations = ["100", "200"]   # where it is stocked; everywhere without them
    /// quantity = 500               # how much of it each of them has; none without it
    ///
    /// [[unit]]
    /// item = "BOLT-10"
    /// unit = "BX"
    /// size = 50
    ///
    /// [[price]]
    /// item = "BOLT-10"
    /// price = 0.80                 # the supplier's list price
    /// cost = 0.35
    /// supplier = 10                # the only one there is without it
    ///
    /// [[customer]]
    /// customer = 200100
    /// name = "North Shipyard"
    /// ```
    ///
    /// A CSV file has the same columns, named in its first line, and rows of one kind: with a column `customer` customers,
    /// with `price` prices, with `size` units, else items. Several locations stand with `;` between them.
    ///
    /// # Errors
    /// One that names file, line and column.
    pub fn file(mut self, path: impl AsRef<Path>) -> Result<Self, InputError> {
        let path = path.as_ref();
        self.parts.push(Part { from: path.display().to_string(), rows: read::file(path)? });
        Ok(self)
    }

    /// Adds an item that every location stocks nothing of, kept and sold in a unit.
    #[must_use]
    pub fn item(self, item: impl Display, description: impl Display, unit: impl Display) -> Self {
        self.row(Kind::Item, &[("item", &item), ("description", &description), ("unit", &unit)])
    }

    /// Says how much of an item a location has.
    #[must_use]
    pub fn stock(self, item: impl Display, location: impl Display, quantity: impl Display) -> Self {
        self.row(Kind::Item, &[("item", &item), ("locations", &location), ("quantity", &quantity)])
    }

    /// Adds a unit of an item, and how many of its own unit are in one.
    #[must_use]
    pub fn unit(self, item: impl Display, unit: impl Display, size: impl Display) -> Self {
        self.row(Kind::Unit, &[("item", &item), ("unit", &unit), ("size", &size)])
    }

    /// Says what the supplier of an item lists it at and what it costs.
    #[must_use]
    pub fn price(self, item: impl Display, list_price: impl Display, cost: impl Display) -> Self {
        self.row(Kind::Price, &[("item", &item), ("price", &list_price), ("cost", &cost)])
    }

    /// Adds a customer, with a ship-to of the same number.
    #[must_use]
    pub fn customer(self, number: impl Display, name: impl Display) -> Self {
        self.row(Kind::Customer, &[("customer", &number), ("name", &name)])
    }

    fn row(mut self, kind: Kind, cells: &[(&str, &dyn Display)]) -> Self {
        let cell = |(name, value): &(&str, &dyn Display)| {
            ((*name).to_owned(), Cell { text: value.to_string(), line: 0, column: 0 })
        };
        let row = Row { line: 0, cells: cells.iter().map(cell).collect() };
        match self.parts.last_mut().filter(|part| part.from == PROGRAM) {
            Some(part) => part.rows.push((kind, row)),
            None => self.parts.push(Part { from: PROGRAM.to_owned(), rows: vec![(kind, row)] }),
        }
        self
    }

    /// A number that tells it from other master data, wherever it was read from; `None` if there is nothing.
    pub(crate) fn mark(&self) -> Option<i64> {
        let rows = || self.parts.iter().flat_map(|part| &part.rows);
        rows().next()?;
        // FNV-1a: the same on every machine, and nobody has to fear a collision that is made on purpose.
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        let mut add = |text: &str| {
            for byte in text.bytes().chain([0x1f]) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        };
        for (kind, row) in rows() {
            add(kind.noun());
            row.cells.iter().for_each(|(name, cell)| [name, &cell.text].into_iter().for_each(|text| add(text)));
        }
        Some(i64::from_ne_bytes(hash.to_ne_bytes()))
    }

    /// Adds it to a seed.
    pub(crate) fn add_to(&self, seed: &mut Seed, company: &str) -> Result<(), InputError> {
        let mut rows: Vec<(&str, &(Kind, Row))> =
            self.parts.iter().flat_map(|part| part.rows.iter().map(|row| (&*part.from, row))).collect();
        // Items before what names them, whichever file has them.
        rows.sort_by_key(|(_, (kind, _))| *kind);
        for (from, (kind, row)) in rows {
            rows::add(seed, company, *kind, row).map_err(|problem| {
                let place = |column: usize| if column == 0 { String::new() } else { format!(" {column}") };
                let (line, text) = match problem.column.as_deref().map(|name| (name, row.cells.get(name))) {
                    Some((name, Some(cell))) => {
                        (cell.line, format!("column{} (`{name}`): {}", place(cell.column), problem.text))
                    }
                    Some((name, None)) => (row.line, format!("column `{name}`: {}", problem.text)),
                    None => (row.line, problem.text),
                };
                let error = InputError::new(from, format!("{}: {text}", kind.noun()));
                if line > 0 { error.at_line(line) } else { error }
            })?;
        }
        Ok(())
    }
}
