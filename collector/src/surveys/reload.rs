//! What is served after survey files have changed: the new where it is good, the old where it is not.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sayso_core::file::SurveyFile;
use tracing::info;

use super::{Served, Surveys, folder, kept, lacks_room};
use crate::error::{StartError, chain};

/// What became of a folder of survey files.
#[derive(Debug, Default)]
pub(super) struct Reloaded {
    /// What is served from now on.
    pub(super) surveys: Surveys,
    /// What is wrong with each file that is not served as it stands.
    pub(super) problems: BTreeMap<PathBuf, String>,
    /// True when a problem may pass without a change of the files: a full disk, a lost mount.
    pub(super) must_retry: bool,
}

/// Reads the folder again.
///
/// A file that is good is served; its version is kept before. A file with
/// problems leaves what was last read from it. A file that is gone is not served
/// any more. Responses to every version are taken as before.
///
/// # Errors
///
/// The folder cannot be read.
pub(super) fn reload(
    now: &Surveys,
    folder: &Path,
    kept: &Path,
    max_body_bytes: usize,
) -> Result<Reloaded, StartError> {
    let mut reloaded = Reloaded {
        surveys: Surveys {
            versions: now.versions.clone(),
            ..Surveys::default()
        },
        ..Reloaded::default()
    };
    let mut good = Vec::new();
    for path in folder::survey_files(folder)? {
        match folder::read_file(&path) {
            Ok(Ok(file)) => good.push((path, file)),
            Ok(Err(problems)) => {
                let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
                reloaded.problems.insert(path, problems.join("; "));
            }
            // It went away after the folder was read.
            Err(cause) if cause.kind() == ErrorKind::NotFound => {}
            Err(cause) => {
                let problem = format!("{}: cannot be read: {cause}", path.display());
                reloaded.problems.insert(path, problem);
                reloaded.must_retry = true;
            }
        }
    }
    // Of two files with one id, the one that is served has it.
    good.sort_by_key(|(path, file)| {
        now.read_from(path)
            .is_none_or(|old| old.file.id() != file.id())
    });
    for (path, file) in good {
        reloaded.take(now, path, file, kept, max_body_bytes);
    }
    reloaded.keep_last_good(now);
    Ok(reloaded)
}

impl Reloaded {
    /// Serves a good file, if nothing else stands in its way.
    fn take(
        &mut self,
        now: &Surveys,
        path: PathBuf,
        file: SurveyFile,
        kept: &Path,
        max_body_bytes: usize,
    ) {
        let name = path.display();
        if let Some(other) = self.surveys.served.get(file.id()) {
            let problem = folder::same_id(&path, file.id(), &other.path);
            drop(self.problems.insert(path, problem.to_string()));
            return;
        }
        if let Some(lack) = lacks_room(&file, max_body_bytes) {
            let problem = format!(
                "{name}: the longest answers would be refused as too large: {lack}; raise \
                 --max-body-bytes, which is {max_body_bytes}, or lower max_chars in the survey"
            );
            drop(self.problems.insert(path, problem));
            return;
        }
        let before = now.served.get(file.id());
        if let Some(before) = before.filter(|before| before.path == path && before.file == file) {
            self.surveys
                .served
                .insert(file.id().clone(), Arc::clone(before));
            return;
        }
        if let Err(error) = kept::keep(kept, &file) {
            let problem = format!(
                "{name}: cannot be kept: {}",
                chain(&error).replace('\n', " ")
            );
            drop(self.problems.insert(path, problem));
            self.must_retry = true;
            return;
        }
        loaded(&path, &file);
        self.surveys.serve(path, file);
    }

    /// Goes on with what was last read from the files that have problems.
    fn keep_last_good(&mut self, now: &Surveys) {
        for path in self.problems.keys() {
            if let Some(old) = now.read_from(path)
                && let Entry::Vacant(place) = self.surveys.served.entry(old.file.id().clone())
            {
                place.insert(Arc::clone(old));
            }
        }
    }
}

impl Surveys {
    /// What was last read from a file.
    pub(super) fn read_from(&self, path: &Path) -> Option<&Arc<Served>> {
        self.served.values().find(|served| served.path == path)
    }
}

/// Says that a survey is served from now on, and how.
pub(super) fn loaded(path: &Path, file: &SurveyFile) {
    let (survey_id, version, delivery) = (file.id().as_str(), file.version(), file.delivery());
    info!(
        survey_id,
        version = version.as_str(),
        is_paused = delivery.is_paused,
        ends_at_s = delivery.ends_at_s,
        response_limit = delivery.response_limit,
        file = %path.display(),
        "survey loaded"
    );
}
