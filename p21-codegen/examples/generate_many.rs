//! How long generation takes, how much memory it needs and how much text it makes, for a number of copies of the
//! repository's services. 20 copies have 66,260 fields, as many as a full server.
//!
//! ```text
//! cargo build --release -p p21-codegen --example generate_many
//! /usr/bin/time -v target/release/examples/generate_many 20
//! ```
//!
//! With a folder as second argument the module tree is written there.

use std::path::Path;
use std::time::Instant;

#[path = "../benches/support/mod.rs"]
mod support;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let copies: usize = arguments.next().map_or(Ok(1), |copies| copies.parse())?;
    let into = arguments.next();

    let folder = tempfile::tempdir()?;
    let builder = match copies {
        1 => support::own(),
        _ => support::copies(folder.path(), copies)?,
    };
    let start = Instant::now();
    let bindings = builder.generate()?;
    let elapsed = start.elapsed();

    let files = bindings.files();
    let lines: usize = files.values().map(|text| text.lines().count()).sum();
    let bytes: usize = files.values().map(String::len).sum();
    let fields = copies * support::fields(&support::repository().join("definitions").join(support::VERSION));
    println!("{fields} fields, {lines} lines, {:.2} lines a field, {bytes} bytes", lines as f64 / fields as f64);
    println!("{elapsed:.2?}, {:.0} fields a second", fields as f64 / elapsed.as_secs_f64());
    if let Some(into) = into {
        println!("{} files written", bindings.write(Path::new(&into))?.len());
    }
    Ok(())
}
