/** While a dialog is modal, the rest of the page is inert: nothing there is seen, nor read out. */

/** @returns {HTMLDialogElement | null} the dialog on top; a page writes them in the order in which they open */
export function topModal() {
  const open = [...document.querySelectorAll("dialog:modal")];
  return /** @type {HTMLDialogElement | undefined} */ (open.at(-1)) ?? null;
}
