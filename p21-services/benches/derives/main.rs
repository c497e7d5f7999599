//! How long a compiler takes over 100 structs of 12 fields: without a derive, with `DataElement`, with serde's derives
//! and with those of two builder crates.
//!
//! `cargo bench -p p21-services --bench derives` writes a crate for each, checks it once for its dependencies (the
//! builder crates come from crates.io), and then times the check of the crate alone: best of five, incremental
//! compilation off. Compare the lines of one run.
#![forbid(unsafe_code)]

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs};

const STRUCTS: usize = 100;
const RUNS: usize = 5;

/// The same fields everywhere: what a line of a contract may hold.
const FIELDS: [(&str, &str); 12] = [
    ("item_id", "String"),
    ("uom", "String"),
    ("multiplier", "Option<i64>"),
    ("price", "Option<i64>"),
    ("customer_part_no", "Option<String>"),
    ("cust_po_no", "Option<String>"),
    ("source_location_id", "Option<i64>"),
    ("qty_maximum", "Option<i64>"),
    ("po_cost", "Option<i64>"),
    ("copy_contract_line_flag", "bool"),
    ("line_no", "i64"),
    ("item_desc", "Option<String>"),
];

/// One way to derive.
struct Contender {
    name: &'static str,
    dependencies: String,
    head: &'static str,
    attributes: &'static str,
}

fn main() -> Result<(), Box<dyn Error>> {
    // `cargo test --benches` starts it too, without this word.
    if !env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).display().to_string();
    let p21 = format!("p21-services = {{ path = {manifest:?}, features = [\"job_contract_pricing\"] }}");
    let none = Contender { name: "no derive", dependencies: String::new(), head: "", attributes: "" };
    let derives = [
        Contender {
            name: "DataElement",
            dependencies: p21,
            head: "use p21_services::{job_contract_pricing::line, prelude::*};",
            attributes: "#[derive(DataElement)]\n#[p21(line, edit)]",
        },
        Contender {
            name: "serde, both derives",
            dependencies: "serde = { version = \"1\", features = [\"derive\"] }".to_owned(),
            head: "use serde::{Deserialize, Serialize};",
            attributes: "#[derive(Serialize, Deserialize)]",
        },
        Contender {
            name: "typed-builder",
            dependencies: "typed-builder = \"0.23\"".to_owned(),
            head: "use typed_builder::TypedBuilder;",
            attributes: "#[derive(TypedBuilder)]",
        },
        Contender {
            name: "bon",
            dependencies: "bon = \"3\"".to_owned(),
            head: "use bon::Builder;",
            attributes: "#[derive(Builder)]",
        },
    ];
    println!("{STRUCTS} structs of {} fields, best of {RUNS}", FIELDS.len());
    let floor = none.measure()?;
    println!("{:<20} check {:>5} ms", none.name, floor.check.as_millis());
    for contender in &derives {
        match contender.measure() {
            Ok(times) => println!(
                "{:<20} check {:>5} ms, {:>5} ms over no derive; expansion {:>4} ms",
                contender.name,
                times.check.as_millis(),
                times.check.saturating_sub(floor.check).as_millis(),
                times.expansion.as_millis()
            ),
            Err(error) => println!("{:<20} not measured: {error}", contender.name),
        }
    }
    Ok(())
}

struct Times {
    check: Duration,
    expansion: Duration,
}

impl Contender {
    fn measure(&self) -> Result<Times, Box<dyn Error>> {
        let folder = self.write()?;
        check(&folder, &[])?;
        let mut best = Duration::MAX;
        for _ in 0..RUNS {
            // A new time stamp is all that cargo looks at.
            fs::write(folder.join("src/lib.rs"), self.source()?)?;
            let start = Instant::now();
            check(&folder, &[])?;
            best = best.min(start.elapsed());
        }
        let mut expansion = Duration::MAX;
        for _ in 0..RUNS {
            fs::write(folder.join("src/lib.rs"), self.source()?)?;
            let report = check(&folder, &["--", "-Ztime-passes"])?;
            expansion = expansion.min(pass(&report, "macro_expand_crate").ok_or("rustc names no expansion pass")?);
        }
        Ok(Times { check: best, expansion })
    }

    fn write(&self) -> Result<PathBuf, Box<dyn Error>> {
        let crate_name = self.name.replace(|c: char| !c.is_ascii_alphanumeric(), "-").to_lowercase();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("derives").join(&crate_name);
        fs::create_dir_all(folder.join("src"))?;
        let manifest = format!(
            "[package]\nname = \"bench-{crate_name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{}\n\n[workspace]\n",
            self.dependencies
        );
        fs::write(folder.join("Cargo.toml"), manifest)?;
        fs::write(folder.join("src/lib.rs"), self.source()?)?;
        Ok(folder)
    }

    fn source(&self) -> Result<String, std::fmt::Error> {
        let mut out = format!("{}\n", self.head);
        for number in 0..STRUCTS {
            writeln!(out, "{}\npub struct Line{number} {{", self.attributes)?;
            for (name, of) in FIELDS {
                writeln!(out, "    pub {name}: {of},")?;
            }
            out.push_str("}\n");
        }
        Ok(out)
    }
}

/// `cargo check`, and what it said.
fn check(folder: &Path, arguments: &[&str]) -> Result<String, Box<dyn Error>> {
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["rustc", "--quiet", "--lib", "--p21-version", "check"])
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("derives/target"))
        // The report of passes is not stable; the compiler is pinned.
        .env("RUSTC_BOOTSTRAP", "1")
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(said) } else { Err(said.lines().take(3).collect::<Vec<_>>().join(" ").into()) }
}

/// The seconds of a pass in a report such as `time:   0.012; rss:  80MB -> 90MB  macro_expand_crate`.
fn pass(report: &str, name: &str) -> Option<Duration> {
    let line = report.lines().find(|line| line.split_whitespace().last() == Some(name))?;
    let seconds = line.trim_start().strip_prefix("time:")?.split(';').next()?;
    Some(Duration::from_secs_f64(seconds.trim().parse().ok()?))
}
