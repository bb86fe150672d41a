// The hosted page in a browser with scripts: the form becomes the widget, and within a frame
// the page around it is told what happens, and heard. Without this script the page works
// all the same. What happened is written on the root element by the collector; the messages
// are those of docs/hosted-page.md.

const root = document.documentElement;
const { survey, event, question, answer, parent = "", origins = "" } = root.dataset;
const host = document.querySelector(".host");
const form = document.querySelector("form");
const isFramed = root.classList.contains("frame") && window.parent !== window;
const given = isFramed ? read(window.name) : {};

// The loader of the page around has given the response an id already.
const response = given.response_id ?? root.dataset.response;

/** What the loader of the page around says besides: context, traits, display, focus, look, … */
function read(text) {
  try {
    const said = JSON.parse(text);
    return said.sayso === 1 ? said : {};
  } catch {
    return {};
  }
}

/** Whether a pattern, as `https://*.shop.example`, allows an origin. */
const allows = (pattern, origin) => {
  const [scheme, tail] = pattern.split("*");
  return tail === undefined
    ? pattern === origin
    : origin.startsWith(scheme) && origin.endsWith(tail) && origin.length > pattern.length - 1;
};

const isAllowed = (origin) =>
  origin === location.origin || origins.split(" ").some((pattern) => allows(pattern, origin));

// The browser knows the page around it better than anybody who says so.
const around = location.ancestorOrigins?.[0] ?? parent;
const target = isFramed && /^\w+:/.test(around) && isAllowed(around) ? around : null;

const tell = (type, detail) => {
  if (target) {
    const message = { sayso: 1, type, survey, response_id: response, ...detail };
    window.parent.postMessage(message, target);
  }
};

const measure = () => tell("resize", { height: Math.ceil(host.getBoundingClientRect().height) });

if (event === "shown") {
  tell("ready");
}
measure();
new ResizeObserver(measure).observe(host);

if (question) {
  tell("answered", { question_id: question, answer: JSON.parse(answer) });
}
if (event === "error") {
  tell("error", { reason: "not_stored" });
} else if (event && event !== "answered") {
  tell(event);
}

/** The card of the widget, once it stands in the place of the form. */
let card;

addEventListener("message", ({ data, origin, source }) => {
  if (origin !== target || source !== window.parent || data?.sayso !== 1) {
    return;
  }
  if (data.type === "dismiss") {
    dismiss();
  }
  if (data.type === "reset") {
    window.sayso?.reset?.();
    tell("dismissed");
  }
  if (data.type === "set") {
    const { theme, locale } = data;
    if (theme) {
      for (const element of [root, host, card]) {
        element?.setAttribute("data-theme", theme);
      }
      put("theme", theme);
    }
    if (locale) {
      // A form has the next question in it.
      put("locale", locale);
      window.sayso?.setLocale?.(locale);
    }
  }
});

// A card that floats over the page around it goes with the key Escape. In what was written
// that key ends the writing first, and while a word is composed it is the input method's.
if (given.display && given.display !== "inline") {
  const leave = (event) => {
    const { key, isComposing, keyCode } = event;
    const [field] = event.composedPath();
    if (key !== "Escape" || isComposing || keyCode === 229) {
      return;
    }
    if (field.value && field.matches("textarea, input:not([type=radio], [type=checkbox])")) {
      find(".primary")?.focus();
    } else {
      dismiss();
    }
  };
  addEventListener("keydown", leave, { capture: true });
}

function find(part) {
  return (card?.shadowRoot ?? document).querySelector(part);
}

function dismiss() {
  find(".close")?.click();
}

// After the thanks there is no form that could be sent.
if (!form) {
  document.querySelector(".close")?.addEventListener("click", () => tell("dismissed"));
}

/** Sets a field of the form, so that the next page has it. */
function put(name, value) {
  if (!form) {
    return;
  }
  let field = form.elements.namedItem(name);
  if (!field) {
    field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    form.append(field);
  }
  field.value = String(value);
}

/** Has an element look as the page around would have it. */
function dress(element) {
  for (const name in given.look) {
    element.style.setProperty("--sayso-" + name, given.look[name]);
  }
}

dress(root);
dress(host);

if (given.response_id) {
  put("response_id", response);
}
if (given.context) {
  put("context", JSON.stringify(given.context));
}
// Under Global Privacy Control nothing of the person is sent.
if (given.traits && !navigator.globalPrivacyControl) {
  put("traits", JSON.stringify(given.traits));
}

/** How long the widget may take to come. */
const PATIENCE_MS = 4000;

/** True when somebody has begun with the form, or the browser has brought back what they did. */
function isBegun() {
  const controls = [...form.querySelectorAll("input, textarea")];
  return (
    form.contains(document.activeElement) ||
    controls.some((control) =>
      /^(radio|checkbox)$/.test(control.type)
        ? control.checked !== control.defaultChecked
        : control.type !== "hidden" && control.value !== control.defaultValue,
    )
  );
}

/**
 * Has the widget drawn over the form, out of sight, and puts it into its place when it is
 * there. Who begins with the form before goes on with the form.
 */
function become() {
  const place = document.createElement("div");
  place.className = "place";
  place.inert = true;
  host.append(place);
  const waiting = new AbortController();
  const { signal } = waiting;

  const giveUp = () => {
    waiting.abort();
    place.remove();
    if (Array.isArray(window.sayso)) {
      window.sayso.length = 0;
    } else {
      window.sayso?.destroy?.();
    }
  };
  // Who reads the form for so long has begun with it, though nothing says so.
  const patience = setTimeout(giveUp, PATIENCE_MS);
  signal.addEventListener("abort", () => clearTimeout(patience));
  for (const type of ["focusin", "input", "keydown", "pointerdown", "submit"]) {
    form.addEventListener(type, giveUp, { signal });
  }

  const comeIn = (shown) => {
    // Where the browser refuses WebAssembly, it is a frame or a link.
    if (isBegun() || !shown.target.shadowRoot.querySelector("form")) {
      giveUp();
      return;
    }
    waiting.abort();
    card = shown.target;
    dress(card);
    form.closest(".card").remove();
    place.inert = false;
    place.classList.add("filled");
  };
  place.addEventListener("sayso:shown", comeIn, { signal });
  for (const type of ["answered", "completed"]) {
    place.addEventListener("sayso:" + type, ({ detail }) => tell(type, detail));
  }
  // However it was closed: thanks that are closed say nothing, and the page around has to know.
  new MutationObserver(() => {
    if (card && !card.isConnected) {
      tell("dismissed");
    }
  }).observe(place, { childList: true });

  const said = (name) => form.elements.namedItem(name)?.value;
  const options = {
    target: place,
    display: "inline",
    force: true,
    locale: root.lang,
    theme: said("theme"),
    touchpoint: said("touchpoint"),
    channel: said("channel") ?? (isFramed ? "web" : "link"),
    respondent: said("respondent"),
    signature: said("link") ?? said("signature"),
    response_id: response,
    answers: JSON.parse(said("answers") ?? "{}"),
    focus: given.focus,
    context: given.context,
    traits: given.traits,
  };
  (window.sayso ??= []).push(["show", survey, options]);
}

// Whatever the address says: without a page around it this is a page of its own.
if (!isFramed) {
  document.querySelector("script[data-shown]")?.setAttribute("data-shown", "no");
}

if (event === "shown" && form && "WebAssembly" in window && !isBegun()) {
  become();
}
