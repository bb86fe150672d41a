//! The clock, in the spellings that files and tokens need.

use jiff::Timestamp;

/// Now, as it stands in a record: RFC 3339, UTC, with milliseconds.
pub fn received_at() -> String {
    format!("{:.3}", Timestamp::now())
}

/// Now, in seconds since 1970.
pub fn unix_seconds() -> i64 {
    Timestamp::now().as_second()
}

/// Now, as part of a file name: no colon, which not every file system takes.
pub fn file_stamp() -> String {
    received_at().replace(':', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_receipt_has_milliseconds_and_is_utc() {
        let text = received_at();
        assert_eq!(text.len(), "2026-11-21T14:03:09.482Z".len(), "{text}");
        assert!(text.ends_with('Z'), "{text}");
        assert!(text.parse::<Timestamp>().is_ok(), "{text}");
    }

    #[test]
    fn a_file_stamp_has_no_colon() {
        assert!(!file_stamp().contains(':'));
    }
}
