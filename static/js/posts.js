/** Posts in a list: open a post by a tap, copy or share its link, pin it to a Space. */
import { showToast } from "./lib/page-toast.js";
import { UNREACHED } from "./underway.js";

const INTERACTIVE = "a, button, form, input, summary, [popover], img"; // these handle taps themselves

document.addEventListener("click", (event) => {
  const target = event.target;
  if (!(target instanceof Element)) return;
  const button = target.closest("[data-act=share-post], [data-act=copy-post]");
  if (button instanceof HTMLElement) void share(button);
  else open(target);
});

/** @param {Element} target */
function open(target) {
  const post = target.closest(".post");
  if (!post || target.closest(INTERACTIVE) || getSelection()?.toString()) return;
  const link = post.querySelector("[data-part=permalink]");
  if (link instanceof HTMLElement) link.click(); // boosted like any other link
}

/** Open the system's share sheet if the button is for sharing and the system has one; otherwise copy the link. @param {HTMLElement} button */
async function share(button) {
  const url = new URL(button.dataset.link ?? "", location.origin).href;
  try {
    if (button.dataset.act === "share-post" && navigator.share) return await navigator.share({ url });
    await navigator.clipboard.writeText(url);
    showToast("Link copied");
  } catch (error) {
    const isCancelled = error instanceof DOMException && error.name === "AbortError";
    if (!isCancelled) showToast(`Copy this link: ${url}`); // no clipboard on an insecure page
  }
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
