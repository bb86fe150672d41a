//! What each engine is told at its start, so that tests see the same in all.

use super::{Colours, Engine, Window};
use crate::tool;
use serde_json::{Map, Value, json};
use std::fs;
use std::path::Path;

/// Firefox keeps its window 500 pixels wide, unless its own style sheet says otherwise.
const FIREFOX_STYLE: &str = ":root { min-width: 0 !important; min-height: 0 !important; }";

/// `MiniBrowser` keeps its window as wide as its toolbar, so that has to be narrow.
const GTK_STYLE: &str = "window * { min-width: 0; min-height: 0; padding: 0; margin: 0;
                                    border-width: 0; font-size: 1px; }";

/// `ui.primaryPointerCapabilities`: a coarse pointer, as a finger.
const FINGER: u8 = 1;

/// The same for a mouse: fine, and able to hover.
const MOUSE: u8 = 2 | 4;

/// The capabilities of a new session.
pub(super) fn capabilities(
    engine: Engine,
    window: Window,
    colours: Colours,
    profile: &Path,
) -> Map<String, Value> {
    let capabilities = match engine {
        Engine::Chromium => json!({
            "goog:chromeOptions": chromium(window, colours, profile),
            "goog:loggingPrefs": { "browser": "ALL" },
        }),
        Engine::Firefox => json!({ "moz:firefoxOptions": firefox(window, colours, profile) }),
        Engine::WebKit => json!({ "webkitgtk:browserOptions": webkit(colours) }),
    };
    match capabilities {
        Value::Object(capabilities) => capabilities,
        _ => Map::new(),
    }
}

/// The same, with scripts switched off as a user can.
pub(super) fn without_scripts(
    engine: Engine,
    mut capabilities: Map<String, Value>,
) -> Map<String, Value> {
    match engine {
        Engine::Chromium => {
            let off = json!({ "profile.managed_default_content_settings.javascript": 2 });
            capabilities["goog:chromeOptions"]["prefs"] = off;
        }
        Engine::Firefox => {
            let prefs = &mut capabilities["moz:firefoxOptions"]["prefs"];
            prefs["javascript.enabled"] = json!(false);
        }
        Engine::WebKit => {
            let options = &mut capabilities["webkitgtk:browserOptions"];
            options["args"] = json!(["--automation", "--enable-javascript=false"]);
        }
    }
    capabilities
}

fn chromium(window: Window, colours: Colours, profile: &Path) -> Value {
    let mut options = json!({
        "binary": tool("CHROME"),
        "args": [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-dev-shm-usage", "--window-size=1100,760", "--lang=en",
            format!("--user-data-dir={}", profile.display()),
        ],
    });
    if let (Colours::Dark, Some(arguments)) = (colours, options["args"].as_array_mut()) {
        arguments.push("--blink-settings=preferredColorScheme=0".into());
    }
    if window == Window::Phone {
        let metrics = json!({ "width": 360, "height": 740, "pixelRatio": 2, "touch": true });
        options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
    }
    options
}

fn firefox(window: Window, colours: Colours, profile: &Path) -> Value {
    let (pointer, touch) = match window {
        Window::Desktop => (MOUSE, 0),
        Window::Phone => (FINGER, 1),
    };
    json!({
        "binary": tool("FIREFOX"),
        "args": ["-headless", "-profile", profile],
        "prefs": {
            "toolkit.legacyUserProfileCustomizations.stylesheets": true,
            "ui.systemUsesDarkTheme": u8::from(colours == Colours::Dark),
            "ui.primaryPointerCapabilities": pointer,
            "ui.allPointerCapabilities": pointer,
            "dom.w3c_touch_events.enabled": touch,
            "intl.accept_languages": "en-US, en",
            // Nothing is fetched that no test asked for.
            "services.settings.server": "data:,",
            "app.normandy.enabled": false,
        },
    })
}

fn webkit(colours: Colours) -> Value {
    let colours = match colours {
        Colours::Light => None,
        Colours::Dark => Some("--dark-mode"),
    };
    let arguments: Vec<&str> = [Some("--automation"), colours]
        .into_iter()
        .flatten()
        .collect();
    json!({ "binary": tool("MINIBROWSER"), "args": arguments })
}

/// Variables for `MiniBrowser`, which has most of its settings from GTK.
pub(super) fn webkit_environment(profile: &Path) -> [(&'static str, String); 8] {
    let folder = profile.display();
    [
        ("HOME", format!("{folder}")),
        ("XDG_CONFIG_HOME", format!("{folder}/config")),
        ("XDG_DATA_HOME", format!("{folder}/data")),
        // The language of the browser; without it pages see the language `C`.
        ("LANG", "en_US.UTF-8".into()),
        ("GTK_THEME", "Adwaita".into()),
        ("GDK_BACKEND", "x11".into()),
        // Neither a graphics card nor a bus for assistive technologies is asked for.
        ("LIBGL_ALWAYS_SOFTWARE", "1".into()),
        ("NO_AT_BRIDGE", "1".into()),
    ]
}

/// Writes the files that an engine wants to find in its profile.
pub(super) fn write_profile(engine: Engine, profile: &Path) {
    let (folder, file, text) = match engine {
        Engine::Chromium => return,
        Engine::Firefox => ("chrome", "userChrome.css", FIREFOX_STYLE),
        Engine::WebKit => ("config/gtk-3.0", "gtk.css", GTK_STYLE),
    };
    let folder = profile.join(folder);
    let written = fs::create_dir_all(&folder).and_then(|()| fs::write(folder.join(file), text));
    assert!(written.is_ok(), "cannot write {file}");
}
