//! How the program ends when it is asked to: everything accepted is answered and on disk.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use rustix::process::Signal;

use crate::fixtures::{key, keys_in, submission};
use crate::program::{Place, Program};

#[test]
fn a_request_under_way_is_answered_before_the_end() {
    for signal in [Signal::TERM, Signal::INT] {
        let place = Place::new();
        let mut program = Program::start(&place);
        let submission = submission();
        let body = submission.to_string();
        let (half, rest) = body.split_at(body.len() / 2);
        let mut stream = TcpStream::connect(program.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let head = "POST /v1/responses HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\
                    Content-Type: application/json\r\n";
        let request = format!("{head}Content-Length: {}\r\n\r\n", body.len());
        stream.write_all(request.as_bytes()).unwrap();
        // The program asks for the body: the request is accepted.
        let mut asked = [0; "HTTP/1.1 100 Continue\r\n\r\n".len()];
        stream.read_exact(&mut asked).unwrap();
        stream.write_all(half.as_bytes()).unwrap();
        program.signal(signal);
        program.wait_for("stopping");
        stream.write_all(rest.as_bytes()).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        assert!(reply.starts_with("HTTP/1.1 201 "), "{reply}");
        assert_eq!(program.wait().code(), Some(0));
        let totals = program.wait_for("stopped");
        assert_eq!(totals["fields"]["stored"], 1, "{totals}");
        assert_eq!(keys_in(&place.log()), [key(&submission)]);
    }
}

#[test]
fn under_load_every_answer_is_true_and_the_totals_are_right() {
    let place = Place::new();
    let mut program = Program::start(&place);
    let acknowledged = thread::scope(|scope| {
        let senders: Vec<_> = (0..4)
            .map(|_| {
                let program = &program;
                scope.spawn(move || {
                    let mut acknowledged = Vec::new();
                    loop {
                        let submission = submission();
                        match program.post(&submission) {
                            Ok((201, _)) => acknowledged.push(key(&submission)),
                            Ok((status, body)) => assert_eq!(status, 503, "{body}"),
                            Err(_) => return acknowledged,
                        }
                        if acknowledged.len() == 25 {
                            program.signal(Signal::TERM);
                        }
                    }
                })
            })
            .collect();
        let lists = senders.into_iter().map(|sender| sender.join().unwrap());
        lists.flatten().collect::<Vec<_>>()
    });
    assert_eq!(program.wait().code(), Some(0));
    let stored = keys_in(&place.log());
    assert!(25 <= acknowledged.len());
    for key in &acknowledged {
        assert_eq!(
            stored.iter().filter(|stored| *stored == key).count(),
            1,
            "{key:?}"
        );
    }
    let totals = program.wait_for("stopped");
    assert_eq!(totals["fields"]["stored"], stored.len(), "{totals}");
    assert_eq!(totals["fields"]["failed"], 0, "{totals}");
    for field in ["duplicate", "rejected", "syncs", "uptime_s"] {
        assert!(totals["fields"][field].is_u64(), "{field}: {totals}");
    }
}
