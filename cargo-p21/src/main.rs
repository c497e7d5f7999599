//! `cargo p21`, or `cargo-p21`: see the library part.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    cargo_p21::main(std::env::args_os())
}
