/**
 * The name of this device's time zone, as the server stores and shows it (core/time_zones.py). Browsers report Unicode's names
 * (CLDR), which do not change when a city is renamed, e.g. "Asia/Calcutta".
 */

/** @type {Record<string, string>} */
const RENAMED = {
  "Africa/Asmera": "Africa/Asmara",
  "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
  "America/Catamarca": "America/Argentina/Catamarca",
  "America/Coral_Harbour": "America/Atikokan",
  "America/Cordoba": "America/Argentina/Cordoba",
  "America/Godthab": "America/Nuuk",
  "America/Indianapolis": "America/Indiana/Indianapolis",
  "America/Jujuy": "America/Argentina/Jujuy",
  "America/Louisville": "America/Kentucky/Louisville",
  "America/Mendoza": "America/Argentina/Mendoza",
  "Asia/Calcutta": "Asia/Kolkata",
  "Asia/Katmandu": "Asia/Kathmandu",
  "Asia/Rangoon": "Asia/Yangon",
  "Asia/Saigon": "Asia/Ho_Chi_Minh",
  "Atlantic/Faeroe": "Atlantic/Faroe",
  "Europe/Kiev": "Europe/Kyiv",
  "Pacific/Enderbury": "Pacific/Kanton",
  "Pacific/Ponape": "Pacific/Pohnpei",
  "Pacific/Truk": "Pacific/Chuuk",
};
/** @type {Record<string, string>} */
const IRREGULAR = { DumontDUrville: "Dumont d'Urville" };

/** @param {string} zone a name of any age @returns {string} the current IANA name */
export function currentName(zone) {
  return RENAMED[zone] ?? zone;
}

/** @param {string} zone @returns {string} "Buenos Aires" for "America/Buenos_Aires" */
export function cityOf(zone) {
  const last = currentName(zone).split("/").at(-1) ?? zone;
  return IRREGULAR[last] ?? last.replaceAll("_", " ");
}
