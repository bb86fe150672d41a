//! The names and roles that the other engines compute, beside those of the document.

use super::ROOT;
use super::document::blocks;
use super::walks::WALKS;
use crate::{SHOWN, show};
use fantoccini::wd::WebDriverCompatibleCommand;
use sayso_tests::browser::{Browser, Engine, Window};
use sayso_tests::stage::Stage;
use serde_json::Value;

/// Asks the driver for the role or the name of an element.
#[derive(Debug)]
struct Computed {
    element: String,
    /// `computedrole` or `computedlabel`.
    what: &'static str,
}

impl WebDriverCompatibleCommand for Computed {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        let session = session.unwrap_or_default();
        let Self { element, what } = self;
        base.join(&format!("session/{session}/element/{element}/{what}"))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::GET, None)
    }
}

/// The role and the name of a part of the card, as the document writes them.
async fn computed(browser: &Browser, selector: &str) -> String {
    let body = format!("return {ROOT}.querySelector('{selector}')");
    let element = browser.run(&body).await;
    let ids = element.as_object().into_iter().flatten();
    let element = ids.filter_map(|(_, id)| id.as_str()).next().unwrap();
    let mut found = Vec::new();
    for what in ["computedrole", "computedlabel"] {
        let element = element.to_owned();
        let answer = browser.client.issue_cmd(Computed { element, what }).await;
        let Ok(Value::String(text)) = answer else {
            panic!("{selector} has no {what}: {answer:?}");
        };
        found.push(text);
    }
    format!("{} {:?}", found[0], found[1])
}

/// The first of the lines that has a name and one of some roles, without its states.
fn written(block: &str, roles: &[&str]) -> Option<String> {
    block.lines().find_map(|line| {
        let (role, rest) = line.trim_start().split_once(" \"")?;
        let name = rest.split_once('"')?.0;
        roles.contains(&role).then(|| format!("{role} {name:?}"))
    })
}

/// Each first question of the gallery, and the first that can be chosen or written in.
async fn names_and_roles(engine: Engine) {
    let stage = Stage::in_engine(engine, Window::Desktop, &[]).await;
    let blocks = blocks();
    let mut faults = Vec::new();
    stage.open("/tests/blank/").await;
    for walk in &WALKS {
        let survey = format!("gallery-{}", walk.survey);
        let call = format!("'{survey}', {{ force: true, respondent: 'ann' }}");
        assert_eq!(show(&stage, &call).await, SHOWN);
        stage.browser.wait_for("[part=question]").await;
        let mut compared = 0;
        let parts = [
            ("fieldset, h2", &["group", "radiogroup", "heading"][..]),
            (
                "input, textarea, a",
                &["radio", "checkbox", "textbox", "link"],
            ),
        ];
        for (selector, roles) in parts {
            if let Some(expected) = written(&blocks[&survey], roles) {
                let found = computed(&stage.browser, selector).await;
                compared += 1;
                if found != expected {
                    faults.push(format!("{survey}: {found}, not {expected}"));
                }
            }
        }
        assert_ne!(compared, 0, "{survey} has a name and a role");
        stage.browser.run("sayso.destroy()").await;
    }
    assert!(faults.is_empty(), "{engine:?}: {faults:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_and_roles_are_as_written_down_in_firefox() {
    names_and_roles(Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_and_roles_are_as_written_down_in_webkit() {
    names_and_roles(Engine::WebKit).await;
}
