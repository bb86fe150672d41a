//! Who is asked, where not everybody is: a pure function of survey and visitor.
//!
//! The same visitor gets the same decision on every page and every day, so a
//! higher rate adds people and never swaps them. `widget/loader/rules.js` computes
//! the same; both are held to `core/tests/vectors/sampling.json`.

/// True when a visitor is among the share of people who are asked.
///
/// `sample_rate` is from 0.0 (nobody) to 1.0 (everybody).
pub fn includes(sample_rate: f64, survey: &str, visitor: &str) -> bool {
    unit(survey, visitor) < sample_rate
}

/// A number from 0.0 to below 1.0, evenly spread over surveys and visitors.
///
/// FNV-1a with 32 bits (Fowler, Noll, Vo) over survey, a line feed and visitor,
/// then the last mix of MurmurHash3, without which neighbouring ids stay close.
pub fn unit(survey: &str, visitor: &str) -> f64 {
    let bytes = survey.bytes().chain([b'\n']).chain(visitor.bytes());
    let hash = mix(fnv(bytes));
    f64::from(hash) / 4_294_967_296.0
}

/// FNV-1a with 32 bits.
pub(crate) fn fnv(bytes: impl Iterator<Item = u8>) -> u32 {
    bytes.fold(0x811c_9dc5, |hash: u32, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// The last mix of MurmurHash3 with 32 bits.
pub(crate) fn mix(mut hash: u32) -> u32 {
    hash ^= hash >> 16;
    hash = hash.wrapping_mul(0x85eb_ca6b);
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_is_a_quarter() {
        let asked = (0..100_000)
            .filter(|visitor| includes(0.25, "nps", &format!("visitor-{visitor}")))
            .count();
        assert!((24_500..25_500).contains(&asked), "{asked}");
    }

    #[test]
    fn nobody_and_everybody_are_exact() {
        for visitor in 0..1_000 {
            let visitor = visitor.to_string();
            assert!(!includes(0.0, "nps", &visitor));
            assert!(includes(1.0, "nps", &visitor));
        }
    }

    #[test]
    fn a_higher_rate_keeps_those_who_were_in() {
        for visitor in 0..1_000 {
            let visitor = visitor.to_string();
            assert!(!includes(0.1, "nps", &visitor) || includes(0.2, "nps", &visitor));
        }
    }

    #[test]
    fn surveys_draw_apart_from_each_other() {
        let both = (0..10_000)
            .filter(|visitor| {
                let visitor = visitor.to_string();
                includes(0.5, "nps", &visitor) && includes(0.5, "csat", &visitor)
            })
            .count();
        assert!((2_300..2_700).contains(&both), "{both}");
    }

    #[cfg(feature = "json")]
    #[test]
    fn the_loader_draws_the_same() {
        let vectors = include_str!("../tests/vectors/sampling.json");
        let vectors: Vec<serde_json::Value> = serde_json::from_str(vectors).unwrap();
        assert!(10 < vectors.len());
        for row in vectors {
            let text = |name: &str| row[name].as_str().unwrap();
            let drawn = unit(text("survey"), text("visitor"));
            assert!(
                (drawn - row["unit"].as_f64().unwrap()).abs() < 1e-12,
                "{row}"
            );
        }
    }
}
