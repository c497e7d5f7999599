//! The Interactive API over HTTP: every check of the facts, by its number, and what is chosen where they are silent.

mod bounds;
mod direct_shipments;
mod driver;
mod orders;
mod popups;
mod price_pages;
mod sessions;
mod typing;
mod windows;
mod xml;
mod xml_driver;
