// Shows the survey page and closes it when the respondent is done.
//
//     startActivity(Intent(this, SurveyActivity::class.java).putExtra("page", page))
//
// `page` is the address of webview/index.html on your own server, with what the
// app knows: https://app.example/webview/?locale=de&theme=dark&respondent=c-1042
//
// In the manifest, keep the activity private, since it trusts that address, and keep it
// as it is when the telephone is turned, so that no answer is lost:
//
//     <activity android:name=".SurveyActivity" android:exported="false"
//         android:configChanges="orientation|screenSize|screenLayout|smallestScreenSize|uiMode" />
//
// For API level 26 and later, with the framework alone. README.md says how it was compiled.

package example.survey

import android.app.Activity
import android.content.Intent
import android.net.Uri
import android.os.Bundle
import android.os.Handler
import android.os.Looper
import android.webkit.JavascriptInterface
import android.webkit.RenderProcessGoneDetail
import android.webkit.WebResourceError
import android.webkit.WebResourceRequest
import android.webkit.WebView
import android.webkit.WebViewClient
import org.json.JSONException
import org.json.JSONObject

class SurveyActivity : Activity() {
    private val main = Handler(Looper.getMainLooper())
    private lateinit var webView: WebView

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        val page = intent.getStringExtra("page") ?: return finish()

        webView = WebView(this)
        webView.settings.javaScriptEnabled = true
        // Sayso keeps unsent answers and the cooldown here.
        webView.settings.domStorageEnabled = true
        // The name that the bridge looks for: window.SaysoHost
        webView.addJavascriptInterface(Host(), "SaysoHost")
        webView.webViewClient = Client(Uri.parse(page))
        setContentView(webView)
        webView.loadUrl(page)
    }

    private inner class Host {
        // Called on a thread of the web view, not on the main one.
        @JavascriptInterface
        fun postMessage(message: String) {
            val said = try {
                JSONObject(message)
            } catch (error: JSONException) {
                return // Not one of our messages.
            }
            if (said.optInt("sayso") != 1) return
            when (said.optString("type")) {
                "completed" -> close(afterMs = 1_800) // Leaves time to read the thanks.
                "dismissed", "error" -> close(afterMs = 0)
                // "ready", "resize", "shown", "answered": if you like.
            }
        }
    }

    /** For instance `JSONObject().put("type", "set").put("theme", "dark")`. */
    fun tell(message: JSONObject) {
        webView.evaluateJavascript("saysoBridge.receive(${message.put("sayso", 1)})", null)
    }

    private inner class Client(private val page: Uri) : WebViewClient() {
        // Every page in this view could call the host, so links open elsewhere.
        override fun shouldOverrideUrlLoading(view: WebView, request: WebResourceRequest): Boolean {
            val isRedirect = request.isRedirect && request.url.host == page.host
            if (isRedirect || !request.isForMainFrame) return false
            runCatching { startActivity(Intent(Intent.ACTION_VIEW, request.url)) }
            return true
        }

        // Without a network there is no page, and so no message from it.
        override fun onReceivedError(
            view: WebView,
            request: WebResourceRequest,
            error: WebResourceError,
        ) {
            if (request.isForMainFrame) close(afterMs = 0)
        }

        // The system took its memory back. Unless this is handled, the app ends, too.
        override fun onRenderProcessGone(view: WebView, detail: RenderProcessGoneDetail): Boolean {
            close(afterMs = 0)
            return true
        }
    }

    private fun close(afterMs: Long) {
        main.postDelayed({ finish() }, afterMs)
    }

    override fun onDestroy() {
        main.removeCallbacksAndMessages(null)
        if (::webView.isInitialized) webView.destroy()
        super.onDestroy()
    }
}
