//! The manifest has one writer, and two of them lose nothing of each other.

use p21_definitions::{Entry, Manifest, ManifestWriter, Refusal};
use p21_model::definition::ServiceDefinition;

fn entry() -> Entry {
    Entry::new(&ServiceDefinition::new("Order"), "0")
}

#[test]
fn writers_at_once_lose_nothing_of_each_other() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let path = folder.path();
            scope.spawn(move || {
                for service in 0..20 {
                    let mut manifest = ManifestWriter::new(path, false);
                    manifest.store(format!("S{writer}x{service}"), entry()).unwrap();
                    manifest.finish().unwrap();
                }
            });
        }
    });
    assert_eq!(Manifest::load(folder.path()).unwrap().services.len(), 160);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
}

#[cfg(unix)]
#[test]
fn two_thousand_names_are_not_two_thousand_files_written() {
    use std::os::unix::fs::MetadataExt as _;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("manifest.json");
    let mut writer = ManifestWriter::new(folder.path(), false);
    let mut written = std::collections::BTreeSet::new();
    for service in 0..2_000 {
        writer.store(format!("S{service}"), entry()).unwrap();
        // Each writing is a new file.
        written.extend(std::fs::metadata(&file).ok().map(|meta| (meta.ino(), meta.mtime_nsec())));
    }
    writer.finish().unwrap();
    assert!(written.len() < 100, "{} times", written.len());
    assert_eq!(Manifest::load(folder.path()).unwrap().services.len(), 2_000);
}

#[test]
fn a_refusal_keeps_what_an_earlier_run_stored_and_a_definition_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let with = |change: &dyn Fn(&mut ManifestWriter)| {
        let mut writer = ManifestWriter::new(folder.path(), false);
        change(&mut writer);
        writer.finish().unwrap();
        let manifest = Manifest::load(folder.path()).unwrap();
        (manifest.services.len(), manifest.refused.len())
    };
    assert_eq!(with(&|writer| writer.store("Order".to_owned(), entry()).unwrap()), (1, 0));
    let refusal = || Refusal::new(Some(500), "not available");
    assert_eq!(with(&|writer| writer.refuse("Order".to_owned(), refusal()).unwrap()), (1, 1));
    assert_eq!(with(&|writer| writer.store("Order".to_owned(), entry()).unwrap()), (1, 0));
}

#[test]
fn a_folder_that_nothing_was_fetched_into_has_no_manifest() {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("definitions");
    let mut writer = ManifestWriter::new(&into, false);
    writer.note_day("2026-11-22", false);
    writer.refuse("Labr".to_owned(), Refusal::new(Some(500), "not available")).unwrap();
    writer.finish().unwrap();
    assert!(!into.exists());
    let mut writer = ManifestWriter::new(&into, false);
    writer.refuse("Labr".to_owned(), Refusal::new(Some(500), "not available")).unwrap();
    writer.store("Order".to_owned(), entry()).unwrap();
    writer.finish().unwrap();
    let manifest = Manifest::load(&into).unwrap();
    assert_eq!((manifest.services.len(), manifest.refused.len()), (1, 1));
}
