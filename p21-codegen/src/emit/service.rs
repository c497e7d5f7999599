//! A service -> its root module.

use p21_model::schema::{Elsewhere, Endpoint, RuleKind};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{Context, docs, ident, rules};

/// The items of a service's root module, which declares the elements' modules.
pub(crate) fn tokens(context: &Context<'_>) -> TokenStream {
    let (runtime, schema) = (context.runtime, context.schema);
    let marker = ident(&context.marker);
    let (name, version) = (&*schema.name, rules::version(schema.version));
    let modules: Vec<_> = schema.elements.iter().map(|element| ident(&element.module)).collect();
    let doc = docs::inner(&describe(context));
    let marker_doc = docs::outer(&[format!("The service {}.", docs::code(name))]);
    let endpoint = match schema.endpoint {
        Endpoint::Transaction => quote!(Transaction),
        Endpoint::Commands => quote!(Commands),
        Endpoint::PdfReport => quote!(PdfReport),
    };
    let takes = match schema.endpoint {
        Endpoint::Transaction => quote!(#[diagnostic::do_not_recommend] impl p21::Transactional for #marker {}),
        Endpoint::PdfReport => quote!(#[diagnostic::do_not_recommend] impl p21::Report for #marker {}),
        Endpoint::Commands => quote!(),
    };
    let wants_codes = match &schema.wants_codes {
        Some(why) => {
            let why = rules::why(why);
            quote!(Some(#why))
        }
        None => quote!(None),
    };
    let sequences = schema.sequences.iter().map(rules::sequence);
    let sequence_count = Literal::usize_unsuffixed(schema.sequences.len());
    // Notes are documentation: no check reads them.
    let is_note = |other: &&Elsewhere| matches!(other, Elsewhere::Rule { rule, .. } if matches!(rule.kind, RuleKind::Note { .. }));
    let elsewhere = schema.elsewhere.iter().filter(|other| !is_note(other)).map(rules::elsewhere);
    quote! {
        #doc
        #![allow(missing_docs, clippy::all, clippy::pedantic, reason = "generated; fields are described at their setters")]

        use #runtime::bindings as p21;

        #(pub mod #modules;)*

        #marker_doc
        #[derive(Clone, Copy, Debug)]
        pub struct #marker;

        /// One record's worth of rows.
        pub type Transaction = p21::Transaction<#marker>;

        /// Transactions to send in one call.
        pub type TransactionSet = p21::TransactionSet<#marker>;

        /// A record read back.
        pub type Record = p21::Record<#marker>;

        impl p21::Service for #marker {
            const SCHEMA: &'static p21::ServiceSchema = &schema::SERVICE;
        }

        #takes

        mod schema {
            use #runtime::bindings::*;

            pub(super) static SERVICE: ServiceSchema = ServiceSchema {
                name: s(#name),
                version: #version,
                endpoint: Endpoint::#endpoint,
                wants_codes: #wants_codes,
                elements: Elements::Static(&[#(&super::#modules::schema::ELEMENT),*]),
                sequences: List::Static(&SEQUENCES),
                elsewhere: List::Static(&[#(#elsewhere),*]),
            };

            static SEQUENCES: [Sequence; #sequence_count] = [#(#sequences),*];
        }
    }
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
        Endpoint::Transaction => None,
        Endpoint::Commands => Some("Driven through the commands endpoint: as a transaction P21 refuses it."),
        Endpoint::PdfReport => Some("A report: as a transaction P21 answers `Succeeded` and prints nothing."),
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
