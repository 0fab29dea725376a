/** A short message at the bottom of the page. Unlike lib/toast.js, it needs no template, and is not shown inside an open dialog. */
const SHOWN_FOR = 4_000; // ms

/** @param {string} text */
export function showToast(text) {
  const item = document.createElement("div");
  item.className = "toast";
  item.textContent = text;
  document.querySelector("[data-part=toasts]")?.append(item);
  setTimeout(() => item.remove(), SHOWN_FOR);
}
