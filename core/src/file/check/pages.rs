//! Where on a site: patterns of addresses, and CSS selectors.
//!
//! Whether a selector is one, only a browser can say; here it is looked at for
//! brackets and quotes that do not close.

use super::Check;
use crate::file::Cause;
use crate::rules::PageRule;

const MAX_PAGES: usize = 100;
const MAX_PATTERN_CHARS: usize = 2_000;
const MAX_SELECTOR_CHARS: usize = 500;

impl Check<'_> {
    pub(super) fn pages(&mut self) {
        let Some(pages) = &self.draft.file.pages else {
            return;
        };
        if !(1..=MAX_PAGES).contains(&pages.len()) {
            self.wrong("pages", format!("must hold 1 to {MAX_PAGES} rules"));
        }
        for (index, page) in pages.iter().enumerate() {
            self.page(&format!("pages[{index}]"), page);
        }
    }

    fn page(&mut self, path: &str, page: &PageRule) {
        let (name, pattern) = match page {
            PageRule::Is(pattern) => ("is", pattern),
            PageRule::StartsWith(pattern) => ("starts_with", pattern),
            PageRule::Contains(pattern) => ("contains", pattern),
            PageRule::Glob(pattern) => ("glob", pattern),
            PageRule::Regex(pattern) => ("regex", pattern),
            PageRule::Not(inner) => {
                let path = format!("{path}.not");
                return match **inner {
                    PageRule::Not(_) if self.draft.is_whole(&path) => {
                        self.wrong(path, "is a `not` of a `not`; remove both");
                    }
                    _ => self.page(&path, inner),
                };
            }
        };
        if !self.draft.is_whole(path) {
            return;
        }
        let path = format!("{path}.{name}");
        if crate::text::is_blank(pattern) {
            self.report(path, Cause::BlankText);
        } else if MAX_PATTERN_CHARS < crate::text::char_count(pattern) {
            self.wrong(
                path,
                format!("is too long; {MAX_PATTERN_CHARS} characters are allowed"),
            );
        } else if name == "regex"
            && let Err(error) = regress::Regex::new(pattern)
        {
            self.wrong(
                path,
                format!("is no regular expression of JavaScript: {}", error.text),
            );
        }
    }

    /// Checks a CSS selector as far as can be seen without a browser.
    pub(super) fn selector(&mut self, path: &str, selector: Option<&str>) {
        let Some(selector) = selector.filter(|_| self.draft.is_read(path)) else {
            return;
        };
        if crate::text::is_blank(selector) {
            self.report(path, Cause::BlankText);
        } else if MAX_SELECTOR_CHARS < crate::text::char_count(selector) {
            self.wrong(
                path,
                format!("is too long; {MAX_SELECTOR_CHARS} characters are allowed"),
            );
        } else if let Some(message) = unbalanced(selector) {
            self.wrong(path, message);
        }
    }
}

/// What of a selector is open at its end, or closed before it was opened.
fn unbalanced(selector: &str) -> Option<String> {
    let mut open = Vec::new();
    let mut quote = None;
    let mut characters = selector.chars();
    while let Some(character) = characters.next() {
        match (character, quote) {
            // What follows is meant as it is.
            ('\\', _) => drop(characters.next()),
            (character, Some(opened)) if character == opened => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'', None) => quote = Some(character),
            ('(', None) => open.push(')'),
            ('[', None) => open.push(']'),
            (')' | ']', None) if open.pop() != Some(character) => {
                return Some(format!("is no CSS selector: `{character}` closes nothing"));
            }
            _ => {}
        }
    }
    let missing = quote.or(open.pop())?;
    Some(format!("is no CSS selector: `{missing}` is missing"))
}
