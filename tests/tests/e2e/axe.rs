//! axe-core on the whole page, in any engine.

use sayso_tests::stage::Stage;
use sayso_tests::tool;
use serde_json::json;

/// Runs axe-core over the whole page and expects nothing.
pub(crate) async fn assert_axe_finds_nothing(stage: &Stage, state: &str) {
    let browser = &stage.browser;
    if browser.run("return typeof axe").await == "undefined" {
        let source = std::fs::read_to_string(tool("AXE")).unwrap();
        browser.client.execute(&source, vec![]).await.unwrap();
    }
    // Let all entrances end: colours on the move have no contrast to measure.
    let rest = "const roots = () => [document, ...Array.from(document.querySelectorAll('*'),
            element => element.shadowRoot).filter(Boolean)];
        const moves = () => roots().flatMap(root => root.getAnimations())
            .some(({ playState }) => playState == 'running');
        for (let quiet = 0; quiet < 10; quiet = moves() ? 0 : quiet + 1)
            await new Promise(done => setTimeout(done, 30))";
    browser.run(rest).await;
    let found = browser
        .run(
            "const result = await axe.run(document, { resultTypes: ['violations', 'incomplete'] });
             const rows = [...result.violations, ...result.incomplete.filter(row => row.impact == 'serious')];
             return rows.map(row => row.id + ': ' + row.nodes.map(node => node.html).join(' | '))",
        )
        .await;
    assert_eq!(found, json!([]), "{state}");
}
