//! The numbers of the last forms: who goes back with the browser and answers otherwise is heard.
//!
//! The browser's own way back shows an old form with an old number, and a number that is
//! stored is a duplicate, whatever is in it. So for some time it is known here what came
//! with which number: the same again keeps its number, something else gets a new one.
//! After a restart nothing is known, and the old number counts.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sayso_core::id::ResponseId;
use sha2::{Digest, Sha256};

/// Most responses that are known: a few megabytes. Then all are forgotten.
const MAX_RESPONSES: usize = 10_000;

/// Most numbers of one response that are known.
const MAX_NUMBERS: usize = 64;

/// A hash, long enough to tell a person's answers apart.
type Short = u64;

/// What came with which number.
#[derive(Debug, Default)]
pub struct Recent(Mutex<HashMap<u128, Vec<(u32, Short)>>>);

impl Recent {
    /// The number of a submission that a form of number `seq` brings.
    pub fn number(&self, response: &ResponseId, seq: u32, said: &[u8]) -> u32 {
        let digest = Sha256::digest(said);
        let hash = digest
            .iter()
            .take(8)
            .fold(0, |hash: Short, byte| hash << 8 | Short::from(*byte));
        // What is behind the lock is whole after each step.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if MAX_RESPONSES <= known.len() && !known.contains_key(&response.bits()) {
            known.clear();
        }
        let numbers = known.entry(response.bits()).or_default();
        let same = numbers
            .iter()
            .find(|(number, known)| seq <= *number && *known == hash);
        if let Some((number, _)) = same {
            return *number;
        }
        let highest = numbers.iter().map(|(number, _)| *number).max();
        let number = highest.map_or(seq, |highest| seq.max(highest.saturating_add(1)));
        if MAX_NUMBERS <= numbers.len() {
            numbers.clear();
        }
        numbers.push((number, hash));
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(last: u8) -> ResponseId {
        ResponseId::try_from(format!("0199d0a4-7c1e-7b52-9d0e-3f6a2b1c4d{last:02x}")).unwrap()
    }

    #[test]
    fn the_same_keeps_its_number_and_another_answer_gets_a_new_one() {
        let recent = Recent::default();
        assert_eq!(recent.number(&id(1), 0, b"9"), 0);
        assert_eq!(recent.number(&id(1), 0, b"9"), 0);
        assert_eq!(recent.number(&id(1), 1, b"9 and words"), 1);
        assert_eq!(recent.number(&id(1), 0, b"3"), 2);
        assert_eq!(recent.number(&id(1), 0, b"3"), 2);
        assert_eq!(recent.number(&id(2), 0, b"3"), 0);
        assert_eq!(recent.number(&id(1), 7, b"9"), 7);
    }

    #[test]
    fn what_is_known_is_bounded() {
        let recent = Recent::default();
        for seq in 0..10 * MAX_NUMBERS as u32 {
            recent.number(&id(1), 0, &seq.to_be_bytes());
        }
        let known = recent.0.lock().unwrap();
        assert!(known.values().all(|numbers| numbers.len() <= MAX_NUMBERS));
    }
}
