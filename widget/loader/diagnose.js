/*
 * What stands in the way of a survey on this page, for the page's owner:
 * `await sayso.diagnose()` in the console. It tries each thing that a survey
 * needs, and names the very directive, setting or flag to change.
 */

const EMPTY_WASM = [0, 97, 115, 109, 1, 0, 0, 0];
const PATIENCE_MS = 5000;

/** Promises what was found: see docs/csp.md. Writes it on the console, too. */
export async function diagnose({ base, script, store, isPrivate, warn }) {
  const origin = new URL(base).origin;
  const violations = [];
  const note = ({ effectiveDirective, blockedURI }) =>
    violations.push({ directive: effectiveDirective, blocked: blockedURI });
  document.addEventListener("securitypolicyviolation", note);
  const wasm = await allowsWasm();
  const surveys = await Promise.all(idsOf(script).map((id) => ask(base, id)));
  const frame = surveys[0] && !wasm ? await allowsFrame(`${base}s/${surveys[0].survey}?embed=1`) : null;
  // Violations are told in a task of their own.
  await new Promise((done) => setTimeout(done, 50));
  document.removeEventListener("securitypolicyviolation", note);
  const found = {
    way: wasm ? "wasm" : frame ? "frame" : "link",
    wasm, frame, surveys, violations,
    storage: allowsStorage(store),
    privacy: !!isPrivate,
    collector: origin,
    page: location.origin,
  };
  found.advice = advise(found);
  const told = found.advice.map((line) => "\n  - " + line).join("");
  warn(`surveys come by way of: ${found.way}${told || "\n  nothing stands in the way"}`);
  return found;
}

function advise({ way, wasm, frame, surveys, violations, storage, privacy, collector, page }) {
  const advice = [];
  const isRefused = (directive) =>
    violations.some((violation) => violation.directive.startsWith(directive));
  if (!wasm)
    advice.push(
      typeof WebAssembly == "undefined"
        ? "this browser has no WebAssembly (Lockdown Mode has none): surveys come in a frame"
        : "the policy of this page refuses WebAssembly: add 'wasm-unsafe-eval' to script-src"
    );
  if (way != "wasm" && frame === false)
    advice.push(`the policy of this page refuses frames of the collector: add ${collector} to frame-src`);
  for (const { survey, status } of surveys) {
    if (status == 404) advice.push(`the collector has no survey ${survey}: look at its folder of surveys`);
    if (status == 410) advice.push(`survey ${survey} is paused, or has ended`);
    if (status == 0 && isRefused("connect-src"))
      advice.push(`the policy of this page refuses connections to the collector: add ${collector} to connect-src`);
    else if (status == 0)
      advice.push(
        `no answer from ${collector} that this page may read: is it running, and is ${page} in its --allow-origin?`
      );
  }
  if (!surveys.length) advice.push("the tag names no survey in data-survey, so none was asked for");
  if (!storage) advice.push("storage is refused: cooldowns are forgotten with the page");
  if (privacy) advice.push("Global Privacy Control is on: nothing is kept beyond the session");
  return advice;
}

function idsOf(script) {
  return (script.dataset.survey || "").match(/[^\s,]+/g) || [];
}

async function ask(base, survey) {
  try {
    const reply = await fetch(base + "v1/surveys/" + encodeURIComponent(survey), { credentials: "omit" });
    return { survey, status: reply.status };
  } catch (_) {
    return { survey, status: 0 };
  }
}

async function allowsWasm() {
  try {
    await WebAssembly.compile(new Uint8Array(EMPTY_WASM));
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
