/*
 * What is needed once a card opens: its element and its place in the page, the
 * fields of the response, the way to send it, and when to ask again. Bundled with
 * the glue of the wasm, which draws the card.
 */
import { initSync, prepare, show, advance, dismiss as close, leave, destroy as remove, translate } from "sayso-glue";
import { follow } from "./anchor.js";
import { greet, lift, portsOf, settle } from "./guest.js";
import { openModal, isVisible } from "./modal.js";
import { respond } from "./response.js";
import { dress } from "./theme.js";

// What draws cards: the wasm, or frames where it is refused.
let artist = { prepare, show, advance, dismiss: close, leave, destroy: remove, translate };
let refusal;

/** Makes the wasm ready; `reply` promises it. Whatever type it comes with, it is wasm. */
export async function init(reply) {
  const bytes = await (await reply).arrayBuffer();
  try {
    initSync({ module: await WebAssembly.compile(bytes) });
  } catch (error) {
    refusal = error;
  }
}

// The steps of `advance` that make the frame of a card, and what is last in it.
const FRAMED = 2;
const BUILT = 4;

const doc = document;
const cards = new Map(); // What is known of each card in the page, by its element.

// The browser says when the element has gone, whoever took it away.
if (!customElements.get("sayso-card"))
  customElements.define("sayso-card", class extends HTMLElement {
    disconnectedCallback() {
      this.gone?.();
    }
  });

/**
 * Shows a card in a slot of the loader, or says why not. `isTriggered` is true
 * for one that nobody asked for: it gives way to an open modal of the page, and
 * to a card in another tab.
 */
export async function open(given) {
  try {
    return await build(given);
  } catch (error) {
    // A function of the browser that the page has broken costs neither the place nor the lock.
    given.release?.();
    if (given.host) artist.destroy(given.host);
    tidy(given.host);
    throw error;
  }
}

async function build(given) {
  const { kit, slot, options, isTriggered, rules } = given;
  const { target, anchor } = options;
  const mine = slot.card;
  await pause();
  if (isLate(given, mine)) {
    mine.locale = kit.tag.locale;
    const spoken = await kit.define(given.definition.id, mine.locale).catch(() => {});
    given.definition = spoken || given.definition;
    // What the small build cannot write as another language does.
    if (!IS_FULL && spoken?.widget) return (await kit.load(spoken.widget, true)).open(given);
  }
  // An element of ours is a place of its own, whatever the file says.
  const placed = isOurs(target) ? { display: "inline" } : IS_FULL && placeIn(kit, options);
  const definition = { ...given.definition, ...placed };
  const { display } = definition;
  const isInline = display == "inline";
  const isLifted = !isInline && !(IS_FULL && display == "modal");
  const modal = isInline ? null : openModal();
  const isUnasked = isTriggered && !isInline && !options.force && !options.focus;
  // A dialog that nobody asked for does not take the keys of who is writing.
  if (isUnasked && (modal || (IS_FULL && display == "modal" && isWriting()))) return "busy";
  // On a slow machine each step is work enough for one task: the code has just been
  // made ready, and the browser compiles what runs for the first time.
  if (refusal) artist = await kit.load("frame");
  artist.prepare(definition, refusal, kit);
  await pause();
  // What spoke for it may speak against it by now: the page may be another one.
  const reason = rules && !options.force && rules.check(kit, definition, options);
  if (reason) return reason;
  if (isUnasked && !(given.release = await lock())) return "busy";
  const response = begin(given, definition);
  const { host, release } = given;
  // From its frame on, a card for the top layer is built there, out of sight: so it is
  // laid out bit by bit.
  const first = isLifted ? FRAMED : BUILT;
  do await pause();
  while (artist.advance(host) < first);
  await pause();
  if (mine != slot.card) {
    release?.();
    artist.destroy(host);
    return "destroyed";
  }
  slot.card = host;
  // Who closes a dialog closes the card in it.
  const watch = modal && setInterval(() => isVisible(modal) || dismiss(host), 1000);
  const undo = [];
  const note = remember(host, given, definition);
  const card = { kit, slot, definition, options, response, release, watch, undo, note };
  cards.set(host, card);
  host.gone = () => tidy(host);
  listen("addEventListener");
  // Out of sight it stands in the page before it opens: that asks for styles and layout at
  // once, and then has less to wait for.
  if (isLifted) host.setAttribute("popover", "manual");
  putIn(host, card, isInline, modal);
  await pause();
  host.offsetHeight;
  await pause();
  if (isLifted && host.isConnected) lift(host);
  undo.push(settle(host, isInline));
  for (let step = first; ; step = artist.advance(host)) {
    await pause();
    host.offsetHeight;
    await pause();
    if (!cards.has(host) || !(step < BUILT)) break;
  }
  given.rounds = (given.rounds || 0) + 1;
  // Whatever the page does, it does not go on for ever.
  const mayMove = given.rounds < 4;
  // A dialog that is taken out of the page takes the card in it along.
  const isTaken = !cards.has(host) && modal && !modal.isConnected;
  if (slot.card != host || !(cards.has(host) || (isTaken && mayMove))) return "destroyed";
  // So does a modal that has come or gone meanwhile, or another language, ask for another card.
  const isMoved = !isInline && modal != openModal();
  if (mayMove && (isTaken || isMoved || isLate(given, mine))) {
    artist.destroy(host);
    slot.card = mine;
    return build(given);
  }
  // Only the full build is asked for a card below a button.
  if (IS_FULL && display == "tab" && anchor?.nodeType) undo.push(follow(host, anchor));
  // Else it is a group without a name around the card. The style sheet waits for it, too.
  if (isLifted) host.setAttribute("role", "none");
  card.isShown = true;
  artist.advance(host);
  if (!isInline && !options.focus) undo.push(greet(host));
}

