/*
 * The moments that a survey may wait for. Each function begins to watch, calls
 * back when its moment has come, and returns what ends it. Every listener is
 * passive, and nothing of the page is patched.
 */
import { allHold } from "./match.js";

const doc = document;
const hearers = new Set();

/** A call of `sayso.track`. */
export function hear(name, properties) {
  for (const hearer of hearers) hearer(name, properties);
}

/** Watches for the moment of a rule. */
export function watch(rule, kit, fire) {
  return (moments[rule.on] || never)(rule, fire, kit);
}

const moments = { load, dwell, scroll, exit, click, event, any, all };

// For `call`, and for what a newer collector may know.
function never() {
  return () => {};
}

function listen(target, type, listener) {
  // Captured: the page may stop an event on its way up.
  const how = { passive: true, capture: true };
  target.addEventListener(type, listener, how);
  return () => target.removeEventListener(type, listener, how);
}

function load(rule, fire, kit) {
  kit.after(rule.delay_ms || 0, fire);
  // The loader's own timer is left to run out; who asked looks whether it counts.
  return () => {};
}

// The time for which the page could be seen.
function dwell(rule, fire) {
  let left = rule.dwell_ms;
  let since;
  let timer;
  function look() {
    clearTimeout(timer);
    if (since != null) left -= performance.now() - since;
    since = doc.hidden ? null : performance.now();
    if (!doc.hidden) timer = setTimeout(() => fire(stop()), Math.max(0, left));
  }
  const unlisten = listen(doc, "visibilitychange", look);
  function stop() {
    clearTimeout(timer);
    unlisten();
  }
  look();
  return stop;
}

// Scrolls of all elements pass the document on their way down, so that one that
// comes later is heard as well.
function scroll(rule, fire, kit) {
  let isOver = false;
  function look() {
    const scroller = rule.scroller ? find(kit, rule.scroller) : doc.scrollingElement;
    if (isOver || !scroller) return;
    const way = scroller.scrollHeight - scroller.clientHeight;
    // Half a pixel is lost to rounding. Without a way to go, all of it is done.
    if (Math.abs(scroller.scrollTop) + 1 >= (way * rule.percent) / 100) fire(stop());
  }
  const unlisten = listen(doc, "scroll", look);
  // A page that is still coming is not as long as it will be.
  kit.after(0, look);
  function stop() {
    isOver = true;
    unlisten();
  }
  return stop;
}

function find(kit, selector) {
  try {
    return doc.querySelector(selector);
  } catch (_) {
    kit.warn(selector + " is no selector");
  }
}

// A mouse leaves towards the tabs and the address. A finger brings the address
// back with a quick stroke up, after it had gone down the page.
function exit(rule, fire) {
  let finger = false;
  let last = scrollY;
  let lowest = last; // How far down it had gone.
  let turned; // Where and when the way up began, and in how many steps it went.
  function look(event) {
    if (event.target != doc) return;
    const top = Math.max(0, scrollY);
    const now = performance.now();
    // A way counts for 300 ms, so that a slow one does not hide a quick one after it.
    if (top >= last || now - turned?.now > 300) turned = null;
    if (top >= last) lowest = Math.max(lowest, top);
    else {
      turned = turned || { top: last, now, steps: 0 };
      turned.steps++;
      const way = turned.top - top;
      // A page that jumps to its top does so in one step.
      const isQuick = turned.steps > 2 && way > 200 && way > now - turned.now;
      if (finger && isQuick && lowest > innerHeight / 2) {
        turned = null;
        lowest = top;
        fire();
      }
    }
    last = top;
  }
  const stops = [
    listen(doc, "mouseout", (event) => {
      if (!event.relatedTarget && event.clientY <= 0) fire();
    }),
    listen(window, "touchstart", () => (finger = true)),
    listen(doc, "scroll", look),
  ];
  return () => stops.forEach((stop) => stop());
}

// One listener for elements that are there and for those that come later.
function click(rule, fire, kit) {
  return listen(doc, "click", (event) => {
    try {
      if (event.composedPath().some((node) => node.matches?.(rule.selector))) fire();
    } catch (_) {
      kit.warn(rule.selector + " is no selector");
    }
  });
}

// What the page tracks, or dispatches on `document`; also what it had tracked
// before this survey was there.
function event(rule, fire, kit) {
  function hearer(name, properties) {
    if (name == rule.name && allHold(rule.if, properties)) fire();
  }
  hearers.add(hearer);
  const unlisten = listen(doc, rule.name, (event) => hearer(rule.name, event.detail));
  // Later, so that the rule which holds this one is ready for it.
  Promise.resolve(kit.tracked).then((calls) => {
    if (hearers.has(hearer)) for (const call of calls) hearer(...call);
  });
  return () => {
    hearers.delete(hearer);
    unlisten();
  };
}

function any(rule, fire, kit) {
  const stops = rule.of.map((one) => watch(one, kit, fire));
  return () => stops.forEach((stop) => stop());
}

// A moment that has come once is kept until the others have come.
function all(rule, fire, kit) {
  const done = new Set();
  const stops = rule.of.map((one) =>
    watch(one, kit, () => {
      if (done.add(one).size == rule.of.length) fire();
    })
  );
  return () => stops.forEach((stop) => stop());
}
