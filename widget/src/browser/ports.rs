//! Carries out what the session wants: sends, tells the page, moves the focus, closes.

use super::node::{field, put};
use super::response::{answer_value, submission};
use super::transport;
use crate::flow::Flow;
use gloo_timers::callback::Timeout;
use js_sys::{Function, Object};
use sayso_core::IS_FULL;
use sayso_core::session::{Effect, Event, Outgoing, Phase};
use sayso_core::survey::Display;
use sayso_core::wire::Status;
use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlElement, ShadowRoot};

/// How long the thanks of a floating card stand, in milliseconds.
const THANKS_MS: u32 = 6_000;

/// What a card needs of the browser.
#[derive(Clone)]
pub(super) struct Ports(Rc<Inner>);

struct Inner {
    host: HtmlElement,
    root: ShadowRoot,
    /// Sends a part of the response, and promises the reply.
    send: Function,
    /// Tells the page what happened, by name.
    tell: Function,
    /// True where a finger points, and a keyboard comes up with a focused field.
    is_touch: bool,
    /// True when the respondent's last input was made in the card.
    had_focus: Cell<bool>,
    /// What had the focus before the card came, to give it back.
    opener: Option<Element>,
    /// Closes the thanks of a floating card. Stops when dropped.
    closing: RefCell<Option<Timeout>>,
}

impl Ports {
    /// `None` if the options hold no way to send, or to tell.
    pub(super) fn new(host: HtmlElement, root: ShadowRoot, options: &Object) -> Option<Self> {
        let opener = host.owner_document().and_then(|page| page.active_element());
        let is_set = |name| field(options, name).is_some_and(|value| value.is_truthy());
        Some(Self(Rc::new(Inner {
            send: field(options, "send")?.dyn_into().ok()?,
            tell: field(options, "tell")?.dyn_into().ok()?,
            is_touch: is_set("isTouch"),
            opener,
            host,
            root,
            had_focus: Cell::new(is_set("focus")),
            closing: RefCell::new(None),
        })))
    }

    /// Carries out one effect.
    pub(super) fn carry_out(&self, flow: Flow, effect: Effect) {
        match effect {
            Effect::Send(outgoing) => self.send(flow, &outgoing),
            Effect::AnnounceAnswered(question, answer) => {
                let detail = Object::new();
                put(&detail, "question_id", &question.as_str().into());
                put(&detail, "answer", &answer_value(&answer));
                self.tell("answered", &detail);
            }
            Effect::AnnounceCompleted => {
                self.tell("completed", &JsValue::UNDEFINED);
                self.close_later(flow);
            }
            Effect::AnnounceDismissed => self.tell("dismissed", &JsValue::UNDEFINED),
            Effect::FollowFocus => self.focus_after_change(false),
            Effect::FocusAnswer => self.focus_after_change(true),
            // Not at once: the event that closes the card still runs inside it.
            Effect::Close => {
                let host = self.0.host.clone();
                spawn_local(async move { super::destroy(&host) });
            }
        }
    }

    /// Puts the focus into the card, if the respondent opened it. A dialog takes it
    /// in any case: nothing else can have it. One that nobody asked for takes it to
    /// its text, so that a key that was meant for the page answers nothing.
    pub(super) fn take_focus(&self) {
        let is_dialog = self.open_dialog();
        if self.0.had_focus.get() {
            self.focus_later(false, true);
        } else if is_dialog {
            let ports = self.clone();
            spawn_local(async move {
                caught_up().await;
                ports.focus_first(["#prompt"]);
            });
        }
    }

    /// Opens the card as a dialog that the page waits for, if it is one.
    fn open_dialog(&self) -> bool {
        if !IS_FULL {
            return false;
        }
        let dialog = self.0.root.query_selector("dialog").ok().flatten();
        let opened = dialog.and_then(|dialog| {
            let open: Function = field(&dialog, "showModal")?.dyn_into().ok()?;
            open.call0(&dialog).ok()
        });
        opened.is_some()
    }

    fn send(&self, flow: Flow, outgoing: &Outgoing) {
        if outgoing.status == Status::Shown {
            self.tell("shown", &JsValue::UNDEFINED);
        }
        self.note_focus();
        let mut next = self
            .0
            .send
            .call1(&JsValue::NULL, &submission(outgoing))
            .ok();
        let seq = outgoing.seq;
        spawn_local(async move {
            while let Some(word) = next {
                let (event, later) = transport::outcome(word).await;
                // The end of a submission must not be taken for that of a later one.
                if flow.peek(|session| session.awaits(seq)) {
                    flow.send(event);
                }
                next = later;
            }
        });
    }

    /// Has the page told what happened. A listener of the page that throws harms only itself.
    #[inline(never)]
    fn tell(&self, name: &str, detail: &JsValue) {
        drop(self.0.tell.call2(&JsValue::NULL, &name.into(), detail));
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
            caught_up().await;
            if !takes_over && !ports.is_focus_free() {
                return;
            }
            // The control to answer with; the question's text where there is none,
            // or where focusing a field would bring up a keyboard that covers it.
            let skips_controls = !may_open_keyboard && ports.0.is_touch;
            // What is wrong comes first: beside "other" that is the field, not the button.
            let controls = [
                "input[aria-invalid]",
                "input:checked",
                "form input,textarea",
            ];
            let skipped = if skips_controls { controls.len() } else { 0 };
            ports.focus_first(controls.into_iter().skip(skipped).chain(["#prompt"]));
        });
    }

    fn focus_first(&self, selectors: impl IntoIterator<Item = &'static str>) {
        for selector in selectors {
            if let Ok(Some(element)) = self.0.root.query_selector(selector) {
                let element: HtmlElement = element.unchecked_into();
                // Firefox focuses no legend that has not been laid out; to ask for its size
                // lays it out.
                element.offset_height();
                drop(element.focus());
                return;
            }
        }
    }

    /// Closes the thanks after a while, unless the respondent is still with them or
    /// they lead somewhere.
    fn close_later(&self, flow: Flow) {
        let stays = flow.peek(|session| {
            let has_link = IS_FULL && session.closing().link.is_some();
            has_link || session.survey().display == Display::Inline
        });
        if stays {
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

    /// The element of the card.
    pub(super) fn host(&self) -> &JsValue {
        &self.0.host
    }

    /// Takes the card out of the page, and gives a focus in it back to what had it before.
    pub(super) fn leave(&self) {
        // It holds the ports, so they would not go by themselves.
        self.0.closing.take();
        let had_focus = self.0.root.active_element().is_some();
        // Gone before the focus moves: beside an open dialog nothing can have it.
        self.0.host.remove();
        if had_focus && let Some(opener) = &self.0.opener {
            focus_in_place(opener);
        }
    }
}

/// Goes on when the views have caught up: behind the tasks that wait by now. As
/// `leptos::task::tick`, without a channel, which would be half a kilobyte.
async fn caught_up() {
    let mut has_waited = false;
    poll_fn(|context| {
        if has_waited {
            return Poll::Ready(());
        }
        has_waited = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Focuses an element of the page where it is: the page does not jump to it.
fn focus_in_place(element: &JsValue) {
    let options = Object::new();
    put(&options, "preventScroll", &JsValue::TRUE);
    if let Some(Ok(focus)) = field(element, "focus").map(JsCast::dyn_into::<Function>) {
        // What cannot have the focus any more is left alone.
        drop(focus.call1(element, &options));
    }
}
