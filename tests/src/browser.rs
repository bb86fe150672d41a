//! A real browser, driven over WebDriver: Chromium, Firefox or WebKitGTK.
//!
//! What is public here works in all three, unless it says that it is for
//! Chromium alone: its DevTools have no counterpart in the others.

mod command;
mod display;
mod driver;
mod settings;

use crate::collector::PATIENCE;
use command::DriverCommand;
pub use display::Display;
use driver::Driver;
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::WindowHandle;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, SemaphorePermit};

/// What renders the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Chromium or Chrome, headless.
    Chromium,
    /// Firefox, headless.
    Firefox,
    /// WebKitGTK in its `MiniBrowser`, on a display of its own.
    WebKit,
}

/// The window of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// 1100 by 760 pixels, with a mouse. In Chromium this is the window, in the
    /// others the page.
    Desktop,
    /// A page of 360 by 740 pixels. In Chromium and Firefox with a finger;
    /// WebKitGTK's driver knows none.
    Phone,
}

/// The colours that the system asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colours {
    /// Dark on light.
    Light,
    /// `prefers-color-scheme: dark` holds.
    Dark,
}

/// Firefox and WebKitGTK start several processes each, so few run at a time.
/// A test has one browser: with two it could wait for another that waits for it.
static SEATS: Semaphore = Semaphore::const_new(2);

/// A browser with one page. Dropping it ends the driver, and the browser with it.
#[derive(Debug)]
pub struct Browser {
    /// The page, for what WebDriver knows.
    pub client: Client,
    engine: Engine,
    // In the order in which they go: driver and browser, then what they use.
    _driver: Driver,
    _seat: Option<SemaphorePermit<'static>>,
}

