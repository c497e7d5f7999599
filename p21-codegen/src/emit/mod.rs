//! Schema -> tokens -> text, a module a kind of item.

mod alias;
mod docs;
mod element;
mod key;
mod labels;
mod once;
mod prose;
mod row;
mod rules;
mod schema;
mod service;
mod table;
mod windows;

use p21_model::definition::ServiceDefinition;
use p21_model::schema::ServiceSchema;

use crate::format;
use crate::names;

/// The generated text of a service.
#[derive(Debug)]
pub(crate) struct ServiceText {
    /// Its name on the wire.
    pub(crate) service: String,
    /// The name of its module.
    pub(crate) module: String,
    /// The module itself, which declares the elements' modules.
    pub(crate) root: String,
    /// Module name and text of every element.
    pub(crate) elements: Vec<(String, String)>,
}

/// What the emitters of one service read.
pub(crate) struct Context<'a> {
    pub(crate) definition: &'a ServiceDefinition,
    pub(crate) schema: &'a ServiceSchema,
    /// The service's marker type.
    pub(crate) marker: String,
    /// Enums that several elements have.
    pub(crate) shared: labels::Shared<'a>,
    /// What stands once for several elements.
    pub(crate) once: once::Once<'a>,
    /// What rules say in the documentation.
    pub(crate) prose: prose::Prose<'a>,
    /// The path of the crate that holds the vocabulary, `p21_model` or a re-export of it.
    pub(crate) runtime: &'a syn::Path,
}

/// Generates a service.
pub(crate) fn service(
    definition: &ServiceDefinition,
    schema: &ServiceSchema,
    header: &str,
    runtime: &syn::Path,
) -> ServiceText {
    let marker = names::service(&definition.name);
    let (shared, once, prose) = (labels::Shared::of(schema), once::Once::of(schema), prose::Prose::of(schema));
    let context = Context { definition, schema, marker, shared, once, prose, runtime };
    let elements = schema
        .elements
        .iter()
        .map(|element| (element.module.to_string(), format::file(header, element::tokens(&context, element))))
        .collect();
    ServiceText {
        service: definition.name.clone(),
        module: names::service_module(&definition.name),
        root: format::file(header, service::tokens(&context)),
        elements,
    }
}

impl Context<'_> {
    /// The Rust path of an element's module, from another element.
    pub(crate) fn sibling(&self, element: u16) -> proc_macro2::Ident {
        let module = self.schema.elements.get(element as usize).map_or("", |element| &element.module);
        ident(module)
    }
}

/// An identifier that is known to be one.
pub(crate) fn ident(name: &str) -> proc_macro2::Ident {
    proc_macro2::Ident::new(name, proc_macro2::Span::call_site())
}
