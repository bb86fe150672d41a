//! Survey files that change while the program runs, and the router while they do.

use std::fs;
use std::path::Path;

use rustix::process::Signal;
use sayso_core::file::SurveyFile;
use serde_json::Value;

use crate::fixtures::{CSAT_SURVEY, SURVEY, eventually, submission, survey, with};
use crate::program::{Place, Program};

const PATH: &str = "/v1/surveys/post-purchase";

/// The survey with another prompt, and so another version.
fn other() -> String {
    SURVEY.replace("recommend us?", "recommend us to a friend?")
}

/// Puts a file in place whole, as careful programs do.
fn put(folder: &Path, name: &str, content: &str) {
    let draft = folder.join(format!(".{name}.draft"));
    fs::write(&draft, content).unwrap();
    fs::rename(draft, folder.join(name)).unwrap();
}

fn version(program: &Program, path: &str) -> Option<String> {
    let (status, body) = program.get(path);
    let definition: Value = serde_json::from_str(&body).unwrap();
    (status == 200).then(|| String::from(definition["version"].as_str().unwrap()))
}

fn version_of(text: &str) -> Option<String> {
    Some(String::from(survey(text).version().as_str()))
}

/// The value of a series without labels.
fn metric(program: &Program, name: &str) -> String {
    let text = program.get("/metrics").1;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    String::from(line.unwrap_or_else(|| panic!("no {name} in\n{text}")))
}

/// How often a message was logged.
fn count(program: &Program, message: &str) -> usize {
    let lines = program.lines();
    let found = lines
        .iter()
        .filter(|line| line["fields"]["message"] == message);
    found.count()
}

#[test]
fn a_changed_file_is_served_and_both_versions_are_taken() {
    let place = Place::new();
    let program = Program::start(&place);
    let old = submission();
    put(&place.surveys(), "post-purchase.json", &other());
    eventually("the new version", || {
        version(&program, PATH) == version_of(&other())
    });
    let kept = format!("surveys/post-purchase@{}.json", survey(&other()).version());
    assert!(place.data().join(kept).is_file());
    assert_eq!(program.post(&old).unwrap().0, 201);
    let new = with(submission(), "survey_version", version_of(&other()).into());
    assert_eq!(program.post(&new).unwrap().0, 201);
    assert_eq!(metric(&program, "sayso_surveys"), "2");
}

#[test]
fn a_new_file_is_served_and_a_removed_one_is_not_but_its_answers_are_taken() {
    let place = Place::new();
    let mut program = Program::start(&place);
    let name = SURVEY.replace("post-purchase", "new");
    fs::write(place.surveys().join("new.json"), &name).unwrap();
    fs::remove_file(place.surveys().join("post-purchase.json")).unwrap();
    eventually("the new survey", || {
        version(&program, "/v1/surveys/new") == version_of(&name)
    });
    eventually("the end of the old one", || program.get(PATH).0 == 404);
    let gone = program.wait_for("survey no longer served");
    assert_eq!(gone["fields"]["survey_id"], "post-purchase");
    assert_eq!(program.post(&submission()).unwrap().0, 201);
    drop(program);
    // Also after a restart.
    assert_eq!(Program::start(&place).post(&submission()).unwrap().0, 201);
}

