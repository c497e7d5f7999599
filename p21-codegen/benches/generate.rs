//! Generation: one service, the committed ones, and twenty copies of them, more fields than a full server has.
//!
//! `cargo bench -p p21-codegen`. Linear means that fields a second stay what they are.
#![forbid(unsafe_code)]

mod support;

use divan::Bencher;
use divan::counter::ItemsCount;

fn main() {
    divan::main();
}

fn fields() -> usize {
    support::fields(&support::repository().join("definitions").join(support::VERSION))
}

#[divan::bench]
fn order_alone(bencher: Bencher<'_, '_>) {
    let builder = support::own().service("Order");
    bencher.counter(ItemsCount::new(1_261_usize)).bench(|| builder.generate());
}

#[divan::bench]
fn committed_services(bencher: Bencher<'_, '_>) {
    let builder = support::own();
    bencher.counter(ItemsCount::new(fields())).bench(|| builder.generate());
}

#[divan::bench(sample_count = 3)]
fn twenty_copies(bencher: Bencher<'_, '_>) {
    let Ok(folder) = tempfile::tempdir() else { return };
    let Ok(builder) = support::copies(folder.path(), 20) else { return };
    bencher.counter(ItemsCount::new(20 * fields())).bench(|| builder.generate());
}
