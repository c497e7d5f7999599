//! A server that answers what a test tells it to, and a run of the command.
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

/// What a request is answered with: status and body.
pub(crate) enum Answer {
    Json(u16, String),
    Html(u16, &'static str),
    Redirect(String),
    Empty(u16),
    /// Bytes without end.
    Endless,
    /// The connection closes half-way through the body.
    Cut(String),
}

/// Serves on a free port for the rest of the test process. Tokens and the router are answered as P21 does, everything
/// else by `answer`, which sees the path below the UI server.
pub(crate) fn serve(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let base = url.clone();
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (answer, base) = (Arc::clone(&answer), base.clone());
            std::thread::spawn(move || handle(stream, &base, &*answer));
        }
    });
    url
}

fn handle(stream: TcpStream, base: &str, answer: &dyn Fn(&str) -> Answer) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    let Some((path, length)) = request(&mut reader) else { return };
    let mut body = vec![0; length];
    let _ = reader.read_exact(&mut body);
    let answer = match path.as_str() {
        "/api/security/token/v2" => {
            Answer::Json(200, r#"{"AccessToken":"0123456789abcdef-token","ExpiresInSeconds":86400}"#.to_owned())
        }
        path if path.starts_with("/api/ui/router/v1/") => Answer::Json(200, format!(r#"{{"Url":"{base}/ui"}}"#)),
        path => answer(path.strip_prefix("/ui").unwrap_or(path)),
    };
    let _ = write(&mut stream, &answer);
}

fn request(reader: &mut BufReader<TcpStream>) -> Option<(String, usize)> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut length = 0;
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header).ok()? == 0 || header == "\r\n" {
            return Some((path, length));
        }
        if let Some(value) = header.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
}

fn write(stream: &mut TcpStream, answer: &Answer) -> std::io::Result<()> {
    let whole = |stream: &mut TcpStream, status: u16, kind: &str, body: &str| {
        write!(
            stream,
            "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
    };
    match answer {
        Answer::Json(status, body) => whole(stream, *status, "application/json", body),
        Answer::Html(status, body) => whole(stream, *status, "text/html", body),
        Answer::Empty(status) => whole(stream, *status, "text/plain", ""),
        Answer::Redirect(to) => {
            write!(stream, "HTTP/1.1 307 X\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
        Answer::Cut(body) => write!(
            stream,
            "HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len() + 1000
        ),
        Answer::Endless => {
            write!(stream, "HTTP/1.1 200 X\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n[")?;
            let chunk = vec![b' '; 1 << 20];
            loop {
                stream.write_all(&chunk)?;
            }
        }
    }
}

/// Runs the command in a folder, with the user and password that no server here looks at.
pub(crate) fn p21(folder: &Path, arguments: &[&str]) -> Output {
    p21_as(("svc_demo", "s3cret-never-shown"), folder, arguments)
}

/// The same, as a user with a password.
pub(crate) fn p21_as((user, password): (&str, &str), folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cargo-p21"))
        .args(arguments)
        .current_dir(folder)
        .env("P21_USERNAME", user)
        .env("P21_PASSWORD", password)
        .env_remove("P21_BASE_URL")
        .env_remove("P21_CONSUMER_KEY")
        .env_remove("P21_SCRUB_TERMS")
        .output()
        .unwrap()
}

/// Both outputs, for looking things up in.
pub(crate) fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A sandbox in a process of its own, as the command starts it; it ends when this is dropped.
pub(crate) struct Sandbox {
    pub(crate) url: String,
    process: std::process::Child,
}

impl Sandbox {
    pub(crate) fn start(profile: &str) -> Self {
        Self::start_with(&["--p21-version", profile])
    }

    pub(crate) fn start_with(arguments: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_cargo-p21"))
            .args(["sandbox", "--port", "0"])
            .args(arguments)
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let url = lines.find_map(|line| Some(line.unwrap().trim().strip_prefix("middleware")?.trim().to_owned()));
        // What it says later goes nowhere, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Self { url: url.unwrap(), process }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Cargo for a crate that was generated: warnings are errors. What such crates depend on is compiled once for all of them, those
/// of the generator's tests too (so they have the versions of this workspace), and nothing is kept of what no second run finds.
pub(crate) fn cargo_of_generated(folder: &Path, arguments: &[&str]) -> Output {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    std::fs::copy(lock, folder.join("Cargo.lock")).unwrap();
    Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated"))
        .env("CARGO_INCREMENTAL", "0")
        .env("RUSTFLAGS", "-D warnings")
        .output()
        .unwrap()
}
