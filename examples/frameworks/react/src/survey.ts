import { load, show } from "sayso";

/** Puts the script of the collector that index.html names into the page, once. */
export function start() {
  const src = document.querySelector<HTMLMetaElement>("meta[name=sayso]")!.content;
  return load({ src, context: { sample: import.meta.env.BASE_URL } });
}

/** What the feedback button does. */
export async function askForFeedback() {
  const outcome = await show("feedback", { force: true, focus: true });
  if (!outcome.shown) console.info("not asked: " + outcome.reason);
}
