import type {} from "sayso/react";
import { StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter, Link, Route, Routes, useParams } from "react-router";
import { askForFeedback, start } from "./survey";

function Article() {
  const { name = "first" } = useParams();
  const [answer, setAnswer] = useState<string>();
  useEffect(() => {
    const stop = new AbortController();
    document.addEventListener(
      "sayso:answered",
      ({ detail }) => setAnswer(`${detail.question_id}: ${detail.answer}`),
      { signal: stop.signal },
    );
    return () => stop.abort();
  }, []);
  return (
    <main>
      <h1>The {name} article</h1>
      {/* Its attributes are read when it is inserted: another article is another key. */}
      <sayso-survey key={name} survey="rate-article" context-article={name} />
      <p id="answer">{answer}</p>
    </main>
  );
}

function Help() {
  return (
    <main>
      <h1>Help</h1>
      <button onClick={askForFeedback}>Give feedback</button>
    </main>
  );
}

function App() {
  useEffect(() => void start(), []);
  return (
    <BrowserRouter basename={import.meta.env.BASE_URL}>
      <nav>
        <Link id="to-first" to="/">First</Link> <Link id="to-second" to="/articles/second">Second</Link>{" "}
        <Link id="to-help" to="/help">Help</Link>
      </nav>
      <Routes>
        <Route path="/" element={<Article />} />
        <Route path="/articles/:name" element={<Article />} />
        <Route path="/help" element={<Help />} />
      </Routes>
    </BrowserRouter>
  );
}

createRoot(document.querySelector("#app")!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
