/**
 * The Space in which this tab was when its document was unloaded. After a reload, the page returns to that Space: at once
 * if the browser allows sound to start, otherwise when the person taps.
 */
import { isPath } from "../lib/addresses.js";
import { live } from "./live.js";

const KEY = "spaces.stay";
const START_TIMEOUT = 500; // ms
const LIFETIME = 10 * 60_000; // ms; a tab that is restored the next day stays silent

/** @typedef {{path: string, title: string, viewer: string, until: number}} Stay `until`: ms by this device's clock */

live.subscribe(({ visit, out }) => {
  if (out && !live.unloading) return store(null);
  if (out || visit === live.visit) store(stayIn(visit));
});

/** @returns {Stay | null} the stay of the current viewer */
export function recallStay() {
  try {
    /** @type {Stay | null} */
    const stay = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    if (!stay) return null;
    if (stay.viewer === viewer() && Date.now() < stay.until && isPath(stay.path)) return stay;
  } catch {
    return null;
  }
  store(null); // another viewer, or too long ago
  return null;
}

/** @param {import("./visit.js").Visit} visit @returns {Stay} */
function stayIn(visit) {
  return { path: visit.path, title: visit.room.state.space.title, viewer: viewer(), until: Date.now() + LIFETIME };
}

/** Return to the room of the stay, from any page. */
export async function returnTo() {
  const stay = recallStay();
  if (!stay || live.visit) return;
  if (live.shown?.path === stay.path) return live.enter(live.shown);
  const root = await fetchRoom(stay.path);
  if (root) return live.enterDocked(root);
  store(null); // the Space has ended or refuses the viewer: open its page, which shows why
  location.assign(stay.path);
}

/** @returns {Promise<boolean>} whether sound may start without a tap */
export async function soundMayStart() {
  const context = new AudioContext();
  await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, START_TIMEOUT))]);
  const may = context.state === "running";
  void context.close();
  return may;
}

/** @param {string} path @returns {Promise<HTMLElement | null>} the <space-room> of a live Space's page */
async function fetchRoom(path) {
  const response = await fetch(path, { credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const root = page.querySelector("space-room");
  if (!(root instanceof HTMLElement) || !root.querySelector("[data-part=room]")) return null;
  root.remove();
  return root;
}

/** @param {Stay | null} stay */
function store(stay) {
  try {
    if (stay) sessionStorage.setItem(KEY, JSON.stringify(stay));
    else sessionStorage.removeItem(KEY);
  } catch {
    // Storage is refused in some private windows: a reload does not return to the Space.
  }
}

function viewer() {
  return document.getElementById("page")?.dataset.viewer ?? "";
}
