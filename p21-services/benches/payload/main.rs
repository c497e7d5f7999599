//! A contract payload of 1,000 transactions: built and serialised, checked, against what people write by hand.
//!
//! `cargo bench -p p21-services --features full --bench payload`. Compare the medians of one run.
#![forbid(unsafe_code)]

mod source;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use source::{EDITS, by_hand, complete, sources, typed, with_json_macro};

fn main() {
    divan::main();
}

#[divan::bench]
fn typed_rows(bencher: Bencher<'_, '_>) {
    let sources = sources();
    assert_eq!(typed(&sources).to_json().len(), serde_json::to_vec(&by_hand(&sources)).unwrap_or_default().len());
    bencher.counter(ItemsCount::new(EDITS)).bench_local(|| typed(black_box(&sources)).to_json());
}

#[divan::bench]
fn serde_structs_static_names_borrowed_values(bencher: Bencher<'_, '_>) {
    let sources = sources();
    bencher.counter(ItemsCount::new(EDITS)).bench_local(|| serde_json::to_vec(&by_hand(black_box(&sources))));
}

#[divan::bench]
fn json_macro(bencher: Bencher<'_, '_>) {
    let sources = sources();
    bencher.counter(ItemsCount::new(EDITS)).bench_local(|| serde_json::to_vec(&with_json_macro(black_box(&sources))));
}

#[divan::bench]
fn serialise_only(bencher: Bencher<'_, '_>) {
    let set = typed(&sources());
    bencher.counter(ItemsCount::new(EDITS)).bench_local(|| black_box(&set).to_json());
}

#[divan::bench]
fn check_only(bencher: Bencher<'_, '_>) {
    let set = complete(&sources());
    assert!(set.check().is_empty());
    bencher.counter(ItemsCount::new(EDITS)).bench_local(|| black_box(&set).check());
}
