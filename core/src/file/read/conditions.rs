//! Conditions, and what is asked of a value: also of traits and of events.

use super::fields::Fields;
use crate::file::{FileCondition, FileTest};
use crate::rules::ValueTest;

/// What may stand in a test.
const OF_TESTS: [&str; 9] = [
    "question", "trait", "context", "locale", "at_least", "at_most", "is", "contains", "is_given",
];

pub(super) fn read_condition(mut fields: Fields<'_>) -> FileCondition {
    let groups = ["all", "any", "not"];
    let Some(group) = groups.into_iter().find(|name| fields.peek(name).is_some()) else {
        // None is there, and any of them could be meant.
        for name in groups {
            fields.pass_over(name);
        }
        return FileCondition::Test(read_test(fields));
    };
    for name in groups.into_iter().chain(OF_TESTS) {
        if name != group && fields.peek(name).is_some() {
            let message = format!(
                "stands beside `{group}`, which stands alone; put both into one `all` or `any`"
            );
            fields.wrong(name, &message);
            fields.pass_over(name);
        }
    }
    let list = |fields: &mut Fields<'_>, name| {
        let conditions = fields.list(name, read_condition, unread_condition);
        conditions.unwrap_or_default()
    };
    match group {
        "all" => FileCondition::All {
            all: list(&mut fields, "all"),
        },
        "any" => FileCondition::Any {
            any: list(&mut fields, "any"),
        },
        _ => {
            let not = fields.object("not", read_condition);
            FileCondition::Not {
                not: Box::new(not.unwrap_or_else(unread_condition)),
            }
        }
    }
}

/// What stands for a condition that could not be read.
pub(super) fn unread_condition() -> FileCondition {
    FileCondition::Test(FileTest::default())
}

fn read_test(mut fields: Fields<'_>) -> FileTest {
    FileTest {
        question: fields.string("question"),
        trait_name: fields.string("trait"),
        context: fields.string("context"),
        locale: fields.strings("locale").unwrap_or_default(),
        asks: read_asks(&mut fields),
    }
}

/// What is asked of a value.
pub(super) fn read_value_test(mut fields: Fields<'_>) -> ValueTest {
    read_asks(&mut fields)
}

fn read_asks(fields: &mut Fields<'_>) -> ValueTest {
    ValueTest {
        at_least: fields.number("at_least"),
        at_most: fields.number("at_most"),
        is: fields.scalars("is").unwrap_or_default(),
        contains: fields.string("contains"),
        is_given: fields.truth("is_given"),
    }
}
