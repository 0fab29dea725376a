/** Boosted page changes: the latest request wins, error pages are shown, and the current page is marked in the menu. */
import "./places.js";
import { ownPath } from "./lib/addresses.js";
import { live } from "./room/live.js";
import { say } from "./lib/say.js";
import { UNREACHED } from "./underway.js";

/** The request for the next page. @type {XMLHttpRequest | undefined} */
let underway;
/** The request for the page to which Back or Forward leads; htmx shows the response. @type {XMLHttpRequest | undefined} */
let step;

document.addEventListener("htmx:historyCacheMiss", (event) => {
  step?.abort();
  const request = /** @type {CustomEvent} */ (event).detail.xhr;
  request.addEventListener("error", () => say(UNREACHED)); // htmx fires no event for these
  step = underway = request;
});
document.addEventListener("htmx:historyCacheMissLoad", (event) => {
  if (viewerIn(/** @type {CustomEvent} */ (event).detail.response) !== viewerHere()) location.reload();
});
document.addEventListener("htmx:historyCacheMissLoadError", (event) => {
  const { historyElt, xhr, swapSpec } = /** @type {CustomEvent} */ (event).detail;
  const { htmx } = /** @type {{htmx?: {swap: (place: Element, html: string, how: object, more: object) => void}}} */ (/** @type {unknown} */ (window));
  htmx?.swap(historyElt, xhr.response, swapSpec, { contextElement: historyElt, historyRequest: true });
  arrive();
});
document.addEventListener("htmx:beforeRequest", (event) => {
  const { boosted, xhr } = /** @type {CustomEvent} */ (event).detail;
  if (!boosted) return;
  step?.abort();
  underway = xhr;
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const detail = /** @type {CustomEvent} */ (event).detail;
  const viewer = viewerIn(detail.serverResponse);
  if (!detail.boosted) {
    // A fragment was requested, but the response is a page for another viewer: they signed in or out in another tab.
    if (viewer === undefined || viewer === viewerHere()) return;
    detail.shouldSwap = false;
    location.reload();
  } else if (detail.xhr !== underway) {
    detail.shouldSwap = false;
  } else if (viewer !== viewerHere()) {
    // Signed in or out in another tab, or not a page of this site: replace the whole document.
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
  if (event.target instanceof Element && event.target.id === "page") arrive();
});
document.addEventListener("htmx:historyRestore", arrive);

/** Return the viewer of the page in this HTML; undefined if it is not a page. @param {string} html */
function viewerIn(html) {
  return /<div id="page" data-viewer="([^"]*)"/.exec(html)?.[1];
}

/** Return true if the site was updated after this script was loaded; never during a visit, which a reload would end. @param {string} html */
function isNewer(html) {
  const script = /<div id="page"[^>]* data-script="([^"]*)"/.exec(html)?.[1];
  const mine = document.querySelector("script[type=module]")?.getAttribute("src");
  return !live.visit && script !== undefined && script !== mine;
}

/** Go to the address of a boosted page, which may be redirected, but never to another site. @param {string} address */
function goTo(address) {
  const path = ownPath(address, location.origin);
  if (path) location.assign(path);
  else location.reload();
}

function viewerHere() {
  return document.getElementById("page")?.dataset.viewer;
}

function arrive() {
  const main = document.querySelector("main");
  if (main && !main.contains(document.activeElement)) main.focus({ preventScroll: true });
  for (const link of document.querySelectorAll("[data-nav]")) {
    const here = link instanceof HTMLAnchorElement ? hereBy(link.pathname) : "";
    if (here) link.setAttribute("aria-current", here);
    else link.removeAttribute("aria-current");
  }
}

/** The same rule as the template tag `here` in core/templatetags/look.py. @param {string} path of a link @returns {"page" | "true" | ""} */
function hereBy(path) {
  if (path === location.pathname) return "page";
  return path !== "/" && location.pathname.startsWith(path) ? "true" : "";
}
