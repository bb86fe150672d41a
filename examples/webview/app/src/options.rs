//! What the app is started with.

use std::path::PathBuf;

/// The settings; a real app has them from its own.
#[derive(Debug)]
pub struct Options {
    /// `--collector`: where answers are sent.
    pub collector: String,
    /// `--theme`: `light` or `dark`, else the system's.
    pub theme: Option<String>,
    /// `--locale`: the app's language.
    pub locale: String,
    /// `--data`: where the webview keeps what could not be sent; else where the system says.
    pub data: Option<PathBuf>,
    /// `--remote`: see [`crate::remote`].
    pub is_remote: bool,
}

impl Options {
    /// Reads the command line.
    ///
    /// # Errors
    ///
    /// A flag is unknown, or has no value.
    pub fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            collector: String::from("http://127.0.0.1:8080"),
            theme: None,
            locale: String::from("en"),
            data: None,
            is_remote: false,
        };
        while let Some(flag) = words.next() {
            if flag == "--remote" {
                options.is_remote = true;
                continue;
            }
            let value = words.next();
            let value = value.ok_or_else(|| format!("{flag} is unknown, or needs a value"))?;
            match flag.as_str() {
                "--collector" => options.collector = value,
                "--theme" => options.theme = Some(value),
                "--locale" => options.locale = value,
                "--data" => options.data = Some(value.into()),
                _ => {
                    return Err(format!(
                        "{flag} is unknown; there are --collector URL, --theme light|dark, \
                         --locale LANGUAGE, --data FOLDER and --remote"
                    ));
                }
            }
        }
        Ok(options)
    }
}
