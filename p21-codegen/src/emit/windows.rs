//! What is known of a service's window -> the statics that a client reads.

use std::collections::BTreeSet;

use p21_model::schema::{Dialog, Door, Named, NewKey, Opening, PopupEntry, Proof, Stages, WindowFact, WindowFactKind};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::once::{Once, Within};
use super::rules::{self, indexes, occasion, unknown};
use super::{Context, docs, ident};

/// A fact as an expression.
pub(crate) fn fact(fact: &WindowFact, once: &Once<'_>) -> TokenStream {
    let (kind, why) = (kind(&fact.kind), once.why(&fact.why, Within::Service));
    quote!(window_fact(#kind, #why))
}

/// The constants of what a program may say to the window beside a record, as a module; nothing where there is nothing.
pub(crate) fn module(context: &Context<'_>) -> TokenStream {
    let marker = ident(&context.marker);
    let mut constants: Vec<TokenStream> = Vec::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    for fact in context.schema.windows.iter() {
        let (sentence, evidence) = (rules::sentence(&fact.why.consequence), docs::prose(&fact.why.evidence));
        let mut constant = |name: String, about: String, of: TokenStream, made: TokenStream| {
            // Rules of several versions may name the same.
            if known.insert(name.clone()) {
                let (name, doc) =
                    (ident(&name), docs::outer(&[about, String::new(), format!("{sentence} ({evidence}).")]));
                constants.push(quote!(#doc pub const #name: #of = #made;));
            }
        };
        match &fact.kind {
            WindowFactKind::Dialog(dialog) => {
                let asks = &*dialog.name;
                for (answer, _) in dialog.answers.iter() {
                    let about = format!("The answer {} to {}.", docs::code(answer), docs::code(asks));
                    let made = quote!(super::p21::answer(#asks, #answer));
                    let of = quote!(super::p21::Answer<super::#marker>);
                    constant(format!("{asks}_{answer}").to_uppercase(), about, of, made);
                }
            }
            WindowFactKind::PopupEntry(entry) => {
                let element = index(entry.element);
                let module = context.sibling(entry.element).to_string();
                for field in entry.more.iter() {
                    let (popup, rows) = (docs::code(field), docs::code(&module));
                    let about = format!("The field {popup} of the popup that adds rows of {rows}.");
                    let made = quote!(super::p21::popup_field(#element, #field));
                    let of = quote!(super::p21::PopupField<super::#marker>);
                    constant(format!("{}_{field}", module.trim_end_matches('_')).to_uppercase(), about, of, made);
                }
            }
            _ => {}
        }
    }
    if constants.is_empty() {
        return TokenStream::new();
    }
    let doc = docs::outer(&["What a program may say to the window beside a record.".to_owned()]);
    quote!(#doc pub mod window { #(#constants)* })
}

fn kind(kind: &WindowFactKind) -> TokenStream {
    match kind {
        WindowFactKind::Opening(said) => opening(said),
        WindowFactKind::Place(place) => {
            let (element, page, names) = (index(place.element), &*place.page, place.datawindows.iter());
            let band = place.band;
            quote!(place(#element, #page, &[#(#names),*], #band))
        }
        WindowFactKind::KeyEntry(entry) => {
            let (element, fields, with) = (index(entry.element), indexes(&entry.fields), indexes(&entry.with));
            let new = match entry.new {
                NewKey::Given => quote!(Given),
                NewKey::AssignedAndTold => quote!(AssignedAndTold),
                NewKey::AssignedAndShown => quote!(AssignedAndShown),
                _ => return unknown(),
            };
            quote!(key_entry(#element, #fields, #with, NewKey::#new))
        }
        WindowFactKind::Stages(said) => stages(said),
        WindowFactKind::FirstRow { element } => {
            let element = index(*element);
            quote!(first_row(#element))
        }
        WindowFactKind::CursorKey { element, field } => {
            let [element, field] = [*element, *field].map(index);
            quote!(cursor_key(#element, #field))
        }
        WindowFactKind::SeparateCalls { element, fields } => {
            let (element, fields) = (index(*element), indexes(fields));
            quote!(separate_calls(#element, #fields))
        }
        WindowFactKind::Selector { element, fields, on } => {
            let (element, fields, on) = (index(*element), indexes(fields), occasion(*on));
            quote!(selector(#element, #fields, #on))
        }
        WindowFactKind::Detail(said) => {
            let [element, list] = [said.element, said.list].map(index);
            let (fields, of) = (indexes(&said.fields), indexes(&said.of));
            quote!(detail(#element, #list, #fields, #of))
        }
        WindowFactKind::PopupEntry(entry) => popup_entry(entry),
        WindowFactKind::Dialog(said) => dialog(said),
        WindowFactKind::Proof { element, by } => {
            let (element, by) = (index(*element), proof(by));
            quote!(proof(#element, #by))
        }
        WindowFactKind::Door { elements, on, door } => {
            let (elements, on) = (indexes(elements), occasion(*on));
            let door = match door {
                Door::Transaction => quote!(Transaction),
                Door::Window => quote!(Window),
                Door::Commands => quote!(Commands),
                Door::TransactionThenWindow => quote!(TransactionThenWindow),
                _ => return unknown(),
            };
            quote!(door(#elements, #on, Door::#door))
        }
        _ => unknown(),
    }
}

fn opening(said: &Opening) -> TokenStream {
    let (title, class) = (&*said.title, &*said.class);
    let xml = match &said.xml {
        Some(xml) => {
            let (menu, service) = (&*xml.menu, &*xml.service);
            let (datawindows, tabs) = (named(&xml.datawindows), named(&xml.tabs));
            quote!(Some(xml_names(#menu, #service, #datawindows, #tabs)))
        }
        None => quote!(None),
    };
    quote!(opening(#title, #class, #xml))
}

fn stages(said: &Stages) -> TokenStream {
    let (on, elements) = (occasion(said.on), indexes(said.elements()));
    let [fields, wants, unlocks] = said.places().map(|places| {
        let (fields, ends) = (indexes(places.fields()), indexes(places.ends()));
        quote!(places(#fields, #ends))
    });
    quote!(stages(#on, #elements, #fields, #wants, #unlocks))
}

fn popup_entry(entry: &PopupEntry) -> TokenStream {
    let element = index(entry.element);
    let names = [&entry.tool, &entry.class, &entry.datawindow, &entry.done].map(|name| &**name);
    let (fields, compare) = (named(&entry.fields), joined(&entry.compare));
    let (more, areas, stored_only) = (entry.more.iter(), &*entry.areas, entry.stored_only);
    quote!(popup_entry(
        #element,
        [#(#names),*],
        #fields,
        &[#(#more),*],
        #areas,
        #compare,
        #stored_only
    ))
}

fn dialog(said: &Dialog) -> TokenStream {
    let names = [&said.name, &said.class, &said.says].map(|name| &**name);
    let typed = match &said.typed {
        Some((element, fields)) => {
            let (element, fields) = (index(*element), indexes(fields));
            quote!(Some((#element, #fields)))
        }
        None => quote!(None),
    };
    let answers = said.answers.iter().map(|(answer, tool)| quote!((#answer, #tool)));
    let always = match said.always {
        Some(answer) => {
            let answer = index(answer);
            quote!(Some(#answer))
        }
        None => quote!(None),
    };
    let (on_save, certain) = (said.on_save, said.certain);
    quote!(dialog([#(#names),*], #typed, #on_save, &[#(#answers),*], #always, #certain))
}

fn proof(by: &Proof) -> TokenStream {
    match by {
        Proof::Read => quote!(Proof::Read),
        Proof::Nothing => quote!(Proof::Nothing),
        Proof::Table { table, join, row, columns } => {
            let (table, join, row, columns) = (&**table, joined(join), &**row, named(columns));
            quote!(by_table(#table, #join, #row, #columns))
        }
        _ => unknown(),
    }
}

fn named(named: &Named<u16>) -> TokenStream {
    let (names, of) = (named.names().iter(), indexes(named.of()));
    quote!(named(&[#(#names),*], #of))
}

fn joined(joined: &Named<(u16, u16)>) -> TokenStream {
    let names = joined.names().iter();
    let of = joined.of().iter().map(|(element, field)| {
        let [element, field] = [*element, *field].map(index);
        quote!((#element, #field))
    });
    quote!(named(&[#(#names),*], &[#(#of),*]))
}

fn index(index: u16) -> Literal {
    Literal::u16_unsuffixed(index)
}
