/*
 * What stands in the way of a survey on this page, for the page's owner:
 * `await sayso.diagnose()` in the console. It tries each thing that a survey
 * needs, and names the very directive, setting or flag to change.
 */

const EMPTY_WASM = [0, 97, 115, 109, 1, 0, 0, 0];
const PATIENCE_MS = 5000;

/** Promises what was found: see docs/csp.md. Writes it on the console, too. */
export async function diagnose(kit) {
  const { base, script, store, isPrivate, warn } = kit;
  const origin = new URL(base).origin;
  const violations = [];
  const note = ({ effectiveDirective, blockedURI, originalPolicy }) =>
    violations.push({ directive: effectiveDirective, blocked: blockedURI, policy: originalPolicy });
  document.addEventListener("securitypolicyviolation", note);
  const wasm = await allowsWasm();
  const surveys = await Promise.all(idsOf(script).map((id) => ask(kit, id)));
  const address = surveys[0] && `${base}s/${surveys[0].survey}?embed=1&parent=${encodeURIComponent(location.origin)}`;
  const frame = address && !wasm ? await allowsFrame(address) : null;
  // Violations are told in a task of their own.
  await new Promise((done) => setTimeout(done, 50));
  document.removeEventListener("securitypolicyviolation", note);
  const found = {
    way: wasm ? "wasm" : frame ? "frame" : "link",
    wasm, frame, surveys, violations,
    storage: allowsStorage(store),
    privacy: !!isPrivate,
    collector: origin,
    page: window.origin, // "null" in a file, whatever its address says.
  };
  found.advice = advise(found);
  const lines = [...found.advice, ...surveys.flatMap(rest)];
  const told = lines.map((line) => "\n  - " + line).join("");
  warn(`surveys come by way of: ${found.way}${told || "\n  nothing stands in the way"}`);
  return found;
}

function advise({ way, wasm, frame, surveys, violations, storage, privacy, collector, page }) {
  const advice = [];
  const hasNoOrigin = page == "null";
  const refusal = (name) => violations.find(({ directive }) => directive.startsWith(name));
  if (!wasm)
    advice.push(
      typeof WebAssembly == "undefined"
        ? "this browser has no WebAssembly (Lockdown Mode has none): surveys come in a frame"
        : "the policy of this page refuses WebAssembly: add " +
            addition(refusal("script-src"), "script-src", "'wasm-unsafe-eval'")
    );
  if (way != "wasm" && frame === false) {
    const refused = refusal("frame-src") || refusal("child-src");
    advice.push(
      refused
        ? "the policy of this page refuses frames of the collector: add " + addition(refused, "frame-src", collector)
        : hasNoOrigin
          ? "a page without an origin of its own may not frame the collector: surveys come as a link"
          : `the collector's frame says nothing: are ${page} and all pages around it in its --allow-origin?`
    );
  }
  for (const { survey, status } of surveys) {
    if (status == 404) advice.push(`the collector has no survey ${survey}: look at its folder of surveys`);
    if (status == 410) advice.push(`survey ${survey} is paused, or has ended`);
    if (status) continue;
    const refused = refusal("connect-src");
    if (refused)
      advice.push(
        "the policy of this page refuses connections to the collector: add " +
          addition(refused, "connect-src", collector)
      );
    else
      advice.push(
        `no answer from ${collector} that this page may read: is it running, and ` +
          (hasNoOrigin
            ? "started with --allow-origin null? This page has no origin of its own, as files and frames " +
              "with sandbox; docs/deploy.md says what null opens"
            : `is ${page} in its --allow-origin?`)
      );
  }
  if (!surveys.length) advice.push("the tag names no survey in data-survey, so none was asked for");
  if (!storage) advice.push("storage is refused: cooldowns are forgotten with the page");
  if (privacy) advice.push("Global Privacy Control is on: nothing is kept beyond the session");
  return advice;
}

// What to write into the policy. A directive that is new there takes the place of
// default-src, so it has to name what that allows.
function addition(refused, name, source) {
  const sourcesOf = (wanted) => {
    for (const directive of (refused?.policy || "").split(";")) {
      const [name, ...sources] = directive.trim().split(/\s+/);
      if (name.toLowerCase() == wanted) return sources.join(" ");
    }
  };
  const usual = sourcesOf("default-src");
  return sourcesOf(name) != null || !usual || usual == "'none'"
    ? `${source} to ${name}`
    : `the directive ${name} ${usual} ${source}`;
}

function idsOf(script) {
  return (script.dataset.survey || "").match(/[^\s,]+/g) || [];
}

async function ask(kit, survey) {
  const found = { survey, status: 0 };
  try {
    const reply = await fetch(kit.base + "v1/surveys/" + encodeURIComponent(survey), { credentials: "omit" });
    found.status = reply.status;
    if (reply.ok) await askVisitor(kit, found, await reply.json());
  } catch (_) {}
  return found;
}

// Whether this visitor would be asked here and now, and when; `reason` as `sayso.show()` says it.
async function askVisitor(kit, found, definition) {
  const { id, rules, trigger, display } = definition;
  found.trigger = rules?.trigger || trigger;
  const until = +kit.keep("sayso:" + id);
  if (until > Date.now() && display != "tab") {
    found.reason = "cooldown";
    found.until = new Date(until).toISOString();
  } else if (rules) found.reason = (await kit.load("rules")).check(kit, definition, kit.tag);
}

const REASONS = {
  cooldown: "rests for this visitor",
  wrong_page: "is not for this page: look at its pages",
  not_in_audience: "is not for this visitor: look at its audience",
  sampled_out: "is not for this visitor: look at its sample_rate",
  asked_enough: "was shown to this visitor often enough: look at its max_shown and ask_again",
  asked_recently: "waits because another survey was shown: look at its cooldown_all_days",
};

// Why a survey that is there does not come.
function rest({ survey, reason, until, trigger }) {
  if (reason)
    return [
      `survey ${survey} ${REASONS[reason]}${until ? " until " + until : ""}; ` +
        `sayso.show("${survey}", { force: true }) shows it all the same`,
    ];
  if (trigger?.on == "call") return [`survey ${survey} waits for sayso.show("${survey}")`];
  return [];
}

async function allowsWasm() {
  try {
    // WebKit refuses no earlier than here.
    new WebAssembly.Instance(await WebAssembly.compile(new Uint8Array(EMPTY_WASM)));
    return true;
  } catch (_) {
    return false;
  }
}

function allowsStorage(store) {
  try {
    window[store].setItem("sayso.try", 1);
    window[store].removeItem("sayso.try");
    return true;
  } catch (_) {
    return false;
  }
}

/** Whether a frame with our page says that it is there. */
export function allowsFrame(address) {
  return new Promise((done) => {
    const frame = document.createElement("iframe");
    const timer = setTimeout(end, PATIENCE_MS);
    const { origin } = new URL(address);
    function hear({ source, origin: from, data }) {
      if (source == frame.contentWindow && from == origin && data?.sayso) end({ ok: true });
    }
    function refuse({ effectiveDirective }) {
      if (/^(frame|child)-src|default-src/.test(effectiveDirective)) end();
    }
    function end(said) {
      clearTimeout(timer);
      window.removeEventListener("message", hear);
      document.removeEventListener("securitypolicyviolation", refuse);
      frame.remove();
      done(!!said?.ok);
    }
    window.addEventListener("message", hear);
    document.addEventListener("securitypolicyviolation", refuse);
    frame.hidden = true;
    frame.src = address;
    document.documentElement.append(frame);
  });
}