// Makes the element of a card, and begins what is in it. Returns the response.
function begin(given, definition) {
  const { kit, options } = given;
  const host = (given.host = doc.createElement("sayso-card"));
  const [response, values] = respond(kit, definition, options);
  dress(host, options);
  const isBegun = artist.show(host, definition, {
    response,
    ...portsOf(host, response, (submission) => post(kit, host, definition, submission)),
    values,
    // What a link of the hosted page has marked.
    answers: IS_FULL && options.answers,
    focus: options.focus,
    // The same respondent sees shuffled choices in the same order.
    seed: options.respondent || response.response_id,
  });
  if (!isBegun) throw Error("not understood");
  return response;
}

// Puts the element of a card into the page.
function putIn(host, { kit, options }, isInline, modal) {
  const place = isInline && kit.placeOf(options);
  if (isInline && options.target && !place) kit.warn(options.target + " is not in the page");
  // A video in full screen has no room for children.
  const holder = modal?.matches("video,iframe,canvas") ? null : modal;
  if (isInline && !place && doc.body.contains(kit.script)) kit.script.after(host);
  else (place || holder || doc.body || doc.documentElement).append(host);
}

// True when the page has asked for another language since the card was asked for.
function isLate({ kit, options }, mine) {
  return mine.locale != kit.tag.locale && !hasOwnLocale(options);
}

// Lets the browser do what else there is to do. By a message: the timers of such a row
// would wait for four milliseconds each.
function pause() {
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(port1.close());
    port2.postMessage(0);
  });
}

// Goes on when the browser has drawn; where it draws nothing, as in a hidden frame, soon.
function drawn() {
  return new Promise((done) => {
    const timer = setTimeout(done, 100);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      done(pause());
    });
  });
}

const DISPLAYS = /^(popover|modal|bar|tab|inline)$/;
const POSITIONS = /^((top|bottom)(_(start|end))?|center|start|end)$/;
const told = new Set(); // What was warned of.
let written = {}; // The field that somebody was seen in last, and since when it is as it is.

// What a page may say otherwise than the file: where the card stands. A word that is none
// is said once, and does nothing.
function placeIn(kit, { display, position }) {
  const placed = {};
  const warn = (text) => told.size == told.add(text).size || kit.warn(text + " is unknown");
  if (DISPLAYS.test(display)) placed.display = display;
  else if (display) warn("display " + display);
  if (position && !POSITIONS.test(position)) warn("position " + position);
  else if (placed.display || position) placed.position = position;
  return placed;
}

// True while somebody writes: in a field that has become another, or longer, of late. What
// goes on in a frame nobody knows.
function isWriting() {
  let field = doc.activeElement;
  while (field?.shadowRoot?.activeElement) field = field.shadowRoot.activeElement;
  if (!field?.matches(":read-write,select,iframe")) return false;
  const { length } = field.value ?? field.textContent;
  if (field != written.field || length != written.length)
    written = { field, length, at: performance.now() };
  return performance.now() - written.at < 5000;
}

/** Closes a card as the respondent would; one that is still built goes, and nothing is said. */
export function dismiss(host) {
  const card = cards.get(host);
  // What nobody has seen yet nobody has dismissed.
  if (card) card.isShown ? artist.dismiss(host) : artist.destroy(host);
}

/** Takes a card out of the page, or all of them, and says nothing. */
export function destroy(host) {
  artist.destroy(host);
}

