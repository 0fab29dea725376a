/**
 * Buttons that copy or share a link of this site: `<button data-act="copy-link" data-link="/path/">`, or "share-link". Buttons
 * without `data-link` are handled by the room (room/sheets/share.js).
 */
import { showToast } from "./lib/page-toast.js";

const BUTTONS = "[data-link]:is([data-act=share-link], [data-act=copy-link])";

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest(BUTTONS);
  if (button instanceof HTMLElement) void share(button);
});

/** Open the system's share sheet if the button is for sharing and the system has one; otherwise copy the link. @param {HTMLElement} button */
async function share(button) {
  const url = new URL(button.dataset.link ?? "", location.href).href;
  try {
    if (button.dataset.act === "share-link" && navigator.share) return await navigator.share({ url });
    await navigator.clipboard.writeText(url);
    showToast("Link copied");
  } catch (error) {
    const isCancelled = error instanceof DOMException && error.name === "AbortError";
    if (!isCancelled) showToast(`Copy this link: ${url}`); // no clipboard on an insecure page
  }
}
