//! The fields of an element -> the text that they are written as. `p21_model` reads it, and says there how it looks.

use p21_model::schema::{FieldFlags, FieldSchema, ValueType};

/// A line a field.
pub(super) fn text<'a>(fields: impl IntoIterator<Item = &'a FieldSchema>) -> String {
    fields.into_iter().map(line).collect()
}

/// Whether the values of a field stand in a list beside the text.
pub(super) fn is_listed(field: &FieldSchema) -> bool {
    field.value_type == ValueType::Label || super::schema::has_known_values(field)
}

fn line(field: &FieldSchema) -> String {
    let mut line = name(&field.name);
    line.push(' ');
    line += match field.value_type {
        _ if is_listed(field) => "listed",
        ValueType::Text => "text",
        ValueType::Decimal => "decimal",
        ValueType::Integer => "integer",
        ValueType::Switch => "switch",
        ValueType::DateTime => "date",
        ValueType::Time => "time",
        ValueType::Label => "listed",
    };
    let flags = [
        (FieldFlags::REQUIRED, " required"),
        (FieldFlags::COMPUTED, " computed"),
        (FieldFlags::OPEN, " open"),
        (FieldFlags::ODD_NAME, " odd"),
        (FieldFlags::CORRECTED, " corrected"),
    ];
    line.extend(flags.into_iter().filter(|(flag, _)| field.flags.has(*flag)).map(|(_, word)| word));
    line.push(':');
    let label = field.label.trim();
    if !label.is_empty() {
        line.push(' ');
        line += &escaped(label);
    }
    line.push('\n');
    line
}

/// A name as one word.
fn name(name: &str) -> String {
    if name.is_empty() {
        return "\\e".to_owned();
    }
    escaped(name).replace(' ', "\\s")
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use p21_model::bindings::v1::{FieldsRead, Values, form};
    use proptest::prelude::*;

    use super::*;

    /// Names and labels of a server, whatever they are.
    fn any_text() -> impl Strategy<Value = String> {
        const ODD: &[&str] =
            &["", " ", "\\", "\\n", "\\s", "\\e", "\n", "\r\n", "\t", "\"", ":", ": ", " required:", "ä", "\u{2028}"];
        prop_oneof![
            2 => "[a-z_]{1,12}",
            1 => ".{0,8}",
            1 => "[\\\\sne :\"\n\r\t]{0,8}",
            1 => prop::sample::select(ODD).prop_map(str::to_owned),
        ]
    }

    fn any_type() -> impl Strategy<Value = ValueType> {
        use ValueType::{DateTime, Decimal, Integer, Label, Switch, Text, Time};
        prop::sample::select(vec![Text, Decimal, Integer, Switch, DateTime, Time, Label])
    }

    fn any_field() -> impl Strategy<Value = FieldSchema> {
        (any_text(), any_text(), any_type(), 0..32_u8, any::<bool>()).prop_map(
            |(name, label, value_type, bits, listed)| {
                let all = [
                    FieldFlags::REQUIRED,
                    FieldFlags::COMPUTED,
                    FieldFlags::OPEN,
                    FieldFlags::ODD_NAME,
                    FieldFlags::CORRECTED,
                ];
                let set = (0..).zip(all).filter(|(at, _)| bits & (1 << at) != 0);
                let flags = set.fold(FieldFlags::NONE, |flags, (_, flag)| flags.and(flag));
                let (values, codes): (&[_], &[_]) = match value_type {
                    ValueType::Switch => (&["ON", "OFF"], &[]),
                    ValueType::Label => (&["A", "B"], &[("A", "1")]),
                    _ if listed => (&["A"], &[]),
                    _ => (&[], &[]),
                };
                let mut field = FieldSchema::with_labels("", "", value_type, flags, values, codes);
                (field.name, field.label) = (name.into(), label.into());
                field
            },
        )
    }

    /// What is kept of a test's schema for good.
    fn kept<T: ?Sized>(kept: Box<T>) -> &'static T {
        Box::leak(kept)
    }

    fn lists(fields: &[FieldSchema]) -> &'static [Values] {
        let list = |field: &FieldSchema| match field.value_type {
            ValueType::Label => Values::known(ValueType::Label, &["A", "B"], &[("A", "1")]),
            other => Values::known(other, &["A"], &[]),
        };
        kept(fields.iter().filter(|field| is_listed(field)).map(list).collect())
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_it_was(fields in prop::collection::vec(any_field(), 0..8)) {
            let element = form("A.b", "b", "", 0, kept(Box::new(FieldsRead::new())));
            let read = element.fields(kept(text(&fields).into())).lists(lists(&fields)).build();
            prop_assert_eq!(read.fields.len(), fields.len());
            for (read, field) in read.fields.iter().zip(&fields) {
                prop_assert_eq!(&*read.name, &*field.name);
                prop_assert_eq!(&*read.label, field.label.trim());
                prop_assert_eq!((read.value_type, read.flags), (field.value_type, field.flags));
                prop_assert!(read.values.iter().eq(field.values.iter()) && read.codes.iter().eq(field.codes.iter()));
            }
        }
    }

    #[test]
    fn it_reads_as_people_write() {
        let mut price = FieldSchema::new("price", "Price: each", ValueType::Decimal, FieldFlags::REQUIRED);
        let total = FieldSchema::new("cf_total", "", ValueType::Text, FieldFlags::COMPUTED.and(FieldFlags::CORRECTED));
        assert_eq!(text([&price, &total]), "price decimal required: Price: each\ncf_total text computed corrected:\n");
        price.name = "unit \\ price".into();
        assert_eq!(text([&price]), "unit\\s\\\\\\sprice decimal required: Price: each\n");
    }
}
