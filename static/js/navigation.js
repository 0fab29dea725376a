/** Boosted page changes: the latest request wins, error pages are shown, and the current page is marked in the menu. */
import "./back-and-forward.js";
import { focusFirstError } from "./form-errors.js";
import { ownPath } from "./lib/addresses.js";
import { live } from "./room/live.js";
import { showToast } from "./lib/page-toast.js";
import { UNREACHED } from "./underway.js";

/** The request for the next page. @type {XMLHttpRequest | undefined} */
let latest;
/** The request for the page to which Back or Forward leads; htmx shows the response. @type {XMLHttpRequest | undefined} */
let historyRequest;

document.addEventListener("htmx:historyCacheMiss", (event) => {
  historyRequest?.abort();
  const request = /** @type {CustomEvent} */ (event).detail.xhr;
  request.addEventListener("error", () => showToast(UNREACHED)); // htmx fires no event for this failure
  historyRequest = latest = request;
});
document.addEventListener("htmx:historyCacheMissLoad", (event) => {
  if (viewerIn(/** @type {CustomEvent} */ (event).detail.response) !== currentViewer()) location.reload();
});
document.addEventListener("htmx:historyCacheMissLoadError", (event) => {
  const { historyElt, xhr, swapSpec } = /** @type {CustomEvent} */ (event).detail;
  const { htmx } = /** @type {{htmx?: {swap: (target: Element, html: string, how: object, more: object) => void}}} */ (/** @type {unknown} */ (window));
  htmx?.swap(historyElt, xhr.response, swapSpec, { contextElement: historyElt, historyRequest: true });
  pageShown();
});
document.addEventListener("htmx:beforeRequest", (event) => {
  const { boosted, xhr } = /** @type {CustomEvent} */ (event).detail;
  if (!boosted) return;
  historyRequest?.abort();
  latest = xhr;
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const detail = /** @type {CustomEvent} */ (event).detail;
  const viewer = viewerIn(detail.serverResponse);
  if (!detail.boosted) {
    // A fragment was requested, but the response is a page for another viewer, who signed in or out in another tab.
    if (viewer === undefined || viewer === currentViewer()) return;
    detail.shouldSwap = false;
    location.reload();
  } else if (detail.xhr !== latest) {
    detail.shouldSwap = false;
  } else if (viewer !== currentViewer()) {
    // The person signed in or out in another tab, or this is not a page of this site: replace the whole document.
    detail.shouldSwap = false;
    goTo(detail.xhr.responseURL);
  } else if (detail.requestConfig.verb === "get" && isNewer(detail.serverResponse)) {
    detail.shouldSwap = false;
    goTo(detail.xhr.responseURL);
  } else if (detail.xhr.status >= 400) {
    // Show the page of a 404 or of a refused form, instead of nothing.
    detail.shouldSwap = true;
    detail.isError = false;
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target instanceof Element && event.target.id === "page") pageShown();
});
document.addEventListener("htmx:historyRestore", pageShown);

/** Return the viewer of the page in `html`; undefined if `html` is not a page. @param {string} html */
function viewerIn(html) {
  return /<div id="page" data-viewer="([^"]*)"/.exec(html)?.[1];
}

/** Return true if the site was updated after this script was loaded. False during a visit, which a reload would end. @param {string} html */
function isNewer(html) {
  const script = /<div id="page"[^>]* data-script="([^"]*)"/.exec(html)?.[1];
  const loaded = document.querySelector("script[type=module]")?.getAttribute("src");
  return !live.visit && script !== undefined && script !== loaded;
}

/** Open a page of this site like a tap on a link, so that the sound of a Space goes on. @param {string} url */
export function openPage(url) {
  const path = ownPath(url, location.origin);
  if (!path || path === ownPath(location.href, location.origin)) return;
  const link = document.createElement("a");
  link.href = path;
  link.hidden = true;
  document.body.append(link);
  const { htmx } = /** @type {{htmx?: {process: (element: Element) => void}}} */ (/** @type {unknown} */ (window));
  htmx?.process(link);
  link.addEventListener("htmx:afterRequest", () => link.remove());
  link.click();
}

/** Open the URL of a boosted page, possibly after redirects, but never another site. @param {string} url */
function goTo(url) {
  const path = ownPath(url, location.origin);
  if (path) location.assign(path);
  else location.reload();
}

function currentViewer() {
  return document.getElementById("page")?.dataset.viewer;
}

function pageShown() {
  const main = document.querySelector("main");
  if (!focusFirstError() && main && !main.contains(document.activeElement)) main.focus({ preventScroll: true });
  for (const link of document.querySelectorAll("[data-nav]")) {
    const current = link instanceof HTMLAnchorElement ? currentValue(link.pathname) : "";
    if (current) link.setAttribute("aria-current", current);
    else link.removeAttribute("aria-current");
  }
}

/** The same rule as the template tag `here` in core/templatetags/look.py. @param {string} path of a link @returns {"page" | "true" | ""} */
function currentValue(path) {
  if (path === location.pathname) return "page";
  return path !== "/" && location.pathname.startsWith(path) ? "true" : "";
}
