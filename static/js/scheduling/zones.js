/** Whose time a page shows: "Your time, Lisbon. 19:00 for Dan in Vienna." Times themselves: local-time.js. */
import { cityOf } from "../lib/time-zones.js";

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

document.addEventListener("htmx:load", nameZones);
nameZones();

function nameZones() {
  for (const place of document.querySelectorAll("[data-part=zone-of-page]")) {
    const words = `Your time, ${cityOf(here)}.`;
    if (place.textContent !== words) place.textContent = words;
  }
  for (const place of document.querySelectorAll("[data-part=host-time]")) {
    if (place instanceof HTMLElement) showHostTime(place);
  }
}

/** @param {HTMLElement} place */
function showHostTime(place) {
  const { hostZone = "", host = "", at = "" } = place.dataset;
  const moment = new Date(at);
  const [there, mine] = [clockIn(hostZone, moment), clockIn(here, moment)];
  const day = there.weekday === mine.weekday ? "" : `${there.weekday} `;
  const differs = there.clock !== "" && (day || there.clock !== mine.clock);
  const words = differs ? `${day}${there.clock} for \u2068${host}\u2069 in ${cityOf(hostZone)}.` : "";
  if (place.textContent !== words) place.textContent = words;
}

/** @param {string} zone @param {Date} moment @returns {{weekday: string, clock: string}} empty if the browser does not know the zone */
function clockIn(zone, moment) {
  try {
    const { hourCycle } = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions();
    const clock = new Intl.DateTimeFormat("en", { timeZone: zone, hour: "numeric", minute: "2-digit", hourCycle }).format(moment);
    return { weekday: new Intl.DateTimeFormat("en", { timeZone: zone, weekday: "long" }).format(moment), clock };
  } catch {
    return { weekday: "", clock: "" };
  }
}
