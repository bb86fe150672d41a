//! Addresses of links: where they may lead, and where in them a value may stand.

use super::Check;
use crate::file::Text;

/// What a web address begins with.
const WEB: [&str; 2] = ["https://", "http://"];
/// What the other addresses begin with.
const OTHERS: [&str; 2] = ["mailto:", "tel:"];

impl Check<'_> {
    pub(super) fn addresses(&mut self, path: &str, url: &Text) {
        match url {
            Text::Plain(url) => self.address(path, url),
            Text::PerLocale(urls) => {
                for (locale, url) in urls {
                    self.address(&format!("{path}.{locale}"), url);
                }
            }
        }
    }

    fn address(&mut self, path: &str, url: &str) {
        if crate::text::is_blank(url) || !self.draft.is_read(path) {
            return;
        }
        if let Some(message) = wrong_address(url) {
            self.wrong(path, message);
        }
    }
}

/// What is wrong with an address, and the mend.
fn wrong_address(url: &str) -> Option<&'static str> {
    let begins = "must begin with `https://`, `http://`, `mailto:` or `tel:`";
    // Browsers pass over spaces, tabs and line ends in a scheme.
    let bare: String = url
        .chars()
        .filter(|character| !character.is_whitespace() && !character.is_control())
        .collect();
    if has_prefix(&bare, "javascript:") {
        return Some(
            "`javascript:` is refused, because it would run in the page; write an address",
        );
    }
    let (before, has_pipe) = match url.split_once("{{") {
        Some((before, _)) => (before, true),
        None => (url, false),
    };
    if OTHERS.iter().any(|scheme| has_prefix(before, scheme)) {
        return has_space(url).then_some(SPACE);
    }
    let Some(scheme) = WEB.iter().find(|scheme| has_prefix(before, scheme)) else {
        if has_pipe && WEB.iter().chain(&OTHERS).any(|it| has_prefix(it, before)) {
            return Some(IN_HOST);
        }
        return Some(begins);
    };
    let rest = before.get(scheme.len()..).unwrap_or_default();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if has_pipe && host.len() == rest.len() {
        return Some(IN_HOST);
    }
    if host.is_empty() || host.contains('\\') {
        return Some("has no host; write one like `https://example.com/`");
    }
    has_space(url).then_some(SPACE)
}

const IN_HOST: &str = "has a value in its scheme or host, where it could lead anywhere; begin with `https://`, the host and `/`";
const SPACE: &str = "has a space in it; write `%20`";

fn has_prefix(text: &str, prefix: &str) -> bool {
    let start = text.as_bytes().get(..prefix.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

/// True when there is white space outside of the places for values.
fn has_space(url: &str) -> bool {
    crate::piping::parts(url)
        .into_iter()
        .any(|part| match part {
            crate::piping::Part::Words(words) => words
                .chars()
                .any(|character| character.is_whitespace() || character.is_control()),
            crate::piping::Part::Pipe(_) => false,
        })
}
