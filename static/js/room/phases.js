/** The page in its phases: the preview before any sound, the room, and the two ends of it. */
import { blockedOnStage } from "./people/blocked.js";
import { dialog, part, write } from "../lib/parts.js";
import { recallStay } from "./stay.js";

/** @typedef {import("./session.js").Phase} Phase */
/** @typedef {import("./session.js").Why} Why */

/**
 * @param {HTMLElement} root @param {import("./room.js").Room} room
 * @param {{signal: AbortSignal, goHome: () => void}} options
 * @returns {(phase: Phase, why: Why) => void} what shows a phase
 */
export function showPhases(root, room, { signal, goHome }) {
  const preview = dialog(root, "preview");
  let phase = "preview";
  const listen = part(root, "preview").querySelector("[data-act=listen]");
  room.paintWith(() => {
    const words = wordsToEnter(room);
    if (listen?.lastChild && listen.lastChild.textContent !== words) listen.lastChild.textContent = words;
  });
  preview.addEventListener("close", () => phase === "preview" && goHome(), { signal });

  return (next, why) => {
    phase = next;
    if (!root.isConnected) return; // the page has changed already
    root.dataset.phase = next;
    part(root, "room").inert = next !== "room";
    if (next === "preview" && !("going" in root.dataset)) openModal(preview);
    else closeAll(root, next === "room" ? [preview] : [...root.querySelectorAll("dialog")]);
    if (next === "refused") showRefused(root, room.view.urls, why);
    if (next === "ended") showEnded(root);
  };
}

/** The preview of a page that has no room behind it. @param {HTMLElement} root @param {{signal: AbortSignal, goHome: () => void}} options */
export function showPreview(root, { signal, goHome }) {
  const preview = dialog(root, "preview");
  preview.addEventListener("close", goHome, { signal });
  openModal(preview);
}

/** The button says the result; its words stand behind an icon. @param {import("./room.js").Room} room */
function wordsToEnter(room) {
  if (room.role() === "listener" && blockedOnStage(room).length > 0) return "Listen anyway";
  if (recallStay()?.path === room.view.urls.base) return "Return to the Space";
  if (room.seat(room.me)) return "Go on stage";
  return room.role() === "guest" ? "Listen as a guest" : "Start listening";
}

/** @param {HTMLDialogElement} sheet served open, or closed before */
function openModal(sheet) {
  if (sheet.matches(":modal")) return;
  sheet.removeAttribute("open"); // unlike close(), says nothing
  sheet.showModal();
}

/** @param {HTMLElement} root @param {HTMLDialogElement[]} dialogs */
function closeAll(root, dialogs) {
  for (const each of dialogs) if (each.open) each.close();
  const here = part(root, "room");
  if (!here.inert && document.activeElement === document.body) part(here, "title").focus();
}

/** Who lacks only an account comes in again with one; who had too many tabs, with fewer. @param {HTMLElement} root @param {{sign_in: string, base: string}} urls @param {Why} why */
function showRefused(root, urls, why) {
  write(root, "refused-message", why.message);
  const door = /** @type {HTMLAnchorElement} */ (part(root, "refused-remedy"));
  if (why.code === "signed_out") door.href = `${urls.sign_in}?next=${encodeURIComponent(urls.base)}`;
  else if (why.code === "too_many_sockets") door.href = urls.base;
  else return;
  door.textContent = why.code === "signed_out" ? "Sign in" : "Try again";
  door.hidden = false;
}

/** The server knows who spoke before we came: its page takes the place of this one. @param {HTMLElement} root */
function showEnded(root) {
  const { htmx } = /** @type {{htmx?: {ajax: (verb: string, path: string, how: object) => Promise<void>}}} */ (/** @type {unknown} */ (window));
  const how = { source: root, target: "#page", select: "#page", swap: "outerHTML show:window:top" };
  if (htmx) void htmx.ajax("GET", location.pathname, how);
  else location.reload();
}
