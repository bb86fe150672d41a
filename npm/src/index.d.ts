/**
 * Surveys on the page, from your own collector.
 *
 * Every call may come before the script has loaded: it waits. On a server nothing
 * happens. Nothing throws into the app.
 */

/** What the page knows of the moment or the person: texts, numbers, true and false. */
export type Values = Record<string, string | number | boolean>;

/** Where the response comes from. */
export type Channel = "web" | "webview" | "email" | "sms" | "link";

/** How the card stands on the page. */
export type Display = "popover" | "modal" | "bar" | "tab" | "inline";

/** Where a popover, a bar or a tab stands. */
export type Position =
  | "bottom_end"
  | "bottom_start"
  | "top_end"
  | "top_start"
  | "center"
  | "top"
  | "bottom"
  | "start"
  | "end";

/** What the tag and `show` both take. */
export interface CommonOptions {
  /** The moment in the customer's journey; else the survey file's. */
  touchpoint?: string;
  /** The language, as `de` or `pt-BR`; else the browser's. */
  locale?: string;
  /** Your own id of the person; a code, never a name or an e-mail address. */
  respondent?: string;
  /** Your server's signature of that id. */
  signature?: string;
  /** Where the response comes from; `web` by default. */
  channel?: Channel;
  /** Else the system's. */
  theme?: "light" | "dark";
  /** How the card stands on the page, otherwise than the survey file says. */
  display?: Display;
  /** Where it stands, otherwise than the survey file says. */
  position?: Position;
  /** More about the moment, with names in `snake_case`. */
  context?: Values;
  /** More about the person, with names in `snake_case`. */
  traits?: Values;
}

/** What `show` takes. Options of a call win over those of the tag. */
export interface ShowOptions extends CommonOptions {
  /** Where an inline survey goes: a selector or an element. */
  target?: string | Element;
  /** Ask even within the cooldown, and whoever it is. */
  force?: boolean;
  /** The respondent opened it, so the card takes the focus. */
  focus?: boolean;
  /** A card with the display `tab` opens below this element. */
  anchor?: Element;
}

/** Makes addresses of scripts that Trusted Types let pass. */
export interface ScriptPolicy {
  createScriptURL(url: string): unknown;
}

/**
 * What `load` takes. `context` and `traits` become attributes: plain numbers, `true`
 * and `false` in texts are then meant as such.
 */
export interface LoadOptions extends CommonOptions {
  /** The address of the script on your collector, as `https://feedback.example/sayso.js`. */
  src: string | URL;
  /** The surveys to show by their own triggers. */
  survey?: string | readonly string[];
  /** Where inline surveys go: a selector. */
  target?: string;
  /** What may be kept in the browser; `local` by default. */
  storage?: "local" | "session" | "none";
  /** Where answers go, when an app has Sayso's files with it. */
  collector?: string;
  /** For a policy with `script-src 'nonce-…'`. */
  nonce?: string;
  /** For the pinned address: the hash of the script, as `sha384-…`. */
  integrity?: string;
  /**
   * For pages with `require-trusted-types-for 'script'`: what makes the address a
   * trusted one. By default a policy with the name `sayso`, for this address alone.
   */
  policy?: ScriptPolicy;
}

/** Why a survey was not shown. */
export type Reason =
  | "busy"
  | "cooldown"
  | "asked_recently"
  | "asked_enough"
  | "sampled_out"
  | "not_in_audience"
  | "wrong_page"
  | "destroyed"
  | "unknown_survey"
  | "closed"
  | "unavailable";

/** What became of a call of `show`. */
export type ShowOutcome = { shown: true } | { shown: false; reason: Reason };

/** A call as a list, for `push`. */
export type Call =
  | ["show", id: string, options?: ShowOptions]
  | ["dismiss"]
  | ["destroy"]
  | ["reset"]
  | ["setLocale", locale: string]
  | ["track", name: string, properties?: Values]
  | ["add", tag: Element];

