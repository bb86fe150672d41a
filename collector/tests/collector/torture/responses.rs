//! Random responses, each as the submissions that a browser makes of it.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::Dice;
use crate::fixtures::{self, CSAT_SURVEY, SURVEY, survey};

/// A survey of texts alone, so that lines of every length occur.
const TEXTS: &str = r#"{
  "schema": 1,
  "id": "ideas",
  "questions": [
    { "id": "title", "kind": "free_text", "prompt": "In a word?", "max_chars": 60 },
    { "id": "idea", "kind": "free_text", "prompt": "And in full?", "max_chars": 4000 }
  ]
}"#;

/// What texts are made of: all that is special somewhere between page and file.
const PIECES: [&str; 12] = [
    "Delivery was quick. ",
    "a",
    "\n",
    "\r\n",
    "\"\\",
    "\u{2028}",
    "\u{0}\u{1b}[31m",
    "=1+1,;\t",
    "<script>alert(1)</script>",
    "{\"schema\":1}\n",
    "\u{1f600}\u{202e}",
    "Zażółć gęślą jaźń ",
];

/// Writes the surveys into a folder.
pub(super) fn write_surveys(folder: &Path) {
    fixtures::write_surveys(folder);
    fs::write(folder.join("ideas.json"), TEXTS).unwrap();
}

/// The submissions of one response, in the order of their numbers.
pub(super) fn response(dice: &mut Dice) -> Vec<Value> {
    let (file, answers) = match dice.below(3) {
        0 => (SURVEY, rating(dice)),
        1 => (CSAT_SURVEY, json!({ "satisfied": 1 + dice.below(5) })),
        _ => (
            TEXTS,
            json!({ "title": text(dice, 60), "idea": text(dice, 4000) }),
        ),
    };
    let file = survey(file);
    let base = json!({
        "response_id": response_id(dice),
        "survey": file.id().as_str(),
        "survey_version": file.version(),
        "locale": dice.pick(&["en", "de", "ar"]),
        "respondent": { "id": format!("c-{}", dice.below(1000)) },
        "context": { "url": "https://shop.example/thanks?order=17", "n": dice.below(10) }
    });
    let statuses: &[&str] = match dice.below(5) {
        0 => &["shown"],
        1 => &["shown", "dismissed"],
        2 => &["shown", "partial"],
        3 => &["shown", "completed"],
        _ => &["shown", "partial", "partial", "completed"],
    };
    let submissions = statuses.iter().enumerate().map(|(seq, status)| {
        let mut submission = base.clone();
        submission["seq"] = seq.into();
        submission["status"] = (*status).into();
        submission["answers"] = match *status {
            "shown" | "dismissed" => json!({}),
            _ => answers.clone(),
        };
        submission
    });
    submissions.collect()
}

fn rating(dice: &mut Dice) -> Value {
    match dice.below(11) {
        rating @ 9.. => json!({ "recommend": rating, "liked": text(dice, 20) }),
        rating => json!({ "recommend": rating }),
    }
}

/// A text that says something, and has at most so many characters.
fn text(dice: &mut Dice, most: u64) -> String {
    let wanted = dice.below(most) as usize;
    let mut text = String::from("x");
    while text.chars().count() < wanted {
        text.push_str(dice.pick::<&str>(&PIECES));
    }
    text.chars().take(most as usize).collect()
}

/// A UUID of version 7, without the time: ids of all times come to one collector.
fn response_id(dice: &mut Dice) -> String {
    let mut part = |bits: u32| dice.below(1 << bits);
    format!(
        "{:08x}-{:04x}-7{:03x}-a{:03x}-{:012x}",
        part(32),
        part(16),
        part(12),
        part(12),
        part(48)
    )
}
