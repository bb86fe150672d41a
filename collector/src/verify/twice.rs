//! Which submissions are in the log twice, within bounded memory.
//!
//! Each line has a key of 16 bytes, and at most [`MOST_KEYS`] of them are held. While a
//! log is read for the first time all keys are held; when there are too many, those
//! alone are that fall into the first half of all hashes, then into the first quarter, and
//! so on. The other halves and quarters are read afterwards, one in each reading. Which
//! lines they are that have the same key is found by one more reading, if there are any.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sayso_core::id::ResponseId;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Finding, Kind, MAX_LISTED, Place};
use crate::error::StartError;
use crate::lines::{End, Lines, walk};
use crate::tombstone::Key;

/// Most keys that are held at a time: 128 MiB of them.
const MOST_KEYS: usize = 8 << 20;

/// Most submissions that are there twice of which the places are looked up.
const MOST_TWICE: usize = 100_000;

/// The keys of one share of the log.
#[derive(Debug)]
pub(super) struct Keys {
    held: Vec<Key>,
    share: Share,
    most: usize,
    /// Keys that were there more than once.
    twice: BTreeSet<Key>,
}

/// A part of all hashes: those whose first `bits` bits are `number`.
#[derive(Debug, Clone, Copy, Default)]
struct Share {
    bits: u32,
    number: u64,
}

impl Share {
    fn holds(self, key: &Key) -> bool {
        let first = key.spread().checked_shr(u64::BITS - self.bits);
        first.unwrap_or_default() == self.number
    }
}

impl Default for Keys {
    fn default() -> Self {
        Self::with_most(MOST_KEYS)
    }
}

impl Keys {
    fn with_most(most: usize) -> Self {
        Self {
            held: Vec::new(),
            share: Share::default(),
            most,
            twice: BTreeSet::new(),
        }
    }

    /// Takes in the key of one line.
    pub(super) fn add(&mut self, key: Key) {
        if !self.share.holds(&key) {
            return;
        }
        if self.held.len() == self.most {
            self.settle();
            // Only in the first reading: the other shares are as large as this one.
            while self.most - self.most / 4 < self.held.len() && self.share.number == 0 {
                self.share.bits += 1;
                let share = self.share;
                self.held.retain(|key| share.holds(key));
            }
            if !self.share.holds(&key) {
                return;
            }
        }
        self.held.push(key);
    }

    /// Keeps one of each, and notes those of which there were more.
    fn settle(&mut self) {
        self.held.sort_unstable();
        for pair in self.held.windows(2) {
            if let [one, other] = pair
                && one == other
                && self.twice.len() < MOST_TWICE
            {
                self.twice.insert(*one);
            }
        }
        self.held.dedup();
    }

    /// Ends this share, and begins the next; false when there is none.
    fn next_share(&mut self) -> bool {
        self.settle();
        self.held.clear();
        self.share.number += 1;
        self.share.number < 1_u64.checked_shl(self.share.bits).unwrap_or_default()
    }
}

/// The lines that repeat an earlier one.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    pub(super) count: u64,
    pub(super) listed: Vec<Finding>,
}

/// Finds the lines that repeat an earlier one, after the first share was read.
pub(super) fn find(data: &Path, mut keys: Keys) -> Result<Repeats, StartError> {
    while keys.next_share() {
        each_key(data, |key, _, _| keys.add(key))?;
    }
    let twice = keys.twice;
    let mut repeats = Repeats::default();
    if twice.is_empty() {
        return Ok(repeats);
    }
    drop(keys.held);
    let mut firsts = BTreeMap::<Key, (Place, bool)>::new();
    each_key(data, |key, place, is_erased| {
        if !twice.contains(&key) {
            return;
        }
        let Some((first, was_erased)) = firsts.get(&key) else {
            firsts.insert(key, (place, is_erased));
            return;
        };
        // Two lines that were one submission, and were both erased.
        if is_erased && *was_erased {
            return;
        }
        repeats.count += 1;
        if repeats.listed.len() < MAX_LISTED {
            let message = match was_erased {
                true => "holds a submission that was erased before",
                false => "holds the same submission",
            };
            repeats.listed.push(Finding {
                file: place.file,
                line: Some(place.line),
                kind: Kind::Duplicate,
                message: String::from(message),
                first: Some(first.clone()),
            });
        }
    })?;
    Ok(repeats)
}

