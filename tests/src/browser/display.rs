//! An X server without a screen, for the engine that cannot do without one.

use super::driver::first_of;
use super::settings;
use crate::tool;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A running Xvfb. Dropping it ends it.
#[derive(Debug)]
pub struct Display {
    server: Child,
    /// The number that it chose.
    number: u32,
}

impl Display {
    /// Starts Xvfb on a display number that is free.
    ///
    /// # Panics
    ///
    /// When it does not start.
    #[must_use]
    pub fn start() -> Self {
        let mut server = Command::new(tool("XVFB"))
            // It chooses a number, and says it on its standard output.
            .args(["-displayfd", "1", "-nolisten", "tcp"])
            // The pointer stands in its middle, and without a window manager the
            // window below the pointer has the focus: so it is smaller than most
            // windows, which reach over its edge and are drawn all the same.
            .args(["-screen", "0", "600x480x24"])
            // It ends with its last window, even if this process is killed.
            .arg("-terminate")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("Xvfb does not start: {error}"));
        let number = first_of(&mut server, |line| line.trim().parse::<u32>().ok());
        // Made before the check, so that a mute server is ended too.
        let display = Self {
            server,
            number: number.unwrap_or_default(),
        };
        assert!(number.is_some(), "Xvfb finds no free display");
        display
    }

    /// What a program with a webview is told, to show it here and keep its files in a folder.
    #[must_use]
    pub fn environment(&self, folder: &Path) -> Vec<(&'static str, String)> {
        let mut variables = settings::webkit_environment(folder).to_vec();
        variables.push(("DISPLAY", self.name()));
        variables
    }

    /// Its name, as `DISPLAY` carries it.
    #[must_use]
    pub fn name(&self) -> String {
        format!(":{}", self.number)
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        super::driver::end(&mut self.server);
    }
}
