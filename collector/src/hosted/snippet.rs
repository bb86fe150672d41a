//! The block of HTML for a mail, whose links mark an answer: `sayso email-snippet`.
//!
//! Mail programs show tables and inline styles, and hardly anything else: no script, no
//! form, no style sheet, no pictures before they are asked for. So it is made of these.

use sayso_core::file::SurveyFile;
use sayso_core::question::{EndLabels, Question, QuestionKind, Shape};
use sayso_widget::views::direction;

use super::page::escape;

/// The faces of five ratings, which every mail program has a letter for.
const FACES: [&str; 5] = ["😠", "🙁", "😐", "🙂", "😍"];

/// What the block is made for.
#[derive(Debug)]
pub struct Wanted<'a> {
    /// The address of the collector, without `/` at its end.
    pub base_url: &'a str,
    /// What the mail program puts the recipient's id in for, as `{{ contact.id }}`.
    pub respondent_field: Option<&'a str>,
    /// The language; the survey's own unless it is given.
    pub locale: Option<&'a str>,
}

/// The block; none for a survey whose first question is no rating.
pub fn snippet(file: &SurveyFile, wanted: &Wanted<'_>) -> Option<String> {
    let wishes: Vec<_> = wanted.locale.into_iter().collect();
    let locale = file.negotiate(&wishes);
    let survey = file.survey(locale);
    let asked = |question: &&Question| question.kind.is_answered();
    let question = survey.questions.iter().find(asked)?;
    let (ends, shape) = look(question)?;
    let scale = question.kind.scale()?;
    let address = |rating: u8| {
        let field = wanted.respondent_field;
        // The mail program puts the id in: the field must stay as it is.
        let respondent = field.map(|field| format!("&respondent={field}"));
        let chosen = wanted.locale.map(|_| format!("&locale={locale}"));
        let address = format!(
            "{}/s/{}?{}={rating}&channel=email{}{}",
            wanted.base_url,
            survey.id,
            question.id,
            chosen.unwrap_or_default(),
            respondent.unwrap_or_default()
        );
        escape(&address)
    };
    let cells: String = scale
        .ratings()
        .map(|rating| {
            let number = survey.strings.written(&rating.to_string());
            cell(&address(rating), &number, shown(rating, scale.max, shape))
        })
        .collect();
    let columns = scale.ratings().count();
    let dir = direction(locale);
    let prompt = escape(&question.prompt);
    let ends = labels(ends, columns, dir);
    Some(format!(
        "<table role=\"presentation\" lang=\"{locale}\" dir=\"{dir}\" cellpadding=\"0\" \
         cellspacing=\"0\" border=\"0\" align=\"center\" style=\"border-collapse:separate;\
         font-family:Arial,Helvetica,sans-serif;\">\n\
         <tr><td colspan=\"{columns}\" style=\"padding:0 0 12px;font-size:18px;line-height:24px;\
         font-weight:bold;color:#1b1f27;\">{prompt}</td></tr>\n\
         <tr>\n{cells}</tr>\n{ends}</table>\n"
    ))
}

/// What the ends mean, and what stands for a rating; none for what is no rating.
fn look(question: &Question) -> Option<(&EndLabels, Shape)> {
    match &question.kind {
        QuestionKind::Nps(ends) => Some((ends, Shape::Numbers)),
        QuestionKind::Csat(points) | QuestionKind::Ces(points) | QuestionKind::Rating(points) => {
            Some((&points.ends, points.shape))
        }
        _ => None,
    }
}

/// What stands for a rating besides its number, if anything does.
fn shown(rating: u8, max: u8, shape: Shape) -> Option<&'static str> {
    let face = FACES.get(usize::from(rating.saturating_sub(1)));
    match (shape, face) {
        (Shape::Smileys, Some(face)) if max == 5 => Some(face),
        (Shape::Stars, _) => Some("★"),
        (Shape::Thumbs, _) => Some(if rating == 1 { "👎" } else { "👍" }),
        _ => None,
    }
}

fn cell(address: &str, number: &str, shown: Option<&str>) -> String {
    let (shown, size, box_style) = match shown {
        Some(shown) => (shown, 30, ""),
        None => (
            number,
            15,
            "border:1px solid #8b93a3;border-radius:8px;background-color:#f1f3f7;",
        ),
    };
    // Wide enough for a finger where there is room; eleven fit a narrow telephone all the same.
    format!(
        "<td align=\"center\" style=\"padding:2px;\"><a href=\"{address}\" title=\"{number}\" \
         style=\"display:block;{box_style}min-width:24px;padding:0 1px;font-size:{size}px;line-height:44px;\
         color:#1b1f27;text-decoration:none;text-align:center;\">{shown}</a></td>\n"
    )
}

fn labels(ends: &EndLabels, columns: usize, dir: &str) -> String {
    let text = |label: &Option<String>| escape(label.as_deref().unwrap_or_default());
    let (low, high) = (text(&ends.low_label), text(&ends.high_label));
    if low.is_empty() && high.is_empty() {
        return String::new();
    }
    let (start, end) = match dir {
        "rtl" => ("right", "left"),
        _ => ("left", "right"),
    };
    let half = columns.div_ceil(2);
    let rest = columns - half;
    let style = "padding:6px 2px 0;font-size:13px;line-height:18px;color:#586070;";
    format!(
        "<tr><td colspan=\"{half}\" align=\"{start}\" style=\"{style}\">{low}</td>\
         <td colspan=\"{rest}\" align=\"{end}\" style=\"{style}\">{high}</td></tr>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> SurveyFile {
        SurveyFile::parse(text).unwrap_or_else(|errors| panic!("{errors:#?}"))
    }

    const WANTED: Wanted<'_> = Wanted {
        base_url: "https://feedback.example",
        respondent_field: Some("{{ contact.id }}"),
        locale: None,
    };

    #[test]
    fn eleven_numbers_lead_to_eleven_answers() {
        let nps = include_str!("../../../examples/surveys/nps.json");
        let html = snippet(&file(nps), &WANTED).unwrap();
        assert_eq!(html.matches("<a href=").count(), 11, "{html}");
        assert!(html.contains("=10&amp;channel=email&amp;respondent={{ contact.id }}\""));
        for forbidden in ["<script", "<form", "<img", "class=", "<style"] {
            assert!(!html.contains(forbidden), "{forbidden} in {html}");
        }
    }

    #[test]
    fn numbers_have_the_digits_of_the_language_and_links_have_those_of_programs() {
        let text = r#"{"schema": 1, "id": "nps", "locale": "fa", "questions":
            [{"id": "recommend", "kind": "nps", "prompt": "چقدر؟"}]}"#;
        let html = snippet(&file(text), &WANTED).unwrap();
        assert!(
            html.contains(">۱۰</a>") && html.contains("recommend=10"),
            "{html}"
        );
    }

    #[test]
    fn smileys_are_letters_and_texts_are_no_mail() {
        let smileys = include_str!("../../../examples/surveys/gallery-smileys.json");
        let html = snippet(&file(smileys), &WANTED).unwrap();
        assert!(FACES.iter().all(|face| html.contains(face)), "{html}");
        let text = include_str!("../../../examples/surveys/gallery-text.json");
        assert!(snippet(&file(text), &WANTED).is_none());
    }
}
