/*
 * What makes a card a good guest in the page: it stands above everything without
 * a fight over z-index, keeps its keys to itself, and stays above the keyboard on
 * the screen. All that is set here goes with the element, or with the function
 * that `settle` returns.
 */

/**
 * What the wasm asks of the page: to hear what happened, and to send what it adds
 * to a response. `post` has a submission sent, and promises what came of it.
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
      post({ ...response, ...part, elapsed_ms: Math.floor(performance.now() - startedAt) }),
  };
}

/** Makes a card at home in its element, and returns what undoes that. */
export function settle({ shadowRoot: root }, isInline) {
  keepKeys(root);
  return isInline ? () => {} : riseAboveKeyboard(root);
}

/**
 * Tells a screen reader of a card that came by itself. It takes no focus, so it
 * would go unnoticed. Returns what ends that.
 */
export function greet({ shadowRoot: root }) {
  const find = (part) => root.querySelector(part);
  const region = find("[role=status]");
  let said = "";
  // Not at once: what a live region begins with is not said; nor to who is in the card by
  // then. Later it would only be read a second time.
  const timers = [
    setTimeout(() => {
      if (root.activeElement) return;
      said = `${find("[part=card]").ariaLabel}: ${find("#prompt")?.textContent || ""}`;
      region.textContent = said;
    }, 500),
    setTimeout(() => {
      if (region.textContent == said) region.textContent = "";
    }, 4000),
  ];
  return () => timers.forEach(clearTimeout);
}

/**
 * Puts a floating card, which is a popover or holds a dialog, into the top layer, where the
 * engine has one; elsewhere its z-index has to do. An element that the page has moved is
 * to be lifted again.
 */
export function lift(host) {
  const dialog = IS_FULL && host.shadowRoot.querySelector("dialog");
  if (dialog) {
    dialog.removeAttribute("open");
    return dialog.showModal();
  }
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
  // What was written stands before the caret, also in a field that is built anew.
  root.addEventListener("focusin", ({ target }) => {
    try {
      if (!target.selectionEnd) target.setSelectionRange(1e5, 1e5);
    } catch (_) {} // Fields for addresses have no caret that could be asked for.
  });
  // Keys that compose a word are none of ours, and Escape in what was written ends the
  // writing, not the card.
  root.addEventListener(
    "keydown",
    (event) => {
      const { key, target } = event;
      // Safari says by the number alone that a key ends the composing.
      const isComposing = event.isComposing || event.keyCode == 229;
      const isWritten = target.value && target.matches("textarea,input:not([type=radio],[type=checkbox])");
      if (!isComposing && !(isWritten && key == "Escape")) return;
      keep(event);
      if (isComposing) return;
      event.preventDefault();
      root.querySelector(".primary").focus();
    },
    true
  );
  root.addEventListener("keydown", (event) => {
    keep(event);
    const { key, target, timeStamp } = event;
    if (IS_FULL && key == "Tab") goRound(root, event);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // A key that a card finds the focus on its text with may be meant for the page.
    if (target.matches("#prompt,textarea,input:not([type=radio])")) return;
    // A click on what is chosen takes it back, if it need not be answered.
    if (/^(Backspace|Delete)$/.test(key)) root.querySelector("[type=radio]:checked")?.click();
    // Arabic and Persian keyboards have digits of their own.
    const digit = /^[0-9٠-٩۰-۹]$/.test(key) ? key.charCodeAt(0) & 15 : -1;
    if (digit > -1 && !(digit == 0 && timeStamp - oneAt < 1000 && rate(root, 10)))
      rate(root, digit);
    oneAt = digit == 1 ? timeStamp : -9999;
  });
}

// In a dialog the Tab key goes from the last control to the first, and back. Left
// alone, Firefox goes to its own buttons, and from there to the last control again.
function goRound(root, event) {
  const dialog = root.querySelector("dialog");
  if (!dialog) return;
  const controls = Array.from(dialog.querySelectorAll("a,button,input,textarea")).filter(
    // Of radio buttons one is a stop: the chosen one, else the first.
    (control) =>
      control.checkVisibility?.() !== false &&
      !control.matches(":disabled") &&
      (control.type != "radio" ||
        control == (dialog.querySelector("[type=radio]:checked") || dialog.querySelector("[type=radio]")))
  );
  const [first, last] = [controls[0], controls[controls.length - 1]];
  const isBefore = !controls.includes(event.target) && event.target.type != "radio";
  if (event.shiftKey ? event.target == first || isBefore : event.target == last) {
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }
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
  function look(event) {
    // A page that is zoomed in shows less of itself, too.
    const px = Math.max(0, Math.round(innerHeight - view.height * view.scale - view.offsetTop));
    // Some keyboards cover the page, others take its room. Who zooms in looks elsewhere.
    if (px == covered && (event?.type != "resize" || view.scale != 1)) return;
    if (px != covered) sheet.replaceSync(`:host{--keyboard:${(covered = px)}px!important}`);
    root.activeElement?.scrollIntoView({ block: "nearest" });
  }
  for (const type of ["resize", "scroll"])
    view.addEventListener(type, look, { signal: stop.signal });
  // In a task of its own: asked for sizes now, the browser would lay the page out.
  const timer = setTimeout(look, 100);
  return () => {
    clearTimeout(timer);
    stop.abort();
  };
}
