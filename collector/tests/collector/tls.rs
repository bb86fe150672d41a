//! TLS of the collector's own: it is spoken, its files are read again, and nothing else gets in.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use rustix::process::Signal;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::fixtures::{eventually, submission};
use crate::program::{PROGRAM, Place, Program, SERVE};
use crate::socket::{HEAD, reply_of, with_length};

type Certificate = CertifiedKey<KeyPair>;

fn certificate() -> Certificate {
    generate_simple_self_signed([String::from("localhost")]).unwrap()
}

fn files(place: &Place) -> [PathBuf; 2] {
    ["cert.pem", "key.pem"].map(|name| place.path().join(name))
}

/// Writes certificate and key where the program looks for them.
fn write(place: &Place, certificate: &Certificate) {
    let [cert, key] = files(place);
    fs::write(cert, certificate.cert.pem()).unwrap();
    fs::write(key, certificate.signing_key.serialize_pem()).unwrap();
}

fn start(place: &Place) -> Program {
    let args = [
        "--tls-cert",
        "cert.pem",
        "--tls-key",
        "key.pem",
        "--log-level",
        "debug",
    ];
    Program::start_as(place.command().args(SERVE).args(args))
}

type Stream = StreamOwned<ClientConnection, TcpStream>;

/// A connection that trusts one certificate alone, and has shaken hands.
fn connect(address: SocketAddr, trusted: &Certificate, protocols: &[&str]) -> io::Result<Stream> {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from(trusted.cert.der().to_vec()))
        .unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap();
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    let protocols = protocols.iter().map(|name| name.as_bytes().to_vec());
    config.alpn_protocols = protocols.collect();
    let name = ServerName::try_from("localhost").unwrap();
    let mut client = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut socket = TcpStream::connect(address)?;
    socket.set_read_timeout(Some(Duration::from_secs(20)))?;
    client.complete_io(&mut socket)?;
    while client.is_handshaking() {
        client.complete_io(&mut socket)?;
    }
    Ok(StreamOwned::new(client, socket))
}

