//! The order of shuffled choices: another one for each respondent, and the same
//! one whenever that respondent looks again.

use crate::question::{Choices, Question};
use crate::sampling::{fnv, mix};

/// The positions of the choices in the order in which a respondent sees them.
///
/// `seed` is of the respondent, or of the response. Choices that are fixed keep
/// their places, and the others are put into the places that are left (Fisher and
/// Yates, 1938, with a generator seeded by the seed and the question's id).
pub fn order(choices: &Choices, question: &Question, seed: &str) -> Vec<usize> {
    let mut order: Vec<usize> = (0..choices.choices.len()).collect();
    if !choices.is_shuffled {
        return order;
    }
    let movable: Vec<usize> = choices
        .choices
        .iter()
        .enumerate()
        .filter(|(_, choice)| !choice.is_fixed)
        .map(|(at, _)| at)
        .collect();
    let id = question.id.as_str();
    let mut state = fnv(seed.bytes().chain([b'\n']).chain(id.bytes()));
    for last in (1..movable.len()).rev() {
        // A counter through a good mix: each step is as random as the mix is.
        state = state.wrapping_add(0x9e37_79b9);
        let other = mix(state) as usize % (last + 1);
        if let (Some(last), Some(other)) = (movable.get(last), movable.get(other)) {
            order.swap(*last, *other);
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::QuestionId;
    use crate::question::{Choice, QuestionKind};

    fn choices(count: usize, fixed: &[usize]) -> Choices {
        let choice = |at: usize| Choice {
            id: QuestionId::try_from(format!("c{at}")).unwrap(),
            label: format!("Choice {at}"),
            is_fixed: fixed.contains(&at),
        };
        Choices {
            choices: (0..count).map(choice).collect(),
            is_shuffled: true,
            ..Choices::default()
        }
    }

    fn question(id: &str, choices: &Choices) -> Question {
        Question {
            id: QuestionId::try_from(id).unwrap(),
            kind: QuestionKind::SingleChoice(choices.clone()),
            prompt: String::from("Which?"),
            help: None,
            is_required: false,
            show_if: None,
            next: Vec::new(),
        }
    }

    #[test]
    fn one_respondent_sees_one_order() {
        let choices = choices(8, &[]);
        let question = question("which", &choices);
        let first = order(&choices, &question, "visitor-1");
        assert_eq!(order(&choices, &question, "visitor-1"), first);
        let mut sorted = first.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_ne!(order(&choices, &question, "visitor-2"), first);
    }

    #[test]
    fn fixed_choices_keep_their_places() {
        let choices = choices(6, &[0, 5]);
        let question = question("which", &choices);
        for visitor in 0..200 {
            let order = order(&choices, &question, &visitor.to_string());
            assert_eq!((order[0], order[5]), (0, 5));
        }
    }

    #[test]
    fn each_choice_comes_first_equally_often() {
        let choices = choices(5, &[]);
        let question = question("which", &choices);
        let mut first = [0_u32; 5];
        for visitor in 0..10_000 {
            first[order(&choices, &question, &visitor.to_string())[0]] += 1;
        }
        assert!(
            first.iter().all(|count| (1_850..2_150).contains(count)),
            "{first:?}"
        );
    }

    #[test]
    fn without_shuffling_the_file_s_order_stays() {
        let mut choices = choices(4, &[]);
        choices.is_shuffled = false;
        let question = question("which", &choices);
        assert_eq!(order(&choices, &question, "visitor"), [0, 1, 2, 3]);
    }
}
