/*
 * What makes a card a good guest in the page: it stands above everything without
 * a fight over z-index, keeps its keys to itself, and stays above the keyboard on
 * the screen. All that is set here goes with the element, or with the function
 * that `settle` returns.
 */

/**
 * What the wasm asks of the page: to hear what happened, and to send what it adds
 * to a response. `post` sends a body, and promises the status and the JSON of the reply.
 */
export function portsOf(host, response, post) {
  const { survey, response_id } = response;
  const startedAt = performance.now();
  return {
    isTouch: matchMedia("(pointer: coarse)").matches,
    tell(name, more) {
      const detail = { survey, response_id, ...more };
      const init = { bubbles: true, composed: true, detail };
      host.dispatchEvent(new CustomEvent("sayso:" + name, init));
    },
    send: (part) =>
      post(
        JSON.stringify({
          ...response,
          ...part,
          elapsed_ms: Math.floor(performance.now() - startedAt),
        })
      ),
  };
}

/** Makes a card at home in its element, and returns what undoes that. */
export function settle(host, isFloating) {
  const root = host.shadowRoot;
  keepKeys(root);
  if (!isFloating) return () => {};
  lift(host);
  return riseAboveKeyboard(root);
}

/**
 * Puts a floating card into the top layer, where the engine has one; elsewhere its
 * z-index has to do. An element that the page has moved is to be lifted again.
 */
export function lift(host) {
  host.popover = "manual";
  host.togglePopover?.(true);
}

// What is typed into a card is no shortcut of the page, and a focus in it is not
// caught by a trap of the page. Listeners in the capture phase, which hear an
// event before it arrives, cannot be spared. Clicks go on: for menus of the page
// the card is outside.
function keepKeys(root) {
  let oneAt = -9999; // When a 1 was typed, which may become a 10.
  const keep = (event) => event.stopPropagation();
  for (const type of ["keyup", "keypress", "beforeinput", "input", "focusin", "focusout"])
    root.addEventListener(type, keep);
  root.addEventListener("keydown", (event) => {
    keep(event);
    const { key, target, timeStamp } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.matches("textarea,input:not([type=radio])")) return;
    // A click on what is chosen takes it back, if it need not be answered.
    if (/^(Backspace|Delete)$/.test(key)) root.querySelector("[type=radio]:checked")?.click();
    if (/^\d$/.test(key) && !(key == 0 && timeStamp - oneAt < 1000 && rate(root, 10)))
      rate(root, key);
    oneAt = key == 1 ? timeStamp : -9999;
  });
}

// Chooses a rating, if it is on the scale. It is sent with the button, as one that
// was chosen with the arrow keys.
function rate(root, rating) {
  const radio = root.querySelector(`[part=scale] [value="${rating}"]`);
  radio?.focus();
  if (radio && !radio.checked) radio.click();
  return radio;
}

// The keyboard covers what stands at the bottom. How much of it is a custom
// property, for the style sheets.
function riseAboveKeyboard(root) {
  const view = window.visualViewport;
  const stop = new AbortController();
  if (!view) return () => {};
  const sheet = new CSSStyleSheet();
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  let covered = 0;
  function look() {
    // A page that is zoomed in shows less of itself, too.
    const px = Math.max(0, Math.round(innerHeight - view.height * view.scale - view.offsetTop));
    if (px == covered) return;
    covered = px;
    sheet.replaceSync(`:host{--keyboard:${px}px}`);
    if (px) root.activeElement?.scrollIntoView({ block: "nearest" });
  }
  for (const type of ["resize", "scroll"])
    view.addEventListener(type, look, { signal: stop.signal });
  look();
  return () => stop.abort();
}