/// The part of a line that says which submission it is, or was.
#[derive(Deserialize)]
struct Named {
    response_id: Option<ResponseId>,
    seq: Option<u32>,
    erased_at: Option<IgnoredAny>,
    key: Option<Key>,
}

/// Looks at the key of each line that has one, and whether it was erased.
fn each_key(data: &Path, mut look: impl FnMut(Key, Place, bool)) -> Result<(), StartError> {
    walk(data, |part, reader| {
        let mut lines = Lines::new(reader);
        // Where a file cannot be read any further was said in the first reading.
        while let Ok(Some(line)) = lines.next_line() {
            if line.end != End::Whole {
                continue;
            }
            let Ok(named) = serde_json::from_slice::<Named>(line.bytes) else {
                continue;
            };
            let key = match (named.response_id, named.seq, named.key) {
                (Some(id), Some(seq), _) => Key::new(&id, seq),
                (_, _, Some(key)) => key,
                _ => continue,
            };
            let place = Place {
                file: part.name(),
                line: line.number,
            };
            look(key, place, named.erased_at.is_some());
        }
        Ok(())
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;
    use std::fs;

    use super::*;
    use crate::history::ACTIVE;

    const LINES: u32 = 3_000;

    fn id(number: u32) -> String {
        format!("0199d0a4-7c1e-7b52-9d0e-{number:012x}")
    }

    fn key(number: u32) -> Key {
        Key::new(&ResponseId::try_from(id(number)).unwrap(), 0)
    }

    /// Finds repeats with room for so many keys, and says how many readings that took.
    fn find_with(most: usize, lines: &[u32]) -> (Vec<(u64, u64)>, u64) {
        let place = tempfile::tempdir().unwrap();
        let mut text = String::new();
        let mut keys = Keys::with_most(most);
        for number in lines {
            writeln!(text, r#"{{"response_id":"{}","seq":0}}"#, id(*number)).unwrap();
            keys.add(key(*number));
            assert!(keys.held.len() <= most, "{} are held", keys.held.len());
        }
        fs::write(place.path().join(ACTIVE), text).unwrap();
        let readings = 1 << keys.share.bits;
        let repeats = find(place.path(), keys).unwrap();
        assert_eq!(repeats.count, repeats.listed.len() as u64);
        let places = repeats.listed.into_iter();
        let places = places.map(|found| (found.line.unwrap(), found.first.unwrap().line));
        (places.collect(), readings)
    }

    #[test]
    fn repeats_are_found_with_room_for_few_keys() {
        let mut lines: Vec<_> = (0..LINES).collect();
        lines.extend([0, 17, LINES - 1, 17]);
        let all = u64::from(LINES);
        let expected = vec![(all + 1, 1), (all + 2, 18), (all + 3, all), (all + 4, 18)];
        for (most, readings) in [(10_000, 1), (3_003, 2), (1_000, 4), (100, 32)] {
            assert_eq!(
                find_with(most, &lines),
                (expected.clone(), readings),
                "{most}"
            );
        }
    }

    #[test]
    fn without_repeats_there_are_none() {
        let lines: Vec<_> = (0..LINES).collect();
        for most in [10_000, 100] {
            assert_eq!(find_with(most, &lines).0, []);
        }
    }

    #[test]
    fn one_line_a_thousand_times_needs_little_room() {
        let (places, readings) = find_with(10, &[7; 1_000]);
        assert_eq!((places.len(), readings), (999, 1));
    }
}
