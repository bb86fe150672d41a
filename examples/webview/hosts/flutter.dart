// Shows the survey page and closes it when the respondent is done.
//
//     Navigator.of(context).push(MaterialPageRoute(builder: (_) => SurveyPage(page)));
//
// `page` is the address of webview/index.html on your own server, with what the
// app knows: https://app.example/webview/?locale=de&theme=dark&respondent=c-1042
// It takes Dart 3 and the packages webview_flutter (4) and url_launcher (6). Here it was
// parsed, not compiled: README.md has the details.

import 'dart:convert';

import 'package:flutter/material.dart';
import 'package:url_launcher/url_launcher.dart';
import 'package:webview_flutter/webview_flutter.dart';

class SurveyPage extends StatefulWidget {
  const SurveyPage(this.page, {super.key});

  final Uri page;

  @override
  State<SurveyPage> createState() => _SurveyPageState();
}

class _SurveyPageState extends State<SurveyPage> {
  late final WebViewController _view;
  bool _isClosing = false;

  @override
  void initState() {
    super.initState();
    _view = WebViewController()
      ..setJavaScriptMode(JavaScriptMode.unrestricted)
      // The name that the bridge looks for: Sayso.postMessage
      ..addJavaScriptChannel('Sayso', onMessageReceived: (said) => _hear(said.message))
      ..setNavigationDelegate(NavigationDelegate(
        // Every page in this view could call the app, so links open elsewhere. Our own
        // page may come by a redirect.
        onNavigationRequest: (request) {
          final url = Uri.tryParse(request.url);
          final isOurs = url?.scheme == widget.page.scheme && url?.host == widget.page.host;
          if (isOurs || !request.isMainFrame) return NavigationDecision.navigate;
          if (url != null) launchUrl(url, mode: LaunchMode.externalApplication).ignore();
          return NavigationDecision.prevent;
        },
        // Without a network there is no page, and so no message from it.
        onWebResourceError: (error) {
          if (error.isForMainFrame ?? false) _close(Duration.zero);
        },
      ))
      ..loadRequest(widget.page);
  }

  void _hear(String text) {
    final Object? message;
    try {
      message = jsonDecode(text);
    } on FormatException {
      return; // Not one of our messages.
    }
    if (message is! Map || message['sayso'] != 1) return;
    switch (message['type']) {
      case 'completed':
        _close(const Duration(milliseconds: 1800)); // Leaves time to read the thanks.
      case 'dismissed' || 'error':
        _close(Duration.zero);
      // 'ready', 'resize', 'shown', 'answered': if you like.
    }
  }

  /// For instance `{'type': 'set', 'theme': 'dark'}`, while the survey is open.
  Future<void> tell(Map<String, Object?> message) =>
      _view.runJavaScript('saysoBridge.receive(${jsonEncode({...message, 'sayso': 1})})');

  Future<void> _close(Duration delay) async {
    if (_isClosing) return;
    _isClosing = true;
    await Future<void>.delayed(delay);
    if (mounted) Navigator.of(context).pop();
  }

  @override
  Widget build(BuildContext context) =>
      Scaffold(body: SafeArea(child: WebViewWidget(controller: _view)));
}
