//! A service -> its root module.

use p21_model::schema::{Elsewhere, Endpoint, RuleKind};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::once::Within;
use super::{Context, alias, docs, ident, rules, windows};

/// The items of a service's root module, which declares the elements' modules.
pub(crate) fn tokens(context: &Context<'_>) -> TokenStream {
    let (runtime, schema, once) = (context.runtime, context.schema, &context.once);
    let constants = once.constants();
    let marker = ident(&context.marker);
    let (name, version) = (&*schema.name, rules::version(schema.version));
    let modules: Vec<_> = schema.elements.iter().map(|element| ident(&element.module)).collect();
    let doc = docs::inner(&describe(context));
    let aliases = alias::outer(&context.marker, [name]);
    let marker_doc = docs::outer(&[format!("The service {}.", docs::code(name))]);
    let endpoint = match schema.endpoint {
        Endpoint::Transaction => quote!(Endpoint::Transaction),
        Endpoint::Commands => quote!(Endpoint::Commands),
        Endpoint::PdfReport => quote!(Endpoint::PdfReport),
        _ => rules::unknown(),
    };
    let takes = match schema.endpoint {
        Endpoint::Transaction => quote!(#[diagnostic::do_not_recommend] impl p21::Transactional for #marker {}),
        Endpoint::PdfReport => quote!(#[diagnostic::do_not_recommend] impl p21::Report for #marker {}),
        _ => quote!(),
    };
    let key = super::key::tokens(context);
    let record = schema.key.iter().map(|key| {
        let (element, why) = (Literal::u16_unsuffixed(key.element), once.why(&key.why, Within::Service));
        let fields = key.fields.iter().map(|field| Literal::u16_unsuffixed(*field));
        quote!(.key(#element, &[#(#fields),*], #why))
    });
    let wants_codes = schema.wants_codes.iter().map(|reason| {
        let why = once.why(reason, Within::Service);
        quote!(.wants_codes(#why))
    });
    let sequences: Vec<_> = schema.sequences.iter().map(|sequence| rules::sequence(sequence, once)).collect();
    let quirks: Vec<_> = schema.quirks.iter().map(|quirk| rules::quirk(quirk, once)).collect();
    // Notes are documentation: no check reads them.
    let is_note = |other: &&Elsewhere| matches!(other, Elsewhere::Rule { rule, .. } if matches!(rule.kind, RuleKind::Note { .. }));
    let elsewhere: Vec<_> =
        schema.elsewhere.iter().filter(|other| !is_note(other)).map(|other| rules::elsewhere(other, once)).collect();
    let (sequences, with_sequences) = list("SEQUENCES", "Sequence", "sequences", &sequences);
    let (quirks, with_quirks) = list("QUIRKS", "QuirkOf", "quirks", &quirks);
    let windows: Vec<_> = schema.windows.iter().map(|fact| windows::fact(fact, once)).collect();
    let said_to_window = windows::module(context);
    let (windows, with_windows) = list("WINDOWS", "WindowFact", "windows", &windows);
    let (elsewhere, with_elsewhere) = list("ELSEWHERE", "Elsewhere", "elsewhere", &elsewhere);
    let read = read(schema.elements.len());
    quote! {
        #doc
        #![allow(missing_docs, clippy::all, clippy::pedantic, reason = "generated; fields are described at their setters")]

        use #runtime::bindings::v1 as p21;

        #(pub mod #modules;)*

        #marker_doc
        #aliases
        #[derive(Clone, Copy, Debug)]
        pub struct #marker;

        /// One record's worth of rows.
        pub type Transaction = p21::Transaction<#marker>;

        /// Transactions to send in one call.
        pub type TransactionSet = p21::TransactionSet<#marker>;

        /// A record read back.
        pub type Record = p21::Record<#marker>;

        #[diagnostic::do_not_recommend]
        impl p21::Service for #marker {
            const SCHEMA: &'static p21::ServiceSchema = &schema::SERVICE;
        }

        #takes

        #key

        #said_to_window

        mod schema {
            use #runtime::bindings::v1::*;

            pub(super) static SERVICE: ServiceSchema = service(
                #name,
                #version,
                #endpoint,
                &[#(&super::#modules::schema::ELEMENT),*],
            )#(#wants_codes)*#(#record)*#with_sequences #with_quirks #with_elsewhere #with_windows.build();

            #read

            #sequences

            #quirks

            #elsewhere

            #windows

            #constants
        }
    }
}

/// Where the elements' fields are kept once somebody asked for them: one static, since each costs as much to compile.
fn read(elements: usize) -> TokenStream {
    if elements == 0 {
        return TokenStream::new();
    }
    let count = Literal::usize_unsuffixed(elements);
    quote!(pub(super) static READ: [FieldsRead; #count] = [const { FieldsRead::new() }; #count];)
}

/// A list as a static of its own, and the call that takes it over; nothing of an empty one.
pub(super) fn list(name: &str, of: &str, method: &str, items: &[TokenStream]) -> (TokenStream, TokenStream) {
    if items.is_empty() {
        return Default::default();
    }
    let (name, of, method) = (ident(name), ident(of), ident(method));
    let count = Literal::usize_unsuffixed(items.len());
    (quote!(static #name: [#of; #count] = [#(#items,)*];), quote!(.#method(&#name)))
}

fn describe(context: &Context<'_>) -> Vec<String> {
    let schema = context.schema;
    let fields: usize = schema.elements.iter().map(|element| element.fields.len()).sum();
    let mut lines = vec![format!(
        "Service {} of P21 {}: {} elements, {fields} fields.",
        docs::code(&schema.name),
        schema.version,
        schema.elements.len()
    )];
    let endpoint = match schema.endpoint {
        Endpoint::Commands => Some("Driven through the commands endpoint: as a transaction P21 refuses it."),
        Endpoint::PdfReport => Some("A report: as a transaction P21 answers `Succeeded` and prints nothing."),
        _ => None,
    };
    lines.extend(endpoint.into_iter().flat_map(|line| [String::new(), line.to_owned()]));
    if let Some(why) = &schema.wants_codes {
        let (sentence, evidence) = (rules::sentence(&why.consequence), docs::prose(&why.evidence));
        lines.extend([String::new(), format!("Sent with `UseCodeValues`: {sentence} ({evidence}).")]);
    }
    for sequence in schema.sequences.iter() {
        let names = sequence.elements.iter().map(|index| context.sibling(*index).to_string());
        let order = names.map(|name| format!("[`{name}`](mod@{name})")).collect::<Vec<_>>().join(", then ");
        let (sentence, evidence) = (rules::sentence(&sequence.why.consequence), docs::prose(&sequence.why.evidence));
        lines.extend([String::new(), format!("Order of elements: {order}. {sentence} ({evidence}).")]);
    }
    lines
}
