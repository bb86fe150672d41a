//! The npm package's types promise what README.md does: options, reasons and events.

use std::collections::BTreeSet;

/// Names that stand in one of the two alone.
pub(crate) fn faults(readme: &str, types: &str) -> Vec<String> {
    let [tag, call] = options(readme);
    let common = fields(types, "CommonOptions");
    let load = &common | &fields(types, "LoadOptions");
    let show = &common | &fields(types, "ShowOptions");
    // What only says how the script is loaded.
    let own = ["src", "nonce", "integrity", "policy"].map(str::to_owned);
    let pairs = [
        ("attributes of the tag", tag, &load - &own.into()),
        ("options of `show`", call, show),
        ("reasons", reasons(readme), union(types, "Reason")),
        ("events", events(readme), fields(types, "SaysoEventMap")),
    ];
    let mut faults = Vec::new();
    for (what, told, typed) in pairs {
        let lone = told.symmetric_difference(&typed);
        faults.extend(lone.map(|name| {
            format!("{what}: `{name}` stands in README.md or npm/src/index.d.ts alone")
        }));
        if told.is_empty() {
            faults.push(format!("README.md has no {what}"));
        }
    }
    faults
}

fn in_backticks(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// What the tag and what a call takes, from the table of attributes.
fn options(readme: &str) -> [BTreeSet<String>; 2] {
    let mut tag = BTreeSet::new();
    let mut call = BTreeSet::new();
    let (_, table) = readme
        .split_once("| Attribute of the tag |")
        .unwrap_or_default();
    for row in table.lines().skip(2).take_while(|row| row.starts_with('|')) {
        let cells: Vec<_> = row.split('|').collect();
        let [_, attributes, options, ..] = cells[..] else {
            continue;
        };
        for name in in_backticks(attributes) {
            let name = name.trim_start_matches("data-");
            tag.insert(match name {
                "context-…" => "context".to_owned(),
                "trait-…" => "traits".to_owned(),
                name => name.to_owned(),
            });
        }
        let names = in_backticks(options).filter_map(|option| option.split(':').next());
        call.extend(names.map(str::to_owned));
    }
    [tag, call]
}

fn reasons(readme: &str) -> BTreeSet<String> {
    let line = readme.lines().find(|line| line.starts_with("`reason` is "));
    in_backticks(line.unwrap_or_default())
        .skip(1)
        .map(str::to_owned)
        .collect()
}

fn events(readme: &str) -> BTreeSet<String> {
    let rows = readme.lines().filter(|line| line.starts_with("| `sayso:"));
    rows.filter_map(|row| in_backticks(row).next().map(str::to_owned))
        .collect()
}

/// The names of an interface's fields.
fn fields(types: &str, interface: &str) -> BTreeSet<String> {
    let body = types
        .split_once(&format!("export interface {interface} "))
        .and_then(|(_, rest)| rest.split_once("\n}"))
        .map_or("", |(body, _)| body);
    body.lines()
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase() || first == '"'))
        .filter_map(|line| match line.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next(),
            None => line.split(['?', ':']).next(),
        })
        .map(str::to_owned)
        .collect()
}

/// The strings of a union.
fn union(types: &str, name: &str) -> BTreeSet<String> {
    let body = types
        .split_once(&format!("export type {name} ="))
        .and_then(|(_, rest)| rest.split_once(';'))
        .map_or("", |(body, _)| body);
    let strings = body.split('"').skip(1).step_by(2);
    strings.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const README: &str = "
| Attribute of the tag | Option of `sayso.show` | What it says |
| --- | --- | --- |
| `data-survey` | the first argument | which |
| `data-context-…` | `context: {…}` | more |
| – | `force: true` | ask |

`reason` is `busy` or `cooldown`.
| `sayso:shown` | visible | `survey` |
";

    const TYPES: &str = "
export interface CommonOptions {
  /** More. */
  context?: Values;
}
export interface ShowOptions extends CommonOptions {
  force?: boolean;
}
export interface LoadOptions extends CommonOptions {
  src: string;
  survey?: string;
}
export type Reason =
  | \"busy\"
  | \"cooldown\";
export interface SaysoEventMap {
  \"sayso:shown\": CustomEvent<SurveyDetail>;
}
";

    #[track_caller]
    fn check(from: &str, to: &str, expected: usize) {
        let found = faults(README, &TYPES.replace(from, to));
        assert_eq!(found.len(), expected, "{found:#?}");
    }

    #[test]
    fn the_same_names_pass() {
        check("", "", 0);
    }

    #[test]
    fn each_name_that_stands_alone_fails() {
        check("force?", "urgent?", 2);
        check("  survey?: string;\n", "", 1);
        check("  | \"cooldown\"", "", 1);
        check("sayso:shown", "sayso:seen", 2);
    }
}
