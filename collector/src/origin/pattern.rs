//! What may stand in `--allow-origin`: an exact origin, all subdomains of a domain, or `null`.

use std::fmt;
use std::str::FromStr;

use super::{InvalidOrigin, Origin, parse, split_port};

/// Allows one origin, or many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// This one alone, as `https://shop.example` or `capacitor://localhost`.
    Exact(Origin),
    /// Each subdomain of a domain, however deep, and never the domain itself.
    Subdomains {
        /// `https://` or `http://`.
        scheme: &'static str,
        /// The end of the allowed origins, from the dot: `.shop.example` or `.shop.example:8443`.
        tail: String,
    },
    /// Pages without an origin of their own: files, and sandboxed frames of any site.
    Null,
}

/// What files and sandboxed frames send.
const NULL: &str = "null";

/// What a few webviews send for a page from a file, instead of `null`.
const FILE: &str = "file://";

/// Second labels below which everybody may register a name, where the first has two letters.
const SHARED: [&str; 8] = ["ac", "co", "com", "edu", "gov", "ne", "net", "org"];

impl Pattern {
    /// Whether pages of an origin, as a browser writes it, may send.
    pub fn allows(&self, origin: &str) -> bool {
        match self {
            Pattern::Exact(allowed) => allowed.as_str() == origin,
            Pattern::Subdomains { scheme, tail } => origin
                .strip_prefix(scheme)
                .and_then(|rest| rest.strip_suffix(tail.as_str()))
                .is_some_and(are_labels),
            Pattern::Null => origin == NULL || origin == FILE,
        }
    }
}

/// Whether a text is one or more parts of a host name, with dots between them.
fn are_labels(text: &str) -> bool {
    text.split('.').all(|label| {
        !label.is_empty()
            && label.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte)
            })
    })
}

impl FromStr for Pattern {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        read(text).map_err(|reason| InvalidOrigin {
            given: String::from(text),
            reason,
        })
    }
}

fn read(text: &str) -> Result<Pattern, &'static str> {
    if text == NULL {
        return Ok(Pattern::Null);
    }
    if text == "*" {
        return Err("it would let the pages of every site send");
    }
    let Some((scheme, domain)) = text.split_once("://*.") else {
        return parse(text).map(Pattern::Exact);
    };
    let scheme = match scheme.to_ascii_lowercase().as_str() {
        "https" => "https://",
        "http" => "http://",
        _ => return Err("a wildcard is for http and https alone"),
    };
    let Origin(bare) = parse(&format!("{scheme}{domain}"))?;
    let tail = bare.replacen(scheme, ".", 1);
    let host = split_port(tail.strip_prefix('.').unwrap_or(&tail)).0;
    if !are_labels(host)
        || host
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
    {
        return Err("after the wildcard must follow a domain name");
    }
    let labels: Vec<_> = host.split('.').collect();
    match labels[..] {
        [_] => Err("its wildcard stands for every name of a top-level domain"),
        [shared, country] if country.len() == 2 && SHARED.contains(&shared) => {
            Err("its wildcard stands for names that everybody may register")
        }
        _ => Ok(Pattern::Subdomains { scheme, tail }),
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pattern::Exact(origin) => write!(f, "{origin}"),
            Pattern::Subdomains { scheme, tail } => write!(f, "{scheme}*{tail}"),
            Pattern::Null => f.write_str(NULL),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, origin: &str, expected: bool) {
        let pattern: Pattern = pattern.parse().unwrap();
        assert_eq!(pattern.allows(origin), expected, "{pattern}: {origin}");
    }

    #[test]
    fn a_wildcard_stands_for_subdomains_of_any_depth() {
        for (origin, expected) in [
            ("https://www.shop.example", true),
            ("https://a.b.c.shop.example", true),
            ("https://my_shop-2.shop.example", true),
            ("https://xn--bcher-kva.shop.example", true),
            ("https://shop.example", false),
            ("https://.shop.example", false),
            ("https://a..shop.example", false),
            ("https://evilshop.example", false),
            ("https://shop.example.evil.example", false),
            ("https://a.shop.example.evil.example", false),
            ("https://evil.example/.shop.example", false),
            ("https://evil.example#.shop.example", false),
            ("https://evil.example:443.shop.example", false),
            ("https://me@www.shop.example", false),
            ("https://*.shop.example", false),
            ("https://WWW.shop.example", false),
            ("https://www.shop.example.", false),
            ("http://www.shop.example", false),
            ("https://www.shop.example:8443", false),
            ("null", false),
            ("", false),
        ] {
            check("https://*.shop.example", origin, expected);
        }
    }

    #[test]
    fn the_port_of_a_wildcard_is_exact() {
        check("https://*.shop.example:443", "https://a.shop.example", true);
        check(
            "https://*.shop.example:8443",
            "https://a.shop.example:8443",
            true,
        );
        check(
            "https://*.shop.example:8443",
            "https://a.shop.example",
            false,
        );
        check(
            "https://*.shop.example:8443",
            "https://a.shop.example:18443",
            false,
        );
        check(
            "http://*.localhost.test:8080",
            "http://a.localhost.test:8080",
            true,
        );
        check("HTTPS://*.Shop.Example", "https://a.shop.example", true);
    }

    #[test]
    fn the_schemes_of_webviews_are_origins_like_others() {
        for origin in [
            "capacitor://localhost",
            "ionic://localhost",
            "tauri://localhost",
            "app://shop.example",
            "https://tauri.localhost",
        ] {
            check(origin, origin, true);
            check(origin, "null", false);
            check(origin, "capacitor://evil", false);
        }
    }

    #[test]
    fn null_is_allowed_by_name_alone_and_covers_files() {
        check("null", "null", true);
        check("null", "file://", true);
        check("null", "https://shop.example", false);
        check("https://shop.example", "null", false);
    }

    #[track_caller]
    fn check_refused(pattern: &str, reason: &str) {
        let message = pattern.parse::<Pattern>().unwrap_err().to_string();
        assert!(message.contains(reason), "{pattern}: {message}");
        assert!(
            message.contains(&format!("`{pattern}` is no origin")),
            "{message}"
        );
    }

    #[test]
    fn what_would_allow_more_than_was_meant_is_refused_with_the_reason() {
        check_refused("*", "every site");
        check_refused("https://*", "subdomains alone");
        check_refused("https://*shop.example", "subdomains alone");
        check_refused("https://www.*.example", "subdomains alone");
        check_refused("https://*.*.shop.example", "subdomains alone");
        check_refused("https://*.com", "top-level domain");
        check_refused("https://*.localhost:8080", "top-level domain");
        check_refused("https://*.co.uk", "everybody may register");
        check_refused("https://*.", "no host name");
        check_refused("https://*..example", "domain name");
        check_refused("https://*.192.0.2.1", "domain name");
        check_refused("https://*.[::1]", "domain name");
        check_refused("https://*.shop.example/", "not even a /");
        check_refused("https://*.bücher.example", "ASCII");
        check_refused("capacitor://*.localhost.example", "http and https alone");
        check_refused("NULL", "no scheme");
        check_refused("file://", "`null`");
        check_refused("", "no scheme");
    }
}
