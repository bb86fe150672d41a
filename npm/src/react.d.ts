/**
 * `<sayso-survey>` in JSX, for React 18 and 19:
 * `import type {} from "sayso/react"` once in the app.
 */
import type { SurveyAttributes } from "./index.js";
import type { DetailedHTMLProps, HTMLAttributes } from "react";

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "sayso-survey": DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement> &
        SurveyAttributes & {
          /** For React 18, which passes `className` on to no custom element. */
          class?: string;
        };
    }
  }
}
