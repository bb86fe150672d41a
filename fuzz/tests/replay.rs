//! Feeds each target the whole corpus, and what is cut off of it, with the stable compiler.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot read the corpus has failed, and one that fails says the input"
)]

use std::fs;
use std::path::{Path, PathBuf};

use sayso_fuzz::{TARGETS, target};

/// Fewer inputs are no corpus.
const LEAST_INPUTS: usize = 20;

/// More bytes are for nobody's clone.
const MOST_BYTES: usize = 300_000;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// The inputs of a target, each with its name.
fn inputs(name: &str) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(corpus().join(name)).unwrap();
    let mut inputs: Vec<_> = entries
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.display().to_string(), fs::read(path).unwrap())
        })
        .collect();
    inputs.sort();
    inputs
}

#[track_caller]
fn replay(name: &str) {
    let run = target(name).unwrap();
    let inputs = inputs(name);
    assert!(
        LEAST_INPUTS <= inputs.len(),
        "{name} has {} inputs",
        inputs.len()
    );
    for (path, bytes) in inputs {
        // Shown when it fails: the last one is the one.
        println!("{path}");
        run(&bytes);
    }
    run(&[]);
}

#[test]
fn submissions_of_the_corpus_break_no_promise() {
    replay("submission");
}

#[test]
fn survey_files_of_the_corpus_break_no_promise() {
    replay("survey_file");
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/surveys");
    let run = target("survey_file").unwrap();
    for entry in fs::read_dir(examples).unwrap() {
        run(&fs::read(entry.unwrap().path()).unwrap());
    }
}

#[test]
fn requests_of_the_corpus_break_no_promise() {
    replay("request");
}

#[test]
fn logs_of_the_corpus_are_recovered() {
    replay("log_recovery");
}

#[test]
fn every_target_has_a_corpus_and_it_is_small() {
    let mut folders: Vec<_> = fs::read_dir(corpus())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    folders.sort();
    assert_eq!(folders, TARGETS.map(|(name, _)| name));
    let bytes: usize = TARGETS
        .iter()
        .flat_map(|(name, _)| inputs(name))
        .map(|(_, bytes)| bytes.len())
        .sum();
    assert!(bytes <= MOST_BYTES, "the corpus holds {bytes} bytes");
}
