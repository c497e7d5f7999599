//! The struct of a row: the order of its fields, what is missing, what can't be written.

use super::super::message::Message;
use super::{Declared, field, has, items, name, text};
use crate::facts::schema::{
    Effect, ElementKind, ElementRule, ElementSchema, FieldFlags, IgnoreDisabled, Occasion, Places, RuleKind, When,
};

impl Declared {
    /// Checks the struct as a whole; the span is that of its element.
    ///
    /// # Panics
    /// Something is wrong with it: the compiler shows why.
    #[track_caller]
    pub const fn check_row(&self) {
        let Some(schema) = self.schema else { return };
        self.tab(schema);
        if self.edit {
            return;
        }
        let mut missing = 0;
        let mut first = 0;
        let mut message = Message::new().text("a new row of ").code(text(&schema.name)).text(" needs ");
        let fields = items(&schema.fields);
        let mut index = 0;
        while index < fields.len() {
            if fields[index].flags.has(FieldFlags::REQUIRED) && !self.sends(index as u16) {
                if missing == 0 {
                    first = index as u16;
                } else {
                    message = message.text(", ");
                }
                message = message.code(text(&fields[index].name));
                missing += 1;
            }
            index += 1;
        }
        if missing > 0 {
            required_why(message, schema, first)
                .mend()
                .text(if missing == 1 { "add a field of this name" } else { "add fields of these names" })
                .text(", or say `edit` beside the element if the row exists")
                .fail();
        }
    }

    /// A tab that is always shut.
    #[track_caller]
    const fn tab(&self, schema: &'static ElementSchema) {
        let mut sends = false;
        let mut at = 0;
        while at < self.fields.len() {
            sends |= self.fields[at].sent;
            at += 1;
        }
        if let Some(rule) = always_disabled(schema, None)
            && sends
        {
            Message::new()
                .text("the tab of ")
                .code(text(&schema.name))
                .text(" is always disabled")
                .why(&rule.why)
                .mend()
                .text("mark its fields `#[p21(read_only)]`")
                .fail();
        }
    }

    /// Checks a field; the span is that of its name.
    ///
    /// # Panics
    /// Something is wrong with it: the compiler shows why.
    #[track_caller]
    pub const fn check_field(&self, at: usize) {
        let Some(schema) = self.schema else { return };
        let this = self.fields[at];
        self.twice(schema, at);
        if !this.sent {
            return;
        }
        if field(schema, this.index).flags.has(FieldFlags::COMPUTED) {
            Message::new()
                .code(name(schema, this.index))
                .text(" is computed: P21 refuses to have it set")
                .mend()
                .text("mark it `#[p21(read_only)]`, or take it out")
                .fail();
        }
        if let Some(rule) = always_disabled(schema, Some(this.index)) {
            Message::new()
                .code(name(schema, this.index))
                .text(" is always disabled")
                .why(&rule.why)
                .mend()
                .text("mark it `#[p21(read_only)]`, or take it out")
                .fail();
        }
        // Of a new row such a key is as good as any other: what it is keyed by has not changed yet.
        if this.key
            && self.edit
            && let Some(rule) = changes(schema, this.index)
        {
            Message::new()
                .text("rows can't be keyed by ")
                .code(name(schema, this.index))
                .text(", which changes")
                .why(&rule.why)
                .mend()
                .text("mark a field `#[p21(key)]` that stays as it is")
                .fail();
        }
        if this.optional && !self.edit && field(schema, this.index).flags.has(FieldFlags::REQUIRED) {
            let message = Message::new()
                .text("a new row needs ")
                .code(name(schema, this.index))
                .text(", which may be absent here");
            required_why(message, schema, this.index)
                .mend()
                .text("take off the `Option`, or say `edit` beside the element if the row exists")
                .fail();
        }
        self.order(schema, at);
    }

    #[track_caller]
    const fn twice(&self, schema: &'static ElementSchema, at: usize) {
        let mut before = 0;
        while before < at {
            if self.fields[before].index == self.fields[at].index {
                Message::new()
                    .code(name(schema, self.fields[at].index))
                    .text(" is already a field of this struct")
                    .text("\nP21 would type the second value over the first")
                    .mend()
                    .text("take one of them out")
                    .fail();
            }
            before += 1;
        }
    }

