//! The rules of `definitions/rules`, inside the crate.

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

/// How errors call it.
pub(crate) fn file(stem: &str) -> String {
    format!("definitions/rules/{stem}.toml")
}
