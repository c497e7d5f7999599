//! A map held against its service and its input.

use std::collections::BTreeMap;
use std::ops::Range;

use p21_model::definition::ServiceDefinition;
use p21_model::name::nearest;
use p21_model::schema::{ElementSchema, Endpoint, FieldSchema, ServiceSchema, ValueType};
use toml::Spanned;

use super::file::{At, Column, DoorName, From, Records, Settle as Settling};
use super::{Field, Map, Mapped, Mistake, Origin, Read, Settle, position, value};

/// A field that is mapped, and where.
struct Found<'s> {
    field: &'s FieldSchema,
    index: u16,
    from: &'s Spanned<From>,
}

struct Compiler<'m> {
    read: &'m Read,
    schema: &'static ServiceSchema,
    definition: &'m ServiceDefinition,
    /// The input's file and its columns; JSON lines have none.
    header: Option<(&'m str, &'m [String])>,
    mistakes: Vec<Mistake>,
}

pub(super) fn compile(
    read: &Read,
    schema: &'static ServiceSchema,
    definition: &ServiceDefinition,
    header: Option<(&str, &[String])>,
) -> Result<Map, Vec<Mistake>> {
    let mut compiler = Compiler { read, schema, definition, header, mistakes: Vec::new() };
    let map = compiler.map();
    let mut mistakes = compiler.mistakes;
    match mistakes.is_empty() {
        true => Ok(map),
        false => {
            mistakes.sort_by_key(|mistake| (mistake.file != read.name, mistake.line));
            Err(mistakes)
        }
    }
}

impl<'m> Compiler<'m> {
    fn map(&mut self) -> Map {
        let file = &self.read.file;
        let refused = match (self.schema.endpoint, file.door) {
            (Endpoint::PdfReport, _) => Some("is a report: it prints, and has no records that rows could become"),
            (Endpoint::Commands, DoorName::Transactions) => Some("takes steps of its window, and no transactions"),
            _ => None,
        };
        if let Some(why) = refused {
            let at = file.service.as_ref().map_or(0..0, Spanned::span);
            self.mistake(at, format!("`{}` {why}", self.schema.name));
        }
        if file.element.is_empty() {
            let problem =
                "the map has no element: write `[element.\"FORM.form\"]` with a line `field = \"column\"` each";
            self.mistake(0..0, problem.to_owned());
        }
        let mut found: BTreeMap<u16, (&At, &'static ElementSchema, Vec<Found<'m>>)> = BTreeMap::new();
        for (name, fields) in &file.element {
            let Some(element) = self.element(name) else { continue };
            let mut all = fields.values().map(Spanned::get_ref);
            if !fields.is_empty() && all.all(|from| matches!(from, From::Column(column) if self.lacks(column))) {
                continue;
            }
            let fields = self.fields(element, fields);
            if let Some((other, ..)) = found.insert(element.index, (name, element, fields)) {
                let problem = format!("`{}` is mapped already, as `{}`", name.get_ref(), other.get_ref());
                self.mistake(name.span(), problem);
            }
        }
        for (name, _, _) in found.values().filter(|(_, element, _)| {
            element.parent.as_ref().is_some_and(|parent| !found.contains_key(&parent.element))
        }) {
            let problem =
                format!("a row of `{}` stands below one of its parent, which the map has not", name.get_ref());
            self.mistake(name.span(), problem);
        }
        self.keys(&found);
        if file.records == Records::New {
            self.required(&found);
        }
        let settle = self.settle(&found);
        let columns = self.columns();
        let of_columns = file.element.values().flat_map(BTreeMap::values);
        let optional = of_columns.filter_map(|from| match from.get_ref() {
            From::Column(column) if column.optional => Some(column.name.clone()),
            _ => None,
        });
        let form = self.schema.record_key().map(|(form, _)| form.index);
        let elements = self.in_order(&found).into_iter().map(|index| {
            let (_, element, fields) = &found[&index];
            let is_needed =
                fields.iter().any(|one| matches!(one.from.get_ref(), From::Column(column) if column.required));
            let fields = fields.iter().map(|one| Field {
                index: one.index,
                from: match one.from.get_ref() {
                    From::Column(column) => Origin::Column(column.clone()),
                    From::Value(text) => Origin::Value(value::wire(one.field, text).unwrap_or_default()),
                },
                is_required: file.records == Records::New && one.field.is_required(),
            });
            Mapped {
                element,
                keys: self.keys_of(element),
                fields: fields.collect(),
                may_be_left_out: Some(index) != form && !is_needed,
            }
        });
        let texts = |all: &[At]| all.iter().map(|one| one.get_ref().clone()).collect();
        Map {
            schema: self.schema,
            door: file.door,
            elements: elements.collect(),
            settle,
            idempotency: texts(&file.idempotency),
            columns,
            optional: optional.collect(),
            ignored: texts(&file.ignore),
        }
    }

