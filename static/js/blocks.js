/**
 * Apply a block that was made or lifted on another page to the Space that goes on in the dock. A profile page says
 * whether I block its person (`data-whom`); the page of the settings lists everyone I block.
 */
import { live } from "./room/live.js";

document.addEventListener("htmx:load", learn);

function learn() {
  const room = live.visit?.docked ? live.visit.room : null;
  if (!room) return;
  const list = document.querySelector("[data-all-blocked]");
  if (list instanceof HTMLElement) room.blockOnly((list.dataset.allBlocked ?? "").split(" ").filter(Boolean));
  const profile = document.querySelector("[data-whom]");
  if (!(profile instanceof HTMLElement)) return;
  const { whom = "", isBlocked } = profile.dataset;
  if (room.blocks(whom) !== (isBlocked === "true")) room.block(whom, isBlocked === "true");
}
