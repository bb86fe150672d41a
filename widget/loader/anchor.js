/* Stands a card below a button of the page: what `display: "tab"` with a button asks for. */

const GAP_PX = 8; // Between the button and the card.
const EDGE_PX = 12; // Between the card and the edge of what is seen of the page.

/**
 * Keeps the card of a host below an element of the page, or above it where there is
 * more room, and wholly in view. Returns what ends that. While the element is not
 * to be seen the card stands where it stands by itself.
 */
export function follow(host, anchor) {
  const root = host.shadowRoot;
  const card = root.querySelector("[part=card]");
  const sheet = new CSSStyleSheet();
  const stop = new AbortController();
  let current;
  function look() {
    const wanted = rule(card, anchor);
    if (wanted != current) sheet.replaceSync((current = wanted));
  }
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  // A scroller within the page is heard on the way down.
  const options = { capture: true, passive: true, signal: stop.signal };
  for (const target of [window, window.visualViewport])
    for (const type of ["scroll", "resize"]) target?.addEventListener(type, look, options);
  // Another question has another height, and a button may be moved by what is above it.
  // Not at once: to resize what is observed while it is, browsers call an error of the page.
  const sizes = new ResizeObserver(() => requestAnimationFrame(look));
  for (const element of [card, anchor, document.body]) sizes.observe(element);
  look();
  return () => {
    stop.abort();
    sizes.disconnect();
  };
}

// As CSS, because no element of ours has a style of its own.
function rule(card, anchor) {
  const button = anchor.getBoundingClientRect();
  if (!button.width) return "";
  const { top, bottom, left, right } = seen();
  const below_px = bottom - button.bottom - GAP_PX;
  const above_px = button.top - GAP_PX - top;
  // The room decides by what the card would like to have, not by what it got.
  const isBelow = card.scrollHeight + 2 <= below_px || above_px <= below_px;
  const room_px = Math.max(160, Math.min(isBelow ? below_px : above_px, bottom - top));
  const { width } = card.getBoundingClientRect();
  const isRightToLeft = card.dir == "rtl";
  const wanted_px = isRightToLeft ? button.right - width : button.left;
  const at_px = Math.max(left, Math.min(wanted_px, right - width));
  // A button that has left the view takes the card to the edge and no further.
  const place = isBelow
    ? `top:${Math.max(top, Math.min(button.bottom + GAP_PX, bottom - room_px))}px;bottom:auto`
    : `bottom:${innerHeight - Math.min(bottom, Math.max(button.top - GAP_PX, top + room_px))}px;top:auto`;
  return `.card[part]{${place};left:${at_px}px;right:auto;margin:0;max-height:${room_px}px}`;
}

// The part of the page that is in view, without the keyboard on the screen.
function seen() {
  const view = window.visualViewport || { offsetTop: 0, offsetLeft: 0, height: innerHeight };
  const width = document.documentElement.clientWidth;
  return {
    top: view.offsetTop + EDGE_PX,
    bottom: view.offsetTop + view.height - EDGE_PX,
    left: EDGE_PX,
    right: width - EDGE_PX,
  };
}
