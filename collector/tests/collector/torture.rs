//! The torture: real submissions from many outboxes, while the collector has a bad day.
//!
//! One engine for all of it. A [`Fleet`] of outboxes sends random submissions, as
//! browsers would, until each is acknowledged; a test makes the collector's day
//! bad meanwhile (it is killed here, its disk fails in `failing_disk`, and is
//! full in `full_disk`); the [`Ledger`] knows what was acknowledged, and looks
//! for it in the log.
//!
//! A kill takes the process and leaves the kernel's memory. So these tests show
//! that what is acknowledged is written, whole and once, and that a restart knows
//! it; they would pass without a sync. That each answer waits for the sync is
//! shown in `logfile`, and that the sync is the system call, beside it in `sink`.
//!
//! `cargo xtask torture --minutes 60` runs the kills for an hour.

mod dice;
mod fleet;
#[cfg(target_os = "linux")]
mod flood;
mod ledger;
mod outbox;
mod responses;

use std::env;
use std::process::Stdio;
use std::str::FromStr;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rustix::process::Signal;

pub(crate) use dice::Dice;
pub(crate) use fleet::{Fleet, Tally};
pub(crate) use ledger::{Ledger, LogEnd};

use crate::program::{Place, Program, SERVE};

/// How many kills there are when nobody says: as many as a change can wait for.
const ROUNDS: u64 = 12;

/// After so many kills the collector gets a new folder, so that looking through
/// the log does not take longer and longer.
const ROUNDS_OF_A_FOLDER: u64 = 25;

/// How many outboxes send at once.
pub(crate) const OUTBOXES: u64 = 6;

/// A number from the environment.
fn setting<T: FromStr>(name: &str) -> Option<T> {
    let given = env::var(name).ok().filter(|given| !given.is_empty())?;
    let number = given.parse().ok();
    Some(number.unwrap_or_else(|| panic!("{name} is no number: {given}")))
}

/// The seed: another each time, unless it is set. It is printed, so that it can be.
pub(crate) fn seed(of: &str) -> u64 {
    let seed = setting("SAYSO_TORTURE_SEED").unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        now.subsec_nanos().into()
    });
    println!("{of}: SAYSO_TORTURE_SEED={seed}");
    seed
}

/// How it is served: files so short that many are closed and compressed.
pub(crate) fn serve_args() -> Vec<&'static str> {
    let short = ["--rotate-bytes", "20000", "--compress", "zstd"];
    [&SERVE[..], &short].concat()
}

/// A folder with the surveys that the outboxes answer.
pub(crate) fn place() -> Place {
    let place = Place::new();
    responses::write_surveys(&place.surveys());
    place
}

/// When there were kills enough.
enum Length {
    Rounds(u64),
    Until(Instant),
}

impl Length {
    fn read() -> Self {
        match setting::<f64>("SAYSO_TORTURE_MINUTES") {
            Some(minutes) => Self::Until(Instant::now() + Duration::from_secs_f64(minutes * 60.0)),
            None => Self::Rounds(setting("SAYSO_TORTURE_ROUNDS").unwrap_or(ROUNDS)),
        }
    }

    fn is_over(&self, rounds: u64) -> bool {
        match self {
            Self::Rounds(wanted) => *wanted <= rounds,
            Self::Until(end) => *end <= Instant::now(),
        }
    }
}

#[test]
fn kills_under_load_lose_nothing_and_store_nothing_twice() {
    let mut dice = Dice::new(seed("kills"));
    let (length, begun) = (Length::read(), Instant::now());
    let (mut rounds, mut folders) = (0, 0_u64);
    let mut tally = Tally::default();
    while !length.is_over(rounds) {
        let place = place();
        let fleet = Fleet::start(dice.next(), OUTBOXES);
        let mut in_folder = 0;
        while !length.is_over(rounds) && in_folder < ROUNDS_OF_A_FOLDER {
            round(&place, &fleet, &mut dice);
            fleet.ledger().check(&place.data(), LogEnd::MayBeTorn);
            (rounds, in_folder) = (rounds + 1, in_folder + 1);
        }
        tally += last_round(&place, fleet);
        folders += 1;
        println!(
            "{} s: {rounds} kills, {folders} folders; {tally}",
            begun.elapsed().as_secs()
        );
    }
}

/// From a start to a kill: at any moment, that of the start itself included.
fn round(place: &Place, fleet: &Fleet, dice: &mut Dice) {
    if dice.one_in(4) {
        kill_at_start(place, dice.below(60));
    }
    let mut program = Program::start_as(place.command().args(serve_args()));
    fleet.ledger().repeat_some(&program, dice);
    let wanted = fleet.acknowledged() + dice.below(150);
    fleet.aim_at(Some(program.address));
    fleet.wait_for(wanted);
    // Between two answers, too, and not only directly after one.
    std::thread::sleep(Duration::from_micros(dice.below(3_000)));
    match dice.one_in(5) {
        true => program.signal(Signal::TERM),
        false => program.signal(Signal::KILL),
    }
    fleet.aim_at(None);
    program.wait();
}

/// Kills a collector that may still be reading its log.
fn kill_at_start(place: &Place, after_ms: u64) {
    let mut command = place.command();
    let command = command.args(serve_args()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    std::thread::sleep(Duration::from_millis(after_ms));
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Everything that was not acknowledged yet is, and the log holds that and nothing else.
fn last_round(place: &Place, fleet: Fleet) -> Tally {
    let mut program = Program::start_as(place.command().args(serve_args()));
    fleet.aim_at(Some(program.address));
    let (ledger, tally) = fleet.finish();
    ledger.check_all(&place.data());
    ledger.repeat_all(&program);
    program.kill();
    // Closing a folder of files, and reading them anew, changes nothing either.
    let program = Program::start_as(place.command().args(serve_args()));
    ledger.repeat_all(&program);
    ledger.check_all(&place.data());
    tally
}
