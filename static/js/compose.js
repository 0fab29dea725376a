import { lengthOf } from "./text/written-text.js";

/** The composer of posts: the count of characters left, the preview of the picture, Ctrl+Enter to post. */
document.addEventListener("input", (event) => {
  const field = event.target;
  if (field instanceof HTMLTextAreaElement && field.form?.matches("[data-compose]")) updateCounter(field);
});

document.addEventListener("change", (event) => {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || field.type !== "file") return;
  if (field.form?.matches("[data-compose]")) showPicture(field.form, field.files?.[0]);
});

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-act=unpick]");
  const form = button && button.closest("form");
  if (!form) return;
  for (const field of form.querySelectorAll("input")) if (field.type === "file") field.value = "";
  showPicture(form, undefined);
  field(form, "compose-text")?.focus();
});

document.addEventListener("keydown", (event) => {
  const text = event.target;
  if (!(text instanceof HTMLTextAreaElement) || !text.form?.matches("[data-compose]")) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) text.form.requestSubmit();
});

const ANNOUNCE_BELOW = 20; // characters left; screen readers get this number and lower ones, too

/** @param {HTMLTextAreaElement} text */
function updateCounter(text) {
  const limit = Number(text.form?.dataset.maxLength);
  const left = limit - lengthOf(text.value, true);
  const form = /** @type {HTMLFormElement} */ (text.form);
  const counter = field(form, "compose-left");
  const announcement = field(form, "compose-announcement");
  if (counter) {
    counter.textContent = text.value ? String(left) : "";
    counter.toggleAttribute("data-over", left < 0);
  }
  if (announcement) announcement.textContent = left > ANNOUNCE_BELOW ? "" : left < 0 ? `${-left} too many` : `${left} left`;
  text.setCustomValidity(left < 0 ? `A post has at most ${limit} characters.` : "");
}

/** @param {HTMLFormElement} form @param {File | undefined} picture */
function showPicture(form, picture) {
  const frame = field(form, "compose-picture");
  const image = frame?.querySelector("img");
  if (!frame || !image) return;
  if (image.src) URL.revokeObjectURL(image.src);
  if (picture) image.src = URL.createObjectURL(picture);
  else image.removeAttribute("src");
  frame.hidden = !picture;
}

/** @param {HTMLFormElement} form @param {string} name @returns {HTMLElement | null} */
function field(form, name) {
  return form.querySelector(`[data-part="${name}"]`);
}
