/** Boosted page changes: the last one asked for wins, error pages show too, we say where we are. */
import "./places.js";
import { ownPath } from "./lib/addresses.js";
import { live } from "./room/live.js";
import { say } from "./lib/say.js";
import { UNREACHED } from "./underway.js";

/** The page that is on its way. @type {XMLHttpRequest | undefined} */
let underway;
/** Where Back or Forward leads: asked of the server each time, and shown by htmx as it comes. @type {XMLHttpRequest | undefined} */
let step;

document.addEventListener("htmx:historyCacheMiss", (event) => {
  step?.abort();
  const request = /** @type {CustomEvent} */ (event).detail.xhr;
  request.addEventListener("error", () => say(UNREACHED)); // htmx says nothing of these
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
    // A fragment was asked for and somebody else's page came: signed in or out elsewhere.
    if (viewer === undefined || viewer === viewerHere()) return;
    detail.shouldSwap = false;
    location.reload();
  } else if (detail.xhr !== underway) {
    detail.shouldSwap = false;
  } else if (viewer !== viewerHere()) {
    // Signed in or out elsewhere, or no page of ours: what stands around the page must change as well.
    detail.shouldSwap = false;
    goTo(detail.xhr.responseURL);
  } else if (detail.requestConfig.verb === "get" && isNewer(detail.serverResponse)) {
    detail.shouldSwap = false;
    goTo(detail.xhr.responseURL);
  } else if (detail.xhr.status >= 400) {
    // A link that meets a 404, or a form that was refused, shows the page that says so, not nothing.
    detail.shouldSwap = true;
    detail.isError = false;
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target instanceof Element && event.target.id === "page") arrive();
});
document.addEventListener("htmx:historyRestore", arrive);

/** Who the page in this HTML was made for; undefined where there is no page. @param {string} html */
function viewerIn(html) {
  return /<div id="page" data-viewer="([^"]*)"/.exec(html)?.[1];
}

/** Whether the site was updated since this script was loaded: a call that goes on is worth more. @param {string} html */
function isNewer(html) {
  const script = /<div id="page"[^>]* data-script="([^"]*)"/.exec(html)?.[1];
  const mine = document.querySelector("script[type=module]")?.getAttribute("src");
  return !live.visit && script !== undefined && script !== mine;
}

/** Where a boosted page came from, which may have been redirected: never to another site. @param {string} address */
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

/** As the tag `here` of core/templatetags/look.py. @param {string} path of a link @returns {"page" | "true" | ""} */
function hereBy(path) {
  if (path === location.pathname) return "page";
  return path !== "/" && location.pathname.startsWith(path) ? "true" : "";
}
