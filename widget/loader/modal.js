/* What of the page is in front of everything else. */

/** True for what is drawn at all. */
export function isVisible(element) {
  return element.isConnected && element.getClientRects().length > 0;
}

/**
 * The modal that is open on the page: a dialog, something in full screen, or what
 * calls itself `aria-modal`. The focus says which of several, and finds those in
 * shadow roots.
 */
export function openModal() {
  const found = [];
  for (const selector of [":modal", "[aria-modal=true]"])
    try {
      found.push(...document.querySelectorAll(selector));
      let focused = document.activeElement;
      while (focused) {
        found.push(focused.closest(selector));
        focused = focused.shadowRoot?.activeElement;
      }
    } catch (_) {
      // An engine that does not know the selector has the other one.
    }
  return found.filter((modal) => modal && isVisible(modal) && !modal.closest("sayso-card")).pop();
}
