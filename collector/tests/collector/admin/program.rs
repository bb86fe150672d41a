//! The admin routes of the real program.

use std::fs;
use std::time::Duration;

use serde_json::{Value, json};
use ureq::Agent;

use super::{TOKEN, bearer};
use crate::fixtures::{submission, with};
use crate::program::{Place, Program, SERVE};

fn agent() -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(Duration::from_secs(30)));
    config.build().into()
}

fn start(place: &Place) -> Program {
    fs::write(place.path().join("admin.token"), format!("{TOKEN}\n")).unwrap();
    let args = ["--admin-token-file", "admin.token", "--log-level", "debug"];
    Program::start_as(place.command().args(SERVE).args(args))
}

#[test]
fn the_report_is_the_one_that_the_command_prints() {
    let place = Place::new();
    let program = start(&place);
    for rating in [9, 3] {
        let answers = match rating {
            9 => json!({"recommend": 9, "liked": "All."}),
            _ => json!({"recommend": rating}),
        };
        let submission = with(submission(), "answers", answers);
        assert_eq!(program.post(&submission).unwrap().0, 201);
    }
    let get = |path: &str| {
        let address = format!("http://{}{path}", program.address);
        let call = agent().get(address).header("authorization", bearer(TOKEN));
        let mut reply = call.call().unwrap();
        let body = reply.body_mut().read_to_string().unwrap();
        (reply.status().as_u16(), body)
    };
    let printed = place.run(&["report", "--format", "json"]).stdout;
    assert_eq!(
        get("/v1/report"),
        (200, String::from_utf8(printed).unwrap())
    );
    let one = ["report", "--format", "json", "--survey", "post-purchase"];
    let printed = place.run(&one).stdout;
    let (status, report) = get("/v1/report?survey=post-purchase");
    assert_eq!((status, report.as_bytes()), (200, &*printed));
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["surveys"][0]["completed"], 2);
    let (status, refusal) = get("/v1/report?survey=nobody");
    let refusal: Value = serde_json::from_str(&refusal).unwrap();
    assert_eq!((status, &refusal["code"]), (404, &json!("unknown_survey")));
    assert_eq!(get("/v1/report?survey=%2e%2e%2fetc").0, 404);
}

#[test]
fn neither_token_nor_session_is_ever_logged() {
    let place = Place::new();
    let mut program = start(&place);
    program.wait_for("the admin token opens /v1/report and /admin/login");
    let origin = format!("http://{}", program.address);
    let login = format!("{origin}/admin/login");
    let guess = "a-guess-that-is-as-long-as-a-token";
    let send = |token: &str| {
        let request = agent().post(&login).header("origin", &origin);
        request.send_form([("token", token)]).unwrap()
    };
    assert_eq!(send(guess).status(), 401);
    let reply = send(TOKEN);
    assert_eq!(reply.status(), 303);
    let line = reply.headers()["set-cookie"].to_str().unwrap();
    assert!(
        !line.contains("Secure"),
        "this page came without TLS: {line}"
    );
    let cookie = line.split(';').next().unwrap();
    let address = format!("{origin}/v1/report");
    let report = agent().get(address).header("cookie", cookie).call();
    assert_eq!(report.unwrap().status(), 200);
    program.wait_for("a wrong admin token was shown");
    program.wait_for("somebody logged in with the admin token");
    program.signal(rustix::process::Signal::TERM);
    program.wait();
    let said = format!("{:?}", program.lines());
    let id = cookie.split_once('=').unwrap().1;
    for secret in [TOKEN, guess, id] {
        assert!(!said.contains(secret), "{secret} is in {said}");
    }
}

#[test]
fn a_token_that_can_be_guessed_is_refused_at_start() {
    let place = Place::new();
    fs::write(place.path().join("admin.token"), "hunter2").unwrap();
    let output = place.run(&[&SERVE[..], &["--admin-token-file", "admin.token"]].concat());
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(
        text.contains("admin.token, which admin_token_file names, has a line"),
        "{text}"
    );
    assert!(text.contains("openssl rand -hex 32"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}
