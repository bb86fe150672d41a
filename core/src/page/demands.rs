//! What a definition asks submissions to show. The loader acts on it, the widget passes it over.

use serde::Serialize;

/// What the collector writes at the end of a definition as it sends it out.
///
/// It stands apart from [`Definition`](super::Definition), because it changes with
/// the hour and the definition does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Demands {
    /// To be sent back as [`token`](crate::wire::Submission::token).
    pub token: String,
    /// How many zero bits SHA-256 of `<token>:<response_id>:<work>` must begin with, if
    /// [`work`](crate::wire::Submission::work) is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work: Option<u8>,
}

impl Demands {
    /// The definition, a JSON object, with these fields at its end.
    ///
    /// What is no object with fields comes back as it was.
    pub fn added_to(&self, definition: &[u8]) -> Vec<u8> {
        let fields = serde_json::to_vec(self).unwrap_or_default();
        match (definition.strip_suffix(b"}"), fields.strip_prefix(b"{")) {
            (Some(head), Some(fields)) if head.len() > 1 => [head, b",", fields].concat(),
            _ => definition.to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::sample;
    use crate::survey::Survey;
    use serde_json::{Value, json};

    #[test]
    fn demands_are_two_more_fields_that_the_widget_passes_over() {
        let survey = sample::branching();
        let plain = serde_json::to_vec(&survey).unwrap();
        let mut demands = Demands {
            token: String::from("a\"b"),
            work: None,
        };
        let mut expected = serde_json::to_value(&survey).unwrap();
        expected["token"] = json!("a\"b");
        let read = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap();
        assert_eq!(read(&demands.added_to(&plain)), expected);
        demands.work = Some(14);
        expected["work"] = json!(14);
        let full = read(&demands.added_to(&plain));
        assert_eq!(full, expected);
        assert_eq!(Survey::read(&&full), Some(survey));
    }

    #[test]
    fn what_is_no_definition_is_left_alone() {
        let demands = Demands {
            token: String::from("x"),
            work: None,
        };
        for odd in ["{}", "", "[1]", "}"] {
            assert_eq!(demands.added_to(odd.as_bytes()), odd.as_bytes(), "{odd}");
        }
    }
}
