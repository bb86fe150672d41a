// What the types let pass, and what they refuse, without any framework.
import { destroy, dismiss, load, push, reset, setLocale, show, track } from "sayso";
import type { Answer, Call, Reason, Sayso, ShowOutcome } from "sayso";
import { hash, integrity } from "sayso/assets";

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
function same<A, B>(_: Same<A, B>) {}

// All of the tag, and a policy for script addresses.
const loaded: Promise<boolean> = load({
  src: new URL("https://feedback.example/sayso.js"),
  survey: ["nps", "feedback"],
  touchpoint: "shop",
  locale: "de",
  respondent: "c-1042",
  channel: "web",
  theme: "dark",
  target: "#here",
  display: "popover",
  position: "top_end",
  context: { order_id: "A-17", item_count: 3 },
  traits: { plan: "pro", is_new: true },
  storage: "session",
  nonce: "abc",
  integrity: integrity["sayso.js"],
  policy: { createScriptURL: (url) => url },
});
load({ src: `https://feedback.example/assets/${hash}/sayso.js` });

const outcome: ShowOutcome = await show("nps", {
  target: document.body,
  anchor: document.body,
  force: true,
  focus: true,
  display: "tab",
});
if (!outcome.shown) same<typeof outcome.reason, Reason>(true);
dismiss();
destroy();
reset();
setLocale("pt-BR");
track("purchase", { amount: 80 });
track("signed-up");
push(["show", "nps", { force: true }]);
push(["track", "purchase", { amount: 80 }]);

// The events, where they are heard.
document.addEventListener("sayso:answered", ({ detail }) => same<typeof detail.answer, Answer>(true));
window.addEventListener("sayso:answered", ({ detail }) => same<typeof detail.question_id, string>(true));
document.body.addEventListener("sayso:answered", ({ detail }) => same<typeof detail.survey, string>(true));
document.addEventListener("sayso:shown", ({ detail }) => same<typeof detail.response_id, string>(true));
document.addEventListener("sayso:completed", ({ detail }) => same<typeof detail.survey, string>(true));
document.addEventListener("sayso:dismissed", ({ detail }) => same<typeof detail.survey, string>(true));

// The global, before and after the script is there.
same<typeof window.sayso, Sayso | Call[] | undefined>(true);
(window.sayso ||= []).push(["show", "nps"]);

// @ts-expect-error the address is missing
load({ survey: "nps" });
// @ts-expect-error no such storage
load({ src: "/sayso.js", storage: "cookie" });
// @ts-expect-error a tag can only name a place
load({ src: "/sayso.js", target: document.body });
// @ts-expect-error no such position
show("nps", { position: "left" });
// @ts-expect-error the collector takes texts, numbers, true and false
show("nps", { context: { order: { id: 7 } } });
// @ts-expect-error no such call
push(["open", "nps"]);
// @ts-expect-error a language is missing
setLocale();
// @ts-expect-error a card that was shown says no question
document.addEventListener("sayso:shown", ({ detail }) => detail.question_id);

export { loaded };
