//! Merging: what a log comes to does not depend on order and repetition.

use proptest::prelude::*;
use sayso_core::file::SurveyFile;

use super::*;

fn record(response: u32, seq: u32, status: &str, rating: u8) -> Record {
    let json = format!(
        r#"{{"schema":1,"received_at":"2026-11-21T14:03:09.482Z",
            "response_id":"0199d0a4-7c1e-7b52-9d0e-{response:012x}","seq":{seq},
            "survey":"nps","survey_version":"0badc0de","status":"{status}",
            "answers":{{"recommend":{rating}}},"channel":"web"}}"#
    );
    serde_json::from_str(&json).unwrap()
}

fn kept() -> [Survey; 1] {
    let file = SurveyFile::parse(
        r#"{"schema":1,"id":"nps","questions":[{"id":"recommend","kind":"nps","prompt":"?"}]}"#,
    );
    [Survey {
        version: SurveyVersion::try_from("0badc0de").unwrap(),
        ..file.unwrap().survey("en")
    }]
}

#[test]
fn the_highest_seq_wins_in_whatever_order_the_lines_come() {
    let kept = kept();
    let lines = [
        record(1, 0, "shown", 1),
        record(1, 1, "partial", 2),
        record(1, 2, "completed", 3),
    ];
    for order in [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ] {
        let mut merged = Merged::new(&kept);
        // Each line twice, as if the log had them twice.
        for at in order.into_iter().chain(order) {
            merged.add(&lines[at], at == 0);
        }
        let responses: Vec<_> = merged.responses().collect();
        let expected = Response {
            seq: 2,
            status: Status::Completed,
            is_suspicious: true,
            given: vec![(0, Given::Rating(3))],
        };
        assert_eq!(responses, [(0, &expected)], "{order:?}");
    }
}

/// A line: of which response, which of its submissions, how it stood, and whether it is marked.
type Drawn = (u32, u32, usize, u8, bool);

const STATUSES: [&str; 4] = ["shown", "partial", "completed", "dismissed"];

/// Lines of up to five responses, each submission once.
fn submissions() -> impl Strategy<Value = Vec<Drawn>> {
    let one = (
        (1..=5_u32, 0..8_u32),
        (0..STATUSES.len(), 0..=10_u8, any::<bool>()),
    );
    proptest::collection::btree_map(one.0, one.1, 0..40).prop_map(|lines| {
        let lines = lines.into_iter();
        let line =
            |((response, seq), (status, rating, mark))| (response, seq, status, rating, mark);
        lines.map(line).collect()
    })
}

/// The same lines, each at least once, in any order.
fn in_any_order(lines: Vec<Drawn>) -> impl Strategy<Value = (Vec<Drawn>, Vec<Drawn>)> {
    let counts = proptest::collection::vec(1..4_usize, lines.len());
    (Just(lines), counts).prop_flat_map(|(lines, counts)| {
        let repeated = lines.iter().zip(counts);
        let repeated = repeated.flat_map(|(line, count)| vec![*line; count]);
        (
            Just(lines.clone()),
            Just(repeated.collect::<Vec<_>>()).prop_shuffle(),
        )
    })
}

/// What lines come to, in an order of its own.
fn merge(lines: &[Drawn]) -> Vec<String> {
    let kept = kept();
    let mut merged = Merged::new(&kept);
    for (response, seq, status, rating, is_suspicious) in lines {
        let status = STATUSES.get(*status).unwrap();
        merged.add(&record(*response, *seq, status, *rating), *is_suspicious);
    }
    let responses = merged.responses.iter();
    let mut all: Vec<_> = responses.map(|response| format!("{response:?}")).collect();
    all.sort();
    all
}

/// What a response comes to, by the words of the rule.
fn expected(lines: &[Drawn]) -> Vec<String> {
    let mut all = Vec::new();
    for number in 1..=5 {
        let of_it = lines.iter().filter(|line| line.0 == number);
        let Some((_, seq, status, rating, _)) = of_it.clone().max_by_key(|line| line.1) else {
            continue;
        };
        let id = record(number, 0, "shown", 0).submission.response_id.bits();
        let response = Response {
            seq: *seq,
            status: record(number, 0, STATUSES[*status], 0).submission.status,
            is_suspicious: of_it.clone().any(|line| line.4),
            given: vec![(0, Given::Rating(*rating))],
        };
        all.push(format!("{:?}", ((id, 0_usize), response)));
    }
    all.sort();
    all
}

proptest! {
    #[test]
    fn any_order_and_any_repetition_merges_to_the_same(
        (lines, shuffled) in submissions().prop_flat_map(in_any_order)
    ) {
        prop_assert_eq!(merge(&shuffled), expected(&lines));
    }
}
