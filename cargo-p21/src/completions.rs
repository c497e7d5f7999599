//! `cargo p21 completions` and `cargo p21 man`: what shells and `man` want, written once and static.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::advice::Next as _;
use crate::exit::Done;
use crate::{cli, printable, shown};

/// The program, as shells and `man` know it; cargo asks for `man cargo-p21` on `cargo help p21`.
const PROGRAM: &str = "cargo-p21";

/// Prints the completions of a shell, for `cargo-p21`: nobody can complete behind `cargo` itself.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  cargo p21 completions bash > ~/.local/share/bash-completion/completions/cargo-p21
  cargo p21 completions zsh > ~/.zfunc/_cargo-p21
  cargo p21 completions powershell >> $PROFILE")]
pub(crate) struct Arguments {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// Writes a manual page a command into a folder.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  cargo p21 man ~/.local/share/man/man1  # then `cargo help p21` and `man cargo-p21-diff` show them")]
pub(crate) struct ManArguments {
    /// The folder; it is made if it is not there.
    folder: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Done> {
    printable::print(&script(arguments.shell))?;
    Ok(Done::Clean)
}

fn script(shell: Shell) -> String {
    let generate = |name: &str| {
        let mut text = Vec::new();
        clap_complete::generate(shell, &mut program().bin_name(name.to_owned()), name, &mut text);
        String::from_utf8_lossy(&text).into_owned()
    };
    if shell != Shell::Bash {
        return generate(PROGRAM);
    }
    // clap_complete 4.6 spells a hyphen of the program's name in two ways, and nothing behind a command is completed.
    let plain = PROGRAM.replace('-', "_");
    generate(&plain).replace(&format!(" {plain}\n"), &format!(" {PROGRAM}\n"))
}

pub(crate) fn man(arguments: &ManArguments) -> Result<Done> {
    let program = program();
    let mut pages = vec![(PROGRAM.to_owned(), program.clone())];
    for command in program.get_subcommands() {
        let name = format!("{PROGRAM}-{}", command.get_name());
        pages.push((name.clone(), command.clone().display_name(name.clone()).bin_name(name)));
    }
    for (name, command) in &pages {
        let mut page = Vec::new();
        clap_mangen::Man::new(command.clone()).render(&mut page).context("can't write a page")?;
        let path = arguments.folder.join(format!("{name}.1"));
        p21_files::write(&path, page)
            .with_context(|| format!("can't write {}", shown(&path)))
            .next(|| "name another folder, or set the rights of this one".to_owned())?;
    }
    println!("{} pages in {}", pages.len(), shown(&arguments.folder));
    Ok(Done::Clean)
}

fn program() -> clap::Command {
    cli::Arguments::command().name(PROGRAM).display_name(PROGRAM).bin_name(PROGRAM)
}
