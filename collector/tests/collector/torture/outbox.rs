//! One outbox: it keeps what it sends until that is acknowledged, as the browser's does.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use ureq::Agent;

use super::Dice;
use super::ledger::Ledger;

/// The shortest pause after a refusal; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(5);

/// The longest pause. `Retry-After` may ask for more, which a test cannot wait for.
const LONGEST_PAUSE: Duration = Duration::from_millis(80);

/// What came of one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attempt {
    Stored,
    Duplicate,
    /// 503: it is to be sent again.
    Refused,
    /// There was no reply: whether it was stored is not known.
    Lost,
}

/// Sends a submission once.
///
/// Any other reply than those that a bad day explains fails the test.
pub(super) fn send(agent: &Agent, address: SocketAddr, submission: &Value) -> Attempt {
    let request = agent
        .post(format!("http://{address}/v1/responses"))
        .header("content-type", "application/json");
    let Ok(mut reply) = request.send(submission.to_string()) else {
        return Attempt::Lost;
    };
    let Ok(body) = reply.body_mut().read_to_string() else {
        return Attempt::Lost;
    };
    let code = serde_json::from_str::<Value>(&body).unwrap()["code"].clone();
    match (reply.status().as_u16(), code.as_str()) {
        (201, Some("stored")) => Attempt::Stored,
        (200, Some("duplicate")) => Attempt::Duplicate,
        (503, Some("storage_unavailable")) => {
            let wait = reply.headers().get("retry-after");
            let wait = wait.and_then(|wait| wait.to_str().ok()?.parse::<u64>().ok());
            assert!(wait.is_some_and(|wait| 0 < wait), "503 without Retry-After");
            Attempt::Refused
        }
        (status, _) => panic!("{status} {body} to {submission}"),
    }
}

/// A client that looks at statuses itself.
pub(super) fn agent() -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(30)))
        .build();
    config.into()
}

/// How long to pause after so many refusals in a row, with jitter.
pub(super) fn pause(refusals: u32, dice: &mut Dice) -> Duration {
    let longest = LONGEST_PAUSE.min(FIRST_PAUSE * 2_u32.saturating_pow(refusals.min(8)));
    longest.mul_f64(0.5 + dice.below(500) as f64 / 1000.0)
}

/// What waits in an outbox, and what is sent next.
pub(super) struct Outbox {
    waiting: Vec<Value>,
    pub(super) dice: Dice,
}

impl Outbox {
    pub(super) fn new(dice: Dice) -> Self {
        let waiting = Vec::new();
        Self { waiting, dice }
    }

    /// What to send, and whether it was acknowledged before.
    ///
    /// Mostly what waits, in its order or not; sometimes what is done already.
    pub(super) fn next(&mut self, ledger: &Ledger, makes_more: bool) -> Option<(Value, bool)> {
        let repeat = self.dice.one_in(12).then(|| ledger.any(&mut self.dice));
        if let (true, Some(repeat)) = (makes_more, repeat.flatten()) {
            return Some((repeat, true));
        }
        if self.waiting.is_empty() && makes_more {
            self.waiting = super::responses::response(&mut self.dice);
        }
        let count = self.waiting.len() as u64;
        let at = match self.dice.one_in(6) {
            _ if count == 0 => return None,
            true => self.dice.below(count),
            false => 0,
        };
        Some((self.waiting.remove(at as usize), false))
    }

    /// Keeps what was not acknowledged.
    pub(super) fn put_back(&mut self, submission: Value) {
        self.waiting.insert(0, submission);
    }
}
