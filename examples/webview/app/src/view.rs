//! A window with a webview in it.

use crate::options::Options;
use crate::{Wake, bundle};
use serde_json::Value;
use tao::dpi::LogicalSize;
use tao::event_loop::{EventLoopProxy, EventLoopWindowTarget};
use tao::window::{Window, WindowBuilder, WindowId};
use wry::http::Request;
use wry::{PageLoadEvent, WebContext, WebView, WebViewBuilder};

/// What a view shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The app itself.
    Main,
    /// The survey.
    Survey,
}

/// A window, and its page. Dropping it closes both.
pub struct View {
    web: WebView,
    window: Window,
}

impl View {
    /// Opens a window with a page of ours.
    ///
    /// # Errors
    ///
    /// The system has no window or no webview for us.
    pub fn open(
        events: &EventLoopWindowTarget<Wake>,
        wake: &EventLoopProxy<Wake>,
        context: &mut WebContext,
        target: Target,
        options: &Options,
    ) -> Result<Self, Box<dyn std::error::Error>> {
        let (title, page, width, height) = match target {
            Target::Main => ("Orders", "shop.html", 480.0, 360.0),
            // The page waits for `show`, with what the app knows.
            Target::Survey => ("How was it?", "index.html?show=later", 420.0, 720.0),
        };
        let window = WindowBuilder::new()
            .with_title(title)
            .with_inner_size(LogicalSize::new(width, height))
            .build(events)?;
        let collector = options.collector.clone();
        let (said, loaded) = (wake.clone(), wake.clone());
        let is_remote = options.is_remote;
        let builder = WebViewBuilder::new_with_web_context(context)
            .with_url(format!("{}://app/{page}", bundle::SCHEME))
            // Every page in the view could speak to the app, so there is none but ours.
            .with_navigation_handler(|url| bundle::is_ours(&url))
            .with_ipc_handler(move |request| {
                if let Some(event) = read(target, &request, is_remote) {
                    said.send_event(event).ok();
                }
            })
            .with_on_page_load_handler(move |event, _| {
                if matches!(event, PageLoadEvent::Finished) && target == Target::Main {
                    loaded.send_event(Wake::Loaded).ok();
                }
            });
        // With WebKitGTK the scheme belongs to the context, which the main view has
        // set up; elsewhere each view has its own.
        let builder = if cfg!(target_os = "linux") && target == Target::Survey {
            builder
        } else {
            builder.with_custom_protocol(bundle::SCHEME.into(), move |_, request| {
                bundle::reply(&request, &collector)
            })
        };
        let web = build(builder, &window)?;
        Ok(Self { web, window })
    }

    /// Which window it is.
    pub fn id(&self) -> WindowId {
        self.window.id()
    }

    /// Runs a script in the page.
    pub fn run(&self, script: &str) {
        if let Err(error) = self.web.evaluate_script(script) {
            eprintln!("the page takes no script: {error}");
        }
    }

    /// Has the page say an expression's value.
    pub fn evaluate(&self, expression: &str) {
        self.run(&format!(
            "window.ipc.postMessage(JSON.stringify({{ value: {expression} }}))"
        ));
    }
}

/// What a page's message means to the app.
fn read(target: Target, request: &Request<String>, is_remote: bool) -> Option<Wake> {
    match target {
        Target::Main => (request.body() == "received").then_some(Wake::Received),
        Target::Survey => {
            let message: Value = serde_json::from_str(request.body()).ok()?;
            let is_value = is_remote && message.get("value").is_some();
            (message["sayso"] == 1 || is_value).then_some(Wake::Said(message))
        }
    }
}

#[cfg(target_os = "linux")]
fn build(
    builder: WebViewBuilder<'_>,
    window: &Window,
) -> Result<WebView, Box<dyn std::error::Error>> {
    use tao::platform::unix::WindowExtUnix;
    use wry::WebViewBuilderExtUnix;
    let place = window.default_vbox().ok_or("the window has no place")?;
    Ok(builder.build_gtk(place)?)
}

#[cfg(not(target_os = "linux"))]
fn build(
    builder: WebViewBuilder<'_>,
    window: &Window,
) -> Result<WebView, Box<dyn std::error::Error>> {
    Ok(builder.build(window)?)
}
