/**
 * The socket of every page (docs/protocol.md, "Every page"). The page tells the server which people and Spaces it
 * shows. The server sends which of these people host or speak, which puts a ring around the avatar (`[data-face]`,
 * accounts/templatetags/avatar_tags.py); the numbers on cards (cards.js); new Spaces for the list (lists.js); new
 * notifications (notifications/arrivals.js); and a frame when the bar has changed. Hidden pages close the socket.
 */
import { renderCards, spacesShown } from "./cards.js";
import { listShown, showNew } from "./lists.js";
import { renderPreviews, spacesPreviewed } from "./previews.js";
import { ReconnectingSocket } from "./lib/socket.js";
import { renderScheduledPage, scheduledSpaceShown } from "./scheduling/scheduled-page.js";
import { setServerTime } from "./lib/server-clock.js";
import { receiveNotified } from "./notifications/arrivals.js";

const MAX_WATCHED = 500; // people; the same limit as in spaces/directory/live_updates/consumer.py
const RETRY_AFTER = 3_000; // ms; the server could not read its data
/** @type {Record<string, string>} */
const LABELS = { host: "hosting a live Space", cohost: "speaking in a live Space", speaker: "speaking in a live Space" };

/** @typedef {{space: string, role: string} | null} Live */

let wasReady = false;
let watched = "";
const socket = new ReconnectingSocket({
  path: "/ws/people/",
  signal: new AbortController().signal,
  onReady: () => {
    watched = "";
    watch();
    socket.send({ t: "unread" }); // changes were missed before the socket opened
    if (wasReady) fetchBar();
    wasReady = true;
  },
  onFrame: receive,
  onLost: () => {},
  onRefused: () => {},
});

document.addEventListener("visibilitychange", () => (document.hidden ? socket.close() : socket.open()));
document.addEventListener("htmx:load", watch);
document.addEventListener("htmx:historyRestore", watch);
if (!document.hidden) socket.open();

/** Tell the server which people and Spaces this page shows, if that has changed. */
function watch() {
  const people = [...new Set(faces().map((face) => face.dataset.face ?? ""))].slice(0, MAX_WATCHED);
  const frame = { t: "watch", people, spaces: [...scheduledSpaceShown(), ...spacesPreviewed(), ...spacesShown()], bar: bar() !== null };
  const list = listShown();
  const wanted = JSON.stringify([frame, list]);
  if (wanted === watched || !socket.send(frame)) return;
  if (list) socket.send(list);
  watched = wanted;
}

/** @param {import("./lib/socket.js").Frame} frame */
function receive(frame) {
  if (frame.t === "hello") setServerTime(frame.now);
  if (frame.t === "refused" && frame.code === "unavailable") {
    watched = "";
    setTimeout(watch, RETRY_AFTER);
  }
  if (frame.t === "live") {
    for (const face of faces()) render(face, frame.people[face.dataset.face ?? ""] ?? null);
    for (const strip of strips()) renderStrip(strip, frame.people[strip.dataset.onAir ?? ""] ?? null);
  } else if (frame.t === "changed") {
    for (const face of faces()) {
      const change = frame.people[face.dataset.face ?? ""];
      if (change !== undefined) render(face, change);
    }
    for (const strip of strips()) {
      const change = frame.people[strip.dataset.onAir ?? ""];
      if (change !== undefined) renderStrip(strip, change);
    }
  } else if (frame.t === "spaces") {
    renderCards(frame.spaces);
    renderScheduledPage(frame.spaces);
    renderPreviews(frame.spaces);
    watch();
  } else if (frame.t === "began") {
    showNew(frame.spaces, frame.in);
  } else if (frame.t === "notified") {
    receiveNotified(/** @type {any} */ (frame));
  } else if (frame.t === "bar") {
    setTimeout(fetchBar, frame.in * 1000);
  }
}

/** @returns {HTMLElement[]} */
function faces() {
  return [...document.querySelectorAll("[data-face]")].filter((each) => each instanceof HTMLElement);
}

/** Return the strips that link to the Space in which a person is live. @returns {HTMLElement[]} */
function strips() {
  return [...document.querySelectorAll("[data-on-air]")].filter((each) => each instanceof HTMLElement);
}

/** @param {HTMLElement} strip @param {Live} live */
function renderStrip(strip, live) {
  strip.hidden = live?.space !== strip.dataset.space;
}

/** @param {HTMLElement} face @param {Live} live */
function render(face, live) {
  const { name = "", home = "" } = face.dataset;
  const label = live && `${name}, ${LABELS[live.role]}`;
  const avatar = face.matches(".avatar") ? face : face.querySelector(".avatar");
  avatar?.classList.toggle("live", live !== null);
  if (face instanceof HTMLAnchorElement) {
    const href = live ? `/spaces/${live.space}/` : home;
    if (setAttribute(face, "href", href)) reboost(face);
    setAttribute(face, "aria-label", label ?? (home && name));
  } else {
    setAttribute(face, "role", live ? "img" : "");
    setAttribute(face, "aria-label", label ?? "");
  }
}

/** @param {Element} element @param {string} name @param {string} value "" removes it @returns {boolean} whether it changed */
function setAttribute(element, name, value) {
  if ((element.getAttribute(name) ?? "") === value) return false;
  if (value) element.setAttribute(name, value);
  else element.removeAttribute(name);
  return true;
}

/** htmx reads a link's URL only when it processes the link, so process the link again. @param {Element} link */
function reboost(link) {
  const { htmx } = /** @type {{htmx?: {process: (element: Element) => void}}} */ (/** @type {unknown} */ (window));
  htmx?.process(link);
}

function bar() {
  return document.querySelector("[data-bar]");
}

/** Fire the event for which an element next to the bar waits; that element then fetches the bar. */
function fetchBar() {
  bar()?.dispatchEvent(new CustomEvent("bar-changed"));
}
