/** The messages between a survey page and its host. The JSON Schemas beside this file say the same. */

/** What every message carries: the version of the messages. */
interface Base<Type extends string> {
  sayso: 1;
  type: Type;
}

/** One response to one survey. */
interface OfResponse {
  /** The survey's id. */
  survey: string;
  /** The response, as the collector's log names it. */
  response_id: string;
}

/** A number for ratings, a text, a list of choices, true or false for a consent; null when taken back. */
export type Answer = number | string | string[] | boolean | null;

/** The page is there, and listens. */
export type Ready = Base<"ready">;
/** The page has another height, in CSS pixels. */
export type Resize = Base<"resize"> & { height: number };
/** The survey is visible. */
export type Shown = Base<"shown"> & OfResponse;
/** A question was answered. */
export type Answered = Base<"answered"> & OfResponse & { question_id: string; answer: Answer };
/** The collector has the response on its disk. */
export type Completed = Base<"completed"> & OfResponse;
/** The respondent, or the host, closed it; without the rest when nothing was open. */
export type Dismissed = Base<"dismissed"> & Partial<OfResponse>;
/** No survey is shown. */
export type Failed = Base<"error"> & { survey?: string; reason: string };

/** From the page to its host. */
export type ToHost = Ready | Resize | Shown | Answered | Completed | Dismissed | Failed;

/** null is the system's. */
export type Theme = "light" | "dark" | null;
type Values = Record<string, string | number | boolean>;

/** Shows a survey. */
export type Show = Base<"show"> & {
  survey: string;
  theme?: Theme;
  locale?: string;
  respondent?: string;
  touchpoint?: string;
  channel?: "web" | "webview" | "email" | "sms" | "link";
  /** Where an inline survey goes: a selector. */
  target?: string;
  context?: Values;
  traits?: Values;
  /** Ask though it rests, or is not for this respondent. */
  force?: boolean;
  /** The respondent opened it: take the focus. */
  focus?: boolean;
};
/** Closes the survey, as the respondent would. */
export type Dismiss = Base<"dismiss">;
/** Sets colours and language, of an open survey too. */
export type Set = Base<"set"> & { theme?: Theme; locale?: string };

/** From the host to the page. */
export type ToPage = Show | Dismiss | Set;
