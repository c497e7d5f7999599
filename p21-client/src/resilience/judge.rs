//! What a record says about a transaction that may have been stored.

use p21_model::payload::{DataElement, KeyValue, Row, Transaction, TransactionState};
use p21_model::schema::{ElementKind, ElementRule, ElementSchema, IgnoreDisabled, RuleKind, ServiceSchema};

use super::ReadBack;
use super::compare::same;
use super::outcome::{Difference, Unresolved, Verdict};

/// What is known of a record from before the write.
#[derive(Debug, Clone)]
pub(super) enum Before {
    /// It wasn't read.
    Unread,
    Absent,
    Present(Transaction),
}

/// A record that was read.
pub(crate) enum Found {
    Absent,
    Present,
    /// Another one than was asked for.
    Other,
    /// The answer doesn't show the form of the key, which P21 shows of a record that isn't there, too: it tells nothing.
    Unshown,
}

/// A transaction and what it means.
pub(super) struct Judge<'a> {
    pub(super) sent: &'a Transaction,
    pub(super) schema: Option<&'a ServiceSchema>,
    pub(super) how: &'a ReadBack,
    /// The element that the record was asked for by.
    pub(super) keyed_on: &'a str,
    /// Whether the set says `IgnoreDisabled`.
    pub(super) ignores_disabled: bool,
}

/// A row that was sent, as far as a record can show it.
struct SentRow<'a> {
    element: &'a str,
    schema: Option<&'a ElementSchema>,
    /// Which of the element's rows.
    index: usize,
    row: &'a Row,
    is_form: bool,
    /// A read shows all rows of its element, so that what it doesn't show isn't there.
    is_shown: bool,
    /// The fields that tell it from the element's other rows.
    keys: Vec<&'a str>,
    /// How many rows of the element are like it, up to it.
    copies: usize,
}

impl SentRow<'_> {
    /// P21 adds such a row whatever is there.
    fn is_keyless(&self) -> bool {
        !self.is_form && self.keys.is_empty()
    }

    fn same(&self, name: &str, sent: &str, found: &str) -> bool {
        let field = self.schema.and_then(|schema| schema.field(name)).map(|(_, field)| field);
        same(field, sent, found) || (self.keys.contains(&name) && same_key(sent, found))
    }
}

impl<'a> Judge<'a> {
    /// Compares the record as it is now with what was sent and with how it was.
    pub(super) fn verdict(&self, before: &Before, now: Option<&Transaction>) -> Verdict {
        let Some(now) = now else {
            return match before {
                Before::Present(_) => Verdict::Unknown(Unresolved::new("the record was there before and is gone now")),
                Before::Absent | Before::Unread => Verdict::NotStored,
            };
        };
        let (rows, hidden) = self.rows();
        let was = match before {
            Before::Present(was) => Some(was),
            _ => None,
        };
        let differences: Vec<Difference> = rows.iter().flat_map(|row| self.differences(row, was, now)).collect();
        if !differences.is_empty() {
            let tells = |row: &SentRow<'_>| row.is_shown && !self.differences(row, was, now).is_empty();
            return self.differing(before, now, differences, rows.iter().any(tells));
        }
        let hidden = hidden || rows.iter().any(|row| !row.is_shown);
        let was_there = |row: &SentRow<'_>, was| !row.is_keyless() && self.differences(row, None, was).is_empty();
        let reason = match before {
            _ if self.may_be_skipped() => {
                "all that a read is known to show of it is there, but under `IgnoreDisabled` P21 may have skipped rows that \
                 it may not show"
            }
            Before::Present(was) if hidden && rows.iter().all(|row| was_there(row, was)) => {
                "all that a read is known to show of it was there before, and the rest is in rows that it may not show"
            }
            Before::Unread if hidden => "it has rows that a read may not show, and the record wasn't read before",
            Before::Unread if rows.iter().any(SentRow::is_keyless) => {
                "it has rows without a key, which may be older ones: the record wasn't read before"
            }
            _ => return Verdict::Stored,
        };
        Verdict::Unknown(Unresolved::new(reason))
    }

