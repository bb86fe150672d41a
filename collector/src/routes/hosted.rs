//! `GET` and `POST /s/{id}`: the hosted page. See [`crate::hosted`].

mod reply;

use std::sync::Arc;
use std::time::Instant;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header, request};
use axum::response::{IntoResponse, Response as HttpResponse};
use jiff::Timestamp;
use sayso_core::file::Closed;
use sayso_core::id::ResponseId;
use sayso_core::session::{Event, Outgoing, Phase, Session};
use sayso_core::survey::Survey;
use sayso_core::wire::Status;

use self::reply::Context;
use super::not_found;
use crate::accept;
use crate::assets;
use crate::body;
use crate::error::ApiError;
use crate::hosted::look;
use crate::hosted::page::News;
use crate::hosted::visit::{Visit, Wishes};
use crate::hosted::walk::{self, Pressed};
use crate::hosted::words::Notice;
use crate::metrics::OpenSubmission;
use crate::origin;
use crate::secret::random_bytes;
use crate::state::AppState;
use crate::time;
use crate::trust::Proof;
use crate::trust::link::{self, Link};

/// How much longer the same is as a form than as JSON, at most.
const FORM_FACTOR: usize = 4;

/// The first page. Nothing is stored, whoever asks and however often.
pub(super) async fn page(
    State(state): State<Arc<AppState>>,
    id: Result<Path<String>, PathRejection>,
    request: Request,
) -> HttpResponse {
    let (head, _) = request.into_parts();
    let pairs = pairs(head.uri.query().unwrap_or_default().as_bytes());
    let mut wishes = Wishes::read(&pairs);
    wishes.parent = parent(&state, &head, &wishes);
    let context = Context::new(&state, &head.headers, wishes.clone());
    let Ok(Path(id)) = id else {
        return context.notice(StatusCode::NOT_FOUND, Notice::Unknown);
    };
    let surveys = state.surveys.now();
    let (Some((known, delivery)), Some(survey)) = (
        surveys.delivery(&id),
        surveys.survey(&id, &context.locales()),
    ) else {
        return context.notice(StatusCode::NOT_FOUND, Notice::Unknown);
    };
    let now_s = time::unix_seconds();
    match delivery.closed(now_s, || state.sink.completed(known)) {
        Some(Closed::Paused) => return context.notice(StatusCode::GONE, Notice::Paused),
        Some(Closed::Ended) => return context.notice(StatusCode::GONE, Notice::Ended),
        None => {}
    }
    let survey = inline(survey);
    let mut visit = Visit::of_link(&pairs, wishes, &survey);
    let now_ms = Timestamp::now().as_millisecond();
    visit.response_id = match recipient(&state, &survey, &visit) {
        Ok(Some(id)) => Some(id),
        Ok(None) => new_id(now_ms),
        Err(refused) => return context.refused(refused),
    };
    visit.started_ms = Some(now_ms);
    visit.token = state.trust.hosted_token(&survey.id, now_s);
    let session = session(&survey, &visit, None);
    if session.is_empty() {
        return context.notice(StatusCode::OK, Notice::Nothing);
    }
    let news = News {
        event: "shown",
        ..News::default()
    };
    context.card(StatusCode::OK, session, &visit, false, &news)
}

/// One form: it is stored, and the next one comes back.
pub(super) async fn answer(
    State(state): State<Arc<AppState>>,
    id: Result<Path<String>, PathRejection>,
    request: Request,
) -> HttpResponse {
    let (head, body) = request.into_parts();
    let begun = Instant::now();
    let address = state.proxies.client_of(&head);
    let refused = match state.rate.take(address, begun) {
        Err(wait) => Some(ApiError::RateLimited(wait)),
        Ok(()) if !is_from_here(&state, &head.headers) => Some(ApiError::OriginNotAllowed),
        Ok(()) if !body::is_of(&head.headers, &["application/x-www-form-urlencoded"]) => {
            Some(ApiError::UnsupportedMediaType)
        }
        Ok(()) => None,
    };
    let bytes = match refused {
        Some(error) => Err(error),
        None => {
            let most = state.limits.max_body_bytes.saturating_mul(FORM_FACTOR);
            body::read(&head.headers, body, most, state.limits.body_timeout).await
        }
    };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(error) => {
            OpenSubmission::new(Arc::clone(&state.metrics)).end(error.ending());
            let context = Context::new(&state, &head.headers, Wishes::default());
            return context.error(&error);
        }
    };
    let mut visit = Visit::of_form(&pairs(&bytes));
    visit.wishes.parent = parent(&state, &head, &visit.wishes);
    let context = Context::new(&state, &head.headers, visit.wishes.clone());
    let survey = id
        .ok()
        .and_then(|Path(id)| survey_of(&state, &id, &context, &visit));
    match survey {
        Some(survey) => take(&state, &context, inline(survey), visit).await,
        None => context.notice(StatusCode::NOT_FOUND, Notice::Unknown),
    }
}

