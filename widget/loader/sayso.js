/*
 * Sayso's loader: the one script on a page. It fetches the definitions of the
 * surveys that the tag names, waits for their triggers, and only then loads what
 * is needed: `rules.js` for targeting, `tab.js` for an always-on tab, and the
 * card (`card.js` with its wasm) when one opens. Nothing it does throws into
 * the page.
 *
 * What the tag may say, and what `sayso.show(id, options)` takes:
 *   data-survey         the surveys to show by their own triggers: "nps feedback"
 *   data-touchpoint     touchpoint   the moment in the customer's journey
 *   data-locale         locale       the language, else the browser's
 *   data-respondent     respondent   the owner's id of the person
 *   data-signature      signature    your server's signature of that id
 *   data-channel        channel      "web" or "webview", …
 *   data-theme          theme        "light" or "dark", else the system's
 *   data-target         target       where an inline survey goes (a selector)
 *   data-context-…      context      more about the moment: order_id, …
 *   data-trait-…        traits       more about the person: plan, …
 *   data-storage        what may be kept where: "local", "session" or "none"
 *   data-collector      where answers go, when an app has our files with it
 *                       display, position    otherwise than the survey file says
 *                       force        ask though it rests, or is not for this visitor
 *                       focus        the respondent opened it: take the focus
 *
 * `<sayso-survey survey="nps">` is an inline card of its own, with the same
 * attributes without `data-`.
 */
