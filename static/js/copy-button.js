/** Buttons that copy the value of a field: `<button data-copies="id of the field">`. */
import { showToast } from "./lib/page-toast.js";

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-copies]");
  if (button instanceof HTMLElement) void copy(button.dataset.copies ?? "");
});

/** @param {string} id */
async function copy(id) {
  const field = document.getElementById(id);
  if (!(field instanceof HTMLInputElement)) return;
  field.select(); // where scripts may not write to the clipboard, people can copy the selection
  try {
    await navigator.clipboard.writeText(field.value);
    showToast("Address copied");
  } catch {
    showToast("Copy the selected address");
  }
}
