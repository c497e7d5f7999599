//! The tables of the chain.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Deserializer};

use p21_model::shared;
use p21_model::value::{DateTime, FieldValue as _};

use super::{Book, Library, Link, PricePage};
use crate::api::Sending;
use crate::client::Client;
use crate::error::Error;
use crate::odata::{Filter, col};

/// `row_status_flag` of a row that isn't deleted or inactive.
const ACTIVE: i64 = match i64::from_str_radix(shared::ACTIVE, 10) {
    Ok(code) => code,
    Err(_) => panic!("the code of a status is a number"),
};

pub(super) fn active() -> Filter {
    col("row_status_flag").eq(ACTIVE)
}

/// The books of each active page, through active links.
pub(super) fn books_of_pages(client: &Client, pages: Vec<i64>) -> Sending<'_, HashMap<i64, Vec<i64>>> {
    Box::pin(async move {
        #[derive(Deserialize)]
        struct Row {
            #[serde(deserialize_with = "whole")]
            price_page_uid: i64,
            #[serde(deserialize_with = "whole")]
            price_book_uid: i64,
        }
        let pages = active_pages(client, pages).await?;
        let links = client
            .table("price_page_x_book")
            .filter(col("price_page_uid").eq_any(pages).and(active()))
            .select(["price_page_uid", "price_book_uid"])
            .order_by("price_page_uid")
            .order_by("price_book_uid");
        let mut books: HashMap<i64, Vec<i64>> = HashMap::new();
        for row in links.rows::<Row>().await? {
            let of_page = books.entry(row.price_page_uid).or_default();
            if !of_page.contains(&row.price_book_uid) {
                of_page.push(row.price_book_uid);
            }
        }
        Ok(books)
    })
}

async fn active_pages(client: &Client, pages: Vec<i64>) -> Result<HashSet<i64>, Error> {
    #[derive(Deserialize)]
    struct Row {
        #[serde(deserialize_with = "whole")]
        price_page_uid: i64,
    }
    let pages = client
        .table("price_page")
        .filter(col("price_page_uid").eq_any(pages).and(active()))
        .select(["price_page_uid"])
        .order_by("price_page_uid");
    Ok(pages.rows::<Row>().await?.into_iter().map(|row| row.price_page_uid).collect())
}

/// Pages by their numbers, deleted ones included unless the filter says otherwise.
pub(super) fn pages(client: &Client, filter: Filter) -> Sending<'_, Vec<PricePage>> {
    Box::pin(async move {
        #[derive(Deserialize)]
        struct Row {
            #[serde(deserialize_with = "whole")]
            price_page_uid: i64,
            description: Option<String>,
            #[serde(deserialize_with = "day")]
            expiration_date: Option<DateTime>,
            #[serde(deserialize_with = "whole")]
            row_status_flag: i64,
        }
        let pages = client
            .table("price_page")
            .filter(filter)
            .select(["price_page_uid", "description", "expiration_date", "row_status_flag"])
            .order_by("price_page_uid");
        let page = |row: Row| PricePage {
            uid: row.price_page_uid,
            description: row.description.unwrap_or_default(),
            until: row.expiration_date,
            is_active: row.row_status_flag == ACTIVE,
        };
        Ok(pages.rows::<Row>().await?.into_iter().map(page).collect())
    })
}

/// The active ones of some books.
pub(super) fn books(client: &Client, uids: Vec<i64>) -> Sending<'_, HashMap<i64, Option<Book>>> {
    Box::pin(async move {
        let books = active_books(client, col("price_book_uid").eq_any(uids)).await?;
        Ok(books.into_iter().map(|book| (book.uid, Some(book))).collect())
    })
}

/// The active books whose ids contain a text, which is no pattern.
pub(super) fn books_containing<'c>(client: &'c Client, term: &'c str) -> Sending<'c, Vec<Book>> {
    Box::pin(async move {
        let mut books = active_books(client, col("price_book_id").contains(term)).await?;
        books.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(books)
    })
}

async fn active_books(client: &Client, filter: Filter) -> Result<Vec<Book>, Error> {
    #[derive(Deserialize)]
    struct Row {
        #[serde(deserialize_with = "whole")]
        price_book_uid: i64,
        price_book_id: String,
        description: Option<String>,
    }
    let books = client
        .table("price_book")
        .filter(filter.and(active()))
        .select(["price_book_uid", "price_book_id", "description"])
        .order_by("price_book_uid");
    let book = |row: Row| Book {
        uid: row.price_book_uid,
        id: row.price_book_id.trim().to_owned(),
        description: row.description,
    };
    Ok(books.rows::<Row>().await?.into_iter().map(book).collect())
}

