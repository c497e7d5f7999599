//! Sources that fit into a head: no file that somebody writes is longer than 400 lines. What the generator
//! writes has its own measure.

use std::path::Path;

use crate::sources;

/// The most lines.
const MOST: usize = 400;

#[test]
fn no_source_is_longer_than_a_reader_takes_in() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let files = sources::below(&root);
    assert!(files.len() > 500, "{} files", files.len());
    let mut longer = Vec::new();
    for file in files {
        let lines = std::fs::read_to_string(&file).unwrap().lines().count();
        if lines > MOST {
            longer.push((sources::name(&root, &file), lines));
        }
    }
    longer.sort();
    assert!(longer.is_empty(), "split them by what they do: {longer:?}");
}
