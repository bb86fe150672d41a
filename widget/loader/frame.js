/*
 * Where the page refuses WebAssembly: the card is the hosted page in a frame, which
 * sends the answers by itself. Where frames are refused too, it is a link to that
 * page. It has the functions of the wasm, so that `card.js` need not know which.
 */

const PATIENCE_MS = 6000;
const THANKS_MS = 4000;
const LOOK = [
  "accent", "on-accent", "background", "text", "muted", "line", "soft", "error",
  "radius", "spacing", "font",
];
const cards = new Map(); // What is known of each card, by its element.
let kit;

const STYLE = `
:host { all: initial !important; display: block !important; color-scheme: light dark !important }
:host::backdrop { display: none !important }
:host([data-theme="light"]) { color-scheme: light !important }
:host([data-theme="dark"]) { color-scheme: dark !important }
.card {
  --x: var(--sayso-offset-x, 16px);
  --y: min(var(--sayso-offset-y, 16px), 25vh);
  box-sizing: border-box; padding: 0; border: 0; overflow: hidden auto;
  border-radius: var(--sayso-radius, 14px); background: transparent;
  font: 400 15px/1.45 var(--sayso-font, system-ui, sans-serif);
}
iframe { display: block; width: 100%; border: 0; color-scheme: inherit }
.inline { width: min(var(--sayso-width, 560px), 100vw - 32px); max-width: 100% }
.popover, .tab, .bar, .modal {
  position: fixed; z-index: 2147483647; max-height: calc(100vh - 24px);
  box-shadow: 0 1px 2px #10182814, 0 12px 32px #10182829;
  width: min(var(--sayso-width, 28em), 100vw - 2 * var(--x));
}
.popover, .tab { bottom: calc(var(--y) + var(--keyboard, 0px)); inset-inline-end: var(--x) }
.start { inset-inline: var(--x) auto }
.popover.top { top: var(--y); bottom: auto }
.center, .tab { inset-block: 0; height: fit-content; margin-block: auto }
.center { inset-inline: 0; margin: auto }
.bar { inset: auto 0 var(--keyboard, 0px); width: 100vw; border-radius: 0 }
.bar.top { inset: 0 0 auto }
.modal { inset: 0; margin: auto }
.modal::backdrop { background: #0b0f1a8c }
.link { padding: 20px; background: Canvas; color: CanvasText; border: 1px solid GrayText }
.link p { margin: 0 0 12px; padding-inline-end: 36px; font-weight: 600 }
.link a { display: inline-block; padding: 10px 0; color: LinkText }
.link button {
  position: absolute; inset: 8px 8px auto auto; width: 44px; height: 44px;
  border: 0; background: none; color: inherit; font: inherit; cursor: pointer;
}
.unseen { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%) }
@media print { :host { display: none !important } }
`;

/** Says once why it is a frame. */
export function prepare(definition, refusal, given) {
  if (kit) return;
  kit = given;
  kit.warn(
    typeof WebAssembly == "undefined"
      ? "this browser has no WebAssembly, so surveys come in a frame"
      : "this page's policy refuses WebAssembly, so surveys come in a frame; " +
          "add 'wasm-unsafe-eval' to script-src to have them in the page, see sayso.diagnose()"
  );
}

/** Builds the card in `host`, which goes into the page afterwards. */
export function show(host, definition, { response, tell, focus, values }) {
  const root = host.attachShadow({ mode: "open" });
  const sheets = [STYLE, definition.theme, ""].map((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css || "");
    return sheet;
  });
  root.adoptedStyleSheets = sheets;
  const isModal = definition.display == "modal";
  const box = element(isModal ? "dialog" : "section", {
    className: ["card", definition.display, ...(definition.position || "").split("_")].join(" "),
    role: definition.display == "inline" ? "region" : "dialog",
    ariaLabel: definition.strings?.feedback || "Feedback",
  });
  box.setAttribute("part", "card");
  const status = element("p", { className: "unseen", role: "status" });
  root.append(box, status);
  const life = new AbortController();
  const opener = document.activeElement;
  const card = { definition, response, values, tell, focus, box, opener, sizes: sheets[2], life };
  cards.set(host, card);
  const { signal } = life;
  window.addEventListener("message", (event) => hear(host, card, event), { signal });
  document.addEventListener(
    "securitypolicyviolation",
    ({ effectiveDirective, blockedURI }) => {
      if (/^(frame|child|default)-src/.test(effectiveDirective) && kit.base.startsWith(blockedURI))
        linkInstead(host, card);
    },
    { signal }
  );
  return true;
}

/** Goes a step on; when the card is in the page, the frame comes into it. */
export function advance(host) {
  const card = cards.get(host);
  if (!card || !host.isConnected || card.timer) return;
  if (card.definition.display == "modal") {
    card.box.addEventListener("cancel", (event) => {
      event.preventDefault();
      dismiss(host);
    });
    // A browser may close it without asking, when Escape is pressed again.
    card.box.addEventListener("close", () => close(host));
    card.box.showModal();
  }
  // A page without an origin, in a sandbox or a file, can frame nothing of ours.
  if (window.origin == "null") return linkInstead(host, card);
  const { definition, response, values, focus, box } = card;
  const { display } = definition;
  card.frame = element("iframe", {
    title: box.ariaLabel,
    // What is too much for an address, and nothing for the logs of proxies.
    name: JSON.stringify({
      sayso: 1, ...values, response_id: response.response_id, display,
      focus: !!focus || display == "modal", look: lookOf(host),
    }),
    src: addressOf(host, definition, response, true),
  });
  box.append(card.frame);
  // A frame that is refused says nothing.
  card.timer = setTimeout(() => linkInstead(host, card), PATIENCE_MS);
}