/// The libraries that active links put some books into.
pub(super) fn links_of_books(client: &Client, books: Vec<i64>) -> Sending<'_, HashMap<i64, Vec<Link>>> {
    Box::pin(async move {
        let links = links(client, col("price_book_uid").eq_any(books)).await?;
        Ok(grouped(links, |link| link.book))
    })
}

/// The books that active links put into some libraries.
pub(super) fn links_of_libraries(client: &Client, libraries: Vec<i64>) -> Sending<'_, HashMap<i64, Vec<Link>>> {
    Box::pin(async move {
        let links = links(client, col("price_library_uid").eq_any(libraries)).await?;
        Ok(grouped(links, |link| link.library))
    })
}

async fn links(client: &Client, filter: Filter) -> Result<Vec<Link>, Error> {
    // All columns: whether there is a sequence is not certain, and the table is narrow.
    #[derive(Deserialize)]
    struct Row {
        #[serde(deserialize_with = "whole")]
        price_book_uid: i64,
        #[serde(deserialize_with = "whole")]
        price_library_uid: i64,
        #[serde(default)]
        sequence_number: Option<i64>,
    }
    let links = client
        .table("price_book_x_library")
        .filter(filter.and(active()))
        .order_by("price_library_uid")
        .order_by("price_book_uid");
    let link =
        |row: Row| Link { book: row.price_book_uid, library: row.price_library_uid, sequence: row.sequence_number };
    Ok(links.rows::<Row>().await?.into_iter().map(link).collect())
}

fn grouped(links: Vec<Link>, by: impl Fn(&Link) -> i64) -> HashMap<i64, Vec<Link>> {
    let mut groups: HashMap<i64, Vec<Link>> = HashMap::new();
    for link in links {
        let group = groups.entry(by(&link)).or_default();
        if !group.iter().any(|other| (other.book, other.library) == (link.book, link.library)) {
            group.push(link);
        }
    }
    groups
}

#[derive(Deserialize)]
struct LibraryRow {
    #[serde(deserialize_with = "whole")]
    price_library_uid: i64,
    price_library_id: String,
    #[serde(default)]
    description: Option<String>,
    /// The documented columns of this table don't name it, so it is not asked for by name.
    #[serde(default)]
    row_status_flag: Option<i64>,
}

impl LibraryRow {
    fn library(self) -> Option<Library> {
        let active = self.row_status_flag.is_none_or(|flag| flag == ACTIVE);
        let (uid, id) = (self.price_library_uid, self.price_library_id.trim().to_owned());
        active.then_some(Library { uid, id, description: self.description })
    }
}

/// The active ones of some libraries.
pub(super) fn libraries(client: &Client, uids: Vec<i64>) -> Sending<'_, HashMap<i64, Option<Library>>> {
    Box::pin(async move {
        let libraries =
            client.table("price_library").filter(col("price_library_uid").eq_any(uids)).order_by("price_library_uid");
        let rows = libraries.rows::<LibraryRow>().await?;
        Ok(rows.into_iter().filter_map(LibraryRow::library).map(|library| (library.uid, Some(library))).collect())
    })
}

pub(super) fn library_of_name<'c>(client: &'c Client, id: &'c str) -> Sending<'c, Option<Library>> {
    Box::pin(async move {
        let libraries =
            client.table("price_library").filter(col("price_library_id").eq(id)).order_by("price_library_uid");
        Ok(libraries.rows::<LibraryRow>().await?.into_iter().find_map(LibraryRow::library))
    })
}

/// A uid; decimal columns spell whole numbers with decimals.
fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let number = serde_json::Number::deserialize(deserializer)?;
    let float = || number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 9e15).map(|float| float as i64);
    number.as_i64().or_else(float).ok_or_else(|| serde::de::Error::custom("not a whole number"))
}

/// A day, or none. One that can't be read is an error: taken for none it would say that a page has no end.
fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?.filter(|text| !text.trim().is_empty());
    text.map(|text| DateTime::from_wire(&text).map_err(serde::de::Error::custom)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_that_cannot_be_read_is_an_error_and_not_no_end() {
        let read = |json: &str| day(&mut serde_json::Deserializer::from_str(json));
        assert!(read("\"2027-03-31T00:00:00\"").is_ok_and(|day| day.is_some()));
        assert!(read("null").is_ok_and(|day| day.is_none()));
        assert!(read("\" \"").is_ok_and(|day| day.is_none()));
        assert!(read("\"the end of March\"").is_err());
    }
}
