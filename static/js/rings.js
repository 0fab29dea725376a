/**
 * The rings of live people: an avatar (`[data-face]`, templates/components/_avatar.html) has one while its person hosts
 * or speaks. The page tells the server which people and Spaces (cards.js) it shows; the server sends their changes
 * (docs/protocol.md, "Every page") and new Spaces for the page's list (lists.js). Hidden pages close the socket.
 */
import { paintCards, spacesShown } from "./cards.js";
import { listShown, showNew } from "./lists.js";
import { RoomSocket } from "./lib/socket.js";
import { setServerTime } from "./lib/server-clock.js";

const MAX_WATCHED = 500; // people; the same limit as in spaces/directory/push/consumer.py
const ASK_AGAIN = 3_000; // ms, after the server could not read its data
/** @type {Record<string, string>} */
const WORDS = { host: "hosting a live Space", cohost: "speaking in a live Space", speaker: "speaking in a live Space" };

/** @typedef {{space: string, role: string} | null} Live */

let opened = false;
let watched = "";
const socket = new RoomSocket({
  path: "/ws/people/",
  signal: new AbortController().signal,
  onReady: () => {
    watched = "";
    watch();
    if (opened) fetchBar(); // events were missed while the socket was closed
    opened = true;
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
  const frame = { t: "watch", people, spaces: spacesShown(), bar: bar() !== null };
  const list = listShown();
  const said = JSON.stringify([frame, list]);
  if (said === watched || !socket.send(frame)) return;
  if (list) socket.send(list);
  watched = said;
}

/** @param {import("./lib/socket.js").Frame} frame */
function receive(frame) {
  if (frame.t === "hello") setServerTime(frame.now);
  if (frame.t === "refused" && frame.code === "unavailable") {
    watched = "";
    setTimeout(watch, ASK_AGAIN);
  }
  if (frame.t === "live") {
    for (const face of faces()) paint(face, frame.people[face.dataset.face ?? ""] ?? null);
    for (const strip of strips()) paintStrip(strip, frame.people[strip.dataset.onAir ?? ""] ?? null);
  } else if (frame.t === "changed") {
    for (const face of faces()) {
      const change = frame.people[face.dataset.face ?? ""];
      if (change !== undefined) paint(face, change);
    }
    for (const strip of strips()) {
      const change = frame.people[strip.dataset.onAir ?? ""];
      if (change !== undefined) paintStrip(strip, change);
    }
  } else if (frame.t === "spaces") {
    paintCards(frame.spaces);
    watch();
  } else if (frame.t === "began") {
    showNew(frame.spaces, frame.in);
  } else if (frame.t === "bar") {
    setTimeout(fetchBar, frame.in * 1000);
  }
}

/** @returns {HTMLElement[]} */
function faces() {
  return [...document.querySelectorAll("[data-face]")].filter((each) => each instanceof HTMLElement);
}

/** Return the bars that link to the Space in which a person is live. @returns {HTMLElement[]} */
function strips() {
  return [...document.querySelectorAll("[data-on-air]")].filter((each) => each instanceof HTMLElement);
}

/** @param {HTMLElement} strip @param {Live} live */
function paintStrip(strip, live) {
  strip.hidden = live?.space !== strip.dataset.space;
}

/** @param {HTMLElement} face @param {Live} live */
function paint(face, live) {
  const { name = "", home = "" } = face.dataset;
  const words = live && `${name}, ${WORDS[live.role]}`;
  const avatar = face.matches(".avatar") ? face : face.querySelector(".avatar");
  avatar?.classList.toggle("live", live !== null);
  if (face instanceof HTMLAnchorElement) {
    const href = live ? `/spaces/${live.space}/` : home;
    if (set(face, "href", href)) reboost(face);
    set(face, "aria-label", words ?? (home && name));
  } else {
    set(face, "role", live ? "img" : "");
    set(face, "aria-label", words ?? "");
  }
}

/** @param {Element} element @param {string} name @param {string} value "" removes it @returns {boolean} whether it changed */
function set(element, name, value) {
  if ((element.getAttribute(name) ?? "") === value) return false;
  if (value) element.setAttribute(name, value);
  else element.removeAttribute(name);
  return true;
}

/** htmx reads a link's address only when it processes it, so process it again. @param {Element} link */
function reboost(link) {
  const { htmx } = /** @type {{htmx?: {process: (element: Element) => void}}} */ (/** @type {unknown} */ (window));
  htmx?.process(link);
}

function bar() {
  return document.querySelector("[data-bar]");
}

/** An element beside the bar listens for this event and fetches the bar. */
function fetchBar() {
  bar()?.dispatchEvent(new CustomEvent("bar-changed"));
}
