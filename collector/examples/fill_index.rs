//! How much memory the index of a long log takes, and how fast it is.
//!
//! ```sh
//! cargo run --release -p sayso-collector --example fill_index -- 10000000
//! ```
//!
//! writes a log of so many submissions into a folder that is removed in the end,
//! opens it without an index and with one, stores submissions in it, and repeats
//! old ones. With `random` behind the number, the ids have no time in them, which
//! is the worst case. With a number of MiB behind `at-most`, it fails when more memory
//! was resident at any time.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a tool that shows figures, and stops at what it stumbles over"
)]

use std::env;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use sayso_collector::history::closed_name;
use sayso_collector::metrics::{Metrics, OpenSubmission};
use sayso_collector::sink::{Kept, LOG, Line, Log, Sink};
use sayso_core::id::ResponseId;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

/// How many submissions are stored while it is measured how fast that is.
const STORED: u64 = 200_000;

/// How many wait for the disk at once.
const AT_ONCE: u64 = 512;

/// How many lines a file has.
const LINES_A_FILE: u64 = 1_000_000;

/// When the first response was, in milliseconds.
const BEGIN_MS: u64 = 0x0199_d0a4_0000;

fn main() -> ExitCode {
    let args: Vec<_> = env::args().skip(1).collect();
    let count = args
        .first()
        .and_then(|count| count.parse().ok())
        .unwrap_or(200_000);
    let ids = Ids {
        are_random: args.iter().any(|arg| arg == "random"),
    };
    let most = args.iter().skip_while(|arg| *arg != "at-most").nth(1);
    let most: Option<u64> = most.map(|most| most.parse().expect("at-most takes MiB"));
    let place = tempfile::tempdir_in(".").expect("a folder to work in");
    write_log(place.path(), count, ids);
    println!(
        "{count} submissions, {} MiB resident before",
        memory("VmRSS")
    );
    timed("opened without an index", || {
        drop(Log::open(place.path()).unwrap())
    });
    timed("opened with its index", || {
        drop(Log::open(place.path()).unwrap())
    });
    let log = Log::open(place.path()).unwrap();
    let metrics = Arc::new(Metrics::default());
    let (sink, writer) = Sink::start(log, 4_096, Arc::clone(&metrics)).unwrap();
    let runtime = Runtime::new().unwrap();
    for (what, first, step) in [
        ("stored", count, 1),
        (
            "answered as repeats, from all over the log",
            0,
            (count / STORED).max(1),
        ),
    ] {
        let begun = Instant::now();
        let stored = runtime.block_on(load(&sink, &metrics, first, step, ids));
        let rate = STORED as f64 / begun.elapsed().as_secs_f64();
        println!(
            "{STORED} {what}: {rate:.0} a second, {stored} were new; {} MiB resident",
            memory("VmRSS")
        );
    }
    writer.stop();
    let peak = memory("VmHWM");
    println!(
        "{peak} MiB resident at most; the index is {} MiB",
        index_size(place.path()) >> 20
    );
    match most {
        Some(most) if most < peak => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    }
}

/// Which ids responses have.
#[derive(Clone, Copy)]
struct Ids {
    are_random: bool,
}

impl Ids {
    /// The id of a response: some ten thousand a second, or without a time.
    fn of(self, number: u64) -> ResponseId {
        // An odd factor: no two numbers have the same.
        let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let time = match self.are_random {
            true => mixed.rotate_left(29) & 0xffff_ffff_ffff,
            false => BEGIN_MS + number / 10,
        };
        let (high, low) = (time >> 16, time & 0xffff);
        let (node, clock) = (mixed & 0xffff_ffff_ffff, mixed >> 48);
        let text = format!("{high:08x}-{low:04x}-7000-{clock:04x}-{node:012x}");
        ResponseId::try_from(text).expect("an id is a UUID")
    }
}

fn line(number: u64, ids: Ids) -> (ResponseId, String) {
    let id = ids.of(number);
    let text = format!(
        "{{\"schema\":1,\"received_at\":\"2026-11-22T14:17:04.018Z\",\"response_id\":\"{id}\",\
         \"seq\":1,\"survey\":\"nps\",\"survey_version\":\"0f01d988\",\"status\":\"completed\",\
         \"answers\":{{\"recommend\":9}},\"channel\":\"web\"}}\n"
    );
    (id, text)
}

fn write_log(folder: &Path, count: u64, ids: Ids) {
    let mut number = 0;
    let mut file = 0;
    while number < count {
        let last = (number + LINES_A_FILE).min(count);
        let name = match last < count {
            true => closed_name("2026-11-21T00", file + 1),
            false => String::from(LOG),
        };
        let mut writer = BufWriter::new(File::create(folder.join(name)).unwrap());
        for number in number..last {
            writer.write_all(line(number, ids).1.as_bytes()).unwrap();
        }
        writer.flush().unwrap();
        (number, file) = (last, file + 1);
    }
}

/// Sends submissions, so many at once, and returns how many were new.
async fn load(sink: &Sink, metrics: &Arc<Metrics>, first: u64, step: u64, ids: Ids) -> u64 {
    let mut senders = JoinSet::new();
    for sender in 0..AT_ONCE {
        let (sink, metrics) = (sink.clone(), Arc::clone(metrics));
        senders.spawn(async move {
            let mut new = 0;
            for number in (sender..STORED).step_by(AT_ONCE as usize) {
                let (response_id, text) = line(first + number * step, ids);
                let line = Line {
                    response_id,
                    seq: 1,
                    completed: None,
                    text,
                };
                let open = OpenSubmission::new(Arc::clone(&metrics));
                let kept = sink.store(line, open).await.unwrap();
                new += u64::from(matches!(kept, Kept::Stored(_)));
            }
            new
        });
    }
    senders.join_all().await.into_iter().sum()
}

fn timed(what: &str, work: impl FnOnce()) {
    let begun = Instant::now();
    work();
    let seconds = begun.elapsed().as_secs_f64();
    println!("{what} in {seconds:.1} s; {} MiB resident", memory("VmRSS"));
}

/// What the system says of this process' memory, in MiB.
fn memory(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    number.unwrap_or(0) / 1_024
}

fn index_size(folder: &Path) -> u64 {
    let index = folder.join(sayso_collector::sink::INDEX);
    fs::metadata(index).map_or(0, |file| file.len())
}
