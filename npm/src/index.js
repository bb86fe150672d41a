/*
 * The page's side of Sayso for apps that are bundled: `load` puts the script of
 * the site's own collector into the page, once, and the calls go to it as soon as
 * it is there. Without a page, as on a server, nothing happens. Nothing in here
 * throws into the app.
 */

const TAG = 'script[src*="sayso.js"]';
const UNAVAILABLE = { shown: false, reason: "unavailable" };

let loading; // The promise of `load`, as long as it has not failed.
let trusted; // The policy for Trusted Types; a page may make it only once.
let address; // The one that it lets pass.
const hooked = new WeakSet(); // The queues that settle what waits.
const waiting = new Map(); // What settles each `show` from before the script is there.

/** Puts the script into the page, once; surveys that later calls name are added. */
export function load(options) {
  if (typeof document == "undefined") return Promise.resolve(false);
  const { src, nonce, integrity, policy, ...says } = options;
  if (isHere() || loading || document.querySelector(TAG)) {
    if (says.survey?.length) push(["add", describe(document.createElement("script"), says)]);
    return loading || (loading = isHere() ? Promise.resolve(true) : arrival(document.querySelector(TAG)));
  }
  const tag = describe(document.createElement("script"), says);
  tag.async = true;
  if (nonce) tag.nonce = nonce;
  if (integrity) {
    tag.integrity = integrity;
    tag.crossOrigin = "anonymous"; // Else the browser may not read what it is to check.
  }
  return (loading = arrival(tag, () => {
    tag.src = trust(String(src), policy);
    document.head.append(tag);
  }));
}

/** Shows a survey now, or as soon as the script is there. */
export function show(id, options) {
  if (typeof window == "undefined") return Promise.resolve(UNAVAILABLE);
  if (isHere()) return window.sayso.show(id, options);
  const call = ["show", id, options];
  return new Promise((done) => {
    waiting.set(call, done);
    push(call);
  });
}

/** Closes the card as the respondent would. */
export function dismiss() {
  push(["dismiss"]);
}

/** Takes the cards away, and disarms the triggers. */
export function destroy() {
  push(["destroy"]);
}

/** Forgets the person, and all that is kept in the browser. */
export function reset() {
  push(["reset"]);
}

/** The open card, and those to come, go on in another language. */
export function setLocale(locale) {
  push(["setLocale", locale]);
}

/** Tells triggers on events. */
export function track(name, properties) {
  push(["track", name, properties]);
}

/** Any call, also before the script has loaded. */
export function push(call) {
  if (typeof window != "undefined") queue().push(call);
}

function isHere() {
  return typeof window.sayso?.show == "function";
}

// What takes calls: the script's own object, or the list that it goes through once
// it is there. It does so with `forEach`, which here also settles what waits.
function queue() {
  if (isHere()) return window.sayso;
  // An element with this id makes a global of its own.
  if (!Array.isArray(window.sayso)) window.sayso = [];
  const list = window.sayso;
  if (!hooked.has(list)) {
    hooked.add(list);
    const forEach = list.forEach;
    list.forEach = (carryOut) =>
      forEach.call(list, (call) => {
        const outcome = carryOut(call);
        waiting.get(call)?.(outcome);
        waiting.delete(call);
        return outcome;
      });
  }
  return list;
}

// Promises whether a tag brought the script.
function arrival(tag, begin) {
  return new Promise((done) => {
    function fail(why) {
      console.warn("[sayso] " + why);
      tag.remove(); // A later call may try again.
      loading = undefined;
      giveUp();
      done(false);
    }
    tag.addEventListener("load", () => done(isHere()));
    tag.addEventListener("error", () => fail("cannot load " + tag.src));
    try {
      begin?.();
    } catch (error) {
      fail("the script is refused: " + error);
    }
  });
}

// Nobody waits for a script that does not come, and what was to be shown then is
// not shown much later.
function giveUp() {
  const list = window.sayso;
  for (const [call, done] of waiting) {
    if (Array.isArray(list) && list.includes(call)) list.splice(list.indexOf(call), 1);
    done(UNAVAILABLE);
  }
  waiting.clear();
}

// Where Trusted Types are asked for, an address of a script needs a policy. Ours
// lets this one address pass, and no other.
function trust(src, policy) {
  const { trustedTypes } = window;
  if (policy) return policy.createScriptURL(src);
  if (!trustedTypes) return src;
  address = new URL(src, document.baseURI).href;
  try {
    trusted = trusted || trustedTypes.createPolicy("sayso", {
      createScriptURL(url) {
        if (new URL(url, document.baseURI).href == address) return url;
        throw TypeError("load another address with a policy of your own");
      },
    });
    return trusted.createScriptURL(src);
  } catch (_) {
    return src; // The browser says whether it minds.
  }
}

// `context: { order_id: "A-17" }` becomes `data-context-order-id="A-17"`, and so on.
function describe(tag, { survey, context, traits, ...says }) {
  put(tag, "data-", { survey: [].concat(survey || []).join(" ") || null, ...says });
  put(tag, "data-context-", context);
  put(tag, "data-trait-", traits);
  return tag;
}

function put(tag, prefix, values) {
  for (const name in values) {
    const value = values[name];
    if (value != null) tag.setAttribute(prefix + name.replace(/_/g, "-"), value);
  }
}
