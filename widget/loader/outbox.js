/*
 * The outbox: a submission is kept before it is sent, and until the collector has
 * stored it or refused it for good. What could not be sent is sent again later, by
 * whichever page of the site is open; where storage is refused, by this page.
 *
 * In the storage each submission has a key of its own, so that no tab overwrites
 * what another one has put there. One key more, `sayso>`, tells the loader that
 * there is something; it holds the time before which nothing is to be sent.
 */
import { helpForms } from "./sandbox.js";

const PREFIX = "sayso>";
const MAX_AGE_MS = 30 * 864e5;
const MAX_ENTRIES = 200;
const MAX_CHARS = 250000; // Of all submissions together.
const LONGEST_PAUSE_MS = 6e5;
const LONGEST_WAIT_MS = 36e5; // What a collector may ask for. A clock may be wrong, too.

// What the collector will not take, however often it is sent. A proxy that says no
// may be mended.
const FINAL = new RegExp(
  "^(malformed_json|origin_not_allowed|respondent_not_verified|unknown_survey|" +
    "unknown_survey_version|body_too_large|unsupported_media_type|invalid_answers)$"
);

const mine = new Map(); // What this page must bring to its end: bodies, by their keys.
const heard = new Map(); // The end of a submission, for who waits for it, by its key.
let kit; // What the loader has for the other files.
let failures = 0; // How often in a row it did not work.
let notBefore = 0; // Until then the collector wants to be left alone.
let timer;
let life; // Ends the listeners.
let isStopped; // After `destroy` nothing is armed any more.
let resets = 0;

/**
 * Takes a submission in and sends it. Promises `true` when it is stored, a list of
 * violations when it is refused for good, and otherwise an object whose `later`
 * promises one of the two.
 */
export async function submit(given, host, definition, submission) {
  kit = given;
  isStopped = false;
  helpForms(host.shadowRoot);
  // Programs open the links of mails, too: a page may not count that it was shown.
  if (submission.status == "shown" && kit.script.dataset.shown == "no") return true;
  const { response_id, seq, status, answers } = submission;
  submission.website = trapIn(host.shadowRoot).value || undefined;
  const key = `${PREFIX}${response_id}:${seq}`;
  keep(key, submission);
  // The work takes a moment, which a page that goes away may not have.
  if (definition.work && !kit.script.dataset.collector && Object.keys(answers).length && !document.hidden) {
    const work = await kit.load("work").catch(() => {});
    submission.work = await work?.prove(definition, response_id);
    if (mine.has(key)) keep(key, submission);
  }
  // Somebody waits for the end of a response, but for nothing less.
  if (status != "completed" && waitMs() > 0) {
    again(waitMs());
    return unfinished(key, true);
  }
  return attempt(key, mine.get(key) || JSON.stringify(submission), true);
}

/** Sends what waits, if nobody else is at it. */
export async function drain(given) {
  if (given?.base) {
    kit = given;
    isStopped = false;
  }
  clearTimeout(timer);
  timer = 0;
  if (waitMs() > 0) return again(waitMs());
  try {
    if (!navigator.locks) await sendAll(true);
    else await navigator.locks.request(PREFIX, { ifAvailable: true }, sendAll);
  } catch (_) {
    await sendAll(true); // No locks for this page.
  }
}

/** The page wants nothing of us to go on: one last try for what is not kept elsewhere. */
export function destroy() {
  isStopped = true;
  for (const [key, body] of mine) if (get(key) != body) attempt(key, body);
  mine.clear();
  clearTimeout(timer);
  timer = 0;
  life?.abort();
  life = undefined;
}

/** Nothing is known of the person any more: what was not sent goes, too. */
export function reset() {
  mine.clear();
  resets++;
}

async function sendAll(lock) {
  if (!lock) return again();
  const keys = [...new Set([...kept(), ...mine.keys()])].sort();
  for (const key of keys) {
    const body = mine.get(key) || get(key);
    if (Date.now() - madeAt(key) > MAX_AGE_MS) end(key, [], "it waited for 30 days");
    // One that is not taken, for whatever reason, does not hold up the others.
    else if (body && (await attempt(key, body)).isBusy) return;
  }
  forgetHint();
}

// When the response was begun: an id of version 7 begins with the time, in milliseconds
// (RFC 9562). Those of signed links, of version 8, say nothing of it.
function madeAt(key) {
  const id = key.slice(PREFIX.length);
  return id[14] == "7" ? parseInt(id.replace("-", "").slice(0, 12), 16) : Date.now();
}

