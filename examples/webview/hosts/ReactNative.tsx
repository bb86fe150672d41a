// Shows the survey page in a modal and closes it when the respondent is done.
//
//     <Survey page={page} onClose={() => setIsAsking(false)} />
//
// `page` is the address of webview/index.html on your own server, with what the
// app knows: https://app.example/webview/?locale=de&theme=dark&respondent=c-1042
// It takes the package react-native-webview. README.md says how its types were checked.

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
        // The system took the page's memory back; the view is empty.
        onContentProcessDidTerminate={() => closeAfter(0)}
        onRenderProcessGone={() => closeAfter(0)}
        domStorageEnabled // Sayso keeps unsent answers and the cooldown here.
        setSupportMultipleWindows={false} // Else Android opens links where nobody sees them.
        // Links open in the browser: only our own page may speak to the app. It may
        // come by a redirect; Android does not say which is a click.
        onShouldStartLoadWithRequest={({ url, isTopFrame, navigationType }) => {
          const isOurs = originOf(url) === originOf(page) && navigationType !== "click";
          if (isOurs || isTopFrame === false) return true;
          Linking.openURL(url).catch(() => {});
          return false;
        }}
      />
    </Modal>
  );
}

// "https://app.example" of an address. Not every React Native has all of `URL`.
function originOf(address: string): string {
  return address.split(/[/?#]/, 3).join("/");
}

function read(text: string): ToHost | undefined {
  try {
    const message = JSON.parse(text);
    return message?.sayso === 1 ? message : undefined;
  } catch {
    return undefined; // Not one of our messages.
  }
}
