// What the types let pass, and what they refuse, in React's JSX.
import type {} from "sayso/react";

export const all = (
  <sayso-survey
    key="faq"
    ref={(element) => element?.remove()}
    className="survey"
    class="survey"
    survey="nps"
    touchpoint="faq"
    locale="de"
    respondent="c-1042"
    channel="webview"
    theme="dark"
    context-order-id="A-17"
    context-item-count={3}
    trait-plan="pro"
  />
);
// @ts-expect-error the survey is missing
export const none = <sayso-survey touchpoint="faq" />;
// @ts-expect-error no such theme
export const theme = <sayso-survey survey="nps" theme="blue" />;
// @ts-expect-error no such attribute
export const unknown = <sayso-survey survey="nps" order-id-of="A-17" onFoo={3} />;