#[test]
fn a_bad_file_leaves_the_last_good_version_and_is_told_once() {
    let place = Place::new();
    let mut program = Program::start(&place);
    let bad = SURVEY.replace("\"nps\"", "\"npx\"");
    put(&place.surveys(), "post-purchase.json", &bad);
    put(&place.surveys(), "stranger.json", "{");
    eventually("the problems", || {
        metric(&program, "sayso_survey_problems") == "2"
    });
    assert_eq!(version(&program, PATH), version_of(SURVEY));
    assert_eq!(program.post(&submission()).unwrap().0, 201);
    let (status, said) = program.get("/readyz");
    assert_eq!(
        (status, &*said),
        (
            200,
            "ready, but survey files have problems; the log names them\n"
        )
    );
    let line = program.wait_for("survey file has problems; its last good version is served");
    assert_eq!(line["level"], "ERROR");
    let problem = line["fields"]["problem"].as_str().unwrap();
    assert!(
        problem.contains("post-purchase.json:6: questions[0].kind"),
        "{problem}"
    );
    let line = program.wait_for("survey file has problems and is not served");
    assert_eq!(line["fields"]["file"], "surveys/stranger.json");
    // Read again, it says nothing new.
    program.signal(Signal::HUP);
    program.wait_for("survey files read again");
    assert_eq!(
        count(&program, "survey file has problems and is not served"),
        1
    );
    put(&place.surveys(), "post-purchase.json", &other());
    fs::remove_file(place.surveys().join("stranger.json")).unwrap();
    eventually("no problems", || {
        metric(&program, "sayso_survey_problems") == "0"
    });
    assert_eq!(version(&program, PATH), version_of(&other()));
    eventually("both told", || {
        count(&program, "survey file has no problems any more") == 2
    });
    assert_eq!(program.get("/readyz").1, "ready\n");
}

#[test]
fn a_signal_reloads_at_once() {
    let place = Place::new();
    let mut program = Program::start(&place);
    put(&place.surveys(), "post-purchase.json", &other());
    program.signal(Signal::HUP);
    program.wait_for("survey files read again");
    assert_eq!(version(&program, PATH), version_of(&other()));
}

#[test]
fn the_survey_that_is_served_keeps_its_id() {
    let place = Place::new();
    let mut program = Program::start(&place);
    // First by name, and yet it does not take the place of the one that is there.
    put(&place.surveys(), "a.json", &other());
    program.signal(Signal::HUP);
    let line = program.wait_for("survey file has problems and is not served");
    let problem = line["fields"]["problem"].as_str().unwrap();
    assert!(
        problem.contains("is also the id of surveys/post-purchase.json"),
        "{problem}"
    );
    assert_eq!(version(&program, PATH), version_of(SURVEY));
    // A file may be given another name.
    fs::remove_file(place.surveys().join("post-purchase.json")).unwrap();
    eventually("the new file", || {
        version(&program, PATH) == version_of(&other())
    });
    assert_eq!(metric(&program, "sayso_survey_problems"), "0");
}

#[test]
fn a_survey_whose_answers_have_no_room_is_not_served() {
    let place = Place::new();
    let mut program = Program::start(&place);
    let long = SURVEY.replace("\"max_chars\": 20", "\"max_chars\": 10000");
    let args = [&crate::program::SERVE[..], &["--max-body-bytes", "5000"]].concat();
    program.kill();
    let mut program = Program::start_as(place.command().args(args));
    put(&place.surveys(), "post-purchase.json", &long);
    program.signal(Signal::HUP);
    let line = program.wait_for("survey file has problems; its last good version is served");
    let problem = line["fields"]["problem"].as_str().unwrap();
    assert!(
        problem.contains("raise --max-body-bytes, which is 5000"),
        "{problem}"
    );
    assert_eq!(version(&program, PATH), version_of(SURVEY));
}

#[test]
fn a_version_that_cannot_be_kept_is_not_served_until_it_can() {
    let place = Place::new();
    let mut program = Program::start(&place);
    let kept = place.data().join("surveys");
    fs::rename(&kept, place.data().join("elsewhere")).unwrap();
    put(&place.surveys(), "post-purchase.json", &other());
    program.signal(Signal::HUP);
    let line = program.wait_for("survey file has problems; its last good version is served");
    assert!(
        line["fields"]["problem"]
            .as_str()
            .unwrap()
            .contains("cannot be kept"),
        "{line}"
    );
    assert_eq!(version(&program, PATH), version_of(SURVEY));
    fs::rename(place.data().join("elsewhere"), &kept).unwrap();
    // By itself, though no file has changed.
    eventually("the new version", || {
        version(&program, PATH) == version_of(&other())
    });
}

