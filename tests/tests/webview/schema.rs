//! The messages' JSON Schemas, as far as they go: a keyword that is not known here fails.

use sayso_tests::stage::root;
use serde_json::Value;
use std::fs;

/// The schemas of messages to the host, and of those to the page.
const FOLDERS: [&str; 2] = ["to-host", "to-page"];

/// Checks a message to the host against the schema of its type.
#[track_caller]
pub(crate) fn assert_valid(message: &Value) {
    let kind = message["type"].as_str().unwrap_or("no type");
    let faults = faults(message, &schema("to-host", kind), kind);
    assert!(faults.is_empty(), "{message}: {faults:#?}");
}

fn schema(folder: &str, kind: &str) -> Value {
    let path = root().join("examples/webview/messages").join(folder);
    let text = fs::read_to_string(path.join(format!("{kind}.schema.json")));
    let text = text.unwrap_or_else(|error| panic!("no schema for {kind}: {error}"));
    serde_json::from_str(&text).unwrap()
}

fn faults(value: &Value, schema: &Value, at: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for (keyword, wanted) in schema.as_object().unwrap() {
        let holds = match keyword.as_str() {
            "$schema" | "title" | "description" => true,
            "type" => match wanted {
                Value::Array(names) => names.iter().any(|name| is_a(value, name)),
                name => is_a(value, name),
            },
            "const" => value == wanted,
            "enum" => wanted.as_array().unwrap().contains(value),
            "minimum" => value.as_f64() >= wanted.as_f64(),
            "minLength" => value
                .as_str()
                .is_none_or(|text| text.len() as u64 >= wanted.as_u64().unwrap()),
            "format" => wanted == "uuid" && value.as_str().is_some_and(is_uuid),
            "required" => {
                let names = wanted.as_array().unwrap();
                names
                    .iter()
                    .all(|name| value.get(name.as_str().unwrap()).is_some())
            }
            "properties" => {
                for (name, schema) in wanted.as_object().unwrap() {
                    if let Some(value) = value.get(name) {
                        faults.extend(self::faults(value, schema, &format!("{at}.{name}")));
                    }
                }
                true
            }
            "items" => {
                for item in value.as_array().into_iter().flatten() {
                    faults.extend(self::faults(item, wanted, &format!("{at}[]")));
                }
                true
            }
            other => panic!("{at}: the tests do not know the keyword {other}"),
        };
        if !holds {
            faults.push(format!("{at}: {value} breaks {keyword} {wanted}"));
        }
    }
    faults
}

fn is_a(value: &Value, name: &Value) -> bool {
    match name.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_u64() || value.is_i64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("no type {other}"),
    }
}

fn is_uuid(text: &str) -> bool {
    let lengths: Vec<_> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

#[test]
fn what_is_no_message_is_found() {
    let schema = schema("to-host", "answered");
    let good = serde_json::json!({
        "sayso": 1, "type": "answered", "survey": "nps", "question_id": "recommend",
        "response_id": "0199d0a4-7c1e-7b52-9d0e-3f6a2b1c4d5e", "answer": ["a", "b"],
    });
    assert_eq!(faults(&good, &schema, ""), [""; 0]);
    for (name, bad) in [
        ("sayso", serde_json::json!(2)),
        ("type", serde_json::json!("shown")),
        ("survey", serde_json::json!("")),
        ("response_id", serde_json::json!("c-1042")),
        ("answer", serde_json::json!([1])),
    ] {
        let mut message = good.clone();
        message[name] = bad;
        assert_eq!(faults(&message, &schema, "").len(), 1, "{message}");
        message.as_object_mut().unwrap().remove(name);
        assert_eq!(faults(&message, &schema, "").len(), 1, "{message}");
    }
}

#[test]
fn the_types_name_what_the_schemas_name() {
    let messages = root().join("examples/webview/messages");
    let types = fs::read_to_string(messages.join("messages.d.ts")).unwrap();
    let mut count = 0;
    for folder in FOLDERS {
        for entry in fs::read_dir(messages.join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let kind = name.strip_suffix(".schema.json").unwrap();
            assert!(types.contains(&format!("Base<\"{kind}\">")), "{kind}");
            let schema = schema(folder, kind);
            assert_eq!(schema["title"], kind);
            for field in schema["properties"].as_object().unwrap().keys() {
                let is_there = [": ", "?: "]
                    .iter()
                    .any(|sign| types.contains(&format!("{field}{sign}")));
                assert!(is_there || field == "type", "{kind}.{field}");
            }
            count += 1;
        }
    }
    assert_eq!(count, 10, "seven to the host, three to the page");
}
