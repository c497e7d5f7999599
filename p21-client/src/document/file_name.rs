//! A server's word for a file name, made harmless on every system.

/// The longest stem that is kept, in bytes: with a number and an extension it fits everywhere (255).
const LONGEST_STEM: usize = 150;
/// The longest extension that is one.
const LONGEST_EXTENSION: usize = 10;

/// Stem and extension of a file that stays in its directory. The extension has its dot, or is empty.
pub(super) fn safe(proposed: &str, otherwise: &str) -> (String, String) {
    let last = proposed.rsplit(['/', '\\', ':']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !is_invisible(*c)).map(harmless).collect();
    // Windows drops dots and spaces at the end, so `CON .` is `CON`; a dot at the start hides a file.
    let clean = clean.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let (stem, extension) = match clean.rsplit_once('.') {
        Some((stem, extension)) if is_extension(extension) => (stem, format!(".{extension}")),
        _ => (clean, String::new()),
    };
    let stem = bounded(stem).trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    let stem = match stem {
        "" => otherwise.to_owned(),
        stem if is_device(stem) => format!("_{stem}"),
        stem => stem.to_owned(),
    };
    (stem, extension)
}

/// Characters that Windows allows in no name, and wildcards.
fn harmless(c: char) -> char {
    if matches!(c, '<' | '>' | '"' | '|' | '?' | '*') { '_' } else { c }
}

/// Controls, and what makes a name look like another: `fdp.exe` written from right to left.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn is_extension(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST_EXTENSION && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Windows reserves these, with any extension and in any case: `nul`, `COM1.txt`.
fn is_device(stem: &str) -> bool {
    let first = stem.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let numbered = ["com", "lpt"].iter().filter_map(|port| first.strip_prefix(port)).next();
    let is_port = numbered.is_some_and(|number| {
        matches!(number.chars().next(), Some('0'..='9' | '¹' | '²' | '³')) && number.chars().count() == 1
    });
    is_port || ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"].contains(&first.as_str())
}

fn bounded(stem: &str) -> &str {
    let mut end = stem.len().min(LONGEST_STEM);
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    &stem[..end]
}

#[cfg(test)]
mod tests {
    fn safe(proposed: &str) -> String {
        let (stem, extension) = super::safe(proposed, "document");
        format!("{stem}{extension}")
    }

    #[test]
    fn honest_names_stay() {
        assert_eq!(safe("PO7001 PURCHASE_ORDER.pdf"), "PO7001 PURCHASE_ORDER.pdf");
        assert_eq!(safe("Übersicht 1.2.pdf"), "Übersicht 1.2.pdf");
        assert_eq!(safe("Computer.pdf"), "Computer.pdf");
    }

    #[test]
    fn no_name_leaves_its_directory() {
        for (hostile, harmless) in [
            ("../../etc/passwd", "passwd"),
            ("..", "document"),
            ("/etc/cron.d/x", "x"),
            ("\\\\server\\share\\x.pdf", "x.pdf"),
            ("C:\\Windows\\x.pdf", "x.pdf"),
            ("C:x.pdf", "x.pdf"),
            ("x.pdf:stream", "stream"),
            ("a\0b.pdf", "ab.pdf"),
            ("", "document"),
            ("   ", "document"),
            (".bashrc", "bashrc"),
            ("...", "document"),
            ("a/", "document"),
            ("x.pdf. . ", "x.pdf"),
            ("a<b>|?*\".pdf", "a_b_____.pdf"),
            ("a\n\u{1b}[2J.pdf", "a[2J.pdf"),
            ("a\u{202e}fdp.exe", "afdp.exe"),
        ] {
            assert_eq!(safe(hostile), harmless, "{hostile:?}");
        }
    }

    #[test]
    fn names_of_devices_are_changed() {
        for device in ["CON", "nul.pdf", "Com1.pdf", "LPT9", "aux.tar.gz", "COM¹.pdf", "NUL .pdf", "conin$"] {
            assert!(safe(device).starts_with('_'), "{device}: {}", safe(device));
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_proposed_is_one_harmless_name(proposed in "(?s)(\\PC|[./\\\\: \\x00-\\x1f]|con|nul|\\.pdf){0,40}") {
            let name = safe(&proposed);
            let path = std::path::Path::new(&name);
            proptest::prop_assert_eq!(path.components().count(), 1);
            proptest::prop_assert_eq!(path.file_name().and_then(|name| name.to_str()), Some(name.as_str()));
            let bad = |c: char| c.is_control() || "<>:\"/\\|?*".contains(c);
            proptest::prop_assert!(!name.contains(bad) && !name.starts_with('.') && !name.ends_with(['.', ' ']));
            let stem = name.split('.').next().unwrap_or_default();
            proptest::prop_assert!(!super::is_device(stem), "{}", name);
        }
    }

    #[test]
    fn long_names_fit() {
        for long in ["x".repeat(10_000), format!("{}.pdf", "ä".repeat(5_000)), ".".repeat(9_999) + "pdf"] {
            assert!(safe(&long).len() <= 170, "{}", safe(&long).len());
        }
        assert!(safe(&format!("{}.pdf", "ä".repeat(5_000))).ends_with("ä.pdf"));
    }
}
