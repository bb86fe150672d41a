//! The report for people: 80 columns, plain text.

use sayso_core::score::Interval;

use super::{ChoiceReport, QuestionReport, Report, Score, SurveyReport};

/// How wide a terminal is at least.
const COLUMNS: usize = 80;

/// Most lines that are listed.
const MAX_LISTED: usize = 10;

pub(super) fn text(report: &Report) -> String {
    if let Some(log) = &report.missing_log {
        return format!("no responses yet: there is no log at {}\n", log.display());
    }
    let mut blocks: Vec<_> = report.surveys.iter().map(survey).collect();
    if blocks.is_empty() {
        blocks.push(String::from("no surveys yet\n"));
    }
    if 0 < report.unreadable_line_count {
        blocks.push(unreadable(report));
    }
    if !report.damaged_files.is_empty() {
        blocks.push(damaged(report));
    }
    blocks.join("\n")
}

fn damaged(report: &Report) -> String {
    let mut text = String::from("Damaged files, of which only the beginning could be read:\n");
    for file in &report.damaged_files {
        text.push_str(&format!("  {file}\n"));
    }
    text + "The numbers are without the rest. Restore them from a backup.\n"
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
    match (survey.suspicious, survey.without_suspicious) {
        (0, _) => {}
        (count, false) => text.push_str(&format!("  {count} marked as suspicious\n")),
        (count, true) => {
            text.push_str(&format!(
                "  {count} more marked as suspicious, and left out\n"
            ));
        }
    }
    for question in &survey.questions {
        text.push_str(&self::question(question));
    }
    text
}

fn question(question: &QuestionReport) -> String {
    let QuestionReport { id, prompt, score } = question;
    let headline = fit(&format!("  {id}: {prompt}"));
    let numbers = numbers(score).unwrap_or_else(|| String::from("    no answers yet"));
    format!("\n{headline}\n{numbers}\n")
}

/// The lines below a question; `None` when nobody has answered it.
fn numbers(score: &Score) -> Option<String> {
    Some(match score {
        Score::Nps {
            score,
            interval,
            base,
            counts,
        } => format!(
            "    NPS {:+.1}   95 % interval {}   {}\n    promoters {}, passives {}, detractors {}",
            (*score)?,
            signed((*interval)?),
            ratings(*base),
            counts.promoters,
            counts.passives,
            counts.detractors
        ),
        Score::Csat {
            score,
            interval,
            mean,
            base,
            satisfied,
            ..
        } => {
            let score = csat((*score)?, (*interval)?, *base);
            format!("{score}\n    satisfied {satisfied}, mean {:.2}", (*mean)?)
        }
        Score::Ces {
            score,
            interval,
            points,
            base,
            easy,
        } => format!(
            "    CES {:.1} of {points}{}   {}\n    easy {}",
            (*score)?,
            of_mean(*interval),
            ratings(*base),
            share(*easy, *base)
        ),
        Score::Rating {
            mean,
            interval,
            points,
            base,
        } => format!(
            "    mean {:.2} of {points}{}   {}",
            (*mean)?,
            of_mean(*interval),
            ratings(*base)
        ),
        Score::Choices { base, choices } => (*base != 0).then(|| self::choices(choices, *base))?,
        Score::Consent { agreed, base } => {
            (*base != 0).then(|| format!("    agreed {}", share(*agreed, *base)))?
        }
    })
}

fn csat(score: f64, Interval { low, high }: Interval, base: u64) -> String {
    let base = ratings(base);
    format!("    CSAT {score:.1} %   95 % interval {low:.1} to {high:.1} %   {base}")
}

fn choices(choices: &[ChoiceReport], base: u64) -> String {
    let line = |choice: &ChoiceReport| {
        let share = share(choice.count, base);
        fit(&format!("    {share}: {}", choice.label))
    };
    choices.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn of_mean(interval: Option<Interval>) -> String {
    match interval {
        Some(Interval { low, high }) => format!("   95 % interval {low:.2} to {high:.2}"),
        None => String::new(),
    }
}

/// A count with its share of all.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
fn share(count: u64, base: u64) -> String {
    let share = 100.0 * count as f64 / base.max(1) as f64;
    format!("{count} of {base} ({share:.1} %)")
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

fn unreadable(report: &Report) -> String {
    let mut text = match report.unreadable_line_count {
        1 => String::from("1 line of the log is no record and was left out:\n"),
        count => format!("{count} lines of the log are no records and were left out:\n"),
    };
    for place in report.unreadable_lines.iter().take(MAX_LISTED) {
        text.push_str(&format!("  {place}\n"));
    }
    if MAX_LISTED < report.unreadable_lines.len() {
        text.push_str("  …\n");
    }
    text + "`sayso verify` says what is wrong with them.\n"
}

/// Shortens a line to the width of a terminal.
fn fit(line: &str) -> String {
    if line.chars().count() <= COLUMNS {
        return String::from(line);
    }
    let kept: String = line.chars().take(COLUMNS - 2).collect();
    format!("{} …", kept.trim_end())
}
