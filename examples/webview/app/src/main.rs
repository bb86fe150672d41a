//! A shop's desktop app that asks its customers in a webview.
//!
//! The main window is the app; a button in it is the action after which the survey
//! opens, in a window of its own. The survey's page and the widget are in the program
//! ([`bundle`]), so that no network is needed but to send. The page tells what
//! happens, and the app closes the view when it is over.

mod bundle;
mod options;
mod remote;
mod view;

use options::Options;
use serde_json::{Value, json};
use std::time::Duration;
use tao::event::{Event, WindowEvent};
use tao::event_loop::{ControlFlow, EventLoopBuilder, EventLoopProxy, EventLoopWindowTarget};
use view::{Target, View};
use wry::WebContext;

/// How long the thanks stand before the view closes.
const THANKS: Duration = Duration::from_millis(1800);

/// What wakes the app.
#[derive(Debug)]
enum Wake {
    /// The main window's page is there.
    Loaded,
    /// The customer has the order: the action after which the survey opens.
    Received,
    /// The survey page says something.
    Said(Value),
    /// The survey with this number is over.
    Close(u32),
    /// A line of the one who tries the app out; see [`remote`].
    Command(String),
}

struct App {
    options: Options,
    wake: EventLoopProxy<Wake>,
    main: View,
    survey: Option<View>,
    /// What the views keep, and share. After them: it must outlive them.
    context: WebContext,
    /// Counts the surveys, so that a late call closes no later one.
    number: u32,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = Options::read(std::env::args().skip(1))?;
    let events = EventLoopBuilder::<Wake>::with_user_event().build();
    let wake = events.create_proxy();
    if options.is_remote {
        remote::listen(wake.clone());
    }
    let mut context = WebContext::new(options.data.clone());
    let main = View::open(&events, &wake, &mut context, Target::Main, &options)?;
    let mut app = App {
        options,
        wake,
        main,
        survey: None,
        context,
        number: 0,
    };
    events.run(move |event, events, flow| {
        *flow = ControlFlow::Wait;
        if let Some(code) = app.handle(event, events) {
            *flow = ControlFlow::ExitWithCode(code);
        }
    })
}

impl App {
    /// Handles an event; the exit code if it was the last.
    fn handle(&mut self, event: Event<Wake>, events: &EventLoopWindowTarget<Wake>) -> Option<i32> {
        match event {
            Event::UserEvent(Wake::Loaded) => self.report(&json!({ "app": "started" })),
            Event::UserEvent(Wake::Received) => self.ask(events),
            Event::UserEvent(Wake::Said(message)) => self.hear(&message),
            Event::UserEvent(Wake::Close(number)) if number == self.number => self.close(),
            Event::UserEvent(Wake::Command(line)) => return self.obey(&line),
            Event::WindowEvent {
                window_id,
                event: WindowEvent::CloseRequested,
                ..
            } => {
                if window_id == self.main.id() {
                    return Some(0);
                }
                self.close();
            }
            _ => {}
        }
        None
    }

    /// Opens the survey's view.
    fn ask(&mut self, events: &EventLoopWindowTarget<Wake>) {
        if self.survey.is_some() {
            return;
        }
        self.number += 1;
        let (wake, context) = (&self.wake, &mut self.context);
        match View::open(events, wake, context, Target::Survey, &self.options) {
            Ok(view) => self.survey = Some(view),
            Err(error) => eprintln!("the survey cannot be shown: {error}"),
        }
        self.report(&json!({ "app": "opened" }));
    }

    /// The page's messages; `examples/webview/messages` has them all.
    fn hear(&mut self, message: &Value) {
        self.report(message);
        match message["type"].as_str() {
            Some("ready") => {
                let Options { theme, locale, .. } = &self.options;
                self.tell(&json!({ "sayso": 1, "type": "set", "theme": theme, "locale": locale }));
                self.tell(&json!({
                    "sayso": 1, "type": "show", "survey": "post-purchase",
                    "respondent": "c-1042", "context": { "order_id": "A-17" },
                }));
            }
            Some("completed") => self.close_after(THANKS),
            Some("dismissed" | "error") => self.close_after(Duration::ZERO),
            // `shown`, `answered`, `resize`: for an app that counts, or fits its view.
            _ => {}
        }
    }

    /// Sends a message to the survey's page.
    fn tell(&self, message: &Value) {
        if let Some(view) = &self.survey {
            view.run(&format!("saysoBridge.receive({message})"));
        }
    }

    fn close_after(&self, delay: Duration) {
        let (wake, number) = (self.wake.clone(), self.number);
        std::thread::spawn(move || {
            std::thread::sleep(delay);
            // Nobody listens any more when the app has ended.
            wake.send_event(Wake::Close(number)).ok();
        });
    }

    fn close(&mut self) {
        if self.survey.take().is_some() {
            // What could not be sent is the main window's now. It hears of that by the
            // storage that both share; where webviews do not tell each other, by this.
            self.main.run("dispatchEvent(new Event('storage'))");
            self.report(&json!({ "app": "closed" }));
        }
    }

    /// Says what happens to the one who tries the app out. A real app is silent:
    /// answers do not belong into a log.
    fn report(&self, what: &Value) {
        if self.options.is_remote {
            println!("{what}");
        }
    }

    fn obey(&self, line: &str) -> Option<i32> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match (word, &self.survey) {
            ("main", _) => self.main.evaluate(rest),
            ("survey", Some(view)) => view.evaluate(rest),
            ("send", Some(view)) => view.run(&format!("saysoBridge.receive({rest})")),
            ("quit", _) => return Some(0),
            _ => eprintln!("cannot do: {line}"),
        }
        None
    }
}
