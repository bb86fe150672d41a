//! Where settings come from: flag, environment, file, default.

use std::fs;

use crate::program::{PROGRAM, Place};

/// What `--print-config` says of a setting: the value and its source.
#[track_caller]
fn check_setting(place: &Place, args: &[&str], environment: &[(&str, &str)], expected: &str) {
    let mut command = place.command();
    command
        .args(["serve", "--print-config"])
        .args(args)
        .envs(environment.iter().copied());
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let lines: Vec<_> = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    assert!(
        lines.iter().any(|line| line == expected),
        "{expected:?} is not in {lines:#?}"
    );
}

#[test]
fn flag_goes_before_environment_before_file_before_default() {
    let place = Place::new();
    let environment = [("SAYSO_MAX_WAITING", "2")];
    check_setting(&place, &[], &[], "max_waiting = 1024 # default");
    fs::write(place.path().join("sayso.toml"), "max_waiting = 3").unwrap();
    check_setting(&place, &[], &[], "max_waiting = 3 # file");
    check_setting(&place, &[], &environment, "max_waiting = 2 # environment");
    check_setting(
        &place,
        &["--max-waiting", "1"],
        &environment,
        "max_waiting = 1 # flag",
    );
}

#[test]
fn an_empty_variable_is_none() {
    let place = Place::new();
    let empty = [
        ("SAYSO_CONFIG", ""),
        ("SAYSO_DATA", ""),
        ("SAYSO_LISTEN", ""),
        ("SAYSO_ALLOW_ORIGIN", ""),
        ("SAYSO_MAX_WAITING", ""),
        ("SAYSO_LOG_LEVEL", ""),
    ];
    for expected in [
        "data = \"data\" # default",
        "listen = \"127.0.0.1:8080\" # default",
        "allow_origin = [] # default",
        "max_waiting = 1024 # default",
        "log_level = \"info\" # default",
    ] {
        check_setting(&place, &[], &empty, expected);
    }
    let mut report = place.command();
    let output = report.arg("report").env("SAYSO_DATA", "").output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn every_setting_has_a_flag_a_variable_and_a_key() {
    let place = Place::new();
    for (name, value, shown) in [
        ("data", "d", "\"d\""),
        ("surveys", "s", "\"s\""),
        ("listen", "[::1]:80", "\"[::1]:80\""),
        (
            "allow_origin",
            "https://a.example",
            "[\"https://a.example\"]",
        ),
        ("max_body_bytes", "7", "7"),
        ("max_waiting", "7", "7"),
        ("rate_limit_per_minute", "0", "0"),
        ("body_timeout_ms", "7", "7"),
        ("site_key_file", "k", "\"k\""),
        ("admin_token_file", "t", "\"t\""),
        ("min_ms_per_answer", "7", "7"),
        ("work_above_per_minute", "7", "7"),
        ("work_bits", "7", "7"),
        ("rotate_bytes", "7", "7"),
        ("rotate_every", "never", "\"never\""),
        ("compress", "zstd", "\"zstd\""),
        ("keep_days", "7", "7"),
        ("survey_rate_limit_per_minute", "7", "7"),
        ("trusted_proxy", "10.0.0.0/8", "[\"10.0.0.0/8\"]"),
        ("max_connections", "7", "7"),
        ("max_connections_per_address", "7", "7"),
        ("log_format", "json", "\"json\""),
        ("log_level", "debug", "\"debug\""),
    ] {
        let flag = format!("--{}", name.replace('_', "-"));
        check_setting(
            &place,
            &[&flag, value],
            &[],
            &format!("{name} = {shown} # flag"),
        );
        let variable = format!("SAYSO_{}", name.to_uppercase());
        let expected = format!("{name} = {shown} # environment");
        check_setting(&place, &[], &[(&variable, value)], &expected);
        let file = place.path().join("sayso.toml");
        fs::write(&file, format!("{name} = {shown}")).unwrap();
        check_setting(&place, &[], &[], &format!("{name} = {shown} # file"));
        fs::remove_file(file).unwrap();
    }
}

#[test]
fn a_setting_that_is_true_or_false_may_be_said_by_its_flag_alone() {
    let place = Place::new();
    fs::write(place.path().join("sayso.toml"), "site_key_file = 'k'").unwrap();
    let flag = "--require-verified-respondents";
    let name = "require_verified_respondents";
    check_setting(&place, &[], &[], &format!("{name} = false # default"));
    check_setting(&place, &[flag], &[], &format!("{name} = true # flag"));
    check_setting(
        &place,
        &[flag, "false"],
        &[],
        &format!("{name} = false # flag"),
    );
    let environment = [("SAYSO_REQUIRE_VERIFIED_RESPONDENTS", "true")];
    check_setting(
        &place,
        &[],
        &environment,
        &format!("{name} = true # environment"),
    );
    fs::write(
        place.path().join("sayso.toml"),
        format!("site_key_file = 'k'\n{name} = true"),
    )
    .unwrap();
    check_setting(&place, &[], &[], &format!("{name} = true # file"));
    check_setting(&place, &[], &[], "site_key_file = \"k\" # file");
}

#[test]
fn origins_may_be_repeated_or_separated_by_commas() {
    let place = Place::new();
    let expected = "allow_origin = [\"https://a.example\", \"https://b.example\"] #";
    let args = [
        "--allow-origin",
        "https://a.example",
        "--allow-origin",
        "https://b.example",
    ];
    check_setting(&place, &args, &[], &format!("{expected} flag"));
    let environment = [("SAYSO_ALLOW_ORIGIN", "https://a.example,https://b.example")];
    check_setting(
        &place,
        &[],
        &environment,
        &format!("{expected} environment"),
    );
}

#[test]
fn certificate_and_key_are_named_together() {
    let place = Place::new();
    let args = ["--tls-cert", "c.pem", "--tls-key", "k.pem"];
    check_setting(&place, &args, &[], "tls_cert = \"c.pem\" # flag");
    let environment = [("SAYSO_TLS_CERT", "c.pem"), ("SAYSO_TLS_KEY", "k.pem")];
    check_setting(
        &place,
        &[],
        &environment,
        "tls_key = \"k.pem\" # environment",
    );
    check_setting(&place, &[], &[], "tls_key = \"\" # default");
    for (flag, missing) in [("--tls-cert", "tls_key"), ("--tls-key", "tls_cert")] {
        let output = place.run(&["serve", "--print-config", flag, "x.pem"]);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(&format!("{missing}: is missing")), "{text}");
    }
}

