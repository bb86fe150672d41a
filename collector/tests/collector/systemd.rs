//! The program under systemd: what it tells, and the socket that it is given.

use std::fs;
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::Signal;

use crate::fixtures::submission;
use crate::program::{PROGRAM, Place, Program, SERVE};

/// What systemd hears of the program, message by message.
struct Systemd(UnixDatagram);

impl Systemd {
    fn new(socket: UnixDatagram) -> Self {
        let limit = Some(Duration::from_secs(20));
        socket.set_read_timeout(limit).unwrap();
        Self(socket)
    }

    fn at(place: &Place) -> Self {
        Self::new(UnixDatagram::bind(place.path().join("notify")).unwrap())
    }

    fn heard(&self) -> String {
        let mut message = [0; 1024];
        let length = self.0.recv(&mut message).unwrap();
        String::from_utf8_lossy(&message[..length]).into_owned()
    }

    /// The next message that is more than a sign of life.
    fn news(&self) -> String {
        loop {
            let message = self.heard();
            if message != "WATCHDOG=1\n" {
                return message;
            }
        }
    }
}

fn notifying(place: &Place, socket: &str) -> Command {
    let mut command = place.command();
    command.args(SERVE).env("NOTIFY_SOCKET", socket);
    command
}

#[test]
fn systemd_hears_of_the_start_each_reload_and_the_end() {
    let place = Place::new();
    let systemd = Systemd::at(&place);
    let path = place.path().join("notify");
    let mut program = Program::start_as(&mut notifying(&place, path.to_str().unwrap()));
    let address = program.address;
    let expected = format!("READY=1\nSTATUS=Listening on {address}, 2 surveys\n");
    assert_eq!(systemd.heard(), expected);
    for _ in 0..2 {
        program.signal(Signal::HUP);
        let message = systemd.heard();
        let (words, time) = message.split_once("MONOTONIC_USEC=").unwrap();
        assert_eq!(words, "RELOADING=1\n");
        assert!(0 < time.trim_end().parse::<u64>().unwrap());
        assert_eq!(systemd.heard(), "READY=1\n");
    }
    program.signal(Signal::TERM);
    assert_eq!(systemd.heard(), "STOPPING=1\n");
    assert!(program.wait().success());
}

#[test]
fn the_socket_of_messages_may_have_no_file() {
    let place = Place::new();
    let name = format!("sayso-test-{}", place.path().display());
    let address = SocketAddr::from_abstract_name(&name).unwrap();
    let systemd = Systemd::new(UnixDatagram::bind_addr(&address).unwrap());
    let program = Program::start_as(&mut notifying(&place, &format!("@{name}")));
    assert!(systemd.heard().starts_with("READY=1\n"));
    drop(program);
}

#[test]
fn systemd_hears_signs_of_life_if_it_asks_for_them() {
    let place = Place::new();
    let systemd = Systemd::at(&place);
    let path = place.path().join("notify");
    let mut command = notifying(&place, path.to_str().unwrap());
    let mut program = Program::start_as(command.env("WATCHDOG_USEC", "20000"));
    assert!(systemd.news().starts_with("READY=1\n"));
    for _ in 0..3 {
        assert_eq!(systemd.heard(), "WATCHDOG=1\n");
    }
    program.signal(Signal::TERM);
    assert_eq!(systemd.news(), "STOPPING=1\n");
    assert!(program.wait().success());
}

#[test]
fn nobody_to_tell_is_no_trouble() {
    let place = Place::new();
    let mut program = Program::start_as(&mut notifying(&place, "/nowhere/notify"));
    assert_eq!(program.post(&submission()).unwrap().0, 201);
    program.signal(Signal::TERM);
    assert!(program.wait().success());
}

/// The program with an open file in the place of the socket that systemd passes.
///
/// The shell moves it there, and becomes the program: the id stays.
fn given(place: &Place, file: OwnedFd, script: &str) -> Command {
    let mut command = Command::new("/bin/sh");
    let script = format!("exec 3<&0 </dev/null; {script} exec \"$@\"");
    command
        .args(["-c", &script, "sh", PROGRAM])
        .args(SERVE)
        .current_dir(place.path())
        .env_clear()
        .stdin(Stdio::from(file));
    command
}

const PASSED: &str = "export LISTEN_FDS=1 LISTEN_PID=$$ LISTEN_FDNAMES=sayso.socket;";

#[test]
fn the_socket_of_systemd_is_taken() {
    let place = Place::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut program = Program::start_as(&mut given(&place, listener.into(), PASSED));
    assert_eq!(program.address, address);
    program.wait_for("the socket is systemd's; the setting `listen` is not used");
    assert_eq!(program.post(&submission()).unwrap().0, 201);
    program.signal(Signal::TERM);
    assert!(program.wait().success());
}

#[test]
fn a_socket_for_another_process_is_left_alone() {
    let place = Place::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let script = "export LISTEN_FDS=1 LISTEN_PID=1;";
    let program = Program::start_as(&mut given(&place, listener.into(), script));
    assert_ne!(program.address, address);
    assert_eq!(program.post(&submission()).unwrap().0, 201);
}

#[test]
fn what_is_no_socket_or_too_many_is_refused() {
    let place = Place::new();
    let file = || OwnedFd::from(fs::File::open(place.surveys().join("support.json")).unwrap());
    let two = "exec 4<&3; export LISTEN_FDS=2 LISTEN_PID=$$;";
    for (script, expected) in [
        (PASSED, "because: fd 3 is not a socket"),
        (two, "because: systemd passed 2 sockets"),
    ] {
        let output = given(&place, file(), script).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(
            text.contains("cannot use the socket that systemd passed"),
            "{text}"
        );
        assert!(text.contains(expected), "{text}");
    }
}
