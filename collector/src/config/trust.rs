//! The settings of whom to believe: signed respondents, the admin token, marks.

use std::path::PathBuf;

use super::{Pick, quoted};
use crate::limits;
use crate::settings::Settings;
use crate::trust::Rules;

/// These settings, picked.
pub(super) struct TrustConfig {
    pub(super) rules: Rules,
    pub(super) site_key_file: Option<PathBuf>,
    pub(super) admin_token_file: Option<PathBuf>,
}

impl Pick<'_> {
    pub(super) fn trust(&mut self, typed: &Settings, file: &Settings) -> TrustConfig {
        let name = "site_key_file";
        let given = [&typed.site_key_file, &file.site_key_file];
        let site_key_file = self.optional_file(name, given.map(Clone::clone));
        let name = "require_verified_respondents";
        let given = [typed, file].map(|place| place.require_verified_respondents);
        let (require_verified_respondents, source) = self.first(name, given, false);
        self.explain(name, require_verified_respondents.to_string(), source);
        if require_verified_respondents && site_key_file.is_none() {
            let message = "needs a site key, or nobody could answer; name one with site_key_file";
            self.wrong(name, source, &message);
        }
        let name = "admin_token_file";
        let given = [&typed.admin_token_file, &file.admin_token_file];
        let admin_token_file = self.optional_file(name, given.map(Clone::clone));
        let given = [typed, file].map(|place| place.min_ms_per_answer);
        let least = self.number("min_ms_per_answer", given, limits::MIN_MS_PER_ANSWER);
        let given = [typed, file].map(|place| place.work_above_per_minute);
        let above = limits::WORK_ABOVE_PER_MINUTE;
        let above = self.number("work_above_per_minute", given, above);
        let given = [typed, file].map(|place| place.work_bits);
        let bits = self.number("work_bits", given, limits::WORK_BITS);
        let rules = Rules {
            require_verified_respondents,
            min_ms_per_answer: least,
            work_above_per_minute: above,
            work_bits: u8::try_from(bits).unwrap_or(u8::MAX),
        };
        TrustConfig {
            rules,
            site_key_file,
            admin_token_file,
        }
    }

    /// A file that need not be there. Nothing is written as an empty text.
    fn optional_file(
        &mut self,
        name: &'static str,
        given: [Option<PathBuf>; 2],
    ) -> Option<PathBuf> {
        let (path, source) = self.first(name, given, PathBuf::new());
        self.explain(name, quoted(&path.to_string_lossy()), source);
        Some(path).filter(|path| !path.as_os_str().is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::super::*;

    fn resolve(file: &str) -> Result<Config, StartError> {
        let source_of = |_: &str| Source::Flag;
        let layers = Layers {
            typed: Settings::default(),
            source_of: &source_of,
            file: toml::from_str(file).unwrap(),
        };
        Config::resolve(layers).map(|(config, _)| config)
    }

    #[test]
    fn no_secret_is_no_door() {
        let config = resolve("site_key_file = ''").unwrap();
        assert_eq!(
            (config.site_key_file, config.admin_token_file),
            (None, None)
        );
    }

    #[test]
    fn nobody_could_answer_without_a_site_key() {
        let text = resolve("require_verified_respondents = true").unwrap_err();
        let text = text.to_string();
        assert!(
            text.contains("require_verified_respondents (file): needs a site key"),
            "{text}"
        );
        let both = "require_verified_respondents = true\nsite_key_file = 'k'";
        assert!(resolve(both).unwrap().rules.require_verified_respondents);
    }
}