// Sends a submission, and says what came of it. `isWatched`: somebody waits for it.
async function attempt(key, body, isWatched) {
  let reply;
  let said;
  // A page that is part of an app has our files with it, and the collector elsewhere.
  const { collector } = kit.script.dataset;
  const base = collector ? collector.replace(/\/*$/, "/") : kit.base;
  // Its surveys were not fetched either: they have no token, or an old one.
  if (collector || !body.includes('"token":"')) {
    const era = resets;
    const module = await kit.load("token").catch(() => {});
    body = (await module?.renew(kit, base, body, isWatched)) || body;
    if (era != resets) return {};
  }
  try {
    reply = await fetch(base + "v1/responses", {
      method: "POST",
      body,
      credentials: "omit",
      // A request that outlives the page may have 64 KiB at most.
      keepalive: new TextEncoder().encode(body).length < 6e4,
      // What takes longer fails, so that nothing waits for ever.
      signal: AbortSignal.timeout?.(20000),
    });
    said = await reply.json();
  } catch (_) {}
  const code = said?.code;
  // A login page of a network that answers everything with 200 is no receipt.
  if (reply?.ok && /^(stored|duplicate)$/.test(code)) {
    failures = 0;
    return end(key, true);
  }
  if (reply?.status < 500 && FINAL.test(code)) return end(key, said.violations || [], code);
  // Another try of the same has come to its end meanwhile.
  if (!mine.has(key) && !get(key)) return {};
  failures++;
  const asked = code && +reply.headers.get("retry-after") * 1000;
  if (asked > 0) {
    notBefore = Date.now() + Math.min(asked, LONGEST_WAIT_MS);
    put(PREFIX, notBefore);
  }
  again(waitMs());
  return unfinished(key, !reply || /^(429|503)$/.test(reply.status));
}

// What is said of a submission that has not come to its end.
function unfinished(key, isBusy) {
  if (!heard.has(key)) {
    const word = {};
    word.later = new Promise((done) => (word.done = done));
    heard.set(key, word);
  }
  return Object.assign(heard.get(key), { isBusy });
}

// A submission has come to its end; why, if it was not stored.
function end(key, word, why) {
  if (why) kit.warn("a response is not stored, and not tried again: " + why);
  mine.delete(key);
  drop(key);
  forgetHint();
  heard.get(key)?.done(word);
  heard.delete(key);
  if (!mine.size) life = life?.abort();
  return word;
}

// How long nothing is to be sent. A time that is too far away comes of a wrong clock.
function waitMs() {
  const ms = Math.max(notBefore, +get(PREFIX) || 0) - Date.now();
  return ms <= LONGEST_WAIT_MS ? ms : 0;
}

// Tries again after a while that grows, and is never the same for all; and when the
// network is back, or the page comes or goes.
function again(ms = 0) {
  if (isStopped) return;
  const pause = Math.min(2 ** failures * 1000, LONGEST_PAUSE_MS) * (0.5 + Math.random());
  timer = timer || setTimeout(drain, Math.max(ms, 0) + pause);
  if (life) return;
  life = new AbortController();
  const { signal } = life;
  window.addEventListener("online", drain, { signal });
  document.addEventListener("visibilitychange", drain, { signal });
}

function keep(key, submission) {
  const body = JSON.stringify(submission);
  mine.set(key, body);
  put(key, body);
  makeRoom();
}

// The oldest go, when there are too many.
function makeRoom() {
  for (const key of mine.keys()) if (mine.size > MAX_ENTRIES) end(key, [], "too many wait");
  const keys = kept();
  const sizes = keys.map((key) => (get(key) || "").length);
  let chars = sizes.reduce((sum, size) => sum + size, 0);
  for (let at = 0; keys.length - at > MAX_ENTRIES || chars > MAX_CHARS; at++) {
    chars -= sizes[at];
    end(keys[at], [], "too many wait");
  }
}

// A field that no person sees: who fills it in is a program.
function trapIn(root) {
  const known = root.querySelector("[name=website]");
  if (known) return known;
  const trap = document.createElement("input");
  trap.name = "website";
  trap.autocomplete = "off";
  trap.hidden = true;
  root.append(trap);
  return trap;
}

// The keys of what waits in the storage; they sort by time.
function kept() {
  try {
    const keys = Object.keys(window[kit.store]);
    return keys.filter((key) => key.startsWith(PREFIX) && key != PREFIX).sort();
  } catch (_) {
    return [];
  }
}

// What the loader looks for, when nothing waits any more.
function forgetHint() {
  if (kept().length) return;
  drop(PREFIX);
  // Another tab may have put something there in between.
  if (kept().length) put(PREFIX, 1);
}

function get(key) {
  try {
    return window[kit.store].getItem(key);
  } catch (_) {}
}

// Storage may be refused or full: then this page alone has it.
function put(key, value) {
  try {
    window[kit.store].setItem(key, value);
    if (!get(PREFIX)) put(PREFIX, 1);
  } catch (_) {}
}

function drop(key) {
  try {
    window[kit.store].removeItem(key);
  } catch (_) {}
}
