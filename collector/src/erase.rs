//! `sayso erase`: takes one person out of the log, and leaves tombstones.
//!
//! A line is the person's if its `respondent.id` is theirs, or if another line of
//! the same response says so: a response may have lines from before the id was
//! known. Each of them becomes a [`Tombstone`]. What a crash left behind and no reader looks
//! at goes as a whole if the person is in it: torn lines that were set aside, drafts,
//! and the plain form of a file that is compressed.
//!
//! **After a crash at any moment** each line is whole or a tombstone, and running the same
//! again ends what was begun. A file is written anew beside the old one, synced, and
//! then takes its name. And the lines without the id go first, in all files, and only then
//! those with it: as long as a line of a response is left, so is what
//! tells whose it is.
//!
//! **While a collector runs** it appends to the active file, so nobody else may write
//! there ([`StartError::EraseInUse`]). Asked to erase, it closes that file if the person is
//! in it, and then [`erase_closed`] does the rest. What arrives after that is new, and stays.
//!
//! The index of the collector holds hashes of submissions and nothing of a person.
//! It stays right: a tombstone has the hash of its line.
//!
//! [`Tombstone`]: crate::tombstone::Tombstone

mod find;
mod person;
mod rewrite;
mod running;

use std::collections::HashSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use self::find::Place;
use self::person::Person;
use self::rewrite::Which;
pub use self::running::Beside;
use crate::data::DataFolder;
use crate::durable;
use crate::error::StartError;
use crate::{history, time};

/// What was taken out of the log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erased {
    /// Lines that are tombstones now.
    pub lines: u64,
    /// The responses that they belonged to.
    pub responses: u64,
    /// The files that they are in.
    pub files: u64,
    /// Files with a torn line that are gone, and other things that crashes left.
    pub leftovers: u64,
}

impl Erased {
    /// What was done, for people. It does not name the person.
    pub fn to_text(&self) -> String {
        let Self {
            lines,
            responses,
            files,
            leftovers,
        } = *self;
        let count = |count, thing: &str| match count {
            1 => format!("1 {thing}"),
            _ => format!("{count} {thing}s"),
        };
        let mut text = match lines {
            0 => String::from("no line of the log is of this respondent\n"),
            lines => format!(
                "erased {} of {} in {}\n",
                count(lines, "line"),
                count(responses, "response"),
                count(files, "file")
            ),
        };
        if 0 < leftovers {
            let leftovers = count(leftovers, "file");
            text.push_str(&format!(
                "removed {leftovers} that a crash had left behind\n"
            ));
        }
        text
    }
}

/// Takes one person out of a log that no collector has open.
///
/// # Errors
///
/// There is no log, a collector has it, or a file cannot be read or written. Then a part may
/// be done, and the same again ends it.
pub fn erase(data: &Path, respondent: &str) -> Result<Erased, StartError> {
    let has_log = history::parts(data).is_ok_and(|parts| !parts.is_empty());
    if !has_log {
        return Err(StartError::NoLog(data.into()));
    }
    let folder = DataFolder::open(data).map_err(|error| match error {
        StartError::DataInUse(path) => StartError::EraseInUse(path),
        other => other,
    })?;
    let is_active_too = true;
    Erasing::new(folder.path(), respondent, &mut || Ok(())).run(is_active_too)
}

/// Takes one person out of the closed files, while a collector writes to the active one.
///
/// The caller has let the collector close that file, so that every line that was stored
/// before is in a closed one, and sees to it that nobody else compresses or removes
/// closed files meanwhile.
///
/// # Errors
///
/// A file cannot be read or written. Then a part may be done, and the same again ends it.
pub fn erase_closed(data: &Path, respondent: &str) -> Result<Erased, StartError> {
    let is_active_too = false;
    Erasing::new(data, respondent, &mut || Ok(())).run(is_active_too)
}

/// Whether the active file must be closed to take a person out of the log.
///
/// # Errors
///
/// A file cannot be read.
fn is_in_active(data: &Path, respondent: &str) -> Result<bool, StartError> {
    let (closed, active): (Vec<_>, Vec<_>) = find::places(data, true)?
        .into_iter()
        .partition(|place| !matches!(place, Place::Part(part) if part.is_active()));
    let mut person = Person::new(respondent);
    find::responses(&closed, &mut person)?;
    find::responses(&active, &mut person)?;
    let found = find::lines(&active, &person)?;
    // If it was closed meanwhile, some of it was not read.
    let was_closed = find::places(data, false)?.len() != closed.len();
    Ok(was_closed || found.iter().any(|found| found.has_any()))
}

/// One erasing, under way.
struct Erasing<'a> {
    data: &'a Path,
    person: Person,
    erased_at: String,
    /// Called before each change of the disk. Tests end it there, as a crash would.
    step: &'a mut dyn FnMut() -> io::Result<()>,
}

impl<'a> Erasing<'a> {
    fn new(data: &'a Path, respondent: &str, step: &'a mut dyn FnMut() -> io::Result<()>) -> Self {
        Self {
            data,
            person: Person::new(respondent),
            erased_at: time::received_at(),
            step,
        }
    }

    fn run(&mut self, is_active_too: bool) -> Result<Erased, StartError> {
        let mut erased = Erased {
            leftovers: self.remove_drafts()?,
            ..Erased::default()
        };
        let places = find::places(self.data, is_active_too)?;
        find::responses(&places, &mut self.person)?;
        let found = find::lines(&places, &self.person)?;
        let (mut files, mut responses) = (HashSet::new(), HashSet::new());
        for which in [Which::WithoutId, Which::All] {
            for (place, found) in places.iter().zip(&found) {
                match place {
                    Place::Part(part) if found.has(which) => {
                        let file = part.path.clone();
                        let gone = self.rewrite(part, which)?;
                        files.insert(file);
                        erased.lines += gone.lines;
                        responses.extend(gone.responses);
                    }
                    Place::Leftover(path) if found.is_to_remove(which) => {
                        self.remove(path)?;
                        erased.leftovers += 1;
                    }
                    Place::Part(_) | Place::Leftover(_) => {}
                }
            }
        }
        erased.files = files.len() as u64;
        erased.responses = responses.len() as u64;
        Ok(erased)
    }

    /// Removes drafts of the log's files: a crash left them, and they may hold anybody.
    fn remove_drafts(&mut self) -> Result<u64, StartError> {
        let failed = || StartError::file("read the folder", self.data);
        let mut drafts = Vec::new();
        for entry in fs::read_dir(self.data).map_err(failed())? {
            let path = entry.map_err(failed())?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if is_draft(&name) {
                drafts.push(path);
            }
        }
        for path in &drafts {
            self.remove(path)?;
        }
        Ok(drafts.len() as u64)
    }

    fn remove(&mut self, path: &Path) -> Result<(), StartError> {
        let result = (self.step)().and_then(|()| match fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => durable::sync_parent(path),
        });
        result.map_err(StartError::file("remove", path))
    }
}

/// Whether a name is of a draft of one of the log's files.
fn is_draft(name: &str) -> bool {
    let plain = name.strip_prefix('.').unwrap_or(name);
    plain.starts_with("responses") && plain.ends_with(".draft")
}

#[cfg(test)]
mod tests;
