//! A place in a file, and how to tell later whether it is that file still.

use std::io;

use sha2::{Digest, Sha256};

/// How much of the file is looked at, at its beginning and before the place.
const LOOK: u64 = 4_096;

/// How far a file was read, and what it looked like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Position {
    /// How many bytes were read: whole lines.
    pub(super) length: u64,
    /// A hash of the file's beginning and of what stands before the place. Each
    /// record has an id and a time of its own, so no other file has the same.
    pub(super) print: Vec<u8>,
}

/// A file that can be read anywhere.
pub trait ReadAt {
    /// Reads at a place, as much as there is and has room; 0 at the end of the file.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;
}

impl Position {
    /// The place after so many bytes of a file.
    pub(super) fn of(file: &mut (impl ReadAt + ?Sized), length: u64) -> io::Result<Self> {
        let print = match length {
            0 => Vec::new(),
            length => {
                let mut hash = Sha256::new();
                let look = LOOK.min(length);
                hash.update(read_exactly(file, 0, look)?);
                hash.update(read_exactly(file, length - look, look)?);
                hash.finalize().to_vec()
            }
        };
        Ok(Self { length, print })
    }

    /// Whether this is a place in that file. The beginning is one in every file.
    pub(super) fn is_in(&self, file: &mut (impl ReadAt + ?Sized)) -> io::Result<bool> {
        match Self::of(file, self.length) {
            Ok(position) => Ok(position == *self),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(error),
        }
    }
}

fn read_exactly(
    file: &mut (impl ReadAt + ?Sized),
    mut offset: u64,
    count: u64,
) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut buffer = [0; LOOK as usize];
    while (bytes.len() as u64) < count {
        let left = (count - bytes.len() as u64).min(LOOK) as usize;
        let read = match buffer.get_mut(..left) {
            Some(room) => file.read_at(offset, room)?,
            None => 0,
        };
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend(buffer.iter().take(read));
        offset += read as u64;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Bytes<'a>(&'a [u8]);

    impl ReadAt for Bytes<'_> {
        fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
            let rest = self.0.get(offset as usize..).unwrap_or_default();
            let count = rest.len().min(buffer.len()).min(1_000);
            buffer[..count].copy_from_slice(&rest[..count]);
            Ok(count)
        }
    }

    #[test]
    fn a_place_is_in_the_file_that_grew_and_in_no_other() {
        let file: Vec<u8> = (0..20_000_u32).flat_map(u32::to_be_bytes).collect();
        for length in [1, 100, 4_096, 9_000, 80_000] {
            let position = Position::of(&mut Bytes(&file), length as u64).unwrap();
            assert!(position.is_in(&mut Bytes(&file)).unwrap(), "{length}");
            let read = &file[..length];
            assert!(position.is_in(&mut Bytes(read)).unwrap(), "{length}");
            let shorter = &file[..length - 1];
            assert!(!position.is_in(&mut Bytes(shorter)).unwrap(), "{length}");
            for changed in [0, length - 1] {
                let mut other = file.clone();
                other[changed] ^= 1;
                assert!(!position.is_in(&mut Bytes(&other)).unwrap(), "{length}");
            }
        }
    }

    #[test]
    fn the_beginning_is_in_every_file() {
        assert!(Position::default().is_in(&mut Bytes(b"")).unwrap());
        assert!(Position::default().is_in(&mut Bytes(b"more")).unwrap());
    }
}
