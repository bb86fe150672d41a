//! Runs one target under libFuzzer; `SAYSO_FUZZ_TARGET` names it.
#![no_main]

use std::env;
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use sayso_fuzz::{TARGETS, Target, target};

static CHOSEN: OnceLock<Target> = OnceLock::new();

fn chosen() -> Target {
    *CHOSEN.get_or_init(|| {
        let name = env::var("SAYSO_FUZZ_TARGET").unwrap_or_default();
        let names = TARGETS.map(|(name, _)| name).join(", ");
        target(&name).unwrap_or_else(|| panic!("SAYSO_FUZZ_TARGET must be one of {names}"))
    })
}

fuzz_target!(|bytes: &[u8]| chosen()(bytes));
