//! What setters, keys and conditions take: a trait a kind of value, so that a wrong type is one message with the mend.

use super::{DateTime, Decimal, FieldType, Label, Text, Time};

/// A type that gives a value of a field of type `T`: whatever implements [`FieldType<T>`](FieldType), and borrowed text.
///
/// Keys, conditions of OData and steps of commands take it. Setters take an `Option` too, see [`IntoField`].
#[diagnostic::on_unimplemented(
    message = "a field of type `{T}` doesn't take `{Self}`",
    label = "not a value of this field",
    note = "text is written in quotes, digits too: `\"00198\"`; a number `25` or `dec!(25.00)`, a date \
            `date(2027, 12, 31)`, a label as a variant of its enum, ON and OFF as `true` and `false`",
    note = "for a type of your own, implement `FieldType<{T}>`; for a label, derive `FieldLabel`"
)]
pub trait IntoValue<T> {
    /// The value.
    fn into_value(self) -> T;
}

/// What a field of type `T` can be set to: an [`IntoValue`], or an `Option` of one, where `None` leaves the field alone.
#[diagnostic::on_unimplemented(
    message = "a field of type `{T}` can't be set to `{Self}`",
    label = "not a value of this field",
    note = "text is written in quotes, digits too: `\"00198\"`; a number `25` or `dec!(25.00)`, a date \
            `date(2027, 12, 31)`, a label as a variant of its enum, ON and OFF as `true` and `false`",
    note = "for a type of your own, implement `FieldType<{T}>`; for a label, derive `FieldLabel`"
)]
pub trait IntoField<T> {
    /// The value; `None` leaves the field alone.
    fn into_field_value(self) -> Option<T>;
}

/// What a text field can be set to: text, owned or borrowed, or an `Option` of it.
#[diagnostic::on_unimplemented(
    message = "a text field can't be set to `{Self}`",
    label = "write text: `\"..\"` or a `String`",
    note = "numbers that are text, such as item ids, keep their zeros in quotes: `\"00198\"`; a check box is `\"ON\"` or \
            `\"OFF\"` (`\"Y\"` or `\"N\"` where codes are sent), and P21 refuses `true`; a type of yours implements \
            `FieldType<Text>`"
)]
pub trait IntoText {
    /// The value; `None` leaves the field alone.
    fn into_text(self) -> Option<Text>;
}

/// What a number field can be set to: a [`Decimal`], a whole number, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "a number field can't be set to `{Self}`",
    label = "write `dec!(25.00)`, or a whole number",
    note = "text is read with `text.parse::<Decimal>()?`; `f64` has no exact 0.1, so a price would change on its way"
)]
pub trait IntoDecimal {
    /// The value; `None` leaves the field alone.
    fn into_decimal(self) -> Option<Decimal>;
}

/// What a whole-number field can be set to: integers that fit an `i64`, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "a whole-number field can't be set to `{Self}`",
    label = "write a whole number: `3`",
    note = "integers up to 64 bits are taken, but for `u64`, `usize` and `isize`: `i64::try_from(value)?`; text is read with \
            `text.parse::<i64>()?`"
)]
pub trait IntoInteger {
    /// The value; `None` leaves the field alone.
    fn into_integer(self) -> Option<i64>;
}

/// What a field of `ON` and `OFF` can be set to: a `bool`, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "a field of `ON` and `OFF` can't be set to `{Self}`",
    label = "write `true` or `false`",
    note = "`true` is sent as `ON` (`Y` where codes are sent), `false` as `OFF` (`N`)"
)]
pub trait IntoSwitch {
    /// The value; `None` leaves the field alone.
    fn into_switch(self) -> Option<bool>;
}

/// What a date field can be set to: a [`DateTime`], a [`Date`](super::Date), or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "a date field can't be set to `{Self}`",
    label = "write `date(2027, 12, 31)`",
    note = "text is read with `text.parse::<DateTime>()?`; P21 knows no zones: of a moment, write the server's civil time"
)]
pub trait IntoDateTime {
    /// The value; `None` leaves the field alone.
    fn into_date_time(self) -> Option<DateTime>;
}

/// What a field of a time of day can be set to: a [`Time`], or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "a field of a time of day can't be set to `{Self}`",
    label = "write `Time::constant(8, 30, 0, 0)`",
    note = "text is read with `text.parse::<Time>()?`"
)]
pub trait IntoTime {
    /// The value; `None` leaves the field alone.
    fn into_time(self) -> Option<Time>;
}

/// What a field with labels can be set to: its generated enum, an enum of yours with `#[derive(FieldLabel)]`, or an
/// `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no label of `{L}`",
    label = "write a variant: `{L}::..`",
    note = "a label that only the running program knows is read with `from_label`; an enum of yours derives `FieldLabel`"
)]
pub trait IntoLabel<L> {
    /// The value; `None` leaves the field alone.
    fn into_label(self) -> Option<L>;
}

/// A kind: what has a `FieldType` gives a value, what gives a value can be set, and so can an `Option` of it; and the
/// trait of the kind is what a field of its type takes. None of these is ever the mend, so that none is recommended.
macro_rules! kinds {
    ($($type:ty: $kind:ident $into:ident;)+) => {$(
        #[diagnostic::do_not_recommend]
        impl<V: FieldType<$type>> IntoValue<$type> for V {
            fn into_value(self) -> $type {
                self.into_field()
            }
        }

        #[diagnostic::do_not_recommend]
        impl<V: IntoValue<$type>> $kind for V {
            fn $into(self) -> Option<$type> {
                Some(self.into_value())
            }
        }

        #[diagnostic::do_not_recommend]
        impl<V: IntoValue<$type>> $kind for Option<V> {
            fn $into(self) -> Option<$type> {
                self.map(IntoValue::into_value)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<V: $kind> IntoField<$type> for V {
            fn into_field_value(self) -> Option<$type> {
                self.$into()
            }
        }
    )+};
}

kinds! {
    Text: IntoText into_text;
    Decimal: IntoDecimal into_decimal;
    i64: IntoInteger into_integer;
    bool: IntoSwitch into_switch;
    DateTime: IntoDateTime into_date_time;
    Time: IntoTime into_time;
}

#[diagnostic::do_not_recommend]
impl IntoValue<Text> for &str {
    fn into_value(self) -> Text {
        self.into()
    }
}

/// Borrowed text, which `FieldType` has as what it is borrowed from.
macro_rules! borrowed {
    ($($type:ty),+) => {$(
        #[diagnostic::do_not_recommend]
        impl IntoValue<Text> for $type {
            fn into_value(self) -> Text {
                Text::from(&**self)
            }
        }
    )+};
}

borrowed!(&String, &Text, &&str);

// Labels are types of the bindings' crate, whose own enums may stand for them. That crate could give an `Option` a
// `FieldType`, so that for labels these can't follow from it, and the derive writes them for an enum of its own.

#[diagnostic::do_not_recommend]
impl<L: Label> IntoValue<L> for L {
    fn into_value(self) -> L {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<L: Label> IntoLabel<L> for L {
    fn into_label(self) -> Option<L> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<L: Label, V: IntoLabel<L>> IntoLabel<L> for Option<V> {
    fn into_label(self) -> Option<L> {
        self.and_then(IntoLabel::into_label)
    }
}

#[diagnostic::do_not_recommend]
impl<L: Label, V: IntoLabel<L>> IntoField<L> for V {
    fn into_field_value(self) -> Option<L> {
        self.into_label()
    }
}
