/** The phases of the page: the preview, the room, and the two final phases (ended, refused). */
import { blockedOnStage } from "./people/blocked.js";
import { dialog, part, setText } from "../lib/parts.js";
import { loadThisPage } from "../lib/this-page.js";
import { recallStay } from "./stay.js";
import { isSoundInAnotherTab } from "./tabs.js";

/** @typedef {import("./session.js").Phase} Phase */
/** @typedef {import("./session.js").Why} Why */

/**
 * @param {HTMLElement} root @param {import("./room.js").Room} room
 * @param {{signal: AbortSignal, goHome: () => void}} options
 * @returns {(phase: Phase, why: Why) => void} a function that shows a phase
 */
export function showPhases(root, room, { signal, goHome }) {
  const preview = dialog(root, "preview");
  let phase = "preview";
  const listen = part(root, "preview").querySelector("[data-act=listen]");
  room.renderWith(() => {
    const label = describeEntering(room);
    if (listen?.lastChild && listen.lastChild.textContent !== label) listen.lastChild.textContent = label;
  });
  preview.addEventListener("close", () => phase === "preview" && goHome(), { signal });

  return (next, why) => {
    phase = next;
    if (!root.isConnected) return; // the page has changed meanwhile
    root.dataset.phase = next;
    part(root, "room").inert = next !== "room";
    const isGoingHome = "going" in root.dataset; // set by stage-button-handlers.js
    if (next === "preview") void warnOfSoundInAnotherTab(root);
    if (next === "preview" && !isGoingHome) openModal(preview);
    else closeAll(root, next === "room" ? [preview] : [...root.querySelectorAll("dialog")]);
    if (next === "refused") showRefused(root, room.view.urls, why);
    if (next === "ended") showEnded(root);
  };
}

/** Show the preview of a page without a room. @param {HTMLElement} root @param {{signal: AbortSignal, goHome: () => void}} options */
export function showPreview(root, { signal, goHome }) {
  const preview = dialog(root, "preview");
  preview.addEventListener("close", goHome, { signal });
  openModal(preview);
}

/** Say in the preview that starting here stops the sound in another tab. @param {HTMLElement} root */
async function warnOfSoundInAnotherTab(root) {
  const isElsewhere = await isSoundInAnotherTab();
  part(root, "preview-elsewhere").hidden = !isElsewhere;
}

/** @param {import("./room.js").Room} room @returns {string} the label of the button that enters the room */
function describeEntering(room) {
  if (room.role() === "listener" && blockedOnStage(room).length > 0) return "Listen anyway";
  if (recallStay()?.path === room.view.urls.base) return "Return to the Space";
  if (room.seat(room.me)) return "Go on stage";
  return room.role() === "guest" ? "Listen as a guest" : "Start listening";
}

/** @param {HTMLDialogElement} sheet it may already be open in the HTML, but then it is not modal */
function openModal(sheet) {
  if (sheet.matches(":modal")) return;
  sheet.removeAttribute("open"); // unlike close(), this fires no event
  sheet.showModal();
}

/** @param {HTMLElement} root @param {HTMLDialogElement[]} dialogs */
function closeAll(root, dialogs) {
  for (const each of dialogs) if (each.open) each.close();
  const main = part(root, "room");
  if (!main.inert && document.activeElement === document.body) part(main, "title").focus();
}

/** @type {Record<string, string>} */
const REMEDIES = { signed_out: "Sign in", needs_ticket: "Buy a ticket" };

/**
 * Show why the room refused the viewer. A link leads to what helps: sign in, buy a ticket, or try again after closing other tabs.
 * @param {HTMLElement} root @param {{sign_in: string, base: string}} urls @param {Why} why
 */
function showRefused(root, urls, why) {
  setText(root, "refused-message", why.message);
  const link = /** @type {HTMLAnchorElement} */ (part(root, "refused-remedy"));
  if (why.code === "signed_out") link.href = `${urls.sign_in}?next=${encodeURIComponent(urls.base)}`;
  else if (why.code === "too_many_sockets") link.href = urls.base;
  else if (why.code === "needs_ticket") link.href = `${urls.base}tickets/`;
  else return;
  link.textContent = REMEDIES[why.code] ?? "Try again";
  link.hidden = false;
}

/** Load the page of the ended Space, which also lists people who spoke before the viewer came. @param {HTMLElement} root */
export const showEnded = (root) => loadThisPage(root);
