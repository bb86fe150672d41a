//! Where the person is: in which files, and in which sort of lines.

use std::fs;
use std::path::{Path, PathBuf};

use super::person::{Belongs, Person};
use super::rewrite::Which;
use crate::error::StartError;
use crate::history::{self, Part};
use crate::lines::{End, Line, Lines};

/// A file that may hold the person.
#[derive(Debug)]
pub(super) enum Place {
    /// One of the log.
    Part(Part),
    /// One that no reader looks at: a torn line, or the plain form of a file that is
    /// compressed.
    Leftover(PathBuf),
}

/// What a file holds of the person.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Found {
    by_id: bool,
    by_response: bool,
}

impl Found {
    /// Whether there is something of this sort.
    pub(super) fn has(self, which: Which) -> bool {
        match which {
            Which::WithoutId => self.by_response,
            Which::All => self.by_id,
        }
    }

    /// Whether there is anything.
    pub(super) fn has_any(self) -> bool {
        self.by_id || self.by_response
    }

    /// Whether a leftover goes now: it goes as a whole, so it goes with what is last in it.
    pub(super) fn is_to_remove(self, which: Which) -> bool {
        match which {
            Which::WithoutId => self.by_response && !self.by_id,
            Which::All => self.by_id,
        }
    }
}

/// Every file that may hold the person.
pub(super) fn places(data: &Path, is_active_too: bool) -> Result<Vec<Place>, StartError> {
    let failed = || StartError::file("read the folder", data);
    let parts = history::parts(data).map_err(failed())?;
    let mut leftovers: Vec<_> = parts
        .iter()
        .filter(|part| part.is_compressed)
        .map(|part| part.path.with_extension(""))
        .filter(|plain| plain.exists())
        .collect();
    for entry in fs::read_dir(data).map_err(failed())? {
        let path = entry.map_err(failed())?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("responses.torn-") {
            leftovers.push(path);
        }
    }
    let parts = parts.into_iter();
    let parts = parts.filter(|part| is_active_too || !part.is_active());
    let leftovers = leftovers.into_iter().map(Place::Leftover);
    Ok(parts.map(Place::Part).chain(leftovers).collect())
}

/// Finds the person's responses.
pub(super) fn responses(places: &[Place], person: &mut Person) -> Result<(), StartError> {
    for place in places {
        each_line(place, |line| person.learn(line.bytes))?;
    }
    Ok(())
}

/// Finds the person's lines, in the order of the places.
pub(super) fn lines(places: &[Place], person: &Person) -> Result<Vec<Found>, StartError> {
    let found = places.iter().map(|place| {
        let mut found = Found::default();
        each_line(place, |line| match person.belongs(line.bytes) {
            Some(Belongs::ById) => found.by_id = true,
            Some(Belongs::ByResponse) => found.by_response = true,
            None => {}
        })?;
        Ok(found)
    });
    found.collect()
}

fn each_line(place: &Place, mut look: impl FnMut(&Line<'_>)) -> Result<(), StartError> {
    let (part, path) = match place {
        Place::Part(part) => (part.clone(), &part.path),
        Place::Leftover(path) => {
            let plain = Part {
                path: path.clone(),
                begun: None,
                is_compressed: false,
            };
            (plain, path)
        }
    };
    let failed = |source| match history::is_damage(&source) {
        true => StartError::Damaged {
            path: path.clone(),
            source,
        },
        false => StartError::file("read", path)(source),
    };
    let mut lines = Lines::new(part.open().map_err(failed)?);
    while let Some(line) = lines.next_line().map_err(failed)? {
        if line.end == End::TooLong {
            return Err(StartError::LineTooLong {
                path: path.clone(),
                line: line.number,
            });
        }
        look(&line);
    }
    Ok(())
}
