//! Many outboxes at once, aimed at a collector that comes and goes.

use std::fmt::{self, Display};
use std::net::SocketAddr;
use std::ops::AddAssign;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::outbox::{self, Attempt, Outbox};
use super::{Dice, Ledger};
use crate::fixtures::eventually;

/// What the outboxes share.
#[derive(Default)]
struct Shared {
    /// Where the collector is; none while there is none.
    aim: Mutex<Option<SocketAddr>>,
    aimed: Condvar,
    /// How many outboxes wait to be aimed, or have ended.
    parked: AtomicU64,
    ledger: Ledger,
    /// No more responses are made: what waits is sent, and that is all.
    is_closing: AtomicBool,
    /// True from the first panic of an outbox on.
    has_failed: AtomicBool,
    stored: AtomicU64,
    duplicate: AtomicU64,
    refused: AtomicU64,
    lost: AtomicU64,
}

/// Outboxes that send until they are told to finish.
pub(crate) struct Fleet {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

/// What came of all attempts.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tally {
    /// Answered with 201.
    pub(crate) stored: u64,
    /// Answered with 200.
    pub(crate) duplicate: u64,
    /// Answered with 503.
    pub(crate) refused: u64,
    /// Not answered.
    pub(crate) lost: u64,
}

impl Fleet {
    pub(crate) fn start(seed: u64, outboxes: u64) -> Self {
        let shared = Arc::<Shared>::default();
        let threads = (0..outboxes).map(|number| {
            let shared = Arc::clone(&shared);
            let dice = Dice::new(seed.wrapping_mul(31).wrapping_add(number));
            thread::spawn(move || {
                let failed = Failed(&shared);
                run(&shared, Outbox::new(dice));
                std::mem::drop(failed);
            })
        });
        let threads = threads.collect();
        Self { shared, threads }
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.shared.ledger
    }

    /// Where to send from now on; none stops the outboxes after what is under way.
    pub(crate) fn aim_at(&self, address: Option<SocketAddr>) {
        *self.shared.aim.lock().unwrap() = address;
        self.shared.aimed.notify_all();
    }

    /// Stops the outboxes, and waits until each has had its last reply.
    pub(crate) fn pause(&self) {
        self.aim_at(None);
        let all = self.threads.len() as u64;
        eventually("the outboxes to pause", || {
            self.check_alive();
            all == self.shared.parked.load(Ordering::SeqCst)
        });
    }

    /// How many acknowledgements there were.
    pub(crate) fn acknowledged(&self) -> u64 {
        let tally = self.tally();
        tally.stored + tally.duplicate
    }

    /// Waits until there were so many acknowledgements.
    pub(crate) fn wait_for(&self, acknowledged: u64) {
        eventually("enough acknowledgements", || {
            self.check_alive();
            acknowledged <= self.acknowledged()
        });
    }

    /// Waits for so many more refusals.
    pub(crate) fn wait_for_refusals(&self, more: u64) {
        let wanted = self.tally().refused + more;
        eventually("enough refusals", || {
            self.check_alive();
            wanted <= self.tally().refused
        });
    }

    pub(crate) fn tally(&self) -> Tally {
        let of = |count: &AtomicU64| count.load(Ordering::SeqCst);
        Tally {
            stored: of(&self.shared.stored),
            duplicate: of(&self.shared.duplicate),
            refused: of(&self.shared.refused),
            lost: of(&self.shared.lost),
        }
    }

    /// Sends what waits, and nothing more; then all of it was acknowledged.
    pub(crate) fn finish(mut self) -> (Ledger, Tally) {
        self.shared.is_closing.store(true, Ordering::SeqCst);
        let threads = std::mem::take(&mut self.threads);
        eventually("the end of the outboxes", || {
            self.check_alive();
            threads.iter().all(JoinHandle::is_finished)
        });
        for thread in threads {
            thread.join().unwrap();
        }
        let tally = self.tally();
        (self.shared.ledger.take(), tally)
    }

    fn check_alive(&self) {
        let has_failed = self.shared.has_failed.load(Ordering::SeqCst);
        assert!(!has_failed, "an outbox got a reply that it must not get");
    }
}

/// Tells the test when an outbox panics.
struct Failed<'a>(&'a Shared);

impl Drop for Failed<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.has_failed.store(true, Ordering::SeqCst);
        }
    }
}

impl Drop for Fleet {
    /// A test that fails leaves no thread behind that goes on sending.
    fn drop(&mut self) {
        self.shared.has_failed.store(true, Ordering::SeqCst);
        self.shared.aimed.notify_all();
    }
}

/// Sends until the fleet is closing and nothing waits any more.
fn run(shared: &Shared, mut outbox: Outbox) {
    let agent = outbox::agent();
    let mut refusals = 0;
    loop {
        let makes_more = !shared.is_closing.load(Ordering::SeqCst);
        let Some((submission, is_known)) = outbox.next(&shared.ledger, makes_more) else {
            return;
        };
        let Some(address) = aim(shared) else {
            return;
        };
        let attempt = outbox::send(&agent, address, &submission);
        let count = match attempt {
            Attempt::Stored => &shared.stored,
            Attempt::Duplicate => &shared.duplicate,
            Attempt::Refused => &shared.refused,
            Attempt::Lost => &shared.lost,
        };
        assert!(
            !is_known || attempt != Attempt::Stored,
            "stored twice: {submission}"
        );
        match attempt {
            Attempt::Stored | Attempt::Duplicate => {
                refusals = 0;
                shared.ledger.note(submission);
            }
            Attempt::Refused | Attempt::Lost => {
                refusals += 1;
                if !is_known {
                    outbox.put_back(submission);
                }
                thread::sleep(outbox::pause(refusals, &mut outbox.dice));
            }
        }
        count.fetch_add(1, Ordering::SeqCst);
    }
}

/// Where to send; waits while there is no collector, and is none when the test is over.
fn aim(shared: &Shared) -> Option<SocketAddr> {
    let mut aim = shared.aim.lock().unwrap();
    shared.parked.fetch_add(1, Ordering::SeqCst);
    while aim.is_none() && !shared.has_failed.load(Ordering::SeqCst) {
        aim = shared
            .aimed
            .wait_timeout(aim, Duration::from_millis(100))
            .unwrap()
            .0;
    }
    shared.parked.fetch_sub(1, Ordering::SeqCst);
    aim.filter(|_| !shared.has_failed.load(Ordering::SeqCst))
}

impl AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.stored += more.stored;
        self.duplicate += more.duplicate;
        self.refused += more.refused;
        self.lost += more.lost;
    }
}

impl Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} stored, {} duplicates, {} refused, {} without a reply",
            self.stored, self.duplicate, self.refused, self.lost
        )
    }
}
