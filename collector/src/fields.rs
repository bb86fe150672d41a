//! How many named values a submission may hold, and how deep, so that no small
//! body becomes a large reply, a large record or a deep recursion.

use sayso_core::wire::Submission;

use crate::error::ApiError;

/// Most answers: no survey has more questions.
pub const MAX_ANSWERS: usize = 100;

/// Most values of the context, and as many traits.
pub const MAX_VALUES: usize = 100;

/// Deepest lists and objects within each other. Ours are three deep; those of a
/// newer widget may be deeper, and are passed over.
pub const MAX_DEPTH: usize = 32;

/// Checks how deep lists and objects lie in a body, before anything follows them down.
///
/// # Errors
///
/// They lie deeper than those of any page of ours.
pub fn check_depth(body: &[u8]) -> Result<(), ApiError> {
    let (mut depth, mut is_text, mut is_escaped) = (0_usize, false, false);
    for byte in body {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            b'[' | b'{' if !is_text => depth += 1,
            b']' | b'}' if !is_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if MAX_DEPTH < depth {
            let message = format!("it is nested deeper than {MAX_DEPTH} levels");
            return Err(ApiError::MalformedJson(message));
        }
    }
    Ok(())
}

/// Checks the number of answers, traits and values of the context.
///
/// # Errors
///
/// There are more of them than any page of ours sends.
pub fn check(submission: &Submission) -> Result<(), ApiError> {
    for (name, count, most) in [
        ("answers", submission.answers.len(), MAX_ANSWERS),
        (
            "respondent.traits",
            submission.respondent.traits.len(),
            MAX_VALUES,
        ),
        ("context", submission.context.len(), MAX_VALUES),
    ] {
        if most < count {
            let message = format!("{name}: holds {count} values; {most} are allowed");
            return Err(ApiError::MalformedJson(message));
        }
    }
    Ok(())
}
