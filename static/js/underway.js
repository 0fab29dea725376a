/**
 * htmx requests that a person makes by a tap: the page shows when loading takes long (css/components/page-loading.css) and
 * when a request failed. Failures of requests that the page makes by itself are not shown.
 */
import { isFetching } from "./lib/fetch-again.js";
import { showToast } from "./lib/page-toast.js";

export const UNREACHED = "That did not reach the server. Check your network and try again.";
const SLOW = 500; // ms
const GONE = "That’s no longer there. Reload the page to see what is.";
const AWAY = "Spaces can’t read or save data right now. Try again in a moment.";
/** @type {Record<number, string>} */
const MESSAGES = { 404: GONE, 503: AWAY }; // by status
const BROKEN = "Something broke on our side. Try again in a minute.";

/** The latest request for a page. @type {XMLHttpRequest | undefined} */
let latest;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let slowTimer;

document.addEventListener("htmx:beforeSend", (event) => {
  const { boosted, xhr } = /** @type {CustomEvent} */ (event).detail;
  if (!boosted) return;
  latest = xhr;
  clearTimeout(slowTimer);
  slowTimer = setTimeout(setBusy, SLOW, true);
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (/** @type {CustomEvent} */ (event).detail.xhr !== latest) return;
  clearTimeout(slowTimer);
  setBusy(false);
});
document.addEventListener("htmx:sendError", (event) => {
  if (isFromPerson(event)) showToast(UNREACHED);
});
document.addEventListener("htmx:responseError", (event) => {
  const { boosted, xhr } = /** @type {CustomEvent} */ (event).detail; // a boosted request shows the error page
  if (!boosted && isFromPerson(event)) showToast(MESSAGES[xhr.status] ?? BROKEN);
});

/** Return true if a person made the request; hidden elements, and parts fetched again, make requests by themselves. @param {Event} event */
function isFromPerson(event) {
  const { elt } = /** @type {CustomEvent} */ (event).detail;
  return elt instanceof HTMLElement && !elt.hidden && !isFetching(elt);
}

/** @param {boolean} busy */
function setBusy(busy) {
  document.getElementById("page")?.setAttribute("aria-busy", String(busy));
}
