//! Takes out of the glue what no engine needs that runs the widget.
//!
//! wasm-bindgen writes for browsers of ten years, and for every way in which a page may
//! start its wasm. `card.js` starts it in one way, and only where reference types are.
//! What is left is a tenth smaller.
//!
//! Each change names the text that it expects. A version of wasm-bindgen that writes
//! another one stops the build, and somebody looks.

use anyhow::{Context, Result, bail};

/// What goes from the first text to before the second, and what stands there instead.
const SECTIONS: [(&str, &str, &str); 6] = [
    // Every engine with reference types encodes into memory that is there.
    ("if (!('encodeInto'", "let WASM_VECTOR_LEN", ""),
    // Safari's decoder fails after two gigabytes, which no survey reaches.
    (
        "let cachedTextDecoder",
        "const cachedTextEncoder",
        "const cachedTextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });\n",
    ),
    // Texts are short here: a second copy costs less than a second way.
    (
        "    if (realloc === undefined) {",
        "function takeFromExternrefTable0",
        "    const bytes = cachedTextEncoder.encode(arg);
    const ptr = malloc(bytes.length, 1) >>> 0;
    getUint8ArrayMemory0().set(bytes, ptr);
    WASM_VECTOR_LEN = bytes.length;
    return ptr;
}

",
    ),
    // The one way in which `card.js` starts it.
    (
        "let wasmModule, wasmInstance, wasm;",
        "async function __wbg_load(",
        "let wasm;\n\n",
    ),
    (
        "function initSync(",
        "let __wbg_init_promise;",
        "function initSync({ module }) {
    wasm = new WebAssembly.Instance(module, __wbg_get_imports()).exports;
    wasm.__wbindgen_start();
}

",
    ),
    ("let __wbg_init_promise;", "export {", ""),
];

/// Texts that stand there once, and what stands there instead.
const WORDS: [(&str, &str); 11] = [
    (
        "decodeText(getUint8ArrayMemory0()",
        "cachedTextDecoder.decode(getUint8ArrayMemory0()",
    ),
    // A memory that grows has another buffer.
    (
        "cachedDataViewMemory0 === null || cachedDataViewMemory0.buffer.detached === true || \
         (cachedDataViewMemory0.buffer.detached === undefined && \
         cachedDataViewMemory0.buffer !== wasm.memory.buffer)",
        "cachedDataViewMemory0?.buffer !== wasm.memory.buffer",
    ),
    (
        "cachedUint8ArrayMemory0 === null || cachedUint8ArrayMemory0.byteLength === 0",
        "cachedUint8ArrayMemory0?.buffer !== wasm.memory.buffer",
    ),
    ("x === undefined || x === null", "x == null"),
    // Every engine with reference types has these.
    (
        "(typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new",
        "new",
    ),
    (
        "const ret = typeof global === 'undefined' ? undefined : global;
            return isLikeNone(ret) ? 0 : addToExternrefTable0(ret);",
        "return 0; // There is `globalThis`.",
    ),
    (
        "const ret = typeof self === 'undefined' ? undefined : self;
            return isLikeNone(ret) ? 0 : addToExternrefTable0(ret);",
        "return 0;",
    ),
    (
        "const ret = typeof window === 'undefined' ? undefined : window;
            return isLikeNone(ret) ? 0 : addToExternrefTable0(ret);",
        "return 0;",
    ),
    // Nothing that is imported looks at `this`.
    (
        "function handleError(f, args) {\n    try {\n        return f.apply(this, args);",
        "const handleError = (f) => (...args) => {\n    try {\n        return f(...args);",
    ),
    (
        "    return {\n        __proto__: null,\n        \"./",
        "    return {\n        \"./",
    ),
    (", __wbg_init as default", ""),
];

/// The glue without what it does not need.
///
/// # Errors
///
/// It is not as wasm-bindgen used to write it.
pub(super) fn lean(glue: &str) -> Result<String> {
    let mut lean = glue.to_owned();
    for (from, to, instead) in SECTIONS {
        let (before, rest) = split(&lean, from)?;
        let (_, after) = rest.split_once(to).with_context(|| unexpected(to))?;
        lean = [before, instead, to, after].concat();
    }
    for (old, new) in WORDS {
        let (before, after) = split(&lean, old)?;
        lean = [before, new, after].concat();
    }
    let lines: Vec<String> = lean.lines().map(arrow).collect();
    // What went is used nowhere, and no arrow looks for what only functions have.
    for gone in ["decodeText", "arguments", "this."] {
        let is_code = |line: &&String| !line.trim_start().starts_with(['*', '/']);
        if let Some(line) = lines
            .iter()
            .filter(is_code)
            .find(|line| line.contains(gone))
        {
            bail!("{}: {line}", unexpected(gone));
        }
    }
    Ok(lines.join("\n"))
}

/// What stands before and after a text that stands there once.
fn split<'a>(glue: &'a str, text: &str) -> Result<(&'a str, &'a str)> {
    let parts = glue.split_once(text);
    let alone = parts.filter(|(_, after)| !after.contains(text));
    alone.with_context(|| unexpected(text))
}

fn unexpected(text: &str) -> String {
    format!(
        "the glue holds `{text}` otherwise than expected: look at what wasm-bindgen writes now, \
         and mend lean.rs"
    )
}

/// A line of the imports, with an arrow for a function: shorter, and without a function
/// around those whose errors are caught.
fn arrow(line: &str) -> String {
    let caught = ": function() { return handleError(function (";
    if line == "        }, arguments); }," {
        String::from("        }),")
    } else if let Some((name, parameters)) = line.split_once(caught) {
        format!(
            "{name}: handleError(({}",
            parameters.replace(") {", ") => {")
        )
    } else if let Some((name, parameters)) = line.split_once(": function(") {
        format!("{name}: ({}", parameters.replace(") {", ") => {"))
    } else {
        line.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_imports_becomes_an_arrow() {
        for (line, short) in [
            (
                "        __wbg_remove_41: function(arg0) {",
                "        __wbg_remove_41: (arg0) => {",
            ),
            (
                "        __wbg_focus_5a: function() { return handleError(function (arg0) {",
                "        __wbg_focus_5a: handleError((arg0) => {",
            ),
            ("        }, arguments); },", "        }),"),
            ("        },", "        },"),
            ("function isLikeNone(x) {", "function isLikeNone(x) {"),
        ] {
            assert_eq!(arrow(line), short);
        }
    }

    #[test]
    fn glue_of_another_kind_is_an_error_that_says_what_is_missing() {
        let error = lean("function initSync(module) {}").unwrap_err();
        assert!(error.to_string().contains("encodeInto"), "{error}");
    }
}
