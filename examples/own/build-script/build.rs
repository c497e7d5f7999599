//! Generates the bindings of one service at build time, from definitions that lie beside the crate.

use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    p21_codegen::Builder::new()
        .definitions("../../../definitions/25.2")
        .service("Labor")
        .command("build.rs")
        .rerun_if_changed(true)
        .generate()?
        .write_file(&out.join("p21.rs"))?;
    Ok(())
}
