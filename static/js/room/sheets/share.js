/** Share the Space: as a post, by the system's share sheet, or by copying its link. */
import { dialog, part } from "../../lib/parts.js";

/** @param {HTMLElement} root */
export function openShare(root) {
  part(root, "share-elsewhere").hidden = !navigator.share;
  dialog(root, "share-sheet").showModal();
}

/** @param {string} title @param {(text: string) => void} toast */
export async function shareElsewhere(title, toast) {
  try {
    await navigator.share({ title, url: address() });
  } catch (error) {
    const changedTheirMind = error instanceof DOMException && error.name === "AbortError";
    if (!changedTheirMind) await copyLink(toast);
  }
}

/** @param {(text: string) => void} toast */
export async function copyLink(toast) {
  try {
    await navigator.clipboard.writeText(address());
    toast("Link copied");
  } catch {
    toast(`Copy this link: ${address()}`); // no clipboard on an insecure page
  }
}

function address() {
  return location.origin + location.pathname;
}
