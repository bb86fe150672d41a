//! A flood: how much memory the collector holds after ever more submissions.
//!
//! `SAYSO_FLOOD=1000000 cargo test --release -p sayso-collector flood -- --nocapture`
//! prints the figures for a million.

use std::collections::HashSet;
use std::fs;
use std::io::BufRead;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use sayso_collector::lines;
use serde_json::{Value, json};

use super::outbox::{self, Attempt};
use super::{serve_args, setting};
use crate::fixtures::{self, key};
use crate::program::{Place, Program};

/// How many submissions there are when nobody says.
const SUBMISSIONS: u64 = 10_000;

/// How many clients send at once.
const CLIENTS: u64 = 32;

/// Bytes that each submission may cost for as long as the collector runs.
const BYTES_OF_A_SUBMISSION: u64 = 100;

/// What buffers, connections and the allocator may take beside, in bytes.
const BESIDE: u64 = 32 << 20;

/// The resident memory of a process, in bytes.
fn resident(program: &Program) -> u64 {
    let path = format!("/proc/{}/status", program.id().as_raw_nonzero());
    let status = fs::read_to_string(path).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    kilobytes.unwrap().parse::<u64>().unwrap() * 1024
}

/// A submission like no other, without dice: a million of them are made.
fn submission(base: &Value, number: u64) -> Value {
    let spread = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut submission = base.clone();
    submission["response_id"] = json!(format!(
        "0199d0a4-{:04x}-7b52-9d0e-{number:012x}",
        spread & 0xffff
    ));
    submission
}

#[test]
fn a_flood_costs_a_few_bytes_a_submission_and_no_more() {
    let count = setting("SAYSO_FLOOD").unwrap_or(SUBMISSIONS);
    let place = Place::new();
    let program = Program::start_as(place.command().args(serve_args()));
    let base = fixtures::submission();
    let (next, step) = (AtomicU64::new(0), (count / 10).max(1));
    let before = resident(&program);
    println!(
        "    submissions  resident KiB\n{:>15}  {:>12}",
        0,
        before / 1024
    );
    let client = || {
        let agent = outbox::agent();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if count <= number {
                return;
            }
            let attempt = outbox::send(&agent, program.address, &submission(&base, number));
            assert_eq!(attempt, Attempt::Stored);
            if (number + 1).is_multiple_of(step) {
                println!("{:>15}  {:>12}", number + 1, resident(&program) / 1024);
            }
        }
    };
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(client)).collect();
        clients
            .into_iter()
            .for_each(|client| client.join().unwrap());
    });
    let grown = resident(&program).saturating_sub(before);
    assert!(
        grown <= BESIDE + count * BYTES_OF_A_SUBMISSION,
        "{grown} bytes more"
    );
    assert_eq!(stored(&place), count);
}

/// How many different submissions the log holds, whose files the collector may be closing
/// and compressing.
fn stored(place: &Place) -> u64 {
    let mut keys = HashSet::new();
    let read = lines::walk(&place.data(), |_, reader| {
        for line in reader.lines() {
            let record = serde_json::from_str(&line.unwrap()).unwrap();
            assert!(keys.insert(key(&record)), "stored twice: {record}");
        }
        Ok(())
    });
    read.unwrap();
    keys.len() as u64
}
