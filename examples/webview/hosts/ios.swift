// Shows the survey page in a sheet and closes it when the respondent is done.
//
//     present(SurveyViewController(page: page), animated: true)
//
// `page` is the address of webview/index.html on your own server, with what the
// app knows: https://app.example/webview/?locale=de&theme=dark&respondent=c-1042

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

    // Every page in this view could call the app, so links open elsewhere.
    func webView(
        _ webView: WKWebView, decidePolicyFor action: WKNavigationAction,
        decisionHandler: @escaping (WKNavigationActionPolicy) -> Void
    ) {
        guard let url = action.request.url, url != page, action.targetFrame?.isMainFrame ?? true
        else { return decisionHandler(.allow) }
        UIApplication.shared.open(url)
        decisionHandler(.cancel)
    }

    func webView(
        _ webView: WKWebView, didFailProvisionalNavigation navigation: WKNavigation!,
        withError error: Error
    ) {
        close(after: 0)  // Without a network there is no page, and so no message from it.
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
        guard isBeingDismissed || isMovingFromParent else { return }
        // The controller would hold on to its handler, and so to this object, for ever.
        (view as? WKWebView)?.configuration.userContentController
            .removeScriptMessageHandler(forName: "sayso")
    }
}
