//! Which fields tell the rows of a list apart.

use super::{Element, Field};

/// One field, an array of fields, or a tuple of fields of different types.
///
/// `.keyed_by(items::USER_LINE_NO)`, `.keyed_by([line::ITEM_ID])`, `.keyed_by((line::ITEM_ID, line::LINE_NO))`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` doesn't tell rows apart",
    label = "not handles of one element",
    note = "a handle, or an array or a tuple of handles of the same element: `.keyed_by(items::OE_ORDER_ITEM_ID)`, \
            `.keyed_by((line::ITEM_ID, line::LINE_NO))`"
)]
pub trait Keys<E: Element> {
    /// The indexes of the fields.
    fn indexes(self) -> Vec<u16>;
}

#[diagnostic::do_not_recommend]
impl<E: Element, T> Keys<E> for Field<E, T> {
    fn indexes(self) -> Vec<u16> {
        vec![self.index()]
    }
}

#[diagnostic::do_not_recommend]
impl<E: Element, T, const N: usize> Keys<E> for [Field<E, T>; N] {
    fn indexes(self) -> Vec<u16> {
        self.iter().map(|field| field.index()).collect()
    }
}

macro_rules! tuples {
    ($($($type:ident)+;)+) => {$(
        #[diagnostic::do_not_recommend]
        impl<E: Element, $($type),+> Keys<E> for ($(Field<E, $type>,)+) {
            #[allow(non_snake_case, reason = "the type parameters name the fields")]
            fn indexes(self) -> Vec<u16> {
                let ($($type,)+) = self;
                vec![$($type.index()),+]
            }
        }
    )+};
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D F;
    A B C D F G;
}
