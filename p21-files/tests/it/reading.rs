//! Reading neither hangs nor swells.

use std::fs;
use std::io::ErrorKind;

use p21_files::read;

#[test]
fn only_regular_files_within_the_bound_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x");
    fs::write(&path, "four").unwrap();
    assert_eq!(read(&path, 4).unwrap(), b"four");
    assert_eq!(read(&path, 3).unwrap_err().kind(), ErrorKind::FileTooLarge);
    assert_eq!(read(folder.path(), 4).unwrap_err().to_string(), "it is a folder, not a file");
    assert_eq!(read(&folder.path().join("y"), 4).unwrap_err().kind(), ErrorKind::NotFound);
}

#[cfg(unix)]
#[test]
fn pipes_sockets_and_devices_are_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let socket = folder.path().join("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(&pipe, &link).unwrap();
    for path in [pipe.as_path(), &socket, &link, "/dev/zero".as_ref()] {
        let error = read(path, 10).unwrap_err();
        assert_eq!(error.to_string(), "it is a pipe, a socket or a device, not a file", "{}", path.display());
    }
}
