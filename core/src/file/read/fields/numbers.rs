//! Whole numbers, however they are written.

use serde_json::Number;

/// True for 5 and for 5.0, which are the same number in JSON.
pub(super) fn is_whole(number: &Number) -> bool {
    number.as_f64().is_some_and(|number| number.fract() == 0.0)
}

/// The number, if it is one that a survey file could hold somewhere.
pub(super) fn whole(number: &Number) -> Option<u64> {
    let as_float = || {
        let number = number.as_f64()?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it lies within the limits of a u32"
        )]
        (0.0..=f64::from(u32::MAX))
            .contains(&number)
            .then_some(number as u64)
    };
    number.as_u64().or_else(as_float)
}
