//! Writes the files that the collector embeds: named by content, compressed.
//!
//! The same parts give the same bytes, on every machine and every day.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

/// Where the loader names the folder of the other files.
const ASSETS_TOKEN: &str = "@ASSETS@";

/// Where the collector puts a definition into the loader: `collector/src/loaders.rs`.
const KNOWN_TOKEN: &str = "{$:0}";

/// The file that holds the fingerprint of the inputs.
const INPUTS: &str = "inputs";

/// The names of the packed files.
pub(super) const FILES: [&str; 13] = [
    "sayso.js",
    "widget.js",
    "widget.wasm",
    "full.js",
    "full.wasm",
    "diagnose.js",
    "frame.js",
    "outbox.js",
    "rules.js",
    "tab.js",
    "token.js",
    "work.js",
    "bridge.js",
];

/// Those of them that are scripts of their own: the loader fetches each when it is
/// needed, but for the bridge, which a page in a webview asks for.
pub(super) const MODULES: [&str; 8] = [
    "diagnose.js",
    "frame.js",
    "outbox.js",
    "rules.js",
    "tab.js",
    "token.js",
    "work.js",
    "bridge.js",
];

/// The built and minified parts of the widget.
#[derive(Debug)]
pub(super) struct Parts {
    /// The script that people paste, with the token still in it.
    pub(super) loader: String,
    /// What most prompts need.
    pub(super) small: Bundle,
    /// What shows every survey.
    pub(super) full: Bundle,
    /// In the order of [`MODULES`].
    pub(super) modules: [Vec<u8>; MODULES.len()],
}

/// What one build of the widget comes to.
#[derive(Debug)]
pub(super) struct Bundle {
    /// The script of a card, with the JavaScript that wasm-bindgen wrote.
    pub(super) script: Vec<u8>,
    pub(super) wasm: Vec<u8>,
}

impl Parts {
    /// The contents in the order of [`FILES`].
    fn contents<'a>(&'a self, loader: &'a str) -> [&'a [u8]; FILES.len()] {
        let [diagnose, frame, outbox, rules, tab, token, work, bridge] = &self.modules;
        [
            loader.as_bytes(),
            &self.small.script,
            &self.small.wasm,
            &self.full.script,
            &self.full.wasm,
            diagnose,
            frame,
            outbox,
            rules,
            tab,
            token,
            work,
            bridge,
        ]
    }
}

/// Packs the parts into `folder` and returns their content hash.
///
/// # Errors
///
/// The loader does not hold each token exactly once, or a file cannot be
/// written.
pub(super) fn write(parts: &Parts, folder: &Path, inputs: &str) -> Result<String> {
    for token in [ASSETS_TOKEN, KNOWN_TOKEN] {
        let tokens = parts.loader.matches(token).count();
        if tokens != 1 {
            bail!("the minified loader must name {token} once, and names it {tokens} times");
        }
    }
    let hash = content_hash(parts);
    let loader = parts
        .loader
        .replace(ASSETS_TOKEN, &format!("assets/{hash}/"));
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    // Removed first and written last, so that a half-packed folder never
    // looks complete.
    let mark = folder.join(INPUTS);
    if mark.exists() {
        fs::remove_file(&mark)?;
    }
    for (name, content) in FILES.iter().zip(parts.contents(&loader)) {
        save(&folder.join(name), content)?;
        save(&folder.join(format!("{name}.br")), &brotli(content)?)?;
        save(&folder.join(format!("{name}.gz")), &gzip(content)?)?;
    }
    save(&folder.join("hash"), hash.as_bytes())?;
    save(&mark, inputs.as_bytes())?;
    Ok(hash)
}

/// Whether the folder is complete and was packed from these inputs.
pub(super) fn was_made_from(folder: &Path, inputs: &str) -> bool {
    let is_complete = FILES
        .iter()
        .flat_map(|name| ["", ".br", ".gz"].map(|suffix| format!("{name}{suffix}")))
        .chain(["hash".to_owned()])
        .all(|name| folder.join(name).is_file());
    is_complete
        && fs::read_to_string(folder.join(INPUTS)).is_ok_and(|made_from| made_from == inputs)
}

