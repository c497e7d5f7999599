//! `ARCHITECTURE.md` and `CONTRIBUTING.md`: every path that they name is there.

use std::path::{Path, PathBuf};

const PAGES: [&str; 2] = ["ARCHITECTURE.md", "CONTRIBUTING.md"];

/// What isn't the repository's.
const ELSEWHERE: [&str; 2] = ["../shared/definitions", "target/"];

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// Every file and folder, named from the root, folders with a `/` at their end.
fn collect(folder: &Path, named: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{named}{}", path.file_name().unwrap().to_string_lossy());
        if !path.is_dir() {
            found.push(name);
        } else if ![".git", "target", "node_modules"].iter().any(|other| path.ends_with(other)) {
            let name = format!("{name}/");
            found.push(name.clone());
            if !path.is_symlink() {
                collect(&path, &name, found);
            }
        }
    }
}

/// Whether a path is this one, or its end. `<Service>` and `*` stand for any name.
fn is_end(named: &str, of: &str) -> bool {
    let (named, of): (Vec<&str>, Vec<&str>) =
        (named.trim_end_matches('/').split('/').collect(), of.trim_end_matches('/').split('/').collect());
    let is = |(named, part): (&&str, &&str)| match named.split_once(['<', '*']) {
        Some((before, rest)) => {
            let after = rest.split_once('>').map_or(rest, |(_, after)| after);
            part.len() > before.len() + after.len() && part.starts_with(before) && part.ends_with(after)
        }
        None => named == part,
    };
    named.len() <= of.len() && named.iter().zip(&of[of.len() - named.len()..]).all(is)
}

/// What a page has in code spans that is a path: with a folder, or a file by its ending.
fn paths(page: &str) -> impl Iterator<Item = &str> {
    let is_path = |span: &&str| {
        let is_file = [".rs", ".md", ".toml", ".json"].iter().any(|end| span.ends_with(end));
        (is_file || span.contains('/')) && !span.contains([' ', '\n', ':']) && !span.starts_with('/')
    };
    page.split('`').skip(1).step_by(2).filter(is_path)
}

#[test]
fn every_path_that_a_page_names_is_there() {
    let (mut all, mut gone) = (Vec::new(), Vec::new());
    collect(&repository("."), "", &mut all);
    // A path that begins at the root is whole; others go on from a folder that the text is about.
    let is_there = |named: &str| {
        let first = named.split('/').next().unwrap();
        let is_whole = named.contains('/') && repository(first).exists();
        let mut found = all.iter().filter(|path| is_end(named, path));
        found.any(|path| !is_whole || path.split('/').next() == Some(first))
    };
    for page in PAGES {
        let text = std::fs::read_to_string(repository(page)).unwrap();
        // Code blocks hold commands and drawings.
        let text: String = text.split("```").step_by(2).collect();
        let linked = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        let linked = linked.filter(|link| !link.is_empty() && !link.contains(':'));
        let missing = linked.filter(|link| !repository(link).exists());
        let missing = missing.chain(paths(&text).filter(|path| !ELSEWHERE.contains(path) && !is_there(path)));
        gone.extend(missing.map(|path| format!("{page}: there is no `{path}`")));
    }
    assert!(gone.is_empty(), "{}", gone.join("\n"));
}

/// `Finding::token` in `check/finding.rs`.
#[test]
fn what_a_page_says_to_be_in_a_file_is_in_it() {
    let mut sources = Vec::new();
    collect(&repository("."), "", &mut sources);
    let mut seen = 0;
    for page in PAGES {
        let text = std::fs::read_to_string(repository(page)).unwrap();
        let spans: Vec<&str> = text.split('`').collect();
        for three in spans.windows(3).filter(|three| three[1] == " in " && three[2].ends_with(".rs")) {
            let item = three[0].rsplit("::").next().unwrap();
            let files = sources.iter().filter(|path| is_end(three[2], path));
            let mut texts = files.map(|path| std::fs::read_to_string(repository(path)).unwrap());
            let has = |text: String| {
                ["fn", "struct", "enum", "const"].iter().any(|word| text.contains(&format!("{word} {item}")))
            };
            assert!(texts.any(has), "{page}: `{}` is not in `{}`", three[0], three[2]);
            seen += 1;
        }
    }
    assert!(seen > 1, "{seen}");
}
