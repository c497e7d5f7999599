//! The memory of building and serialising a payload: `max alloc` is the peak of live bytes, the output included.
//!
//! `cargo bench -p p21-services --features full --bench payload_memory`.
#![forbid(unsafe_code)]

mod source;

use divan::{AllocProfiler, Bencher, black_box};
use source::{EDITS, by_hand, sources, typed, with_json_macro};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    let output = typed(&sources()).to_json().len();
    println!("{EDITS} edits, {output} bytes of output");
    divan::main();
}

#[divan::bench(sample_count = 10)]
fn typed_rows(bencher: Bencher<'_, '_>) {
    let sources = sources();
    bencher.bench_local(|| typed(black_box(&sources)).to_json());
}

#[divan::bench(sample_count = 10)]
fn serde_structs_static_names_borrowed_values(bencher: Bencher<'_, '_>) {
    let sources = sources();
    bencher.bench_local(|| serde_json::to_vec(&by_hand(black_box(&sources))));
}

#[divan::bench(sample_count = 10)]
fn json_macro(bencher: Bencher<'_, '_>) {
    let sources = sources();
    bencher.bench_local(|| serde_json::to_vec(&with_json_macro(black_box(&sources))));
}
