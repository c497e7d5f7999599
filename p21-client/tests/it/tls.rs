//! TLS: certificates are verified unless that is switched off by name.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use crate::support;

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;

use p21_client::{Client, ClientBuilder, Credentials, Retry};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use support::log;

fn builder(url: &str) -> ClientBuilder {
    Client::builder(url).credentials(Credentials::password("svc_demo", "x")).retry(Retry::never())
}

/// A server with a certificate that nobody signed; it answers every request with a refusal.
fn self_signed() -> String {
    // Made for this test and good for nothing else: no program trusts it.
    let certificate = CertificateDer::from(&include_bytes!("../data/self-signed.cert.der")[..]);
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(&include_bytes!("../data/self-signed.key.der")[..]));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let tls = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(tls, connection.unwrap());
            if stream.read(&mut [0; 4096]).is_ok() {
                let answer =
                    b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 15\r\nconnection: close\r\n\r\n{\"error\":\"tls\"}";
                stream.write_all(answer).unwrap();
                stream.conn.send_close_notify();
                stream.flush().unwrap();
            }
        }
    });
    url
}

#[tokio::test]
async fn a_certificate_that_nobody_signed_is_refused() {
    let error = builder(&self_signed()).build().unwrap().services().await.unwrap_err();
    assert!(error.is_connect() && !error.is_timeout(), "{error:?}");
    assert!(error.to_string().contains("certificate"), "{error}");
    assert!(error.status().is_none());
}

#[tokio::test]
async fn verification_can_be_switched_off_by_name() {
    log::start();
    let client = builder(&self_signed()).danger_accept_invalid_certs(true).build().unwrap();
    assert!(log::text().contains("WARN p21_client::builder: TLS certificates are not verified"));
    let error = client.services().await.unwrap_err();
    assert!(error.is_auth() && error.server_text() == Some("tls"), "{error:?}");
}

#[tokio::test]
async fn a_plain_server_is_no_https_server() {
    let server = support::Server::start(|_| None).await;
    let url = server.url.replace("http://", "https://");
    let error = builder(&url).build().unwrap().services().await.unwrap_err();
    assert!(error.is_connect() && !error.is_ambiguous(), "{error:?}");
    assert_eq!(server.total(), 0);
}
