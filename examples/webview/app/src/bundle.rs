//! The files in the program, and how they are served to the webview.

use std::borrow::Cow;
use wry::http::header::CONTENT_TYPE;
use wry::http::{Request, Response, StatusCode};

/// By their addresses; `build.rs` writes the list.
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/bundle.rs"));

/// The scheme of all addresses. The collector has to allow it: `--allow-origin sayso://app`.
pub const SCHEME: &str = "sayso";

/// Whether an address is one of ours. WebView2 knows no schemes of apps, so wry
/// makes a host of it there.
pub fn is_ours(url: &str) -> bool {
    ["sayso://app/", "http://sayso.app/"]
        .iter()
        .any(|ours| url.starts_with(ours))
}

/// The reply to a request of the webview.
pub fn reply(request: &Request<Vec<u8>>, collector: &str) -> Response<Cow<'static, [u8]>> {
    let path = request.uri().path().trim_start_matches('/');
    let (status, kind, content) = match find(path, request.uri().query().unwrap_or_default()) {
        Some(content) if path.ends_with(".html") => {
            (StatusCode::OK, kind(path), page(content, collector))
        }
        Some(content) => (StatusCode::OK, kind(path), Cow::Borrowed(content)),
        // What the collector says of a survey that it does not have.
        None => {
            let content = Cow::Borrowed(&br#"{"code":"unknown_survey"}"#[..]);
            (StatusCode::NOT_FOUND, "application/json", content)
        }
    };
    let mut reply = Response::new(content);
    *reply.status_mut() = status;
    reply
        .headers_mut()
        .insert(CONTENT_TYPE, wry::http::HeaderValue::from_static(kind));
    reply
}

/// A file; a survey in the language that is asked for, or else in English.
fn find(path: &str, query: &str) -> Option<&'static [u8]> {
    let file = |name: &str| {
        let found = FILES.iter().find(|(address, _)| *address == name);
        found.map(|(_, content)| *content)
    };
    if !path.starts_with("v1/surveys/") {
        return file(path);
    }
    let locale = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("locale="));
    let language = locale.and_then(|locale| locale.split('-').next());
    language
        .and_then(|language| file(&format!("{path}/{language}")))
        .or_else(|| file(&format!("{path}/en")))
}

/// The page as a website would have it, with its scripts from here and the
/// collector named: only answers go there.
fn page(content: &[u8], collector: &str) -> Cow<'static, [u8]> {
    let collector = collector.replace(['"', '<', '&'], "");
    let page = String::from_utf8_lossy(content)
        .replace("https://feedback.example/bridge.js", "bridge.js")
        .replace(
            "src=\"https://feedback.example/sayso.js\"",
            &format!("src=\"sayso.js\" data-collector=\"{collector}\""),
        );
    Cow::Owned(page.into_bytes())
}

fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.') {
        Some((_, "html")) => "text/html; charset=utf-8",
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "js")) => "text/javascript; charset=utf-8",
        Some((_, "wasm")) => "application/wasm",
        _ => "application/json",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_survey_comes_in_the_language_of_the_app_or_in_english() {
        let title = |query: &str| {
            let content = find("v1/surveys/post-purchase", query).unwrap_or_default();
            let survey: serde_json::Value = serde_json::from_slice(content).unwrap_or_default();
            survey["thanks"]["title"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        assert_eq!(title("locale=de-AT"), "Vielen Dank");
        assert_eq!(title("locale=fi"), "Thank you");
        assert_eq!(title(""), "Thank you");
    }

    #[test]
    fn the_page_names_no_server_but_the_collector() {
        let page = page(
            find("index.html", "").unwrap_or_default(),
            "http://127.0.0.1:1",
        );
        let page = String::from_utf8_lossy(&page);
        assert!(page.contains("src=\"sayso.js\" data-collector=\"http://127.0.0.1:1\""));
        assert!(!page.contains("feedback.example"), "{page}");
    }

    #[test]
    fn other_addresses_are_not_ours() {
        assert!(is_ours("sayso://app/index.html") && is_ours("http://sayso.app/index.html"));
        assert!(!is_ours("https://sayso.app.example/") && !is_ours("file:///etc/passwd"));
    }
}