    fn mistake(&mut self, at: Range<usize>, problem: String) {
        // Nobody has the file of a workflow at hand.
        let (line, column) = if self.read.is_built_in { (0, 0) } else { position(&self.read.text, at.start) };
        let file = self.read.name.clone();
        self.mistakes.push(Mistake { file, line, column: column.to_string(), problem });
    }

    /// An element by its name, or by that of its module in bindings.
    fn element(&mut self, name: &At) -> Option<&'static ElementSchema> {
        let text = name.get_ref();
        let all = self.schema.elements.iter();
        let element = all.into_iter().find(|element| element.name == *text || element.module == *text);
        if element.is_none() {
            let names = self.schema.elements.iter().flat_map(|element| [&*element.name, &*element.module]);
            let near = nearest(text, names).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            let problem = format!("`{}` has no element `{}`{near}", self.schema.name, text.escape_debug());
            self.mistake(name.span(), problem);
        }
        element
    }

    fn fields(&mut self, element: &'static ElementSchema, fields: &'m BTreeMap<At, Spanned<From>>) -> Vec<Found<'m>> {
        let mut found = Vec::new();
        for (name, from) in fields {
            let Some((index, field)) = self.field(element, name) else { continue };
            if matches!(from.get_ref(), From::Column(column) if self.lacks(column)) {
                continue;
            }
            if field.is_computed() {
                let problem = format!("`{}` is computed by P21: it can be read and never written", field.name);
                self.mistake(name.span(), problem);
            }
            if let From::Value(text) = from.get_ref()
                && let Err(problem) = value::wire(field, text)
            {
                self.mistake(from.span(), problem);
            }
            let is_number = matches!(field.value_type, ValueType::Decimal | ValueType::Integer);
            if matches!(from.get_ref(), From::Column(column) if column.at_least.is_some() && !is_number) {
                let problem = format!("`{}` has no numbers, and `at_least` is for those", field.name);
                self.mistake(from.span(), problem);
            }
            found.push(Found { field, index, from });
        }
        found
    }

    /// Whether the input lacks a column that it may lack.
    fn lacks(&self, column: &Column) -> bool {
        column.optional && self.header.is_some_and(|(_, header)| !header.contains(&column.name))
    }

    fn field(&mut self, element: &'static ElementSchema, name: &At) -> Option<(u16, &'static FieldSchema)> {
        let found = element.field(name.get_ref());
        if found.is_none() {
            let near = nearest(name.get_ref(), element.fields.iter().map(|field| &*field.name));
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            let problem = format!("`{}` has no field `{}`{near}", element.name, name.get_ref().escape_debug());
            self.mistake(name.span(), problem);
        }
        found
    }

    fn keys(&mut self, found: &BTreeMap<u16, (&At, &'static ElementSchema, Vec<Found<'m>>)>) {
        for (name, keys) in &self.read.file.keys {
            let Some(element) = self.element(name) else { continue };
            for key in keys {
                let Some((index, _)) = self.field(element, key) else { continue };
                let is_mapped =
                    found.get(&element.index).is_some_and(|(.., fields)| fields.iter().any(|one| one.index == index));
                if !is_mapped {
                    let problem = format!("the key `{}` of `{}` has no column", key.get_ref(), element.name);
                    self.mistake(key.span(), problem);
                }
            }
        }
    }

    fn keys_of(&self, element: &ElementSchema) -> Vec<String> {
        let of = |name: &At| element.name == *name.get_ref() || element.module == *name.get_ref();
        let keys = self.read.file.keys.iter().find(|(name, _)| of(name));
        keys.map(|(_, keys)| keys.iter().map(|key| key.get_ref().clone()).collect()).unwrap_or_default()
    }

    /// What a new record needs, and the map has not.
    fn required(&mut self, found: &BTreeMap<u16, (&At, &'static ElementSchema, Vec<Found<'m>>)>) {
        if let Some((form, _)) = self.schema.record_key()
            && !found.contains_key(&form.index)
            && !found.is_empty()
        {
            let problem =
                format!("a new record needs a row of `{}`: map it, or say `records = \"existing\"`", form.name);
            self.mistake(0..0, problem);
        }
        for (name, element, fields) in found.values() {
            let missing = element.required().filter(|field| !fields.iter().any(|one| one.field.name == field.name));
            let missing: Vec<&str> = missing.map(|field| &*field.name).collect();
            for field in missing {
                let problem = format!(
                    "`{}` wants `{field}` in a new row, and nothing is mapped to it: map a column, give a `value`, or say \
                     `records = \"existing\"`",
                    element.name
                );
                self.mistake(name.span(), problem);
            }
        }
    }

    fn settle(&mut self, found: &BTreeMap<u16, (&At, &'static ElementSchema, Vec<Found<'m>>)>) -> Settle {
        let file = &self.read.file;
        let at = file.settle.span();
        if *file.settle.get_ref() != Settling::Find
            && let Some(first) = file.find.first()
        {
            self.mistake(first.span(), "`find` is for `settle = \"find\"`".to_owned());
        }
        if *file.settle.get_ref() == Settling::Nothing {
            return Settle::Nothing;
        }
        let Some((form, keys)) = self.schema.record_key() else {
            let problem =
                format!("nobody knows what the key of a record of `{}` is: only `nothing` goes", self.schema.name);
            self.mistake(at, problem);
            return Settle::Nothing;
        };
        let mapped = |field: &str| {
            found.get(&form.index).and_then(|(.., fields)| fields.iter().find(|one| one.field.name == *field))
        };
        if *file.settle.get_ref() == Settling::Key {
            for key in keys.iter().filter(|key| mapped(key).is_none()) {
                let problem = format!(
                    "the key has `{key}` of `{}`, and nothing is mapped to it: map it, or `settle = \"find\"` by what finds a \
                     record whose number P21 gives",
                    form.name
                );
                self.mistake(at.clone(), problem);
            }
            let fields = keys.into_iter().map(str::to_owned).collect();
            return Settle::Key { element: form.name.to_string(), fields };
        }
        if file.find.is_empty() {
            let problem = "`settle = \"find\"` wants `find = [..]`: fields of the form that identify a new record";
            self.mistake(at.clone(), problem.to_owned());
        }
        let column = |field: &str| {
            let element = self.definition.elements.iter().find(|element| form.name == *element.name)?;
            let (table, column) = element.field(field)?.db_column.as_deref()?.split_once('.')?;
            Some((table.to_owned(), column.to_owned()))
        };
        let named: Vec<(String, Option<(String, String)>)> =
            keys.iter().map(|key| ((*key).to_owned(), column(key))).collect();
        let table = named.iter().find_map(|(_, column)| Some(column.as_ref()?.0.clone()));
        let keys = named.into_iter().filter_map(|(key, column)| Some((key, column?.1))).collect();
        let Some(table) = table else {
            let problem =
                format!("the definition of `{}` names no table of the key: only `key` and `nothing` go", form.name);
            self.mistake(at, problem);
            return Settle::Nothing;
        };
        let mut wanted = Vec::new();
        let mut mistakes = Vec::new();
        for name in &file.find {
            let Some((_, field)) = form.field(name.get_ref()) else {
                mistakes
                    .push((name.span(), format!("`{}` has no field `{}`", form.name, name.get_ref().escape_debug())));
                continue;
            };
            let is_number = matches!(field.value_type, ValueType::Decimal | ValueType::Integer);
            match column(&field.name).filter(|(of, _)| *of == table) {
                _ if mapped(&field.name).is_none() => {
                    mistakes.push((name.span(), format!("nothing is mapped to `{}`, so it finds nothing", field.name)));
                }
                _ if !is_number && field.value_type != ValueType::Text => {
                    let problem = format!("`{}` is neither text nor number: name a field that is", field.name);
                    mistakes.push((name.span(), problem));
                }
                Some((_, column)) => wanted.push((field.name.to_string(), column, is_number)),
                None => {
                    let problem = format!("the definition names no column of `{table}` for `{}`", field.name);
                    mistakes.push((name.span(), problem));
                }
            }
        }
        mistakes.into_iter().for_each(|(at, problem)| self.mistake(at, problem));
        Settle::Find { element: form.name.to_string(), table, keys, wanted }
    }

    /// Every column that the map names, held against those that there are.
    fn columns(&mut self) -> Vec<String> {
        let file = &self.read.file;
        let mut named: Vec<(String, Range<usize>)> = Vec::new();
        for from in file.element.values().flat_map(BTreeMap::values) {
            if let From::Column(column) = from.get_ref()
                && !self.lacks(column)
            {
                named.push((column.name.clone(), from.span()));
            }
        }
        named.extend(file.idempotency.iter().chain(&file.ignore).map(|one| (one.get_ref().clone(), one.span())));
        if let Some((input, header)) = self.header {
            for (place, (name, at)) in named.iter().enumerate() {
                let is_said = named[..place].iter().any(|(earlier, _)| earlier == name);
                if !is_said && !header.contains(name) {
                    let near = nearest(name, header.iter().map(String::as_str));
                    let near = near.map_or_else(
                        || format!("there are {}", header.join(", ")),
                        |near| format!("did you mean `{near}`?"),
                    );
                    self.mistake(at.clone(), format!("{input} has no column `{}`; {near}", name.escape_debug()));
                }
            }
            for unread in header.iter().filter(|name| !named.iter().any(|(known, _)| known == *name)) {
                let unread = unread.escape_debug().to_string();
                self.mistakes.push(Mistake {
                    file: input.to_owned(),
                    line: 1,
                    column: format!(" column {unread}"),
                    problem: format!("nothing in the map reads it: map it, or `ignore = [\"{unread}\"]`"),
                });
            }
        }
        let mut columns: Vec<String> = named.into_iter().map(|(name, _)| name).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// The elements as they leave: in their order, children behind their parent, and as rules want them.
    fn in_order(&self, found: &BTreeMap<u16, (&At, &'static ElementSchema, Vec<Found<'m>>)>) -> Vec<u16> {
        let mut order: Vec<u16> = Vec::new();
        for (index, (_, element, _)) in found {
            let parent = element.parent.as_ref().and_then(|parent| order.iter().position(|at| *at == parent.element));
            match parent {
                Some(at) => order.insert(at + 1, *index),
                None => order.push(*index),
            }
        }
        for sequence in self.schema.sequences.iter() {
            let wanted: Vec<u16> = sequence.elements.iter().copied().filter(|index| order.contains(index)).collect();
            let mut wanted_in_turn = wanted.iter().copied();
            let is_of = |index: &u16| wanted.contains(index);
            for place in order.iter_mut().filter(|index| is_of(index)) {
                *place = wanted_in_turn.next().unwrap_or(*place);
            }
        }
        order
    }
}
