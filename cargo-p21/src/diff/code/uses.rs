//! What short names mean: `use`, its renames, and those that other files of the program give to everybody.

use std::collections::BTreeMap;

use syn::visit::{self, Visit};
use syn::{Ident, ItemUse, UseTree, Visibility};

/// Names, and the whole paths that they may stand for.
pub(super) type Aliases = BTreeMap<String, Vec<Vec<String>>>;

/// An alias of an alias of an alias: nobody goes further, and a circle ends here.
const DEEPEST: usize = 4;

/// Names that a file gives to others.
#[derive(Default)]
pub(super) struct Uses {
    aliases: Aliases,
    /// Modules of which everything is named.
    pub(super) globs: Vec<Vec<String>>,
    /// Of the aliases those that other files see under another name than its own.
    pub(super) published: Aliases,
}

impl Uses {
    pub(super) fn of(file: &syn::File) -> Self {
        let mut uses = Self::default();
        uses.visit_file(file);
        uses
    }

    /// The whole paths that one `use` names.
    pub(super) fn named(item: &ItemUse) -> Vec<Vec<String>> {
        let mut uses = Self::default();
        uses.tree(&mut Vec::new(), &item.tree, false);
        uses.aliases.into_values().flatten().chain(uses.globs).collect()
    }

    /// What a path may mean, whole; what others published counts wherever it stands.
    pub(super) fn meanings(&self, segments: &[String], published: &Aliases) -> Vec<Vec<String>> {
        let mut all = vec![segments.to_vec()];
        let mut next = 0;
        for _ in 0..DEEPEST {
            let end = all.len();
            for at in next..end {
                let path = all[at].clone();
                let own = path.first().and_then(|first| self.aliases.get(first)).map(|wholes| (0, wholes));
                let others = path.iter().enumerate().filter_map(|(at, name)| Some((at, published.get(name)?)));
                for (at, wholes) in own.into_iter().chain(others) {
                    let meant = wholes.iter().map(|whole| [whole, &path[at + 1..]].concat());
                    let new: Vec<_> = meant.filter(|meant| !all.contains(meant)).collect();
                    all.extend(new);
                }
            }
            next = end;
        }
        all
    }

    fn tree(&mut self, path: &mut Vec<String>, tree: &UseTree, is_public: bool) {
        let whole = |path: &[String], ident: &Ident| -> Vec<String> {
            // `use a::b::{self}` is `a::b`.
            let ident = ident.to_string();
            path.iter().cloned().chain((ident != "self").then_some(ident)).collect()
        };
        match tree {
            UseTree::Path(next) => {
                path.push(next.ident.to_string());
                self.tree(path, &next.tree, is_public);
                path.pop();
            }
            UseTree::Name(name) => {
                let whole = whole(path, &name.ident);
                if let Some(last) = whole.last().cloned() {
                    self.aliases.entry(last).or_default().push(whole);
                }
            }
            UseTree::Rename(rename) => {
                let (name, whole) = (rename.rename.to_string(), whole(path, &rename.ident));
                if is_public {
                    self.published.entry(name.clone()).or_default().push(whole.clone());
                }
                self.aliases.entry(name).or_default().push(whole);
            }
            UseTree::Glob(_) => self.globs.push(path.clone()),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(path, tree, is_public)),
        }
    }
}

impl<'ast> Visit<'ast> for Uses {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.tree(&mut Vec::new(), &item.tree, !matches!(item.vis, Visibility::Inherited));
    }

    // A type under another name is one, too.
    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        if let syn::Type::Path(of) = &*item.ty {
            let (name, whole) = (item.ident.to_string(), segments(&of.path));
            if !matches!(item.vis, Visibility::Inherited) {
                self.published.entry(name.clone()).or_default().push(whole.clone());
            }
            self.aliases.entry(name).or_default().push(whole);
        }
        visit::visit_item_type(self, item);
    }
}

pub(super) fn segments(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}
