//! TLS of the collector's own, for set-ups without a proxy: from files, read again when they change.
//!
//! Certificates are renewed while the collector runs. The files are looked at
//! every two seconds, and used when they have not changed between two looks:
//! whoever renews them writes one file after the other. A new pair that cannot
//! be used is said, and the old one stays.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};
use tracing::{error, info};

use crate::error::chain;

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The only protocol that is spoken here.
const HTTP_1_1: &[u8] = b"http/1.1";

/// The files of certificate and key, as PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The server's own certificate, then those between it and the root.
    pub cert: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// Why files cannot be used for TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file is not what it should be.
    #[error("{} holds no {what} as PEM", path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// What should be in it.
        what: &'static str,
        /// What is wrong with it.
        source: pem::Error,
    },
    /// Certificate and key are no pair, or of a kind that cannot be used.
    #[error("the certificate in {} and the key in {} do not fit", cert.display(), key.display())]
    Unfit {
        /// The certificate's file.
        cert: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// What is wrong with them.
        source: rustls::Error,
    },
}

/// The certificate in use, and the files it is from.
#[derive(Debug)]
pub struct Tls {
    files: TlsFiles,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    config: Arc<ServerConfig>,
    /// What the files were when they were last used or refused.
    known: Fingerprint,
    /// What they were at the last look, if it was something else.
    seen: Option<Fingerprint>,
}

/// What tells one content of the files from another.
type Fingerprint = [u8; 32];

/// The files as they are now.
struct Pair {
    cert: Vec<u8>,
    key: Vec<u8>,
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    ///
    /// They cannot be read, or not be used.
    pub fn open(files: TlsFiles) -> Result<Self, TlsError> {
        let pair = Pair::read(&files)?;
        let state = State {
            config: pair.config(&files)?,
            known: pair.fingerprint(),
            seen: None,
        };
        Ok(Self {
            files,
            state: Mutex::new(state),
        })
    }

    /// What accepts the next connection.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        TlsAcceptor::from(Arc::clone(&state.config))
    }

    /// Looks at the files for ever.
    pub(crate) async fn watch(self: Arc<Self>) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let tls = Arc::clone(&self);
            // An error would be a panic, which is said where it happens.
            drop(tokio::task::spawn_blocking(move || tls.look()).await);
        }
    }

    /// Looks at the files once, and uses what is new and has stayed as it is.
    fn look(&self) {
        let pair = Pair::read(&self.files);
        let fingerprint = match &pair {
            Ok(pair) => pair.fingerprint(),
            Err(cause) => Sha256::digest(chain(cause)).into(),
        };
        {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let was_seen = state.seen.replace(fingerprint) == Some(fingerprint);
            if state.known == fingerprint || !was_seen {
                return;
            }
            state.known = fingerprint;
        }
        match pair.and_then(|pair| pair.config(&self.files)) {
            Ok(config) => {
                let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
                state.config = config;
                info!("the certificate was replaced");
            }
            Err(cause) => {
                let cause = chain(&cause);
                error!(%cause, "the new certificate cannot be used; the old one stays");
            }
        }
    }
}

impl Pair {
    fn read(files: &TlsFiles) -> Result<Self, TlsError> {
        let read = |path: &Path| {
            fs::read(path).map_err(|source| TlsError::Read {
                path: path.into(),
                source,
            })
        };
        Ok(Self {
            cert: read(&files.cert)?,
            key: read(&files.key)?,
        })
    }

    fn fingerprint(&self) -> Fingerprint {
        // The length keeps the end of the one from counting as the other's beginning.
        let length = self.cert.len().to_be_bytes();
        Sha256::new()
            .chain_update(length)
            .chain_update(&self.cert)
            .chain_update(&self.key)
            .finalize()
            .into()
    }

    fn config(&self, files: &TlsFiles) -> Result<Arc<ServerConfig>, TlsError> {
        let wrong = |path: &Path, what| {
            let path = path.into();
            move |source| TlsError::Pem { path, what, source }
        };
        let certs = CertificateDer::pem_slice_iter(&self.cert).collect::<Result<Vec<_>, _>>();
        let certs = certs.and_then(|certs| match certs.is_empty() {
            true => Err(pem::Error::NoItemsFound),
            false => Ok(certs),
        });
        let certs = certs.map_err(wrong(&files.cert, "certificate"))?;
        let key =
            PrivateKeyDer::from_pem_slice(&self.key).map_err(wrong(&files.key, "private key"))?;
        let unfit = |source| TlsError::Unfit {
            cert: files.cert.clone(),
            key: files.key.clone(),
            source,
        };
        let provider = Arc::new(ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(certs, key))
            .map_err(unfit)?;
        config.alpn_protocols = vec![HTTP_1_1.to_vec()];
        Ok(Arc::new(config))
    }
}
