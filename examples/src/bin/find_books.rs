//! Price books by a pattern of their names, and by library: installations name them inconsistently.
//!
//! `cargo run -p p21-examples --bin find_books` runs it on a sandbox; with `P21_BASE_URL`, `P21_USERNAME` and
//! `P21_PASSWORD` set, on a real server.
#![forbid(unsafe_code)]

use anyhow::Result;
use p21_services::workflows::Books;

#[tokio::main]
async fn main() -> Result<()> {
    let server = p21_examples::server().await?;
    let books = Books::of(&server.client);
    for terms in [["WIDGETS RETAIL", "WIDGETS"], ["S", ""], ["SCREWS", "BOLTS"]] {
        match books.by_name(terms.into_iter().filter(|term| !term.is_empty())).await? {
            Some(found) if found.ids.len() == 1 => println!("`{}`: {}", found.term, found.ids[0]),
            Some(found) => println!("`{}` is no answer: {}", found.term, found.ids.join(", ")),
            None => println!("no book has any of {}", terms.join(", ")),
        }
    }
    if let Some(library) = server.client.pricing().library("STANDARD").await? {
        for placed in books.by_library(library.uid).await? {
            println!("{}: {}", library.id, placed.book.id);
        }
    }
    Ok(())
}