/// Takes a form in.
async fn take(
    state: &Arc<AppState>,
    context: &Context<'_>,
    survey: Survey,
    mut visit: Visit,
) -> HttpResponse {
    let linked = match recipient(state, &survey, &visit) {
        Ok(linked) => linked,
        Err(refused) => return context.refused(refused),
    };
    let is_known = linked.is_some();
    let Some(response_id) = linked.or_else(|| visit.response_id.clone()) else {
        return context.notice(StatusCode::BAD_REQUEST, Notice::WrongLink);
    };
    visit.response_id = Some(response_id.clone());
    let at = session(&survey, &visit, visit.at.as_deref());
    let is_there = at.question().map(|question| question.id.as_str()) == visit.at.as_deref();
    // The way to where the form says it is does not exist: the page goes on from where it ends.
    if !is_there || at.is_empty() {
        let news = News::default();
        return context.card(StatusCode::UNPROCESSABLE_ENTITY, at, &visit, false, &news);
    }
    if let Some(question) = at.question() {
        visit.answer(question);
    }
    let pressed = visit.pressed();
    let step = walk::press(at, pressed, &visit.answers);
    let mut session = step.session;
    let mut event = "";
    if let Some(sent) = step.outgoing {
        let status = sent.status;
        if let Err(error) = store(state, &survey, &mut visit, (response_id, is_known), sent).await {
            let at = self::session(&survey, &visit, visit.at.as_deref());
            return context.not_stored(&error, at, &visit);
        }
        visit.seq = visit.seq.saturating_add(1);
        if status == Status::Completed {
            drop(session.handle(Event::Stored));
            event = "completed";
        }
    }
    if pressed == Pressed::Close {
        return context.closed();
    }
    let status = match session.complaint() {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    if event.is_empty() && step.answered.is_some() {
        event = "answered";
    }
    let answered = step.answered.map(|(question, answer)| {
        let json = serde_json::to_string(&answer).unwrap_or_default();
        (String::from(question.as_str()), json)
    });
    let is_over = session.phase() == Phase::Thanked;
    if is_over {
        // What was answered stays with the collector, and not on the screen of a library.
        visit.answers = Default::default();
    }
    context.card(status, session, &visit, false, &News { event, answered })
}

/// Stores one submission, as `POST /v1/responses` would.
async fn store(
    state: &Arc<AppState>,
    survey: &Survey,
    visit: &mut Visit,
    (id, is_known): (ResponseId, bool),
    sent: Outgoing,
) -> Result<(), ApiError> {
    let mut open = OpenSubmission::new(Arc::clone(&state.metrics));
    let now_ms = Timestamp::now().as_millisecond();
    // Of a signed link the first answer counts; another visit does not change it.
    if !is_known {
        let said = serde_json::to_vec(&(sent.status, &sent.answers)).unwrap_or_default();
        visit.seq = state.forms.number(&id, visit.seq, &said);
    }
    let submission = visit.submission(survey, id, sent, now_ms);
    let max_bytes = state.limits.max_body_bytes;
    let length = serde_json::to_vec(&submission).map_or(usize::MAX, |json| json.len());
    let line = match length <= max_bytes {
        true => {
            let proof = is_known.then_some(Proof::Link);
            super::responses::admit(state, submission, proof, &mut open)
        }
        false => Err(ApiError::BodyTooLarge(max_bytes)),
    };
    match line {
        Ok(line) => Ok(state.sink.store(line, open).await.map(drop)?),
        Err(error) => {
            open.end(error.ending());
            Err(error)
        }
    }
}

/// The response that a signed link names; none where there is no link.
fn recipient(
    state: &AppState,
    survey: &Survey,
    visit: &Visit,
) -> Result<Option<ResponseId>, Notice> {
    let Some(link) = &visit.wishes.link else {
        // Better said before than after the answer.
        let is_welcome = state.trust.verify(&visit.respondent()).is_ok();
        return is_welcome.then_some(None).ok_or(Notice::WrongLink);
    };
    let (Some(site), Some(respondent)) = (state.trust.site(), &visit.wishes.respondent) else {
        return Err(Notice::WrongLink);
    };
    match site.read_link(&survey.id, respondent, link, time::unix_seconds()) {
        Link::Good(id) => Ok(Some(id)),
        Link::Expired => Err(Notice::Ended),
        Link::Wrong => Err(Notice::WrongLink),
    }
}

/// The survey that a form was for: in its language, or as it was when it was another version.
fn survey_of(state: &AppState, id: &str, context: &Context<'_>, visit: &Visit) -> Option<Survey> {
    let surveys = state.surveys.now();
    let served = surveys.survey(id, &context.locales());
    let Some(version) = &visit.version else {
        return served;
    };
    if let Some(served) = served.filter(|survey| survey.version == *version) {
        return Some(served);
    }
    let id = sayso_core::id::SurveyId::try_from(id).ok()?;
    surveys.version(&id, version).ok().cloned()
}

/// The session at a question, for this visit.
fn session(survey: &Survey, visit: &Visit, at: Option<&str>) -> Session {
    let around = visit.surroundings(survey);
    let response = visit.response_id.as_ref().map(ResponseId::as_str);
    let respondent = visit.wishes.respondent.as_deref();
    // As the widget writes it, which then has the choices in the same order.
    let seed = serde_json::to_string(&respondent.or(response)).unwrap_or_default();
    walk::arrive(survey, &around, &seed, &visit.answers, at)
}

/// The survey as it stands in a page.
fn inline(mut survey: Survey) -> Survey {
    survey.display = sayso_core::survey::Display::Inline;
    survey.position = Default::default();
    survey
}

fn new_id(now_ms: i64) -> Option<ResponseId> {
    let random: [u8; 32] = random_bytes().ok()?;
    let mut bytes = [0; 16];
    for (byte, from) in bytes.iter_mut().zip(random) {
        *byte = from;
    }
    let time = now_ms.to_be_bytes();
    for (byte, from) in bytes.iter_mut().zip(time.into_iter().skip(2)) {
        *byte = from;
    }
    Some(link::uuid(bytes, 7))
}

fn pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).into_owned().collect()
}

