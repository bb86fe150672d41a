//! The policies that docs/csp.md names, read out of it, so that no line stands there untried.

use std::fs;

use sayso_tests::stage::root;

/// The tag where a section of the docs shows none.
const TAG: &str =
    r#"<script async src="https://feedback.example/sayso.js" data-survey="nps"></script>"#;

/// In which way a survey comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    InPage,
    InFrame,
    Link,
}

/// A section of the docs: a page's headers, its tag, and the way in.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) title: String,
    pub(super) way: Way,
    pub(super) headers: Vec<String>,
    pub(super) tag: String,
}

/// A document of the repository.
pub(super) fn document(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

/// The blocks of a language in a text.
pub(super) fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("```{language}\n");
    let begins = text.split(fence.as_str()).skip(1);
    begins
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

/// Everything that docs/csp.md says of headers.
pub(super) fn cases() -> Vec<Case> {
    let text = document("docs/csp.md");
    let ways = [
        ("In the page", Way::InPage),
        ("In a frame", Way::InFrame),
        ("As a link", Way::Link),
    ];
    let mut cases = Vec::new();
    for (heading, way) in ways {
        let (_, rest) = text.split_once(&format!("\n## {heading}\n")).unwrap();
        let part = rest.split("\n## ").next().unwrap();
        for section in part.split("\n### ").skip(1) {
            let (title, section) = section.split_once('\n').unwrap();
            let headers = blocks(section, "http");
            let [headers] = headers.as_slice() else {
                panic!("{title}: a section has the headers of one page");
            };
            let tag = blocks(section, "html").first().map_or(TAG, |tag| *tag);
            cases.push(Case {
                title: title.to_owned(),
                way,
                headers: headers.lines().map(str::to_owned).collect(),
                tag: tag.to_owned(),
            });
        }
    }
    let tried: usize = cases.iter().map(|case| case.headers.len()).sum();
    let there = blocks(&text, "http").concat().lines().count();
    assert_eq!(tried, there, "headers of docs/csp.md that no test tries");
    assert!(10 < cases.len(), "{cases:#?}");
    cases
}