    /// `tells`: at least one of the differences would be gone if the transaction were stored.
    fn differing(&self, before: &Before, now: &Transaction, differences: Vec<Difference>, tells: bool) -> Verdict {
        let reason = match before {
            Before::Present(was) if self.untouched(was, now) => {
                if tells {
                    return Verdict::NotStored;
                }
                "the record is as it was, but what would have changed is in rows that a read may not show"
            }
            Before::Present(_) => "the record changed, but not to what was sent",
            Before::Absent => "the record wasn't there before, and is now with other values",
            Before::Unread => "the record is there with other values, and wasn't read before",
        };
        Verdict::Unknown(Unresolved::differing(reason, differences))
    }

    /// Whether every element that the transaction writes to is as it was, the fields it doesn't send included.
    fn untouched(&self, was: &Transaction, now: &Transaction) -> bool {
        self.sent.data_elements.iter().all(|element| {
            let of = |record: &Transaction| -> Vec<Vec<(String, String)>> {
                let edits = |row: &Row| row.edits.iter().map(|e| (e.name.clone(), e.value.clone())).collect();
                rows_of(record, &element.name).map(edits).collect()
            };
            of(was) == of(now)
        })
    }

    /// The rows that a record shows, and whether there are others.
    fn rows(&self) -> (Vec<SentRow<'a>>, bool) {
        let mut rows: Vec<SentRow<'a>> = Vec::new();
        let mut hidden = false;
        for element in &self.sent.data_elements {
            let schema = self.element(&element.name);
            if self.is_hidden(element, schema) {
                hidden = true;
                continue;
            }
            for row in &element.rows {
                let of_element = || rows.iter().filter(|other| other.element == element.name);
                let copies = of_element().filter(|other| other.row.edits == row.edits).count() + 1;
                let index = of_element().count();
                let keys = keys(element, row, schema);
                let is_form = is_form(element, schema);
                let is_shown = self.is_shown(&element.name, schema);
                rows.push(SentRow { element: &element.name, schema, index, row, is_form, is_shown, keys, copies });
            }
        }
        (rows, hidden)
    }

