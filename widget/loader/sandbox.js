/*
 * For frames with `sandbox` but without `allow-forms`. There, in Chromium and Firefox, the
 * press of a button ends before its form hears of it; so the form is told here.
 */

const helped = new WeakSet(); // The cards whose forms are told.

/** Sees to it that the form of a card hears of each press of its buttons. */
export function helpForms(root) {
  if (helped.has(root)) return;
  helped.add(root);
  let waiting; // The form whose button was pressed, until it has heard of it.
  root.addEventListener("submit", () => (waiting = null), true);
  root.addEventListener("click", (event) => {
    waiting = event.target.closest("[type=submit]")?.form;
    // What the browser does by itself, it has done by then.
    setTimeout(() => {
      if (waiting?.isConnected && !event.defaultPrevented)
        waiting.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
    });
  });
}
