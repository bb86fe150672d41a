//! The report for people: 80 columns, plain text.

use sayso_core::score::Interval;

use super::{QuestionReport, Report, Score, SurveyReport};

/// How wide a terminal is at least.
const COLUMNS: usize = 80;

/// Most line numbers that are listed.
const MAX_LISTED: usize = 10;

pub(super) fn text(report: &Report) -> String {
    if let Some(log) = &report.missing_log {
        return format!("no responses yet: there is no log at {}\n", log.display());
    }
    let mut blocks: Vec<_> = report.surveys.iter().map(survey).collect();
    if blocks.is_empty() {
        blocks.push(String::from("no surveys yet\n"));
    }
    if !report.unreadable_lines.is_empty() {
        blocks.push(unreadable(&report.unreadable_lines));
    }
    blocks.join("\n")
}

fn survey(survey: &SurveyReport) -> String {
    let SurveyReport {
        id,
        shown,
        partial,
        completed,
        dismissed,
        ..
    } = survey;
    let mut text = format!("{id}\n");
    text.push_str(&match survey.response_rate {
        Some(rate) => {
            format!("  response rate {rate:.1} %: {completed} completed of {shown} shown")
        }
        None => String::from("  shown to nobody yet"),
    });
    if 0 < partial + dismissed {
        text.push_str(&format!("\n  {partial} partial, {dismissed} dismissed"));
    }
    text.push('\n');
    if 0 < survey.without_version {
        text.push_str(&format!(
            "  {} to versions that are not kept any more: their ratings are left out\n",
            survey.without_version
        ));
    }
    for question in &survey.questions {
        text.push_str(&self::question(question));
    }
    text
}

fn question(question: &QuestionReport) -> String {
    let QuestionReport { id, prompt, score } = question;
    let headline = fit(&format!("  {id}: {prompt}"));
    let numbers = match score {
        Score::Nps {
            score: Some(score),
            interval: Some(interval),
            base,
            counts,
        } => format!(
            "    NPS {score:+.1}   95 % interval {}   {}\n    promoters {}, passives {}, detractors {}",
            signed(*interval),
            ratings(*base),
            counts.promoters,
            counts.passives,
            counts.detractors
        ),
        Score::Csat {
            score: Some(score),
            interval: Some(interval),
            mean,
            base,
            satisfied,
        } => {
            let mean = mean
                .map(|mean| format!(", mean {mean:.2}"))
                .unwrap_or_default();
            format!(
                "    CSAT {score:.1} %   95 % interval {:.1} to {:.1} %   {}\n    \
                 satisfied {satisfied}{mean}",
                interval.low,
                interval.high,
                ratings(*base)
            )
        }
        Score::Nps { .. } | Score::Csat { .. } => String::from("    no ratings yet"),
    };
    format!("\n{headline}\n{numbers}\n")
}

fn signed(interval: Interval) -> String {
    format!("{:+.1} to {:+.1}", interval.low, interval.high)
}

fn ratings(base: u64) -> String {
    match base {
        1 => String::from("1 rating"),
        _ => format!("{base} ratings"),
    }
}

fn unreadable(lines: &[u64]) -> String {
    let listed: Vec<_> = lines.iter().take(MAX_LISTED).map(u64::to_string).collect();
    let more = if lines.len() <= MAX_LISTED {
        ""
    } else {
        ", …"
    };
    let (count, listed) = (lines.len(), listed.join(", "));
    match count {
        1 => format!("1 line of the log is no record and was left out: {listed}\n"),
        _ => format!("{count} lines of the log are no records and were left out: {listed}{more}\n"),
    }
}

/// Shortens a line to the width of a terminal.
fn fit(line: &str) -> String {
    if line.chars().count() <= COLUMNS {
        return String::from(line);
    }
    let kept: String = line.chars().take(COLUMNS - 2).collect();
    format!("{} …", kept.trim_end())
}
