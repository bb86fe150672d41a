//! What a browser would like best: the weighted lists of `Accept-Language` and `Accept-Encoding`.

use axum::http::{HeaderMap, HeaderName, header};

/// How a body is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Brotli, the smallest.
    Brotli,
    /// For browsers and tools without brotli.
    Gzip,
    /// Not at all.
    Plain,
}

impl Encoding {
    /// The best that a request accepts; plain when it accepts nothing else.
    pub fn negotiate(request: &HeaderMap) -> Self {
        let wishes = weighted(request, &header::ACCEPT_ENCODING);
        let weight = |name: &str| {
            let named = wishes
                .iter()
                .find(|(wish, _)| wish.eq_ignore_ascii_case(name));
            named
                .or_else(|| wishes.iter().find(|(wish, _)| *wish == "*"))
                .map_or(0, |wish| wish.1)
        };
        let (brotli, gzip) = (weight("br"), weight("gzip"));
        match (brotli, gzip) {
            (0, 0) => Encoding::Plain,
            _ if gzip <= brotli => Encoding::Brotli,
            _ => Encoding::Gzip,
        }
    }

    /// The word in `Content-Encoding`; none for a plain body.
    pub const fn as_str(self) -> Option<&'static str> {
        match self {
            Encoding::Brotli => Some("br"),
            Encoding::Gzip => Some("gzip"),
            Encoding::Plain => None,
        }
    }
}

/// The languages that a request asks for, most wanted first.
pub fn languages(request: &HeaderMap) -> Vec<&str> {
    let mut wishes = weighted(request, &header::ACCEPT_LANGUAGE);
    wishes.retain(|(wish, weight)| *wish != "*" && *weight != 0);
    // A stable sort: among equals the order of the header counts.
    wishes.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    wishes.into_iter().map(|(wish, _)| wish).collect()
}

/// The items of a list header with their weights in thousandths.
fn weighted<'a>(request: &'a HeaderMap, name: &HeaderName) -> Vec<(&'a str, u16)> {
    let lines = request
        .get_all(name)
        .iter()
        .filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(','))
        .filter_map(|item| {
            let mut parts = item.split(';').map(str::trim);
            let wish = parts.next().filter(|wish| !wish.is_empty())?;
            let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
            Some((wish, weight.map_or(1000, thousandths)))
        })
        .collect()
}

/// A weight from 0 to 1 in thousandths; what is no weight counts as none.
fn thousandths(weight: &str) -> u16 {
    let value = weight.trim().parse::<f32>().unwrap_or(0.0).clamp(0.0, 1.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the value is between 0 and 1000"
    )]
    let thousandths = (value * 1000.0) as u16;
    thousandths
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn request(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn the_best_encoding_that_is_accepted_wins() {
        for (accepted, expected) in [
            ("gzip, deflate, br, zstd", Encoding::Brotli),
            ("gzip, deflate", Encoding::Gzip),
            ("br;q=0.5, gzip;q=0.8", Encoding::Gzip),
            ("br;q=0, gzip", Encoding::Gzip),
            ("BR", Encoding::Brotli),
            ("*", Encoding::Brotli),
            ("*;q=0.5, br;q=0", Encoding::Gzip),
            ("identity", Encoding::Plain),
            ("", Encoding::Plain),
            ("br;q=0, gzip;q=0", Encoding::Plain),
            ("br;q=nonsense", Encoding::Plain),
        ] {
            let request = request(header::ACCEPT_ENCODING, accepted);
            assert_eq!(Encoding::negotiate(&request), expected, "{accepted:?}");
        }
        assert_eq!(Encoding::negotiate(&HeaderMap::new()), Encoding::Plain);
    }

    #[test]
    fn languages_come_in_the_order_of_their_weights() {
        for (accepted, expected) in [
            ("de-CH, de;q=0.9, en;q=0.8", &["de-CH", "de", "en"][..]),
            ("en;q=0.5, fr , de;q=0.7", &["fr", "de", "en"]),
            ("en, de", &["en", "de"]),
            ("de;q=0, *;q=0.1, en;q=0.001", &["en"]),
            (",, ;q=1", &[]),
        ] {
            let request = request(header::ACCEPT_LANGUAGE, accepted);
            assert_eq!(languages(&request), expected, "{accepted:?}");
        }
    }
}
