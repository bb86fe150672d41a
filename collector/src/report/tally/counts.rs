//! What the answers to one question add up to, by its kind.

use sayso_core::question::{Choices, QuestionKind};
use sayso_core::rating::NpsRating;
use sayso_core::score::{Nps, Ratings, ces_top, csat_top};

use super::super::merge::Given;
use super::super::{ChoiceReport, Score};

/// Counts of one question.
#[derive(Debug)]
pub(super) enum Counts {
    Nps(Nps),
    /// On a scale from 1 to `points`.
    Ratings {
        kind: RatingKind,
        points: u8,
        ratings: Ratings,
    },
    Choices {
        options: Vec<Choice>,
        /// Respondents who chose anything.
        base: u64,
    },
    Consent {
        agreed: u64,
        base: u64,
    },
    /// Texts and messages: nothing to count.
    Nothing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RatingKind {
    Csat,
    Ces,
    Other,
}

#[derive(Debug)]
pub(super) struct Choice {
    id: String,
    label: String,
    count: u64,
}

impl Counts {
    /// Nothing counted yet.
    pub(super) fn of(kind: &QuestionKind) -> Self {
        let ratings = |kind, points| Counts::Ratings {
            kind,
            points,
            ratings: Ratings::default(),
        };
        match kind {
            QuestionKind::Nps(_) => Counts::Nps(Nps::default()),
            QuestionKind::Csat(points) => ratings(RatingKind::Csat, points.points),
            QuestionKind::Ces(points) => ratings(RatingKind::Ces, points.points),
            QuestionKind::Rating(points) => ratings(RatingKind::Other, points.points),
            QuestionKind::SingleChoice(choices) | QuestionKind::MultipleChoice(choices) => {
                Counts::Choices {
                    options: options(choices),
                    base: 0,
                }
            }
            QuestionKind::Consent { .. } => Counts::Consent { agreed: 0, base: 0 },
            QuestionKind::FreeText(_) | QuestionKind::Message(_) => Counts::Nothing,
        }
    }

    /// Counts one more answer.
    pub(super) fn add(&mut self, given: &Given) {
        match (self, given) {
            (Counts::Nps(nps), Given::Rating(rating)) => {
                if let Ok(rating) = NpsRating::try_from(*rating) {
                    nps.add(rating);
                }
            }
            (
                Counts::Ratings {
                    kind,
                    points,
                    ratings,
                },
                Given::Rating(rating),
            ) => ratings.add(*rating, kind.top(*points)),
            (Counts::Choices { options, base }, Given::Chosen(positions)) => {
                *base += 1;
                for position in positions {
                    if let Some(option) = options.get_mut(*position) {
                        option.count += 1;
                    }
                }
            }
            (Counts::Consent { agreed, base }, Given::Agreed(is_agreed)) => {
                *base += 1;
                *agreed += u64::from(*is_agreed);
            }
            _ => {}
        }
    }

    /// Adds the counts of another version. False if the two cannot be added.
    pub(super) fn merge(&mut self, other: &Counts) -> bool {
        match (self, other) {
            (Counts::Nps(sum), Counts::Nps(more)) => {
                sum.promoters += more.promoters;
                sum.passives += more.passives;
                sum.detractors += more.detractors;
            }
            (
                Counts::Ratings {
                    kind,
                    points,
                    ratings,
                },
                Counts::Ratings {
                    kind: other_kind,
                    points: other_points,
                    ratings: more,
                },
            ) if kind == other_kind && points == other_points => ratings.merge(*more),
            (
                Counts::Choices { options, base },
                Counts::Choices {
                    options: more,
                    base: more_base,
                },
            ) => {
                *base += more_base;
                more.iter().for_each(|option| merge_option(options, option));
            }
            (
                Counts::Consent { agreed, base },
                Counts::Consent {
                    agreed: more,
                    base: more_base,
                },
            ) => {
                *agreed += more;
                *base += more_base;
            }
            (Counts::Nothing, Counts::Nothing) => {}
            _ => return false,
        }
        true
    }

    /// The score of the question; `None` where there is nothing to count.
    pub(super) fn score(self) -> Option<Score> {
        Some(match self {
            Counts::Nps(counts) => Score::Nps {
                score: counts.score(),
                interval: counts.interval(),
                base: counts.base(),
                counts,
            },
            Counts::Ratings {
                kind,
                points,
                ratings,
            } => kind.score(points, ratings),
            Counts::Choices { options, base } => Score::Choices {
                base,
                choices: options.into_iter().map(ChoiceReport::from).collect(),
            },
            Counts::Consent { agreed, base } => Score::Consent { agreed, base },
            Counts::Nothing => return None,
        })
    }
}

impl RatingKind {
    /// The least rating of the top boxes.
    fn top(self, points: u8) -> u8 {
        match self {
            RatingKind::Csat | RatingKind::Other => csat_top(points),
            RatingKind::Ces => ces_top(points),
        }
    }

    fn score(self, points: u8, ratings: Ratings) -> Score {
        let (mean, base) = (ratings.mean(), ratings.base);
        let mean_interval = ratings.mean_interval(points);
        match self {
            RatingKind::Csat => Score::Csat {
                score: ratings.share(),
                interval: ratings.share_interval(),
                mean,
                points,
                base,
                satisfied: ratings.top,
            },
            RatingKind::Ces => Score::Ces {
                score: mean,
                interval: mean_interval,
                points,
                base,
                easy: ratings.top,
            },
            RatingKind::Other => Score::Rating {
                mean,
                interval: mean_interval,
                points,
                base,
            },
        }
    }
}

impl From<Choice> for ChoiceReport {
    fn from(choice: Choice) -> Self {
        let Choice { id, label, count } = choice;
        ChoiceReport { id, label, count }
    }
}

/// Every choice, and "other" behind them.
fn options(choices: &Choices) -> Vec<Choice> {
    let option = |id: &str, label: &str| Choice {
        id: String::from(id),
        label: String::from(label),
        count: 0,
    };
    let listed = choices.choices.iter();
    let listed = listed.map(|choice| option(choice.id.as_str(), &choice.label));
    let other = choices.other.iter().map(|label| option("other", label));
    listed.chain(other).collect()
}

/// A choice that an earlier version had, and a later one has not, is still counted.
fn merge_option(options: &mut Vec<Choice>, more: &Choice) {
    match options.iter_mut().find(|option| option.id == more.id) {
        Some(option) => option.count += more.count,
        None => options.push(Choice {
            id: more.id.clone(),
            label: more.label.clone(),
            count: more.count,
        }),
    }
}
