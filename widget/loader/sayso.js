/*
 * Sayso's loader: the one script on a page. It fetches the survey's definition,
 * waits for its trigger, and only then loads the card. Nothing it does throws
 * into the page.
 *
 * What the tag may say, and what `sayso.show(id, options)` takes:
 *   data-survey         the survey to show by its own trigger
 *   data-touchpoint     touchpoint   the moment in the customer's journey
 *   data-locale         locale       the language, else the browser's
 *   data-respondent     respondent   the owner's id of the person
 *   data-channel        channel      "web" or "webview", …
 *   data-theme          theme        "light" or "dark", else the system's
 *   data-target         target       where an inline survey goes (a selector)
 *   data-context-…      context      more about the moment: order_id, …
 *   data-trait-…        traits       more about the person: plan, …
 *                       force        ask even within the cooldown
 *                       focus        the respondent opened it: take the focus
 */
(function (page, doc) {
  "use strict";

  // Tag managers and bundlers run scripts in ways that leave no current one.
  var script = doc.currentScript || doc.querySelector('script[src*="sayso.js"]');
  var queue = page.sayso;
  // A second copy of the tag does nothing.
  if (queue && queue.show) {
    if (script && script.dataset.survey) warn("a page has one tag; the second is left alone");
    return;
  }
  if (!script) return warn("the script tag is gone, so the collector's address is unknown");

  var base = script.src.split(/[?#]/)[0].replace(/(assets\/\w+\/)?[^/]*$/, "");
  var files = base + "@ASSETS@";
  var tagOptions = readTag(script.dataset);
  var code; // The promise of the widget's module, once it is needed.
  var card; // The card's element, or what stands for it while it loads.
  var due; // The timer of the trigger.
  var turn = 0; // Grows when what was begun is to be left alone.

  function warn(text) {
    page.console.warn("[sayso] " + text);
  }

  // data-context-order-id="A-17" is context.order_id, and so on.
  function readTag(data) {
    var options = { context: {}, traits: {} };
    for (var name in data) {
      var parts = /^(context|trait)([A-Z].*)/.exec(name);
      if (parts) {
        var key = parts[2].replace(/[A-Z]/g, function (letter, at) {
          return (at ? "_" : "") + letter.toLowerCase();
        });
        options[parts[1] == "trait" ? "traits" : "context"][key] = readValue(data[name]);
      } else options[name] = data[name];
    }
    return options;
  }

  // "true", "false" and plain numbers are meant as such; "007" stays a text.
  function readValue(text) {
    if (text == "true" || text == "false") return text == "true";
    return text && String(+text) == text && isFinite(text) ? +text : text;
  }

  // The collector takes texts, numbers, true and false; one odd value of the page
  // must not cost the respondent's answer.
  function plain(values) {
    var kept = {};
    for (var name in values) {
      var value = values[name];
      if (typeof value == "string") kept[text(name)] = text(value);
      else if (typeof value == "boolean" || Number.isFinite(value)) kept[text(name)] = value;
      else warn(name + " is left out: it is no text, number, true or false");
    }
    return kept;
  }

  // A text of at most 1,000 characters, and no halves of one: JSON cannot hold them.
  function text(value) {
    if (value == null) return value;
    return new TextDecoder().decode(new TextEncoder().encode(String(value).slice(0, 1000)));
  }

  // What takes longer than this fails, so that nothing waits for ever.
  function limit() {
    return AbortSignal.timeout ? AbortSignal.timeout(20000) : null;
  }

  // Storage may be refused, full or broken: then the page forgets, and asks again.
  function rest(id, until) {
    try {
      if (until) page.localStorage.setItem("sayso:" + id, until);
      return page.localStorage.getItem("sayso:" + id) > Date.now();
    } catch (_) {
      return false;
    }
  }

  function define(id, options) {
    var locale = options.locale ? "?locale=" + encodeURIComponent(options.locale) : "";
    return fetch(base + "v1/surveys/" + encodeURIComponent(id) + locale, {
      credentials: "omit",
      signal: limit(),
    }).then(function (reply) {
      if (reply.ok) return reply.json();
      throw reply.status == 404 ? "unknown_survey" : "unavailable";
    });
  }

  // Glue and wasm at once, not one after the other.
  function loadCode() {
    if (!code) {
      var wasm = fetch(files + "widget.wasm", { credentials: "omit", signal: limit() });
      code = import(files + "widget.js").then(function (widget) {
        return widget.default({ module_or_path: wasm }).then(function () {
          return widget;
        });
      });
      wasm.catch(function () {});
      code.catch(function () {
        code = 0; // The next survey may try again.
      });
    }
    return code;
  }

  // A UUID of version 7 (RFC 9562): 48 bits of time, then chance.
  function uuid() {
    var time = Date.now().toString(16).padStart(12, "0");
    var chance = Array.from(crypto.getRandomValues(new Uint8Array(10)), function (byte, at) {
      byte = at == 0 ? (byte & 15) | 112 : at == 2 ? (byte & 63) | 128 : byte;
      return byte.toString(16).padStart(2, "0");
    }).join("");
    return (time + chance).replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  function response(definition, options) {
    var channel = options.channel;
    if (channel && !/^(web|webview|email|sms|link)$/.test(channel)) {
      warn("channel " + channel + " is none of web, webview, email, sms, link");
      channel = undefined;
    }
    return {
      response_id: uuid(),
      survey: definition.id,
      survey_version: definition.version,
      touchpoint: text(options.touchpoint || definition.touchpoint),
      channel: channel,
      locale: definition.locale,
      respondent: { id: text(options.respondent), traits: plain(options.traits) },
      context: plain(
        Object.assign({ url: page.location.href.split(/[?#]/)[0] }, options.context)
      ),
    };
  }

  // Promises the status and the JSON of the reply. A request that outlives the
  // page may have 64 KiB at most.
  function send(body) {
    return fetch(base + "v1/responses", {
      method: "POST",
      body: body,
      credentials: "omit",
      keepalive: new TextEncoder().encode(body).length < 6e4,
      signal: limit(),
    }).then(function (reply) {
      return reply.json().then(
        function (json) {
          return [reply.status, json];
        },
        function () {
          return [reply.status, {}];
        }
      );
    });
  }

  // The element of the page that an inline card goes into, if the page named one.
  function targetOf(options) {
    var target = options.target;
    try {
      return target && target.nodeType ? target : target && doc.querySelector(target);
    } catch (_) {
      warn("target " + target + " is no selector");
    }
  }

  // Puts the card's element into the page: a popover at the end, an inline card
  // where the page says, or right behind the tag.
  function place(definition, options) {
    var target = definition.display == "inline" && targetOf(options);
    card = doc.createElement("sayso-card");
    if (options.theme) card.dataset.theme = options.theme;
    if (definition.display == "inline" && !target && doc.body.contains(script)) script.after(card);
    else (target || doc.body).append(card);
  }

  // Remembers when not to ask again, from what the card tells the page.
  function remember(definition) {
    card.addEventListener("sayso:completed", rests);
    card.addEventListener("sayso:dismissed", function () {
      rests();
      card = 0; // Whoever hears this may show the next one.
    });

    function rests() {
      rest(definition.id, Date.now() + definition.cooldown_days * 864e5);
    }
  }

  function isBusy() {
    return card && card.isConnected;
  }

  // A page that goes out of sight may not come back: what was answered counts.
  function leave() {
    if (!isBusy()) doc.removeEventListener("visibilitychange", leave);
    else if (doc.hidden) call("leave");
  }

  // Asks now. `ready` is the promise of the definition, if it is under way.
  function ask(id, options, ready) {
    if (isBusy()) return "busy";
    if (!options.force && rest(id)) return "cooldown";
    var mine = (card = { isConnected: true });
    return Promise.all([ready || define(id, options), loadCode()]).then(
      function (both) {
        if (mine != card) return "destroyed";
        place(both[0], options);
        remember(both[0]);
        doc.addEventListener("visibilitychange", leave);
        var isShown = both[1].show(card, both[0], {
          response: response(both[0], options),
          send: send,
          focus: options.focus,
        });
        if (!isShown) throw "this widget does not understand it";
      },
      function (error) {
        if (mine == card) card = 0;
        throw error;
      }
    );
  }

  // A browser does not say more of a refused origin than of a missing network.
  function complain(id, error) {
    var hint = error instanceof TypeError ? "; is this page's origin in --allow-origin?" : "";
    warn("survey " + id + " cannot be shown: " + error + hint);
  }

  // Every way to show ends here, and never throws.
  function show(id, options, ready) {
    options = Object.assign({}, options);
    ["touchpoint", "locale", "respondent", "channel", "theme", "target"].forEach(function (name) {
      if (options[name] == null) options[name] = tagOptions[name];
    });
    options.context = Object.assign({}, tagOptions.context, options.context);
    options.traits = Object.assign({}, tagOptions.traits, options.traits);
    return new Promise(function (settle) {
      settle(ask(id, options, ready));
    })
      .catch(function (error) {
        complain(id, error);
        return error == "unknown_survey" ? error : "unavailable";
      })
      .then(function (reason) {
        return reason ? { shown: false, reason: reason } : { shown: true };
      });
  }

  // Waits for the survey's own trigger. Within the cooldown nothing is fetched.
  function arm(id) {
    if (turn || rest(id)) return;
    var ready = define(id, tagOptions);
    ready.then(
      function (definition) {
        if (!turn && definition.trigger.on == "load")
          due = setTimeout(whenSeen, definition.trigger.delay_ms, definition);
      },
      function (error) {
        complain(id, error);
      }
    );

    // A page in a hidden tab is seen by nobody yet, and neither is an inline card
    // whose place is below the fold.
    function whenSeen(definition) {
      if (turn) return;
      if (doc.hidden)
        return doc.addEventListener("visibilitychange", whenSeen.bind(0, definition), { once: true });
      var place = definition.display == "inline" && 
        (targetOf(tagOptions) || (doc.body.contains(script) && script.parentElement));
      if (!place || !page.IntersectionObserver) return show(id, {}, ready);
      new IntersectionObserver(function (entries, observer) {
        if (turn || entries[0].isIntersecting) observer.disconnect();
        if (!turn && entries[0].isIntersecting) show(id, {}, ready);
      }).observe(place);
    }
  }

  function call(name) {
    if (code) code.then(function (widget) { widget[name](); }, function () {});
  }

  page.sayso = {
    show: function (id, options) {
      return show(id, options);
    },
    dismiss: function () {
      if (card && !card.nodeType) card = 0; // It is still loading.
      else call("dismiss");
    },
    destroy: function () {
      turn++;
      clearTimeout(due);
      doc.removeEventListener("visibilitychange", leave);
      card = 0;
      call("destroy");
    },
    // Calls from before this script had loaded: sayso.push(["show", "nps"]).
    push: function (call) {
      if (/^(show|dismiss|destroy)$/.test(call[0])) return page.sayso[call[0]](call[1], call[2]);
      warn("there is no call " + call[0]);
    },
  };

  // A page may use the name for something else, an element with this id even.
  if (Array.isArray(queue)) queue.forEach(page.sayso.push);

  if (tagOptions.survey) {
    if (doc.readyState == "complete") arm(tagOptions.survey);
    else page.addEventListener("load", function () { arm(tagOptions.survey); }, { once: true });
  }
})(window, document);
