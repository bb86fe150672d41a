//! Definitions with their tokens: made again for each period, survey and language, when first asked for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::token::Token;
use crate::packed::Packed;

/// Most pages of one period. An operator's surveys times their languages are fewer; were
/// they more, they would be made more than once.
const MAX_PAGES: usize = 4_096;

/// The pages of this period.
#[derive(Debug, Default)]
pub(crate) struct Pages(Mutex<OfPeriod>);

#[derive(Debug, Default)]
struct OfPeriod {
    issued_at: i64,
    /// By the tag of the plain definition, so that a changed survey is another page.
    pages: HashMap<(String, u8), Arc<Packed>>,
}

impl Pages {
    /// The page of a definition with a token, which is made unless it is there.
    pub(crate) fn page(
        &self,
        tag: &str,
        token: Token,
        make: impl FnOnce() -> Packed,
    ) -> Arc<Packed> {
        // A thread that panicked here left whole pages behind.
        let mut of_period = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if of_period.issued_at != token.issued_at || MAX_PAGES <= of_period.pages.len() {
            of_period.pages.clear();
            of_period.issued_at = token.issued_at;
        }
        let key = (String::from(tag), token.bits);
        Arc::clone(
            of_period
                .pages
                .entry(key)
                .or_insert_with(|| Arc::new(make())),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Token = Token {
        issued_at: 300,
        bits: 0,
    };

    #[test]
    fn a_page_is_made_once_a_period() {
        let pages = Pages::default();
        let mut made = 0;
        let mut ask = |tag: &str, token: Token| {
            pages.page(tag, token, || {
                made += 1;
                Packed::compressed_when_asked_for(format!("{tag} {token:?}"))
            })
        };
        let first = ask("a", NOW);
        assert!(Arc::ptr_eq(&first, &ask("a", NOW)));
        ask("b", NOW);
        ask("a", Token { bits: 14, ..NOW });
        let later = Token {
            issued_at: 600,
            ..NOW
        };
        let second = ask("a", later);
        assert_ne!(first.plain(), second.plain());
        assert_eq!(made, 4);
        assert_eq!(pages.0.lock().unwrap().pages.len(), 1);
    }

    #[test]
    fn pages_of_one_period_are_bounded() {
        let pages = Pages::default();
        for number in 0..3 * MAX_PAGES {
            pages.page(&number.to_string(), NOW, || {
                Packed::compressed_when_asked_for("x")
            });
        }
        assert!(pages.0.lock().unwrap().pages.len() <= MAX_PAGES);
    }
}
