//! `--remote`: the tests drive the app by lines on its standard input, and read on
//! its standard output what happens. `main JS` and `survey JS` evaluate an expression in a
//! view, `send JSON` sends a message to the survey's page, `quit` ends the app.

use crate::Wake;
use tao::event_loop::EventLoopProxy;

/// Passes the lines on, to the end of the input.
pub fn listen(wake: EventLoopProxy<Wake>) {
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if wake.send_event(Wake::Command(line)).is_err() {
                return;
            }
        }
        // Whoever drove it has gone.
        wake.send_event(Wake::Command(String::from("quit"))).ok();
    });
}
