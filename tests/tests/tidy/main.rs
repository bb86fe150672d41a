//! Holds the rules of the repository that no compiler knows.
//!
//! Each check is a function over plain text, with tests that show how it
//! fails; the tests in this file run all checks over the real tree.

mod tree;

mod evidence;
mod imports;
mod locks;
mod manifests;
mod names;
mod promises;
mod sources;

use tree::Tree;

/// Fails with one line per fault.
#[track_caller]
fn expect_none(faults: &[String]) {
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn crates_import_only_what_the_architecture_allows() {
    let tree = Tree::read();
    let members = tree.members();
    let in_manifests = members.iter().flat_map(imports::in_manifest);
    let in_sources = members.iter().flat_map(|member| {
        tree.rust_files_of(member)
            .flat_map(|file| imports::in_source(member, &file.path, &file.text))
    });
    expect_none(&in_manifests.chain(in_sources).collect::<Vec<_>>());
}

#[test]
fn every_member_has_a_place_in_the_import_rule() {
    let faults: Vec<_> = Tree::read()
        .members()
        .iter()
        .filter_map(imports::unknown_member)
        .collect();
    expect_none(&faults);
}

#[test]
fn every_dependency_has_a_reason() {
    let faults: Vec<_> = Tree::read()
        .members()
        .iter()
        .flat_map(|member| manifests::without_reason(&member.manifest_path, &member.manifest_text))
        .collect();
    expect_none(&faults);
}

#[test]
fn every_member_takes_the_lints_of_the_workspace() {
    let faults: Vec<_> = Tree::read()
        .members()
        .iter()
        .filter_map(|member| manifests::without_lints(&member.manifest_path, &member.manifest))
        .collect();
    expect_none(&faults);
}

#[test]
fn every_module_says_what_it_is_for() {
    let tree = Tree::read();
    let rust = tree.files.iter().filter(|file| file.has_extension(&["rs"]));
    expect_none(
        &rust
            .filter_map(|file| sources::without_purpose(&file.path, &file.text))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn files_are_short_or_say_why_not() {
    let tree = Tree::read();
    let sources = tree
        .files
        .iter()
        .filter(|file| file.has_extension(&["rs", "js", "css"]));
    expect_none(
        &sources
            .filter_map(|file| sources::too_long(&file.path, &file.text))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn nothing_is_left_undone() {
    let tree = Tree::read();
    let sources = tree
        .files
        .iter()
        .filter(|file| file.has_extension(&["rs", "js", "css", "html", "toml"]));
    expect_none(
        &sources
            .flat_map(|file| sources::undone(&file.path, &file.text))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn the_architecture_file_names_only_what_exists() {
    let tree = Tree::read();
    let text = tree.text_of("ARCHITECTURE.md");
    expect_none(&names::unknown(text, &names::Known::of(&tree)));
}

#[test]
fn each_attack_has_a_test_that_exists() {
    let tree = Tree::read();
    let text = tree.text_of("docs/security.md");
    expect_none(&evidence::faults(text, &tree));
}

#[test]
fn the_npm_projects_name_no_registry_and_use_this_version() {
    let tree = Tree::read();
    let locks = |file: &&tree::File| file.path.ends_with("package-lock.json");
    assert_eq!(tree.files.iter().filter(locks).count(), 4, "lock files");
    expect_none(&locks::faults(&tree, env!("CARGO_PKG_VERSION")));
}

#[test]
fn each_lock_file_of_cargo_is_checked_by_rules_of_its_own() {
    let tree = Tree::read();
    let paths: Vec<_> = tree.paths.iter().map(String::as_str).collect();
    let locks = |path: &&&str| path.ends_with("Cargo.lock");
    assert_eq!(paths.iter().filter(locks).count(), 3, "lock files");
    let stage = tree.text_of("xtask/src/stages/checks.rs");
    expect_none(&locks::undecided(&paths, stage));
}

#[test]
fn the_npm_packages_types_promise_what_the_readme_does() {
    let tree = Tree::read();
    let types = tree.text_of("npm/src/index.d.ts");
    expect_none(&promises::faults(tree.text_of("README.md"), types));
}

#[test]
fn the_readme_names_the_two_commands() {
    let tree = Tree::read();
    expect_none(&names::missing_commands(tree.text_of("README.md")));
}
