/** Names the zone of the times on a page: "Your time, Lisbon. 19:00 for Dan in Vienna." local-time.js shows the times. */
import { cityOf } from "../lib/time-zones.js";

const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

document.addEventListener("htmx:load", nameZones);
nameZones();

function nameZones() {
  for (const place of document.querySelectorAll("[data-part=zone-of-page]")) {
    const words = `Your time, ${cityOf(ownZone)}.`;
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
  const [theirs, ours] = [clockIn(hostZone, moment), clockIn(ownZone, moment)];
  const day = theirs.weekday === ours.weekday ? "" : `${theirs.weekday} `;
  const differs = theirs.clock !== "" && (day || theirs.clock !== ours.clock);
  const words = differs ? `${day}${theirs.clock} for \u2068${host}\u2069 in ${cityOf(hostZone)}.` : "";
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
