//! The settings of the door: proxies, TLS, connections, and the rate of each survey.

use std::path::PathBuf;

use super::{Pick, quoted};
use crate::limits;
use crate::proxy::{Network, TrustedProxies};
use crate::settings::Settings;
use crate::tls::TlsFiles;

/// What the door's settings come to.
pub(super) struct Door {
    pub(super) proxies: TrustedProxies,
    pub(super) tls: Option<TlsFiles>,
    pub(super) survey_rate_limit_per_minute: u32,
    pub(super) max_connections: usize,
    pub(super) max_connections_per_address: usize,
}

impl Pick<'_> {
    pub(super) fn door(&mut self, typed: &Settings, file: &Settings) -> Door {
        let survey_rate = self.number(
            "survey_rate_limit_per_minute",
            [typed, file].map(|settings| settings.survey_rate_limit_per_minute),
            limits::SURVEY_RATE_LIMIT_PER_MINUTE,
        );
        let proxies = self.proxies([typed, file].map(|settings| settings.trusted_proxy.clone()));
        let connections = self.number(
            "max_connections",
            [typed, file].map(|settings| settings.max_connections),
            limits::MAX_CONNECTIONS,
        );
        let per_address = self.number(
            "max_connections_per_address",
            [typed, file].map(|settings| settings.max_connections_per_address),
            limits::MAX_CONNECTIONS_PER_ADDRESS,
        );
        let cert = self.file(
            "tls_cert",
            [typed, file].map(|settings| settings.tls_cert.clone()),
        );
        let key = self.file(
            "tls_key",
            [typed, file].map(|settings| settings.tls_key.clone()),
        );
        Door {
            proxies,
            tls: self.tls(cert, key),
            survey_rate_limit_per_minute: survey_rate,
            max_connections: connections as usize,
            max_connections_per_address: per_address as usize,
        }
    }

    fn proxies(&mut self, given: [Option<Vec<String>>; 2]) -> TrustedProxies {
        let name = "trusted_proxy";
        let (texts, source) = self.first(name, given, Vec::new());
        let shown: Vec<_> = texts.iter().map(|text| quoted(text)).collect();
        self.explain(name, format!("[{}]", shown.join(", ")), source);
        let mut networks = Vec::new();
        for text in texts {
            match text.parse::<Network>() {
                Ok(network) => networks.push(network),
                Err(error) => self.wrong(name, source, &error),
            }
        }
        TrustedProxies::new(networks)
    }

    /// A file that need not be named; `""` is none.
    fn file(&mut self, name: &'static str, given: [Option<PathBuf>; 2]) -> Option<PathBuf> {
        let (path, source) = self.first(name, given, PathBuf::new());
        self.explain(name, quoted(&path.to_string_lossy()), source);
        Some(path).filter(|path| !path.as_os_str().is_empty())
    }

    fn tls(&mut self, cert: Option<PathBuf>, key: Option<PathBuf>) -> Option<TlsFiles> {
        match (cert, key) {
            (Some(cert), Some(key)) => Some(TlsFiles { cert, key }),
            (None, None) => None,
            (Some(_), None) => {
                self.problems
                    .push("tls_key: is missing, and tls_cert needs it".into());
                None
            }
            (None, Some(_)) => {
                self.problems
                    .push("tls_cert: is missing, and tls_key needs it".into());
                None
            }
        }
    }
}
