/*
 * The proof of work that a definition may ask for when a survey gets more
 * submissions than usual: a number whose hash, with token and response, begins
 * with so many zero bits. For a person it takes a moment; for who sends millions,
 * millions of them.
 */

// What takes longer, on a slow device, is sent without.
const PATIENCE_MS = 5000;

/** Promises the number, as a text; nothing where it takes too long, the page goes away or may not hash. */
export async function prove({ token, work: bits }, response_id) {
  const encoder = new TextEncoder();
  const subtle = globalThis.crypto?.subtle;
  const until = performance.now() + PATIENCE_MS;
  for (let number = 0; subtle && performance.now() < until && !document.hidden; number++) {
    const text = encoder.encode(`${token}:${response_id}:${number}`);
    const hash = new DataView(await subtle.digest("SHA-256", text));
    if (Math.clz32(hash.getUint32(0)) >= bits) return String(number);
  }
}