#[test]
fn a_file_elsewhere_names_folders_beside_itself() {
    let place = Place::new();
    let folder = place.path().join("etc");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("my.toml"), "data = 'd'").unwrap();
    let expected = "data = \"etc/d\" # file";
    check_setting(&place, &["--config", "etc/my.toml"], &[], expected);
    check_setting(&place, &[], &[("SAYSO_CONFIG", "etc/my.toml")], expected);
}

#[test]
fn printing_the_configuration_starts_nothing() {
    let place = Place::new();
    check_setting(&place, &[], &[], "data = \"data\" # default");
    assert!(!place.data().exists());
}

#[test]
fn wrong_settings_are_refused_with_their_source() {
    let place = Place::new();
    fs::write(
        place.path().join("sayso.toml"),
        "max_wating = 3\nlisten = 8080",
    )
    .unwrap();
    let output = place.run(&["serve", "--print-config"]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("sayso.toml: max_wating: is no setting; did you mean `max_waiting`?"));
    assert!(text.contains("sayso.toml: listen: invalid type"), "{text}");
    fs::write(place.path().join("sayso.toml"), "max_waiting = 0").unwrap();
    let output = place
        .command()
        .arg("serve")
        .env("SAYSO_LISTEN", "here")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("listen (environment): `here`"), "{text}");
    assert!(
        text.contains("max_waiting (file): must be from 1"),
        "{text}"
    );
}

#[test]
fn the_help_of_every_command_can_be_read() {
    let place = Place::new();
    for args in [
        &["--help"][..],
        &["serve", "--help"],
        &["report", "--help"],
        &["--version"],
    ] {
        let output = place.run(args);
        assert!(output.status.success(), "{PROGRAM} {args:?}");
        assert!(!output.stdout.is_empty());
    }
}
