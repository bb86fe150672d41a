//! Any bytes as the body of a submission.

use std::cell::RefCell;

use sayso_core::file::SurveyFile;
use sayso_core::record::Record;
use tempfile::TempDir;

use crate::desk::{Desk, SURVEYS, folder};

/// What stands for the version of a survey, which changes with its file.
const VERSIONS: [&str; 2] = ["00000000", "11111111"];

/// A collector is left for a new one before its log is large.
const MOST_BYTES: u64 = 8 << 20;

struct Place {
    desk: Desk,
    _folder: TempDir,
}

thread_local! {
    static PLACE: RefCell<Option<Place>> = const { RefCell::new(None) };
}

/// Posts the bytes, and looks at what becomes of them.
///
/// What is stored is one line, which reads back as what was sent; the same again
/// is a duplicate, and so is the line itself.
pub(crate) fn run(bytes: &[u8]) {
    PLACE
        .with_borrow_mut(|place| {
            let place = place.get_or_insert_with(|| {
                let folder = folder();
                let desk = Desk::open(folder.path());
                let _folder = folder;
                Place { desk, _folder }
            });
            post(&place.desk, with_versions(bytes));
            is_full(&place.desk)
        })
        .then(|| PLACE.with_borrow_mut(|place| *place = None));
}

fn is_full(desk: &Desk) -> bool {
    MOST_BYTES < desk.length()
}

fn post(desk: &Desk, body: Vec<u8>) {
    let before = desk.length();
    let reply = desk.post(body.clone());
    let code = reply.code();
    match (reply.status.as_u16(), code.as_str()) {
        (201, "stored") => {}
        (200, "duplicate")
        | (400, "malformed_json")
        | (404, "unknown_survey" | "unknown_survey_version")
        | (422, "invalid_answers") => {
            assert_eq!(desk.length(), before, "refused, and the log has grown");
            return;
        }
        _ => panic!("no reply to a submission: {reply:?}"),
    }
    let line = desk.log_from(before);
    assert_eq!(line.matches('\n').count(), 1, "{line:?}");
    assert!(line.ends_with('\n') && !line.contains('\r'), "{line:?}");
    let record: Record = serde_json::from_str(&line).unwrap();
    assert_eq!(
        record.to_line().unwrap(),
        line,
        "a line reads back as another"
    );
    let stored = reply.json();
    assert_eq!(
        stored["response_id"],
        record.submission.response_id.as_str()
    );
    assert_eq!(stored["seq"], record.submission.seq);
    for again in [body, line.into_bytes()] {
        let text = String::from_utf8_lossy(&again).into_owned();
        let repeated = desk.post(again);
        assert_eq!(repeated.code(), "duplicate", "{text}");
    }
}

/// The bytes with the versions of the surveys in place of what stands for them.
fn with_versions(bytes: &[u8]) -> Vec<u8> {
    let Ok(mut text) = String::from_utf8(bytes.to_vec()) else {
        return bytes.to_vec();
    };
    for (mark, (_, survey)) in VERSIONS.iter().zip(SURVEYS) {
        if text.contains(mark) {
            let version = SurveyFile::parse(survey).unwrap().version();
            text = text.replace(mark, version.as_str());
        }
    }
    text.into_bytes()
}
