// Shows the survey page in a modal and closes it when the respondent is done.
//
//     <Survey page={page} onClose={() => setIsAsking(false)} />
//
// `page` is the address of webview/index.html on your own server, with what the
// app knows: https://app.example/webview/?locale=de&theme=dark&respondent=c-1042

import { useEffect, useRef } from "react";
import { Linking, Modal } from "react-native";
import { WebView, type WebViewMessageEvent } from "react-native-webview";

type Props = { page: string; onClose: () => void };

export function Survey({ page, onClose }: Props) {
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => () => {
    if (timer.current !== null) clearTimeout(timer.current);
  }, []);

  const closeAfter = (delayMs: number) => {
    if (timer.current === null) timer.current = setTimeout(onClose, delayMs);
  };

  const listen = (event: WebViewMessageEvent) => {
    switch (typeOf(event.nativeEvent.data)) {
      case "sayso:completed":
        closeAfter(1800); // Leaves time to read the thanks.
        break;
      case "sayso:dismissed":
      case "sayso:not_shown":
        closeAfter(0);
        break;
      default: // "sayso:shown", "sayso:answered": for your analytics, if you like.
    }
  };

  return (
    <Modal animationType="slide" onRequestClose={onClose}>
      <WebView
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

function typeOf(message: string): unknown {
  try {
    return JSON.parse(message)?.type;
  } catch {
    return undefined;
  }
}
