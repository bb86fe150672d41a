// Shows the survey page in a sheet and closes it when the respondent is done.
//
//     present(SurveyViewController(page: page), animated: true)
//
// `page` is the address of webview/index.html on your own server, with what the
// app knows: https://app.example/webview/?locale=de&theme=dark&respondent=c-1042
//
// For iOS 14 and later. Here it was parsed, not compiled: README.md has the details.

import UIKit
import WebKit

final class SurveyViewController: UIViewController, WKScriptMessageHandler, WKNavigationDelegate {
    private let page: URL
    private var isClosing = false

    init(page: URL) {
        self.page = page
        super.init(nibName: nil, bundle: nil)
    }

    @available(*, unavailable)
    required init?(coder: NSCoder) { fatalError("made in code only") }

    override func loadView() {
        let configuration = WKWebViewConfiguration()
        // The name that the bridge looks for: webkit.messageHandlers.sayso
        configuration.userContentController.add(self, name: "sayso")
        let webView = WKWebView(frame: .zero, configuration: configuration)
        webView.navigationDelegate = self
        // The page keeps clear of the notch by itself.
        webView.scrollView.contentInsetAdjustmentBehavior = .never
        webView.load(URLRequest(url: page))
        view = webView
    }

    func userContentController(
        _ controller: WKUserContentController, didReceive message: WKScriptMessage
    ) {
        // Only our own page may speak, and no frame inside of it.
        guard message.frameInfo.isMainFrame,
              message.frameInfo.securityOrigin.protocol == page.scheme,
              message.frameInfo.securityOrigin.host == page.host,
              let body = message.body as? [String: Any],
              body["sayso"] as? Int == 1,
              let type = body["type"] as? String
        else { return }

        switch type {
        case "completed": close(after: 1.8)  // Leaves time to read the thanks.
        case "dismissed", "error": close(after: 0)
        default: break  // "ready", "resize", "shown", "answered": if you like.
        }
    }

    /// For instance ["type": "set", "theme": "dark"], while the survey is open.
    func tell(_ message: [String: Any]) {
        let message = message.merging(["sayso": 1]) { $1 }
        guard let data = try? JSONSerialization.data(withJSONObject: message),
              let json = String(data: data, encoding: .utf8)
        else { return }
        (view as? WKWebView)?.evaluateJavaScript("saysoBridge.receive(\(json))")
    }

    // Every page in this view could call the app, so links open elsewhere. Without a
    // target frame they ask for a window of their own.
    func webView(
        _ webView: WKWebView, decidePolicyFor action: WKNavigationAction
    ) async -> WKNavigationActionPolicy {
        guard let url = action.request.url, action.targetFrame?.isMainFrame ?? true
        else { return .allow }
        // Our own page, also where its server redirects.
        let isOurs = url.host == page.host && action.navigationType != .linkActivated
        if isOurs && action.targetFrame != nil { return .allow }
        UIApplication.shared.open(url, options: [:], completionHandler: nil)
        return .cancel
    }

    func webView(
        _ webView: WKWebView, didFailProvisionalNavigation navigation: WKNavigation!,
        withError error: Error
    ) {
        let error = error as NSError
        // A load that another one took the place of is no failure.
        guard error.domain == NSURLErrorDomain, error.code != NSURLErrorCancelled else { return }
        close(after: 0)  // Without a network there is no page, and so no message from it.
    }

    func webViewWebContentProcessDidTerminate(_ webView: WKWebView) {
        close(after: 0)  // The system took its memory back; the view is empty.
    }

    private func close(after delay: TimeInterval) {
        guard !isClosing else { return }
        isClosing = true
        DispatchQueue.main.asyncAfter(deadline: .now() + delay) { [weak self] in
            self?.dismiss(animated: true)
        }
    }

    override func viewDidDisappear(_ animated: Bool) {
        super.viewDidDisappear(animated)
        let isGoing = isBeingDismissed || navigationController?.isBeingDismissed ?? false
        guard isGoing || isMovingFromParent else { return }
        // The controller would hold on to its handler, and so to this object, for ever.
        (view as? WKWebView)?.configuration.userContentController
            .removeScriptMessageHandler(forName: "sayso")
    }
}
