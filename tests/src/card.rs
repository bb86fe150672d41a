//! The card in the page, as a respondent meets it: seen, clicked, tapped, typed into.

use crate::browser::Browser;
use fantoccini::actions::{
    InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
    TouchActions,
};
use serde_json::Value;

/// Keys by their WebDriver names.
pub mod key {
    /// Tab.
    pub const TAB: char = '\u{e004}';
    /// Enter.
    pub const ENTER: char = '\u{e007}';
    /// Escape.
    pub const ESCAPE: char = '\u{e00c}';
    /// Shift.
    pub const SHIFT: char = '\u{e008}';
    /// Arrow to the right.
    pub const RIGHT: char = '\u{e014}';
}

/// Button or finger, down and up.
const PRESS: [PointerAction; 2] = [
    PointerAction::Down {
        button: MOUSE_BUTTON_LEFT,
    },
    PointerAction::Up {
        button: MOUSE_BUTTON_LEFT,
    },
];

fn move_to((x, y): (f64, f64)) -> PointerAction {
    let duration = None;
    PointerAction::MoveTo { duration, x, y }
}

/// JavaScript for the shadow root of the card.
const ROOT: &str = "document.querySelector('sayso-card')?.shadowRoot";

impl Browser {
    /// Waits until something stands in the card.
    #[track_caller]
    pub fn wait_for(&self, selector: &str) -> impl Future<Output = ()> + use<'_> {
        self.wait_for_owned(format!("{ROOT}?.querySelector('{selector}')"))
    }

    /// True when something stands in the card.
    pub async fn has(&self, selector: &str) -> bool {
        let body = format!("return Boolean({ROOT}?.querySelector('{selector}'))");
        self.run(&body).await == Value::Bool(true)
    }

    /// Waits until a part of the card has the focus.
    #[track_caller]
    pub fn wait_for_focus(&self, selector: &str) -> impl Future<Output = ()> + use<'_> {
        self.wait_for_owned(format!("{ROOT}?.activeElement?.matches('{selector}')"))
    }

    /// Waits until the card says that something is wrong, in words that begin so.
    #[track_caller]
    pub fn wait_for_error(&self, beginning: &str) -> impl Future<Output = ()> + use<'_> {
        let text = format!("{ROOT}?.querySelector('.error')?.textContent");
        self.wait_for_owned(format!("{text} && {text}.startsWith('{beginning}')"))
    }

    /// The text of a part of the card.
    pub async fn text(&self, selector: &str) -> String {
        let body = format!("return {ROOT}?.querySelector('{selector}')?.textContent ?? ''");
        self.run(&body)
            .await
            .as_str()
            .unwrap_or_default()
            .trim()
            .to_owned()
    }

    /// What is written in the card's text field.
    pub async fn written(&self) -> String {
        let body = format!("return {ROOT}?.querySelector('textarea')?.value ?? ''");
        self.run(&body)
            .await
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// The part of the card that has the focus: its tag and value; empty if it is elsewhere.
    pub async fn focused(&self) -> String {
        let body = format!(
            "const e = {ROOT}?.activeElement;
             return e ? e.localName + (e.type == 'radio' ? ' ' + e.value : '') : ''"
        );
        self.run(&body)
            .await
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Moves the mouse out of the card, to the corner of the page.
    ///
    /// # Panics
    ///
    /// When the driver refuses.
    pub async fn leave(&self) {
        let mouse = MouseActions::new("mouse".into()).then(move_to((1.0, 1.0)));
        self.act(mouse, "leave").await;
    }

    /// Clicks the middle of a part of the card with the mouse.
    ///
    /// # Panics
    ///
    /// When it is not there.
    pub async fn click(&self, selector: &str) {
        let mouse = MouseActions::new("mouse".into());
        let [down, up] = PRESS;
        let mouse = mouse.then(move_to(self.middle_of(selector).await));
        self.act(mouse.then(down).then(up), selector).await;
    }

    /// Clicks once more where the mouse is, at once: the second half of a double click.
    ///
    /// # Panics
    ///
    /// When the driver refuses.
    pub async fn click_again(&self) {
        let [down, up] = PRESS;
        let mouse = MouseActions::new("mouse".into()).then(down).then(up);
        self.act(mouse, "click again").await;
    }

    /// Taps the middle of a part of the card with a finger. WebKitGTK's driver
    /// knows none, and clicks.
    ///
    /// # Panics
    ///
    /// When it is not there.
    pub async fn tap(&self, selector: &str) {
        let finger = TouchActions::new("finger".into());
        let [down, up] = PRESS;
        let finger = finger.then(move_to(self.middle_of(selector).await));
        self.act(finger.then(down).then(up), selector).await;
    }

    async fn act(&self, actions: impl Into<fantoccini::actions::Actions>, what: &str) {
        let done = self.client.perform_actions(actions).await;
        assert!(done.is_ok(), "{what}: {done:?}");
    }

    /// Presses keys, one after the other, on whatever has the focus.
    ///
    /// # Panics
    ///
    /// When the driver refuses.
    pub async fn press(&self, keys: &str) {
        let mut actions = KeyActions::new("keys".into());
        for value in keys.chars() {
            actions = actions
                .then(KeyAction::Down { value })
                .then(KeyAction::Up { value });
        }
        self.act(actions, keys).await;
    }

    /// Where a respondent would click: once the card has settled and takes clicks.
    async fn middle_of(&self, selector: &str) -> (f64, f64) {
        let settled = format!(
            "(e => !e || getComputedStyle(e).pointerEvents != 'none')({ROOT}?.querySelector('{selector}'))"
        );
        self.wait_until(&settled).await;
        let body = format!(
            "const e = {ROOT}?.querySelector('{selector}');
             if (!e) return null;
             e.scrollIntoView({{ block: 'nearest' }});
             const box = e.getBoundingClientRect();
             return [box.x + box.width / 2, box.y + box.height / 2]"
        );
        let middle = self.run(&body).await;
        let at = |index: usize| middle[index].as_f64();
        match (at(0), at(1)) {
            (Some(x), Some(y)) => (x, y),
            _ => panic!("no {selector} in the card"),
        }
    }
}
