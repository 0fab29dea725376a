/**
 * Send this browser's time zone to the site, unless it was sent last time, too.
 * The site keeps a zone that it already knows.
 */
import { preference, setPreference } from "../lib/preferences.js";
import { getKey, post } from "./requests.js";

const page = document.getElementById("page");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const reported = `${page?.dataset.viewer} ${zone}`;

if (page?.dataset.viewer && zone && preference("zone") !== reported) void report();

async function report() {
  try {
    const { token } = await getKey();
    await post("/notifications/zone/", token, { zone });
    setPreference("zone", reported);
  } catch {
    // The next page that is loaded retries.
  }
}