fn get(stream: &mut Stream) -> String {
    let request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(request).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_submission_by_tls_is_stored() {
    let (place, certificate) = (Place::new(), certificate());
    write(&place, &certificate);
    let program = start(&place);
    let mut stream = connect(program.address, &certificate, &["h2", "http/1.1"]).unwrap();
    assert_eq!(stream.conn.alpn_protocol(), Some(&b"http/1.1"[..]));
    let request = format!("{HEAD}{}", with_length(&submission().to_string()));
    stream.write_all(request.as_bytes()).unwrap();
    let (status, body) = reply_of(&mut stream);
    assert_eq!((status, body["code"].as_str()), (201, Some("stored")));
    let mut stream = connect(program.address, &certificate, &[]).unwrap();
    let text = get(&mut stream).to_ascii_lowercase();
    assert!(
        text.contains("strict-transport-security: max-age=31536000"),
        "{text}"
    );
}

#[test]
fn health_asks_by_tls_and_reads_the_configuration() {
    let (place, certificate) = (Place::new(), certificate());
    write(&place, &certificate);
    let program = start(&place);
    let address = program.address;
    let ready = |output: std::process::Output| {
        let text = String::from_utf8(output.stdout).unwrap();
        (output.status.code(), text)
    };
    let yes = (Some(0), String::from("ready\n"));
    let url = format!("https://{address}");
    assert_eq!(ready(place.run(&["health", "--url", &url])), yes);
    let plain = ready(place.run(&["health", "--url", &format!("http://{address}")]));
    assert_eq!(plain.0, Some(1), "{plain:?}");
    let config = format!("listen = '{address}'\ntls_cert = 'cert.pem'\ntls_key = 'key.pem'\n");
    fs::write(place.path().join("other.toml"), &config).unwrap();
    assert_eq!(ready(place.run(&["health", "--config", "other.toml"])), yes);
    fs::write(place.path().join("sayso.toml"), &config).unwrap();
    assert_eq!(ready(place.run(&["health"])), yes);
    fs::remove_file(place.path().join("sayso.toml")).unwrap();
    let mut command = place.command();
    command
        .env("SAYSO_LISTEN", address.to_string())
        .env("SAYSO_TLS_CERT", "cert.pem");
    assert_eq!(ready(command.arg("health").output().unwrap()), yes);
}

#[test]
fn without_tls_of_its_own_the_collector_promises_none() {
    let place = Place::new();
    let program = Program::start(&place);
    let reply = ureq::get(format!("http://{}/healthz", program.address))
        .call()
        .unwrap();
    assert!(!reply.headers().contains_key("strict-transport-security"));
}

#[test]
fn what_speaks_no_tls_or_another_protocol_does_no_harm() {
    let (place, certificate) = (Place::new(), certificate());
    write(&place, &certificate);
    let mut program = start(&place);
    for sent in [
        &b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"[..],
        b"\0\0\0\0",
        b"\x16\x03\x01\xff\xff",
        b"",
    ] {
        let mut plain = TcpStream::connect(program.address).unwrap();
        plain.write_all(sent).unwrap();
        plain.shutdown(std::net::Shutdown::Write).unwrap();
        let mut text = Vec::new();
        drop(plain.read_to_end(&mut text));
        assert!(!text.starts_with(b"HTTP/"), "{sent:?}");
    }
    program.wait_for("TLS did not begin");
    assert!(connect(program.address, &certificate, &["h2"]).is_err());
    let mut stream = connect(program.address, &certificate, &[]).unwrap();
    assert!(get(&mut stream).ends_with("ok\n"));
}

#[test]
fn a_handshake_that_never_comes_does_not_hold_up_the_end() {
    let (place, certificate) = (Place::new(), certificate());
    write(&place, &certificate);
    let mut program = start(&place);
    let silent = TcpStream::connect(program.address).unwrap();
    let mut stream = connect(program.address, &certificate, &[]).unwrap();
    assert!(get(&mut stream).ends_with("ok\n"));
    program.signal(Signal::TERM);
    assert!(program.wait().success());
    let lines = format!("{:?}", program.lines());
    assert!(!lines.contains("cut off"), "{lines}");
    drop(silent);
}

#[test]
fn a_new_certificate_is_used_and_one_that_cannot_be_is_not() {
    let place = Place::new();
    let [first, second, third] = [certificate(), certificate(), certificate()];
    write(&place, &first);
    let mut program = start(&place);
    let mut kept = connect(program.address, &first, &[]).unwrap();
    write(&place, &second);
    eventually("the second certificate", || {
        connect(program.address, &second, &[]).is_ok()
    });
    assert!(connect(program.address, &first, &[]).is_err());
    assert!(get(&mut kept).ends_with("ok\n"), "connections go on");
    program.wait_for("the certificate was replaced");

    let [cert, key] = files(&place);
    fs::write(&cert, third.cert.pem()).unwrap();
    let line = program.wait_for("the new certificate cannot be used; the old one stays");
    assert_eq!(line["level"], "ERROR");
    let cause = line["fields"]["cause"].as_str().unwrap();
    assert!(
        cause.contains("cert.pem and the key in key.pem do not fit"),
        "{cause}"
    );
    assert!(connect(program.address, &second, &[]).is_ok());
    fs::remove_file(&key).unwrap();
    eventually("the second complaint", || {
        format!("{:?}", program.lines()).contains("cannot read key.pem")
    });
    assert!(connect(program.address, &second, &[]).is_ok());

    write(&place, &third);
    eventually("the third certificate", || {
        connect(program.address, &third, &[]).is_ok()
    });
}

#[test]
fn files_that_cannot_be_used_keep_the_collector_from_starting() {
    let (place, one, other) = (Place::new(), certificate(), certificate());
    let [cert, key] = files(&place);
    let args = ["serve", "--tls-cert", "cert.pem", "--tls-key", "key.pem"];
    let check = |expected: &str| {
        let output = place.run(&args);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{PROGRAM}: {text}");
        assert!(
            text.contains("cannot use TLS") && text.contains(expected),
            "{text}"
        );
        assert!(!text.contains("PRIVATE KEY"), "{text}");
    };
    check("cannot read cert.pem");
    fs::write(&cert, "nonsense").unwrap();
    fs::write(&key, one.signing_key.serialize_pem()).unwrap();
    check("cert.pem holds no certificate as PEM");
    fs::write(&cert, one.cert.pem()).unwrap();
    fs::write(&key, one.cert.pem()).unwrap();
    check("key.pem holds no private key as PEM");
    fs::write(&key, other.signing_key.serialize_pem()).unwrap();
    check("do not fit");
    assert!(!place.data().exists());
}
