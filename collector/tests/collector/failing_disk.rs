//! The real program on a disk that fails writes, syncs, cuts and renames on purpose.
//!
//! `failing_disk.c` stands between the program and the system: it is compiled
//! here, and loaded before the C library. In C, because nothing else of ours
//! needs unsafe code, and Rust needs a C compiler anyway to link.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::fixtures::eventually;
use crate::program::{Place, Program};
use crate::torture::{Dice, Fleet, LogEnd, OUTBOXES, place, seed, serve_args};

/// Orders of a disk that is full or broken for a while: whoever is refused is told to
/// come back, and is served as soon as they are gone.
const PASSING: [&str; 6] = [
    "write ENOSPC 1",
    "write EIO 1",
    "write TORN 1",
    "write TORN 3",
    "write ENOSPC 2",
    "write TORN 2\nrename EIO 2\nopen ENOSPC 2",
];

/// Orders after which nobody knows what is on the disk: until a restart all are refused.
const LASTING: [&str; 4] = [
    "sync EIO 1",
    "sync EIO 2",
    "write TORN 1\ncut EIO 1",
    "sync EIO 1\ncut EIO 1",
];

/// Orders that may be given while nothing is lost by them, if files are closed then.
const CLOSING: [&str; 3] = ["rename EIO 1", "open ENOSPC 1", "rename EIO 2\nopen EIO 3"];

/// How many bad days the random one has.
const DAYS: u64 = 6;

/// The disk's hold on the program.
struct Disk {
    /// A name that stays, whatever the folder of the test is a link to.
    folder: PathBuf,
    orders: PathBuf,
}

impl Disk {
    fn new(place: &Place) -> Self {
        let path = fs::canonicalize(place.path()).unwrap();
        let disk = Self {
            folder: path.join("data"),
            orders: path.join("orders"),
        };
        disk.order("");
        disk
    }

    /// Changes what fails; empty is nothing.
    fn order(&self, text: &str) {
        let draft = self.orders.with_extension("draft");
        fs::write(&draft, format!("{text}\n")).unwrap();
        fs::rename(draft, &self.orders).unwrap();
    }

    fn command(&self, place: &Place) -> Command {
        let mut command = place.command();
        command
            .env("LD_PRELOAD", library())
            .env("SAYSO_DISK_FOLDER", &self.folder)
            .env("SAYSO_DISK_ORDERS", &self.orders)
            .args(serve_args());
        command
    }

    fn start(&self, place: &Place) -> Program {
        Program::start_as(&mut self.command(place))
    }
}

/// The disk that fails, compiled once.
fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/collector/failing_disk.c");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let library = folder.join(format!("failing_disk-{}.so", std::process::id()));
        let compiler = env::var("CC").unwrap_or_else(|_| String::from("cc"));
        let status = Command::new(&compiler)
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(&library)
            .arg(&source)
            .arg("-ldl")
            .status();
        let is_built = status.is_ok_and(|status| status.success());
        assert!(is_built, "`{compiler}` cannot compile {}", source.display());
        library
    })
}

fn is_ready(program: &Program) -> bool {
    program.get("/readyz").0 == 200
}

#[test]
fn a_disk_that_refuses_writes_tears_nothing_and_is_over_when_it_takes_them() {
    let place = place();
    let disk = Disk::new(&place);
    let program = disk.start(&place);
    let fleet = Fleet::start(seed("refused writes"), OUTBOXES);
    fleet.aim_at(Some(program.address));
    for orders in PASSING.iter().chain(&CLOSING) {
        fleet.wait_for(fleet.acknowledged() + 10);
        disk.order(orders);
        match PASSING.contains(orders) {
            true => fleet.wait_for_refusals(5),
            false => fleet.wait_for(fleet.acknowledged() + 40),
        }
        disk.order("");
        eventually("ready again", || is_ready(&program));
    }
    let (ledger, tally) = fleet.finish();
    ledger.check_all(&place.data());
    ledger.repeat_all(&program);
    println!("refused writes: {tally}");
}