/** What `sayso.diagnose()` finds. */
export interface Diagnosis {
  /** How surveys come: in the page, in a frame, or as a link. */
  way: "wasm" | "frame" | "link";
  wasm: boolean;
  /** Looked at where there is no WebAssembly. */
  frame: boolean | null;
  /**
   * The surveys of the tag, each with the HTTP status of its definition; 0 for no answer. With
   * `reason`, as `show` says it, the survey would not come to this visitor now; it may end at
   * `until` (RFC 3339).
   */
  surveys: {
    survey: string;
    status: number;
    trigger?: { on: string; [field: string]: unknown };
    reason?: Reason;
    until?: string;
  }[];
  /** What the page's policy refused meanwhile, and which policy it was. */
  violations: { directive: string; blocked: string; policy: string }[];
  storage: boolean;
  /** Global Privacy Control. */
  privacy: boolean;
  /** The origins of both; `null` is that of a file or a sandboxed frame. */
  collector: string;
  page: string;
  /** What to change, in words. */
  advice: string[];
}

/** The object that the script puts into the page. */
export interface Sayso {
  /** Takes in what another tag says; `load` uses it for surveys that are named later. */
  add(tag: Element): Promise<void>;
  /** Takes the cards away, disarms the triggers, and sends nothing more until something is shown again. */
  destroy(): void;
  /** What stands in the way of surveys on this page, for its owner; said on the console, too. */
  diagnose(): Promise<Diagnosis>;
  /** Closes the card as the respondent would. */
  dismiss(): void;
  /** Any of these calls, also before the script has loaded. */
  push(call: Call): unknown;
  /** Forgets the person, and all that is kept in the browser, and closes the cards, as a log-out does. */
  reset(): void;
  /** The open card, and those to come, go on in another language. */
  setLocale(locale: string): void;
  /** Shows a survey now. Never rejects. */
  show(id: string, options?: ShowOptions): Promise<ShowOutcome>;
  /** Tells triggers on events. */
  track(name: string, properties?: Values): void;
}

/**
 * Puts the script into the page, once. A later call adds the surveys that it names.
 * Promises whether the script is there; never rejects.
 */
export function load(options: LoadOptions): Promise<boolean>;

/**
 * Shows a survey now, or as soon as the script is there. Never rejects; without a
 * page, or when the script does not come, the reason is `unavailable`.
 */
export function show(id: string, options?: ShowOptions): Promise<ShowOutcome>;

/** Closes the card as the respondent would. */
export function dismiss(): void;

/** Takes the cards away, disarms the triggers, and sends nothing more until something is shown again. */
export function destroy(): void;

/** Forgets the person, and all that is kept in the browser, as a log-out does. */
export function reset(): void;

/** The open card, and those to come, go on in another language. */
export function setLocale(locale: string): void;

/** Tells triggers on events. */
export function track(name: string, properties?: Values): void;

/** Any call, also before the script has loaded. */
export function push(call: Call): void;

/** What every event says. */
export interface SurveyDetail {
  survey: string;
  response_id: string;
}

/** An answer: a rating or number, a text or the id of a choice, ids of choices, a box. */
export type Answer = number | string | string[] | boolean;

/** What `sayso:answered` says besides. */
export interface AnsweredDetail extends SurveyDetail {
  question_id: string;
  answer: Answer;
}

/** The events, which bubble from the card to `document` and `window`. */
export interface SaysoEventMap {
  /** The card became visible. */
  "sayso:shown": CustomEvent<SurveyDetail>;
  /** A question was answered and left. */
  "sayso:answered": CustomEvent<AnsweredDetail>;
  /** The response is stored. */
  "sayso:completed": CustomEvent<SurveyDetail>;
  /** The card was closed before that. */
  "sayso:dismissed": CustomEvent<SurveyDetail>;
}

/**
 * The attributes of `<sayso-survey>`, an inline card that comes and goes with its
 * element. They are read when it is inserted: give the element another key, not
 * another attribute, to show another survey.
 */
export interface SurveyAttributes {
  survey: string;
  touchpoint?: string;
  locale?: string;
  respondent?: string;
  signature?: string;
  channel?: Channel;
  theme?: "light" | "dark";
  /** `context-order-id="A-17"` becomes `order_id`. */
  [context: `context-${string}`]: string | number | undefined;
  /** `trait-plan="pro"` becomes `plan`. */
  [trait: `trait-${string}`]: string | number | undefined;
}

declare global {
  interface Window {
    /** Before the script has loaded, a list of calls. */
    sayso?: Sayso | Call[];
  }

  interface GlobalEventHandlersEventMap extends SaysoEventMap {}
}
