//! The project's own commands: `cargo xtask <command>`.
//!
//! They never depend on the generated bindings, so that broken bindings can always be generated again.
#![forbid(unsafe_code)]

mod check;
mod demo;
mod elsewhere;
mod fetch;
mod generate;
mod repository;
mod rules_page;
mod sandbox;
mod shared;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Typed access to Prophet 21: the project's own commands.
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
    /// Fetches service definitions from a server into a folder.
    Fetch(fetch::Arguments),
    /// Generates bindings from a folder of definitions.
    Generate(generate::Arguments),
    /// Finds what P21 would silently do to a payload.
    Check(check::Arguments),
    /// Runs a local server that behaves like P21.
    Sandbox(sandbox::Arguments),
}

/// The exit code of every command for whatever kept it from its work. 0 is clean or done, 1 is findings: of a payload, or
/// bindings that are stale.
const UNDONE: u8 = 2;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.command {
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Fetch(arguments) => fetch::run(arguments),
        Command::Generate(arguments) => generate::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Sandbox(arguments) => sandbox::run(arguments),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(UNDONE)
        }
    }
}
