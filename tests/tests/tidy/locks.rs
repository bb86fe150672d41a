//! Lock files. Those of npm name no registry, and each has the package of this version;
//! beside those of cargo it says what may enter.

use crate::tree::{File, Tree};

/// Lock files that say where something was downloaded, or pin a package of ours
/// by a hash, which is another one with each change.
pub(crate) fn faults(tree: &Tree, version: &str) -> Vec<String> {
    let is_lock = |file: &&File| file.path.ends_with("package-lock.json");
    tree.files
        .iter()
        .filter(is_lock)
        .flat_map(|file| in_lock(&file.path, &file.text, version))
        .collect()
}

fn in_lock(path: &str, text: &str, version: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let archive = format!("/target/npm/sayso-{version}.tgz");
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    for (index, line) in lines.iter().enumerate() {
        let Some(from) = line.strip_prefix("\"resolved\": \"") else {
            continue;
        };
        let from = from.trim_end_matches(['"', ',']);
        if !from.starts_with("file:") {
            faults.push(format!(
                "{path}:{}: names a registry; `npm install` in its folder mends it",
                index + 1
            ));
        } else if !from.ends_with(&archive) {
            faults.push(format!("{path}:{}: is not sayso {version}", index + 1));
        } else if lines
            .get(index + 1)
            .is_some_and(|next| next.starts_with("\"integrity\""))
        {
            faults.push(format!(
                "{path}:{}: take out the integrity of our own package",
                index + 2
            ));
        }
    }
    faults
}

/// Lock files of cargo without a `deny.toml` beside them, or passed over by the stage
/// that reads those.
pub(crate) fn undecided(paths: &[&str], stage: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for path in paths {
        let Some(folder) = path.strip_suffix("Cargo.lock") else {
            continue;
        };
        let rules = format!("{folder}deny.toml");
        if !paths.contains(&rules.as_str()) {
            faults.push(format!(
                "{path}: {rules} is missing, which says what may enter"
            ));
        }
        let name = match folder.trim_end_matches('/') {
            "" => ".",
            folder => folder,
        };
        if !stage.contains(&format!("\"{name}\"")) {
            faults.push(format!("{path}: the stage `deny` does not name {name}"));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(in_lock("a.json", text, "0.2.0"), expected, "{text}");
    }

    #[test]
    fn our_own_package_of_this_version_passes() {
        let own = "\"resolved\": \"file:../../target/npm/sayso-0.2.0.tgz\",";
        check(&format!("{own}\n\"license\": \"MIT\""), &[]);
        check(
            &format!("{own}\n\"integrity\": \"sha512-\""),
            &["a.json:2: take out the integrity of our own package"],
        );
        check(
            &own.replace("0.2.0", "0.1.0"),
            &["a.json:1: is not sayso 0.2.0"],
        );
    }

    #[test]
    fn a_lock_file_that_nobody_checks_fails() {
        let whole = ["Cargo.lock", "deny.toml", "app/Cargo.lock", "app/deny.toml"];
        let stage = "[\".\", \"app\"]";
        assert_eq!(undecided(&whole, stage), [""; 0]);
        let without = ["Cargo.lock", "deny.toml", "app/Cargo.lock"];
        assert_eq!(
            undecided(&without, "[\".\"]"),
            [
                "app/Cargo.lock: app/deny.toml is missing, which says what may enter",
                "app/Cargo.lock: the stage `deny` does not name app",
            ]
        );
    }

    #[test]
    fn an_address_of_a_registry_fails() {
        check(
            "{\n\"resolved\": \"https://packages.example/vue.tgz\",",
            &["a.json:2: names a registry; `npm install` in its folder mends it"],
        );
    }
}