#[test]
fn a_folder_that_is_gone_takes_no_survey_with_it() {
    let place = Place::new();
    let mut program = Program::start(&place);
    let elsewhere = place.path().join("elsewhere");
    fs::rename(place.surveys(), &elsewhere).unwrap();
    let line = program.wait_for("the survey folder cannot be read; all is served as before");
    assert_eq!(line["level"], "ERROR");
    assert_eq!(version(&program, PATH), version_of(SURVEY));
    assert_eq!(metric(&program, "sayso_survey_problems"), "1");
    fs::rename(&elsewhere, place.surveys()).unwrap();
    eventually("no problems", || {
        metric(&program, "sayso_survey_problems") == "0"
    });
}

#[test]
fn a_pause_is_served_in_place_and_makes_no_version() {
    let place = Place::new();
    let mut program = Program::start(&place);
    let begun = submission();
    let paused = CSAT_SURVEY.replacen('{', "{ \"paused\": true,", 1);
    put(&place.surveys(), "support.json", &paused);
    let path = "/v1/surveys/support";
    eventually("the pause", || program.get(path).0 == 410);
    let line = program.wait_for("survey is paused");
    assert_eq!(line["fields"]["survey_id"], "support");
    eventually("the count", || {
        metric(&program, "sayso_surveys_closed") == "1"
    });
    assert_eq!(program.post(&begun).unwrap().0, 201);
    put(&place.surveys(), "support.json", CSAT_SURVEY);
    eventually("the end of the pause", || {
        version(&program, path) == version_of(CSAT_SURVEY)
    });
    program.wait_for("survey is given out again");
    let kept = fs::read_dir(place.data().join("surveys")).unwrap().count();
    assert_eq!(kept, 2);
}

#[test]
fn a_survey_ends_with_its_last_response_also_after_a_restart() {
    let place = Place::new();
    let limited = SURVEY.replacen('{', "{ \"response_limit\": 2,", 1);
    let file = SurveyFile::parse(&limited).unwrap();
    assert_eq!(file.version(), survey(SURVEY).version());
    put(&place.surveys(), "post-purchase.json", &limited);
    let mut program = Program::start(&place);
    let first = submission();
    let shown = with(submission(), "status", "shown".into());
    let shown = with(shown, "answers", serde_json::json!({}));
    for (submission, status) in [(&first, 201), (&first, 200), (&shown, 201)] {
        assert_eq!(program.post(submission).unwrap().0, status);
    }
    assert_eq!(program.get(PATH).0, 200);
    assert_eq!(program.post(&submission()).unwrap().0, 201);
    let (status, body) = program.get(PATH);
    assert_eq!(status, 410, "{body}");
    assert!(body.contains("\"code\":\"survey_ended\""), "{body}");
    program.wait_for("survey has ended");
    drop(program);
    let program = Program::start(&place);
    assert_eq!(program.get(PATH).0, 410);
    // Who had begun is heard.
    assert_eq!(program.post(&submission()).unwrap().0, 201);
}

/// Slow writers and quick readers: whatever is served is one of the versions, whole.
#[test]
fn requests_never_see_half_a_change() {
    let place = Place::new();
    let program = Program::start(&place);
    let known = [version_of(SURVEY), version_of(&other())];
    std::thread::scope(|scope| {
        let changes = scope.spawn(|| {
            for turn in 0..40 {
                let text = if turn % 2 == 0 {
                    other()
                } else {
                    String::from(SURVEY)
                };
                put(&place.surveys(), "post-purchase.json", &text);
                program.signal(Signal::HUP);
            }
        });
        while !changes.is_finished() {
            assert!(known.contains(&version(&program, PATH)));
            assert_eq!(program.post(&submission()).unwrap().0, 201);
        }
    });
    assert_eq!(metric(&program, "sayso_survey_problems"), "0");
}
