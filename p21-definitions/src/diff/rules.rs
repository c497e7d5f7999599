//! What can differ, as data: each kind of change once, whom it breaks, what happens and what to do.
//!
//! Added and removed are each other's mirror, and a change is its own: a test holds the table to that, and another one
//! has two definitions for each.

use serde::Serialize;

/// What a change does to one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Nothing.
    Harmless,
    /// It is refused, or does not compile: somebody is told.
    Breaks,
    /// Something else is stored or read, and nobody is told.
    Silent,
}

impl Effect {
    /// `harmless`, `breaking` or `silent`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Harmless => "harmless",
            Self::Breaks => "breaking",
            Self::Silent => "silent",
        }
    }
}

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// A service as a whole.
    Service,
    /// An element.
    Element,
    /// A field.
    Field,
    /// A rule that holds for some versions only.
    Rule,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is there now; seen from the other side it is removed.
    Added,
    /// It is gone.
    Removed,
    /// It is another; seen from the other side, too.
    Changed,
}

/// How a silent change can be shown: the same payload in the sandbox, under both versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Witness {
    /// Nothing silent happens.
    Needless,
    /// Two rows that differ in this key alone; where none is named, in all that tells rows apart.
    Rows,
    /// Two records that differ in this key alone, and a read by the key that the old side has.
    Read,
    /// A row with a value in this field.
    Value,
    /// A row without this field.
    Without,
    /// A row with two fields, the one that has to come first behind the other.
    Order,
    /// None can be built, and why.
    None(&'static str),
}

/// A kind of change.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// Its name, which stays what it is: fingerprints have it.
    pub name: &'static str,
    /// What it is about.
    pub level: Level,
    /// Which of its properties.
    pub aspect: &'static str,
    /// What became of it.
    pub action: Action,
    /// What it does to whoever writes. Of rules that begin or end, their kind says it.
    pub writers: Effect,
    /// What it does to whoever reads.
    pub readers: Effect,
    /// What happens.
    pub consequence: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// How it can be shown, if it is silent.
    pub witness: Witness,
}

impl Rule {
    /// The rule of that name.
    pub fn find(name: &str) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.name == name)
    }

    /// The rule that says the same from the other side.
    pub fn mirror(&self) -> Option<&'static Self> {
        let other = match self.action {
            Action::Added => Action::Removed,
            Action::Removed => Action::Added,
            Action::Changed => Action::Changed,
        };
        RULES.iter().find(|rule| (rule.level, rule.aspect, rule.action) == (self.level, self.aspect, other))
    }
}

macro_rules! rules {
    ($($name:literal $level:ident $aspect:literal $action:ident, writers $writers:ident, readers $readers:ident, $witness:expr,
        $consequence:literal, $remedy:literal;)+) => {
        /// All of them.
        pub const RULES: &[Rule] = &[$(Rule {
            name: $name,
            level: Level::$level,
            aspect: $aspect,
            action: Action::$action,
            writers: Effect::$writers,
            readers: Effect::$readers,
            consequence: $consequence,
            remedy: $remedy,
            witness: $witness,
        }),+];
    };
}

const ORDER: Witness = Witness::None(
    "a definition does not say which field clears which; where that is known, a rule says it, and the sandbox keeps it on every version",
);
const TABLE: Witness = Witness::None(
    "the sandbox keeps a record by the columns of its fields, and has no table of that name to look into",
);

