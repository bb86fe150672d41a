/*
 * Light or dark: what both the card and the tab know of it.
 */

const ALONE = /^(?:only )?(light|dark)(?: only)?$/;

/** Gives an element of ours what the tag says, else what the page's styles do; else it follows the system. */
export function dress(host, { theme }) {
  // What the styles say is asked for only where the tag leaves it to them.
  const chosen = theme || ALONE.exec(getComputedStyle(document.documentElement).colorScheme)?.[1];
  if (chosen) host.dataset.theme = chosen;
}
