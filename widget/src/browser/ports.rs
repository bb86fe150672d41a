//! Carries out what the session wants: sends, tells the page, moves the focus, closes.

use super::node::{field, put};
use super::response::{answer_value, now_ms, submission};
use super::{events, transport};
use crate::flow::Flow;
use gloo_timers::callback::Timeout;
use js_sys::{Function, Object};
use sayso_core::session::{Effect, Event, Failure, Outgoing, Phase};
use sayso_core::survey::Display;
use sayso_core::wire::Status;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlElement, ShadowRoot};

/// How long the thanks stand in a popover, in milliseconds.
const THANKS_MS: u32 = 6_000;

/// What a card needs of the browser.
#[derive(Clone)]
pub(super) struct Ports(Rc<Inner>);

struct Inner {
    host: HtmlElement,
    root: ShadowRoot,
    /// Sends a body as `fetch` does.
    send: Function,
    /// What the page said of the response: its id, its survey, its context.
    response: Object,
    shown_at_ms: f64,
    /// True when the respondent's last input was made in the card.
    had_focus: Cell<bool>,
    /// What had the focus before the card came, to give it back.
    opener: Option<HtmlElement>,
    /// Closes the thanks of a popover. Stops when dropped.
    closing: RefCell<Option<Timeout>>,
}

impl Ports {
    /// `None` if the options hold no way to send.
    pub(super) fn new(host: HtmlElement, root: ShadowRoot, options: &Object) -> Option<Self> {
        let opener = host.owner_document().and_then(|page| page.active_element());
        let has_focus = field(options, "focus").is_some_and(|focus| focus.is_truthy());
        Some(Self(Rc::new(Inner {
            send: field(options, "send")?.dyn_into().ok()?,
            response: field(options, "response")?.dyn_into().ok()?,
            shown_at_ms: now_ms(),
            opener: opener.and_then(|opener| opener.dyn_into().ok()),
            host,
            root,
            had_focus: Cell::new(has_focus),
            closing: RefCell::new(None),
        })))
    }

    /// Carries out one effect.
    pub(super) fn carry_out(&self, flow: Flow, effect: Effect) {
        match effect {
            Effect::Send(outgoing) => self.send(flow, &outgoing),
            Effect::AnnounceAnswered(question, answer) => {
                let detail = self.detail();
                put(&detail, "question_id", &question.as_str().into());
                put(&detail, "answer", &answer_value(&answer));
                self.announce("sayso:answered", &detail);
            }
            Effect::AnnounceCompleted => {
                self.announce("sayso:completed", &self.detail());
                self.close_later(flow);
            }
            Effect::AnnounceDismissed => self.announce("sayso:dismissed", &self.detail()),
            Effect::FollowFocus => self.focus_after_change(false),
            Effect::FocusAnswer => self.focus_after_change(true),
            // Not at once: the event that closes the card still runs inside it.
            Effect::Close => {
                let host = self.0.host.clone();
                spawn_local(async move { super::remove(&host) });
            }
        }
    }

    /// Puts the focus into the card, if the respondent opened it.
    pub(super) fn focus_if_opened(&self) {
        if self.0.had_focus.get() {
            self.focus_later(false, true);
        }
    }

    fn send(&self, flow: Flow, outgoing: &Outgoing) {
        if outgoing.status == Status::Shown {
            self.announce("sayso:shown", &self.detail());
        }
        self.note_focus();
        let elapsed_ms = now_ms() - self.0.shown_at_ms;
        let body = submission(&self.0.response, outgoing, elapsed_ms);
        let send = self.0.send.clone();
        // A completed response that is repeated while the card asks on is not awaited:
        // its reply must not be taken for that of a later one.
        let is_sending = flow.peek(|session| session.phase() == Phase::Sending);
        let status = outgoing.status;
        spawn_local(async move {
            let event = match body {
                Some(body) => transport::send(send, body).await,
                None => Event::NotStored(Failure::Refused(Vec::new())),
            };
            match (status, event) {
                (Status::Completed, event) if is_sending => flow.send(event),
                (Status::Partial, Event::NotStored(_)) => flow.send(Event::PartialNotStored),
                _ => {}
            }
        });
    }

