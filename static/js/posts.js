/** Posts in a list: open a post by a tap, pin it to a Space. */
import { showToast } from "./lib/page-toast.js";
import { UNREACHED } from "./underway.js";

const INTERACTIVE = "a, button, form, input, summary, [popover], img"; // these handle taps themselves

document.addEventListener("click", (event) => {
  if (event.target instanceof Element) open(event.target);
});

/** @param {Element} target */
function open(target) {
  const post = target.closest(".post");
  if (!post || target.closest(INTERACTIVE) || getSelection()?.toString()) return;
  const link = post.querySelector("[data-part=permalink]");
  if (link instanceof HTMLElement) link.click(); // boosted like any other link
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset.part !== "pin-post") return;
  event.preventDefault();
  void pin(form);
});

/** Pin the post in the Space where the person is on stage, without leaving the page. @param {HTMLFormElement} form */
async function pin(form) {
  const menu = form.closest("[popover]");
  if (menu instanceof HTMLElement) menu.hidePopover();
  const fields = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
  try {
    const headers = { Accept: "application/json" };
    const response = await fetch(form.action, { method: "POST", body: new URLSearchParams(fields), headers });
    showToast(response.ok ? "Pinned: everyone in the Space sees it" : (await response.json()).message);
  } catch {
    showToast(UNREACHED);
  }
}
