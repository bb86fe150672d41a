/*
 * Targeting: which page, which visitor, which moment, how often. Loaded when a
 * definition has `rules`. The decisions are in `match.js`, the moments in
 * `triggers.js`; here they meet the browser.
 */
import { fitsAudience, fitsPages, frequency, restsUntil, unit, waveStart } from "./match.js";
import { hear, watch } from "./triggers.js";

export { hear };
export { holds, matches, unit } from "./match.js";

const LOG = "sayso.log";
const VISIT_MS = 30 * 60e3; // After half an hour away it is another visit.
const stops = new Set();

/** Why a survey is not for this page, this visitor or this moment; else nothing. */
export function check(kit, definition, options) {
  const { rules } = definition;
  const log = readLog(kit);
  if (rules.pages && !fitsPages(rules.pages, location.href)) return "wrong_page";
  if (rules.audience && !fitsAudience(rules.audience, visitor(kit, log, rules, options)))
    return "not_in_audience";
  if (rules.sample_rate < 1 && draw(kit, log, definition.id, options) >= rules.sample_rate)
    return "sampled_out";
  // An always-on tab is opened by the respondent: it is never too soon.
  if (definition.display == "tab") return;
  const lastShown = +kit.keep("sayso.last_shown");
  return frequency(rules, log.surveys?.[definition.id] || {}, lastShown, Date.now());
}

/** Writes down what became of a survey, and says until when it rests. */
export function note(kit, definition, what) {
  const now = Date.now();
  const log = readLog(kit);
  const surveys = (log.surveys = log.surveys || {});
  const entry = (surveys[definition.id] = surveys[definition.id] || {});
  if (what == "shown") {
    entry.shown = (entry.shown || 0) + 1;
    entry.last_shown = now;
  } else if (what == "completed") {
    entry.completed_at = now;
    entry.dismissed = 0;
  } else if (what == "dismissed") {
    // In a new wave the counting begins anew.
    const isNew = !(entry.dismissed_at >= waveStart(definition.rules.waves, now));
    entry.dismissed = (isNew ? 0 : entry.dismissed || 0) + 1;
    entry.dismissed_at = now;
  }
  writeLog(kit, log);
  if (what != "shown") return restsUntil(definition, what, now);
}

/**
 * Waits for the moment of a survey, and calls `come` each time that it has come;
 * for a tab, `come(entry, true)` says that it has passed. Single-page navigation
 * arms and disarms.
 */
export function arm(kit, entry, come) {
  const { definition, options } = entry;
  const { pages } = definition.rules;
  const isTab = definition.display == "tab";
  const trigger = definition.rules.trigger || (isTab ? { on: "load" } : definition.trigger);
  let tracked = [...kit.tracked]; // What the page had tracked by now; it counts once.
  let disarm;
  function look() {
    const isHere = !pages || fitsPages(pages, location.href);
    if (isHere == !!disarm) return;
    if (isHere) disarm = check(kit, definition, options) ? () => {} : begin();
    else {
      disarm();
      disarm = undefined;
      if (isTab) come(entry, true);
    }
  }
  function begin() {
    let isOver = false;
    const fire = () => isOver || come(entry);
    const isLoad = trigger.on == "load";
    if (isLoad) kit.soon(entry, trigger.delay_ms || 0, fire);
    const stop = isLoad ? () => {} : watch(trigger, { ...kit, tracked }, fire);
    return () => {
      isOver = true;
      stop();
    };
  }
  look();
  tracked = [];
  const leave = pages ? onNavigation(look) : () => {};
  stops.add(() => {
    leave();
    if (disarm) disarm();
  });
}

/** Leaves nothing behind. */
export function destroy() {
  for (const stop of stops) stop();
  stops.clear();
}

// Calls back after each move within a single page. Where the browser does not
// tell of all of them, a look twice a second does.
function onNavigation(look) {
  if (window.navigation?.addEventListener) {
    navigation.addEventListener("currententrychange", look);
    return () => navigation.removeEventListener("currententrychange", look);
  }
  const timer = setInterval(look, 500);
  addEventListener("popstate", look);
  addEventListener("hashchange", look);
  return () => {
    clearInterval(timer);
    removeEventListener("popstate", look);
    removeEventListener("hashchange", look);
  };
}

function readLog(kit) {
  try {
    return JSON.parse(kit.keep(LOG)) || {};
  } catch (_) {
    return {};
  }
}

function writeLog(kit, log) {
  kit.keep(LOG, JSON.stringify(log));
}

// What an audience may ask for.
function visitor(kit, log, rules, options) {
  return {
    device: device(),
    locale: options.locale || navigator.language,
    traits: options.traits,
    visits: rules.audience.visit && visits(kit, log),
  };
}

// A small screen for a finger is a phone, a larger one a tablet.
function device() {
  if (!matchMedia("(pointer: coarse)").matches) return "desktop";
  return Math.min(screen.width, screen.height) < 600 ? "phone" : "tablet";
}

function visits(kit, log) {
  const now = Date.now();
  log.first_seen = log.first_seen || now;
  if (!(now - log.last_seen < VISIT_MS)) log.visits = (log.visits || 0) + 1;
  log.last_seen = now;
  writeLog(kit, log);
  return log.visits;
}

// The draw of a visitor: the same each time. Under Global Privacy Control it is
// one for the session, and no id is made.
function draw(kit, log, survey, options) {
  if (options.respondent) return unit(survey, options.respondent);
  if (kit.isPrivate) {
    const draws = (log.draws = log.draws || {});
    if (!(survey in draws)) draws[survey] = Math.random();
  } else if (!log.visitor) {
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    log.visitor = Array.from(bytes, (byte) => byte.toString(36)).join("");
  }
  writeLog(kit, log);
  return kit.isPrivate ? log.draws[survey] : unit(survey, log.visitor);
}
