/** Whose time a page shows: "Your time, Lisbon. 19:00 for Dan in Vienna." Times themselves: local-time.js. */

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
  const words = there && there !== mine ? `${there} for ${host} in ${cityOf(hostZone)}.` : "";
  if (place.textContent !== words) place.textContent = words;
}

/** @param {string} zone an IANA name @returns {string} "Buenos Aires" for "America/Argentina/Buenos_Aires" */
export function cityOf(zone) {
  return zone.split("/").at(-1)?.replaceAll("_", " ") ?? zone;
}

/** @param {string} zone @param {Date} moment @returns {string} "Tue 19:00", or "" if the browser does not know the zone */
function clockIn(zone, moment) {
  try {
    const { hourCycle } = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions();
    return new Intl.DateTimeFormat("en", { timeZone: zone, weekday: "short", hour: "numeric", minute: "2-digit", hourCycle }).format(moment);
  } catch {
    return "";
  }
}