/** Nothing is known of the person any more, so nobody is asked on. A frame forgets by itself. */
export function reset() {
  refusal || artist.destroy();
}

/** Open cards go on in another language, but for an element that has its own. */
export function speak(locale) {
  const all = Array.from(cards, async ([host, { kit, definition, options, response, isShown }]) => {
    // A card that is still built begins again by itself.
    if (!isShown || hasOwnLocale(options)) return;
    const spoken = await kit.define(definition.id, locale);
    // Texts of another version would be those of other questions, and the page may have
    // asked for a third language by now.
    if (spoken.version != definition.version || kit.tag.locale != locale) return;
    const { display, position } = definition;
    if (artist.translate(host, { ...spoken, display, position }))
      response.locale = spoken.locale;
  });
  return Promise.all(all);
}

function isOurs(target) {
  return target?.localName == "sayso-survey";
}

function hasOwnLocale({ target }) {
  return isOurs(target) && target.hasAttribute("locale");
}

// Remembers when not to ask again, from what the card tells the page. A tab's
// survey never rests: the respondent opens it. Returns what notes more.
function remember(host, { kit, rules, isTriggered }, definition) {
  const { display } = definition;
  const key = "sayso:" + definition.id;
  let isAnswered;
  function note(what) {
    const now = Date.now();
    isAnswered = isAnswered || what == "left";
    let until = rules?.note(kit, definition, what) || now + definition.cooldown_days * 864e5;
    if (what == "shown") {
      // Other surveys may have to know that somebody was asked.
      kit.keep("sayso.last_shown", now);
      // A card that nobody asked for is not met again on each page: it rests for a day.
      const isMet = isTriggered && display != "inline";
      until = isMet && Math.max(+kit.keep(key) || 0, Math.min(until, now + 864e5));
    }
    if (until && display != "tab") kit.keep(key, until);
  }
  host.addEventListener("sayso:shown", () => note("shown"));
  host.addEventListener("sayso:answered", () => note("left"));
  host.addEventListener("sayso:completed", () => {
    note("completed");
    // Its thanks stay where they are, and are in nobody's way.
    if (definition.display == "inline") free(host);
  });
  host.addEventListener("sayso:dismissed", () => {
    note(isAnswered ? "left" : "dismissed");
    // Whoever hears this may show the next one.
    free(host);
  });
  return note;
}

// The slot of a card is for the next one.
function free(host) {
  const { slot } = cards.get(host) || {};
  if (slot?.card == host) slot.card = 0;
}

// An element that was merely moved is in the page again by now.
async function tidy(host) {
  await 0;
  const card = cards.get(host);
  if (!card) return;
  if (host.isConnected) {
    // What is moved leaves the top layer.
    if (card.definition.display != "inline") lift(host);
    return;
  }
  // Who took it away was not the respondent: what was chosen counts.
  if (card.isShown) artist.leave(host);
  cards.delete(host);
  card.undo.forEach((undo) => undo());
  clearInterval(card.watch);
  card.release?.();
  artist.destroy(host);
  if (card.isShown) card.options.onGone?.();
  if (!cards.size) listen("removeEventListener");
}

function listen(how) {
  doc[how]("visibilitychange", whenHidden);
  window[how]("pagehide", whenLeft);
  window[how]("pageshow", whenBack);
}

// A page that goes out of sight may not come back: what was answered counts.
function whenHidden() {
  if (doc.hidden) artist.leave();
}

// A page that holds a lock cannot be kept for the way back.
function whenLeft() {
  for (const card of cards.values()) card.release?.();
}

async function whenBack(event) {
  if (!event.persisted) return;
  for (const [host, card] of cards)
    if (card.release) {
      card.release = await lock();
      if (!cards.has(host)) card.release?.();
    }
}

// Promises the function that gives the lock back, or nothing when another tab has
// it. Where there are no locks, or none for this page, no other tab is asked.
function lock() {
  return new Promise((done) => {
    if (!navigator.locks) return done(() => {});
    navigator.locks
      .request("sayso", { ifAvailable: true }, (lock) =>
        lock ? new Promise((release) => done(release)) : done()
      )
      .catch(() => done(() => {}));
  });
}

// Hands a submission to the outbox, which comes with the first one. Nobody waits for that
// to see the card.
async function post(kit, host, definition, submission) {
  if (submission.status == "shown") await drawn();
  // What was chosen and not sent is half an answer: nobody is asked the same again.
  if (Object.keys(submission.answers).length) cards.get(host)?.note("left");
  return (await kit.load("outbox")).submit(kit, host, definition, submission);
}