    /// What every event of the page says: which survey, which response.
    fn detail(&self) -> Object {
        let detail = Object::new();
        for name in ["survey", "response_id"] {
            put(
                &detail,
                name,
                &field(&self.0.response, name).unwrap_or_default(),
            );
        }
        detail
    }

    #[inline(never)]
    fn announce(&self, name: &str, detail: &JsValue) {
        events::announce(&self.0.host, name, detail);
    }

    fn note_focus(&self) {
        let has_focus = self.0.root.active_element().is_some();
        self.0
            .had_focus
            .set(has_focus || self.0.had_focus.get() && self.is_focus_free());
    }

    /// True when no element of the page has the focus, so that taking it steals nothing.
    fn is_focus_free(&self) -> bool {
        let focused = self
            .0
            .host
            .owner_document()
            .and_then(|page| page.active_element());
        focused.is_none_or(|focused| {
            focused.tag_name() == "BODY" || &focused == self.0.host.unchecked_ref()
        })
    }

    /// Moves the focus within the card once the views have caught up. A focus
    /// that is elsewhere in the page stays there.
    fn focus_after_change(&self, may_open_keyboard: bool) {
        self.note_focus();
        if self.0.had_focus.get() {
            self.focus_later(may_open_keyboard, false);
        }
    }

    /// `takes_over` takes the focus from the page: for a card that its user opened.
    fn focus_later(&self, may_open_keyboard: bool, takes_over: bool) {
        let ports = self.clone();
        spawn_local(async move {
            leptos::task::tick().await;
            if !takes_over && !ports.is_focus_free() {
                return;
            }
            // The control to answer with; the question's text where there is none,
            // or where focusing a field would bring up a keyboard that covers it.
            let skips_controls = !may_open_keyboard && ports.is_touch();
            let controls = ["input:checked", "input,textarea"].iter();
            let selectors = controls
                .skip(if skips_controls { 2 } else { 0 })
                .chain(&["#prompt"]);
            for selector in selectors {
                if let Ok(Some(element)) = ports.0.root.query_selector(selector) {
                    drop(element.unchecked_into::<HtmlElement>().focus());
                    return;
                }
            }
        });
    }

    /// True where a finger points, and a keyboard comes up with a focused field.
    fn is_touch(&self) -> bool {
        let window = self
            .0
            .host
            .owner_document()
            .and_then(|page| page.default_view());
        let touch = window.map(|window| window.match_media("(pointer: coarse)"));
        touch
            .and_then(Result::ok)
            .flatten()
            .is_some_and(|touch| touch.matches())
    }

    /// Closes the thanks after a while, unless the respondent is still with them.
    fn close_later(&self, flow: Flow) {
        if flow.peek(|session| session.survey().display == Display::Inline) {
            return;
        }
        let ports = self.clone();
        let closing = Timeout::new(THANKS_MS, move || {
            // A focus that the card gave itself is not visible after a click.
            let is_hovered = ports.0.host.matches(":hover").unwrap_or_default();
            let focused = ports.0.root.query_selector(":focus-visible").ok().flatten();
            if is_hovered || focused.is_some() {
                ports.close_later(flow);
            } else if flow.peek(|session| session.phase() == Phase::Thanked) {
                flow.send(Event::Dismissed);
            }
        });
        *self.0.closing.borrow_mut() = Some(closing);
    }

    /// Stops the timer, which holds the ports, so that they would not go by
    /// themselves, and gives a focus in the card back to what had it before.
    pub(super) fn stop(&self) {
        self.0.closing.take();
        if self.0.root.active_element().is_some()
            && let Some(opener) = &self.0.opener
        {
            drop(opener.focus());
        }
    }
}
