/**
 * `<sayso-survey>` in templates of Vue 3:
 * `import type {} from "sayso/vue"` once in the app.
 */
import type { SurveyAttributes } from "./index.js";
import type { DefineComponent, HTMLAttributes } from "vue";

declare module "vue" {
  interface GlobalComponents {
    "sayso-survey": DefineComponent<SurveyAttributes & /* @vue-ignore */ HTMLAttributes>;
  }
}
