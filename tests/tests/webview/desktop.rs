//! A customer in a real desktop app, with everything in it but the collector.

use crate::app::App;
use crate::schema::assert_valid;
use crate::story;
use sayso_tests::collector::Collector;
use sayso_tests::stage::root;
use serde_json::{Value, json};

const ORIGIN: &str = "sayso://app";
const TEXT: &str = "document.querySelector('sayso-card').shadowRoot.textContent";

fn collector(data: &tempfile::TempDir, listen: &str) -> Collector {
    let surveys = root().join("examples/surveys");
    Collector::start(&data.path().join("collector"), &surveys, listen, ORIGIN)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_answers_after_an_action_and_the_view_closes() {
    let data = tempfile::tempdir().unwrap();
    let collector = collector(&data, "127.0.0.1:0");
    let mut app = App::start(
        data.path(),
        &collector.url(),
        &["--theme", "dark", "--locale", "de"],
    );
    app.receive_order();
    app.wait_for("type", "shown");
    // Theme and locale came from the app, for the card and for the page around it.
    app.wait_until(&format!("{TEXT}.includes('nach dieser Bestellung')"));
    assert_eq!(
        app.value("document.querySelector('sayso-card').dataset.theme"),
        "dark"
    );
    assert_eq!(app.value("document.documentElement.dataset.theme"), "dark");
    assert_eq!(app.value("document.documentElement.lang"), "de");
    // The app may change its mind while the survey is open.
    app.command(r#"send {"sayso":1,"type":"set","theme":"light","locale":"en"}"#);
    app.wait_until(&format!("{TEXT}.includes('After this order')"));
    app.wait_until("document.querySelector('sayso-card').dataset.theme == 'light'");
    app.click(".rating:nth-child(11) input");
    app.wait_for("type", "answered");
    app.click(".primary");
    app.wait_for("type", "completed");
    app.wait_for("app", "closed");

    let messages = app.messages();
    messages.iter().for_each(assert_valid);
    assert_eq!(
        story(&messages),
        ["ready", "shown", "answered", "completed"]
    );
    let answered = messages
        .iter()
        .find(|message| message["type"] == "answered")
        .unwrap();
    assert_eq!(
        (&answered["question_id"], &answered["answer"]),
        (&json!("recommend"), &json!(10))
    );
    let records = collector.wait_for_records(2).await;
    let record = &records[1];
    assert_eq!(record["response_id"], answered["response_id"]);
    assert_eq!(record["status"], "completed");
    assert_eq!(record["channel"], "webview");
    assert_eq!(record["answers"], json!({ "recommend": 10 }));
    assert_eq!(record["respondent"]["id"], "c-1042");
    assert_eq!(record["context"]["order_id"], "A-17");
    assert_tokens(&records);
}

/// The survey came with the app, and its token from the collector all the same.
fn assert_tokens(records: &[Value]) {
    for record in records {
        let marks = record["suspicious"].as_array();
        let has_none = marks.is_some_and(|marks| marks.contains(&json!("no_token")));
        assert!(!has_none, "{record:#?}");
    }
}

/// An app without a network, in which a customer has answered and closed the view; and
/// where the collector will be.
fn answered_without_a_network(data: &tempfile::TempDir) -> (App, String) {
    let mut gone = collector(data, "127.0.0.1:0");
    let address = gone.address().to_string();
    gone.kill();
    let mut app = App::start(data.path(), &format!("http://{address}"), &[]);
    app.receive_order();
    app.wait_for("type", "shown");
    app.click(".rating:nth-child(4) input");
    app.click(".primary");
    app.click(".primary");
    let waiting = "Object.keys(localStorage).filter(key => /^sayso>./.test(key)).length";
    app.wait_until(&format!("{TEXT}.includes('could not be sent')"));
    // What was shown, and what was answered.
    app.wait_until(&format!("{waiting} == 2"));
    assert_eq!(story(&app.messages()), ["ready", "shown", "answered"]);
    app.command(r#"send {"sayso":1,"type":"dismiss"}"#);
    app.wait_for("app", "closed");
    app.messages().iter().for_each(assert_valid);
    (app, address)
}

/// The collector has what was answered without a network, with its token.
async fn assert_arrived(collector: &Collector) {
    let records = collector.wait_for_records(2).await;
    assert!(
        records
            .iter()
            .any(|record| record["answers"] == json!({ "recommend": 3 })),
        "{records:#?}"
    );
    assert_tokens(&records);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_network_the_survey_shows_and_the_answer_waits() {
    let data = tempfile::tempdir().unwrap();
    let (app, address) = answered_without_a_network(&data);
    app.quit();
    // Started again, some day with a network, the app sends what waits.
    let collector = collector(&data, &address);
    let _app = App::start(data.path(), &collector.url(), &[]);
    assert_arrived(&collector).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_app_runs_the_answer_goes_when_the_network_is_back() {
    let data = tempfile::tempdir().unwrap();
    let (_app, address) = answered_without_a_network(&data);
    // The survey's view has gone; the main window is there, and nobody touches it.
    let collector = collector(&data, &address);
    assert_arrived(&collector).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_in_the_page_closes_the_view() {
    let data = tempfile::tempdir().unwrap();
    let collector = collector(&data, "127.0.0.1:0");
    let mut app = App::start(data.path(), &collector.url(), &[]);
    app.receive_order();
    app.wait_for("type", "shown");
    app.command("survey document.getElementById('close').click()");
    app.wait_for("type", "dismissed");
    app.wait_for("app", "closed");
    assert_eq!(story(&app.messages()), ["ready", "shown", "dismissed"]);
    // It rests now, and says so instead of leaving an empty view.
    app.receive_order();
    let error = app.wait_for("type", "error");
    assert_valid(&error);
    assert_eq!(error["reason"], "cooldown");
    app.wait_for("app", "closed");
}
