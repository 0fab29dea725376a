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
    await navigator.share({ title, url: pageUrl() });
  } catch (error) {
    const isCancelled = error instanceof DOMException && error.name === "AbortError";
    if (!isCancelled) await copyLink(toast);
  }
}

/** @param {(text: string) => void} toast */
export async function copyLink(toast) {
  try {
    await navigator.clipboard.writeText(pageUrl());
    toast("Link copied");
  } catch {
    toast(`Copy this link: ${pageUrl()}`); // no clipboard on an insecure page
  }
}

function pageUrl() {
  return location.origin + location.pathname;
}
