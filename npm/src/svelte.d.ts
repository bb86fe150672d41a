/**
 * `<sayso-survey>` and the events on `<svelte:document>` and `<svelte:window>`, in
 * Svelte 5: `import type {} from "sayso/svelte"` once in the app.
 */
import type { SaysoEventMap, SurveyAttributes } from "./index.js";
import type { HTMLAttributes } from "svelte/elements";

type Listeners = {
  [Name in keyof SaysoEventMap as `on${Name}`]?: ((event: SaysoEventMap[Name]) => void) | null;
};

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "sayso-survey": HTMLAttributes<HTMLElement> & SurveyAttributes & Listeners;
  }
  interface SvelteDocumentAttributes extends Listeners {}
  interface SvelteWindowAttributes extends Listeners {}
}
