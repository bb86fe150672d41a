// Shows the survey page in a modal and closes it when the respondent is done.
//
//     <Survey page={page} onClose={() => setIsAsking(false)} />
//
// `page` is the address of webview/index.html on your own server, with what the
// app knows: https://app.example/webview/?locale=de&theme=dark&respondent=c-1042

import { useEffect, useRef } from "react";
import { Linking, Modal } from "react-native";
import { WebView, type WebViewMessageEvent } from "react-native-webview";
import type { Theme, ToHost, ToPage } from "../messages/messages";

type Props = { page: string; theme?: Theme; onClose: () => void };

export function Survey({ page, theme = null, onClose }: Props) {
  const view = useRef<WebView<object>>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => () => {
    if (timer.current !== null) clearTimeout(timer.current);
  }, []);

  const closeAfter = (delayMs: number) => {
    if (timer.current === null) timer.current = setTimeout(onClose, delayMs);
  };

  const tell = (message: ToPage) => view.current?.postMessage(JSON.stringify(message));
  useEffect(() => tell({ sayso: 1, type: "set", theme }), [theme]);

  const listen = (event: WebViewMessageEvent) => {
    switch (read(event.nativeEvent.data)?.type) {
      case "ready":
        tell({ sayso: 1, type: "set", theme });
        break;
      case "completed":
        closeAfter(1800); // Leaves time to read the thanks.
        break;
      case "dismissed":
      case "error":
        closeAfter(0);
        break;
      default: // "resize", "shown", "answered": if you like.
    }
  };

  return (
    <Modal animationType="slide" onRequestClose={onClose}>
      <WebView
        ref={view}
        source={{ uri: page }}
        onMessage={listen}
        onError={() => closeAfter(0)} // Without a network the page cannot speak.
        domStorageEnabled // Sayso keeps unsent answers and the cooldown here.
        // Links open in the browser: only our own page may speak to the app.
        onShouldStartLoadWithRequest={({ url, isTopFrame }) => {
          if (url === page || isTopFrame === false) return true;
          Linking.openURL(url).catch(() => {});
          return false;
        }}
      />
    </Modal>
  );
}

function read(text: string): ToHost | undefined {
  try {
    const message = JSON.parse(text);
    return message?.sayso === 1 ? message : undefined;
  } catch {
    return undefined; // Not one of our messages.
  }
}
