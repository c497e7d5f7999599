//! What is this repository's own: `cargo xtask demo` and `cargo xtask generate`. Everything else is `cargo p21`.
//!
//! They never depend on the generated bindings, so that broken bindings can always be generated again.
#![forbid(unsafe_code)]

mod demo;
mod elsewhere;
mod generate;
mod repository;
mod rules_page;
mod shared;

use std::process::ExitCode;

use cargo_p21::exit;
use clap::{Parser, Subcommand};

/// What is this repository's own: its demo, its bindings, its pages. What users have is `cargo p21`.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Shows the whole way on a local sandbox: fetch, generate, build a payload, send it, read it back.
    Demo(demo::Arguments),
    /// Generates the committed bindings, and the pages and lists that are made from the rules.
    Generate(generate::Arguments),
}

fn main() -> ExitCode {
    exit::guarded(|| {
        let done = match Arguments::parse().command {
            Command::Demo(arguments) => demo::run(&arguments),
            Command::Generate(arguments) => generate::run(&arguments),
        };
        match done {
            Ok(done) => done.into(),
            Err(error) => {
                eprintln!("error: {error:#}");
                ExitCode::from(exit::UNDONE)
            }
        }
    })
}
