/*
 * The always-on tab: a small button at the edge of the page that opens the card
 * and closes it again, or a button of the page's own that does. Loaded for
 * `display: "tab"` alone. The respondent opens it, so no rest time counts.
 */
import { sheetOf } from "./tab.css.js";
import { dress } from "./theme.js";

const RIGHT_TO_LEFT = /^(ar|ckb|dv|fa|he|ps|sd|ug|ur|yi)\b/;
const tabs = new Map(); // The tabs in the page, by survey.

/** Puts the tab of a survey into the page, or takes it away. */
export function tab(kit, entry, isGone) {
  const { id, definition } = entry;
  if (isGone) {
    tabs.get(id)?.stop();
    tabs.delete(id);
  } else if (!tabs.has(id)) {
    tabs.set(id, definition.tab?.button ? borrow(kit, entry) : draw(kit, entry));
  }
}

/** Leaves nothing behind. */
export function destroy() {
  for (const { stop } of tabs.values()) stop();
  tabs.clear();
}

/** The tabs speak another language from now on. */
export function speak(locale) {
  return Promise.all(Array.from(tabs.values(), (tab) => tab.speak(locale)));
}

function draw(kit, entry) {
  const { definition, options } = entry;
  const side = definition.position == "start" ? "start" : "end";
  const host = document.createElement("sayso-tab");
  dress(host, options);
  host.dataset.side = side;
  // Who gets the focus back is the host: it hands it on.
  const root = host.attachShadow({ mode: "open", delegatesFocus: true });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(sheetOf(below(side), definition.theme));
  root.adoptedStyleSheets = [sheet];

  const edge = document.createElement("div");
  const button = document.createElement("button");
  const label = document.createElement("span");
  edge.className = "edge " + side;
  button.type = "button";
  button.part = "tab";
  button.setAttribute("aria-haspopup", "dialog");
  button.append(label);
  edge.append(button);
  root.append(edge);
  function word({ tab, locale }) {
    label.textContent = tab?.label || "";
    edge.lang = locale;
    edge.dir = RIGHT_TO_LEFT.test(locale) ? "rtl" : "ltr";
  }
  word(definition);
  document.body.append(host);
  // Above all that the page stacks; a card that opens later stands above it.
  host.popover = "manual";
  host.role = "none";
  host.togglePopover?.(true);

  const toggle = opener(kit, entry, (isOpen) => button.setAttribute("aria-expanded", isOpen));
  button.addEventListener("click", () => toggle(button));
  // Who comes near may open it: the code is there by then.
  for (const type of ["pointerenter", "focus"])
    button.addEventListener(type, () => kit.preload(entry), { once: true, passive: true });
  return {
    stop: () => host.remove(),
    speak: async (locale) => word(await kit.define(entry.id, locale)),
  };
}

// How far below the middle there is room: several tabs stand in one column.
function below(side) {
  const others = document.querySelectorAll(`sayso-tab[data-side="${side}"]`);
  let shift_px = 0;
  for (const other of others)
    shift_px += other.shadowRoot.querySelector("button").offsetHeight + 16;
  return shift_px;
}

// A button of the page's own, also one that comes later. A link is the way for
// those without script; here it opens the card instead.
function borrow(kit, entry) {
  const { button: selector } = entry.definition.tab;
  let opened; // The button that the card belongs to: others may fit, too.
  let before; // What the page itself says of it.
  const toggle = opener(kit, entry, (isOpen, button) => {
    if (isOpen) {
      opened = button;
      before = opened.getAttribute("aria-expanded");
      opened.setAttribute("aria-expanded", "true");
    } else if (before == null) opened?.removeAttribute("aria-expanded");
    else opened.setAttribute("aria-expanded", before);
  });
  function look(event) {
    try {
      const found = event.composedPath().find((node) => node.matches?.(selector));
      if (!found || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (found.closest("a")) event.preventDefault();
      toggle(found);
    } catch (_) {
      kit.warn(selector + " is no selector");
    }
  }
  document.addEventListener("click", look, true);
  return {
    stop: () => document.removeEventListener("click", look, true),
    speak() {},
  };
}

// Opens the card, or closes it when it is open. Whatever else is open gives way
// to what the respondent asked for.
function opener(kit, entry, tell) {
  let host;
  let isOpening = false;
  let isOpen;
  // A card may go before anybody was told that it is there.
  function note(is, button) {
    if (is != isOpen) tell((isOpen = is), button);
  }
  note(false);
  return async (button) => {
    if (isOpening) return;
    if (host?.isConnected) return kit.dismiss();
    isOpening = true;
    // Safari does not focus a button that is clicked, and the focus is to come back.
    button.focus({ preventScroll: true });
    const { card } = kit.main;
    if (card) {
      kit.dismiss();
      // A card goes at the end of its turn, and no other comes in its place.
      const mine = (kit.main.card = { isConnected: true });
      await new Promise((done) => setTimeout(done));
      const isCalledOff = mine != kit.main.card;
      if (isCalledOff) return (isOpening = false);
      // One that is sending goes later; until then there is no room.
      kit.main.card = card.nodeType && card;
    }
    const { shown } = await kit.show(entry.id, {
      ...entry.options,
      force: true,
      focus: true,
      anchor: entry.definition.tab?.button && button,
      onGone: () => note(false),
    });
    isOpening = false;
    if (!shown) return;
    // What the page has called for meanwhile is on its way, and none of this tab.
    const opened = kit.main.card;
    host = opened?.nodeType && opened;
    note(!!host?.isConnected, button);
  };
}
