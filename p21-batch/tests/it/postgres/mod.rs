//! A PostgreSQL server of the tests' own: in a temporary folder, on a socket, gone when the tests are.

use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, OnceLock};

use p21_batch::{PostgresBuilder, PostgresJournal};

/// Starts the server, waits until whoever started it is gone, however that ends, and cleans up.
const SCRIPT: &str = r#"
    "$1/pg_ctl" --pgdata="$2/data" --log="$2/log" --wait start </dev/null >"$2/start" 2>&1 && echo started
    cat >/dev/null
    "$1/pg_ctl" --pgdata="$2/data" --mode=immediate stop >/dev/null 2>&1
    rm -rf "$2"
"#;

/// A server that runs.
pub(crate) struct Server {
    folder: tempfile::TempDir,
    programs: PathBuf,
    keeper: Child,
    /// When this is closed, the server ends.
    open: Option<ChildStdin>,
}

/// The server that most tests share; `None` where there is no PostgreSQL, which is said.
pub(crate) fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(|| Server::start(&[])).as_ref()
}

/// A name of a schema that nobody else has.
pub(crate) fn schema() -> String {
    format!("test_{:016x}", fastrand::u64(..))
}

impl Server {
    /// A server of one's own, with further settings.
    pub(crate) fn start(settings: &[&str]) -> Option<Self> {
        let Some(programs) = programs() else {
            assert!(
                std::env::var("CI").as_deref() != Ok("true"),
                "PostgreSQL isn't installed: apt-get install postgresql"
            );
            println!("skipped: PostgreSQL isn't installed (apt-get install postgresql)");
            return None;
        };
        let folder = tempfile::Builder::new().prefix("p21pg").tempdir().unwrap();
        if let Some((user, group)) = not_root() {
            chown(folder.path(), Some(user), Some(group)).unwrap();
        }
        let init = ["--auth=trust", "--username=p21", "--no-sync", "--encoding=UTF8", "--no-locale"];
        let data = format!("--pgdata={}", folder.path().join("data").display());
        let output = program(&programs.join("initdb")).args(init).arg(data).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

        let socket = format!("unix_socket_directories='{}'", folder.path().display());
        let all = ["listen_addresses=''", "port=5432", "fsync=off", "max_connections=200", &socket];
        all.iter().chain(settings).for_each(|setting| set(folder.path(), setting));
        let mut keeper = program(Path::new("sh"));
        keeper.args(["-c", SCRIPT, "sh"]).arg(&programs).arg(folder.path());
        // A group of its own, so that Ctrl-C ends the tests first.
        keeper.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut keeper = keeper.spawn().unwrap();
        let mut said = String::new();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(keeper.stdout.take().unwrap()), &mut said).unwrap();
        let log = || std::fs::read_to_string(folder.path().join("log")).unwrap_or_default();
        assert_eq!(said.trim(), "started", "{}", log());
        let open = keeper.stdin.take();
        Some(Self { folder, programs, keeper, open })
    }

    /// A server that is reached over TLS as `localhost` too, its port, and its certificate, which vouches for itself.
    pub(crate) fn with_tls() -> Option<(Self, u16, PathBuf)> {
        programs()?;
        let folder = tempfile::Builder::new().prefix("p21pg").tempdir().unwrap().keep();
        let (key, certificate) = (folder.join("key"), folder.join("certificate"));
        if let Some((user, group)) = not_root() {
            chown(&folder, Some(user), Some(group)).unwrap();
        }
        let mut openssl = program(Path::new("openssl"));
        openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]);
        openssl.args(["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"]);
        openssl.arg("-keyout").arg(&key).arg("-out").arg(&certificate);
        let output = openssl.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let settings = [
            "ssl=on".to_owned(),
            "listen_addresses='localhost'".to_owned(),
            format!("port={port}"),
            format!("ssl_key_file='{}'", key.display()),
            format!("ssl_cert_file='{}'", certificate.display()),
        ];
        let server = Self::start(&settings.each_ref().map(String::as_str))?;
        let kept = server.folder.path().join("certificate");
        std::fs::copy(&certificate, &kept).unwrap();
        Some((server, port, kept))
    }

    /// Changes a setting; it counts from the next start.
    pub(crate) fn set(&self, setting: &str) {
        set(self.folder.path(), setting);
    }

    /// What connects to it.
    pub(crate) fn url(&self) -> String {
        format!("host={} user=p21 dbname=postgres", self.folder.path().display())
    }

    pub(crate) fn journal(&self, schema: &str) -> PostgresBuilder {
        PostgresJournal::builder(&self.url()).schema(schema)
    }

    /// A connection of a person's.
    pub(crate) async fn person(&self, schema: &str) -> tokio_postgres::Client {
        let (client, connection) = tokio_postgres::connect(&self.url(), tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(&format!("SET search_path TO \"{schema}\"")).await.unwrap();
        client
    }

    /// The file that it writes what happens to.
    pub(crate) fn log(&self) -> String {
        self.folder.path().join("log").display().to_string()
    }

    /// Does something with the server: `stop`, `start`.
    pub(crate) fn control(&self, command: &[&str]) {
        let data = format!("--pgdata={}", self.folder.path().join("data").display());
        let mut control = program(&self.programs.join("pg_ctl"));
        control.args(command).arg(data).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        assert!(control.status().unwrap().success(), "{command:?}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.open.take());
        let _ = self.keeper.wait();
    }
}

fn set(folder: &Path, setting: &str) {
    let file = folder.join("data").join("postgresql.conf");
    let mut file = std::fs::File::options().append(true).open(file).unwrap();
    std::io::Write::write_all(&mut file, format!("{setting}\n").as_bytes()).unwrap();
}

/// Where the newest version's programs are.
fn programs() -> Option<PathBuf> {
    static PROGRAMS: Mutex<Option<PathBuf>> = Mutex::new(None);
    let mut known = PROGRAMS.lock().unwrap();
    if known.is_none() {
        let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let debian = versions.map(|version| version.path().join("bin"));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut all: Vec<PathBuf> = std::env::split_paths(&path).chain(debian).collect();
        all.retain(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists());
        *known = all.pop();
    }
    known.clone()
}

/// The user and group to be, where this runs as root, whom PostgreSQL refuses.
fn not_root() -> Option<(u32, u32)> {
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|of| of.uid() == 0);
    let id = |of: &str| {
        let output = Command::new("id").args([of, "postgres"]).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    if is_root { Some((id("-u")?, id("-g")?)) } else { None }
}

fn program(path: &Path) -> Command {
    let mut command = Command::new(path);
    if let Some((user, group)) = not_root() {
        command.uid(user).gid(group);
    }
    command.current_dir("/");
    command
}