(function (page, doc) {
  // Tag managers and bundlers run scripts in ways that leave no current one.
  const script = doc.currentScript || doc.querySelector('script[src*="sayso.js"]');
  const queue = page.sayso;
  // A second copy of the tag adds what it names to the first.
  if (queue?.show) return queue.add?.(script);
  if (!script) return warn("no script tag");

  const base = script.src.replace(/(assets\/\w+\/)?[^/?#]*([?#].*)?$/, "");
  const files = base + "@ASSETS@";
  const tag = read(script);
  const tags = []; // What each tag says, for its own surveys.
  const modules = {}; // The promises of what was loaded, by name.
  const armed = new Set(); // The surveys that the tags name, each once.
  const elements = new Map(); // Each `<sayso-survey>` in the page, and its slot.
  const due = []; // Surveys whose moment has come and whose turn has not.
  // A slot holds a card's element, or what stands for it while it loads.
  const main = {};
  // The promises of definitions, until a card is shown; and the definition that the
  // collector puts in for `?survey=…`.
  let known = { $: 0 };
  let memory = {}; // What is kept where storage is refused, or not wanted.
  let life = new AbortController(); // Ends with `destroy`, and all that waits with it.
  let turn; // The timer of the next turn.

  // Global Privacy Control: nothing outlives the session. "noneStorage" is nowhere.
  const isPrivate = navigator.globalPrivacyControl;
  const store = (isPrivate && tag.storage != "none" ? "session" : tag.storage || "local") + "Storage";

  // What the other files use of this one.
  const kit = {
    base, script, tag, main, isPrivate, store, tracked: [],
    keep, warn, load, show, define, dismiss, preload, after, soon, placeOf,
  };

  function warn(text) {
    console.warn("[sayso] " + text);
  }

  // data-context-order-id="A-17" is context.order_id, and so on.
  function read(element) {
    const options = {};
    const context = {};
    const traits = {};
    for (const { name, value } of element.attributes) {
      const [, group, key] = /^(?:data-)?(?:(context|trait)-)?(.*)/.exec(name);
      const values = group == "trait" ? traits : context;
      if (group) values[key.replace(/-/g, "_")] = readValue(value);
      else options[key] = value;
    }
    return { ...options, context, traits };
  }

  // "true", "false" and plain numbers are meant as such; "007" stays a text.
  function readValue(text) {
    if (text == "true" || text == "false") return text == "true";
    return text && String(+text) == text && isFinite(text) ? +text : text;
  }

  // Storage may be refused, full or broken: then it is kept as long as the page is.
  function keep(name, value) {
    try {
      if (value) page[store].setItem(name, value);
      return memory[name] || page[store].getItem(name);
    } catch (_) {
      if (value) memory[name] = value;
      return memory[name];
    }
  }

  // What takes longer than 20 s fails, so that nothing waits for ever. While the
  // page loads, its own files go first.
  function get(url) {
    return fetch(url, {
      credentials: "omit",
      priority: doc.readyState == "complete" ? "auto" : "low",
      signal: AbortSignal.timeout?.(20000),
    });
  }

  // The promise under a name; what has failed may be tried again.
  function once(promises, name, begin) {
    return (promises[name] = promises[name] || begin().catch((error) => {
      delete promises[name];
      throw error;
    }));
  }

  function define(id, locale) {
    const path = "v1/surveys/" + encodeURIComponent(id) +
      (locale ? "?locale=" + encodeURIComponent(locale) : "");
    return once(known, path, async () => {
      const reply = await get(base + path);
      if (reply.ok) return reply.json();
      throw { 404: "unknown_survey", 410: "closed" }[reply.status] || "unavailable";
    });
  }

  // Loads one of our files; for a card glue and wasm at once, not one after the other.
  function load(name, hasWasm) {
    return once(modules, name, async () => {
      const wasm = hasWasm && get(files + name + ".wasm");
      if (wasm) wasm.catch(() => {});
      const module = await import(files + name + ".js");
      if (wasm) await module.init(wasm);
      return module;
    });
  }

  function loadCard(definition) {
    return load(definition.widget || "widget", true);
  }

  // Calls a function in each file that has it, once the file is there.
  function all(name, ...values) {
    for (const key in modules)
      modules[key].then((module) => module[name]?.(...values)).catch(() => {});
  }

  function heard(target, type, signal) {
    return new Promise((done) => target.addEventListener(type, done, { once: true, signal }));
  }

  // Goes on so long after the page has loaded; with less than 0 at once.
  async function after(ms, go) {
    const { signal } = life;
    if (ms >= 0) {
      if (doc.readyState != "complete") await heard(page, "load", signal);
      await new Promise((done) => {
        const timer = setTimeout(done, ms);
        signal.addEventListener("abort", () => clearTimeout(timer));
      });
    }
    if (!signal.aborted) go();
  }

  // Goes on when somebody can see the page, and the place of an inline card. A page
  // in a hidden tab is seen by nobody yet.
  async function seen({ definition, options }, go, { signal } = life) {
    const place = definition.display == "inline" &&
      (placeOf(options) || (doc.body.contains(script) && script.parentNode));
    if (doc.hidden) await heard(doc, "visibilitychange", signal);
    if (place)
      await new Promise((done) => {
        const observer = new IntersectionObserver((entries) => {
          if (entries.some(({ isIntersecting }) => isIntersecting)) done(observer.disconnect());
        });
        observer.observe(place);
        signal.addEventListener("abort", () => observer.disconnect());
      });
    if (!signal.aborted) go();
  }

  // The element of the page that an inline card goes into, if the page named one.
  function placeOf({ target }) {
    try {
      return target?.nodeType ? target : target && doc.querySelector(target);
    } catch (_) {
      warn(target + " is no selector");
    }
  }

  // The code of a card that is as good as due.
  function preload(entry) {
    seen(entry, () => loadCard(entry.definition).catch(() => {}));
  }

  // Goes on after a delay, and has the code by then: it comes in the last two seconds.
  function soon(entry, ms, go) {
    if (entry.definition.display != "tab") after(ms - 2000, () => preload(entry));
    after(ms, go);
  }

  // Why the survey is not shown, or nothing if it is.
  async function ask(id, options, slot, isTriggered) {
    if (slot.card?.isConnected || (isTriggered && doc.hidden)) return "busy";
    if (!options.force && keep("sayso:" + id) > Date.now()) return "cooldown";
    const mine = (slot.card = { isConnected: true, locale: tag.locale });
    try {
      const definition = await define(id, options.locale);
      const rules = definition.rules && (await load("rules"));
      const reason = rules && !options.force && rules.check(kit, definition, options);
      if (reason) return reason;
      const card = await loadCard(options.display || options.position ? { widget: "full" } : definition);
      if (mine != slot.card) return "destroyed";
      return await card.open({ kit, slot, definition, options, isTriggered, rules });
    } finally {
      if (mine == slot.card) slot.card = 0;
    }
  }

  function complain(id, error) {
    warn(`survey ${id} failed: ${error}; see sayso.diagnose()`);
  }

  // What was given wins over what the first tag says.
  function merge(given) {
    const context = { ...tag.context, ...given?.context };
    const options = { ...given, context, traits: { ...tag.traits, ...given?.traits } };
    for (const name in tag) options[name] = options[name] ?? tag[name];
    return options;
  }

  // Every way to show ends here, and never throws.
  async function show(id, given, slot, isTriggered) {
    let reason;
    try {
      reason = await ask(id, merge(given), slot || main, isTriggered);
    } catch (error) {
      complain(id, error);
      reason = error.trim ? error : "unavailable"; // Else it is none of ours.
    }
    if (reason) return { shown: false, reason };
    known = {}; // The next one is to be asked as it is by then.
    return { shown: true };
  }

  function flush() {
    if (!keep("sayso>")) return;
    load("outbox");
    all("drain", kit);
  }

  // The moment of a survey has come, or for a tab (`isGone`) it has passed.
  function come(entry, isGone) {
    if (entry.definition.display != "tab") return seen(entry, () => wait(entry));
    load("tab").then((module) => module.tab(kit, entry, isGone))
      .catch((error) => complain(entry.id, error));
  }

  // In a macrotask of its own, so that those that are due together are compared.
  function wait(entry, ms) {
    if (!due.includes(entry)) due.push(entry);
    clearTimeout(turn);
    turn = setTimeout(next, ms);
  }

  // Another card, another tab or a dialog of the page may be in the way: then it
  // is tried again, with all that speaks against it by then.
  async function next() {
    const { signal } = life;
    due.sort((one, other) => other.priority - one.priority || one.order - other.order);
    const entry = due.shift();
    const { reason } = await show(entry.id, entry.options, main, true);
    if (signal.aborted) return;
    const later = reason == "busy" ? entry : due[0];
    if (later) wait(later, 1000);
  }

  // Takes in the surveys that a tag names. Within the rest time nothing is fetched.
  async function add(script) {
    if (!script?.attributes) return;
    const { signal } = life;
    const options = tags[0] ? merge(read(script)) : tag;
    const ids = options.survey?.match(/[^\s,]+/g) || [];
    tags.push(options);
    if (doc.readyState == "loading") await heard(doc, "DOMContentLoaded", signal);
    const entries = await Promise.all(ids.map(async (id) => {
      const order = armed.size; // It grows with each new one.
      if (order == armed.add(id).size || keep("sayso:" + id) > Date.now()) return;
      try {
        const definition = await define(id, options.locale);
        const rules = definition.rules && (await load("rules"));
        return { id, options, definition, rules, priority: definition.rules?.priority || 0, order };
      } catch (error) {
        complain(id, error);
      }
    }));
    for (const entry of entries) {
      if (signal.aborted || !entry) continue;
      const { on, delay_ms } = entry.definition.trigger;
      if (entry.rules) entry.rules.arm(kit, entry, come);
      else if (on == "load" || entry.definition.display == "tab")
        soon(entry, delay_ms || 0, () => come(entry));
    }
  }

  // An element that is merely moved stays as it is, so what counts is where it is
  // at the end of the turn.
  async function settle(element) {
    await 0;
    const slot = elements.get(element);
    if (!element.isConnected) {
      elements.delete(element);
      slot?.abort((slot.card = 0));
    } else if (!slot) {
      const mine = new AbortController(); // All that waits for it goes with it.
      elements.set(element, mine);
      const options = { ...read(element), target: element };
      seen({ definition: { display: "inline" }, options },
        () => show(options.survey, options, mine), mine);
    }
  }

  // Closes the card as the respondent would; one that is loading does not come.
  function dismiss() {
    if (main.card?.nodeType) all("dismiss", main.card);
    else main.card = 0;
  }

  const api = (page.sayso = {
    add,
    dismiss,
    show: (id, options) => show(id, options),
    // What stands in the way on this page, for its owner.
    diagnose: () => load("diagnose").then((module) => module.diagnose(kit)),
    destroy() {
      life.abort();
      life = new AbortController();
      clearTimeout(turn);
      due.length = 0;
      armed.clear();
      for (const slot of [main, ...elements.values()]) (slot.card = 0), slot.abort?.();
      elements.clear();
      all("destroy");
    },
    // What a log-out asks for: nothing is known of the person any more, and nothing that is
    // on its way comes.
    reset() {
      memory = {};
      kit.tracked.length = 0;
      for (const slot of [main, ...elements.values()]) slot.card = 0;
      for (const options of tags) options.respondent = options.signature = options.traits = "";
      for (const store of ["localStorage", "sessionStorage"])
        try {
          for (const name in page[store])
            if (/^sayso[:.>]/.test(name)) page[store].removeItem(name);
        } catch (_) {}
      all("reset");
    },
    setLocale(locale) {
      for (const options of tags) options.locale = locale;
      all("speak", locale);
    },
    // The last ones are kept for surveys that are not there yet.
    track(...call) {
      if (kit.tracked.push(call) > 50) kit.tracked.shift();
      all("hear", ...call);
    },
    // Calls from before this script had loaded: sayso.push(["show", "nps"]).
    push(call) {
      const [name, ...values] = Array.from(call || []);
      if (api[name]?.call) return api[name](...values);
      warn("no " + name);
    },
  });

  add(script);
  // Answers that another page could not send.
  after(0, flush);
  page.addEventListener("storage", flush, life);
  // A page may use the name for something else, an element with this id even.
  queue?.forEach?.(api.push);

  if (!customElements.get("sayso-survey"))
    customElements.define("sayso-survey", class extends HTMLElement {
      connectedCallback() {
        settle(this);
      }
      disconnectedCallback() {
        settle(this);
      }
    });
})(window, document);
