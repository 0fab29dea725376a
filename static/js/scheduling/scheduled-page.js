/**
 * Updates the open page of a scheduled Space (`[data-scheduled]`, templates/scheduling/scheduled.html). When the
 * Space is edited, the page is fetched again in place; when the Space starts, the person enters the room; when it is
 * cancelled, the page of a cancelled Space is loaded. The updates arrive over the socket of page-socket.js, as for cards.
 */
import { fetchAgain } from "../lib/fetch-again.js";
import { showToast } from "../lib/page-toast.js";
import { loadThisPage } from "../lib/this-page.js";
import { expectRoom } from "./waiting.js";

/** @typedef {import("../cards.js").CardUpdate} CardUpdate */

/** @returns {string[]} the id of the Space whose page this is */
export function scheduledSpaceShown() {
  const id = page()?.dataset.scheduled;
  return id ? [id] : [];
}

/** @param {Record<string, CardUpdate>} updates by the id of the Space */
export function renderScheduledPage(updates) {
  const shown = page();
  const update = updates[shown?.dataset.scheduled ?? ""];
  if (!shown || update === undefined) return;
  if (update && "starts" in update) {
    const isMoved = update.starts !== shown.dataset.start;
    if (isMoved || String(update.edits) !== shown.dataset.edits) fetchAgain(shown, () => edited(isMoved));
    return;
  }
  if (update && "listening" in update) expectRoom(location.pathname);
  else if (!update) showToast("This Space is no longer available"); // for this viewer
  else showToast("cancelled" in update ? "This Space was cancelled" : "This Space is over");
  reload(shown);
}

/** The page was fetched again. If the Space has started or ended meanwhile, the response did not contain this part. @param {boolean} isMoved */
function edited(isMoved) {
  if (page()) {
    if (isMoved) announceMove();
  } else {
    expectRoom(location.pathname);
    loadThisPage(document.body);
  }
}

function announceMove() {
  const time = page()?.querySelector("time[data-time=short]")?.textContent;
  showToast(`The host moved this Space. It starts ${time}.`);
}

/** Load the page again through a link to itself, because htmx keeps the document, and with it the permission to play sound. @param {HTMLElement} shown */
function reload(shown) {
  const link = shown.querySelector("[data-part=this-page]");
  if (link instanceof HTMLAnchorElement) link.click();
}

function page() {
  const found = document.querySelector("[data-scheduled]");
  return found instanceof HTMLElement ? found : null;
}
