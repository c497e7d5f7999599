//! The rules of `definitions/rules`, inside the crate.

use p21_model::InputError;

use crate::rulebook::ANY;

/// Name and text of every rules file, `any` among them, sorted by name.
static RULES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// The rules that come with this crate: the name of each file without `.toml`, and its text. `any` is what holds for
/// every service.
pub fn builtin_rules() -> impl Iterator<Item = (&'static str, &'static str)> {
    RULES.iter().copied()
}

/// The text of one.
pub(crate) fn text(stem: &str) -> Option<&'static str> {
    RULES.binary_search_by(|(name, _)| (*name).cmp(stem)).ok().map(|at| RULES[at].1)
}

/// What stands before the service in the name that errors have for a file, which nobody has on disk.
const FILE: &str = "built-in rules of ";

/// How it calls those of every service.
const EVERY: &str = "every service";

/// How errors call it.
pub(crate) fn file(stem: &str) -> String {
    format!("{FILE}{}", if stem == ANY { EVERY } else { stem })
}

/// What does not fit, and of a rule inside the crate what a site can do: it can't change that rule, and need not.
pub(crate) fn advised(misfit: InputError) -> InputError {
    let Some(of) = misfit.file.strip_prefix(FILE) else { return misfit };
    let stem = if of == EVERY { ANY } else { of };
    let help = format!("it is left out; a rule of yours in `rules/{stem}.toml` takes its place, or switches it `off`");
    misfit.help(help)
}