rules! {
    "service-added" Service "presence" Added, writers Harmless, readers Harmless, Witness::Needless,
        "There is a service more.", "Nothing has to be done.";
    "service-removed" Service "presence" Removed, writers Breaks, readers Breaks, Witness::Needless,
        "The service is refused.", "Find out whether its window is not deployed, or the user may not open it any more.";
    "record-key-added" Service "key" Added, writers Harmless, readers Silent, Witness::Read,
        "A field more identifies the record: a read without it finds a blank form, which is no record and no error.",
        "Give reads, and writes that are read back, the whole key.";
    "record-key-removed" Service "key" Removed, writers Harmless, readers Silent, Witness::Read,
        "A field less identifies the record: a read may find a record that differs in this field.",
        "Read by the key that is left, and compare the field yourself.";

    "element-added" Element "presence" Added, writers Harmless, readers Harmless, Witness::Needless,
        "There is an element more.", "Nothing has to be done.";
    "element-removed" Element "presence" Removed, writers Breaks, readers Breaks, Witness::Needless,
        "Payloads that name it are refused, and answers don't have it.", "Find out where its fields are now, or leave them out.";
    "element-renamed" Element "name" Changed, writers Breaks, readers Breaks, Witness::Needless,
        "Payloads with the old name are refused: the tab or the datawindow is called otherwise.",
        "Generate again, and use the new name in payloads without types.";
    "element-became-list" Element "rows" Added, writers Silent, readers Breaks, Witness::Rows,
        "What was one row is a grid, whose rows are told apart by keys: rows of which the last won are rows of their own now, and one sent to change what is there may come beside it. Generated code doesn't compile; a payload without types is not known to be refused.",
        "Generate again; in payloads without types send it as `List`, with its keys, and read all of its rows.";
    "element-became-form" Element "rows" Removed, writers Silent, readers Breaks, Witness::Rows,
        "What was a grid is one row: of several the last wins, and the transaction says Succeeded. Generated code doesn't compile; a payload without types is not known to be refused.",
        "Generate again; in payloads without types send one row, and put what the others held elsewhere.";
    "element-key-added" Element "key" Added, writers Silent, readers Harmless, Witness::Rows,
        "Rows that folded into one, of which the last won, are rows of their own now; rows without the new key may not find what they found.",
        "Send the new key in every row, and name it in the element's keys.";
    "element-key-removed" Element "key" Removed, writers Silent, readers Harmless, Witness::Rows,
        "Rows that differ in this key alone fold into one, the last one wins, and the transaction says Succeeded.",
        "Send one row for each of what is left of the key.";
    "element-key-order" Element "key order" Changed, writers Harmless, readers Harmless, Witness::Needless,
        "The same keys stand in another order.", "Nothing has to be done.";
    "element-tab" Element "tab" Changed, writers Harmless, readers Harmless, Witness::Needless,
        "The tab's label is another; payloads name it by its page.", "Look for the new label in the window.";
    "element-datawindow" Element "datawindow" Changed, writers Harmless, readers Harmless, Witness::Needless,
        "The datawindow's own name is another; no call sends it.", "Nothing has to be done.";
    "element-table" Element "table" Changed, writers Harmless, readers Silent, TABLE,
        "The window's business object is another: its rows may lie in another table, and OData of the old one doesn't have them.",
        "Compare what OData of both tables shows of a record that was just stored.";
    "element-order" Element "order" Changed, writers Harmless, readers Harmless, Witness::Needless,
        "The elements stand in another order; a payload goes through them in its own.", "Nothing has to be done.";

    "field-added" Field "presence" Added, writers Harmless, readers Harmless, Witness::Needless,
        "There is a field more.", "Nothing has to be done.";
    "field-removed" Field "presence" Removed, writers Breaks, readers Breaks, Witness::Needless,
        "Payloads that name it are refused, and answers don't have it.", "Leave it out, or find out what took its place.";
    "required-field-added" Field "required presence" Added, writers Breaks, readers Harmless, Witness::Needless,
        "A new row without the new field is refused.", "Send it in every new row.";
    "required-field-removed" Field "required presence" Removed, writers Breaks, readers Breaks, Witness::Needless,
        "Every row named it; payloads that do are refused.", "Leave it out.";
    "field-renamed" Field "name" Changed, writers Breaks, readers Breaks, Witness::Needless,
        "The same column has another name: payloads with the old one are refused, and answers don't have it.",
        "Generate again, and use the new name in payloads without types.";
    "field-column" Field "column" Changed, writers Silent, readers Silent, Witness::Value,
        "The same name stands for another column: the value is stored elsewhere, and whoever reads the old column sees none of it.",
        "Look up what the field means now before anything is sent, and read the new column.";
    "field-label" Field "label" Changed, writers Harmless, readers Harmless, Witness::Needless,
        "The label is another; payloads name the field by its name.", "Look whether it still means the same.";
    "field-type-widened" Field "type width" Added, writers Harmless, readers Breaks, Witness::Needless,
        "It takes more than before, and answers may have what the old type can't hold.", "Generate again, and read the new type.";
    "field-type-narrowed" Field "type width" Removed, writers Breaks, readers Harmless, Witness::Needless,
        "It takes less than before; other values are refused.", "Generate again, and send values of the new type.";
    "field-type" Field "type" Changed, writers Breaks, readers Breaks, Witness::Needless,
        "Its values are of another type.", "Generate again: rustc shows every place that has the old one.";
    "field-number" Field "number" Changed, writers Harmless, readers Harmless, Witness::Needless,
        "The number's type is spelt otherwise, and its values are the same.", "Nothing has to be done.";
    "field-became-writable" Field "writable" Added, writers Harmless, readers Harmless, Witness::Needless,
        "What P21 only showed has a column now.", "Nothing has to be done.";
    "field-became-computed" Field "writable" Removed, writers Breaks, readers Harmless, Witness::Needless,
        "P21 only shows it: payloads that set it are refused.", "Leave it out.";
    "field-became-required" Field "required" Added, writers Breaks, readers Harmless, Witness::Needless,
        "A new row without it is refused.", "Send it in every new row.";
    "field-became-optional" Field "required" Removed, writers Harmless, readers Breaks, Witness::Needless,
        "It need not be there any more, so that records may come without it.", "Read it as what may be absent.";
    "values-listed" Field "list" Added, writers Breaks, readers Harmless, Witness::Needless,
        "What was free takes labels of a list only.", "Send one of the labels.";
    "values-freed" Field "list" Removed, writers Harmless, readers Breaks, Witness::Needless,
        "What was one of a list is free: answers may have anything.", "Generate again, and read it as text.";
    "value-added" Field "label of a list" Added, writers Harmless, readers Breaks, Witness::Needless,
        "Answers may have a label that nobody expected.", "Generate again, and look at every `match` over the labels.";
    "value-removed" Field "label of a list" Removed, writers Breaks, readers Harmless, Witness::Needless,
        "The label is refused.", "Send another one: of a renamed label the code is the same.";
    "value-order" Field "order of a list" Changed, writers Harmless, readers Harmless, Witness::Needless,
        "The same labels stand in another order.", "Nothing has to be done.";
    "field-order" Field "order" Changed, writers Silent, readers Harmless, ORDER,
        "Fields stand in another order, which is the order that bindings send them in: a field that clears another may come after it now.",
        "Generate again and send a test record; if a value is lost, say the order in a rule.";

    "rule-begins" Rule "rule" Added, writers Harmless, readers Harmless, Witness::Needless,
        "What P21 does is different from this version on.", "Check payloads with `cargo p21 check FILE --p21-version VERSION`.";
    "rule-ends" Rule "rule" Removed, writers Harmless, readers Harmless, Witness::Needless,
        "What P21 did is different from this version on.", "Check payloads with `cargo p21 check FILE --p21-version VERSION`.";
}
