// What the types let pass, and what they refuse, in templates of Vue and Svelte.
import type {} from "sayso/svelte";
import type {} from "sayso/vue";
import type { Answer } from "sayso";
import type { SvelteDocumentAttributes, SvelteHTMLElements } from "svelte/elements";
import type { GlobalComponents } from "vue";

type InVue = InstanceType<GlobalComponents["sayso-survey"]>["$props"];
type InSvelte = SvelteHTMLElements["sayso-survey"];

const all = {
  survey: "nps",
  touchpoint: "faq",
  locale: "de",
  respondent: "c-1042",
  channel: "webview",
  theme: "dark",
  class: "survey",
  "context-order-id": "A-17",
  "trait-seats": 3,
} as const;
export const inVue: InVue = all;
export const inSvelte: InSvelte = all;

// @ts-expect-error the survey is missing
export const noneInVue: InVue = { touchpoint: "faq" };
// @ts-expect-error the survey is missing
export const noneInSvelte: InSvelte = { touchpoint: "faq" };
// @ts-expect-error no such theme
export const themeInVue: InVue = { survey: "nps", theme: "blue" };
// @ts-expect-error no such theme
export const themeInSvelte: InSvelte = { survey: "nps", theme: "blue" };

export const listeners: SvelteDocumentAttributes = {
  "onsayso:answered": ({ detail }) => {
    const answer: Answer = detail.answer;
    return answer;
  },
  // @ts-expect-error a card that was shown says no question
  "onsayso:shown": ({ detail }) => detail.question_id,
};
