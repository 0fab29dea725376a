/**
 * The card that turns push messages on and off in this browser (`[data-push]`, templates/notifications/_push.html).
 * With `data-push="offer"` it is shown only if they can be turned on now or once the site is installed, and not for two
 * weeks after "Not now". If such a card has `data-after`, it is also hidden while no element matches that selector.
 */
import { preference, setPreference } from "../lib/preferences.js";
import { part, parts } from "../lib/parts.js";
import { pushState, renew, turnOff, turnOn } from "./device.js";
import { RequestError } from "./requests.js";

const NOT_NOW_FOR = 14 * 24 * 3_600_000; // ms

/** @type {Record<string, () => Promise<void>>} */
const BUTTON_HANDLERS = { "push-on": turnOn, "push-off": turnOff };

document.addEventListener("htmx:load", () => void renderAll());
document.addEventListener("visibilitychange", () => document.hidden || void renderAll()); // the permission may have changed
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-push] [data-act]") : null;
  if (button instanceof HTMLButtonElement) void act(button);
});
renew().catch(() => {}); // the next page that is loaded retries
void renderAll();

async function renderAll() {
  const cards = [...document.querySelectorAll("[data-push]")].filter((each) => each instanceof HTMLElement);
  if (!cards.length) return;
  const state = await pushState();
  for (const card of cards) render(card, state);
}

/** @param {HTMLElement} card @param {import("./device.js").PushState} state */
function render(card, state) {
  for (const each of parts(card, "push-state")) each.hidden = each.dataset.state !== state;
  const isOffer = card.dataset.push === "offer";
  const isPostponed = Date.now() - Number(preference("push-not-now")) < NOT_NOW_FOR;
  const isTooEarly = card.dataset.after !== undefined && !document.querySelector(card.dataset.after);
  card.hidden = isOffer && (isPostponed || isTooEarly || !["off", "install"].includes(state));
}

/** @param {HTMLButtonElement} button */
async function act(button) {
  const card = button.closest("[data-push]");
  if (!(card instanceof HTMLElement)) return;
  if (button.dataset.act === "push-not-now") {
    setPreference("push-not-now", String(Date.now()));
    card.hidden = true;
    return;
  }
  const error = part(card, "push-error");
  error.hidden = true;
  button.disabled = true;
  try {
    await BUTTON_HANDLERS[button.dataset.act ?? ""]?.();
  } catch (problem) {
    if (!(problem instanceof RequestError)) throw problem;
    error.textContent = problem.message;
    error.hidden = false;
  } finally {
    button.disabled = false;
  }
  await finish(card);
}

/** Show the new state, and move the focus to it, because the button that was tapped may be hidden now. @param {HTMLElement} card */
async function finish(card) {
  const state = await pushState();
  if (card.dataset.push === "offer" && state === "on") card.dataset.push = "done"; // the card stays, and shows that they are on
  await renderAll();
  const shown = parts(card, "push-state").find((each) => !each.hidden);
  if (shown) part(shown, "push-title").focus();
}
