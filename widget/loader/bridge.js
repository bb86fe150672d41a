/*
 * The bridge between a survey page and what the page is in: an app's webview, or
 * the page around a frame. A plain script beside `sayso.js`:
 *
 *     <script src="https://feedback.example/bridge.js"></script>
 *
 * It finds its host by itself, tells it what happens, and does what the host asks.
 * A host that is a page must be named: `data-parent-origin="https://shop.example"`,
 * several with spaces between them.
 *
 * To the host: `{ sayso: 1, type, … }`, where `type` is `ready`, `resize`, `shown`,
 * `answered`, `completed`, `dismissed` or `error`. From it: `show`, `dismiss`, `set`.
 * docs/webview.md has the fields.
 */
(function (page, doc) {
  if (page.saysoBridge) return;

  const script = doc.currentScript || doc.querySelector('script[src*="bridge.js"]');
  const parents = originsOf(script?.dataset.parentOrigin || "");
  const waiting = []; // What the host asked for before the loader was there.
  const settings = {}; // What the host has set, for each survey to come.
  // The function that takes a message to the host. Looked for at once: the loader will
  // take the name `sayso`.
  let host = findHost();
  let isReady;
  let hasFailed;
  let isOpen; // A survey is asking.
  let height;

  function warn(text) {
    console.warn("[sayso] " + text);
  }

  // "*" would tell every page what was answered, so it is no origin here.
  function originsOf(text) {
    return (text.match(/\S+/g) || []).filter((origin) => {
      const isOne = /^[a-z][a-z0-9+.-]*:\/\/[^/*]+$/.test(origin);
      if (!isOne) warn(origin + " is no origin: data-parent-origin takes https://shop.example");
      return isOne;
    });
  }

  // The way to the host, if there is one. The first that fits is it.
  function findHost() {
    const webkit = page.webkit?.messageHandlers?.sayso;
    if (webkit) return (message) => webkit.postMessage(message);
    // Android (two names), React Native, Flutter and wry take texts.
    const { SaysoHost, sayso, ReactNativeWebView, Sayso, ipc } = page;
    for (const known of [SaysoHost, sayso, ReactNativeWebView, Sayso, ipc])
      // A frame may have one of these names, and must not hear a word.
      if (typeof known?.postMessage == "function" && known.window != known)
        return (message) => known.postMessage(JSON.stringify(message));
    const webview2 = page.chrome?.webview;
    if (webview2?.postMessage) return (message) => webview2.postMessage(message);
    if (page.parent != page && parents.length)
      return (message) => parents.forEach((origin) => page.parent.postMessage(message, origin));
  }

  function tell(type, detail) {
    host = host || findHost();
    try {
      host?.({ sayso: 1, type, ...detail });
    } catch (error) {
      warn("the host did not take " + type + ": " + error);
    }
  }

  // The loader is there: from now on the host may ask.
  function begin() {
    if (isReady || !page.sayso?.show) return;
    isReady = true;
    if (settings.locale) page.sayso.setLocale(settings.locale);
    tell("ready");
    new ResizeObserver(measure).observe(doc.documentElement);
    waiting.splice(0).forEach(carryOut);
  }

  function fail() {
    if (isReady || hasFailed) return;
    hasFailed = true;
    tell("error", { reason: "not_loaded" });
  }

  // Whoever gives the view this height shows all of the page.
  function measure() {
    const now = Math.ceil(doc.documentElement.getBoundingClientRect().height);
    if (now != height) tell("resize", { height: (height = now) });
  }

  // From the app, by a script in the page or without a sender; or from a page around
  // this one that was named. A frame in the page, or an opener, is not heard.
  function isAllowed({ source, origin }) {
    if (source == page || (!source && !origin)) return true;
    return source == page.parent && parents.includes(origin);
  }

  function hear(event) {
    if (isAllowed(event)) receive(event.data);
  }

  function receive(message) {
    try {
      if (typeof message == "string") message = JSON.parse(message);
    } catch (_) {
      return; // Somebody else's.
    }
    if (message?.sayso != 1 || !orders.hasOwnProperty(message.type)) return;
    // Colours and words of the page need not wait.
    if (isReady || message.type == "set") carryOut(message);
    else waiting.push(message);
  }

  function carryOut({ sayso, type, ...options }) {
    orders[type](options);
  }

  const orders = {
    async show({ survey, ...options }) {
      const { shown, reason } = await page.sayso.show(survey, { ...settings, ...options });
      if (!shown) tell("error", { survey, reason });
    },
    dismiss() {
      page.sayso.dismiss();
      // With nothing to close, nothing else will tell the host.
      if (!isOpen || !doc.querySelector("sayso-card")) tell("dismissed");
    },
    set({ theme, locale }) {
      if (theme !== undefined) {
        // Anything else than the two is the system's.
        settings.theme = /^(light|dark)$/.test(theme) ? theme : "";
        doc.querySelectorAll("sayso-card").forEach(dress);
      }
      if (locale) {
        settings.locale = locale;
        if (isReady) page.sayso.setLocale(locale);
      }
      // The page has colours and words of its own.
      doc.dispatchEvent(new CustomEvent("sayso:set", { detail: { ...settings } }));
    },
  };

  function dress(card) {
    if (settings.theme) card.dataset.theme = settings.theme;
    else delete card.dataset.theme;
  }

  for (const type of ["shown", "answered", "completed", "dismissed"])
    doc.addEventListener("sayso:" + type, ({ target, detail }) => {
      if (type == "shown" && settings.theme && target.localName == "sayso-card") dress(target);
      isOpen = /shown|answered/.test(type);
      tell(type, detail);
    });

  page.addEventListener("message", hear);
  doc.addEventListener("message", hear); // Where React Native speaks on Android.
  page.chrome?.webview?.addEventListener?.("message", ({ data }) => receive(data));

  const isLoader = ({ target }) => /\bsayso\.js/.test(target?.src);
  doc.addEventListener("load", (event) => isLoader(event) && begin(), true);
  doc.addEventListener("error", (event) => isLoader(event) && fail(), true);
  page.addEventListener("load", () => (begin(), fail()));

  page.saysoBridge = {
    /** Whether something listens. */
    get hasHost() {
      return Boolean((host = host || findHost()));
    },
    /** Takes a message as the host would send it: an object, or its JSON. */
    receive,
  };
  begin();
})(window, document);
