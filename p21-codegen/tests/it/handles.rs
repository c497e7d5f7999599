//! Every handle has a comment, and P21's names as aliases.

use std::collections::BTreeMap;

use p21_model::definition::ServiceDefinition;

use crate::real;

/// What documents a handle.
#[derive(Default)]
struct Documented {
    comment: String,
    aliases: Vec<String>,
}

fn documented(attributes: &[syn::Attribute]) -> Documented {
    let mut found = Documented::default();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        if let syn::Meta::NameValue(comment) = &attribute.meta {
            if let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &comment.value {
                found.comment += text.value().trim();
            }
            continue;
        }
        attribute
            .parse_nested_meta(|meta| {
                assert!(meta.path.is_ident("alias"));
                let inside;
                syn::parenthesized!(inside in meta.input);
                let names = inside.parse_terminated(<syn::LitStr as syn::parse::Parse>::parse, syn::Token![,])?;
                found.aliases.extend(names.iter().map(syn::LitStr::value));
                Ok(())
            })
            .unwrap();
    }
    found
}

/// The wire names of an element's handles, and what documents them.
fn handles(items: &[syn::Item]) -> Vec<(String, String, Documented)> {
    let mut handles = Vec::new();
    for item in items {
        let syn::Item::Const(constant) = item else { continue };
        let syn::Expr::Call(call) = &*constant.expr else { continue };
        let Some(syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(name), .. })) = call.args.last() else { continue };
        handles.push((constant.ident.to_string(), name.value(), documented(&constant.attrs)));
    }
    handles
}

#[test]
fn every_handle_of_every_real_service_is_documented_and_found_by_what_p21_calls_it() {
    let folder = real::repository().join("definitions/25.2");
    let bindings = real::committed();
    let files = bindings.files();
    let (mut checked, mut found) = (0, 0);
    for (service, module) in bindings.services() {
        let raw = std::fs::read_to_string(folder.join(format!("{service}.json"))).unwrap();
        let definition = ServiceDefinition::load(service, raw.as_bytes()).unwrap();
        let by_name: BTreeMap<_, _> =
            definition.elements.iter().map(|element| (element.name.as_str(), element)).collect();
        for (path, text) in files.iter().filter(|(path, _)| path.starts_with(&format!("{module}/"))) {
            let file = syn::parse_file(text).unwrap();
            let of_module = documented(&file.attrs);
            let element = of_module.comment.split('`').nth(1).and_then(|name| by_name.get(name));
            let element = element.unwrap_or_else(|| panic!("{path}: {}", of_module.comment));
            assert!(of_module.aliases.contains(&element.name), "{path}");
            for (handle, name, documented) in handles(&file.items) {
                checked += 1;
                assert!(documented.comment.len() > 10, "{path}: {handle} says nothing");
                let field = element.fields.iter().find(|field| field.name == name).unwrap();
                for called in [Some(&field.name), field.label.as_ref(), field.db_column.as_ref()].into_iter().flatten()
                {
                    let called = called.trim();
                    let refused =
                        called.is_empty() || called.contains(['"', '\'', '\n', '\t', '\r']) || called.contains("  ");
                    if !refused && !called.eq_ignore_ascii_case(&handle) {
                        found += 1;
                        let is_there = documented.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(called));
                        assert!(is_there, "{path}: {handle} is not found as `{called}`: {:?}", documented.aliases);
                    }
                }
                let mut once: Vec<_> = documented.aliases.iter().map(|alias| alias.to_lowercase()).collect();
                once.sort();
                once.dedup();
                assert_eq!(once.len(), documented.aliases.len(), "{path}: {handle}");
            }
        }
    }
    assert_eq!(checked, bindings.size().fields);
    assert!(found > 6_000, "{found}");
}

#[test]
fn handles_of_unknown_services_are_documented_too() {
    let folder = tempfile::tempdir().unwrap();
    let bindings = crate::adversarial::write(folder.path()).generate().unwrap();
    let mut checked = 0;
    for text in bindings.files().values() {
        for (handle, _, documented) in handles(&syn::parse_file(text).unwrap().items) {
            checked += 1;
            assert!(documented.comment.len() > 10, "{handle}");
        }
    }
    assert_eq!(checked, bindings.size().fields);
}
