/**
 * The form of a scheduled Space (`[data-part=schedule-form]`): detects the time zone, finds a zone by its city, shows the
 * start on the button, warns of a time in the past, and copies what a person has typed when they switch between the forms
 * "Now" and "Schedule" (`[data-draft]`).
 */
import { serverNow } from "../lib/server-clock.js";
import { showClock } from "../local-time.js";
import { cityOf, currentName } from "../lib/time-zones.js";

const SHARED = ["title", "topics", "speak_policy", "open_to_guests"]; // the fields that both forms have
/** @type {[string, string][] | null} */
let draft = null;

document.addEventListener("htmx:load", setUp);
document.addEventListener("input", (event) => {
  const field = event.target;
  if (!(field instanceof HTMLElement)) return;
  if (field.dataset.part === "zone-search" && field instanceof HTMLInputElement) search(field);
  const form = field.closest("[data-part=schedule-form]");
  if (form) describe(form);
});
document.addEventListener(
  "toggle",
  (event) => {
    const select = event.target instanceof Element && event.target.querySelector("[data-part=zone]");
    if (!(select instanceof HTMLSelectElement)) return;
    select.size = 6; // a list instead of a menu, so that the results of the search are visible
    select.selectedOptions[0]?.scrollIntoView({ block: "nearest" });
  },
  { capture: true },
);
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest("[data-draft] a");
  const form = link && link.closest("form");
  if (form) draft = /** @type {[string, string][]} */ ([...new FormData(form)].filter(([name]) => SHARED.includes(name)));
});
setUp();

function setUp() {
  const form = document.querySelector("[data-draft]")?.closest("form");
  if (form && draft) fill(form, draft);
  draft = null;
  for (const fields of document.querySelectorAll("[data-part=when-fields]:not([data-chosen-zone])")) detectZone(fields);
  for (const each of document.querySelectorAll("[data-part=schedule-form]")) describe(each);
}

/** @param {HTMLFormElement} form @param {[string, string][]} values */
function fill(form, values) {
  for (const name of SHARED) {
    const wanted = values.filter(([each]) => each === name).map(([, value]) => value);
    for (const field of form.querySelectorAll(`[name="${name}"]`)) {
      if (field instanceof HTMLTextAreaElement) field.value = wanted[0] ?? "";
      else if (field instanceof HTMLInputElement) field.checked = wanted.includes(field.value);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
}

/** Choose the zone of this device, even a rare one that is not in the list; the server accepts it. @param {Element} fields */
function detectZone(fields) {
  fields.setAttribute("data-chosen-zone", "");
  const select = fields.querySelector("[data-part=zone]");
  const zone = currentName(Intl.DateTimeFormat().resolvedOptions().timeZone ?? "");
  if (!(select instanceof HTMLSelectElement) || !zone) return;
  if (![...select.options].some((option) => option.value === zone)) select.add(new Option(cityOf(zone), zone), 0);
  select.value = zone;
}

/** Show the zones whose names contain all words. @param {HTMLInputElement} field */
function search(field) {
  const picker = field.closest("[data-part=zone-picker]");
  const words = plain(field.value).split(/\s+/);
  let found = 0;
  for (const group of picker?.querySelectorAll("optgroup") ?? []) {
    let inGroup = 0;
    for (const option of group.querySelectorAll("option")) {
      const name = plain(`${group.label} ${option.textContent} ${option.value}`);
      option.hidden = !words.every((word) => name.includes(word));
      inGroup += option.hidden ? 0 : 1;
    }
    group.hidden = !inGroup;
    found += inGroup;
  }
  const status = picker?.querySelector("[data-part=zone-found]");
  if (status) status.textContent = field.value ? (found ? `${found} found` : "No city of that name. Try a larger one near you.") : "";
}

/** @param {string} text */
function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("_", " ").toLowerCase().trim();
}

/** Show the chosen zone and time in words. @param {Element} form */
function describe(form) {
  const select = form.querySelector("[data-part=zone]");
  const name = form.querySelector("[data-part=zone-name]");
  const chosen = select instanceof HTMLSelectElement ? select.selectedOptions[0] : undefined;
  if (name && chosen) name.textContent = chosen.textContent?.trim() ?? "";
  const label = form.querySelector("[data-part=schedule-label]");
  const inputs = ["date", "time"].map((each) => /** @type {HTMLInputElement | null} */ (form.querySelector(`[name=${each}]`)));
  const [date, time] = inputs.map((each) => each?.value ?? "");
  const isPast = Boolean(date && time && `${date} ${time}` <= nowIn(select instanceof HTMLSelectElement ? select.value : "UTC"));
  const warning = form.querySelector("[data-part=past-time]");
  const isTyped = inputs.some((each) => each && each.value !== each.defaultValue); // a late Space keeps its time when it is edited
  if (warning instanceof HTMLElement) warning.hidden = !isPast || !isTyped;
  if (label) label.textContent = date && time && !isPast ? `Schedule for ${dayInWords(date)} ${showClock(new Date(`${date}T${time}`))}` : "Schedule";
  const times = form.querySelector("[data-part=occurrences]");
  const repeats = form.querySelector("[name=every_weeks]");
  if (times instanceof HTMLElement && repeats instanceof HTMLSelectElement) times.hidden = repeats.value === "0";
}

/** @param {string} zone @returns {string} the date and time there, "2026-11-24 18:00", as in the fields; "" if the browser lacks the zone */
function nowIn(zone) {
  try {
    return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(serverNow());
  } catch {
    return "";
  }
}

/** @param {string} date "2026-11-24" @returns {string} "Tue", or "Tue 24 Nov" if the day is six days away or more */
function dayInWords(date) {
  const day = new Date(`${date}T12:00`);
  const soon = Math.abs(day.getTime() - serverNow()) < 6 * 86_400_000;
  return new Intl.DateTimeFormat("en-GB", soon ? { weekday: "short" } : { weekday: "short", day: "numeric", month: "short" }).format(day).replace(",", "");
}
