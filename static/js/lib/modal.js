/** While a modal dialog is open, the rest of the page is inert, and screen readers skip it. */

/** @returns {HTMLDialogElement | null} the topmost modal; pages contain dialogs in the order in which they open */
export function topModal() {
  const open = [...document.querySelectorAll("dialog:modal")];
  return /** @type {HTMLDialogElement | undefined} */ (open.at(-1)) ?? null;
}
