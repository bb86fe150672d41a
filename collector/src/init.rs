//! `sayso init`: writes a first survey and a configuration, and says how to go on.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

use crate::config::DEFAULT_LISTEN;
use crate::config::file::{self, DEFAULT_FILE};
use crate::durable;
use crate::error::StartError;

/// The first survey: a rating, and another question for each sort of respondent.
const SURVEY: &str = include_str!("init/nps.json");

/// The configuration, with everything that may be set.
const CONFIG: &str = include_str!("init/sayso.toml");

/// What to do next, for a collector that is reached at this address.
fn next(address: SocketAddr) -> String {
    format!(
        r#"
Paste this where visitors should be asked:

  <script async src="http://{address}/sayso.js" data-survey="nps"></script>

Name the pages that may send in `allow_origin` of sayso.toml, and start it there:

  sayso serve
"#
    )
}

/// Writes what is missing in a folder, and returns what to tell about it.
///
/// # Errors
///
/// A file or folder cannot be written. Nothing is ever overwritten.
pub fn init(folder: &Path) -> Result<String, StartError> {
    // `./` before every name would only be noise.
    let folder = folder.strip_prefix(".").unwrap_or(folder);
    let surveys = folder.join("surveys");
    durable::create_folder(&surveys).map_err(StartError::file("make the folder", &surveys))?;
    let mut text = String::new();
    for (path, content) in [
        (surveys.join("nps.json"), SURVEY),
        (folder.join(DEFAULT_FILE), CONFIG),
    ] {
        let shown = path.display();
        text.push_str(&match write_new(&path, content) {
            Ok(()) => format!("wrote {shown}\n"),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                format!("left {shown} as it is: it was there before\n")
            }
            Err(source) => {
                return Err(StartError::File {
                    action: "write",
                    path,
                    source,
                });
            }
        });
    }
    Ok(text + &next(address(&folder.join(DEFAULT_FILE))))
}

/// Where the collector of this configuration is reached from its own machine.
///
/// A kept file that is wrong is not the matter here: `sayso serve` says it.
fn address(config: &Path) -> SocketAddr {
    let listen = file::load(Some(config))
        .ok()
        .and_then(|settings| settings.listen?.parse().ok());
    let mut address: SocketAddr = listen.unwrap_or(DEFAULT_LISTEN);
    match address.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        IpAddr::V4(_) | IpAddr::V6(_) => {}
    }
    address
}

fn write_new(path: &Path, content: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(content.as_bytes())?;
    file.sync_all()?;
    durable::sync_parent(path)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use sayso_core::file::SurveyFile;

    use super::*;
    use crate::settings::Settings;

    #[test]
    fn the_first_survey_is_a_good_one() {
        let survey = SurveyFile::parse(SURVEY).unwrap_or_else(|errors| panic!("{errors:#?}"));
        assert_eq!(survey.id().as_str(), "nps");
        assert!(survey.survey("en").questions[0].next.len() >= 2);
    }

    #[test]
    fn the_configuration_can_be_read_as_it_is_and_with_every_comment_taken_away() {
        let place = tempfile::tempdir().unwrap();
        init(place.path()).unwrap();
        let path = place.path().join("sayso.toml");
        file::load(Some(&path)).unwrap();
        let uncommented: String = CONFIG
            .lines()
            .map(|line| {
                line.strip_prefix('#')
                    .filter(|rest| !rest.starts_with(' '))
                    .unwrap_or(line)
            })
            .map(|line| format!("{line}\n"))
            .collect();
        fs::write(&path, &uncommented).unwrap();
        file::load(Some(&path)).unwrap();
        let table: toml::Table = uncommented.parse().unwrap();
        let mut written: Vec<_> = table.keys().cloned().collect();
        let mut names = Settings::names();
        written.sort();
        names.sort();
        assert_eq!(written, names, "every setting is in it");
    }

    #[test]
    fn nothing_is_overwritten() {
        let place = tempfile::tempdir().unwrap();
        let config = place.path().join("sayso.toml");
        fs::write(&config, "# mine\n").unwrap();
        let text = init(place.path()).unwrap();
        assert!(text.contains("sayso.toml as it is"), "{text}");
        assert_eq!(fs::read_to_string(&config).unwrap(), "# mine\n");
        assert!(place.path().join("surveys/nps.json").is_file());
        let again = init(place.path()).unwrap();
        assert!(again.contains("nps.json as it is"), "{again}");
    }

    #[track_caller]
    fn check_address(config: &str, expected: &str) {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("sayso.toml"), config).unwrap();
        let text = init(place.path()).unwrap();
        assert!(
            text.contains(&format!("src=\"http://{expected}/sayso.js\"")),
            "{text}"
        );
    }

    #[test]
    fn the_address_is_the_one_of_the_configuration_that_is_kept() {
        check_address("listen = '192.0.2.7:9000'", "192.0.2.7:9000");
        check_address("listen = '0.0.0.0:9000'", "127.0.0.1:9000");
        check_address("listen = '[::]:9000'", "[::1]:9000");
        check_address("", "127.0.0.1:8080");
        check_address("listen = 'nowhere'", "127.0.0.1:8080");
        check_address("nonsense", "127.0.0.1:8080");
    }
}
