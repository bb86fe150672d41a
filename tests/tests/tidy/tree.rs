//! The files of the repository, read once per test.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read the tree has failed"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// A text file, by its path from the root with forward slashes.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// One crate of the workspace.
pub(crate) struct Member {
    /// Its folder from the root.
    pub(crate) folder: String,
    /// Its package name.
    pub(crate) name: String,
    pub(crate) manifest_path: String,
    pub(crate) manifest_text: String,
    pub(crate) manifest: toml::Table,
}

/// Everything that a person wrote here.
pub(crate) struct Tree {
    pub(crate) files: Vec<File>,
    /// Every path, of folders too, text or not.
    pub(crate) paths: Vec<String>,
}

/// What tools write, besides what npm and Vite do, which may be anywhere.
const GENERATED: [&str; 3] = ["target", "data", "collector/assets"];

/// The hidden folders that hold our files.
const HIDDEN: [&str; 2] = [".cargo", ".ci"];

impl File {
    /// Whether the file's name ends with one of these extensions.
    pub(crate) fn has_extension(&self, extensions: &[&str]) -> bool {
        self.path
            .rsplit_once('.')
            .is_some_and(|(_, extension)| extensions.contains(&extension))
    }
}

impl Tree {
    /// Reads the checkout that this test belongs to.
    pub(crate) fn read() -> Tree {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .canonicalize()
            .unwrap();
        let mut tree = Tree {
            files: Vec::new(),
            paths: Vec::new(),
        };
        tree.add_folder(&root, "");
        assert!(
            100 < tree.paths.len(),
            "hardly any files below {}",
            root.display()
        );
        tree
    }

    fn add_folder(&mut self, folder: &Path, prefix: &str) {
        let mut entries: Vec<_> = folder
            .read_dir()
            .unwrap()
            .map(|entry| entry.unwrap())
            .collect();
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name().into_string().unwrap();
            let path = format!("{prefix}{name}");
            let is_ours = !name.starts_with('.') || HIDDEN.contains(&name.as_str());
            let is_folder = entry.file_type().unwrap().is_dir();
            let is_generated = GENERATED.contains(&path.as_str())
                || matches!(name.as_str(), "node_modules" | "dist");
            if is_folder && is_ours && !is_generated {
                self.paths.push(path.clone());
                self.add_folder(&entry.path(), &format!("{path}/"));
            } else if !is_folder {
                self.paths.push(path.clone());
                // What is not UTF-8 is a picture, and has no rules here.
                self.files.extend(
                    fs::read_to_string(entry.path())
                        .ok()
                        .map(|text| File { path, text }),
                );
            }
        }
    }

    /// The text of one file that must be there.
    #[track_caller]
    pub(crate) fn text_of(&self, path: &str) -> &str {
        let file = self.files.iter().find(|file| file.path == path);
        &file.unwrap_or_else(|| panic!("{path} is missing")).text
    }

    /// The crates that the workspace lists.
    pub(crate) fn members(&self) -> Vec<Member> {
        let workspace: toml::Table = self.text_of("Cargo.toml").parse().unwrap();
        let folders = workspace["workspace"]["members"].as_array().unwrap();
        folders
            .iter()
            .map(|folder| self.member(folder.as_str().unwrap()))
            .collect()
    }

    fn member(&self, folder: &str) -> Member {
        let manifest_path = format!("{folder}/Cargo.toml");
        let manifest_text = self.text_of(&manifest_path).to_owned();
        let manifest: toml::Table = manifest_text.parse().unwrap();
        let name = manifest["package"]["name"].as_str().unwrap().to_owned();
        Member {
            folder: folder.to_owned(),
            name,
            manifest_path,
            manifest_text,
            manifest,
        }
    }

    /// The Rust files below a member's folder.
    pub(crate) fn rust_files_of(&self, member: &Member) -> impl Iterator<Item = &File> {
        let folder = format!("{}/", member.folder);
        self.files
            .iter()
            .filter(move |file| file.path.starts_with(&folder) && file.has_extension(&["rs"]))
    }
}
