//! The import rule: which of our crates may know which.

use crate::tree::Member;

/// One crate's right to import others of ours.
struct Rule {
    name: &'static str,
    may_import: &'static [&'static str],
}

const CORE: &str = "sayso-core";
const WIDGET: &str = "sayso-widget";
const COLLECTOR: &str = "sayso-collector";
const SITE: &str = "sayso-example-site";

/// The only feature of the widget that the collector may ask for: the views as
/// plain HTML.
const SERVER_FEATURE: &str = "ssr";

const RULES: [Rule; 7] = [
    Rule {
        name: CORE,
        may_import: &[],
    },
    Rule {
        name: WIDGET,
        may_import: &[CORE],
    },
    Rule {
        name: COLLECTOR,
        may_import: &[CORE, WIDGET],
    },
    Rule {
        name: SITE,
        may_import: &[],
    },
    Rule {
        name: "sayso-fuzz",
        may_import: &[CORE, COLLECTOR],
    },
    Rule {
        name: "xtask",
        may_import: &[SITE],
    },
    Rule {
        name: "sayso-tests",
        may_import: &[CORE, WIDGET, COLLECTOR, SITE],
    },
];

/// A member that nobody thought about.
pub(crate) fn unknown_member(member: &Member) -> Option<String> {
    let is_known = RULES.iter().any(|rule| rule.name == member.name);
    (!is_known).then(|| format!("{} is not in the import rule", member.name))
}

/// Dependencies of the manifest that the rule forbids.
pub(crate) fn in_manifest(member: &Member) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, dependency) in dependencies(&member.manifest) {
        let package = dependency
            .get("package")
            .and_then(|name| name.as_str())
            .unwrap_or(name);
        if !is_ours(package) {
            continue;
        }
        if !may_import(&member.name, package) {
            faults.push(format!(
                "{}: {} must not depend on {package}",
                member.manifest_path, member.name
            ));
        }
        if member.name == COLLECTOR && package == WIDGET && !asks_for_server_feature(dependency) {
            faults.push(format!(
                "{}: {WIDGET} is for `{SERVER_FEATURE}` alone",
                member.manifest_path
            ));
        }
    }
    faults.extend(in_features(member));
    faults
}

/// Features of the collector that switch on more of the widget.
fn in_features(member: &Member) -> Vec<String> {
    let features = member
        .manifest
        .get("features")
        .and_then(|table| table.as_table());
    let entries = features.into_iter().flat_map(|table| table.values());
    let names = entries
        .filter_map(|list| list.as_array())
        .flatten()
        .filter_map(|name| name.as_str());
    names
        .filter(|name| member.name == COLLECTOR && name.starts_with(WIDGET))
        .filter(|name| !name.ends_with(&format!("/{SERVER_FEATURE}")))
        .map(|name| {
            format!(
                "{}: the feature `{name}` is not for the collector",
                member.manifest_path
            )
        })
        .collect()
}

fn asks_for_server_feature(dependency: &toml::Value) -> bool {
    let features = dependency.get("features").and_then(|list| list.as_array());
    features
        .is_some_and(|list| matches!(&list[..], [only] if only.as_str() == Some(SERVER_FEATURE)))
}

/// All dependencies of a manifest, also those for tests and for some targets.
fn dependencies(manifest: &toml::Table) -> Vec<(&str, &toml::Value)> {
    let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
    let targets = manifest.get("target").and_then(|target| target.as_table());
    let tables = targets
        .into_iter()
        .flat_map(|table| table.values())
        .filter_map(|it| it.as_table());
    std::iter::once(manifest)
        .chain(tables)
        .flat_map(|table| kinds.iter().filter_map(|kind| table.get(*kind)?.as_table()))
        .flat_map(|table| table.iter().map(|(name, value)| (name.as_str(), value)))
        .collect()
}

/// Imports in a source file that the rule forbids.
pub(crate) fn in_source(member: &Member, path: &str, text: &str) -> Vec<String> {
    let own = member.name.replace('-', "_");
    let mut faults = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for name in imports_of(line) {
            let package = name.replace('_', "-");
            if name != own && is_ours(&package) && !may_import(&member.name, &package) {
                faults.push(format!(
                    "{path}:{}: {} must not import {name}",
                    index + 1,
                    member.name
                ));
            }
        }
    }
    faults
}

