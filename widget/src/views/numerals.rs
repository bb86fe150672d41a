//! Numbers in words, without the formatting machinery, which would cost a kilobyte.

/// The ratings of every scale.
pub(super) const NUMERALS: [&str; 11] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"];

/// Writes a number behind a text.
pub(super) fn push_number(text: &mut String, number: usize) {
    if 10 <= number {
        push_number(text, number / 10);
    }
    text.extend(char::from_digit((number % 10) as u32, 10));
}
