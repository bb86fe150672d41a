/* The fields of a response that the page knows. */

/**
 * The response as it is sent, and the values that the survey may use: under
 * Global Privacy Control the traits decide in the page, and stay there.
 */
export function respond(kit, definition, options) {
  const context = plain(kit, { url: location.href.split(/[?#]/)[0], ...options.context });
  const traits = plain(kit, options.traits);
  // Templates leave attributes empty where they know nothing.
  let channel = options.channel || undefined;
  if (channel && !/^(web|webview|email|sms|link)$/.test(channel)) {
    kit.warn("channel " + channel + " is unknown");
    channel = undefined;
  }
  const response = {
    // The hosted page has given its response an id already.
    response_id: (IS_FULL && options.response_id) || uuid(),
    survey: definition.id,
    survey_version: definition.version,
    token: definition.token,
    touchpoint: text(options.touchpoint || definition.touchpoint),
    channel,
    locale: definition.locale,
    respondent: {
      id: text(options.respondent || undefined),
      signature: text(options.signature || undefined),
      traits: kit.isPrivate ? {} : traits,
    },
    context,
  };
  return [response, { traits, context }];
}

// A UUID of version 7 (RFC 9562): 48 bits of time, then chance.
function uuid() {
  const time = Date.now().toString(16).padStart(12, "0");
  const chance = Array.from(crypto.getRandomValues(new Uint8Array(10)), (byte, at) => {
    byte = at == 0 ? (byte & 15) | 112 : at == 2 ? (byte & 63) | 128 : byte;
    return byte.toString(16).padStart(2, "0");
  }).join("");
  return (time + chance).replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// The collector takes texts, numbers, true and false; one odd value of the page
// must not cost the respondent's answer.
function plain(kit, values) {
  const kept = {};
  for (const name in values) {
    const value = values[name];
    if (typeof value == "string") kept[text(name)] = text(value);
    else if (typeof value == "boolean" || Number.isFinite(value)) kept[text(name)] = value;
    else kit.warn(name + " is no text, number or boolean");
  }
  return kept;
}

// A text of at most 1,000 characters, and no halves of one: JSON cannot hold them.
function text(value) {
  if (value == null) return value;
  return new TextDecoder().decode(new TextEncoder().encode(String(value).slice(0, 1000)));
}
