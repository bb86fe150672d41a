//! Which of the places wins, and what each setting refuses.

use super::*;

fn settings(text: &str) -> Settings {
    toml::from_str(text).unwrap()
}

fn resolve(typed: &str, source: Source, file: &str) -> Result<(Config, String), StartError> {
    let source_of = |_: &str| source;
    let (typed, file) = (settings(typed), settings(file));
    let resolved = Config::resolve(Layers {
        typed,
        source_of: &source_of,
        file,
    });
    resolved.map(|(config, explained)| (config, explained.to_string()))
}

#[track_caller]
fn check_waiting(typed: &str, source: Source, file: &str, expected: (usize, &str)) {
    let (config, explained) = resolve(typed, source, file).unwrap();
    assert_eq!(config.limits.max_waiting, expected.0);
    let line = explained
        .lines()
        .find(|line| line.starts_with("max_waiting"))
        .unwrap();
    assert_eq!(line.split_whitespace().last(), Some(expected.1), "{line}");
}

#[test]
fn the_first_place_that_says_something_wins() {
    check_waiting(
        "max_waiting = 1",
        Source::Flag,
        "max_waiting = 3",
        (1, "flag"),
    );
    let environment = Source::Environment;
    check_waiting(
        "max_waiting = 2",
        environment,
        "max_waiting = 3",
        (2, "environment"),
    );
    check_waiting("", Source::Flag, "max_waiting = 3", (3, "file"));
    check_waiting("", Source::Flag, "", (1024, "default"));
}

#[test]
fn the_explanation_is_a_configuration_file() {
    let typed = "data = 'a\"b'\nallow_origin = ['https://a.example', 'https://b.example']";
    let (_, explained) = resolve(typed, Source::Flag, "").unwrap();
    let (_, again) = resolve("", Source::Flag, &explained).unwrap();
    assert_eq!(
        explained
            .lines()
            .map(|line| line.split('#').next())
            .collect::<Vec<_>>(),
        again
            .lines()
            .map(|line| line.split('#').next())
            .collect::<Vec<_>>()
    );
    assert_eq!(explained.lines().count(), Settings::names().len());
}

#[track_caller]
fn check_number(name: &str, value: u64, expected: bool) {
    let result = resolve(&format!("{name} = {value}"), Source::Flag, "");
    assert_eq!(result.is_ok(), expected, "{name} = {value}");
}

#[test]
fn numbers_end_where_their_limits_end() {
    for (name, min, max) in [
        ("max_body_bytes", 1, 16_777_216),
        ("max_waiting", 1, 1_000_000),
        ("rate_limit_per_minute", 0, 1_000_000),
        ("body_timeout_ms", 1, 600_000),
        ("min_ms_per_answer", 0, 60_000),
        ("work_above_per_minute", 0, 1_000_000),
        ("work_bits", 1, 24),
        ("rotate_bytes", 0, 4_000_000_000),
        ("keep_days", 0, 36_500),
        ("survey_rate_limit_per_minute", 0, 1_000_000),
        ("max_connections", 1, 100_000),
        ("max_connections_per_address", 1, 100_000),
    ] {
        check_number(name, min, true);
        check_number(name, max, true);
        check_number(name, max + 1, false);
        check_number(name, u64::MAX, false);
        if let Some(below) = min.checked_sub(1) {
            check_number(name, below, false);
        }
    }
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let typed = "listen = 'localhost'\nallow_origin = ['*', 'https://a.example/']\ndata = ''";
    let file = "max_waiting = 0";
    let error = resolve(typed, Source::Environment, file).unwrap_err();
    let StartError::Config(problems) = error else {
        panic!("{error}")
    };
    assert_eq!(problems.len(), 5, "{problems:#?}");
    for expected in [
        "max_waiting (file): must be from 1",
        "listen (environment): `localhost`",
    ] {
        let is_said = problems.iter().any(|problem| problem.starts_with(expected));
        assert!(is_said, "{problems:#?}");
    }
}
