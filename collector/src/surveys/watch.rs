//! Looks at the survey files every second, and serves them anew when they have changed.
//!
//! A thread of its own asks for names, lengths and times: that works on every
//! file system, over networks and in containers, where messages about changes do
//! not. A change is taken when two looks a second apart are equal, so that files
//! that are being written are left alone; SIGHUP takes it at once.
//!
//! Not noticed without SIGHUP: a file that was changed in place, kept its length,
//! and has the same time of change as before.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime};

use tracing::{error, info};

use super::live::LiveSurveys;
use super::reload::{Reloaded, reload};
use super::{Surveys, folder};
use crate::company;
use crate::error::{StartError, chain};
use crate::metrics::Metrics;

/// How often the files are looked at.
const EVERY: Duration = Duration::from_secs(1);

/// The folder of survey files, and what is served of it.
#[derive(Debug)]
pub struct Watch {
    folder: PathBuf,
    kept: PathBuf,
    max_body_bytes: usize,
    live: Arc<LiveSurveys>,
    metrics: Arc<Metrics>,
    /// How the files looked when they were read; none if they must be read again.
    read: Option<Looks>,
    /// How they looked last.
    last: Looks,
    /// What is wrong with them, by file, or with the folder.
    problems: BTreeMap<PathBuf, String>,
}

/// Every survey file of a folder, as it looks from outside; none for a folder that cannot be read.
type Looks = Option<BTreeMap<PathBuf, Look>>;

/// A file from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Look {
    modified: Option<SystemTime>,
    length: u64,
    /// Its place on the disk, which a rename exchanges.
    number: u64,
}

impl Look {
    fn new(found: &Metadata) -> Self {
        Self {
            modified: found.modified().ok(),
            length: found.len(),
            number: number(found),
        }
    }
}

#[cfg(unix)]
fn number(found: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(found)
}

#[cfg(not(unix))]
fn number(_found: &Metadata) -> u64 {
    0
}

fn look(folder: &Path) -> Looks {
    let files = folder::survey_files(folder).ok()?;
    // A link is followed: it may lead to another file than before.
    let look = |path: PathBuf| {
        let found = fs::metadata(&path).ok()?;
        Some((path, Look::new(&found)))
    };
    Some(files.into_iter().filter_map(look).collect())
}

impl Watch {
    /// Reads and checks the survey files, and keeps each version, as [`Surveys::open`] does.
    ///
    /// # Errors
    ///
    /// As [`Surveys::open`], or a survey has answers that no request may carry.
    pub fn open(
        folder: &Path,
        kept: &Path,
        max_body_bytes: usize,
        metrics: Arc<Metrics>,
    ) -> Result<Self, StartError> {
        // First, so that a change while they are read is noticed.
        let last = look(folder);
        let surveys = Surveys::open(folder, kept)?;
        surveys.check_room(max_body_bytes)?;
        let mut watch = Self {
            folder: folder.into(),
            kept: kept.into(),
            max_body_bytes,
            live: Arc::default(),
            metrics,
            read: Some(last.clone()),
            last,
            problems: BTreeMap::new(),
        };
        watch.replace(surveys);
        Ok(watch)
    }

    /// The surveys as they are served.
    pub fn live(&self) -> &Arc<LiveSurveys> {
        &self.live
    }

    /// Looks once, and reads the files again if they have changed and rest now.
    pub fn look(&mut self) {
        let now = look(&self.folder);
        let is_new = self.read.as_ref() != Some(&now);
        let rests = self.last == now;
        self.last.clone_from(&now);
        if is_new && rests {
            self.reload();
        }
    }

    /// Reads the files again, whether they have changed or not.
    pub fn reload(&mut self) {
        let before = look(&self.folder);
        let now = self.live.now();
        match reload(&now, &self.folder, &self.kept, self.max_body_bytes) {
            Ok(reloaded) => {
                let is_whole = look(&self.folder) == before && !reloaded.must_retry;
                self.read = is_whole.then_some(before);
                self.take(&now, reloaded);
            }
            // All surveys are served as before: a folder that is not there is a
            // mistake or a moment, and no wish to serve nothing.
            Err(cause) => {
                self.read = None;
                let problem = chain(&cause).replace('\n', " ");
                self.note(BTreeMap::from([(self.folder.clone(), problem)]), &now);
            }
        }
    }

