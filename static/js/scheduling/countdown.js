/**
 * The countdown on the page of a scheduled Space (`[data-countdown]`), by the server's clock. When it reaches zero, the page
 * shows a note that the Space should start any moment. The button "Go live" is enabled at the time `[data-opens]`.
 */
import { serverNow } from "../lib/server-clock.js";

const SECOND = 1_000; // ms
const SHOWN_BEFORE = 50 * 60 * SECOND; // the same as in scheduling/views/pages.py
/** @type {Record<string, number>} */
const SECONDS_IN = { day: 86_400, hour: 3_600, min: 60, sec: 1 };

document.addEventListener("htmx:load", update);
document.addEventListener("visibilitychange", update);
setInterval(update, SECOND);
update();

function update() {
  if (document.hidden) return;
  for (const timer of document.querySelectorAll("[data-countdown]")) {
    if (timer instanceof HTMLElement) count(timer, Date.parse(timer.dataset.countdown ?? ""));
  }
  for (const form of document.querySelectorAll("[data-opens]")) {
    if (!(form instanceof HTMLElement)) continue;
    const left = Date.parse(form.dataset.opens ?? "") - serverNow();
    form.hidden = left > SHOWN_BEFORE;
    if (left <= 0) open(form);
  }
}

/** @param {HTMLElement} timer @param {number} at */
function count(timer, at) {
  let left = Math.max(0, Math.ceil((at - serverNow()) / SECOND));
  for (const [unit, seconds] of Object.entries(SECONDS_IN)) {
    const number = Math.floor(left / seconds);
    left -= number * seconds;
    const [shown, name] = timer.querySelectorAll(`[data-unit=${unit}] > *`);
    if (!shown || !name || shown.textContent === String(number)) continue;
    shown.textContent = String(number);
    if (seconds >= SECONDS_IN.hour) name.textContent = number === 1 ? unit : `${unit}s`;
  }
  const isOver = at <= serverNow();
  const note = timer.closest("[data-scheduled]")?.querySelector("[data-part=late-note]");
  if (note instanceof HTMLElement) note.hidden = !isOver;
}

/** @param {HTMLElement} form */
function open(form) {
  const button = form.querySelector("button");
  if (!button?.disabled) return;
  button.disabled = false;
  const note = form.querySelector(".start-note");
  if (note instanceof HTMLElement) note.hidden = true;
}
