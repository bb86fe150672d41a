//! The replies of the hosted page: HTML, under a policy of its own.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response as HttpResponse};
use sayso_core::session::Session;

use super::languages;
use crate::error::ApiError;
use crate::headers::{MayBeFramed, own_page_headers};
use crate::hosted::page::{self, News, Parts};
use crate::hosted::visit::{Visit, Wishes};
use crate::hosted::words::{Notice, said};
use crate::state::AppState;

/// What a request says of how its reply is to look.
pub(super) struct Context<'a> {
    headers: &'a HeaderMap,
    wishes: Wishes,
    parts: Parts,
    ancestors: String,
}

impl<'a> Context<'a> {
    pub(super) fn new(state: &AppState, headers: &'a HeaderMap, wishes: Wishes) -> Self {
        let origins: Vec<_> = state.origins.named().collect();
        let origins = origins.join(" ");
        let ancestors = match wishes.is_embedded {
            true => format!("'self' {origins}"),
            false => String::from("'none'"),
        };
        Self {
            headers,
            wishes,
            parts: Parts { origins },
            ancestors,
        }
    }

    /// The languages that are wished for.
    pub(super) fn locales(&self) -> Vec<&str> {
        languages(self.headers, &self.wishes)
    }

    /// The page with a card.
    pub(super) fn card(
        &self,
        status: StatusCode,
        session: Session,
        visit: &Visit,
        is_not_sent: bool,
        news: &News,
    ) -> HttpResponse {
        let html = page::card(session, visit, is_not_sent, news, &self.parts);
        self.reply(status, html)
    }

    /// A page that says why there is no card.
    pub(super) fn notice(&self, status: StatusCode, notice: Notice) -> HttpResponse {
        let said = said(notice, &self.locales());
        let html = page::notice(&said, &self.wishes, "error", &self.parts);
        self.reply(status, html)
    }

    /// The page after the respondent closed the card.
    pub(super) fn closed(&self) -> HttpResponse {
        let said = said(Notice::Closed, &self.locales());
        let html = page::notice(&said, &self.wishes, "dismissed", &self.parts);
        self.reply(StatusCode::OK, html)
    }

    /// A link that is of no use.
    pub(super) fn refused(&self, notice: Notice) -> HttpResponse {
        let status = match notice {
            Notice::Ended => StatusCode::GONE,
            _ => StatusCode::FORBIDDEN,
        };
        self.notice(status, notice)
    }

    /// A form that was not looked into.
    pub(super) fn error(&self, error: &ApiError) -> HttpResponse {
        with_wait(self.notice(status_of(error), Notice::NotSent), error)
    }

    /// A form that was not stored: the same again, with its answers.
    pub(super) fn not_stored(
        &self,
        error: &ApiError,
        session: Session,
        visit: &Visit,
    ) -> HttpResponse {
        let news = News {
            event: "error",
            ..News::default()
        };
        let reply = self.card(status_of(error), session, visit, true, &news);
        with_wait(reply, error)
    }

    fn reply(&self, status: StatusCode, html: String) -> HttpResponse {
        let mut reply = (status, own_page_headers(), Html(html)).into_response();
        let headers = reply.headers_mut();
        let policy = format!(
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
             connect-src 'self'; form-action 'self'; base-uri 'none'; \
             require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors {}",
            self.ancestors
        );
        if let Ok(policy) = HeaderValue::try_from(policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        headers.insert(
            header::VARY,
            HeaderValue::from_static("Accept-Language, Referer"),
        );
        if self.wishes.is_embedded {
            headers.remove(header::X_FRAME_OPTIONS);
            // In a page that is isolated, a frame must say that it is, too.
            for (name, value) in [
                ("cross-origin-resource-policy", "cross-origin"),
                ("cross-origin-embedder-policy", "require-corp"),
            ] {
                headers.insert(
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                );
            }
            reply.extensions_mut().insert(MayBeFramed);
        }
        reply
    }
}

fn status_of(error: &ApiError) -> StatusCode {
    StatusCode::from_u16(error.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Says when it is worth another try, as the refusal itself would.
fn with_wait(mut reply: HttpResponse, error: &ApiError) -> HttpResponse {
    let refusal = error.clone().into_response();
    if let Some(wait) = refusal.headers().get(header::RETRY_AFTER) {
        reply
            .headers_mut()
            .insert(header::RETRY_AFTER, wait.clone());
    }
    reply
}