/// Nothing is acknowledged from the failure on, though the disk is well again;
/// after a restart everything is right.
fn check_lasting(orders: &str) {
    let place = place();
    let disk = Disk::new(&place);
    let mut program = disk.start(&place);
    let fleet = Fleet::start(seed(orders), OUTBOXES);
    fleet.aim_at(Some(program.address));
    fleet.wait_for(20);
    disk.order(orders);
    fleet.wait_for_refusals(3);
    disk.order("");
    fleet.pause();
    let stored = fleet.tally().stored;
    assert!(!is_ready(&program), "{orders}");
    fleet.aim_at(Some(program.address));
    fleet.wait_for_refusals(20);
    fleet.pause();
    assert_eq!(fleet.tally().stored, stored, "stored after {orders}");
    assert!(!is_ready(&program), "{orders}");
    fleet.ledger().check(&place.data(), LogEnd::MayBeTorn);
    program.kill();
    let program = disk.start(&place);
    fleet.aim_at(Some(program.address));
    let (ledger, _) = fleet.finish();
    ledger.check_all(&place.data());
    ledger.repeat_all(&program);
}

#[test]
fn after_a_failed_sync_nothing_is_acknowledged_until_a_restart() {
    check_lasting(LASTING[0]);
    check_lasting(LASTING[1]);
}

#[test]
fn after_a_cut_that_failed_nothing_is_acknowledged_until_a_restart() {
    check_lasting(LASTING[2]);
    check_lasting(LASTING[3]);
}

#[test]
fn bad_days_in_any_order_lose_nothing_and_store_nothing_twice() {
    let mut dice = Dice::new(seed("bad days"));
    let place = place();
    let disk = Disk::new(&place);
    let mut program = disk.start(&place);
    let fleet = Fleet::start(dice.next(), OUTBOXES);
    for _ in 0..DAYS {
        fleet.aim_at(Some(program.address));
        fleet.wait_for(fleet.acknowledged() + dice.below(40));
        let is_lasting = dice.one_in(2);
        disk.order(match is_lasting {
            true => dice.pick::<&str>(&LASTING),
            false => dice.pick::<&str>(&PASSING),
        });
        fleet.wait_for_refusals(1 + dice.below(10));
        let must_restart = is_lasting || dice.one_in(3);
        if must_restart {
            program.kill();
            fleet.aim_at(None);
        }
        disk.order("");
        if must_restart {
            fleet.ledger().check(&place.data(), LogEnd::MayBeTorn);
            program = disk.start(&place);
        }
        fleet.ledger().repeat_some(&program, &mut dice);
    }
    fleet.aim_at(Some(program.address));
    let (ledger, tally) = fleet.finish();
    ledger.check_all(&place.data());
    ledger.repeat_all(&program);
    println!("bad days: {tally}");
}

#[test]
fn a_start_on_a_disk_that_fails_is_refused_and_changes_no_line() {
    let place = place();
    let disk = Disk::new(&place);
    let program = disk.start(&place);
    let fleet = Fleet::start(seed("starts"), OUTBOXES);
    fleet.aim_at(Some(program.address));
    fleet.wait_for(20);
    let (ledger, _) = fleet.finish();
    drop(program);
    let log = place.data().join("responses.ndjson");
    let torn = [fs::read(&log).unwrap(), b"{\"schema\":1,\"rec".to_vec()].concat();
    fs::write(&log, &torn).unwrap();
    for orders in [
        "sync EIO 1",
        "write ENOSPC 1",
        "write TORN 1",
        "open EIO 1",
        "cut EIO 1",
    ] {
        disk.order(orders);
        let output = disk.command(&place).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{orders}: {said}");
        assert!(said.contains("sayso: cannot "), "{orders}: {said}");
        ledger.check(&place.data(), LogEnd::MayBeTorn);
    }
    disk.order("");
    let program = disk.start(&place);
    ledger.repeat_all(&program);
    ledger.check_all(&place.data());
}
