/* Decisions that look at nothing but their arguments. */

const DAY_MS = 864e5;

/**
 * A number from 0 to 1 that is always the same for one survey and one visitor:
 * FNV-1a over the UTF-8 bytes, and the final mix of Murmur 3 to spread the bits.
 * The collector's `sampling.rs` says the same.
 */
export function unit(survey, visitor) {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(survey + "\n" + visitor))
    hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** Whether a value passes a test; every operator that is given must hold. */
export function holds(test, value) {
  const isGiven = value != null;
  const { is, at_least, at_most, contains, is_given } = test;
  const found = [];
  if (is_given != null) found.push(is_given == isGiven);
  if (is != null) found.push(isGiven && [].concat(is).includes(value));
  if (at_least != null) found.push(typeof value == "number" && value >= at_least);
  if (at_most != null) found.push(typeof value == "number" && value <= at_most);
  if (contains != null)
    found.push(
      Array.isArray(value)
        ? value.includes(contains)
        : typeof value == "string" && lower(value).includes(lower(String(contains)))
    );
  return found.length > 0 && found.every(Boolean);
}

/** Whether each of some values passes its test: traits, or the properties of an event. */
export function allHold(tests, values) {
  return Object.entries(tests || {}).every(([name, test]) =>
    // What every object has is no value of the page's.
    holds(test, Object.prototype.hasOwnProperty.call(values || {}, name) ? values[name] : null)
  );
}

// The case of ASCII letters alone, as in the collector.
function lower(text) {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Whether an address passes: one of the rules, if there are any, and none of the negated. */
export function fitsPages(pages, address) {
  const wanted = pages.filter((rule) => !rule.not);
  const refused = pages.filter((rule) => rule.not);
  return (
    (!wanted.length || wanted.some((rule) => matches(rule, address))) &&
    !refused.some((rule) => matches(rule.not, address))
  );
}

/**
 * Whether an address passes one rule: `{"glob": "/shop/**"}`. What begins with `/`
 * is held against the path, with the query if the pattern has one; everything
 * else against the whole address. A fragment counts where the pattern has one,
 * for pages that put their routes there.
 */
export function matches(rule, address) {
  const [[kind, written]] = Object.entries(rule);
  const isRegex = kind == "regex";
  const pattern = isRegex ? written : decode(written);
  const url = new URL(address);
  // In a regular expression a bare `?` is no question mark.
  const query = written.includes(isRegex ? "\\?" : "?") ? url.search : "";
  const start = /^\^?\//.test(written) ? url.pathname + query : address.split("#")[0];
  const text = decode(start + (written.includes("#") ? url.hash : ""));
  if (kind == "is") return text == pattern;
  if (kind == "starts_with") return text.startsWith(pattern);
  if (kind == "contains") return text.includes(pattern);
  try {
    return new RegExp(isRegex ? pattern : "^" + fromGlob(pattern) + "$").test(text);
  } catch (_) {
    return false;
  }
}

// `*` stands for any run without `/`, `**` for any run.
function fromGlob(glob) {
  return glob.replace(/\*+|[\\^$.|?+()[\]{}/]/g, (part) =>
    part == "*" ? "[^/]*" : part[0] == "*" ? ".*" : "\\" + part
  );
}

// People write "/über", browsers "/%C3%BCber".
function decode(text) {
  try {
    return decodeURI(text);
  } catch (_) {
    return text;
  }
}

/** Whether the visitor is one of those who are to be asked. */
export function fitsAudience(audience, { device, locale, traits, visits }) {
  const { devices, locales, visit } = audience;
  const isSpoken = (tag) => (locale + "-").toLowerCase().startsWith(tag.toLowerCase() + "-");
  return (
    (!devices || devices.includes(device)) &&
    (!locales || locales.some(isSpoken)) &&
    (!visit || (visit == "first") == (visits < 2)) &&
    allHold(audience.traits, traits)
  );
}

/** When the wave began that `now` is in; 0 where there are no waves. */
export function waveStart(waves, now) {
  if (!waves) return 0;
  const start = Date.parse(waves.start); // Midnight in UTC.
  const period = waves.every_days * DAY_MS;
  return start + Math.max(0, Math.floor((now - start) / period)) * period;
}

/** Why a survey is not due again yet, after all that the log says of it. */
export function frequency(rules, entry, lastShown, now) {
  const wave = waveStart(rules.waves, now);
  if (now < wave || entry.completed_at >= wave && rules.waves) return "cooldown";
  if (entry.shown >= rules.max_shown) return "asked_enough";
  if (rules.ask_again && entry.dismissed && entry.dismissed_at >= wave) {
    if (entry.dismissed > rules.ask_again.times) return "asked_enough";
    if (now - entry.dismissed_at < rules.ask_again.after_days * DAY_MS) return "cooldown";
  }
  if (now - lastShown < rules.cooldown_all_days * DAY_MS) return "asked_recently";
}

/** Until when a survey rests, after it was `completed`, `dismissed` or `left` half answered. */
export function restsUntil(definition, what, now) {
  const { waves, ask_again } = definition.rules;
  const next = waves ? waveStart(waves, now) + waves.every_days * DAY_MS : Infinity;
  // One completed response a wave, however short the cooldown is.
  if (what == "completed" && waves) return next;
  const days = what == "dismissed" && ask_again ? ask_again.after_days : definition.cooldown_days;
  return Math.min(now + days * DAY_MS, next);
}