    /// A field that is declared before one that P21 needs first. Rows leave in the right order all the same; but who
    /// reads the struct, or types the fields by hand, would take the order from it.
    #[track_caller]
    const fn order(&self, schema: &'static ElementSchema, at: usize) {
        let late = self.fields[at].index;
        let rules = items(&schema.rules);
        let mut number = 0;
        while number < rules.len() {
            if let RuleKind::Order { first, then, effect, .. } = &rules[number].kind
                && has(items(then), late)
            {
                let mut after = at + 1;
                while after < self.fields.len() {
                    let early = self.fields[after];
                    if early.sent && self.is_first_of_its_place(first, early.index, at) {
                        let (late, early) = (name(schema, late), name(schema, early.index));
                        let message = Message::new().code(late).text(" stands before ").code(early);
                        let message = match effect {
                            Effect::Clears => message.text(", which clears it"),
                            Effect::Refused | Effect::Disabled | Effect::Unknown => {
                                message.text(", which P21 needs first")
                            }
                        };
                        message
                            .why(&rules[number].why)
                            .mend()
                            .text("move ")
                            .code(late)
                            .text(" below ")
                            .code(early)
                            .fail();
                    }
                    after += 1;
                }
            }
            number += 1;
        }
    }

    /// Whether a field belongs to a place of which no other field stands before `at`: one of a place is enough.
    const fn is_first_of_its_place(&self, places: &'static Places, field: u16, at: usize) -> bool {
        let (fields, ends) = (items(places.fields()), items(places.ends()));
        let (mut place, mut start) = (0, 0);
        while place < ends.len() {
            let end = ends[place] as usize;
            if holds(fields, start, end, field) {
                let mut before = 0;
                while before < at && !holds(fields, start, end, self.fields[before].index) {
                    before += 1;
                }
                return before == at;
            }
            (place, start) = (place + 1, end);
        }
        false
    }

    /// Checks a nested child against those before it; the span is that of its field.
    ///
    /// # Panics
    /// Something is wrong with it: the compiler shows why.
    #[track_caller]
    pub const fn check_child(children: &[Self], at: usize, many: bool) {
        let Some(schema) = children[at].schema else { return };
        if !matches!(schema.kind, ElementKind::Form) {
            return;
        }
        let message = Message::new().code(text(&schema.name));
        let typed_over = "\nit is a form: P21 would type a second row over the first";
        if many {
            message
                .text(" has one row for each parent row")
                .text(typed_over)
                .mend()
                .text("nest the struct itself or an `Option` of it, not a `Vec`")
                .fail();
        }
        let mut before = 0;
        while before < at {
            if let Some(other) = children[before].schema
                && other.index == schema.index
            {
                message.text(" is nested twice").text(typed_over).mend().text("merge the two structs").fail();
            }
            before += 1;
        }
    }
}

/// Whether a field is among those of a place.
const fn holds(fields: &[u16], start: usize, end: usize, field: u16) -> bool {
    let mut at = start;
    while at < end {
        if fields[at] == field {
            return true;
        }
        at += 1;
    }
    false
}

/// The rule that shuts a field, or the whole tab, at all times and whatever the set says.
const fn always_disabled(schema: &'static ElementSchema, index: Option<u16>) -> Option<&'static ElementRule> {
    let rules = items(&schema.rules);
    let mut at = 0;
    while at < rules.len() {
        if let RuleKind::Disabled { fields, when: When::Always, ignore_disabled, .. } = &rules[at].kind
            && !matches!(ignore_disabled, IgnoreDisabled::Writes)
        {
            let fields = items(fields);
            let hit = match index {
                Some(index) => has(fields, index),
                None => fields.is_empty(),
            };
            if hit {
                return Some(&rules[at]);
            }
        }
        at += 1;
    }
    None
}

/// The rule that says that a field changes, so that it is no key.
const fn changes(schema: &'static ElementSchema, index: u16) -> Option<&'static ElementRule> {
    let rules = items(&schema.rules);
    let mut at = 0;
    while at < rules.len() {
        if let RuleKind::NoKey { fields } = &rules[at].kind
            && has(items(fields), index)
        {
            return Some(&rules[at]);
        }
        at += 1;
    }
    None
}

/// Adds why a field is required.
const fn required_why(message: Message, schema: &'static ElementSchema, index: u16) -> Message {
    let rules = items(&schema.rules);
    let mut at = 0;
    while at < rules.len() {
        if let RuleKind::Required { fields, on: Occasion::Create | Occasion::Always, .. } = &rules[at].kind
            && has(items(fields), index)
        {
            return message.why(&rules[at].why);
        }
        at += 1;
    }
    message.text("\nP21 refuses the transaction")
}