/// Names of crates of ours that a line of code imports or reaches into.
fn imports_of(line: &str) -> Vec<&str> {
    if line.trim_start().starts_with("//") {
        return Vec::new();
    }
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut found = Vec::new();
    for (start, _) in line.match_indices("sayso_") {
        let (before, rest) = line.split_at(start);
        if before.ends_with(is_name) {
            continue;
        }
        let (name, after) =
            rest.split_at(rest.find(|letter| !is_name(letter)).unwrap_or(rest.len()));
        let is_import = ["use", "crate", "use ::"]
            .iter()
            .any(|word| before.trim_end().ends_with(word));
        if is_import || after.trim_start().starts_with("::") {
            found.push(name);
        }
    }
    found
}

fn is_ours(package: &str) -> bool {
    RULES.iter().any(|rule| rule.name == package)
}

fn may_import(member: &str, package: &str) -> bool {
    RULES
        .iter()
        .any(|rule| rule.name == member && rule.may_import.contains(&package))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, manifest: &str) -> Member {
        Member {
            folder: "folder".to_owned(),
            name: name.to_owned(),
            manifest_path: "folder/Cargo.toml".to_owned(),
            manifest_text: manifest.to_owned(),
            manifest: manifest.parse().unwrap(),
        }
    }

    #[track_caller]
    fn check_manifest(name: &str, manifest: &str, expected: usize) {
        let faults = in_manifest(&member(name, manifest));
        assert_eq!(faults.len(), expected, "{name}: {faults:?}");
    }

    #[test]
    fn allowed_dependencies_pass() {
        check_manifest("sayso-core", "[dependencies]\nserde = '1'", 0);
        check_manifest(
            "sayso-widget",
            "[dependencies]\nsayso-core.workspace = true",
            0,
        );
        check_manifest(
            "xtask",
            "[dependencies]\nsayso-example-site.workspace = true",
            0,
        );
        check_manifest(
            "sayso-tests",
            "[dev-dependencies]\nsayso-collector.workspace = true",
            0,
        );
    }

    #[test]
    fn forbidden_dependencies_fail_in_every_kind_of_table() {
        check_manifest(
            "sayso-core",
            "[dependencies]\nsayso-widget.workspace = true",
            1,
        );
        check_manifest(
            "sayso-widget",
            "[dev-dependencies]\nsayso-collector.workspace = true",
            1,
        );
        check_manifest(
            "xtask",
            "[build-dependencies]\nsayso-core.workspace = true",
            1,
        );
        check_manifest(
            "sayso-core",
            "[target.'cfg(unix)'.dependencies]\nxtask.path = '..'",
            1,
        );
        check_manifest(
            "sayso-core",
            "[dependencies]\nw = { package = 'sayso-widget' }",
            1,
        );
    }

    #[test]
    fn the_collector_takes_the_widget_for_ssr_alone() {
        let with = |features: &str| {
            format!(
                "[dependencies]\nsayso-widget = {{ workspace = true, features = [{features}] }}"
            )
        };
        check_manifest("sayso-collector", &with("'ssr'"), 0);
        check_manifest("sayso-collector", &with("'csr'"), 1);
        check_manifest("sayso-collector", &with("'ssr', 'csr'"), 1);
        check_manifest("sayso-collector", &with(""), 1);
        check_manifest("sayso-collector", "[features]\nx = ['sayso-widget/csr']", 1);
        check_manifest("sayso-collector", "[features]\nx = ['sayso-widget/ssr']", 0);
    }

    #[track_caller]
    fn check_source(name: &str, line: &str, expected: usize) {
        let faults = in_source(&member(name, ""), "folder/src/lib.rs", line);
        assert_eq!(faults.len(), expected, "{name}: {line}: {faults:?}");
    }

    #[test]
    fn imports_in_sources_follow_the_rule() {
        check_source("sayso-widget", "use sayso_core::Survey;", 0);
        check_source("sayso-core", "use sayso_widget::show;", 1);
        check_source("sayso-core", "use sayso_widget as views;", 1);
        check_source("sayso-core", "    let app = ::sayso_collector::app();", 1);
        check_source("sayso-core", "extern crate sayso_widget;", 1);
        check_source("sayso-collector", "use sayso_collector::serve;", 0);
    }

    #[test]
    fn mentions_are_no_imports() {
        check_source("sayso-core", "/// See `sayso_widget::show`.", 0);
        check_source("sayso-core", "let name = \"sayso_widget\";", 0);
        check_source("sayso-core", "let my_sayso_widget::x", 0);
    }

    #[test]
    fn a_new_member_must_be_placed() {
        assert!(unknown_member(&member("sayso-cluster", "")).is_some());
        assert!(unknown_member(&member("sayso-core", "")).is_none());
    }
}
