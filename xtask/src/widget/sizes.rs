//! What the packed files weigh. The budgets are held by `tests/tests/size.rs`,
//! which counts the survey's definition in.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::pack::FILES;

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
        let files = self.files.iter().map(row);
        [head]
            .into_iter()
            .chain(files)
            .chain([row(&self.total())])
            .collect()
    }

    fn total(&self) -> Size {
        let sum = |of: fn(&Size) -> u64| self.files.iter().map(of).sum();
        Size {
            name: "total".to_owned(),
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

    fn sample(loader: u64, wasm: u64) -> Sizes {
        let size = |name: &str, brotli| Size {
            name: name.to_owned(),
            raw: 9,
            gzip: 8,
            brotli,
        };
        Sizes {
            files: vec![size("sayso.js", loader), size("widget.wasm", wasm)],
        }
    }

    #[test]
    fn the_last_row_is_the_sum() {
        let rows = sample(100, 200).rows();
        assert_eq!(rows.last().unwrap(), &["total", "18", "16", "300"]);
    }
}