/// The first 16 hex digits of a SHA-256 over all parts.
fn content_hash(parts: &Parts) -> String {
    let mut hasher = Sha256::new();
    for part in parts.contents(&parts.loader) {
        hasher.update(part.len().to_le_bytes());
        hasher.update(part);
    }
    hasher
        .finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let best = BrotliEncoderParams {
        quality: 11,
        lgwin: 24,
        ..BrotliEncoderParams::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut packed, &best)?;
    Ok(packed)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

fn save(path: &Path, content: &[u8]) -> Result<()> {
    fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn sample() -> Parts {
        let bundle = |name: &str| Bundle {
            script: format!("export default function {name}() {{}}").into_bytes(),
            wasm: b"\0asm\x01\0\0\0".repeat(50),
        };
        Parts {
            loader: r#"(()=>{var known={$:0},base="@ASSETS@";import(base+"widget.js")})();"#
                .to_owned(),
            small: bundle("small"),
            full: bundle("full"),
            modules: MODULES.map(|name| name.as_bytes().to_vec()),
        }
    }

    #[test]
    fn the_loader_points_at_the_folder_with_the_content_hash() -> Result<()> {
        let place = tempfile::tempdir()?;
        let hash = write(&sample(), place.path(), "inputs-1")?;
        assert_eq!(hash.len(), 16);
        assert_eq!(fs::read_to_string(place.path().join("hash"))?, hash);
        let loader = fs::read_to_string(place.path().join("sayso.js"))?;
        assert!(loader.contains(&format!("\"assets/{hash}/\"")), "{loader}");
        Ok(())
    }

    #[test]
    fn the_compressed_copies_unpack_to_the_plain_files() -> Result<()> {
        let place = tempfile::tempdir()?;
        write(&sample(), place.path(), "inputs-1")?;
        for name in FILES {
            let plain = fs::read(place.path().join(name))?;
            let mut unpacked = Vec::new();
            let packed = fs::read(place.path().join(format!("{name}.br")))?;
            brotli::BrotliDecompress(&mut &packed[..], &mut unpacked)?;
            assert_eq!(unpacked, plain, "{name}.br");
            let mut unpacked = Vec::new();
            let packed = fs::read(place.path().join(format!("{name}.gz")))?;
            flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut unpacked)?;
            assert_eq!(unpacked, plain, "{name}.gz");
        }
        Ok(())
    }

    #[test]
    fn packing_twice_gives_the_same_bytes() -> Result<()> {
        let (first, second) = (tempfile::tempdir()?, tempfile::tempdir()?);
        write(&sample(), first.path(), "inputs-1")?;
        write(&sample(), second.path(), "inputs-1")?;
        for entry in first.path().read_dir()? {
            let name = entry?.file_name();
            let (one, two) = (first.path().join(&name), second.path().join(&name));
            assert_eq!(fs::read(one)?, fs::read(two)?, "{}", name.display());
        }
        Ok(())
    }

    #[test]
    fn each_part_gets_its_own_name() -> Result<()> {
        let place = tempfile::tempdir()?;
        let parts = sample();
        write(&parts, place.path(), "inputs-1")?;
        let bundles = [
            ("widget.js", &parts.small.script),
            ("widget.wasm", &parts.small.wasm),
            ("full.js", &parts.full.script),
            ("full.wasm", &parts.full.wasm),
        ];
        for (name, content) in bundles
            .into_iter()
            .chain(MODULES.into_iter().zip(&parts.modules))
        {
            assert_eq!(&fs::read(place.path().join(name))?, content, "{name}");
        }
        Ok(())
    }

    #[test]
    fn a_change_of_any_part_changes_the_hash() {
        let hash = content_hash(&sample());
        let changes: [fn(&mut Parts); FILES.len()] = [
            |parts| parts.loader.push(' '),
            |parts| parts.small.script.push(b' '),
            |parts| parts.small.wasm.clear(),
            |parts| parts.full.script.push(b' '),
            |parts| parts.full.wasm.clear(),
            |parts| parts.modules[0].push(b' '),
            |parts| parts.modules[1].push(b' '),
            |parts| parts.modules[2].push(b' '),
            |parts| parts.modules[3].push(b' '),
            |parts| parts.modules[4].push(b' '),
            |parts| parts.modules[5].push(b' '),
            |parts| parts.modules[6].push(b' '),
            |parts| parts.modules[7].push(b' '),
        ];
        for change in changes {
            let mut changed = sample();
            change(&mut changed);
            assert_ne!(hash, content_hash(&changed), "{changed:?}");
        }
    }

    #[test]
    fn the_token_must_stand_in_the_loader_exactly_once() -> Result<()> {
        let place = tempfile::tempdir()?;
        for loader in [
            "no token",
            "@ASSETS@ and @ASSETS@ {$:0}",
            "@ASSETS@",
            "@ASSETS@ {$:0} {$:0}",
        ] {
            let parts = Parts {
                loader: loader.to_owned(),
                ..sample()
            };
            assert!(write(&parts, place.path(), "inputs-1").is_err(), "{loader}");
        }
        Ok(())
    }

    #[test]
    fn a_folder_counts_only_when_complete_and_from_the_same_inputs() -> Result<()> {
        let place = tempfile::tempdir()?;
        assert!(!was_made_from(place.path(), "inputs-1"), "an empty folder");
        write(&sample(), place.path(), "inputs-1")?;
        assert!(was_made_from(place.path(), "inputs-1"));
        assert!(!was_made_from(place.path(), "inputs-2"), "other inputs");
        fs::remove_file(place.path().join("widget.js.br"))?;
        assert!(
            !was_made_from(place.path(), "inputs-1"),
            "a file is missing"
        );
        Ok(())
    }
}