impl Browser {
    /// Starts a browser with a fresh profile and light colours.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub async fn start(engine: Engine, window: Window) -> Self {
        Self::start_in(engine, window, Colours::Light).await
    }

    /// Starts a browser with a fresh profile.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub async fn start_in(engine: Engine, window: Window, colours: Colours) -> Self {
        let browser = Self::begin(engine, |profile| {
            settings::capabilities(engine, window, colours, profile)
        })
        .await;
        match (engine, window) {
            // It has its size from its arguments.
            (Engine::Chromium, _) => {}
            (_, Window::Desktop) => browser.resize(1100, 760).await,
            (_, Window::Phone) => browser.resize(360, 740).await,
        }
        browser
    }

    /// Starts a browser whose user has switched scripts off, in a window of any size.
    ///
    /// The driver's own scripts do not run either: only what needs none can be asked for.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub async fn start_without_scripts(engine: Engine) -> Self {
        Self::begin(engine, |profile| {
            let (window, colours) = (Window::Desktop, Colours::Light);
            let usual = settings::capabilities(engine, window, colours, profile);
            settings::without_scripts(engine, usual)
        })
        .await
    }

    async fn begin(engine: Engine, capabilities: impl FnOnce(&Path) -> Map<String, Value>) -> Self {
        let seat = match engine {
            Engine::Chromium => None,
            Engine::Firefox | Engine::WebKit => SEATS.acquire().await.ok(),
        };
        let mut driver = Driver::start(engine);
        let capabilities = capabilities(driver.profile());
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let address = driver.url();
        let connecting = builder.capabilities(capabilities).connect(&address);
        let client = match tokio::time::timeout(PATIENCE, connecting).await {
            Ok(Ok(client)) => client,
            Ok(Err(error)) => panic!("{engine:?} does not start: {error}"),
            Err(_) => panic!("{engine:?} does not start within {PATIENCE:?}"),
        };
        driver.opened(client.session_id().await.ok().flatten());
        Self {
            client,
            engine,
            _driver: driver,
            _seat: seat,
        }
    }

    /// Which one it is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Opens an address and waits for its load event.
    ///
    /// # Panics
    ///
    /// When it cannot be opened.
    pub async fn open(&self, url: &str) {
        self.client
            .goto(url)
            .await
            .unwrap_or_else(|error| panic!("{url}: {error}"));
    }

    /// Gives the page this many pixels, whatever the window needs around it.
    ///
    /// # Panics
    ///
    /// When the page does not get them.
    pub async fn resize(&self, width: u32, height: u32) {
        if self.engine == Engine::Chromium {
            let metrics = json!({ "width": width, "height": height,
                                  "deviceScaleFactor": 0, "mobile": false });
            self.devtools("Emulation.setDeviceMetricsOverride", metrics)
                .await;
            return;
        }
        let wanted = [i64::from(width), i64::from(height)];
        let mut window = wanted;
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let [width, height] = window.map(|length| u32::try_from(length).unwrap_or_default());
            let resized = self.client.set_window_size(width, height).await;
            assert!(resized.is_ok(), "{width} by {height}: {resized:?}");
            // The page learns of its new size a little later.
            tokio::time::sleep(Duration::from_millis(50)).await;
            let sizes = "return [innerWidth, innerHeight, outerWidth, outerHeight]";
            let sizes: [i64; 4] = serde_json::from_value(self.run(sizes).await).unwrap_or_default();
            let [inner_width, inner_height, outer_width, outer_height] = sizes;
            if [inner_width, inner_height] == wanted {
                return;
            }
            window = [
                wanted[0] + outer_width - inner_width,
                wanted[1] + outer_height - inner_height,
            ];
        }
        panic!("the page is never {width} by {height}");
    }

    /// Takes a picture of the page as a PNG file.
    ///
    /// # Panics
    ///
    /// When the driver takes none, or the file cannot be written.
    pub async fn screenshot(&self, path: &Path) {
        let picture = self.client.screenshot().await;
        let picture = picture.unwrap_or_else(|error| panic!("no picture: {error}"));
        let written = std::fs::write(path, picture);
        assert!(written.is_ok(), "cannot write {}", path.display());
    }

    /// Types into a field of a plain page.
    ///
    /// # Panics
    ///
    /// When it is not there.
    pub async fn fill(&self, selector: &str, text: &str) {
        let field = self.client.find(Locator::Css(selector)).await;
        let field = field.unwrap_or_else(|error| panic!("{selector}: {error}"));
        let done = field.send_keys(text).await;
        assert!(done.is_ok(), "{selector}: {done:?}");
    }

    /// Clicks a link or a button of a plain page, and waits for the page it leads to.
    ///
    /// # Panics
    ///
    /// When it is not there.
    pub async fn follow(&self, selector: &str) {
        let found = self.client.find(Locator::Css(selector)).await;
        let found = found.unwrap_or_else(|error| panic!("{selector}: {error}"));
        let done = found.click().await;
        assert!(done.is_ok(), "{selector}: {done:?}");
    }

    /// Goes into the frame that a script's expression finds, once it is there.
    ///
    /// # Panics
    ///
    /// When it does not come.
    pub async fn enter_frame(&self, frame: &str) {
        self.wait_for_owned(frame.to_owned()).await;
        let find = format!("return {frame}");
        let found = self.client.execute(&find, vec![]).await.ok();
        let id = found
            .as_ref()
            .and_then(|found| found.as_object()?.values().next()?.as_str());
        let Some(id) = id else {
            panic!("{frame} is no element");
        };
        let frame = Element::from_element_id(self.client.clone(), String::from(id).into());
        let done = frame.enter_frame().await;
        assert!(done.is_ok(), "{done:?}");
    }

    /// Goes back to the page around a frame.
    ///
    /// # Panics
    ///
    /// When the driver refuses.
    pub async fn leave_frame(&self) {
        let done = self.client.clone().enter_parent_frame().await;
        assert!(done.is_ok(), "{done:?}");
    }

    /// Opens another tab, and says which one this is and which the new one; it stays here.
    ///
    /// # Panics
    ///
    /// When the driver refuses.
    pub async fn open_tab(&self) -> [WindowHandle; 2] {
        let first = self.client.window().await;
        let second = self.client.new_window(false).await;
        match (first, second) {
            (Ok(first), Ok(second)) => [first, second.handle],
            refused => panic!("no second tab: {refused:?}"),
        }
    }

    /// Goes to a tab.
    ///
    /// # Panics
    ///
    /// When it is not there.
    pub async fn go_to_tab(&self, tab: &WindowHandle) {
        let done = self.client.switch_to_window(tab.clone()).await;
        assert!(done.is_ok(), "{done:?}");
    }

    /// Runs a script's text as the body of a function; promises are awaited.
    ///
    /// # Panics
    ///
    /// When the script throws.
    #[track_caller]
    pub fn run<'a>(&'a self, body: &'a str) -> impl Future<Output = Value> + use<'a> {
        let caller = std::panic::Location::caller();
        async move {
            match self.evaluate(body).await {
                Ok(Ok(value)) => value,
                Ok(Err(thrown)) => panic!("{caller}: {thrown} from {body}"),
                Err(error) => panic!("{caller}: {error} from {body}"),
            }
        }
    }

    /// What a script's text gives, or what it throws; or why the driver could not run it.
    async fn evaluate(&self, body: &str) -> Result<Result<Value, Value>, CmdError> {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             (async () => {{ {body} }})().then(value => done([value === undefined ? null : value]),
                                                error => done(String(error)));"
        );
        Ok(match self.client.execute_async(&script, vec![]).await? {
            Value::Array(mut values) => Ok(values.pop().unwrap_or_default()),
            thrown => Err(thrown),
        })
    }

    /// Waits until a script's expression is true, also on the page that comes next: a script
    /// whose page goes away under it gives an error, and is asked again.
    ///
    /// # Panics
    ///
    /// When it stays false, or throws.
    #[track_caller]
    pub fn wait_until(&self, expression: &str) -> impl Future<Output = ()> + use<'_> {
        self.wait_for_owned(expression.to_owned())
    }

    /// As [`wait_until`](Self::wait_until), for an expression that was put together.
    #[track_caller]
    pub(crate) fn wait_for_owned(&self, expression: String) -> impl Future<Output = ()> + use<'_> {
        let caller = std::panic::Location::caller();
        async move {
            let start = Instant::now();
            let body = format!("return Boolean({expression})");
            loop {
                let state = match self.evaluate(&body).await {
                    Ok(Ok(Value::Bool(true))) => return,
                    Ok(Ok(_)) => String::from("never true"),
                    Ok(Err(thrown)) => panic!("{caller}: {thrown} from {expression}"),
                    Err(error) => error.to_string(),
                };
                assert!(
                    start.elapsed() < PATIENCE,
                    "{caller}: {state}: {expression}"
                );
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
        }
    }

    /// Sends a command of the Chrome DevTools Protocol. For Chromium alone.
    ///
    /// # Panics
    ///
    /// When the browser refuses it, or is another.
    pub async fn devtools(&self, command: &str, params: Value) -> Value {
        self.expect_chromium("the DevTools protocol");
        let body = json!({ "cmd": command, "params": params });
        self.issue("goog/cdp/execute", body).await
    }

    /// What the page wrote on its console, and the browser about it, since the
    /// last call. For Chromium alone.
    ///
    /// # Panics
    ///
    /// When the driver keeps no log.
    pub async fn console(&self) -> Vec<String> {
        self.expect_chromium("the log of the console");
        let entries = self.issue("se/log", json!({ "type": "browser" })).await;
        let entries = entries.as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .map(|entry| format!("{}: {}", entry["level"], entry["message"]))
            .collect()
    }

    fn expect_chromium(&self, what: &str) {
        assert!(
            self.engine == Engine::Chromium,
            "only Chromium's driver has {what}, not that of {:?}",
            self.engine
        );
    }

    async fn issue(&self, path: &'static str, body: Value) -> Value {
        let outcome = self.client.issue_cmd(DriverCommand { path, body }).await;
        outcome.unwrap_or_else(|error| panic!("{path}: {error}"))
    }
}
