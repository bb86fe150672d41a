//! What the packed files weigh. The budgets are held by `tests/tests/size.rs`,
//! which counts the survey's definition in.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::pack::FILES;

/// What a page fetches for a prompt, by the build that its survey needs.
/// Rules and tab come on top for the surveys that have them.
const WAYS: [(&str, [&str; 3]); 2] = [
    ("small way", ["sayso.js", "widget.js", "widget.wasm"]),
    ("full way", ["sayso.js", "full.js", "full.wasm"]),
];

/// The sizes of all packed files.
#[derive(Debug)]
pub(crate) struct Sizes {
    files: Vec<Size>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Size {
    name: String,
    raw: u64,
    gzip: u64,
    brotli: u64,
}

impl Sizes {
    /// Measures the files in the folder of the packed widget.
    pub(super) fn of(assets: &Path) -> Result<Sizes> {
        let files = FILES
            .iter()
            .map(|name| {
                let bytes = |suffix: &str| length(&assets.join(format!("{name}{suffix}")));
                let (raw, gzip, brotli) = (bytes("")?, bytes(".gz")?, bytes(".br")?);
                Ok(Size {
                    name: (*name).to_owned(),
                    raw,
                    gzip,
                    brotli,
                })
            })
            .collect::<Result<_>>()?;
        Ok(Sizes { files })
    }

    /// A table for people.
    pub(super) fn rows(&self) -> Vec<Vec<String>> {
        let head = ["file", "raw", "gzip", "brotli"]
            .map(str::to_owned)
            .to_vec();
        let row = |size: &Size| {
            let numbers = [size.raw, size.gzip, size.brotli].map(|bytes| bytes.to_string());
            [size.name.clone()].into_iter().chain(numbers).collect()
        };
        let ways = WAYS.map(|(way, names)| self.sum(way, names));
        [head]
            .into_iter()
            .chain(self.files.iter().chain(&ways).map(row))
            .collect()
    }

    /// What the files of one way come to.
    fn sum(&self, way: &str, names: [&str; 3]) -> Size {
        let fetched = |size: &&Size| names.contains(&size.name.as_str());
        let sum = |of: fn(&Size) -> u64| self.files.iter().filter(fetched).map(of).sum();
        Size {
            name: way.to_owned(),
            raw: sum(|size| size.raw),
            gzip: sum(|size| size.gzip),
            brotli: sum(|size| size.brotli),
        }
    }
}

fn length(path: &Path) -> Result<u64> {
    let metadata = fs::metadata(path).with_context(|| format!("{} is missing", path.display()))?;
    Ok(metadata.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_rows_are_what_a_page_fetches() {
        // 1, 2, 4, 8 and so on: each sum tells which files are in it.
        let files = FILES.iter().zip(0..).map(|(name, at)| Size {
            name: (*name).to_owned(),
            raw: 100,
            gzip: 10,
            brotli: 1 << at,
        });
        let sizes = Sizes {
            files: files.collect(),
        };
        let rows = sizes.rows();
        assert_eq!(rows.len(), 1 + FILES.len() + WAYS.len());
        assert_eq!(
            rows[rows.len() - 2..],
            [
                ["small way", "300", "30", "7"],
                ["full way", "300", "30", "25"]
            ]
        );
    }
}
