//! Writes a file of the log anew, with tombstones in the place of lines.

use std::collections::HashSet;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::Erasing;
use super::person::{Belongs, Person};
use crate::durable;
use crate::error::StartError;
use crate::history::Part;
use crate::lines::{End, Lines};

/// Which lines go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// Those without the person's id.
    WithoutId,
    /// All that are left.
    All,
}

/// What went.
#[derive(Debug, Default)]
pub(super) struct Gone {
    pub(super) lines: u64,
    pub(super) responses: HashSet<u128>,
}

impl Erasing<'_> {
    /// Puts tombstones in the place of lines, in a file that then takes the old one's name.
    pub(super) fn rewrite(&mut self, part: &Part, which: Which) -> Result<Gone, StartError> {
        let draft = part.path.with_file_name(format!(".{}.draft", part.name()));
        let failed = |action| StartError::file(action, &part.path);
        let gone = match self.draft(part, &draft, which) {
            Ok(gone) => gone,
            Err(error) => {
                // It holds people's answers, and no reader looks at it. What went wrong is
                // said; that this went wrong too would say nothing more.
                drop(fs::remove_file(&draft));
                return Err(failed("write anew")(error));
            }
        };
        (self.step)()
            .and_then(|()| fs::rename(&draft, &part.path))
            .map_err(failed("replace"))?;
        (self.step)()
            .and_then(|()| durable::sync_parent(&part.path))
            .map_err(failed("sync the folder of"))?;
        Ok(gone)
    }

    /// Writes and syncs the new file, under another name.
    fn draft(&self, part: &Part, draft: &Path, which: Which) -> io::Result<Gone> {
        let file = durable::create_private(draft)?;
        keep_owner(&part.path, draft)?;
        let mut gone = Gone::default();
        let file = match part.is_compressed {
            true => {
                let mut packed = zstd::Encoder::new(file, 0)?;
                packed.include_checksum(true)?;
                let mut writer = BufWriter::with_capacity(1 << 16, packed);
                self.copy(part, which, &mut writer, &mut gone)?;
                writer.into_inner()?.finish()?
            }
            false => {
                let mut writer = BufWriter::with_capacity(1 << 16, file);
                self.copy(part, which, &mut writer, &mut gone)?;
                writer.into_inner()?
            }
        };
        file.sync_all()?;
        Ok(gone)
    }

    fn copy(
        &self,
        part: &Part,
        which: Which,
        writer: &mut impl Write,
        gone: &mut Gone,
    ) -> io::Result<()> {
        let mut lines = Lines::new(part.open()?);
        while let Some(line) = lines.next_line()? {
            if line.end == End::TooLong {
                return Err(io::Error::other("a line is longer than any record"));
            }
            let goes = match (self.person.belongs(line.bytes), which) {
                (Some(Belongs::ByResponse), _) | (Some(Belongs::ById), Which::All) => true,
                (Some(Belongs::ById), Which::WithoutId) | (None, _) => false,
            };
            match (goes, line.end) {
                (false, _) => writer.write_all(line.bytes)?,
                (true, End::Whole) => {
                    let (tombstone, response) = Person::tombstone(line.bytes, &self.erased_at);
                    writer.write_all(tombstone.to_line().trim_end().as_bytes())?;
                    gone.lines += 1;
                    gone.responses.extend(response);
                }
                // A crash tore it, and it was never acknowledged.
                (true, End::Torn | End::TooLong) => gone.lines += 1,
            }
            if line.end != End::Torn {
                writer.write_all(b"\n")?;
            }
        }
        Ok(())
    }
}

/// Gives a draft the owner and the permissions of the file whose place it takes: the
/// collector must be able to write to it, also if another user erased.
#[cfg(unix)]
fn keep_owner(from: &Path, to: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};

    let (old, new) = (fs::metadata(from)?, fs::metadata(to)?);
    if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
        chown(to, Some(old.uid()), Some(old.gid()))?;
    }
    fs::set_permissions(to, old.permissions())
}

/// Elsewhere a file takes its permissions from its folder.
#[cfg(not(unix))]
fn keep_owner(_from: &Path, _to: &Path) -> io::Result<()> {
    Ok(())
}
