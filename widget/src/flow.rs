//! A session that views can watch and send events to.

use leptos::prelude::*;
use sayso_core::answer::Answer;
use sayso_core::session::{Effect, Event, Session};
use sayso_core::survey::Survey;
use std::rc::Rc;

/// A running session: something to read, and a way in for events.
///
/// Copies share the session. It belongs to the reactive owner it was made under
/// and goes with it; afterwards reads give the default and events do nothing.
#[derive(Clone, Copy)]
pub struct Flow {
    inner: StoredValue<Inner, LocalStorage>,
    /// Counts the events, for views that show what may change with each.
    changes: RwSignal<u32>,
    /// Counts the questions shown, for what is built anew with each.
    steps: RwSignal<u32>,
}

struct Inner {
    session: Session,
    effects: Rc<dyn Fn(Flow, Effect)>,
    by_pointer: bool,
}

impl Flow {
    /// Starts a session. `effects` is called for each effect, after the views know the new state.
    pub fn new(survey: Survey, effects: impl Fn(Flow, Effect) + 'static) -> Self {
        let session = Session::new(survey);
        let inner = Inner {
            session,
            effects: Rc::new(effects),
            by_pointer: false,
        };
        Self {
            inner: StoredValue::new_local(inner),
            changes: RwSignal::new(0),
            steps: RwSignal::new(0),
        }
    }

    /// Sends an event into the session and carries out what comes of it.
    pub fn send(self, event: Event) {
        let outcome = self.inner.try_update_value(|inner| {
            let before = inner.session.step();
            let effects = inner.session.handle(event);
            (
                before != inner.session.step(),
                effects,
                Rc::clone(&inner.effects),
            )
        });
        let Some((is_next_step, effects, carry_out)) = outcome else {
            return;
        };
        count(self.changes);
        if is_next_step {
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

    /// Looks at the session, and again when another question or the thanks stand in the card.
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
        self.inner.try_update_value(look);
    }

    /// Remembers whether the last input came from a mouse or finger.
    pub(crate) fn note_pointer(self, by_pointer: bool) {
        self.inner
            .try_update_value(|inner| inner.by_pointer = by_pointer);
    }

    /// Takes a chosen rating in. A tap on a rating leads on to the next question;
    /// arrow keys pass over ratings on their way, so with them the button leads
    /// on. Nothing is ever sent by a choice alone.
    pub(crate) fn choose(self, rating: u8) {
        self.send(Event::Answered(Some(Answer::Rating(rating))));
        let mut leads_on = false;
        self.with(&mut |inner| leads_on = inner.by_pointer && !inner.session.is_last());
        if leads_on {
            self.send(Event::NextPressed);
        }
    }
}

#[inline(never)]
fn count(counter: RwSignal<u32>) {
    counter.try_update(|count| *count = count.wrapping_add(1));
}
