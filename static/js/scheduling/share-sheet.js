/** The share sheet of a page without a room: `data-open-dialog` opens it, `data-share` copies or shares the link. */
import { showToast } from "../lib/page-toast.js";
import { copyLink, shareElsewhere } from "../room/sheets/share.js";

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-open-dialog], [data-share]");
  if (!(button instanceof HTMLElement)) return;
  if (button.dataset.share === "copy") void copyLink(showToast);
  else if (button.dataset.share === "elsewhere") void shareElsewhere(document.title, showToast);
  else open(button.dataset.openDialog ?? "");
});

/** @param {string} id */
function open(id) {
  const sheet = document.getElementById(id);
  if (!(sheet instanceof HTMLDialogElement)) return;
  const elsewhere = sheet.querySelector("[data-share=elsewhere]");
  if (elsewhere instanceof HTMLElement) elsewhere.hidden = !navigator.share;
  sheet.showModal();
}
