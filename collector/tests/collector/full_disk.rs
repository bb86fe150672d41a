//! The real program on a disk that is full: a small file system of the test's own.
//!
//! It is mounted in a namespace of its own, which needs no root where the kernel
//! lets users make some, and is gone with the test.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::fixtures::eventually;
use crate::program::{PROGRAM, Place, Program};
use crate::torture::{Fleet, LogEnd, OUTBOXES, place, seed, serve_args};

/// Mounts, says so, and lives until its input ends.
const KEEPER: &str = "mount -t tmpfs -o size=\"$1\",mode=700 sayso \"$2\" && echo mounted && cat";

/// A mounted file system. Dropping it takes it away.
struct SmallDisk {
    keeper: Child,
    /// Closed, it ends the keeper.
    input: Option<ChildStdin>,
    path: PathBuf,
    /// Whether the namespace has users of its own, too.
    has_users: bool,
}

impl SmallDisk {
    /// Mounts a file system of so many bytes at a folder.
    fn mount(path: &Path, bytes: u64) -> Self {
        fs::create_dir_all(path).unwrap();
        let path = fs::canonicalize(path).unwrap();
        for (options, has_users) in [("-rm", true), ("-m", false)] {
            let mut keeper = Command::new("unshare")
                .args([options, "sh", "-c", KEEPER, "sh", &bytes.to_string()])
                .arg(&path)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .expect("`unshare` of util-linux is needed");
            let mut line = String::new();
            let mut output = BufReader::new(keeper.stdout.take().unwrap());
            output.read_line(&mut line).unwrap();
            if line.trim() == "mounted" {
                let input = keeper.stdin.take();
                return Self {
                    keeper,
                    input,
                    path,
                    has_users,
                };
            }
            keeper.wait().unwrap();
        }
        panic!("no file system can be mounted here, neither by `unshare -rm` nor by `unshare -m`");
    }

    /// The folder, as it is seen from without.
    fn folder(&self) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.keeper.id()));
        root.join(self.path.strip_prefix("/").unwrap())
    }

    /// Takes room away, all but so many bytes, with a file that is no part of the log.
    fn fill(&self, but: u64) {
        let mut ballast = File::create(self.folder().join("ballast")).unwrap();
        let block = [0; 4096];
        loop {
            match ballast.write_all(&block) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => break,
                Err(error) => panic!("{error}"),
            }
        }
        let length = ballast.metadata().unwrap().len();
        ballast.set_len(length.saturating_sub(but)).unwrap();
    }

    /// Gives the room back.
    fn empty(&self) {
        fs::remove_file(self.folder().join("ballast")).unwrap();
    }

    /// Starts the program within.
    fn start(&self, place: &Place) -> Program {
        let mut command = Command::new("nsenter");
        command
            .args(["--target", &self.keeper.id().to_string(), "--mount"])
            .args(self.has_users.then_some("--user"))
            .args(self.has_users.then_some("--preserve-credentials"))
            // Entered anew: the folder of the process lies in the old namespace.
            .args(["sh", "-c", "cd \"$1\" && shift && exec env -i \"$@\"", "sh"])
            .arg(place.path())
            .arg(PROGRAM)
            .args(serve_args());
        Program::start_as(&mut command)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(self.input.take());
        drop(self.keeper.wait());
    }
}

#[test]
fn a_file_system_without_room_tears_nothing_and_is_over_when_there_is_some() {
    let place = place();
    let disk = SmallDisk::mount(&place.data(), 4 << 20);
    let mut program = disk.start(&place);
    let fleet = Fleet::start(seed("full disk"), OUTBOXES);
    for room in [0, 9_000, 30_000] {
        fleet.aim_at(Some(program.address));
        fleet.wait_for(fleet.acknowledged() + 20);
        disk.fill(room);
        fleet.wait_for_refusals(10);
        assert_eq!(program.get("/healthz").0, 200);
        fleet.ledger().check(&disk.folder(), LogEnd::MayBeTorn);
        // A restart without room loses nothing either, whether it succeeds or not.
        if room == 0 {
            program.kill();
            fleet.aim_at(None);
            fleet.ledger().check(&disk.folder(), LogEnd::MayBeTorn);
            disk.empty();
            program = disk.start(&place);
            continue;
        }
        disk.empty();
        eventually("ready again", || program.get("/readyz").0 == 200);
    }
    let (ledger, tally) = fleet.finish();
    ledger.check_all(&disk.folder());
    program.kill();
    let program = disk.start(&place);
    ledger.repeat_all(&program);
    ledger.check_all(&disk.folder());
    println!("full disk: {tally}");
}
