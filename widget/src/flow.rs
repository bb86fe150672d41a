//! A session that views can watch and send events to.

use leptos::prelude::*;
use sayso_core::answer::{Answer, Answers};
use sayso_core::condition::Surroundings;
use sayso_core::session::{Effect, Event, Phase, Session};
use sayso_core::survey::Survey;
use slot::Slot;
use std::rc::Rc;

mod slot;

/// A running session: something to read, and a way in for events.
///
/// Copies share the session. It belongs to the reactive owner it was made under
/// and goes with it; afterwards reads give the default and events do nothing.
#[derive(Clone, Copy)]
pub struct Flow {
    inner: Slot,
    /// Counts the events, for views that show what may change with each.
    changes: RwSignal<u32>,
    /// Counts the questions shown and the changes of language, for what is built anew with
    /// each. At 0 the card is a frame with no question in it, at 1 that has no controls.
    steps: RwSignal<u32>,
}

/// From this step on nothing is left out of the card.
const WHOLE: u32 = 2;

/// In a browser a card is built in steps.
const FIRST: u32 = if cfg!(feature = "csr") { 0 } else { WHOLE };

struct Inner {
    session: Session,
    effects: Rc<dyn Fn(Flow, Effect)>,
    by_pointer: bool,
}

impl Flow {
    /// Starts a session. `around` is what conditions and texts may look at, `seed` decides
    /// the order of shuffled choices. `effects` is called for each effect, after the views
    /// know the new state.
    pub fn new(
        survey: Survey,
        around: Surroundings,
        seed: String,
        effects: impl Fn(Flow, Effect) + 'static,
    ) -> Self {
        let inner = Inner {
            session: Session::new(survey, around, seed),
            effects: Rc::new(effects),
            by_pointer: false,
        };
        Self {
            inner: Slot::new(inner),
            changes: RwSignal::new(0),
            steps: RwSignal::new(FIRST),
        }
    }

    /// Shows a session as it stands, and carries out nothing.
    #[cfg(feature = "ssr")]
    pub(crate) fn showing(session: Session) -> Self {
        let inner = Inner {
            session,
            effects: Rc::new(|_, _| {}),
            by_pointer: false,
        };
        Self {
            inner: Slot::new(inner),
            changes: RwSignal::new(0),
            steps: RwSignal::new(WHOLE),
        }
    }

    /// Takes in what a link answers, before anything is shown.
    pub fn mark(self, answers: &Answers) {
        self.with(&mut |inner| inner.session.mark(answers));
    }

    /// Sends an event into the session and carries out what comes of it.
    pub fn send(self, event: Event) {
        let mut event = Some(event);
        self.act(&mut |session| {
            let before = session.step();
            let effects = event.take().map(|event| session.handle(event));
            // What is closed goes as it is: built anew, it would lose the focus.
            let is_new = before != session.step() && session.phase() != Phase::Closed;
            (is_new, effects.unwrap_or_default())
        });
    }

    /// Goes on in another language: all that is shown is built anew, the answers stay.
    /// False, and nothing changes, when the survey is not the same one.
    pub fn translate(self, survey: Survey) -> bool {
        let mut survey = Some(survey);
        let mut is_same = false;
        self.act(&mut |session| {
            is_same = survey
                .take()
                .is_some_and(|survey| session.translate(survey));
            // What has the focus goes with the old words.
            let effects = is_same.then_some(Effect::FollowFocus);
            (is_same, effects.into_iter().collect())
        });
        is_same
    }

    /// Lets something happen to the session, which says whether the card is to be
    /// built anew, and carries out the effects.
    #[inline(never)]
    fn act(self, happen: &mut dyn FnMut(&mut Session) -> (bool, Vec<Effect>)) {
        let mut outcome = None;
        self.with(&mut |inner| {
            outcome = Some((happen(&mut inner.session), Rc::clone(&inner.effects)));
        });
        let Some(((is_new, effects), carry_out)) = outcome else {
            return;
        };
        count(self.changes);
        if is_new {
            count(self.steps);
        }
        for effect in effects {
            carry_out(self, effect);
        }
    }

    /// Looks at the session, and again whenever it changes.
    pub fn read<T: Default>(self, look: impl FnOnce(&Session) -> T) -> T {
        self.changes.try_get();
        self.peek(look)
    }

    /// Looks at the session, and again when another question or the thanks stand in
    /// the card, or another language.
    pub(crate) fn read_step<T: Default>(self, look: impl FnOnce(&Session) -> T) -> T {
        self.steps.try_get();
        self.peek(look)
    }

    /// Looks at the session once.
    pub fn peek<T: Default>(self, look: impl FnOnce(&Session) -> T) -> T {
        let mut look = Some(look);
        let mut seen = T::default();
        self.with(&mut |inner| {
            if let Some(look) = look.take() {
                seen = look(&inner.session);
            }
        });
        seen
    }

    /// The way in for every look, so that its code exists once.
    #[inline(never)]
    fn with(self, look: &mut dyn FnMut(&mut Inner)) {
        self.inner.look(look);
    }

    /// Puts the question into a frame, then its controls.
    #[cfg(feature = "csr")]
    pub(crate) fn fill(self) {
        count(self.steps);
    }

    /// True while the card is a frame alone.
    pub(crate) fn is_frame(self) -> bool {
        self.steps.try_get() == Some(0)
    }

    /// True while the question has no controls.
    pub(crate) fn is_bare(self) -> bool {
        self.steps.try_get() == Some(1)
    }

    /// Remembers whether the last input came from a mouse or finger.
    pub(crate) fn note_pointer(self, by_pointer: bool) {
        self.with(&mut |inner| inner.by_pointer = by_pointer);
    }

    /// True when the last input came from a mouse or finger.
    pub(crate) fn is_by_pointer(self) -> bool {
        let mut by_pointer = false;
        self.with(&mut |inner| by_pointer = inner.by_pointer);
        by_pointer
    }

    /// Takes a chosen rating or choice in. A tap on it leads on to the next question;
    /// arrow keys pass over others on their way, so with them the button leads
    /// on. Nothing is ever sent by a choice alone.
    pub(crate) fn choose(self, answer: Answer) {
        self.send(Event::Answered(Some(answer)));
        let leads_on = self.is_by_pointer() && !self.peek(Session::is_last);
        if leads_on {
            self.send(Event::NextPressed);
        }
    }
}

#[inline(never)]
fn count(counter: RwSignal<u32>) {
    counter.try_update(|count| *count = count.wrapping_add(1));
}

#[cfg(test)]
#[cfg(feature = "ssr")]
mod tests;