/// Whether a form comes from a page of ours, as far as the browser says. Text browsers
/// say nothing. A frame in a sandbox has no origin; it counts where the operator allows it.
fn is_from_here(state: &AppState, headers: &HeaderMap) -> bool {
    if headers
        .get("sec-fetch-site")
        .is_some_and(|site| site == "same-origin")
    {
        return true;
    }
    let mut origins = headers.get_all(header::ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (None, _) => true,
        (Some(origin), None) => {
            origin::is_own(origin, headers) || origin == "null" && state.origins.contains(origin)
        }
        (Some(_), Some(_)) => false,
    }
}

/// The origin of the page around a frame, if it may be there: as it said, or as the browser did.
fn parent(state: &AppState, head: &request::Parts, wishes: &Wishes) -> Option<String> {
    if !wishes.is_embedded {
        return None;
    }
    let is_welcome = |origin: &String| {
        let value = header::HeaderValue::try_from(origin.as_str());
        value.is_ok_and(|value| state.origins.is_welcome(&value, &head.headers))
    };
    let said = wishes.parent.clone();
    let said = said.or_else(|| origin::referrer(&head.headers));
    said.filter(is_welcome)
}

/// The style sheet of every hosted page.
pub(super) async fn look(headers: HeaderMap) -> HttpResponse {
    look::sheet().reply(&headers, &look::SHEET)
}

/// The script of the hosted pages.
pub(super) async fn script(headers: HeaderMap) -> HttpResponse {
    look::script().reply(&headers, &assets::SCRIPT)
}

/// The style sheet of one survey's own look.
pub(super) async fn theme(
    State(state): State<Arc<AppState>>,
    id: Result<Path<String>, PathRejection>,
) -> HttpResponse {
    let Ok(Path(id)) = id else {
        return not_found().await;
    };
    let theme = state
        .surveys
        .now()
        .survey(&id, &[])
        .and_then(|survey| survey.theme);
    let Some(theme) = theme else {
        return not_found().await;
    };
    let headers = [
        (header::CONTENT_TYPE, look::SHEET.content_type),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, look::hosted(&theme)).into_response()
}

/// The languages that are wished for, most wanted first.
fn languages<'a>(headers: &'a HeaderMap, wishes: &'a Wishes) -> Vec<&'a str> {
    let said = wishes.locale.as_deref().into_iter();
    said.chain(accept::languages(headers)).collect()
}
