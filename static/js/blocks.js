/**
 * The dock plays a Space while other pages are shown. If the viewer blocks or unblocks somebody on such a page, update
 * that Space, too. A profile page states whether the viewer blocks its owner (`data-whom`, `data-is-blocked`); the
 * settings list everyone whom the viewer blocks.
 */
import { live } from "./room/live.js";

document.addEventListener("htmx:load", updateBlocks);

function updateBlocks() {
  const room = live.visit?.docked ? live.visit.room : null;
  if (!room) return;
  const list = document.querySelector("[data-all-blocked]");
  if (list instanceof HTMLElement) room.blockOnly((list.dataset.allBlocked ?? "").split(" ").filter(Boolean));
  const profile = document.querySelector("[data-whom]");
  if (!(profile instanceof HTMLElement)) return;
  const { whom: owner = "", isBlocked } = profile.dataset;
  if (room.blocks(owner) !== (isBlocked === "true")) room.block(owner, isBlocked === "true");
}
