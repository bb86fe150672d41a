// The hosted page within a frame: tells the page around it what happens, and hears from it.
//
// Without this script the frame works all the same. What happened is written on the root
// element by the collector; the messages are those of docs/hosted-page.md.

const root = document.documentElement;
const { survey, response, event, question, answer, parent = "", origins = "" } = root.dataset;

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
const target = around && isAllowed(around) ? around : null;

const tell = (type, detail) => {
  if (target && window.parent !== window) {
    const message = { sayso: 1, type, survey, response_id: response, ...detail };
    window.parent.postMessage(message, target);
  }
};

const host = document.querySelector(".host");
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

addEventListener("message", ({ data, origin, source }) => {
  if (origin !== target || source !== window.parent || data?.sayso !== 1) {
    return;
  }
  if (data.type === "dismiss") {
    document.querySelector(".close")?.click();
  }
  if (data.type === "set") {
    const { theme, locale } = data;
    if (theme) {
      for (const element of [root, host]) {
        element.dataset.theme = theme;
      }
      put("theme", theme);
    }
    if (locale) {
      // The next question is in it.
      put("locale", locale);
    }
  }
});

/** Sets a field of the form, so that the next page has it. */
function put(name, value) {
  const form = document.querySelector("form");
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