    fn take(&mut self, before: &Surveys, reloaded: Reloaded) {
        let Reloaded {
            surveys, problems, ..
        } = reloaded;
        for (id, served) in &before.served {
            if !surveys.served.contains_key(id) {
                let file = served.path.display();
                info!(survey_id = id.as_str(), %file, "survey no longer served");
            }
        }
        self.note(problems, &surveys);
        self.replace(surveys);
    }

    fn replace(&mut self, surveys: Surveys) {
        let vitals = &self.metrics.vitals;
        vitals.surveys.set(surveys.served_count() as i64);
        self.live.replace(surveys);
    }

    /// Says what has changed about the problems, one line for each file.
    fn note(&mut self, problems: BTreeMap<PathBuf, String>, served: &Surveys) {
        for (path, problem) in &problems {
            if self.problems.get(path) == Some(problem) {
                continue;
            }
            let file = path.display();
            if *path == self.folder {
                error!(%problem, "the survey folder cannot be read; all is served as before");
            } else if served.read_from(path).is_some() {
                error!(%file, %problem, "survey file has problems; its last good version is served");
            } else {
                error!(%file, %problem, "survey file has problems and is not served");
            }
        }
        for path in self
            .problems
            .keys()
            .filter(|path| !problems.contains_key(*path))
        {
            info!(file = %path.display(), "survey file has no problems any more");
        }
        self.problems = problems;
        self.metrics
            .vitals
            .survey_problems
            .set(self.problems.len() as i64);
    }
}

/// The thread that watches.
#[must_use = "the thread runs until it is stopped"]
#[derive(Debug)]
pub struct Watcher {
    sender: Sender<Order>,
    thread: JoinHandle<()>,
}

#[derive(Debug)]
enum Order {
    Reload,
    Stop,
}

impl Watcher {
    /// Starts to watch. `around` is called for each reload that is asked for, with what
    /// it is to do; `after` is called after each look, with what is served.
    ///
    /// # Errors
    ///
    /// The thread cannot be started.
    pub fn start(
        watch: Watch,
        around: fn(&mut dyn FnMut()),
        after: impl FnMut(&Surveys) + Send + 'static,
    ) -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel();
        let thread = thread::Builder::new()
            .name(String::from("sayso-surveys"))
            .spawn(move || run(watch, &receiver, around, after))?;
        Ok(Self { sender, thread })
    }

    /// Has the files read again at once, however they look.
    pub fn reload(&self) {
        // An error means that the thread has ended, as it does at the end.
        drop(self.sender.send(Order::Reload));
    }

    /// Ends the thread.
    pub fn stop(self) {
        drop(self.sender.send(Order::Stop));
        company::end(self.thread);
    }
}

