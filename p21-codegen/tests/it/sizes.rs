//! Bindings stay small: rustc and people read all of them. `Size` says what counts.

use crate::real;

#[test]
fn real_bindings_take_at_most_12_lines_a_field_and_120_columns() {
    let (mut fields, mut lines) = (0, 0);
    for (name, bindings) in real::all() {
        let size = bindings.size();
        println!("{name}: {size}");
        assert!(size.widest <= 120, "{name}: {size}");
        fields += size.fields;
        lines += size.lines;
    }
    assert!(fields > 4_000, "{fields}");
    assert!(lines <= 12 * fields, "{fields} fields in {lines} lines");
}

#[test]
fn every_file_counts_once() {
    let bindings = real::committed();
    let (mut all, mut widest) = (0, 0);
    for (path, text) in bindings.files().iter().filter(|(path, _)| *path != "mod.rs") {
        assert!(!text.contains('\t') && text.ends_with('\n'), "{path}");
        all += text.lines().filter(|line| line.starts_with("pub const ") && line.contains(": Field<")).count();
        widest = widest.max(text.lines().map(|line| line.chars().count()).max().unwrap_or_default());
    }
    let size = bindings.size();
    assert_eq!((size.fields, size.widest), (all, widest));
    assert!(size.lines > 4 * size.fields, "{size}");
}
