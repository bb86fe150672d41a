/*
 * A token for what is sent by a page that has its surveys with it, as an app has:
 * such a survey has no token, or one of the day when the app was built. The network
 * is there when something is sent, so a token is asked for then.
 *
 * The collector holds that nobody has seen a card for longer than its token is old.
 * So with a new token, a response that is complete waits until the token is as old
 * as the respondent was quick.
 */

const KEEP_MS = 36e5;
const LONGEST_MS = 6e4; // What a response waits at most, when nobody waits for it.
const PER_ANSWER_MS = 1000; // And when somebody does.

const known = new Map(); // Promises of tokens, and when they were asked for, by survey.

/**
 * Promises a submission, as JSON, with a token of the collector at `base`, and with
 * the work that goes with it; as it was, if there is none to be had. `isWatched`: the
 * respondent waits for it, or is about to leave.
 */
export async function renew(kit, base, body, isWatched) {
  let submission;
  try {
    submission = JSON.parse(body);
  } catch (_) {
    return body; // Not one of ours.
  }
  const { survey, response_id, status, answers, elapsed_ms } = submission;
  const isFresh = Date.now() - known.get(survey)?.askedAt < KEEP_MS;
  // A page that goes away may not have the time.
  if (!isFresh && isWatched && document.hidden) return body;
  if (!isFresh) known.set(survey, { askedAt: Date.now(), reply: ask(base, survey) });
  const { askedAt, reply } = known.get(survey);
  const { token, work } = await reply;
  if (!token) return body;
  submission.token = token;
  delete submission.work; // It was done for another token.
  const count = Object.keys(answers || {}).length;
  if (work && count) {
    const module = await kit.load("work").catch(() => {});
    submission.work = await module?.prove({ token, work }, response_id);
  }
  const longest = isWatched ? count * PER_ANSWER_MS : LONGEST_MS;
  if (status == "completed") await grown(token, askedAt, Math.min(elapsed_ms || 0, longest));
  return JSON.stringify(submission);
}

// What a definition of the collector says; nothing without a way to it, or where the
// survey has ended.
async function ask(base, survey) {
  try {
    const reply = await fetch(base + "v1/surveys/" + encodeURIComponent(survey), {
      credentials: "omit",
      signal: AbortSignal.timeout?.(5000),
    });
    if (reply.ok) return await reply.json();
    // The next try of something may have it.
  } catch (_) {}
  known.delete(survey);
  return {};
}

// Waits until a token has an age. It begins with the time when it was given out, in
// seconds; where the clock here is behind, it is as old as it has been here.
function grown(token, askedAt, age) {
  const givenAt = parseInt(token, 16) * 1000;
  const left = age - (Date.now() - Math.min(givenAt, askedAt));
  return left > 0 && new Promise((done) => setTimeout(done, left));
}