fn run(
    mut watch: Watch,
    receiver: &Receiver<Order>,
    around: fn(&mut dyn FnMut()),
    mut after: impl FnMut(&Surveys),
) {
    loop {
        after(&watch.live.now());
        match receiver.recv_timeout(EVERY) {
            Ok(Order::Reload) => around(&mut || {
                watch.reload();
                let surveys = watch.live.now().served_count();
                info!(
                    surveys,
                    problems = watch.problems.len(),
                    "survey files read again"
                );
            }),
            Err(RecvTimeoutError::Timeout) => watch.look(),
            Ok(Order::Stop) | Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NPS: &str = r#"{"schema": 1, "id": "nps",
        "questions": [{"id": "q", "kind": "nps", "prompt": "How?"}]}"#;

    /// A folder with one survey, a place beside it, and the watch over it.
    fn watched() -> (tempfile::TempDir, PathBuf, Watch) {
        let place = tempfile::tempdir().unwrap();
        let (folder, kept) = (place.path().join("surveys"), place.path().join("kept"));
        fs::create_dir(&folder).unwrap();
        fs::create_dir(&kept).unwrap();
        fs::write(folder.join("nps.json"), NPS).unwrap();
        let watch = Watch::open(&folder, &kept, 1 << 20, Arc::default()).unwrap();
        (place, folder, watch)
    }

    /// The language of what is served: the tests change the survey by it.
    fn locale(watch: &Watch) -> String {
        let surveys = watch.live.now();
        let page = surveys.page("nps", &[]).unwrap().plain();
        let page: serde_json::Value = serde_json::from_slice(page).unwrap();
        String::from(page["locale"].as_str().unwrap())
    }

    fn german() -> String {
        NPS.replacen('{', "{\"locale\": \"de\", ", 1)
    }

    #[test]
    fn a_file_that_is_still_written_is_left_alone() {
        let (_place, folder, mut watch) = watched();
        let (path, text) = (folder.join("nps.json"), german());
        for end in [0, 5, 60, text.len()] {
            fs::write(&path, text.get(..end).unwrap()).unwrap();
            watch.look();
            assert_eq!(locale(&watch), "en", "{end}");
            assert!(watch.problems.is_empty(), "{end}: {:?}", watch.problems);
        }
        watch.look();
        assert_eq!(locale(&watch), "de");
    }

    #[cfg(unix)]
    #[test]
    fn a_rename_of_equal_length_and_time_is_a_change() {
        let (_place, folder, mut watch) = watched();
        let path = folder.join("nps.json");
        let modified = fs::metadata(&path).unwrap().modified().unwrap();
        let draft = folder.join(".draft");
        fs::write(&draft, NPS.replace("How?", "Why?")).unwrap();
        let file = fs::File::options().write(true).open(&draft).unwrap();
        file.set_modified(modified).unwrap();
        fs::rename(draft, path).unwrap();
        watch.look();
        watch.look();
        let surveys = watch.live.now();
        let served = surveys.page("nps", &[]).unwrap().plain();
        assert!(String::from_utf8_lossy(served).contains("Why?"));
    }

    /// As Kubernetes changes the files of a ConfigMap: by one link, which all files lead through.
    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_elsewhere_is_a_change() {
        use std::os::unix::fs::symlink;

        let (_place, folder, mut watch) = watched();
        for (name, text) in [("..old", NPS), ("..new", &german())] {
            fs::create_dir(folder.join(name)).unwrap();
            fs::write(folder.join(name).join("nps.json"), text).unwrap();
        }
        symlink("..old", folder.join("..data")).unwrap();
        fs::remove_file(folder.join("nps.json")).unwrap();
        symlink("..data/nps.json", folder.join("nps.json")).unwrap();
        watch.reload();
        assert_eq!(locale(&watch), "en");
        symlink("..new", folder.join("..draft")).unwrap();
        fs::rename(folder.join("..draft"), folder.join("..data")).unwrap();
        watch.look();
        watch.look();
        assert_eq!(locale(&watch), "de");
    }

    #[test]
    fn what_has_not_changed_is_not_read_again() {
        let (_place, _folder, mut watch) = watched();
        let before = watch.live.now();
        for _ in 0..3 {
            watch.look();
        }
        assert!(Arc::ptr_eq(&before, &watch.live.now()));
    }

    #[test]
    fn surveys_that_are_as_they_were_keep_their_compressed_copies() {
        let (_place, folder, mut watch) = watched();
        let before = watch.live.now();
        let other = NPS.replacen("\"nps\"", "\"other\"", 1);
        fs::write(folder.join("other.json"), other).unwrap();
        watch.reload();
        let after = watch.live.now();
        assert_eq!(after.served_count(), 2);
        let page = |surveys: &Surveys| surveys.page("nps", &[]).unwrap().plain().as_ptr();
        assert_eq!(page(&before), page(&after));
    }

    #[test]
    fn a_file_that_breaks_gives_its_id_to_one_that_is_good() {
        let (_place, folder, mut watch) = watched();
        fs::write(folder.join("nps.json"), "{").unwrap();
        fs::write(folder.join("again.json"), german()).unwrap();
        watch.reload();
        assert_eq!(locale(&watch), "de");
        assert_eq!(watch.problems.len(), 1);
        fs::write(folder.join("nps.json"), NPS).unwrap();
        watch.reload();
        assert_eq!(locale(&watch), "de");
        assert_eq!(watch.problems.len(), 1, "two files have one id");
    }
}