    fn element(&self, name: &str) -> Option<&'a ElementSchema> {
        self.schema.and_then(|schema| schema.element(name))
    }

    /// A record shows the children of one row only, so they are not compared.
    fn is_hidden(&self, element: &DataElement, schema: Option<&'a ElementSchema>) -> bool {
        let forms = || self.sent.data_elements.iter().filter(|other| other.name == element.name);
        self.is_below_list(schema)
            || (is_form(element, schema) && forms().map(|form| form.rows.len()).sum::<usize>() > 1)
    }

    /// Whether something was sent that a read may not show, and that P21 isn't known to write under `IgnoreDisabled`: it
    /// skips it, stores the rest, and says that all is well.
    fn may_be_skipped(&self) -> bool {
        let is_written = |schema: &ElementSchema| {
            let writes = |rule: &ElementRule| {
                matches!(rule.kind, RuleKind::Disabled { ignore_disabled: IgnoreDisabled::Writes, .. })
            };
            schema.rules.iter().any(writes)
        };
        let in_doubt = |element: &DataElement| {
            let schema = self.element(&element.name);
            let is_seen = !self.is_hidden(element, schema) && self.is_shown(&element.name, schema);
            !is_seen && !schema.is_some_and(is_written)
        };
        self.ignores_disabled && self.sent.data_elements.iter().any(in_doubt)
    }

    fn is_below_list(&self, schema: Option<&'a ElementSchema>) -> bool {
        let parent_of = |child: &&'a ElementSchema| {
            let parent = child.parent.as_ref()?;
            self.schema?.elements.get(parent.element.into())
        };
        // Rules don't let an element follow itself; the bound holds for schemas written by hand.
        let most = self.schema.map_or(0, |schema| schema.elements.iter().count());
        let parents = std::iter::successors(schema.and_then(|schema| parent_of(&schema)), parent_of);
        parents.take(most).any(|parent| parent.kind == ElementKind::List)
    }

    /// Whether a read is known to show every row of an element: the one it is asked for by, and whatever the schema
    /// knows to follow no row of a list. A schema in which nothing follows anything doesn't know.
    fn is_shown(&self, name: &str, schema: Option<&'a ElementSchema>) -> bool {
        let knows = || self.schema.is_some_and(|service| service.elements.iter().any(|other| other.parent.is_some()));
        name == self.keyed_on || (schema.is_some() && knows() && !self.is_below_list(schema))
    }

    /// Where a record isn't as the row says.
    fn differences(&self, sent: &SentRow<'_>, was: Option<&Transaction>, now: &Transaction) -> Vec<Difference> {
        let difference = |field: Option<&str>, value: &str| Difference {
            element: sent.element.to_owned(),
            row: sent.index,
            field: field.map(str::to_owned),
            sent: value.to_owned(),
            before: None,
            now: None,
        };
        if sent.is_keyless() {
            let there = was.map_or(0, |was| self.alike(sent, was)) + sent.copies;
            let missing = self.alike(sent, now) < there;
            return if missing { vec![difference(None, "")] } else { Vec::new() };
        }
        let Some(row) = self.counterpart(sent, now) else { return vec![difference(None, "")] };
        let before = was.and_then(|was| self.counterpart(sent, was));
        let mut differences = Vec::new();
        for (name, value) in self.values(sent) {
            let found = row.value(name);
            if !sent.same(name, value, found.unwrap_or_default()) {
                differences.push(Difference {
                    before: before.and_then(|row| row.value(name)).map(str::to_owned),
                    now: found.map(str::to_owned),
                    ..difference(Some(name), value)
                });
            }
        }
        differences
    }

    /// The record's row that the sent one would be typed into.
    fn counterpart<'r>(&self, sent: &SentRow<'_>, record: &'r Transaction) -> Option<&'r Row> {
        let mut rows = rows_of(record, sent.element);
        if sent.is_form {
            return rows.next();
        }
        rows.find(|row| {
            sent.keys.iter().all(|key| {
                let wanted = sent.row.value(key).unwrap_or_default();
                sent.same(key, wanted, row.value(key).unwrap_or_default())
            })
        })
    }

    /// How many of the record's rows have all that was sent.
    fn alike(&self, sent: &SentRow<'_>, record: &Transaction) -> usize {
        let has_all = |row: &&Row| {
            self.values(sent).all(|(name, value)| sent.same(name, value, row.value(name).unwrap_or_default()))
        };
        rows_of(record, sent.element).filter(has_all).count()
    }

    /// The values that stay: the last of each field, without what P21 was to skip.
    fn values<'r>(&'r self, sent: &'r SentRow<'_>) -> impl Iterator<Item = (&'r str, &'r str)> {
        let edits = &sent.row.edits;
        edits.iter().enumerate().filter_map(move |(at, edit)| {
            let stays = !edits[at + 1..].iter().any(|later| later.name == edit.name);
            let skipped = edit.ignore_if_empty && edit.value.is_empty();
            let counts = stays && !skipped && !self.how.ignores(sent.element, &edit.name);
            counts.then_some((edit.name.as_str(), edit.value.as_str()))
        })
    }

    /// Whether typing the transaction a second time changes nothing: no list row is without a key.
    pub(super) fn repeats_safely(&self) -> bool {
        self.sent.data_elements.iter().all(|element| {
            let schema = self.element(&element.name);
            is_form(element, schema) || element.rows.iter().all(|row| !keys(element, row, schema).is_empty())
        })
    }

    /// Whether the transaction itself sets the key.
    pub(super) fn sets(&self, state: &TransactionState) -> bool {
        let schema = self.element(&state.data_element_name);
        let field = |name: &str| schema.and_then(|schema| schema.field(name)).map(|(_, field)| field);
        let sets_all = |row: &Row| {
            let sets = |name: &str, value: &str| row.value(name).is_some_and(|sent| same(field(name), value, sent));
            state.keys.iter().all(|key| !key.value.trim().is_empty() && sets(&key.name, &key.value))
        };
        !state.keys.is_empty() && rows_of(self.sent, &state.data_element_name).any(sets_all)
    }
}

