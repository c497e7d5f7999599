//! Arrows inside the sandbox point one way: facts, store, window, behaviour, serve.

use std::collections::BTreeSet;
use std::path::Path;

#[path = "../../../p21-model/tests/it/support/arrows.rs"]
mod arrows;

use arrows::{arrows, sources};

/// Each may use those before it, and itself.
const LAYERS: [&str; 5] = ["facts", "store", "window", "behaviour", "serve"];

#[test]
fn every_arrow_points_to_an_earlier_layer() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    let place = |path: &[String]| LAYERS.iter().position(|layer| path.first().is_some_and(|name| name == layer));
    for arrow in LAYERS.iter().flat_map(|layer| arrows(&src, layer)) {
        let (Some(layer), Some(place)) = (place(&arrow.from), place(&arrow.to)) else {
            panic!("{arrow}: {:?} is no layer", arrow.to.first())
        };
        used.insert((layer, place));
        if place > layer {
            wrong.push(arrow.to_string());
        }
    }
    assert!(wrong.is_empty(), "these use a later layer:\n{}", wrong.join("\n"));
    // The test sees arrows at all: each layer but the first stands on the one before it.
    for layer in 1..LAYERS.len() {
        assert!(used.contains(&(layer, layer - 1)), "{} does not use {}", LAYERS[layer], LAYERS[layer - 1]);
    }
}

#[test]
fn a_window_gets_its_methods_in_its_own_layer() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in LAYERS.iter().filter(|layer| **layer != "window").flat_map(|layer| sources(&src.join(layer))) {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(!text.lines().any(|line| line.starts_with("impl Window")), "{}", file.display());
    }
}

#[test]
fn every_source_is_in_a_layer() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found: Vec<String> = std::fs::read_dir(&src)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name != "lib.rs" && name != "main.rs")
        .collect();
    found.sort();
    let mut layers = LAYERS.map(str::to_owned).to_vec();
    layers.sort();
    assert_eq!(found, layers);
}
