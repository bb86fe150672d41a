//! Any bytes as a survey file.

use sayso_collector::surveys::Surveys;
use sayso_core::answer::Answers;
use sayso_core::branch;
use sayso_core::condition::Surroundings;
use sayso_core::file::SurveyFile;
use sayso_core::survey::Survey;
use sayso_core::validate::validate;
use sayso_core::wire::Status;

/// Reads the bytes, and what is written of them.
///
/// A file is refused with its problems, or it is the same file when it is read
/// from what is kept of it, in each of its languages, and every survey ends.
pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let file = match SurveyFile::parse(text) {
        Ok(file) => file,
        Err(errors) => {
            assert!(!errors.is_empty(), "refused without a reason");
            for error in errors {
                assert!(!error.to_string().is_empty());
            }
            return;
        }
    };
    let kept = file.canonical();
    for again in [SurveyFile::parse(&kept), SurveyFile::parse_kept(&kept)] {
        let again = again.unwrap_or_else(|errors| panic!("{errors:?} in {kept}"));
        assert_eq!(
            (again.version(), again.canonical()),
            (file.version(), kept.clone())
        );
    }
    for locale in file.locales() {
        let definition = file.definition(locale);
        let sent = serde_json::to_value(&definition).unwrap();
        let survey = definition.survey;
        assert_eq!(Survey::read(&&sent), Some(survey.clone()), "{locale}");
        walk(&survey);
    }
    let surveys = Surveys::new(vec![file.clone()], Vec::new());
    assert!(surveys.page(file.id().as_str(), &[]).is_some());
    // Whether there is room is the operator's business; that it is known is ours.
    drop(surveys.check_room(0));
}

/// Who answers nothing comes to the end all the same.
fn walk(survey: &Survey) {
    let (none, around) = (Answers::new(), Surroundings::default());
    let path = branch::path(survey, &none, &around);
    assert!(path.is_sorted() && path.len() <= survey.questions.len());
    assert!(validate(survey, &none, Status::Shown, &around).is_ok());
}