/// Whether a record is the one that was asked for. P21 answers a blank template for one that isn't there; a site's defaults
/// may be in it, even for a part of the key. Nothing but such a template says that it isn't there.
pub(crate) fn found(schema: Option<&ServiceSchema>, state: &TransactionState, record: &Transaction) -> Found {
    let row = rows_of(record, &state.data_element_name).next();
    let element = schema.and_then(|schema| schema.element(&state.data_element_name));
    let field = |name: &str| element.and_then(|element| element.field(name)).map(|(_, field)| field);
    let value = |name: &str| row.and_then(|row| row.value(name));
    let shown = |key: &KeyValue| value(&key.name).unwrap_or_default().trim();
    let is_left_blank = |key: &KeyValue| value(&key.name).is_some_and(|value| value.trim().is_empty());
    if state.keys.iter().all(|key| shown(key).is_empty()) || state.keys.iter().any(is_left_blank) {
        return if shows_form(state, record) { Found::Absent } else { Found::Unshown };
    }
    let is = |key: &KeyValue| same(field(&key.name), &key.value, shown(key)) || same_key(&key.value, shown(key));
    if state.keys.iter().all(is) { Found::Present } else { Found::Other }
}

/// Whether a record has the form that it was asked for by, with a field of the key.
fn shows_form(state: &TransactionState, record: &Transaction) -> bool {
    let forms = record.data_elements.iter().filter(|element| element.name == state.data_element_name);
    let has_key = |row: &Row| state.keys.iter().any(|key| row.value(&key.name).is_some());
    forms.flat_map(|form| &form.rows).any(has_key)
}

/// Whether two states ask for one record, as the comparison of a record with its key would have it.
pub(super) fn is_one_record(schema: Option<&ServiceSchema>, one: &TransactionState, other: &TransactionState) -> bool {
    let element = schema.and_then(|schema| schema.element(&one.data_element_name));
    let field = |name: &str| element.and_then(|element| element.field(name)).map(|(_, field)| field);
    let is = |a: &KeyValue, b: &KeyValue| {
        a.name == b.name && (same(field(&a.name), &a.value, &b.value) || same_key(&a.value, &b.value))
    };
    one.data_element_name == other.data_element_name
        && one.keys.len() == other.keys.len()
        && one.keys.iter().all(|key| other.keys.iter().any(|candidate| is(key, candidate)))
}

/// The database ignores case, and P21 answers a key as it is stored.
pub(super) fn same_key(sent: &str, found: &str) -> bool {
    sent.trim().eq_ignore_ascii_case(found.trim())
}

fn is_form(element: &DataElement, schema: Option<&ElementSchema>) -> bool {
    schema.map_or(element.kind != ElementKind::List.as_str(), |schema| schema.kind == ElementKind::Form)
}

/// A record's rows of an element, without those that hold nothing: P21 answers such rows.
fn rows_of<'r>(record: &'r Transaction, element: &str) -> impl Iterator<Item = &'r Row> {
    let of_element = record.data_elements.iter().filter(move |candidate| candidate.name == element);
    of_element.flat_map(|element| &element.rows).filter(|row| row.edits.iter().any(|edit| !edit.value.is_empty()))
}

/// The fields that P21 tells a row by: the element's own keys, else those of the declared ones that the row sets.
fn keys<'a>(element: &'a DataElement, row: &Row, schema: Option<&'a ElementSchema>) -> Vec<&'a str> {
    if !element.keys.is_empty() {
        return element.keys.iter().map(String::as_str).collect();
    }
    let declared = schema.into_iter().flat_map(ElementSchema::key_names);
    declared.filter(|key| row.value(key).is_some_and(|value| !value.is_empty())).collect()
}

#[cfg(test)]
mod tests;
