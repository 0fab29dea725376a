/**
 * Requests of htmx that people make by a tap: a page that loads slowly shows it (css/components/underway.css), and a
 * failure is shown. Failures of requests that pages make by themselves are not shown.
 */
import { say } from "./lib/say.js";

export const UNREACHED = "That did not reach the server. Check your network and try again.";
const SLOW = 500; // ms
const GONE = "That’s no longer there. Reload the page to see what is.";
const AWAY = "Spaces can’t reach its data right now. Try again in a moment.";
/** @type {Record<number, string>} */
const WORDS = { 404: GONE, 503: AWAY }; // by status
const BROKEN = "Something broke on our side. Try again in a minute.";

/** The latest request for a page. @type {XMLHttpRequest | undefined} */
let coming;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let slow;

document.addEventListener("htmx:beforeSend", (event) => {
  const { boosted, xhr } = /** @type {CustomEvent} */ (event).detail;
  if (!boosted) return;
  coming = xhr;
  clearTimeout(slow);
  slow = setTimeout(setBusy, SLOW, true);
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (/** @type {CustomEvent} */ (event).detail.xhr !== coming) return;
  clearTimeout(slow);
  setBusy(false);
});
document.addEventListener("htmx:sendError", (event) => {
  if (wasAsked(event)) say(UNREACHED);
});
document.addEventListener("htmx:responseError", (event) => {
  const { boosted, xhr } = /** @type {CustomEvent} */ (event).detail; // a boosted request shows the error page
  if (!boosted && wasAsked(event)) say(WORDS[xhr.status] ?? BROKEN);
});

/** Return true if a person made the request: hidden elements make theirs by themselves. @param {Event} event */
function wasAsked(event) {
  const { elt } = /** @type {CustomEvent} */ (event).detail;
  return elt instanceof HTMLElement && !elt.hidden;
}

/** @param {boolean} busy */
function setBusy(busy) {
  document.getElementById("page")?.setAttribute("aria-busy", String(busy));
}
