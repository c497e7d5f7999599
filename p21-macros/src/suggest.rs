//! The word that was meant.

/// What a word may be, and what other crates call the same thing.
pub(crate) struct Vocabulary {
    /// The words.
    pub(crate) words: &'static [&'static str],
    /// Other words, each with what to write here.
    pub(crate) others: &'static [(&'static str, &'static str)],
    /// What is possible, as the end of a sentence.
    pub(crate) possible: &'static str,
}

/// How alike words must be for one to be meant by the other.
const ALIKE: f64 = 0.75;

impl Vocabulary {
    /// What to say about a word that is none of these.
    pub(crate) fn unknown(&self, word: &str) -> String {
        if let Some((_, instead)) = self.others.iter().find(|(other, _)| *other == word) {
            return format!("`{word}` is not known here: {instead}");
        }
        match self.nearest(word) {
            Some(nearest) => format!("`{word}` is not known here; did you mean `{nearest}`?"),
            None => format!("`{word}` is not known here; {}", self.possible),
        }
    }

    /// The word that was meant, if one is near enough.
    pub(crate) fn nearest(&self, word: &str) -> Option<&'static str> {
        let word = word.to_ascii_lowercase();
        self.words
            .iter()
            .map(|known| (strsim::jaro_winkler(&word, known), *known))
            .filter(|(likeness, _)| *likeness >= ALIKE)
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, known)| known)
    }
}

#[cfg(test)]
mod tests {
    use super::Vocabulary;

    const WORDS: Vocabulary = Vocabulary {
        words: &["child", "key", "skip", "ignore_if_empty"],
        others: &[("rename", "write `field = \"..\"`")],
        possible: "a field takes `child`",
    };

    #[test]
    fn a_slip_is_mended_and_a_strange_word_is_told_what_is_possible() {
        assert_eq!(WORDS.nearest("chidl"), Some("child"));
        assert_eq!(WORDS.nearest("Skip"), Some("skip"));
        assert_eq!(WORDS.nearest("ignore_empty"), Some("ignore_if_empty"));
        assert_eq!(WORDS.unknown("price"), "`price` is not known here; a field takes `child`");
        assert_eq!(WORDS.unknown("rename"), "`rename` is not known here: write `field = \"..\"`");
    }
}
