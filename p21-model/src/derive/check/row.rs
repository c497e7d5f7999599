//! The struct of a row: the order of its fields, what is missing, what can't be written.

use super::disabled::always_disabled;
use super::no_key::changes;
use super::required::required_why;
use super::{Declared, name, text};
use crate::derive::message::Message;
use crate::facts::schema::{ElementKind, ElementSchema, FieldFlags};

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
        let mut index = 0;
        while index < schema.fields.count() {
            let (name, flags) = schema.fields.known(index as u16);
            if flags.has(FieldFlags::REQUIRED) && !self.sends(index as u16) {
                if missing == 0 {
                    first = index as u16;
                } else {
                    message = message.text(", ");
                }
                message = message.code(name);
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
        if schema.fields.known(this.index).1.has(FieldFlags::COMPUTED) {
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
        if this.optional && !self.edit && schema.fields.known(this.index).1.has(FieldFlags::REQUIRED) {
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