export function dismiss(host) {
  const card = cards.get(host);
  if (!card) return;
  if (card.isReady) return say(card, { type: "dismiss" });
  card.tell("dismissed");
  close(host);
}

/** The hosted page stores each step by itself. */
export function leave() {}

/** What the frame keeps of the person goes, then the frame says so, and goes. */
export function reset() {
  for (const [host, card] of cards) {
    // Nothing of that is news for the page.
    card.tell = () => {};
    card.isReady ? say(card, { type: "reset" }) : close(host);
  }
}

export function destroy(host) {
  for (const each of host ? [host] : [...cards.keys()]) close(each);
}

export function translate(host, { locale }) {
  const card = cards.get(host);
  if (card) say(card, { type: "set", locale });
  return !!card;
}

function close(host) {
  const card = cards.get(host);
  if (!card) return;
  cards.delete(host);
  clearTimeout(card.timer);
  card.life.abort();
  const { activeElement } = document;
  const hadFocus = activeElement == host || card.box.localName == "dialog";
  // Gone before the focus moves: beside an open dialog nothing can have it.
  host.remove();
  if (hadFocus) card.opener?.focus?.({ preventScroll: true });
}

// The frame tells what happens in it: docs/hosted-page.md.
function hear(host, card, { source, origin, data }) {
  const { frame, box } = card;
  if (!frame || source != frame.contentWindow || origin != collectorOrigin() || data?.sayso != 1) return;
  const { type, question_id, answer, height } = data;
  if (!card.isReady) {
    clearTimeout(card.timer);
    card.isReady = true;
    if (card.focus || box.localName == "dialog") frame.focus();
  }
  if (type == "resize") card.sizes.replaceSync(`iframe{height:${Math.ceil(height)}px}`);
  if (type == "answered") card.tell(type, { question_id, answer });
  // A page that is loaded anew is shown again, and thanks that are closed are no survey
  // that was dismissed: both are nothing new.
  const isNew = { shown: !card.isShown, completed: true, dismissed: !card.isOver }[type];
  if (type == "shown") card.isShown = true;
  if (type == "completed") card.isOver = true;
  if (isNew) card.tell(type);
  if (type == "dismissed") close(host);
  if (type == "completed" && card.definition.display != "inline") leaveLater(host, card);
}

// Thanks go after a while, unless the respondent is with them.
function leaveLater(host, card) {
  card.timer = setTimeout(() => {
    if (host.matches(":hover") || document.activeElement == host) leaveLater(host, card);
    else close(host);
  }, THANKS_MS);
}

function say({ frame }, message) {
  frame?.contentWindow?.postMessage({ sayso: 1, ...message }, collectorOrigin());
}

// The last way: the question, and a link to the page where it can be answered.
function linkInstead(host, card) {
  const { box, definition, response } = card;
  if (card.isReady || !cards.has(host) || box.matches(".link")) return;
  clearTimeout(card.timer);
  kit.warn(
    window.origin == "null"
      ? "this page has no origin, so that no frame can be in it: survey " + definition.id + " is a link"
      : "no frame of the collector comes up here, so survey " + definition.id + " is a link; add " +
          collectorOrigin() + " to frame-src, or this page to --allow-origin; see sayso.diagnose()"
  );
  const { prompt } = definition.questions[0] || {};
  const strings = definition.strings || {};
  const anchor = element("a", {
    textContent: strings.feedback || "Feedback",
    href: addressOf(host, definition, response),
    target: "_blank",
    rel: "noopener",
  });
  const button = element("button", { type: "button", ariaLabel: strings.close || "Close", textContent: "×" });
  button.addEventListener("click", () => dismiss(host));
  const text = element("p", { id: "prompt", textContent: prompt || "" });
  box.classList.add("link");
  box.lang = definition.locale;
  box.replaceChildren(text, anchor, ...(definition.display == "inline" ? [] : [button]));
  card.tell("shown");
}

// The look that page and survey give the card, for the page in the frame. It is
// narrower than the window, which must not make it a phone's.
function lookOf(host) {
  const style = getComputedStyle(host);
  const look = { spacing: innerWidth > 640 ? "20px" : "" };
  for (const name of LOOK) look[name] = style.getPropertyValue("--sayso-" + name) || look[name];
  return look;
}

function addressOf(host, { id }, { locale, touchpoint, channel, respondent }, isFrame) {
  const address = new URL("s/" + encodeURIComponent(id), kit.base);
  const wishes = {
    locale, touchpoint, channel,
    respondent: respondent?.id,
    signature: respondent?.signature,
    theme: host.dataset.theme,
    storage: kit.store != "localStorage" && kit.store.replace("Storage", ""),
    embed: isFrame && 1,
    parent: isFrame && location.origin,
  };
  for (const name in wishes) if (wishes[name]) address.searchParams.set(name, wishes[name]);
  return address.href;
}

function collectorOrigin() {
  return new URL(kit.base).origin;
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
