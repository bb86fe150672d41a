/*
 * The outbox: a submission is kept before it is sent, and until the collector has
 * stored it or refused it for good. What could not be sent is sent again later, by
 * whichever page of the site is open; where storage is refused, by this page.
 *
 * In the storage each submission has a key of its own, so that no tab overwrites
 * what another one has put there. One key more, `sayso>`, tells the loader that
 * there is something; it holds the time before which nothing is to be sent.
 */

const PREFIX = "sayso>";
const MAX_AGE_MS = 30 * 864e5;
const MAX_ENTRIES = 200;
const MAX_CHARS = 1e6; // Of all submissions together.
const LONGEST_WAIT_MS = 6e5;

const mine = new Map(); // What this page must bring to its end: bodies, by their keys.
const heard = new Map(); // The end of a submission, for who waits for it, by its key.
let kit; // What the loader has for the other files.
let failures = 0; // How often in a row it did not work.
let timer;
let life; // Ends the listeners.

/**
 * Takes a submission in and sends it. Promises `true` when it is stored, a list of
 * violations when it is refused for good, and otherwise an object whose `later`
 * promises one of the two.
 */
export function submit(given, host, submission) {
  kit = given;
  submission.website = trapIn(host.shadowRoot).value || undefined;
  const key = `${PREFIX}${submission.response_id}:${submission.seq}`;
  const body = JSON.stringify(submission);
  mine.set(key, body);
  if (put(key, body)) makeRoom();
  return attempt(key, body);
}

/** Sends what waits, if nobody else is at it. */
export async function drain(given) {
  kit = given?.base ? given : kit;
  clearTimeout(timer);
  timer = 0;
  const wait = get(PREFIX) - Date.now();
  if (wait > 0) return again(wait);
  try {
    if (!navigator.locks) await sendAll(true);
    else await navigator.locks.request(PREFIX, { ifAvailable: true }, sendAll);
  } catch (_) {
    await sendAll(true); // No locks for this page.
  }
}

/** The page wants nothing of us to go on: one last try for what is not kept elsewhere. */
export function destroy() {
  for (const [key, body] of mine) if (get(key) != body) attempt(key, body);
  mine.clear();
  clearTimeout(timer);
  timer = 0;
  life?.abort();
  life = 0;
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

async function sendAll(lock) {
  if (!lock) return again();
  const keys = [...new Set([...kept(), ...mine.keys()])].sort();
  for (const key of keys) {
    const body = mine.get(key) || get(key);
    // It begins with the time, in milliseconds (RFC 9562).
    const madeAt = parseInt(key.slice(PREFIX.length).replace("-", "").slice(0, 12), 16);
    if (Date.now() - madeAt > MAX_AGE_MS) end(key, [], "it waited for 30 days");
    else if (body && (await attempt(key, body)).later) return;
  }
  if (kept().length) return;
  drop(PREFIX);
  // Another tab may have put something there in between.
  if (kept().length) put(PREFIX, 1);
}

// Sends a submission, and says what came of it.
async function attempt(key, body) {
  let reply;
  let said;
  try {
    // A page that is part of an app has our files with it, and the collector elsewhere.
    const { collector } = kit.script.dataset;
    const base = collector ? collector.replace(/\/*$/, "/") : kit.base;
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
  // A login page of a network that answers everything with 200 is no receipt, and
  // only the collector can refuse: both have a code.
  if (reply?.ok && /^(stored|duplicate)$/.test(code)) {
    failures = 0;
    return end(key, true);
  }
  if (code && reply.status >= 400 && reply.status < 500 && !/^4(08|29)$/.test(reply.status))
    return end(key, said.violations || [], code);
  failures++;
  const seconds = reply?.headers.get("retry-after");
  if (seconds > 0) put(PREFIX, Date.now() + seconds * 1000);
  again(seconds * 1000);
  if (!heard.has(key)) {
    const word = {};
    word.later = new Promise((done) => (word.done = done));
    heard.set(key, word);
  }
  return heard.get(key);
}

// A submission has come to its end; why, if it was not stored.
function end(key, word, why) {
  if (why) kit.warn("a response is not stored, and not tried again: " + why);
  mine.delete(key);
  drop(key);
  heard.get(key)?.done(word);
  heard.delete(key);
  if (!mine.size) life = life?.abort();
  return word;
}

// Tries again after a while that grows, and is never the same for all; and when the
// network is back, or the page comes or goes.
function again(ms = 0) {
  const pause = Math.min(2 ** failures * 1000, LONGEST_WAIT_MS) * (0.5 + Math.random());
  timer = timer || setTimeout(drain, Math.max(ms || 0, pause));
  if (life) return;
  life = new AbortController();
  const { signal } = life;
  window.addEventListener("online", drain, { signal });
  document.addEventListener("visibilitychange", drain, { signal });
}

// The oldest go, when there are too many.
function makeRoom() {
  const keys = kept();
  let chars = 0;
  for (const key of keys) chars += get(key).length;
  for (let at = 0; keys.length - at > MAX_ENTRIES || chars > MAX_CHARS; at++) {
    chars -= get(keys[at]).length;
    end(keys[at], [], "too many wait");
  }
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
    return true;
  } catch (_) {}
}

function drop(key) {
  try {
    window[kit.store].removeItem(key);
  } catch (_) {}
}
